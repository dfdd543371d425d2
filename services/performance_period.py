"""Which closes does a period run between, and is there enough history for it?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from services.errors import FieldProblem, InvalidRequest
from services.formatting import count, day_short
from services.messages.performance import PeriodChoice, PeriodsRequest, PeriodView
from services.performance_history import PerformanceHistory

DAYS_PER_YEAR = 365
SESSIONS_MIN_COUNT = 2
_MONTHS = {
    PeriodChoice.MONTH: 1,
    PeriodChoice.QUARTER: 3,
    PeriodChoice.HALF: 6,
    PeriodChoice.YEAR: 12,
    PeriodChoice.THREE_YEARS: 36,
    PeriodChoice.FIVE_YEARS: 60,
}
LABELS = {
    PeriodChoice.MONTH: "1 month",
    PeriodChoice.QUARTER: "3 months",
    PeriodChoice.HALF: "6 months",
    PeriodChoice.YEAR_TO_DATE: "Year to date",
    PeriodChoice.YEAR: "1 year",
    PeriodChoice.THREE_YEARS: "3 years",
    PeriodChoice.FIVE_YEARS: "5 years",
    PeriodChoice.ALL: "Since the beginning",
}


class TooShort(InvalidRequest):
    """The portfolio has not been valued on enough days for any figure."""

    default_code = "history_too_short"
    title = "There is not enough history yet"


@dataclass(frozen=True)
class ChosenPeriod:
    """A period with the places of its days in the history.

    Parameters
    ----------
    inside
        The days whose returns are in it.
    notes
        What was changed of what was asked for.

    """

    view: PeriodView
    inside: slice
    notes: tuple[str, ...]


def choose_period(history: PerformanceHistory, request: PeriodsRequest) -> ChosenPeriod:
    """Return the period that is asked for, cut to what there is.

    Raises
    ------
    TooShort
        Fewer than two days were valued in all.
    InvalidRequest
        The end lies before the start, or nothing was valued between them.

    """
    size = history.dates.size
    if size < SESSIONS_MIN_COUNT:
        raise _too_short(history)
    days: list[date] = history.dates.astype(object).tolist()
    first, last = days[0], days[-1]
    begin = first - timedelta(days=1)
    end = min(request.end or last, last)
    is_free = request.start is not None or request.end is not None
    start = request.start if request.start is not None else (begin if is_free else start_of(request.period, end, begin))
    if start >= end:
        raise _turned(start, end)
    notes = []
    if start < begin:
        if is_free or request.period is not PeriodChoice.YEAR_TO_DATE:
            notes.append(f"The portfolio's first day is {day_short(first)}: the period begins with it.")
        start = begin
    inside = history.between(start, end)
    if inside.stop - inside.start < 1:
        span = f"between {day_short(start)} and {day_short(end)}"
        problem = FieldProblem("start", f"There is no valued day {span}.", "Choose a longer period.")
        raise InvalidRequest("The period has no days.", "", fields=(problem,))
    _refuse_ruin(history, inside)
    is_from_start = inside.start == 0
    close = begin if is_from_start else days[inside.start - 1]
    view = PeriodView(
        label="Chosen days" if is_free else LABELS[request.period],
        start=close,
        end=days[inside.stop - 1],
        sessions_count=inside.stop - inside.start,
        is_year=(days[inside.stop - 1] - close).days >= DAYS_PER_YEAR,
        is_from_start=is_from_start,
        first_day=first,
        last_day=last,
    )
    return ChosenPeriod(view, inside, tuple(notes))


def _refuse_ruin(history: PerformanceHistory, inside: slice) -> None:
    """Refuse a period in which everything was lost: from there on there is no return to tell.

    Raises
    ------
    InvalidRequest
        With the day, and from which close on a period can begin.

    """
    lost = np.flatnonzero(history.returns_frac[inside] <= -1.0)
    if not lost.size:
        return
    place = inside.start + int(lost[-1])
    after = np.flatnonzero(history.values_ccy[place:] > 0.0)
    words = f"On {day_short(history.dates[place].astype(object))} debts were above what was held."
    advice = "A return exists only while the value is above zero."
    if after.size and place + int(after[0]) < history.dates.size - 1:
        first = history.dates[place + int(after[0])].astype(object)
        advice = f"Choose a period that begins on {day_short(first)} or later."
    problem = FieldProblem("start", words, advice)
    raise InvalidRequest("This period has no return.", "", fields=(problem,))


def _too_short(history: PerformanceHistory) -> TooShort:
    if not history.dates.size:
        return TooShort(
            "The portfolio has not been valued on any day yet.",
            "Book what it holds, or import prices for its holdings.",
        )
    only = day_short(history.dates[0].astype(object))
    return TooShort(
        f"The portfolio has been valued on {count(1, 'day')}, {only}; figures need at least {SESSIONS_MIN_COUNT}.",
        "They come with the prices of the next session; or book what it held before that day.",
    )


def check_days(request: PeriodsRequest) -> None:
    """Refuse a period that ends before it starts, before any work is begun.

    Raises
    ------
    InvalidRequest
        The end is not after the start.

    """
    if request.start is not None and request.end is not None and request.start >= request.end:
        raise _turned(request.start, request.end)


def _turned(start: date, end: date) -> InvalidRequest:
    words = f"The start, {day_short(start)}, is not before the end, {day_short(end)}."
    problem = FieldProblem("start", words, "Choose a start before the end.")
    return InvalidRequest("The period has no days.", "", fields=(problem,))


def start_of(period: PeriodChoice, end: date, begin: date) -> date:
    """Return the close at which a period that ends on a day begins; `begin` for the whole history."""
    if period is PeriodChoice.ALL:
        return begin
    if period is PeriodChoice.YEAR_TO_DATE:
        return date(end.year - 1, 12, 31)
    return months_before(end, _MONTHS[period])


def months_before(day: date, months_count: int) -> date:
    """Return the same day of an earlier month; its last day where it is shorter."""
    months = day.year * 12 + day.month - 1 - months_count
    year, month = divmod(months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
