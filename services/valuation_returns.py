"""What did a portfolio return over a period, how much did it vary, and which holdings brought it about?

Time-weighted: the product of the daily factors. Periods below one year are not annualized. Volatility is the sample
standard deviation (ddof = 1) of daily returns times the square root of 252.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from services.valuation_daily import DayValue

PERIODS_PER_YEAR = 252
SPARKLINE_POINTS_COUNT = 60
OBSERVATIONS_MIN = 20
"""Fewer daily returns than this give no volatility."""


def chained(returns_frac: Sequence[float]) -> float:
    """Return the compound return of a series of period returns."""
    return math.prod(1.0 + value for value in returns_frac) - 1.0


def year_to_date(days: Sequence[date], index: Sequence[float], as_of: date) -> float | None:
    """Return the return since the last close of the year before; None when the portfolio is younger than that.

    A portfolio that began in this year counts from its beginning.
    """
    return since(days, index, date(as_of.year - 1, 12, 31), as_of)


def one_year(days: Sequence[date], index: Sequence[float], as_of: date) -> float | None:
    """Return the return since the close one year earlier; None when the history is shorter."""
    start = _one_year_before(as_of)
    if not days or days[0] > start:
        return None
    return since(days, index, start, as_of)


def since(days: Sequence[date], index: Sequence[float], start: date, end: date) -> float | None:
    """Return the return from the last close on or before `start` (index 1 before the first day) to that of `end`."""
    last = _position(days, end)
    if last < 0:
        return None
    first = _position(days, start)
    base = index[first] if first >= 0 else 1.0
    return None if base <= 0.0 else index[last] / base - 1.0


def volatility(days: Sequence[date], returns_frac: Sequence[float | None], as_of: date) -> float | None:
    """Return the annualized volatility of the last year's daily returns; None with fewer than 20 of them."""
    start = _one_year_before(as_of)
    chosen = [
        value
        for day, value in zip(days, returns_frac, strict=True)
        if start < day <= as_of and value is not None and math.isfinite(value)
    ]
    if len(chosen) < OBSERVATIONS_MIN:
        return None
    return float(np.std(np.asarray(chosen), ddof=1) * math.sqrt(PERIODS_PER_YEAR))


def sparkline(index: Sequence[float]) -> tuple[float, ...]:
    """Return at most 60 points of the index: the last 60 sessions, the newest included."""
    return tuple(float(value) for value in index[-SPARKLINE_POINTS_COUNT:])


def contributions(path: Sequence[DayValue], start: date, end: date) -> dict[str, float]:
    """Return what each holding contributed to the period's time-weighted return; their sum is that return.

    The day's contribution is the holding's gain over the base of the day's return; days are linked by
    the index before them, which is exact::

        C_i = sum over t of  c_i,t * product over s < t of (1 + R_s)

    Parameters
    ----------
    path : sequence of DayValue
        Consecutive days.
    start, end : date
        The period runs from the close of `start` to the close of `end`.

    Returns
    -------
    dict of str to float
        By asset id; cash, fees and interest under the key "".

    """
    linked = 1.0
    total: dict[str, float] = {}
    for day in path:
        if not start < day.day <= end or day.return_frac is None:
            continue
        for key, gain in day.gains_ccy.items():
            total[key] = total.get(key, 0.0) + float(gain / day.base_ccy) * linked
        linked *= 1.0 + day.return_frac
    return total


def _position(days: Sequence[date], day: date) -> int:
    """Return the position of the last day on or before `day`; -1 when there is none."""
    position = len(days) - 1
    while position >= 0 and days[position] > day:
        position -= 1
    return position


def _one_year_before(day: date) -> date:
    """Return the same date one year earlier; 29 February counts as 28."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return (day - timedelta(days=1)).replace(year=day.year - 1)
