"""How soon are ten years of 50 assets on the table, the first time and again, against what the store itself costs?"""

from __future__ import annotations

import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from bench.report import Figure
from data.store import tables
from data.store.database import Store
from data.store.migrate import upgrade
from data.store.repositories.series import Bars
from services.auth.actor import Actor
from services.clock import SystemClock
from services.market_data import MarketData
from services.messages.market_data import DataRequest
from services.ports_store import ServiceStore

ASSETS_COUNT, DAYS_COUNT = 50, 2520
FIELDS = ("open", "high", "low", "close", "adjusted_close", "volume")
COLD_PROMISED_S, WARM_PROMISED_S = 1.0, 0.05
COLD_COUNT, WARM_COUNT = 5, 20
KNOWN = datetime(2024, 12, 31, 22, tzinfo=UTC)


def _fill(store: Store, symbols: list[str]) -> str:
    """Write ten years of every asset; return the id of a tenant."""
    rng = np.random.default_rng(7)
    span = np.datetime64("2015-01-01") + np.arange(2 * DAYS_COUNT)
    days = span[np.is_busday(span)][:DAYS_COUNT]
    with store.system() as uow:
        tenant = uow.tenants.add(tables.Tenant(name="Bench"))
        batch = uow.ingest_batches.add(
            tables.IngestBatch(provider="bench", kind="prices", status="succeeded", lineage={"adjustment": "raw"})
        )
        bars = []
        for symbol in symbols:
            row = uow.assets.add(tables.Asset(symbol=symbol, name=symbol, asset_class="equity", currency="USD"))
            close = np.exp(np.cumsum(rng.normal(0, 0.01, DAYS_COUNT)))
            volume = rng.integers(1, 10**7, DAYS_COUNT).astype(float)
            bars.append(Bars(row.id, days, close, close * 0.9, close, close * 1.01, close * 0.99, volume))
        uow.prices.ingest(bars, provider="bench", knowledge_time_utc=KNOWN, batch_id=batch.id)
        uow.commit()
    return str(tenant.id)


def _median_s(times: int, run: Callable[[], object]) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def _raw_blobs(path: Path) -> Callable[[], object]:
    """Return how the packed columns are read with nothing in between, by a connection of its own each time."""
    names = ", ".join(("dates", *FIELDS))

    def read() -> object:
        with closing(sqlite3.connect(path)) as connection:
            rows = connection.execute(f"SELECT {names} FROM price_series").fetchall()
        return [[np.frombuffer(one, dtype="<f8") for one in row[1:]] for row in rows]

    return read


def _parquet(folder: Path, path: Path) -> Callable[[], object]:
    """Write the same figures as one file of columns and return how it is read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(f"SELECT asset_id, {', '.join(FIELDS)} FROM price_series").fetchall()
    columns = {
        f"{row[0]} {name}": np.frombuffer(one, "<f8") for row in rows for name, one in zip(FIELDS, row[1:], strict=True)
    }
    file = folder / "panel.parquet"
    pq.write_table(pa.table(columns), file)
    return lambda: [column.to_numpy() for column in pq.read_table(file).columns]


def measure() -> list[Figure]:
    """Ask a service that has read nothing yet for the table, and again; then read the figures without the product."""
    folder = Path(tempfile.mkdtemp(prefix="qpo-bench-"))
    try:
        path = folder / "panel.sqlite3"
        url = f"sqlite:///{path}"
        upgrade(url)
        store = Store(url)
        symbols = [f"B{number:02}" for number in range(ASSETS_COUNT)]
        actor = Actor.system(_fill(store, symbols))
        ports: Any = SimpleNamespace(store=ServiceStore(store), clock=SystemClock(), providers=())
        request = DataRequest(symbols=tuple(symbols), fields=FIELDS)
        MarketData(ports).request(request.model_copy(update={"symbols": ("B00",)}), actor)  # statements are compiled
        cold_s = _median_s(COLD_COUNT, lambda: MarketData(ports).request(request, actor))
        data = MarketData(ports)
        data.request(request, actor)
        warm_s = _median_s(WARM_COUNT, lambda: data.request(request, actor))
        weekly = request.model_copy(update={"frequency": "weekly"})
        weekly_s = _median_s(COLD_COUNT, lambda: data.request(weekly, actor))
        past = request.model_copy(update={"as_of_utc": KNOWN})
        past_s = _median_s(COLD_COUNT, lambda: MarketData(ports).request(past, actor))
        raw_s = _median_s(COLD_COUNT, _raw_blobs(path))
        parquet_s = _median_s(COLD_COUNT, _parquet(folder, path))
        store.dispose()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    size = f"{ASSETS_COUNT} assets x {DAYS_COUNT:,} days x {len(FIELDS)} fields"
    return [
        Figure(f"{size}: the first time", cold_s, "s", "promised", COLD_PROMISED_S),
        Figure(f"{size}: again", warm_s, "s", "promised", WARM_PROMISED_S),
        Figure(
            "the first time, against the packed columns read with nothing in between", cold_s, "s", "raw SQLite", raw_s
        ),
        Figure("the first time, against one Parquet file of the same figures", cold_s, "s", "Parquet", parquet_s),
        Figure("again, against one Parquet file of the same figures", warm_s, "s", "Parquet", parquet_s),
        Figure("as bars of weeks", weekly_s, "s", "as days, again", warm_s),
        Figure("as known at an earlier instant, the first time", past_s, "s", "promised", COLD_PROMISED_S),
    ]
