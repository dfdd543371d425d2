"""How do many bars get into the database quickly, and how is the packed series kept in step?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import repeat
from typing import Any

import numpy as np

from data.store.repositories.context import UnitContext
from data.store.repositories.inserts import upsert
from data.store.repositories.series import (
    Bars,
    Codes,
    Days,
    Floats,
    Series,
    fingerprint,
    pack,
    pack_codes,
    pack_days,
    to_date,
)
from data.store.tables import PriceSeries

COLUMNS = (
    "tenant_scope", "asset_id", "provider", "frequency", "session_date", "event_time_utc", "knowledge_time_utc",
    "open", "high", "low", "close", "adjusted_close", "volume", "batch_id", "is_sample",
)  # fmt: skip
_KEYS = COLUMNS[:7]
OPTIONAL = ("open", "high", "low", "volume")
"""Columns that a delivery may have no word about."""
_COPY_FROM_COUNT = 2_000
_ODD = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype="<u8")


@dataclass(frozen=True)
class Packed:
    """The columns of one packed series; None where a column has no figure at all."""

    dates: Days
    close: Floats
    adjusted_close: Floats
    volume: Floats | None = None
    open: Floats | None = None
    high: Floats | None = None
    low: Floats | None = None
    flags: Codes | None = None


@dataclass
class Tally:
    """Count and checksum of bars, in whatever order they come.

    The checksum adds up, modulo 2**64, the bits of every close and volume and the day's number, each times an odd
    number of its own, so that a figure that is lost, doubled or altered changes it.
    """

    count: int = 0
    total: int = 0

    def add(self, days: Days, close: Floats, volume: Floats | None) -> None:
        """Count bars; a volume that is NaN counts like none at all."""
        numbers = np.ascontiguousarray(close, dtype="<f8").view("<u8") * _ODD[0]
        numbers += days.astype("datetime64[D]").astype(np.int64).astype("<u8") * _ODD[1]
        if volume is not None:
            known = np.where(np.isnan(volume), 0.0, volume)
            numbers += np.ascontiguousarray(known, dtype="<f8").view("<u8") * _ODD[2]
        self.count += len(days)
        self.total = (self.total + int(np.add.reduce(numbers))) % 2**64

    @property
    def checksum(self) -> str:
        """The sum as 16 hexadecimal digits."""
        return f"{self.total:016x}"


def changed(bars: Bars, current: Series | None) -> Bars:
    """Return those of the bars that say something new: a new day, or other figures for a known one.

    A delivery without a word about opens, highs, lows or volumes changes nothing about them.
    """
    if current is None or not len(current.dates) or not len(bars.dates):
        return bars
    same = same_figures(bars, current, bars.dates.astype("datetime64[D]"))
    return bars if not bool(same.any()) else taken(bars, ~same)


def same_figures(bars: Bars, current: Series, keys: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return of which bars another series says the same; `keys` are theirs among its dates, in whatever unit."""
    spot = np.minimum(np.searchsorted(current.dates, keys), len(current.dates) - 1)
    same: np.ndarray[Any, Any] = (
        (current.dates[spot] == keys)
        & (current.close[spot] == bars.close)
        & (current.adjusted_close[spot] == bars.adjusted)
    )
    for name in OPTIONAL:
        old = getattr(current, name)
        same &= _is_same(getattr(bars, name), None if old is None else old[spot])
    return same


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
        _copy(cursor, names, conflict, rows)
        return
    marks = ", ".join("?" * len(COLUMNS))
    statement = f"INSERT INTO price_bar ({names}) VALUES ({marks}) {conflict}"  # noqa: S608 - fixed names
    connection.exec_driver_sql(statement, rows)


def _copy(cursor: Any, names: str, conflict: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Copy rows straight into the table; only where one of their keys is there already, by way of another table."""
    from psycopg.errors import UniqueViolation

    cursor.execute("SAVEPOINT before_copy")
    try:
        _copy_into(cursor, "price_bar", names, rows)
    except UniqueViolation:
        cursor.execute("ROLLBACK TO SAVEPOINT before_copy")
        cursor.execute("CREATE TEMP TABLE incoming_bar (LIKE price_bar INCLUDING DEFAULTS) ON COMMIT DROP")
        _copy_into(cursor, "incoming_bar", names, rows)
        cursor.execute(f"INSERT INTO price_bar ({names}) SELECT {names} FROM incoming_bar {conflict}")  # noqa: S608 - fixed names
        cursor.execute("DROP TABLE incoming_bar")
    cursor.execute("RELEASE SAVEPOINT before_copy")


def _copy_into(cursor: Any, table: str, names: str, rows: Sequence[tuple[Any, ...]]) -> None:
    with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


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


def merged(current: Series | None, news: Bars) -> Packed:
    """Return all columns after the news; a day in both takes the news as a whole, what they lack included."""
    new_days = news.dates.astype("datetime64[D]")
    if current is None:
        return Packed(new_days, news.close, news.adjusted, news.volume, news.open, news.high, news.low, news.flags)
    keep = ~np.isin(current.dates, new_days)
    days = np.concatenate([current.dates[keep], new_days])
    order = np.argsort(days, kind="stable")

    def joined(name: str) -> Any:
        old, new = getattr(current, name), getattr(news, name)
        if old is None and new is None:
            return None
        before = np.full(len(current.dates), np.nan) if old is None else old
        after = np.full(len(new_days), np.nan) if new is None else new
        return np.concatenate([before[keep], after])[order]

    flags = None
    if current.flags is not None or news.flags is not None:
        before = np.zeros(len(current.dates), dtype=np.int8) if current.flags is None else current.flags
        after = np.zeros(len(new_days), dtype=np.int8) if news.flags is None else news.flags
        flags = np.concatenate([before[keep], after])[order]
    return Packed(
        days[order],
        np.concatenate([current.close[keep], news.close])[order],
        np.concatenate([current.adjusted_close[keep], news.adjusted])[order],
        joined("volume"), joined("open"), joined("high"), joined("low"), flags,
    )  # fmt: skip


def series_row(
    *,
    scope: str,
    asset_id: str,
    provider: str,
    frequency: str,
    packed: Packed,
    knowledge_time_utc: datetime,
    is_sample: bool,
    revision_count: int,
) -> dict[str, Any]:
    """Return the row that holds the packed series of one asset, for ``write_series``."""
    days, close = packed.dates, packed.close
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
        "revision_count": revision_count,
        "dates": pack_days(days),
        "close": pack(close),
        "adjusted_close": pack(packed.adjusted_close),
        "volume": _packed(packed.volume),
        "open": _packed(packed.open),
        "high": _packed(packed.high),
        "low": _packed(packed.low),
        "flags": pack_codes(packed.flags),
    }
    row["content_sha256"] = content_of(packed)
    return row


def write_series(context: UnitContext, rows: Sequence[dict[str, Any]]) -> None:
    """Insert or replace packed series."""
    upsert(context, PriceSeries, rows)


def content_of(packed: Packed) -> str:
    """Return the fingerprint of dates and prices; opens, highs and lows count where there are any, flags never."""
    parts = [pack_days(packed.dates), pack(packed.close), pack(packed.adjusted_close), _packed(packed.volume)]
    spread = [_packed(packed.open), _packed(packed.high), _packed(packed.low)]
    return fingerprint(*parts, *(spread if any(part is not None for part in spread) else ()))


def taken(bars: Bars, which: np.ndarray[Any, Any]) -> Bars:
    """Return some of the bars, chosen by a mask or by places."""

    def part(values: Any) -> Any:
        return None if values is None else values[which]

    return Bars(
        bars.asset_id, bars.dates[which], bars.close[which], part(bars.adjusted_close), part(bars.open),
        part(bars.high), part(bars.low), part(bars.volume), part(bars.event_times_utc), part(bars.flags),
    )  # fmt: skip


def _packed(values: Floats | None) -> bytes | None:
    return None if values is None or bool(np.isnan(values).all()) else pack(values)


def _is_same(new: Floats | None, old: Floats | None) -> Any:
    if new is None:
        return True  # no word about a column changes nothing
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
