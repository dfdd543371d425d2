"""How do series of different exchanges come onto one calendar, without inventing moves or losing them?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.market_series import StoredSeries
from services.portfolio_facts import FloatArray
from services.valuation_prices import STALE_SESSIONS_MAX, CloseSeries

Days = NDArray[np.datetime64]
SATURDAY_PLACE = 5
WEEK_DAYS_COUNT = 7


@dataclass(frozen=True)
class Column:
    """One position: its series, or None for cash, and its currency."""

    series: StoredSeries | None
    currency: str


def calendar(columns: Iterable[Days], last: np.datetime64, sessions_count: int) -> Days:
    """Return the last sessions up to a day on which any of the series has a bar, one more than the returns wanted.

    Days of the weekend count only where every series has them: an asset that trades on Sundays beside stocks has its
    weekend in Monday's return, so that a year has as many returns as the stocks have sessions.
    """
    distinct: list[Days] = []
    for sessions in columns:
        if not any(sessions is seen or np.array_equal(sessions, seen) for seen in distinct):
            distinct.append(sessions)
    if not distinct:
        return np.empty(0, dtype="datetime64[D]")
    begin = last - np.timedelta64(2 * sessions_count + 40, "D")
    windows = [sessions[(sessions >= begin) & (sessions <= last)].astype("datetime64[D]") for sessions in distinct]
    union = windows[0] if len(windows) == 1 else np.unique(np.concatenate(windows))
    if not all(_has_weekends(window) for window in windows):
        union = union[~_is_weekend(union)]
    return union[-(sessions_count + 1) :]


class Aligner:
    """Finds for each day of a calendar the latest fresh value of a series; series that share sessions share the search.

    Parameters
    ----------
    days : array (t + 1,) of datetime64[D]

    """

    def __init__(self, days: Days) -> None:
        self._days = days
        self._found: list[tuple[Days, NDArray[np.intp], NDArray[np.bool_]]] = []

    def levels(self, sessions: Days, values: FloatArray) -> FloatArray:
        """Return the latest value on or before each day that is at most five business days old; NaN where none is.

        Parameters
        ----------
        sessions : array of datetime64[D]
            Increasing.
        values : array
            Positive; anything else counts as missing.

        """
        usable = np.isfinite(values) & (values > 0.0)
        if not bool(usable.all()):
            sessions, values = sessions[usable], values[usable]
        if sessions.size == 0:
            return np.full(self._days.size, np.nan)
        place, is_fresh = self._search(sessions)
        return np.where(is_fresh, values[place], np.nan)

    def _search(self, sessions: Days) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        for seen, place, is_fresh in self._found:
            if seen is sessions or np.array_equal(seen, sessions):
                return place, is_fresh
        place = np.searchsorted(sessions, self._days, side="right") - 1
        bounded = np.maximum(place, 0)
        found = sessions[bounded].astype("datetime64[D]")
        ages = np.busday_count(found, np.maximum(self._days, found))
        is_fresh = (place >= 0) & (ages <= STALE_SESSIONS_MAX)
        self._found.append((sessions, bounded, is_fresh))
        return bounded, is_fresh


def returns_tables(
    columns: Sequence[Column], rates: Mapping[str, CloseSeries], base_currency: str, days: Days
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the returns of each position in the base currency, in its own, and of its currency.

    Parameters
    ----------
    columns : sequence of Column
        n positions.
    rates : mapping of currency to CloseSeries
        Units of the base currency for one of the currency.
    days : array (t + 1,) of datetime64[D]

    Returns
    -------
    three arrays (t, n)
        Fractions, NaN where a level is missing; ``1 + base = (1 + local) (1 + fx)``.

    """
    aligner = Aligner(days)
    count = max(days.size - 1, 0)
    local = np.zeros((count, len(columns)))
    fx = np.zeros((count, len(columns)))
    moves: dict[str, FloatArray] = {}
    for number, column in enumerate(columns):
        if column.series is not None:
            local[:, number] = changes(aligner.levels(column.series.sessions, column.series.adjusted_closes))
        if column.currency == base_currency:
            continue
        if column.currency not in moves:
            rate = rates[column.currency]
            moves[column.currency] = changes(aligner.levels(rate.sessions, rate.closes))
        fx[:, number] = moves[column.currency]
    return (1.0 + local) * (1.0 + fx) - 1.0, local, fx


def changes(levels: FloatArray) -> FloatArray:
    """Return the simple return from each level to the next; NaN where either is missing."""
    if levels.size < 2:
        return np.empty(0)
    moves: FloatArray = levels[1:] / levels[:-1] - 1.0
    return moves


def _is_weekend(days: Days) -> NDArray[np.bool_]:
    weekday = (days.astype("datetime64[D]").astype(np.int64) + 3) % WEEK_DAYS_COUNT  # 1970-01-01 was a Thursday
    found: NDArray[np.bool_] = weekday >= SATURDAY_PLACE
    return found


def _has_weekends(days: Days) -> bool:
    return bool(_is_weekend(days).any())
