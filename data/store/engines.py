"""How is a database opened so that writers wait instead of failing and readers cannot write?"""

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine import URL

from data.errors import StoreUnavailable

BUSY_TIMEOUT_MS = 10_000
SQLITE_READERS_COUNT = 32
POSTGRES_POOL_COUNT = 10
POSTGRES_OVERFLOW_COUNT = 20


def parse_url(url: str) -> URL:
    """Return the address with the driver that the product uses.

    Raises
    ------
    StoreUnavailable
        When the address is neither SQLite (a file) nor PostgreSQL.
    """
    try:
        parsed = make_url(url)
    except Exception as error:
        raise StoreUnavailable(
            "The database address is not a URL of the form sqlite:///file or postgresql://..."
        ) from error
    backend = parsed.get_backend_name()
    if backend in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed.set(drivername="sqlite+pysqlite")
    raise StoreUnavailable("The database address must name a SQLite file or a PostgreSQL server.")


def open_writer(url: URL) -> Engine:
    """Return the engine for units of work that write.

    On SQLite its pool holds one connection: threads of one process queue for it in the order they came, and
    ``BEGIN IMMEDIATE`` takes the write lock at once, so that nobody fails half-way with "database is locked".
    """
    if url.get_backend_name() == "postgresql":
        return _open_postgresql(url)
    _prepare_file(Path(str(url.database)))
    engine = create_engine(url, pool_size=1, max_overflow=0, pool_timeout=BUSY_TIMEOUT_MS / 1000)
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def open_reader(url: URL, writer: Engine) -> Engine:
    """Return the engine for units that only read; the database itself refuses writes through it."""
    if url.get_backend_name() == "postgresql":
        return writer.execution_options(postgresql_readonly=True)
    engine = create_engine(url, pool_size=SQLITE_READERS_COUNT, max_overflow=SQLITE_READERS_COUNT)
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "connect", _forbid_writes)
    event.listen(engine, "begin", _begin_deferred)
    return engine


def _open_postgresql(url: URL) -> Engine:
    return create_engine(
        url,
        pool_size=POSTGRES_POOL_COUNT,
        max_overflow=POSTGRES_OVERFLOW_COUNT,
        pool_timeout=BUSY_TIMEOUT_MS / 1000,
        pool_pre_ping=True,
        pool_recycle=1800,
        connect_args={
            "connect_timeout": 5,
            "application_name": "qpo",
            "options": f"-c timezone=UTC -c lock_timeout={BUSY_TIMEOUT_MS}",
        },
    )


def _prepare_file(path: Path) -> None:
    """Make the file before SQLite does, readable by nobody else; its WAL and shared memory inherit the mode."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreUnavailable(f"The database file {path} cannot be opened: {error.strerror}.") from error


def _configure_sqlite(connection: sqlite3.Connection, record: Any) -> None:
    connection.isolation_level = None  # transactions begin where the unit of work says, not where the driver guesses
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -16000")


def _forbid_writes(connection: sqlite3.Connection, record: Any) -> None:
    connection.execute("PRAGMA query_only = ON")


def _begin_immediate(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN")
