"""What says whether a rule is kept? A status, its figures with bounds, and what trades may still be done."""

from __future__ import annotations

from typing import Literal

from engine.compliance.rule import Operator, Severity
from engine.kernel.frozen import FrozenResult

Status = Literal["passed", "warning", "failed", "indeterminate"]
Cause = Literal["active", "passive"]
Verdict = Literal["pass", "pass_with_warning", "needs_override", "blocked"]
BAD: tuple[Status, ...] = ("failed", "indeterminate")
WORST_FIRST: tuple[Status, ...] = ("failed", "indeterminate", "warning", "passed")
HARSHEST_FIRST: tuple[Verdict, ...] = ("blocked", "needs_override", "pass_with_warning", "pass")


class GroupResult(FrozenResult):
    """What a rule measured of one group.

    Attributes
    ----------
    group
        Its name; empty for the portfolio as a whole.
    value
        The figure; None where it is not known exactly.
    least, most
        Its bounds; None where there is none.
    before
        The figure before the trades that are looked at; None without any, where it is not known, and for rules that
        pass.
    cause
        Of what did not pass: ``active`` where the trades brought it about or made it worse, ``passive`` where it came
        without them; None where that is not known.
    step
        Of a rule with several limits, the farthest one that the figure is surely beyond; None where it is beyond none.

    """

    group: str
    status: Status
    value: float | None
    least: float | None
    most: float | None
    before: float | None = None
    cause: Cause | None = None
    step: float | None = None


class RuleResult(FrozenResult):
    """What became of one rule.

    Attributes
    ----------
    status
        The worst of its groups. ``indeterminate`` is what missing data leave open; it never counts as passed.
    verdict
        What that means for the trades that are proposed.
    limit, warn_at
        The threshold and the warning level in the unit of the measure; None where they are not known.
    groups
        The worst first; every group that did not pass, and the nearest of those that did.
    tested_count
        How many groups were looked at; 0 where the rule applies to nothing that is held.
    missing
        Fields and facts that were not known of something the rule looks at, with the positions.
    is_preview
        Whether the day is none on which the rule is tested: what is beyond its limit is a warning then.

    """

    rule_id: str
    version: int
    title: str
    severity: Severity
    status: Status
    verdict: Verdict
    cause: Cause | None
    operator: Operator
    limit: float | None
    warn_at: float | None
    unit: str
    groups: tuple[GroupResult, ...]
    tested_count: int
    missing: tuple[str, ...] = ()
    is_preview: bool = False


class Evaluation(FrozenResult):
    """What became of all rules.

    Attributes
    ----------
    status
        The worst of all rules that were looked at; ``passed`` only where every one passed.
    verdict
        The harshest of all.

    """

    status: Status
    verdict: Verdict
    results: tuple[RuleResult, ...]
