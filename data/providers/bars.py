"""How do the rows of a source become one clean series, and what is said about the rows that do not?

No price is invented and none is changed except by the unit of its currency: rows are put into order, repeated rows and
rows from the future are left out, and each of these is told in a sentence. A price that is absent is NaN and marked
missing; one that is zero or negative stays as it came and is marked suspect.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from data.providers.answers import DayArray, FloatArray, PriceSeries, TimeArray
from data.providers.symbols import MINOR_UNITS
from data.providers.vocabulary import Adjustment, Field, Flag

PRICES = (Field.OPEN, Field.HIGH, Field.LOW, Field.CLOSE, Field.ADJUSTED_CLOSE)


class AllInFuture(ValueError):
    """Every bar of a series is dated after the day on which it was fetched."""


@dataclass(frozen=True)
class RawBars:
    """Rows as a source sends them.

    Parameters
    ----------
    symbol : str
    unit : str
        What prices are in: a currency, or a hundredth of one such as ``GBp``.
    sessions : array of datetime64[D]
        Local session dates, in any order.
    columns : mapping of Field to float array
        NaN where the source has nothing.
    adjustment : Adjustment
    times_utc : array of datetime64[s] or None
        The beginning of each bar, for bars shorter than a session.

    """

    symbol: str
    unit: str
    sessions: DayArray = field(repr=False)
    columns: dict[Field, FloatArray] = field(repr=False)
    adjustment: Adjustment
    times_utc: TimeArray | None = field(default=None, repr=False)


def shaped(
    raw: RawBars, fetched_at_utc: datetime, start: date | None, end: date | None
) -> tuple[PriceSeries, tuple[str, ...]]:
    """Return the series and what was done to get it.

    Parameters
    ----------
    raw : RawBars
    fetched_at_utc : datetime
        A bar dated more than a day after it cannot exist anywhere on earth.
    start, end : date or None
        The sessions wanted, both included.

    Returns
    -------
    tuple of PriceSeries and tuple of str
        The sentences name the symbol and the number of rows.

    Raises
    ------
    AllInFuture
        Nothing is left because every bar is dated in the future.

    """
    said: list[str] = []
    keep = _not_in_future(raw, fetched_at_utc, said)
    keep &= _wanted(raw.sessions, start, end)
    if raw.times_utc is not None:
        keep &= _traded(raw, keep, said)
    order = _ordered(raw, keep, said)
    currency, factor = _currency(raw, said)
    columns = {
        name: np.ascontiguousarray(values[order]) / (factor if name in PRICES else 1.0)
        for name, values in raw.columns.items()
    }
    series = PriceSeries(
        symbol=raw.symbol,
        currency=currency,
        sessions=raw.sessions[order].astype("datetime64[D]"),
        columns=columns,
        flags=_flags(columns),
        adjustment=raw.adjustment,
        event_times_utc=None if raw.times_utc is None else raw.times_utc[order],
    )
    return series, tuple(said)


def _not_in_future(raw: RawBars, fetched_at_utc: datetime, said: list[str]) -> NDArray[np.bool_]:
    """Return which rows may exist already."""
    last = np.datetime64(fetched_at_utc.date() + timedelta(days=1), "D")
    possible = np.asarray(raw.sessions <= last)
    if raw.times_utc is not None:
        limit = np.datetime64(fetched_at_utc.replace(tzinfo=None) + timedelta(minutes=5), "s")
        possible &= raw.times_utc <= limit
    future_count = int(possible.size - possible.sum())
    if future_count and future_count == possible.size:
        raise AllInFuture(raw.symbol)
    if future_count:
        said.append(f"{raw.symbol}: {_rows(future_count)} dated in the future left out.")
    return possible


def _wanted(sessions: DayArray, start: date | None, end: date | None) -> NDArray[np.bool_]:
    """Return which rows lie in the window; cutting it is no change worth telling."""
    wanted = np.ones(sessions.size, dtype=bool)
    if start is not None:
        wanted &= sessions >= np.datetime64(start, "D")
    if end is not None:
        wanted &= sessions <= np.datetime64(end, "D")
    return wanted


def _traded(raw: RawBars, keep: NDArray[np.bool_], said: list[str]) -> NDArray[np.bool_]:
    """Return which short bars have any price: a minute in which nobody traded is no missing value."""
    found = [raw.columns[name] for name in PRICES if name in raw.columns]
    traded = np.isfinite(np.vstack(found)).any(axis=0)
    silent_count = int((keep & ~traded).sum())
    if silent_count:
        said.append(f"{raw.symbol}: {_rows(silent_count)} without a trade left out.")
    return np.asarray(traded)


def _ordered(raw: RawBars, keep: NDArray[np.bool_], said: list[str]) -> NDArray[np.intp]:
    """Return the rows to take, forward in time, the last of those that repeat a moment."""
    moments = raw.sessions if raw.times_utc is None else raw.times_utc
    rows = np.flatnonzero(keep)
    if rows.size < 2:
        return rows
    steps = np.diff(moments[rows]).astype(np.int64)
    is_falling = bool((steps <= 0).all()) and bool((steps < 0).any())
    if bool((steps < 0).any()) and not is_falling:
        said.append(f"{raw.symbol}: rows out of order put into order.")
    order = rows[np.argsort(moments[rows], kind="stable")]
    if is_falling:
        # newest first is how some sources write: then the first of two equal rows is the later word
        order = rows[::-1][np.argsort(moments[rows[::-1]], kind="stable")]
    is_last = np.append(np.diff(moments[order]).astype(np.int64) > 0, True)
    repeated_count = int((~is_last).sum())
    if repeated_count:
        said.append(f"{raw.symbol}: {_rows(repeated_count)} for a moment named twice left out; the last one counts.")
    chosen: NDArray[np.intp] = order[is_last]
    return chosen


def _currency(raw: RawBars, said: list[str]) -> tuple[str, float]:
    """Return the currency and what prices are divided by to be in it."""
    if raw.unit not in MINOR_UNITS:
        return raw.unit, 1.0
    currency = MINOR_UNITS[raw.unit]
    said.append(f"{raw.symbol}: prices in {raw.unit} divided by 100, to be in {currency}.")
    return currency, 100.0


def _flags(columns: dict[Field, FloatArray]) -> NDArray[np.str_]:
    """Return what is known about each row: missing without a close, suspect with a price that is not positive."""
    close = columns[Field.CLOSE]
    suspect = np.zeros(close.size, dtype=bool)
    for name in PRICES:
        if name in columns:
            suspect |= columns[name] <= 0.0
    if Field.VOLUME in columns:
        suspect |= columns[Field.VOLUME] < 0.0
    named = np.where(suspect, Flag.SUSPECT.value, np.where(np.isfinite(close), Flag.OK.value, Flag.MISSING.value))
    return named.astype(np.str_)


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"
