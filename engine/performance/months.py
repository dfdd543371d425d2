"""What did each calendar month and year return, and which of them does the record not cover wholly?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Vector
from engine.performance.history import History
from engine.performance.result import CalendarReturn, CalendarTable

_ONE_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True, eq=False)
class Blocks:
    """Returns compounded over calendar months or years.

    Attributes
    ----------
    labels
        First day of each, shape (m,), as months or years of numpy.
    returns_frac, benchmark_frac
        Compounded, shape (m,); the benchmark's are NaN where it lacks a return, None without one.
    counts
        Periods in each, shape (m,).
    is_partial
        Whether the record begins or ends within, shape (m,).

    """

    labels: NDArray[np.datetime64]
    returns_frac: Vector
    benchmark_frac: Vector | None
    counts: NDArray[np.intp]
    is_partial: NDArray[np.bool_]


def blocks(history: History, unit: Literal["M", "Y"]) -> Blocks:
    """Return the record's returns by calendar month (``M``) or year (``Y``).

    The first one is partial where a weekday of it lies before the record (New Year's Day is none), the last one where a
    weekday of it lies after the record.
    """
    labels = history.dates.astype(f"datetime64[{unit}]")
    starts = np.flatnonzero(np.concatenate([[True], labels[1:] != labels[:-1]]))
    names = labels[starts]
    partial = np.zeros(len(starts), dtype=bool)
    begin, start = names[0].astype("datetime64[D]"), np.datetime64(history.started_on, "D")
    is_new_year = begin == begin.astype("datetime64[Y]").astype("datetime64[D]")
    partial[0] = start >= begin and np.busday_count(begin + (_ONE_DAY if is_new_year else 0), start + _ONE_DAY) > 0
    partial[-1] |= np.busday_count(history.dates[-1] + _ONE_DAY, (names[-1] + 1).astype("datetime64[D]")) > 0
    counts = np.diff(np.append(starts, history.count))
    base = history.benchmark_frac
    return Blocks(
        names,
        np.multiply.reduceat(1.0 + history.returns_frac, starts) - 1.0,
        None if base is None else np.multiply.reduceat(1.0 + base, starts) - 1.0,
        counts,
        partial,
    )


def calendar_table(history: History) -> CalendarTable:
    """Return the table of monthly and yearly returns, oldest first; months without any return are absent."""
    return CalendarTable(months=_rows(blocks(history, "M")), years=_rows(blocks(history, "Y")))


def _rows(found: Blocks) -> tuple[CalendarReturn, ...]:
    rows = []
    is_months = found.labels.dtype == np.dtype("datetime64[M]")
    for place, label in enumerate(found.labels):
        first: date = label.astype("datetime64[D]").astype(date)
        own = float(found.returns_frac[place])
        base = None if found.benchmark_frac is None else float(found.benchmark_frac[place])
        base = None if base is None or not np.isfinite(base) else base
        rows.append(
            CalendarReturn(
                year=first.year,
                month=first.month if is_months else None,
                return_frac=own,
                benchmark_return_frac=base,
                active_return_frac=None if base is None else own - base,
                periods_count=int(found.counts[place]),
                is_partial=bool(found.is_partial[place]),
            )
        )
    return tuple(rows)
