"""What does a first day in the past mean for what is held already, in words for whoever approves the rule?"""

from __future__ import annotations

from datetime import date

from engine.compliance.rule import Rule
from services import formatting


def backdating(rule: Rule, today: date) -> str | None:
    """Return the warning of a rule whose first day lies before today; None of any other.

    Parameters
    ----------
    rule : Rule
        As it is to be approved.
    today : date
        The calendar day of UTC.
    """
    if rule.effective_from is None or rule.effective_from >= today:
        return None
    day = formatting.day(rule.effective_from)
    return (
        f"Its first day, {day}, lies before today: holdings bought since then are not let be as held before the rule, "
        "and are breaches at once where they do not keep it. Leave the first day out to let them be."
    )
