"""What record of returns are figures computed from, and what is wrong with it?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kernel.arrays import days_of, numbers_of
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Vector
from engine.kernel.risk_free import RiskFree
from engine.kernel.units import plural

Dates = NDArray[np.datetime64]
YEAR_DAYS_COUNT = 361  # a calendar year that begins and ends with closed days: 31 December to 29 December, say
FULL_SHARE = 0.95  # a calendar year has 249 to 253 sessions, not always 252
LARGEST_LOG = 650.0  # of wealth, and so of any figure made of it
PERIODS_PER_YEAR = (1, 2, 4, 12, 24, 26, 52, 104, 250, 251, 252, 253, 260, 261, 365)


@dataclass(frozen=True, eq=False)
class History:
    """One record of returns, with the risk-free rate and the benchmark on the same dates.

    Make one with `History.of`.

    Attributes
    ----------
    dates
        Closes that end the periods, strictly increasing, shape (t,).
    returns_frac
        Simple returns, shape (t,), at least -1, no gaps.
    started_on
        The close before the first return.
    periods_per_year
        What annualizing multiplies by; never guessed from the rows.
    risk_free_frac
        Earned by cash in each period, shape (t,).
    benchmark_frac
        Returns of the benchmark, shape (t,), NaN where it has none; None without a benchmark.
    benchmark_name
        None without a benchmark.
    notes
        What was left out, and what the rate is.

    """

    dates: Dates
    returns_frac: Vector
    started_on: date
    periods_per_year: int
    risk_free_frac: Vector
    benchmark_frac: Vector | None
    benchmark_name: str | None
    notes: tuple[str, ...]

    @classmethod
    def of(
        cls,
        dates: Any,
        returns_frac: Any,
        *,
        periods_per_year: int = 252,
        started_on: date | None = None,
        risk_free: RiskFree | None = None,
        benchmark_returns_frac: Any = None,
        benchmark_name: str | None = None,
    ) -> History:
        """Check a record and return it.

        Parameters
        ----------
        dates
            Closes that end the periods, increasing.
        returns_frac
            Simple returns, shape (t,). A NaN is a period without a return (nothing was invested): it is left out and
            noted, never taken as 0.
        periods_per_year
            252 for daily, 52 for weekly, 12 for monthly returns.
        started_on
            The close before the first return; by default one period before the first date (a day, a week, or the end of
            the month before for monthly and longer periods).
        risk_free
            By default 0%, and a note says that nobody has set it.
        benchmark_returns_frac, benchmark_name
            On the same dates; NaN where the benchmark has none.

        Raises
        ------
        InputRefused
            Shapes that do not match, dates out of order, a return below -100%, infinite numbers, nothing at all.

        """
        days, returns = days_of(dates, "dates"), numbers_of(returns_frac, "returns_frac")
        base = None if benchmark_returns_frac is None else numbers_of(benchmark_returns_frac, "benchmark_returns_frac")
        problems = _problems(days, returns, base, started_on, periods_per_year)
        if problems:
            raise InputRefused(problems)
        rate = risk_free or RiskFree.not_set()
        cash = np.broadcast_to(np.asarray(rate.per_period(days, periods_per_year), float), days.shape)
        known = np.isfinite(returns)
        begin = started_on or _before(_day(days[0]), periods_per_year)
        notes = []
        if not known.all():
            first = int(np.argmax(known))
            begin = _day(days[first - 1]) if first else begin
            inner = int((~known[first:]).sum())
            if inner:
                notes.append(f"{plural(inner, 'period')} without a return {'is' if inner == 1 else 'are'} left out.")
        if not rate.is_set:
            notes.append(rate.sentence())
        return cls(
            days[known],
            returns[known],
            begin,
            periods_per_year,
            cash[known],
            None if base is None else base[known],
            None if base is None else (benchmark_name or "Benchmark"),
            tuple(notes),
        )

    @property
    def count(self) -> int:
        """How many returns there are."""
        return len(self.returns_frac)

    @property
    def ended_on(self) -> date:
        """The close of the last return."""
        return _day(self.dates[-1])

    @property
    def is_year(self) -> bool:
        """Whether the record covers a year, from close to close but for holidays: below that nothing is annualized."""
        has_days = (self.ended_on - self.started_on).days >= YEAR_DAYS_COUNT
        return has_days and self.count >= FULL_SHARE * self.periods_per_year

    def common(self) -> History | None:
        """Return the periods on which portfolio and benchmark both have a return; None where there are none."""
        if self.benchmark_frac is None:
            return None
        both = np.isfinite(self.benchmark_frac)
        return self.where(both) if both.any() else None

    def beside(self) -> History | None:
        """Return the benchmark's own record on the common periods, for its figures in a column beside the portfolio's.

        None where there is no benchmark.
        """
        common = self.common()
        if common is None or common.benchmark_frac is None:
            return None
        return replace(common, returns_frac=common.benchmark_frac, benchmark_frac=None, benchmark_name=None)

    def where(self, kept: NDArray[np.bool_]) -> History:
        """Return the record of some of its periods, shape (t,), at least one."""
        first = int(np.argmax(kept))
        return replace(
            self,
            started_on=_day(self.dates[first - 1]) if first else self.started_on,
            dates=self.dates[kept],
            returns_frac=self.returns_frac[kept],
            risk_free_frac=self.risk_free_frac[kept],
            benchmark_frac=None if self.benchmark_frac is None else self.benchmark_frac[kept],
        )

    def benchmark(self) -> Vector:
        """Return the benchmark's returns, shape (t,).

        Raises
        ------
        InputRefused
            There is none.

        """
        if self.benchmark_frac is None:
            advice = "Choose a benchmark for the portfolio."
            raise InputRefused([Problem("benchmark_returns_frac", "The record has no benchmark.", advice)])
        return self.benchmark_frac


def _before(first: date, periods_per_year: int) -> date:
    """Return the day one period before a date."""
    if periods_per_year > 12:
        return first - timedelta(days=max(1, round(365 / periods_per_year)))
    months = first.year * 12 + first.month - 1 - (12 // periods_per_year - 1)
    return date(months // 12, months % 12 + 1, 1) - timedelta(days=1)


def _day(value: np.datetime64) -> date:
    return value.astype("datetime64[D]").astype(date)  # type: ignore[no-any-return]


def _peak_log(returns: Vector) -> float:
    """Return the logarithm of the highest wealth after the known returns, of which none is below -1."""
    growth = 1.0 + returns[np.isfinite(returns)]
    return float(np.cumsum(np.log(growth[growth > 0.0])).max(initial=0.0))


def _problems(
    days: Dates, returns: Vector, base: Vector | None, started_on: date | None, periods_per_year: int
) -> list[Problem]:
    """Return what is wrong with a record."""
    if days.ndim != 1 or returns.shape != days.shape or (base is not None and base.shape != days.shape):
        sizes = f"{days.size} dates, {returns.size} returns" + (
            "" if base is None else f", {base.size} of the benchmark"
        )
        return [Problem("returns_frac", f"The record has {sizes}.", "Give one return for each date.")]
    found: list[Problem] = []
    if not np.isfinite(returns).any():
        return [Problem("returns_frac", "There is no return at all.", "Choose dates on which something was invested.")]
    if np.isnat(days).any() or (days[1:] <= days[:-1]).any():
        found.append(Problem("dates", "Dates must increase without repeating.", "Sort the dates."))
    elif started_on is not None and np.datetime64(started_on, "D") >= days[0]:
        advice = "Give the close before the first return."
        found.append(Problem("started_on", f"The start {started_on.isoformat()} is not before the first date.", advice))
    if periods_per_year not in PERIODS_PER_YEAR:
        advice = "Give 252 for daily, 52 for weekly, 12 for monthly returns."
        found.append(Problem("periods_per_year", f"{periods_per_year} is no usual number of periods a year.", advice))
    for name, series in (("returns_frac", returns), ("benchmark_returns_frac", base)):
        if series is None:
            continue
        if np.isinf(series).any():
            found.append(Problem(name, "A return is infinite.", "Check the value before it: it may be zero."))
        elif (series < -1.0).any():
            place = int(np.nanargmin(series))
            message = f"The return on {days[place]} is {100 * float(series[place]):.1f}%: more than everything is lost."
            found.append(
                Problem(name, message, "Give fractions: -0.05 for -5%. Debts above the assets have no return.")
            )
        elif _peak_log(series) > LARGEST_LOG:
            message = "The returns compound to more than a number can hold."
            found.append(Problem(name, message, "Check the prices, and give fractions: 0.05 for 5%."))
    return found
