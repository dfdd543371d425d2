"""How do daily bars become bars of weeks and months, and how do bars of several assets share their rows?

A week runs from Monday to Sunday, a month is a calendar month. A longer bar has the first open, the highest high, the
lowest low, the last close and the sum of volumes of its days; its session is its last one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.messages.market_data import Frequency

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]
Codes = NDArray[np.int8]
EPOCH_WEEKDAY = 3
"""1970-01-01 was a Thursday, day 3 of a week that begins on Monday."""
MISSING_CODE = 2
_SEVERITY = np.array([0, 1, 2, 5, 3, 4], dtype=np.int8)
"""How bad each code of a flag is: ok, filled, missing, corrected, stale, suspect."""
_OF_SEVERITY = np.argsort(_SEVERITY).astype(np.int8)


@dataclass(frozen=True)
class Column:
    """The bars of one asset.

    Parameters
    ----------
    keys : array of int64, increasing
        What puts a bar into a row: its day, week, month, or the second in which it ended.
    sessions : array of datetime64[D]
    values : mapping of field to float array
        NaN where there is no figure.
    flags : array of int8
    events_utc : array of datetime64[s] or None
        For bars of minutes alone.

    """

    keys: NDArray[np.int64]
    sessions: Days
    values: Mapping[str, Floats]
    flags: Codes
    events_utc: Days | None = None


def keys_of(sessions: Days, frequency: Frequency) -> NDArray[np.int64]:
    """Return the number of the day, week or month of each session."""
    if frequency == "monthly":
        return sessions.astype("datetime64[M]").astype(np.int64)
    days = sessions.astype("datetime64[D]").astype(np.int64)
    return (days + EPOCH_WEEKDAY) // 7 if frequency == "weekly" else days


def resampled(column: Column, frequency: Frequency) -> Column:
    """Return daily bars as bars of weeks or months; daily ones as they are."""
    if frequency in ("daily", "minute") or column.sessions.size == 0:
        return column
    keys = keys_of(column.sessions, frequency)
    starts = np.concatenate(([0], np.flatnonzero(keys[1:] != keys[:-1]) + 1))
    ends = np.append(starts[1:], keys.size) - 1
    severity = np.maximum.reduceat(_SEVERITY[column.flags], starts)
    values = {name: _of_group(name, values, starts, ends) for name, values in column.values.items()}
    return Column(keys[starts], column.sessions[ends], values, _OF_SEVERITY[severity])


def _of_group(name: str, values: Floats, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Floats:
    """Return one figure a group; NaN where the group has none."""
    if name == "high":
        return np.fmax.reduceat(values, starts)
    if name == "low":
        return np.fmin.reduceat(values, starts)
    is_there = np.isfinite(values)
    if name == "volume":
        sums = np.add.reduceat(np.where(is_there, values, 0.0), starts)
        return np.where(np.add.reduceat(is_there.astype(np.int64), starts) > 0, sums, np.nan)
    places = np.arange(values.size)
    if name == "open":
        first = np.minimum.reduceat(np.where(is_there, places, values.size), starts)
        return np.where(first <= ends, values[np.minimum(first, values.size - 1)], np.nan)
    last = np.maximum.reduceat(np.where(is_there, places, -1), starts)
    return np.where(last >= starts, values[np.maximum(last, 0)], np.nan)


@dataclass(frozen=True)
class Table:
    """Bars of several assets on shared rows."""

    sessions: Days
    events_utc: Days | None
    values: dict[str, Floats]
    flags: Codes


def side_by_side(columns: Sequence[Column], fields: Sequence[str]) -> Table:
    """Return columns on the rows that any of them has; a row's session is the last of those that share it."""
    distinct: list[NDArray[np.int64]] = []
    for column in columns:
        if not any(column.keys is seen or np.array_equal(column.keys, seen) for seen in distinct):
            distinct.append(column.keys)
    keys = np.unique(np.concatenate(distinct)) if distinct else np.empty(0, dtype=np.int64)
    sessions = np.full(keys.size, np.datetime64("0001-01-01", "D"))
    events = None if not columns or columns[0].events_utc is None else np.zeros(keys.size, dtype="datetime64[s]")
    values = {name: np.full((len(columns), keys.size), np.nan) for name in fields}
    flags = np.full((len(columns), keys.size), MISSING_CODE, dtype=np.int8)
    for number, column in enumerate(columns):
        spot = slice(None) if column.keys.size == keys.size else np.searchsorted(keys, column.keys)
        sessions[spot] = np.maximum(sessions[spot], column.sessions)
        flags[number, spot] = column.flags
        if events is not None and column.events_utc is not None:
            events[spot] = column.events_utc
        for name in fields:
            values[name][number, spot] = column.values[name]
    table = Table(sessions, events, {name: rows.T for name, rows in values.items()}, flags.T)
    for array in (sessions, events, flags, *values.values(), table.flags, *table.values.values()):
        if array is not None:
            array.setflags(write=False)
    return table
