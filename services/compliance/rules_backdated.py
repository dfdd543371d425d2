"""What does a first day in the past mean for what is held already, in words for whoever approves the rule?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from engine.compliance.rule import Rule
from services import formatting

NAMED_COUNT = 5


def is_backdated(rule: Rule, today: date) -> bool:
    """Return whether the first day of a rule lies before a day."""
    return rule.effective_from is not None and rule.effective_from < today


def backdating(rule: Rule, today: date) -> str | None:
    """Return the warning of a rule whose first day lies before today; None of any other.

    Parameters
    ----------
    rule : Rule
        As it is to be approved.
    today : date
        The calendar day of UTC.
    """
    if not is_backdated(rule, today):
        return None
    day = formatting.day(rule.effective_from)
    return (
        f"Its first day, {day}, lies before today: holdings bought since then are not let be as held before the rule, "
        "and are breaches at once where they do not keep it. Leave the first day out to let them be."
    )


def backdating_of_many(rules: Sequence[Rule], today: date) -> str | None:
    """Return the warning of several rules that are to be approved at once; None where none lies before today."""
    found = [one for one in rules if is_backdated(one, today)]
    if not found:
        return None
    names = [f"“{one.title}” ({formatting.day(one.effective_from)})" for one in found[:NAMED_COUNT]]
    rest = len(found) - NAMED_COUNT
    names += [formatting.count(rest, "more", "more")] if rest > 0 else []
    days = "The first day lies" if len(found) == 1 else "The first days lie"
    return (
        f"{days} before today of {', '.join(names)}: holdings bought since then are not let be as held before the "
        "rule, and are breaches at once where they do not keep it."
    )
