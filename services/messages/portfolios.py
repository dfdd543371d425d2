"""In which shapes are portfolios made, changed and shown?

Money and quantities are Decimal and become strings in JSON; weights, returns and risks are fractions.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from services.messages.exact import Exact, TypedExact, TypedFraction
from services.messages.frozen import Message

Fraction = Annotated[float, Field(ge=0.0, le=10.0)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class Strategy(StrEnum):
    """How a portfolio is run; only long-short may hold less than nothing of an asset."""

    LONG_ONLY = "long_only"
    BALANCED = "balanced"
    LONG_SHORT = "long_short"


class HouseLimits(Message):
    """Limits that the house sets for a portfolio, as fractions of its net value; None means no such limit."""

    position_max_frac: Fraction | None = 0.25
    position_min_frac: Fraction | None = None
    sector_max_frac: Fraction | None = None
    gross_max_frac: Fraction | None = None


class Mandate(Message):
    """What was agreed with the client beside the house's limits."""

    objective: str | None = Field(None, max_length=500)
    cash_min_frac: Fraction | None = None
    cash_max_frac: Fraction | None = None
    volatility_max_annual_frac: Fraction | None = None
    restrictions: tuple[str, ...] = ()


class NewPortfolio(Message):
    """A portfolio to make; `initial_cash_ccy` becomes its first deposit.

    Without a client it belongs to a team: the maker's only one when `team_id` is left out, the named one otherwise.
    With null, or for a maker who is in no team or in several, it is seen by its maker alone.
    """

    name: Name
    client_id: str | None = None
    team_id: str | None = None
    base_currency: Currency = "USD"
    benchmark_id: str | None = None
    strategy: Strategy = Strategy.LONG_ONLY
    description: str | None = Field(None, max_length=2000)
    house_limits: HouseLimits = HouseLimits()
    mandate: Mandate = Mandate()
    initial_cash_ccy: Decimal | None = None


class PortfolioChanges(Message):
    """What to change of a portfolio; only the fields that are sent are changed."""

    name: Name | None = None
    client_id: str | None = None
    team_id: str | None = None
    benchmark_id: str | None = None
    strategy: Strategy | None = None
    description: str | None = Field(None, max_length=2000)
    house_limits: HouseLimits | None = None
    mandate: Mandate | None = None


class PositionInput(Message):
    """One holding as the user states it: by quantity or by weight, never both."""

    symbol: str
    quantity: TypedExact = None
    weight_frac: TypedFraction = None
    unit_cost: TypedExact = None


class PositionsInput(Message):
    """All holdings of a portfolio; what is not named is not held afterwards.

    `total_value_ccy` turns weights into quantities; the present value is used when it is None. `cash_ccy` is the cash
    in the base currency afterwards; with weights it is what they leave over, with quantities None leaves cash as it is.
    `reason` says why, and stands with every entry that is booked.
    """

    positions: tuple[PositionInput, ...]
    as_of: date | None = None
    total_value_ccy: Decimal | None = None
    cash_ccy: Decimal | None = None
    reason: Annotated[str, Field(max_length=300)] | None = None


class PortfolioSummary(Message):
    """One line of the list of portfolios; what cannot be computed is None and never 0.

    `breaches_count` and `checks_count` count the limits of house and client that are broken, and that could be
    measured: without any, "no breach" says nothing. Those on risk are told apart, as their last report left them.
    """

    id: str
    name: str
    client_id: str | None
    client_name: str | None
    team_id: str | None = None
    base_currency: str
    benchmark_id: str | None
    benchmark_name: str | None
    strategy: Strategy
    value_ccy: Exact | None
    day_pnl_ccy: Exact | None
    return_ytd_frac: float | None
    return_1y_frac: float | None
    volatility_1y_annual_frac: float | None
    sparkline: tuple[float, ...]
    as_of: date | None
    is_historical: bool
    holdings_count: int
    breaches_count: int
    checks_count: int = 0
    risk_breaches_count: int = 0
    risk_checks_count: int = 0
    row_version: int
    is_sample: bool


class TargetView(Message):
    """The weights a portfolio should have, and where they come from."""

    name: str
    version: int
    run_id: str | None
    as_of: date | None
    set_at_utc: datetime
    weights_frac: dict[str, float]


class TargetVersion(TargetView):
    """A target as it stands among all of a portfolio; `set_by_name` is None where the reader may not see who it was."""

    is_in_force: bool
    set_by_id: str | None
    set_by_name: str | None


class CashView(Message):
    """Cash of one currency; negative is a loan."""

    currency: str
    amount: Exact
    value_ccy: Exact | None
    weight_frac: float | None


class PortfolioDetail(PortfolioSummary):
    """A portfolio with its limits, mandate, target and cash."""

    description: str | None
    inception_on: date | None
    house_limits: HouseLimits
    mandate: Mandate
    target: TargetView | None
    cash: tuple[CashView, ...]
    gross_exposure_frac: float | None
    net_exposure_frac: float | None
    notes: tuple[str, ...]
    created_at_utc: datetime


class Standing(Message):
    """What an optimization needs of a portfolio besides its holdings; `value_ccy` is None where it is not known."""

    base_currency: str
    benchmark_id: str | None
    value_ccy: Exact | None


class Holding(Message):
    """One holding at one close.

    Without a usable close, price, value, weight and gain are None and `note` says why. A short holding has a negative
    quantity, value and weight. `unrealized_pnl_ccy` is value minus average cost.
    """

    asset_id: str
    symbol: str
    name: str
    sector: str | None
    asset_class: str
    currency: str
    quantity: Exact
    price: Exact | None
    price_date: date | None
    value_ccy: Exact | None
    weight_frac: float | None
    target_weight_frac: float | None
    drift_frac: float | None
    unrealized_pnl_ccy: Exact | None
    day_pnl_ccy: Exact | None
    is_sample: bool
    note: str | None = None


class FlowView(Message):
    """Money or assets that came in (positive) or went out, in the base currency."""

    day: date
    amount_ccy: Exact


class ValueHistory(Message):
    """A portfolio's value and time-weighted index by day; the benchmark starts at 1 with the first day shown.

    The index is relative to the first day shown. Where that is the portfolio's first day, it is relative to the money
    that came in, so that the costs of the first purchases count. `sample_assets` names the holdings of any day whose
    figures were invented, `sample_rates` the currencies whose rates were.
    """

    dates: tuple[date, ...]
    value_ccy: tuple[Exact, ...]
    twr_index: tuple[float, ...]
    benchmark_index: tuple[float | None, ...] | None
    benchmark_name: str | None
    benchmark_kind: str | None = None
    flows: tuple[FlowView, ...]
    notes: tuple[str, ...]
    sample_assets: tuple[str, ...] = ()
    sample_rates: tuple[str, ...] = ()


class TransactionView(Message):
    """One entry of the ledger."""

    id: str
    entry_number: int
    kind: str
    trade_date: date
    symbol: str | None
    quantity: Exact
    price: Exact | None
    amount_ccy: Exact
    fees_ccy: Exact
    currency: str
    note: str | None
    is_sample: bool


class LimitState(StrEnum):
    """Green, amber from 80 % of the limit on, red beyond it."""

    OK = "ok"
    AMBER = "amber"
    RED = "red"


class LimitCheck(Message):
    """One limit with what it measures; `used_frac` is 1 where the limit is reached."""

    name: str
    kind: str
    scope: str
    value_frac: float
    max_frac: float | None
    min_frac: float | None = None
    used_frac: float
    state: LimitState
    sentence: str


class ContributionView(Message):
    """What one holding added to the period's time-weighted return; cash, fees and interest are one line."""

    symbol: str
    name: str
    contribution_frac: float
