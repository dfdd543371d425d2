"""What did somebody let stand: which group of which rule may come to which level?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.compliance.linear import ChoiceRule, CurvedRule, Kept, LinearRow, LinearRule
from engine.compliance.result import HARSHEST_FIRST, Evaluation, GroupResult, RuleResult, Verdict
from engine.compliance.rule import Rule

NOISE = 1e-12


@dataclass(frozen=True, slots=True)
class Allowances:
    """Overrides in force, as checks read them.

    Parameters
    ----------
    levels
        Level by rule id and group, the group of the portfolio as a whole being empty; in the rule's unit. None lets
        stand only that it cannot be judged.

    """

    levels: Mapping[tuple[str, str], float | None] = field(default_factory=dict)

    def level(self, rule_id: str, group: str, limit: float) -> float:
        """Return the level up to which a group may come; the limit where nothing was let stand."""
        found = self.levels.get((rule_id, group))
        return limit if found is None else found

    def row(self, rule: Rule, row: LinearRow) -> LinearRow:
        """Return a row of a rule with the level in place of the limit, where that is wider."""
        level = self.level(rule.id, row.group if rule.group_by else "", row.limit)
        return row.at(level) if row.sign * (level - row.limit) > 0.0 else row

    def covers(self, result: RuleResult, group: GroupResult) -> bool:
        """Return whether it lets a group stand as it is; False where nothing was let stand."""
        key = (result.rule_id, group.group)
        if key not in self.levels:
            return False
        level, limit = self.levels[key], result.limit
        if level is None:
            return group.status == "indeterminate"
        is_upper = result.operator in ("<=", "<")
        if result.operator == "==":
            if limit is None or group.value is None:
                return False
            return abs(group.value - limit) <= abs(level - limit) + NOISE
        worst = group.most if is_upper else group.least
        if worst is None:
            return False
        return worst <= level + NOISE if is_upper else worst >= level - NOISE

    def stands(self, result: RuleResult) -> bool:
        """Return whether everything that does not pass of a rule was let stand."""
        bad = [one for one in result.groups if one.status in ("failed", "indeterminate")]
        return bool(bad) and all(self.covers(result, one) for one in bad)

    def verdict(self, judged: Evaluation) -> Verdict:
        """Return the verdict on trades: what was let stand stops none, and is a warning."""
        found = [self._verdict(one) for one in judged.results]
        return next((one for one in HARSHEST_FIRST if one in found), "pass")

    def _verdict(self, result: RuleResult) -> Verdict:
        if result.verdict != "needs_override":
            return result.verdict
        bad = [one for one in result.groups if one.status in ("failed", "indeterminate") and one.cause != "passive"]
        return "pass_with_warning" if all(self.covers(result, one) for one in bad) else "needs_override"

    def loosened(self, rule: Rule, kept: Kept) -> Kept:
        """Return what a rule is with the levels in place of the limits of what was let stand, where they are wider."""
        if not any(rule_id == rule.id for rule_id, _ in self.levels):
            return kept
        if isinstance(kept, LinearRule):
            return replace(kept, rows=tuple(self.row(rule, row) for row in kept.rows))
        if isinstance(kept, CurvedRule):
            return replace(kept, limit=max(kept.limit, self.level(rule.id, "", kept.limit)))
        if isinstance(kept, ChoiceRule):
            level = self.level(rule.id, "", kept.limit)
            return replace(kept, limit=level) if kept.sign * (level - kept.limit) > 0.0 else kept
        return kept


NOTHING_ALLOWED = Allowances()
