"""How do many bars get into the table of bars quickly?

SQLite and small pieces take rows one by one. PostgreSQL takes large pieces by COPY in its binary format, which numpy
lays out for all rows at once: writing a million rows as text would take most of the time that the whole delivery takes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import repeat
from typing import Any

import numpy as np

from data.store.repositories.context import UnitContext
from data.store.repositories.series import Bars, Days, Floats

COLUMNS = (
    "tenant_scope", "asset_id", "provider", "frequency", "session_date", "event_time_utc", "knowledge_time_utc",
    "open", "high", "low", "close", "adjusted_close", "volume", "batch_id", "is_sample",
)  # fmt: skip
_KEYS = COLUMNS[:7]
_NUMBERS = ("open", "high", "low", "close", "adjusted_close", "volume")
_COPY_FROM_COUNT = 2_000
_EPOCH_DAY = np.datetime64("2000-01-01", "D")
_EPOCH = np.datetime64("2000-01-01", "us")
_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TAIL = b"\xff\xff"


@dataclass(frozen=True)
class BarRows:
    """Bars of one asset as rows to be; arrays of equal length, NaN where a figure is unknown.

    Attributes
    ----------
    days : array of datetime64[D]
    events : array of datetime64[us]
    known : datetime64[us]
    numbers : dict of str to array of float or None
        None where no row has a figure.
    """

    scope: str
    asset_id: str
    provider: str
    frequency: str
    days: Days
    events: Days
    known: np.datetime64
    numbers: dict[str, Floats | None]
    batch_id: str | None
    is_sample: bool

    def __len__(self) -> int:
        return len(self.days)

    def as_tuples(self, context: UnitContext) -> Iterator[tuple[Any, ...]]:
        """Return the rows in the order of ``COLUMNS``; NaN becomes NULL.

        This path goes past the mapped types for speed, so days and instants are written here as those would do it.
        """
        count = len(self)
        instants = _instants(context, np.append(self.events, self.known))
        columns = (
            repeat(self.scope, count), repeat(self.asset_id, count), repeat(self.provider, count),
            repeat(self.frequency, count), _days(context, self.days), instants[:-1], repeat(instants[-1], count),
            *(_nullable(self.numbers[name], count) for name in _NUMBERS),
            repeat(self.batch_id, count), repeat(self.is_sample, count),
        )  # fmt: skip
        return zip(*columns, strict=True)

    def as_copy(self) -> Iterator[bytes]:
        """Return the rows as PostgreSQL's binary COPY has them, those with the same figures unknown together.

        A row is its number of fields, then of each field its length (-1: NULL) and its bytes, all big-endian.
        """
        pattern = np.zeros(len(self), dtype=np.int8)
        for place, name in enumerate(_NUMBERS):
            values = self.numbers[name]
            if values is not None:
                pattern |= (~np.isnan(values)).astype(np.int8) << place
        for code in np.unique(pattern).tolist():
            names = [name for place, name in enumerate(_NUMBERS) if code >> place & 1]
            yield self._laid_out(names, pattern == code)

    def _laid_out(self, known: Sequence[str], which: np.ndarray[Any, Any]) -> bytes:
        values: dict[str, tuple[str, Any]] = {
            "session_date": (">i4", (self.days[which] - _EPOCH_DAY).astype(np.int64)),
            "event_time_utc": (">i8", (self.events[which] - _EPOCH).astype(np.int64)),
            "knowledge_time_utc": (">i8", (self.known - _EPOCH).astype(np.int64)),
            "is_sample": (">i1", int(self.is_sample)),
        }
        texts = {
            "tenant_scope": self.scope, "asset_id": self.asset_id, "provider": self.provider,
            "frequency": self.frequency, "batch_id": self.batch_id,
        }  # fmt: skip
        for name, text in texts.items():
            if text is not None:
                content = text.encode()
                values[name] = (f"S{len(content)}", content)
        for name in known:
            numbers = self.numbers[name]
            if numbers is not None:
                values[name] = (">f8", numbers[which])
        layout: list[tuple[str, str]] = [("fields", ">i2")]
        for name in COLUMNS:
            layout.append((f"{name} length", ">i4"))
            if name in values and np.dtype(values[name][0]).itemsize:
                layout.append((name, values[name][0]))
        table = np.zeros(int(which.sum()), dtype=layout)
        table["fields"] = len(COLUMNS)
        for name in COLUMNS:
            table[f"{name} length"] = np.dtype(values[name][0]).itemsize if name in values else -1
            if name in values and np.dtype(values[name][0]).itemsize:
                table[name] = values[name][1]
        return table.tobytes()


def rows_of(
    bars: Bars,
    *,
    scope: str,
    provider: str,
    frequency: str,
    knowledge_time_utc: datetime,
    batch_id: str | None,
    is_sample: bool,
) -> BarRows:
    """Return bars as rows to be; a bar without a moment ends with its day in UTC."""
    days = bars.dates.astype("datetime64[D]")
    events = bars.event_times_utc
    if events is None:
        events = (days + 1).astype("datetime64[s]") - 1
    numbers = {name: getattr(bars, name) for name in _NUMBERS} | {"adjusted_close": bars.adjusted}
    known = np.datetime64(knowledge_time_utc.astimezone(UTC).replace(tzinfo=None), "us")
    return BarRows(
        scope, bars.asset_id, provider, frequency, days, events.astype("datetime64[us]"), known, numbers, batch_id,
        is_sample,
    )  # fmt: skip


def write_bars(context: UnitContext, blocks: Sequence[BarRows]) -> None:
    """Insert or replace rows of ``price_bar``."""
    count = sum(map(len, blocks))
    if not count:
        return
    connection = context.session.connection()
    names = ", ".join(COLUMNS)
    replaced = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name not in _KEYS)
    conflict = f"ON CONFLICT ({', '.join(_KEYS)}) DO UPDATE SET {replaced}"
    is_postgres = context.dialect == "postgresql"
    if is_postgres and count >= _COPY_FROM_COUNT:
        _copy(connection.connection.cursor(), names, conflict, blocks)
        return
    rows = [row for block in blocks for row in block.as_tuples(context)]
    marks = ", ".join(["%s" if is_postgres else "?"] * len(COLUMNS))
    statement = f"INSERT INTO price_bar ({names}) VALUES ({marks}) {conflict}"  # noqa: S608 - fixed names
    if is_postgres:
        connection.connection.cursor().executemany(statement, rows)
    else:
        connection.exec_driver_sql(statement, rows)


def _copy(cursor: Any, names: str, conflict: str, blocks: Sequence[BarRows]) -> None:
    """Copy rows straight into the table; only where one of their keys is there already, by way of another table."""
    from psycopg.errors import UniqueViolation

    cursor.execute("SAVEPOINT before_copy")
    try:
        _copy_into(cursor, "price_bar", names, blocks)
    except UniqueViolation:
        cursor.execute("ROLLBACK TO SAVEPOINT before_copy")
        cursor.execute("CREATE TEMP TABLE incoming_bar (LIKE price_bar INCLUDING DEFAULTS) ON COMMIT DROP")
        _copy_into(cursor, "incoming_bar", names, blocks)
        cursor.execute(f"INSERT INTO price_bar ({names}) SELECT {names} FROM incoming_bar {conflict}")  # noqa: S608 - fixed names
        cursor.execute("DROP TABLE incoming_bar")
    cursor.execute("RELEASE SAVEPOINT before_copy")


def _copy_into(cursor: Any, table: str, names: str, blocks: Sequence[BarRows]) -> None:
    with cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)") as copy:
        copy.write(_HEAD)
        for block in blocks:
            for part in block.as_copy():
                copy.write(part)
        copy.write(_TAIL)


def _nullable(values: Floats | None, count: int) -> list[float | None]:
    if values is None:
        return [None] * count
    return [None if value != value else value for value in values.tolist()]


def _days(context: UnitContext, days: Days) -> list[Any]:
    found: list[Any] = np.datetime_as_string(days).tolist() if context.dialect == "sqlite" else days.tolist()
    return found


def _instants(context: UnitContext, instants: Days) -> list[Any]:
    """Return instants as text for SQLite; as datetimes for PostgreSQL, whose sessions all run in UTC."""
    if context.dialect != "sqlite":
        moments: list[Any] = instants.tolist()
        return moments
    return [text.replace("T", " ") for text in np.datetime_as_string(instants).tolist()]
