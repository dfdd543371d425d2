"""In which shapes are trades asked for that mend a portfolio, and told?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from engine.compliance.repair_result import Outcome, RepairedRule, Way
from engine.compliance.result import Verdict
from engine.kernel.units import fraction
from services.messages.compliance_checks import OrderNote
from services.messages.exact import Exact
from services.messages.frozen import Message

RuleId = Annotated[str, Field(min_length=1, max_length=64)]


class RemedyWish(Message):
    """What is to be mended: all that is broken, some rules, or the rule of one breach.

    `buffer_frac` is how far within their limits broken rules in fractions are brought; with `whole_shares` trades are
    rounded to whole units; `turnover_max_frac` is the most that is traded, as half of purchases, sales and the change
    of cash.
    """

    rule_ids: Annotated[tuple[RuleId, ...], Field(max_length=200)] = ()
    breach_id: RuleId | None = None
    buffer_frac: Annotated[float, *fraction(0.0, 0.1)] = 0.001
    whole_shares: bool = True
    cash_min_frac: Annotated[float, *fraction(0.0, 1.0)] = 0.0
    turnover_max_frac: Annotated[float, *fraction(0.0, 2.0, is_low_open=True)] | None = None


class RemedyRequest(Message):
    """A wish for one portfolio as it goes to a worker; `person_id` is who would trade."""

    portfolio_id: RuleId
    wish: RemedyWish = RemedyWish()
    person_id: RuleId | None = None


class RemedyTrade(Message):
    """One trade; units and amounts in the portfolio's currency are negative for a sale."""

    symbol: str
    side: Literal["buy", "sell"]
    quantity: float
    price_ccy: float
    value_ccy: Exact
    cost_ccy: Exact
    weight_before_frac: float
    weight_after_frac: float


class RemedyWay(Message):
    """One of three ways, judged again after its trades and their costs.

    `reduce` makes positions smaller, long ones sold and short ones bought back, as little as does; `cheapest` costs
    least, purchases allowed; `nearest` leaves cash as it is. `outcome` is ``partial`` where all but the rules in
    `unmended` are mended, which this way cannot mend beside the others, and ``unverified`` where the trades were judged
    again and do not pass: do not trade those. `rules` are those that were to be mended and those whose standing
    changes; `clash` names rules that such trades cannot keep together, `worse` those that bind and are worse
    afterwards; `notes` say what lists, blackouts, lots and recent sales mean for the trades.
    """

    way: Way
    title: str
    outcome: Outcome
    sentence: str
    trades: tuple[RemedyTrade, ...]
    rules: tuple[RepairedRule, ...]
    verdict: Verdict | None
    turnover_frac: float
    turnover_ccy: Exact
    cost_ccy: Exact
    cost_frac: float
    cash_before_frac: float
    cash_after_frac: float
    clash: tuple[str, ...]
    unmended: tuple[str, ...] = ()
    worse: tuple[str, ...] = ()
    is_proven: bool
    notes: tuple[OrderNote, ...] = ()


class RemedyReport(Message):
    """Trades that mend a portfolio: three ways beside one another, none of them booked.

    `helpless` are broken rules that no trades mend, each with its reason; `let_stand` those that an override in force
    lets stand, which are mended only where they are named; `assumptions` what was taken for granted.
    """

    portfolio_id: str
    name: str
    base_currency: str
    as_of: date
    net_assets_ccy: Exact | None
    broken: tuple[str, ...]
    helpless: tuple[str, ...]
    let_stand: tuple[str, ...] = ()
    ways: tuple[RemedyWay, ...]
    sentence: str
    assumptions: tuple[str, ...]
    is_sample: bool
    engine_version: str
    inputs_sha256: str
    computed_at_utc: datetime


class RemedyAnswer(Message):
    """Remedies, or how far they are: ``working``, or ``failed`` with the reason."""

    state: Literal["ready", "working", "failed"]
    is_current: bool
    report: RemedyReport | None
    computed_at_utc: datetime | None = None
    code: str | None = None
    message: str | None = None
    advice: str | None = None
    retry_after_s: float | None = None
