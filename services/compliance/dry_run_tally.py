"""How did one portfolio stand by one rule on the days that were judged so far, and how is that said?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from engine.compliance.found_words import found_words
from engine.compliance.program import program_of
from services import formatting
from services.compliance.checks_said import figure
from services.messages.compliance_dry_run import DryRunPortfolio

if TYPE_CHECKING:
    from data.store import tables
    from engine.compliance.result import GroupResult, RuleResult
    from engine.compliance.rule import Rule


@dataclass
class Tally:
    """Counts of days in order, and the figure farthest from where the rule wants it with its group and day.

    Small whatever the number of days, so that a dry run that lets others go first leaves little behind.
    """

    days_count: int = 0
    failed_count: int = 0
    indeterminate_count: int = 0
    warning_count: int = 0
    first_failed: date | None = None
    last_failed: date | None = None
    worst: float | None = None
    worst_group: str | None = None
    worst_on: date | None = None
    last_status: str | None = None

    def add(self, day: date, result: RuleResult) -> None:
        """Take one more day; days come in order."""
        first = result.groups[0] if result.groups else None
        self.days_count += 1
        self.last_status = result.status
        self.indeterminate_count += result.status == "indeterminate"
        self.warning_count += result.status == "warning"
        if result.status == "failed":
            self.failed_count += 1
            self.first_failed, self.last_failed = self.first_failed or day, day
        value, side = _figure(result, first), -1.0 if result.operator in (">=", ">") else 1.0
        if value is not None and (self.worst is None or side * value > side * self.worst):
            self.worst, self.worst_on = value, day
            self.worst_group = None if first is None else first.group

    def line(self, portfolio: tables.Portfolio, rule: Rule) -> DryRunPortfolio:
        """Return what the rule would have said of the portfolio."""
        counted: dict[str, Any] = vars(self)
        sentence = self._sentence(rule, portfolio.base_currency)
        return DryRunPortfolio(portfolio_id=portfolio.id, name=portfolio.name, sentence=sentence, **counted)

    def _sentence(self, rule: Rule, currency: str) -> str:
        days = formatting.number(self.days_count, 0)
        if not self.days_count:
            return "It held nothing on these days."
        if self.failed_count:
            said = f"Broken on {formatting.count(self.failed_count, 'day')} of {days}"
            return f"{said}{self._at_worst(rule, currency)}."
        if self.indeterminate_count:
            return f"Not to be judged on {formatting.count(self.indeterminate_count, 'day')} of {days}."
        return f"Kept on all {formatting.count(self.days_count, 'day')}."

    def _at_worst(self, rule: Rule, currency: str) -> str:
        if self.worst is None or self.worst_on is None:
            return ""
        found, day = found_words(rule), formatting.day(self.worst_on)
        if self.worst_group and found is not None:
            return f", at worst on {day}: {found.sentence(self.worst_group, self.worst)[:-1]}"
        return f", at worst {figure(self.worst, program_of(rule).unit, currency)} on {day}"


def _figure(result: RuleResult, group: GroupResult | None) -> float | None:
    """Return the figure of a group on the side that the rule does not want; None where that has no bound."""
    if group is None:
        return None
    return group.least if result.operator in (">=", ">") else group.most
