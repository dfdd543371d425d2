"""How did some portfolios grow and fall over the last year, from one common day to another?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from engine.kernel.wealth import falls_from_peak
from services.messages.comparison import ComparedCourse

if TYPE_CHECKING:
    from services.valuation import DayPoint

YEAR_DAYS = 365
LEAST_COUNT = 2


def courses_of(recent: Mapping[str, Sequence[DayPoint]], ends: Mapping[str, date | None]) -> tuple[ComparedCourse, ...]:
    """Return the growth and the falls of each portfolio between the same two days.

    Parameters
    ----------
    recent : mapping of str to sequence of DayPoint
        Portfolio to its daily values, rising by day.
    ends : mapping of str to date or None
        Portfolio to its last day with prices.

    Returns
    -------
    tuple of ComparedCourse
        In the order of `recent`, without those that have fewer than two daily values above zero in the last year; from
        the latest of their first days to the earliest of their last ones, less than a year where one of them is
        younger. Empty where these days do not meet.

    """
    years = {key: _year(points, ends.get(key)) for key, points in recent.items()}
    known = {key: points for key, points in years.items() if len(points) >= LEAST_COUNT}
    if not known:
        return ()
    start = max(points[0].day for points in known.values())
    end = min(points[-1].day for points in known.values())
    if start >= end:
        return ()
    return tuple(_course(key, points, start, end) for key, points in known.items())


def _year(points: Sequence[DayPoint], end: date | None) -> list[DayPoint]:
    if end is None:
        return []
    start = end - timedelta(days=YEAR_DAYS)
    return [point for point in points if start <= point.day <= end and point.twr_index > 0.0]


def _course(key: str, points: Sequence[DayPoint], start: date, end: date) -> ComparedCourse:
    """Return one course; its first level is the latest one known by the start, when another market may have rested."""
    base = next(point.twr_index for point in reversed(points) if point.day <= start)
    later = [point for point in points if start < point.day <= end]
    levels = [point.twr_index for point in later]
    falls = falls_from_peak(levels, start=base).tolist() if levels else []
    return ComparedCourse(
        portfolio_id=key,
        days=(start, *(point.day for point in later)),
        growth_frac=(0.0, *(level / base - 1.0 for level in levels)),
        fall_frac=(0.0, *falls),
    )
