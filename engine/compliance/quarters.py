"""On which days is a rule tested that speaks of the ends of quarters?"""

from __future__ import annotations

from datetime import date, timedelta

from engine.compliance.rule import Rule
from engine.compliance.state import ComplianceState

MONTHS_COUNT = 3


def is_test_day(rule: Rule, state: ComplianceState) -> bool:
    """Return whether a rule is tested on the day of a state; a state of no day is tested in full."""
    if not rule.is_quarterly or state.on is None:
        return True
    return state.is_month_end and is_quarter_month(rule, state.on.month)


def is_quarter_month(rule: Rule, month: int) -> bool:
    """Return whether a quarter of the rule's year ends in a month, 1 to 12."""
    return (month - rule.year_end_month) % MONTHS_COUNT == 0


def quarter_end(rule: Rule, day: date) -> date:
    """Return the last calendar day of the quarter of the rule's year in which a day lies."""
    ahead = (rule.year_end_month - day.month) % MONTHS_COUNT
    month = day.month + ahead + 1
    first_after = date(day.year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
    return first_after - timedelta(days=1)
