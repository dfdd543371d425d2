"""In which shapes are trades towards a target asked for, chosen, shown and decided about?

Weights, parts and rates are fractions; money and quantities are exact. A trade's quantity is positive for a purchase.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from engine.kernel.units import fraction
from services.messages.compliance_checks import ComplianceReport
from services.messages.exact import Exact
from services.messages.frozen import Message

Id = Annotated[str, Field(min_length=1, max_length=64)]
Symbol = Annotated[str, Field(min_length=1, max_length=40)]
Reason = Annotated[str, Field(max_length=2_000)]
Source = Literal["target", "run", "wish", "weights"]
BandGoal = Literal["target", "edge"]
State = Literal["draft", "submitted", "approved", "rejected", "withdrawn", "recorded", "undone"]
Outcome = Literal["proven", "near", "no_cash"]
RowStanding = Literal["clear", "warning", "blocked"]
Verb = Literal["edit", "renew", "submit", "decide", "withdraw", "export", "record", "undo"]
ROWS_MAX_COUNT = 500
WEIGHT_MOST = 10.0
Weight = Annotated[float, Field(ge=-WEIGHT_MOST, le=WEIGHT_MOST)]


class RebalancingWish(Message):
    """Where the trades are to lead, and what they must keep.

    `source` names the target: the portfolio's own, a run's weights, a kept wish, or weights by symbol given here.
    `part_frac` is how much of the way is gone. A weight within `band_frac` of its target is left alone; what is outside
    goes to its target or to the edge of its band. `reserve_frac` of net assets is left in cash at least. With
    `keeps_others` what is held and not named by the target is kept, else it is sold. Costs: `commission_ccy` a trade,
    `commission_frac` of its value, half of `spread_frac` where no spread is stated for an asset, and market impact with
    `impact_coefficient`, as the optimizer counts it.
    """

    source: Source = "target"
    run_id: Id | None = None
    wish_id: Id | None = None
    weights_frac: Annotated[dict[Symbol, Weight], Field(max_length=ROWS_MAX_COUNT)] | None = None
    part_frac: Annotated[float, *fraction(0.0, 1.0)] = 1.0
    band_frac: Annotated[float, *fraction(0.0, 0.5)] = 0.0
    band_goal: BandGoal = "target"
    reserve_frac: Annotated[float, *fraction(0.0, 1.0)] = 0.0
    least_trade_ccy: Annotated[Decimal, Field(ge=0, le=10**12)] = Decimal(0)
    lot_units: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    keeps_others: bool = False
    commission_ccy: Annotated[Decimal, Field(ge=0, le=10**6)] = Decimal(0)
    commission_frac: Annotated[float, *fraction(0.0, 0.1)] = 0.0
    spread_frac: Annotated[float, *fraction(0.0, 0.2)] = 0.001
    impact_coefficient: Annotated[float, Field(ge=0.0, le=10.0)] = 0.0


class RowChoice(Message):
    """What somebody chose of one row: not to trade it now, another quantity, a limit for the order, a note.

    `limit_price` is in the asset's currency; without one the order is at market.
    """

    symbol: Symbol
    is_held: bool = False
    quantity: Exact | None = None
    limit_price: Exact | None = None
    note: str | None = Field(default=None, max_length=500)


class RebalancingChoices(Message):
    """The choices of all rows; with `fits_rest` the other trades are found anew around them, else they stay."""

    rows: Annotated[tuple[RowChoice, ...], Field(max_length=ROWS_MAX_COUNT)] = ()
    fits_rest: bool = False


class NewRebalancing(Message):
    """A proposal to make, or to look at: the wish, and what is chosen of its rows."""

    wish: RebalancingWish = RebalancingWish()
    choices: RebalancingChoices = RebalancingChoices()


class RebalancingRequest(Message):
    """A wish as it goes to a worker, its target looked up; `person_id` is who would trade."""

    portfolio_id: Id
    wish: RebalancingWish
    weights_frac: dict[Symbol, Weight]
    source_name: str
    choices: RebalancingChoices = RebalancingChoices()
    person_id: str | None = None


class RebalancingRow(Message):
    """One asset: what is held, what is wished, the trade, and what is held after it.

    `price` is in the asset's currency, `price_ccy` in the portfolio's. `proposed` is the trade before anybody chose
    otherwise. `reason` says why nothing, or less than wished, is traded. `rules` names rules that are broken after the
    trades and that this asset has a part in.
    """

    symbol: str
    asset_id: str
    name: str
    sector: str | None
    currency: str
    price: Exact
    price_ccy: Exact
    price_on: date
    lot_units: Exact
    quantity_before: Exact
    quantity: Exact
    quantity_after: Exact
    proposed: Exact
    value_ccy: Exact
    cost_ccy: Exact
    weight_before_frac: float
    target_frac: float
    weight_after_frac: float
    is_custom: bool
    is_held: bool
    limit_price: Exact | None
    note: str | None
    reason: str | None
    standing: RowStanding
    notes: tuple[str, ...]
    rules: tuple[str, ...]
    is_sample: bool


class RebalancingFigures(Message):
    """A portfolio before the trades or after them; risk is null where the prices do not allow it."""

    cash_ccy: Exact
    cash_frac: float
    volatility_annual_frac: float | None
    tracking_error_annual_frac: float | None


class WayPoint(Message):
    """The figures at one part of the way, as if fractions of units could be traded."""

    part_frac: float
    volatility_annual_frac: float | None
    tracking_error_annual_frac: float | None
    cost_ccy: Exact
    turnover_frac: float
    cash_ccy: Exact


class RebalancingReport(Message):
    """Trades in whole lots towards a target, with figures before and after, the way, and the check of the rules.

    `tracking_error` is the risk of the difference from the target. `gap_ccy` is how much nearer other trades could come
    at most. `problems` stop the proposal from being handed in, each with a way out. `ledger_entry` and `prices_on` say
    from which holdings and closes all this was computed.
    """

    portfolio_id: str
    name: str
    base_currency: str
    source_name: str
    prices_on: date
    ledger_entry: int
    net_assets_ccy: Exact
    reserve_ccy: Exact
    rows: tuple[RebalancingRow, ...]
    before: RebalancingFigures
    after: RebalancingFigures
    points: tuple[WayPoint, ...]
    trades_count: int
    bought_ccy: Exact
    sold_ccy: Exact
    cost_ccy: Exact
    turnover_frac: float
    outcome: Outcome
    gap_ccy: Exact
    sentence: str
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    compliance: ComplianceReport | None
    engine_version: str
    inputs_sha256: str
    computed_at_utc: datetime
    is_sample: bool


class RebalancingAnswer(Message):
    """A report that is ready, or how far it is: ``working``, or ``failed`` with the reason."""

    state: Literal["ready", "working", "failed"]
    report: RebalancingReport | None
    code: str | None = None
    message: str | None = None
    advice: str | None = None
    retry_after_s: float | None = None


class RebalancingDeed(Message):
    """One thing that was done with a proposal: who, when, and what was said."""

    verb: str
    by_name: str
    at_utc: datetime
    reason: str | None


class RebalancingLine(Message):
    """One proposal in a list.

    `stale` says what has changed since it was computed, in one sentence; null where nothing has, or where it no longer
    matters. `may` is what the reader may do with it now.
    """

    id: str
    portfolio_id: str
    portfolio_name: str
    base_currency: str
    number: int
    state: State
    source_name: str
    sentence: str
    trades_count: int
    turnover_frac: float
    cost_ccy: Exact
    made_by_name: str
    made_at_utc: datetime
    submitted_at_utc: datetime | None
    prices_on: date
    stale: str | None
    may: tuple[Verb, ...]
    row_version: int


class Fill(Message):
    """What was filled of one order: units without a sign, at most those of the order.

    `price` is in the asset's currency, that of the proposal when null; `fees_ccy` in the portfolio's, those of the
    proposal in proportion when null.
    """

    symbol: Symbol
    quantity: Annotated[Exact, Field(ge=0)]
    price: Annotated[Exact, Field(gt=0)] | None = None
    fees_ccy: Annotated[Exact, Field(ge=0)] | None = None


class RebalancingView(RebalancingLine):
    """One proposal with its rows, its check, and what happened to it; `fills` are those that were entered."""

    wish: RebalancingWish
    choices: RebalancingChoices
    report: RebalancingReport
    deeds: tuple[RebalancingDeed, ...]
    blocked: str | None
    fills: tuple[Fill, ...] = ()


class Handing(Message):
    """Why a proposal is handed in; a reason is needed where a soft rule would be broken."""

    reason: Reason | None = None


class RebalancingDecision(Message):
    """What a second person decides; a refusal needs a reason."""

    is_approved: bool
    reason: Reason | None = None


class Recording(Message):
    """On which day the trades were done, and what was filled of them.

    Without a day they were done on the day of their prices; without `fills` all of them, at those prices and costs.
    With `fills` only what is named was done: an order that is not named was not filled.
    """

    trade_date: date | None = None
    fills: Annotated[tuple[Fill, ...], Field(min_length=1, max_length=ROWS_MAX_COUNT)] | None = None
