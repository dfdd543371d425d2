"""On which days are rules tested that speak of the ends of quarters?

Sessions are those of the New York Stock Exchange, whose quarters the rules of the packs mean.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from data.reference import calendars
from engine.compliance.quarters import quarter_end

if TYPE_CHECKING:
    from engine.compliance.rule import Rule
    from engine.compliance.state import ComplianceState

EXCHANGE = "XNYS"
CLOSED_AT_MOST_DAYS = 4
"""Weekdays in a row on which the exchange was closed at the most; before them no calendar need be asked."""


def on_day(state: ComplianceState, day: date) -> ComplianceState:
    """Return a state that knows which day's close it is."""
    return replace(state, on=day, is_month_end=is_last_session_of_month(day))


def is_last_session_of_month(day: date) -> bool:
    """Return whether no session follows in the month of a day; a day without a session counts like the one before it.

    Returns
    -------
    bool
        True for what is known at the last close of the month: the closes of a Sunday the 31st are those of its Friday.

    """
    following = _month_end(day) - day
    weekdays = int(np.busday_count(day + timedelta(days=1), _month_end(day) + timedelta(days=1)))
    if following.days == 0 or weekdays == 0:
        return True
    if weekdays > CLOSED_AT_MOST_DAYS:
        return False
    return day >= last_session(_month_end(day))


@lru_cache(maxsize=2_000)
def last_session(day: date) -> date:
    """Return the last session on or before a day; the last weekday where the calendar does not reach so far."""
    known = calendars.sessions_of(EXCHANGE).days
    place = int(np.searchsorted(known, np.datetime64(day, "D"), side="right")) - 1
    if place < 0 or place == len(known) - 1:
        return day - timedelta(days=max(day.weekday() - 4, 0))
    found: date = known[place].astype(object)
    return found


def next_test_day(rule: Rule, after: date) -> date | None:
    """Return the first day after another on which a rule is tested; None of one that is always tested."""
    if not rule.is_quarterly:
        return None
    day = last_session(quarter_end(rule, after))
    return day if day > after else last_session(quarter_end(rule, quarter_end(rule, after) + timedelta(days=1)))


def last_test_day(rule: Rule, until: date) -> date | None:
    """Return the last day up to another on which a rule was tested; None of one that is always tested."""
    if not rule.is_quarterly:
        return None
    day = last_session(quarter_end(rule, until))
    if day <= until:
        return day
    first = quarter_end(rule, until).replace(day=1)
    for _ in range(2):  # back to the first month of the quarter
        first = (first - timedelta(days=1)).replace(day=1)
    return last_session(first - timedelta(days=1))


def _month_end(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
