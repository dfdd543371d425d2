"""A house with made-up prices: assets, rates and portfolios are planted by the test that needs them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from data.store import tables
from data.store.migrate import upgrade
from data.store.repositories.series import Bars
from services.analyses import Analyses
from services.auth.actor import Actor
from services.auth.roles import Role
from services.portfolio_facts_reader import PortfolioFactsReader
from services.portfolios import Portfolios
from services.ports import Ports
from services.risk import Risk
from services.risk_history import LimitHistory
from services.risk_watch import RiskWatch
from tests.services.inline_queue import InlineQueue
from tests.services.market_house import _people, open_ports

KNOWN = datetime(2022, 12, 30, 6, tzinfo=UTC)
LAST = date(2022, 12, 28)


def weekdays(count: int, last: date = LAST) -> np.ndarray:
    """Return the last so many weekdays up to a day."""
    span = np.arange(np.datetime64(last, "D") - 2 * count - 10, np.datetime64(last, "D") + 1)
    return span[np.is_busday(span)][-count:]


def walk(count: int, seed: int, volatility: float = 0.01) -> np.ndarray:
    """Return closes of a random walk."""
    rng = np.random.default_rng(seed)
    return np.round(100.0 * np.exp(np.cumsum(rng.normal(0.0003, volatility, count))), 4)


@dataclass
class World:
    """Services over an empty database, one house with a manager and a viewer, and a stranger."""

    ports: Ports
    actors: dict[Role, Actor]
    stranger: Actor
    facts: PortfolioFactsReader
    analyses: Analyses
    risk: Risk
    portfolios: Portfolios
    queue: InlineQueue
    watch: RiskWatch
    history: LimitHistory

    @property
    def manager(self) -> Actor:
        return self.actors[Role.PORTFOLIO_MANAGER]

    def asset(
        self,
        symbol: str,
        closes: np.ndarray,
        days: np.ndarray | None = None,
        *,
        currency: str = "USD",
        volumes: np.ndarray | None = None,
        spread_frac: float | None = None,
        **more: Any,
    ) -> str:
        """Plant one asset with its closes; return its id."""
        sessions = weekdays(len(closes)) if days is None else days
        fields = {"name": symbol.title(), "asset_class": "equity", "sector": "Energy", "country": "US"} | more
        with self.ports.store.system() as uow:
            row = uow.assets.add(tables.Asset(symbol=symbol, currency=currency, **fields))
            batch = uow.ingest_batches.add(
                tables.IngestBatch(provider="upload", kind="prices", status="succeeded", lineage={})
            )
            high = None if spread_frac is None else closes * (1.0 + spread_frac)
            low = None if spread_frac is None else closes * (1.0 - spread_frac)
            bars = Bars(row.id, sessions, closes, None, closes if spread_frac else None, high, low, volumes)
            uow.prices.ingest([bars], provider="upload", knowledge_time_utc=KNOWN, batch_id=batch.id)
            uow.commit()
            return row.id

    def more_closes(self, asset_id: str, days: np.ndarray, closes: np.ndarray) -> None:
        """Deliver further closes of an asset."""
        with self.ports.store.system() as uow:
            batch = uow.ingest_batches.add(
                tables.IngestBatch(provider="upload", kind="prices", status="succeeded", lineage={})
            )
            uow.prices.ingest(
                [Bars(asset_id, days, closes)], provider="upload", knowledge_time_utc=KNOWN, batch_id=batch.id
            )
            uow.commit()

    def rates(self, currency: str, days: np.ndarray, values: np.ndarray) -> None:
        """Plant the price of one currency in dollars."""
        rates = dict(zip(days.astype("datetime64[D]").astype(object).tolist(), values.tolist(), strict=True))
        with self.ports.store.system() as uow:
            uow.fx.ingest(currency, "USD", rates, provider="upload", knowledge_time_utc=KNOWN)
            uow.ingest_batches.add(tables.IngestBatch(provider="upload", kind="fx", status="succeeded", lineage={}))
            uow.commit()

    def portfolio(
        self,
        holdings: dict[str, float],
        cash: dict[str, float] | None = None,
        *,
        day: date = date(2022, 6, 1),
        benchmark_id: str | None = None,
        name: str = "Mine",
    ) -> str:
        """Open a portfolio that holds so many units of each asset, by id, and cash; return its id."""
        with self.ports.store.work(self.manager) as uow:
            row = uow.portfolios.add(
                tables.Portfolio(
                    name=name, base_currency="USD", strategy="long_short", benchmark_id=benchmark_id, mandate={},
                    house_limits={},
                )
            )  # fmt: skip
            kinds = uow.assets.get_many(list(holdings))
            entries = [
                tables.LedgerTransaction(
                    kind="opening", trade_date=day, asset_id=key, quantity=Decimal(repr(float(units))),
                    price=Decimal(1), amount_ccy=Decimal(0), currency=kinds[key].currency,
                )
                for key, units in holdings.items()
            ]  # fmt: skip
            entries += [
                tables.LedgerTransaction(
                    kind="deposit", trade_date=day, amount_ccy=Decimal(repr(amount)), currency=currency
                )
                for currency, amount in (cash or {}).items()
            ]
            uow.ledger.append(row.id, entries)
            uow.commit()
            return row.id

    def benchmark(self, asset_id: str, currency: str = "USD") -> str:
        """Make an asset the benchmark of whoever names it; return the benchmark's id."""
        with self.ports.store.system() as uow:
            row = uow.benchmarks.add(
                tables.Benchmark(name="The index", kind="index", currency=currency, asset_id=asset_id)
            )
            uow.commit()
            return row.id


def open_world(folder: Path) -> World:
    """Return services over a database in a folder that is empty or a copy of an empty one's."""
    queue = InlineQueue()
    ports = replace(open_ports(folder), quick_queue=queue)
    upgrade(ports.settings.database_url)
    actors = _people(ports, "house")
    stranger = _people(ports, "elsewhere")[Role.PORTFOLIO_MANAGER]
    facts = PortfolioFactsReader(ports)
    analyses = Analyses(ports)
    risk = Risk(ports, analyses=analyses, facts=facts)
    history = LimitHistory(ports, analyses=analyses, facts=facts)
    analyses.attach(SimpleNamespace(portfolio_facts=facts, risk=risk, limit_history=history))  # type: ignore[arg-type]
    queue.execute = analyses.execute
    watch = RiskWatch(ports, analyses, risk)
    return World(ports, actors, stranger, facts, analyses, risk, Portfolios(ports), queue, watch, history)
