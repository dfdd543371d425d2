"""What is asked of a check of compliance, and what does it say?

Figures are in the unit of their rule: ``frac`` are fractions, never percent. A figure that is not known exactly has
bounds, `least` and `most`; null where there is no bound.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from services.messages.exact import Exact
from services.messages.frozen import Message

Status = Literal["passed", "warning", "failed", "indeterminate"]
Verdict = Literal["pass", "pass_with_warning", "needs_override", "blocked"]
Cause = Literal["active", "passive"]
ORDERS_MAX_COUNT = 500
Symbol = Annotated[str, Field(min_length=1, max_length=40)]


class ProposedOrder(Message):
    """A proposed order: units, an amount, or the weight that is wanted after it; exactly one of the three.

    `quantity` and `value_ccy` (in the portfolio's currency) are negative for a sale; `cost_ccy` is what the trade costs
    beside its price.
    """

    symbol: Symbol
    quantity: Exact | None = None
    value_ccy: Exact | None = None
    weight_frac: Annotated[float, Field(ge=-100.0, le=100.0)] | None = None
    cost_ccy: Exact | None = None


class ComplianceRequest(Message):
    """Which portfolio is checked, with which orders, and when.

    `person_id` is who would trade, whose own blackouts count; `rule_id` asks for one rule with all its evidence.
    """

    portfolio_id: str = Field(min_length=1, max_length=64)
    orders: tuple[ProposedOrder, ...] = Field(default=(), max_length=ORDERS_MAX_COUNT)
    on: date | None = None
    rule_id: str | None = Field(default=None, max_length=64)
    person_id: str | None = Field(default=None, max_length=64)


class BookRequest(Message):
    """Which portfolios of a house are checked together, and a word for what they are checked from."""

    portfolio_ids: tuple[str, ...] = Field(min_length=1, max_length=100)
    made_from: str = Field(min_length=1, max_length=64)


class OrdersToCheck(Message):
    """Orders to be checked against a portfolio's rules: a list of them, or those of an optimization that has ended."""

    portfolio_id: str | None = Field(default=None, max_length=64)
    orders: tuple[ProposedOrder, ...] = Field(default=(), max_length=ORDERS_MAX_COUNT)
    optimization_id: str | None = Field(default=None, max_length=64)


class EvidenceLine(Message):
    """One position that makes up a figure, with its value and its share of net assets."""

    symbol: str
    value_ccy: Exact | None
    weight_frac: float | None


class GroupStanding(Message):
    """What a rule measured of one group; of the portfolio as a whole where `group` is empty.

    `headroom` is how far the figure may still move towards the limit, negative beyond it; `headroom_ccy` the same in
    money where the figure is a share of net assets. `step` is the farthest limit that the figure is beyond, of a rule
    with several. `allowed_until` is the last day of an override that covers it.
    """

    group: str
    status: Status
    value: float | None
    least: float | None
    most: float | None
    before: float | None
    cause: Cause | None
    headroom: float | None
    headroom_ccy: Exact | None
    sentence: str
    evidence: tuple[EvidenceLine, ...]
    evidence_count: int
    allowed_until: date | None = None
    allowed_reason: str | None = None
    step: float | None = None


class MissingFact(Message):
    """One thing that is not known, and what brings it."""

    field: str
    symbols: tuple[str, ...]
    sentence: str
    advice: str


class OverriddenFigure(Message):
    """A figure of a rule that the client or the portfolio has otherwise."""

    name: str
    label: str
    inherited: float
    own: float
    level: Literal["client", "portfolio"]
    level_name: str
    reason: str


class RuleStanding(Message):
    """How a portfolio stands by one rule.

    `demand` is what the rule demands, `sentence` how it stands. `groups` are the worst first: every one that did not
    pass, and the nearest of the others; `tested_count` says how many were looked at. `since_utc` is since when it has
    this status; null for a check that is not kept. A rule that is tested at the ends of quarters alone is a preview on
    other days (`is_preview`): a warning at most; `next_tested_on` is its next day.
    """

    rule_id: str
    version: int
    code: str
    title: str
    citation: str
    demand: str
    severity: Literal["info", "warning", "soft", "hard"]
    timing: tuple[Literal["pre", "post", "eod", "quarter_end"], ...]
    origin: Literal["house", "client", "portfolio"]
    origin_name: str
    overridden: tuple[OverriddenFigure, ...]
    status: Status
    verdict: Verdict
    cause: Cause | None
    operator: Literal["<=", "<", ">=", ">", "=="]
    limit: float | None
    warn_at: float | None
    unit: str
    sentence: str
    groups: tuple[GroupStanding, ...]
    tested_count: int
    missing: tuple[MissingFact, ...]
    cure_days: int | None
    since_utc: datetime | None = None
    is_preview: bool = False
    next_tested_on: date | None = None


class OrderNote(Message):
    """What is to be known of one order beside the rules: lists, locates, lots, wash sales."""

    kind: str
    symbol: str
    severity: Literal["blocked", "warning", "info"]
    sentence: str
    until: date | None


class CheckedOrder(Message):
    """One order as it was checked: units, price and amount in the portfolio's currency, and weights beside it."""

    symbol: str
    quantity: float
    price_ccy: float
    value_ccy: Exact
    cost_ccy: Exact
    weight_before_frac: float | None
    weight_after_frac: float | None


class StatusCounts(Message):
    """How many rules stand how."""

    passed: int = 0
    warning: int = 0
    failed: int = 0
    indeterminate: int = 0


class ComplianceReport(Message):
    """How a portfolio stands by its rules, as it is or after the orders that are looked at.

    `status` is null, and `message` and `advice` say why, where nothing could be checked. `verdict` is what becomes of
    the orders; without orders it is null. `inputs_sha256` is the fingerprint of all that the answer was made from.
    """

    portfolio_id: str
    name: str
    base_currency: str
    as_of: date | None
    on: date | None
    checked_at_utc: datetime
    engine_version: str
    inputs_sha256: str
    net_assets_ccy: Exact | None
    status: Status | None
    verdict: Verdict | None
    counts: StatusCounts
    sentence: str
    message: str | None = None
    advice: str | None = None
    results: tuple[RuleStanding, ...] = ()
    orders: tuple[CheckedOrder, ...] = ()
    notes: tuple[OrderNote, ...] = ()
    missing: tuple[MissingFact, ...] = ()
    is_sample: bool = False


class ComplianceAnswer(Message):
    """A check, or how far it is: ``working`` with the earlier one where there is one, or ``failed`` with the reason.

    A check that is kept may be of before: where later ones came to nothing, `failed_since_utc` says since when,
    `message` why, and `advice` the way out.
    """

    state: Literal["ready", "working", "failed"]
    is_current: bool
    report: ComplianceReport | None
    computed_at_utc: datetime | None = None
    code: str | None = None
    message: str | None = None
    advice: str | None = None
    retry_after_s: float | None = None
    failed_since_utc: datetime | None = None


class StatusChange(Message):
    """One change of how a portfolio stands by a rule; null for before its first check, and after its last."""

    at_utc: datetime
    as_of: date | None
    version: int
    before: Status | None
    after: Status | None
    value: float | None
    limit: float | None
    sentence: str
