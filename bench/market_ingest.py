"""How long do a million bars take to come in, on SQLite and PostgreSQL, against what the database takes by itself?"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from bench.report import Figure
from data.store import tables
from data.store.database import Store
from data.store.migrate import upgrade
from services.clock import SystemClock
from services.market_pipeline import Pipeline
from services.market_pipeline_rows import ArraySource, RowPiece
from services.ports_store import ServiceStore

ASSETS_COUNT, DAYS_COUNT, PIECE_COUNT = 100, 2500, 50_000
PROMISED_S = 60.0
"""A million bars take at most a minute."""


def _symbols() -> list[str]:
    return [f"I{number:03}" for number in range(ASSETS_COUNT)]


def _pieces(*, by_day: bool) -> Iterator[RowPiece]:
    """Yield bars of all assets, one asset after the other, or one day after the other."""
    rng = np.random.default_rng(7)
    days = np.datetime64("2014-01-01") + np.arange(DAYS_COUNT)
    names = np.array(_symbols(), dtype=object)
    symbols = np.tile(names, DAYS_COUNT) if by_day else np.repeat(names, DAYS_COUNT)
    dates = np.repeat(days, ASSETS_COUNT) if by_day else np.tile(days, ASSETS_COUNT)
    close = rng.uniform(5, 500, symbols.size)
    numbers = {"open": close, "high": close + 1, "low": close - 1, "close": close, "volume": np.round(close * 1e4)}
    for start in range(0, symbols.size, PIECE_COUNT):
        part = slice(start, start + PIECE_COUNT)
        cut = {name: values[part] for name, values in numbers.items()}
        yield RowPiece(symbols[part].tolist(), dates[part], cut, None, start + 1)


def _ingested_s(url: str, *, by_day: bool) -> float:
    """Bring the bars into a fresh database; return the seconds."""
    upgrade(url)
    store = Store(url)
    with store.system() as uow:
        for symbol in _symbols():
            uow.assets.add(tables.Asset(symbol=symbol, name=symbol, asset_class="equity", currency="USD"))
        uow.commit()
    ports: Any = SimpleNamespace(store=ServiceStore(store), clock=SystemClock())
    source = ArraySource("bench", _pieces(by_day=by_day))
    began = time.perf_counter()
    outcome = Pipeline(ports).ingest(source, provider="bench", rows_at_once_count=PIECE_COUNT)
    taken_s = time.perf_counter() - began
    store.dispose()
    assert outcome.is_whole
    assert outcome.stored_count == ASSETS_COUNT * DAYS_COUNT
    return taken_s


def _executemany_s(path: Path) -> float:
    """Insert as many rows into a table of the same columns and the same key; return the seconds."""
    columns = (
        "scope, asset, provider, frequency, day, moment, known, open, high, low, close, adjusted, volume, batch, sample"
    )
    key = "scope, asset, provider, frequency, day, moment, known"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"CREATE TABLE bar ({columns}, PRIMARY KEY ({key})) WITHOUT ROWID")
        marks = ", ".join("?" * 15)
        began = time.perf_counter()
        for piece in _pieces(by_day=False):
            days = np.datetime_as_string(piece.days).tolist()
            moments = [f"{day} 21:00:00.000000" for day in days]
            figures = [values.tolist() for values in piece.numbers.values()]
            rows = [
                (
                    "",
                    symbol,
                    "bench",
                    "1d",
                    day,
                    moment,
                    "2024-01-01 00:00:00.000000",
                    *numbers[:4],
                    numbers[3],
                    numbers[4],
                    "batch",
                    0,
                )
                for symbol, day, moment, *numbers in zip(piece.symbols, days, moments, *figures, strict=True)
            ]
            connection.execute("BEGIN")
            connection.executemany(f"INSERT INTO bar VALUES ({marks})", rows)
            connection.execute("COMMIT")
        return time.perf_counter() - began


def _copy_s(address: str) -> float:
    """Copy as many rows into a table of the same columns and the same key; return the seconds."""
    import psycopg

    columns = (
        "scope text, asset text, provider text, frequency text, day date, moment timestamptz, known timestamptz, "
        "open float8, high float8, low float8, close float8, adjusted float8, volume float8, batch text, sample bool"
    )
    with psycopg.connect(address, autocommit=False) as connection, connection.cursor() as cursor:
        key = "scope, asset, provider, frequency, day, moment, known"
        cursor.execute(f"CREATE TABLE bar ({columns}, PRIMARY KEY ({key}))")
        connection.commit()
        began = time.perf_counter()
        for piece in _pieces(by_day=False):
            figures = [values.tolist() for values in piece.numbers.values()]
            moments = (piece.days.astype("datetime64[s]") + 75_600).tolist()
            with cursor.copy("COPY bar FROM STDIN") as copy:
                for symbol, day, moment, *numbers in zip(
                    piece.symbols, piece.days.tolist(), moments, *figures, strict=True
                ):
                    copy.write_row(
                        (
                            "",
                            symbol,
                            "bench",
                            "1d",
                            day,
                            moment,
                            moment,
                            *numbers[:4],
                            numbers[3],
                            numbers[4],
                            "batch",
                            False,
                        )
                    )
            connection.commit()
        return time.perf_counter() - began


def _on_postgres() -> list[Figure]:
    """Measure on a private server; nothing where no server program is installed."""
    from tests import servers

    with ExitStack() as stack:
        try:
            address = stack.enter_context(servers.postgres_server())
        except BaseException as error:  # a skip of the test library where the program is absent
            if type(error).__name__ in ("Skipped", "Failed"):
                return []
            raise
        taken_s = _ingested_s(address, by_day=False)
        copied_s = _copy_s(address.replace("postgresql+psycopg:", "postgresql:"))
    return [
        Figure("PostgreSQL: a million bars, whole pipeline", _of_a_million(taken_s), "s", "promised", PROMISED_S),
        Figure(
            "PostgreSQL: a million bars, whole pipeline", _of_a_million(taken_s), "s", "COPY", _of_a_million(copied_s)
        ),
    ]


def _of_a_million(taken_s: float) -> float:
    return taken_s * 1e6 / (ASSETS_COUNT * DAYS_COUNT)


def measure() -> list[Figure]:
    """Bring a quarter of a million bars into fresh databases by the pipeline, then by the database alone."""
    folder = Path(tempfile.mkdtemp(prefix="qpo-bench-"))
    try:
        by_asset_s = _ingested_s(f"sqlite:///{folder / 'asset.sqlite3'}", by_day=False)
        by_day_s = _ingested_s(f"sqlite:///{folder / 'day.sqlite3'}", by_day=True)
        raw_s = _executemany_s(folder / "raw.sqlite3")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    by_asset_s, by_day_s, raw_s = map(_of_a_million, (by_asset_s, by_day_s, raw_s))
    return [
        Figure("SQLite: a million bars, one asset after the other", by_asset_s, "s", "promised", PROMISED_S),
        Figure("SQLite: a million bars, one day after the other", by_day_s, "s", "promised", PROMISED_S),
        Figure("SQLite: a million bars, one asset after the other", by_asset_s, "s", "executemany", raw_s),
        *_on_postgres(),
    ]
