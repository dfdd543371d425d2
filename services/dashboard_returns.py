"""What did all portfolios together return, beside their benchmarks together?

The composite: each day's return is that of the portfolios, weighted by their values at the beginning of that day in one
currency::

    R_d = sum_i B_i,d * g_i,d * x_i,d / sum_i B_i,d * x_i,d-1  -  1

with B the value on which the portfolio's own return of the day rests, g its factor of growth without flows, and x the
rate into the currency. Deposits therefore never count as gains, and of a single portfolio in its own currency it is
that portfolio's own time-weighted return. A portfolio that begins during the period joins on its first day, whose
exchange rate counts for all of that day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from services.valuation import DayPoint
from services.valuation_returns import SPARKLINE_POINTS_COUNT

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Member:
    """One portfolio of a composite.

    Parameters
    ----------
    points : sequence of DayPoint
        Its stored days, in order.
    rates : array (n,) of float64
        Units of the composite's currency for one of the portfolio's on each of the days; NaN where there is none.
    benchmark : array (n,) of float64 or None
        Levels of its benchmark on those days in the portfolio's currency.

    """

    points: Sequence[DayPoint]
    rates: FloatArray
    benchmark: FloatArray | None = None

    @cached_property
    def days(self) -> NDArray[np.datetime64]:
        """The stored days."""
        return np.array([point.day for point in self.points], "datetime64[D]")

    @cached_property
    def values(self) -> FloatArray:
        """The values at the closes of those days."""
        return np.array([float(point.value_ccy) for point in self.points])

    @property
    def is_usable(self) -> bool:
        """Whether there is a day, and a rate on each of them."""
        return bool(self.points) and bool(np.isfinite(self.rates).all())


@dataclass(frozen=True)
class Composite:
    """Returns of a period, as fractions; None where nothing was measured.

    `compared_frac` and `benchmark_frac` are of the `compared_count` members whose benchmarks are known throughout.
    """

    return_frac: float | None
    compared_frac: float | None
    benchmark_frac: float | None
    compared_count: int
    index: tuple[float, ...]

    @property
    def active_frac(self) -> float | None:
        """What the compared members returned beyond their benchmarks."""
        if self.compared_frac is None or self.benchmark_frac is None:
            return None
        return self.compared_frac - self.benchmark_frac


def composite(members: Sequence[Member], start: date, end: date) -> Composite:
    """Return what members together returned from the last close on or before `start` to that of `end`.

    Parameters
    ----------
    members : sequence of Member
        Those without a rate on any of their days are left out.
    start, end : date

    """
    usable = [one for one in members if one.is_usable]
    days = _union(usable, end)
    if not days.size:
        return Composite(None, None, None, 0, ())
    own = [_terms(one, days, None) for one in usable]
    with_benchmark = [(one, one.benchmark) for one in usable if _is_known(one, start, end)]
    compared = [_terms(one, days, None) for one, _ in with_benchmark]
    beside = [_terms(one, days, levels) for one, levels in with_benchmark]
    inside = days > np.datetime64(start, "D")
    daily = _returns(own)
    recent = np.concatenate(([1.0], np.cumprod(1.0 + daily[-SPARKLINE_POINTS_COUNT:])))[-SPARKLINE_POINTS_COUNT:]
    return Composite(
        return_frac=_chained(daily, inside),
        compared_frac=_chained(_returns(compared), inside) if compared else None,
        benchmark_frac=_chained(_returns(beside), inside) if beside else None,
        compared_count=len(compared),
        index=tuple(float(level) for level in recent),
    )


def values_on_days(members: Sequence[Member], end: date, count: int = SPARKLINE_POINTS_COUNT) -> tuple[float, ...]:
    """Return the value of all members together on the last days on which each of them has one."""
    usable = [one for one in members if one.is_usable]
    if not usable:
        return ()
    first = max(one.points[0].day for one in usable)
    wanted = _union(usable, end)
    wanted = wanted[wanted >= np.datetime64(first, "D")][-count:]
    total = np.zeros(wanted.size)
    for one in usable:
        place = np.searchsorted(one.days, wanted, side="right") - 1
        total += one.values[place] * one.rates[place]
    return tuple(float(value) for value in total)


def _is_known(one: Member, start: date, end: date) -> bool:
    """Whether the benchmark has a level on each day of the period on which the portfolio has one."""
    if one.benchmark is None:
        return False
    days = one.days
    before = max(int(np.searchsorted(days, np.datetime64(start, "D"), side="right")) - 1, 0)
    until = int(np.searchsorted(days, np.datetime64(end, "D"), side="right"))
    return bool(np.isfinite(one.benchmark[before:until]).all())


def _terms(one: Member, days: NDArray[np.datetime64], levels: FloatArray | None) -> tuple[FloatArray, FloatArray]:
    """Return what the member adds on each day to the sums below and above the line of the day's return."""
    own, values = one.days, one.values
    place = np.searchsorted(own, days, side="right") - 1
    is_there = place >= 0
    index = np.array([point.twr_index for point in one.points])
    growth = _growth(index) if levels is None else _growth(levels)
    if levels is not None:
        growth[0] = 1.0  # a benchmark is bought at the first close: it has no return on that day
    elif one.points[0].return_frac is not None:
        growth[0] = 1.0 + one.points[0].return_frac
    begin = np.concatenate(([_begin(one.points[0])], values[:-1]))
    rates_before = np.concatenate((one.rates[:1], one.rates[:-1]))
    is_new = np.zeros(days.size, dtype=bool)
    is_new[is_there] = own[place[is_there]] == days[is_there]
    below, above = np.zeros(days.size), np.zeros(days.size)
    at = place[is_new]
    below[is_new] = np.maximum(begin[at], 0.0) * rates_before[at]
    above[is_new] = np.maximum(begin[at], 0.0) * growth[at] * one.rates[at]
    is_still = is_there & ~is_new  # another market trades that day: the member stands still and keeps its weight
    resting = np.maximum(values[place[is_still]], 0.0) * one.rates[place[is_still]]
    below[is_still], above[is_still] = resting, resting
    return below, above


def _begin(first: DayPoint) -> float:
    """Return the value on which the first stored day's own return rests."""
    factor = 1.0 + (first.return_frac or 0.0)
    return float(first.value_ccy) / factor if factor > 0 else float(first.external_flow_ccy)


def _growth(levels: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        moves = levels[1:] / levels[:-1]
    return np.concatenate(([1.0], np.where(np.isfinite(moves), moves, 1.0)))


def _returns(terms: Sequence[tuple[FloatArray, FloatArray]]) -> FloatArray:
    below = np.sum([one[0] for one in terms], axis=0)
    above = np.sum([one[1] for one in terms], axis=0)
    return np.where(below > 0.0, above / np.where(below > 0.0, below, 1.0) - 1.0, 0.0)


def _chained(daily: FloatArray, inside: NDArray[np.bool_]) -> float:
    return float(np.prod(1.0 + daily[inside]) - 1.0)


def _union(members: Sequence[Member], end: date) -> NDArray[np.datetime64]:
    """Return every day up to `end` on which any member has a value."""
    if not members:
        return np.empty(0, "datetime64[D]")
    days = np.unique(np.concatenate([one.days for one in members]))
    return days[days <= np.datetime64(end, "D")]
