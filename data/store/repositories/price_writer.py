"""How do many bars get into the database quickly, and how is the packed series kept in step?"""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import repeat
from typing import Any

import numpy as np

from data.store.repositories.context import UnitContext
from data.store.repositories.inserts import upsert
from data.store.repositories.series import (
    Bars,
    Days,
    Floats,
    Series,
    fingerprint,
    pack,
    pack_days,
    to_date,
)
from data.store.tables import PriceSeries

COLUMNS = (
    "tenant_scope", "asset_id", "provider", "frequency", "session_date", "event_time_utc", "knowledge_time_utc",
    "open", "high", "low", "close", "adjusted_close", "volume", "batch_id", "is_sample",
)  # fmt: skip
_KEYS = COLUMNS[:7]
_COPY_FROM_COUNT = 2_000


def changed(bars: Bars, current: Series | None) -> Bars:
    """Return those of the bars that say something new: a new day, or other figures for a known one."""
    if current is None or not len(current.dates) or not len(bars.dates):
        return bars
    days = bars.dates.astype("datetime64[D]")
    spot = np.minimum(np.searchsorted(current.dates, days), len(current.dates) - 1)
    same = (
        (current.dates[spot] == days)
        & (current.close[spot] == bars.close)
        & (current.adjusted_close[spot] == bars.adjusted)
        & _same_volume(bars.volume, None if current.volume is None else current.volume[spot])
    )
    return bars if not bool(same.any()) else _take(bars, ~same)


def write_bars(context: UnitContext, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert or replace rows of ``price_bar``, in the order of ``COLUMNS``."""
    if not rows:
        return
    connection = context.session.connection()
    names = ", ".join(COLUMNS)
    replaced = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name not in _KEYS)
    conflict = f"ON CONFLICT ({', '.join(_KEYS)}) DO UPDATE SET {replaced}"
    if context.dialect == "postgresql":
        cursor = connection.connection.cursor()
        if len(rows) < _COPY_FROM_COUNT:
            marks = ", ".join(["%s"] * len(COLUMNS))
            cursor.executemany(f"INSERT INTO price_bar ({names}) VALUES ({marks}) {conflict}", rows)  # noqa: S608 - fixed names
            return
        cursor.execute("CREATE TEMP TABLE incoming_bar (LIKE price_bar INCLUDING DEFAULTS) ON COMMIT DROP")
        with cursor.copy(f"COPY incoming_bar ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"INSERT INTO price_bar ({names}) SELECT {names} FROM incoming_bar {conflict}")  # noqa: S608
        cursor.execute("DROP TABLE incoming_bar")
        return
    marks = ", ".join("?" * len(COLUMNS))
    statement = f"INSERT INTO price_bar ({names}) VALUES ({marks}) {conflict}"  # noqa: S608 - fixed names
    connection.exec_driver_sql(statement, rows)


def rows_of(
    context: UnitContext,
    bars: Bars,
    *,
    scope: str,
    provider: str,
    frequency: str,
    knowledge_time_utc: datetime,
    batch_id: str | None,
    is_sample: bool,
) -> list[tuple[Any, ...]]:
    """Return bars as rows in the order of ``COLUMNS``; NaN becomes NULL where a column may be unknown.

    This path goes past the mapped types for speed, so days and instants are written here as those would do it.
    """
    days = bars.dates.astype("datetime64[D]")
    closes_of_day = bars.event_times_utc
    if closes_of_day is None:
        closes_of_day = (days + 1).astype("datetime64[s]") - 1
    known = np.array([knowledge_time_utc.astimezone(UTC).replace(tzinfo=None)], dtype="datetime64[us]")
    count = len(days)
    columns = (
        repeat(scope, count), repeat(bars.asset_id, count), repeat(provider, count), repeat(frequency, count),
        _days(context, days), _instants(context, closes_of_day), repeat(_instants(context, known)[0], count),
        _nullable(bars.open, count), _nullable(bars.high, count), _nullable(bars.low, count), bars.close.tolist(),
        bars.adjusted.tolist(), _nullable(bars.volume, count), repeat(batch_id, count), repeat(is_sample, count),
    )  # fmt: skip
    return list(zip(*columns, strict=True))


def merged(current: Series | None, news: Bars) -> tuple[np.ndarray[Any, Any], Floats, Floats, Floats | None]:
    """Return dates, closes, adjusted closes and volumes after the news; a day in both takes the news."""
    new_days = news.dates.astype("datetime64[D]")
    if current is None:
        return new_days, news.close, news.adjusted, news.volume
    keep = ~np.isin(current.dates, new_days)
    days = np.concatenate([current.dates[keep], new_days])
    order = np.argsort(days, kind="stable")
    volume = None
    if current.volume is not None or news.volume is not None:
        old = np.full(len(current.dates), np.nan) if current.volume is None else current.volume
        new = np.full(len(new_days), np.nan) if news.volume is None else news.volume
        volume = np.concatenate([old[keep], new])[order]
    close = np.concatenate([current.close[keep], news.close])[order]
    adjusted = np.concatenate([current.adjusted_close[keep], news.adjusted])[order]
    return days[order], close, adjusted, volume


def write_series(
    context: UnitContext,
    *,
    scope: str,
    asset_id: str,
    provider: str,
    frequency: str,
    arrays: tuple[np.ndarray[Any, Any], Floats, Floats, Floats | None],
    knowledge_time_utc: datetime,
    is_sample: bool,
) -> None:
    """Insert or replace the packed series of one asset."""
    days, close, adjusted, volume = arrays
    packed_days, packed_close, packed_adjusted = pack_days(days), pack(close), pack(adjusted)
    packed_volume = None if volume is None else pack(volume)
    row = {
        "tenant_scope": scope,
        "asset_id": asset_id,
        "provider": provider,
        "frequency": frequency,
        "observations_count": len(days),
        "first_date": to_date(days[0]),
        "last_date": to_date(days[-1]),
        "last_close": float(close[-1]),
        "previous_close": float(close[-2]) if len(close) > 1 else None,
        "is_sample": is_sample,
        "knowledge_time_utc": knowledge_time_utc,
        "content_sha256": fingerprint(packed_days, packed_close, packed_adjusted, packed_volume),
        "dates": packed_days,
        "close": packed_close,
        "adjusted_close": packed_adjusted,
        "volume": packed_volume,
    }
    upsert(context, PriceSeries, [row])


def _take(bars: Bars, which: np.ndarray[Any, Any]) -> Bars:
    def part(values: Any) -> Any:
        return None if values is None else values[which]

    return Bars(
        bars.asset_id, bars.dates[which], bars.close[which], part(bars.adjusted_close), part(bars.open),
        part(bars.high), part(bars.low), part(bars.volume), part(bars.event_times_utc),
    )  # fmt: skip


def _same_volume(new: Floats | None, old: Floats | None) -> Any:
    if new is None:
        return True  # no word about volume changes nothing
    if old is None:
        return np.isnan(new)
    return (new == old) | (np.isnan(new) & np.isnan(old))


def _nullable(values: Floats | None, count: int) -> list[float | None]:
    if values is None:
        return [None] * count
    return [None if value != value else value for value in values.tolist()]


def _days(context: UnitContext, days: Days) -> list[Any]:
    found: list[Any] = np.datetime_as_string(days).tolist() if context.dialect == "sqlite" else days.tolist()
    return found


def _instants(context: UnitContext, instants: Days) -> list[Any]:
    """Return instants as text for SQLite; as datetimes for PostgreSQL, whose sessions all run in UTC."""
    exact = instants.astype("datetime64[us]")
    if context.dialect != "sqlite":
        moments: list[Any] = exact.tolist()
        return moments
    return [text.replace("T", " ") for text in np.datetime_as_string(exact).tolist()]
