"""By which day is a filing of the United States due, counted from the day on which its threshold was found passed?

Days are those that the texts name. What ends on a Saturday, a Sunday or a federal holiday ends on the next business day
(17 CFR 240.0-3; for Form PF its instruction 9). A year is the calendar year: a fund whose own year ends otherwise sets
the rule's days of grace.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np

from services.compliance.breach_states import cure_day
from services.compliance.quarter_days import last_test_day

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.compliance.result import GroupResult
    from engine.compliance.rule import Rule

NOTICE = "notify"
MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Deadline:
    """How many days after what a filing is due.

    Parameters
    ----------
    days_count : int
    counts : {"business", "calendar"}
        Which days.
    after : {"day", "month", "quarter", "year"}
        The day itself, or the end of the calendar period that it lies in.
    source : str
        The text that names it.
    """

    days_count: int
    counts: Literal["business", "calendar"]
    after: Literal["day", "month", "quarter", "year"]
    source: str


DEADLINES = {
    "notices.13d": Deadline(5, "business", "day", "17 CFR 240.13d-1(a)"),
    "notices.13g_institution": Deadline(45, "calendar", "quarter", "17 CFR 240.13d-1(b)(2)"),
    "notices.13g_institution_10": Deadline(5, "business", "month", "17 CFR 240.13d-1(b)(2)"),
    "notices.13g_passive": Deadline(5, "business", "day", "17 CFR 240.13d-1(c)"),
    "notices.13g_passive_10": Deadline(2, "business", "day", "17 CFR 240.13d-2(d)"),
    "notices.section_16": Deadline(10, "calendar", "day", "17 CFR 240.16a-3(a); 15 U.S.C. 78p(a)(2)(B)"),
    "notices.13f2_value": Deadline(14, "calendar", "month", "17 CFR 240.13f-2(a)"),
    "notices.13f2_share": Deadline(14, "calendar", "month", "17 CFR 240.13f-2(a)"),
    "notices.13f": Deadline(45, "calendar", "year", "17 CFR 240.13f-1(a)(1)"),
    "notices.13h_day_shares": Deadline(10, "calendar", "day", "17 CFR 240.13h-1(b)(1)"),
    "notices.13h_day_value": Deadline(10, "calendar", "day", "17 CFR 240.13h-1(b)(1)"),
    "notices.13h_month_shares": Deadline(10, "calendar", "day", "17 CFR 240.13h-1(b)(1)"),
    "notices.13h_month_value": Deadline(10, "calendar", "day", "17 CFR 240.13h-1(b)(1)"),
    "notices.form_pf": Deadline(120, "calendar", "year", "Form PF, instruction 9"),
    "notices.form_pf_large": Deadline(60, "calendar", "quarter", "Form PF, instruction 9"),
}
"""By the code of the pack's rule. Of Form 13F it is the first one, for the year in which the threshold was passed."""


def due_day(rule: Rule, group: GroupResult, found_on: date) -> date | None:
    """Return by when a breach is to be mended, or a filing made; days that the house set go before those of a text.

    Parameters
    ----------
    rule : Rule
    group : GroupResult
        How the group stands that opens the breach.
    found_on : date
    """
    is_notice = rule.remedy == NOTICE
    if is_notice and rule.cure_days is None and group.status == "failed":
        return filing_day(rule, found_on)
    return cure_day(group.cause, rule.cure_days, found_on, is_notice=is_notice)


def filing_day(rule: Rule, found_on: date) -> date | None:
    """Return the last day for the filing of a rule of the packs; None where no text names one.

    Parameters
    ----------
    rule : Rule
    found_on : date
        The day on which the threshold was found passed; of a rule that is tested at the ends of quarters the last such
        end counts.
    """
    deadline = DEADLINES.get(rule.id)
    if deadline is None:
        return None
    start = last_test_day(rule, found_on) or found_on
    if deadline.after != "day":
        start = _period_end(start, MONTHS[deadline.after])
    if deadline.counts == "business":
        return _business_day(start, deadline.days_count, "backward")
    return _business_day(start + timedelta(days=deadline.days_count), 0, "forward")


def _period_end(day: date, months_count: int) -> date:
    last_month = (day.month - 1) // months_count * months_count + months_count
    year, month = divmod(last_month, 12)
    return date(day.year + year, month + 1, 1) - timedelta(days=1)


def _business_day(day: date, days_count: int, roll: Literal["backward", "forward"]) -> date:
    found = np.busday_offset(np.datetime64(day, "D"), days_count, roll=roll, holidays=_holidays(day.year))
    made: date = found.astype(object)
    return made


@lru_cache(maxsize=100)
def _holidays(year: int) -> NDArray[np.datetime64]:
    """Return the federal holidays, as observed, of a year and its neighbours."""
    from pandas.tseries.holiday import USFederalHolidayCalendar  # heavy, and wanted once a breach opens

    return USFederalHolidayCalendar().holidays(f"{year - 1}-12-01", f"{year + 1}-12-31").to_numpy("datetime64[D]")
