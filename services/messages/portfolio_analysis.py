"""What is told of each position beside its value: what it added to the return, and to the risk?"""

from __future__ import annotations

from datetime import date
from typing import Literal

from services.messages.frozen import Message

Period = Literal["1m", "3m", "ytd", "1y", "all"]


class PositionPart(Message):
    """One position held now.

    `contribution_frac` is what it added to the portfolio's time-weighted return of the period; `risk_share_frac` its
    part of the portfolio's volatility, negative where it takes risk away. None where the data do not allow it.
    `price_age_days` counts the business days that its close lies behind the portfolio's day.
    """

    symbol: str
    contribution_frac: float | None
    risk_share_frac: float | None
    price_age_days: int | None


class PositionsAnalysis(Message):
    """All positions held now, with the period of the contributions; `rest_frac` is what everything else added.

    The contributions of all positions and `rest_frac` (positions that are gone, cash, fees) sum to `return_frac`.
    """

    portfolio_id: str
    period: Period
    start: date | None
    end: date | None
    return_frac: float | None
    rest_frac: float | None
    positions: tuple[PositionPart, ...]
    notes: tuple[str, ...]
