"""What does a repair of a portfolio answer? Three trade lists, each verified, or which rules stop it."""

from __future__ import annotations

from typing import Literal

from engine.compliance.result import Status, Verdict
from engine.compliance.rule import Severity
from engine.kernel.frozen import FrozenResult

Way = Literal["reduce", "cheapest", "nearest"]
Outcome = Literal["repaired", "partial", "unneeded", "impossible", "unverified"]


class RepairOrder(FrozenResult):
    """One trade; `quantity` and `value_ccy` are negative for a sale, `cost_ccy` is at least zero."""

    symbol: str
    quantity: float
    price_ccy: float
    value_ccy: float
    cost_ccy: float
    before_frac: float
    after_frac: float


class RepairedRule(FrozenResult):
    """A rule before and after; values are the worst figures, None where not known."""

    rule_id: str
    title: str
    severity: Severity
    unit: str
    limit: float | None
    before: Status
    before_value: float | None
    after: Status
    after_value: float | None
    is_target: bool


class RepairWay(FrozenResult):
    """One way to mend what is broken.

    Attributes
    ----------
    way
        ``reduce``: positions are made smaller, long ones sold and short ones bought back, the least of that.
        ``cheapest``: least cost, purchases allowed. ``nearest``: cash stays as it is, least is moved.
    outcome
        ``repaired``: judged again after the trades, every rule that was to be mended passes and none is worse.
        ``partial``: the same of all but the rules in `unmended`, which this way cannot mend beside the others; they are
        made no worse. ``unverified``: trades were found, but judged again they do not pass.
    turnover_frac
        Half of all that is bought and sold, the change of cash included, over net assets.
    clash
        Titles of rules that cannot be kept together by such trades; each is needed for that.
    unmended
        Titles of rules that were to be mended and are not.
    worse
        Titles of rules that bind and are worse after the trades than before.
    verified
        What came of judging again after the trades, as a sentence; the end of `sentence`.
    is_proven
        Whether no cheaper (smaller) trades exist for the figures at hand.

    """

    way: Way
    outcome: Outcome
    orders: tuple[RepairOrder, ...] = ()
    rules: tuple[RepairedRule, ...] = ()
    verdict: Verdict | None = None
    turnover_frac: float = 0.0
    cost_ccy: float = 0.0
    cost_frac: float = 0.0
    cash_before_frac: float = 0.0
    cash_after_frac: float = 0.0
    clash: tuple[str, ...] = ()
    unmended: tuple[str, ...] = ()
    worse: tuple[str, ...] = ()
    is_proven: bool = False
    verified: str = ""
    sentence: str
    notes: tuple[str, ...] = ()


class ComplianceRepair(FrozenResult):
    """All ways, the smallest trades first.

    Attributes
    ----------
    broken
        Titles of the rules that were to be mended.
    helpless
        Titles of broken rules that trades cannot mend, with the reason, as sentences.
    let_stand
        Titles of broken rules that somebody let stand, and that are not to be mended.

    """

    broken: tuple[str, ...]
    helpless: tuple[str, ...]
    let_stand: tuple[str, ...] = ()
    ways: tuple[RepairWay, ...]
