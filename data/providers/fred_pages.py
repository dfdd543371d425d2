"""What do FRED's pages hold, and how are the pieces of one series joined?"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict

from data.providers.answers import MacroFacts, MacroObservation

MISSING = "."
FOREVER = date(9999, 12, 31)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class SeriesRow(_Part):
    """Who a series is."""

    id: str
    title: str
    units: str
    frequency: str
    seasonal_adjustment: str


class SeriesPage(_Part):
    """The page about a series."""

    seriess: list[SeriesRow]


class ObservationRow(_Part):
    """One value with the days on which it stood."""

    realtime_start: date
    realtime_end: date
    date: date
    value: str


class ObservationPage(_Part):
    """Part of the observations; ``count`` is the number of all of them."""

    count: int
    offset: int
    limit: int
    observations: list[ObservationRow]


class VintagePage(_Part):
    """The days on which a series was published or revised."""

    count: int
    vintage_dates: list[date]


def facts(row: SeriesRow) -> MacroFacts:
    """Return what a series is about."""
    return MacroFacts(row.id, row.title, row.units, row.frequency, row.seasonal_adjustment)


def value_of(written: str) -> float:
    """Return a value, NaN for the point by which FRED writes that there is none.

    Raises
    ------
    ValueError
        It is neither.

    """
    if written.strip() == MISSING:
        return math.nan
    number = float(written)
    if not math.isfinite(number):
        raise ValueError(written)
    return number


def observation(series_id: str, row: ObservationRow, is_all_vintages: bool) -> MacroObservation:
    """Return one row; without vintages the last day means the day of asking, so the value still stands."""
    ends = row.realtime_end if is_all_vintages and row.realtime_end != FOREVER else None
    return MacroObservation(series_id, row.date, value_of(row.value), row.realtime_start, ends)


def joined(observations: list[MacroObservation]) -> list[MacroObservation]:
    """Return observations by event date and first day of knowledge, pieces of one value joined.

    FRED gives the vintages of a long series only in windows, and cuts the days on which a value stood at the ends of
    the window. Two pieces that follow on one another with an equal value are one value that was not revised.
    """
    done: list[MacroObservation] = []
    for one in sorted(observations, key=lambda found: (found.event_date, found.realtime_start)):
        last = done[-1] if done else None
        if last is not None and _follows(last, one):
            done[-1] = replace(last, realtime_end=_later(last.realtime_end, one.realtime_end))
        else:
            done.append(one)
    return done


def windows(vintages: list[date], most: int) -> list[tuple[date, date]]:
    """Return windows that hold no more than so many vintages each, without a gap between them."""
    starts = vintages[::most]
    ends = [start - timedelta(days=1) for start in starts[1:]]
    return list(zip(starts, [*ends, FOREVER], strict=True))


def _follows(last: MacroObservation, one: MacroObservation) -> bool:
    """Return whether one is the same value going on, or the same piece again."""
    same = last.value == one.value or (math.isnan(last.value) and math.isnan(one.value))
    if last.event_date != one.event_date or not same:
        return False
    return last.realtime_end is None or one.realtime_start <= last.realtime_end + timedelta(days=1)


def _later(first: date | None, second: date | None) -> date | None:
    return None if first is None or second is None else max(first, second)
