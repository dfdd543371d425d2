"""In which shapes are optimizations asked for, previewed and traded?"""

from __future__ import annotations

from datetime import date

from engine.result import OptimizationResult
from engine.spec import OptimizationRequest
from services.messages.frozen import Message

__all__ = ["OptimizationRequest", "OptimizationResult", "Preview", "Problem", "Trade", "TradeList"]


class Problem(Message):
    """One thing that stands in the way, with the field it concerns."""

    path: str
    message: str
    advice: str = ""


class Preview(Message):
    """What would be computed, before anything is.

    `problems` stand in the way of a start. `obstacle` does not: it says why no portfolio can meet the limits, which is
    also what the run would answer; `is_feasible` is None where that could not be looked at.
    """

    sentence: str
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...]
    is_feasible: bool | None
    obstacle: Problem | None
    assets_count: int
    observations_count: int | None
    as_of: date | None
    is_ready: bool


class Trade(Message):
    """What to buy or sell of one asset to get from the present weights to the proposed ones.

    Amounts are decimal numbers as text; a sale is negative. `quantity` is None where there is no price or no portfolio.
    """

    asset: str
    side: str
    current_frac: float
    proposed_frac: float
    trade_frac: float
    amount_ccy: str | None
    price: float | None
    quantity: str | None


class TradeList(Message):
    """All trades of a result, with the turnover: half the sum of the absolute changes."""

    run_id: str
    portfolio_id: str | None
    base_currency: str | None
    value_ccy: str | None
    turnover_frac: float
    trades: tuple[Trade, ...]
    sentence: str
