"""What is asked when positions are changed on paper only, and what does the answer say?

Money is Decimal and becomes strings in JSON; weights and risks are fractions. Nothing of it is booked or stored.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from services.messages.compliance_checks import ComplianceReport
from services.messages.exact import Exact
from services.messages.frozen import Message
from services.messages.portfolios import LimitCheck

EDITS_MAX_COUNT = 500
By = Literal["hand", "optimizer"]


class EditedPosition(Message):
    """What a position is to be: its weight, its value or its units afterwards; exactly one of the three.

    `weight_frac` is a fraction of the net value before costs, `value_ccy` in the portfolio's currency. `by` says
    whether a person typed it or an optimization proposed it.
    """

    symbol: Annotated[str, Field(min_length=1, max_length=40)]
    weight_frac: Annotated[float, Field(ge=-10.0, le=10.0)] | None = None
    value_ccy: Exact | None = None
    quantity: Exact | None = None
    by: By = "hand"


class WhatIfWish(Message):
    """Which positions are changed; all others stay as they are."""

    edits: tuple[EditedPosition, ...] = Field(default=(), max_length=EDITS_MAX_COUNT)


class WhatIfPosition(Message):
    """One position before and after; what is only bought was zero before.

    `weight_after_frac` is of the net value after costs, `wished_frac` of that before them, as it was typed. `trade_ccy`
    and `trade_quantity` are negative for a sale; `price_ccy` is the close in the portfolio's currency.
    """

    symbol: str
    name: str
    sector: str | None
    price_ccy: float | None
    is_edited: bool
    by: By | None
    quantity_before: Exact
    quantity_after: Exact
    value_before_ccy: Exact
    value_after_ccy: Exact
    weight_before_frac: float
    weight_after_frac: float
    wished_frac: float
    trade_quantity: Exact
    trade_ccy: Exact
    cost_ccy: Exact


class WhatIfFigure(Message):
    """One measure of risk before and after, as a fraction; None where the data do not allow it, and `note` says why."""

    name: Literal["volatility", "var_95_1d", "tracking_error"]
    label: str
    before_frac: float | None
    after_frac: float | None
    note: str | None = None


class WhatIfAnswer(Message):
    """What a portfolio would be after the edits.

    `turnover_frac` is half of all purchases and sales over the net value before. `cash_after_ccy` is all cash in the
    portfolio's currency, the costs paid. `assumed_spread_symbols` are traded at the usual spread of an optimization,
    because the house states none of their own. `compliance` is the check before a trade; None without edits, and for
    whoever may not see rules. It and the limits look at the weights before costs, as those of a proposal do.
    """

    portfolio_id: str
    name: str
    base_currency: str
    as_of: date
    edits_count: int
    value_before_ccy: Exact
    value_after_ccy: Exact
    cash_before_ccy: Exact
    cash_after_ccy: Exact
    cash_before_frac: float
    cash_after_frac: float
    traded_ccy: Exact
    turnover_frac: float
    cost_ccy: Exact
    cost_frac: float
    assumed_spread_frac: float
    assumed_spread_symbols: tuple[str, ...]
    positions: tuple[WhatIfPosition, ...]
    risk: tuple[WhatIfFigure, ...]
    limits_before: tuple[LimitCheck, ...]
    limits_after: tuple[LimitCheck, ...]
    compliance: ComplianceReport | None
    compliance_note: str | None
    sentence: str
    is_sample: bool

    @property
    def wished_frac(self) -> dict[str, float]:
        """The weights that are wished, by symbol; what they leave to 1 is cash."""
        return {one.symbol: one.wished_frac for one in self.positions if one.wished_frac}


class RestWish(WhatIfWish):
    """Edits that stay, while all other weights are optimized anew."""


class RestAnswer(Message):
    """The edits that stay beside those that an optimization proposes for all other positions.

    `goal_from` says whose goal and limits were used: those of the named run, or the usual ones.
    """

    run_id: str
    state: Literal["ready", "working"]
    goal: str
    goal_from: str
    edits: tuple[EditedPosition, ...]
    sentence: str


class KeptWish(WhatIfWish):
    """Edits to be kept under a name."""

    name: Annotated[str, Field(min_length=1, max_length=200)]


class DraftView(Message):
    """Weights that somebody wished for a portfolio; `made_by_name` is None where the reader may not see who it was."""

    id: str
    portfolio_id: str
    name: str
    weights_frac: dict[str, float]
    edits: tuple[EditedPosition, ...]
    made_by_id: str | None
    made_by_name: str | None
    made_at_utc: datetime
    row_version: int
