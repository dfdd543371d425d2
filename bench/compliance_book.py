"""How long does a whole book take through the service: together, and one portfolio after the other?

One thread, processor time, on a store of its own: two hundred portfolios of fifty positions out of three hundred assets
with issuers and volumes, under the house template, with all that a check does: versions, rules, state, judgement,
results, changes and breaches kept. Values are stored and breaches are open, as on any day but the first. The old way,
one portfolio after the other, is measured in the same run and has to leave the very same results.
"""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import json  # noqa: E402 (after the thread counts)

import numpy as np  # noqa: E402

from bench.engine_solve import spent_ms  # noqa: E402
from bench.report import Figure, show  # noqa: E402
from data.providers.protocol import ProviderContext  # noqa: E402
from data.providers.registry import ProviderRegistry  # noqa: E402
from data.store import tables  # noqa: E402
from data.store.database import Store  # noqa: E402
from data.store.migrate import upgrade  # noqa: E402
from data.store.repositories.series import Bars  # noqa: E402
from engine.compliance.packs.catalog import PACKS  # noqa: E402
from services.auth.actor import Actor  # noqa: E402
from services.clock import SystemClock  # noqa: E402
from services.collector import calm_collector  # noqa: E402
from services.compliance.checks import ComplianceChecks  # noqa: E402
from services.compliance.watch import TOGETHER_COUNT  # noqa: E402
from services.messages.compliance_checks import ComplianceRequest  # noqa: E402
from services.portfolio_facts_reader import PortfolioFactsReader  # noqa: E402
from services.ports import Ports  # noqa: E402
from services.ports_store import ServiceStore  # noqa: E402
from services.settings import load_settings  # noqa: E402

PORTFOLIOS_COUNT, ASSETS_COUNT, HOLDINGS_COUNT, DAYS_COUNT = 200, 300, 50, 620
PROMISED_MS = 2000.0
LAST, BEGUN, KNOWN = date(2022, 12, 28), date(2022, 6, 1), datetime(2022, 12, 30, tzinfo=UTC)
SECTORS = ("Energy", "Health Care", "Financials", "Industrials", "Utilities", "Materials")


def open_ports(folder: Path) -> Ports:
    """Return the doors of a product over an empty store."""
    settings, clock = load_settings({"VAR_DIR": str(folder)}), SystemClock()
    upgrade(settings.database_url)
    nothing: Any = None
    return Ports(
        settings=settings,
        clock=clock,
        store=ServiceStore(Store(settings.database_url, audit_key=b"k" * 32, now_utc=clock.now_utc)),
        queue=nothing,
        bus=SimpleNamespace(nudge=lambda topic: None),  # type: ignore[arg-type]
        cache=nothing,
        providers=ProviderRegistry.load(ProviderContext(now_utc=clock.now_utc)),
        secrets=nothing,
        hash_password=str,
    )


def assets_of(ports: Ports, rng: np.random.Generator) -> list[str]:
    """Plant assets that walk at random; return their ids."""
    span = np.arange(np.datetime64(LAST, "D") - 2 * DAYS_COUNT, np.datetime64(LAST, "D") + 1)
    sessions = span[np.is_busday(span)][-DAYS_COUNT:]
    ids = []
    with ports.store.system() as uow:
        batch = uow.ingest_batches.add(
            tables.IngestBatch(provider="upload", kind="prices", status="succeeded", lineage={})
        )
        for place in range(ASSETS_COUNT):
            issuer = uow.issuers.find_by_name(f"Issuer {place // 2}") or uow.issuers.add(
                tables.Issuer(name=f"Issuer {place // 2}", country="US")
            )
            row = uow.assets.add(
                tables.Asset(
                    symbol=f"S{place:03}", name=f"S{place:03}", asset_class="equity", currency="USD",
                    sector=SECTORS[place % 6], industry=f"Industry {place % 30}", country=("US", "DE", "FR")[place % 3],
                    issuer_id=issuer.id,
                )
            )  # fmt: skip
            closes = np.round(rng.uniform(20, 300) * np.exp(np.cumsum(rng.normal(0.0003, 0.01, DAYS_COUNT))), 4)
            bars = Bars(row.id, sessions, closes, None, None, None, None, np.full(DAYS_COUNT, 1e6))
            uow.prices.ingest([bars], provider="upload", knowledge_time_utc=KNOWN, batch_id=batch.id)
            ids.append(row.id)
        uow.commit()
    return ids


def book_of(ports: Ports) -> tuple[Actor, list[str]]:
    """Open a house with its portfolios and the house template in force; return its product and their ids."""
    rng = np.random.default_rng(7)
    with ports.store.system() as uow:
        tenant_id = uow.tenants.add(tables.Tenant(name="Book")).id
        uow.commit()
    assets, ids, now_utc = assets_of(ports, rng), [], ports.clock.now_utc()
    with ports.store.system(tenant_id) as uow:
        for place in range(PORTFOLIOS_COUNT):
            row = uow.portfolios.add(
                tables.Portfolio(
                    name=f"P{place:03}", base_currency="USD", strategy="long_only", mandate={}, house_limits={}
                )
            )
            held = [
                tables.LedgerTransaction(
                    kind="opening", trade_date=BEGUN, asset_id=assets[one], currency="USD", price=Decimal(1),
                    quantity=Decimal(int(rng.integers(10, 400))), amount_ccy=Decimal(0),
                )
                for one in rng.choice(ASSETS_COUNT, HOLDINGS_COUNT, replace=False)
            ]  # fmt: skip
            cash = tables.LedgerTransaction(
                kind="deposit", trade_date=BEGUN, amount_ccy=Decimal(100_000), currency="USD"
            )
            uow.ledger.append(row.id, [*held, cash])
            ids.append(row.id)
        for rule in PACKS["house"].rules:
            document = json.loads(rule.model_dump_json())
            kept = uow.rules.create(
                tables.ComplianceRule(tenant_id=tenant_id, code=rule.id, scope="house", scope_key="house"),
                tables.RuleVersion(document=document, state="approved", decided_at_utc=now_utc),
            )
            kept.approved_version = 1
        uow.commit()
    return Actor.system(tenant_id), ids


def results_of(ports: Ports, product: Actor, ids: list[str]) -> list[Any]:
    """Return what is stored of the checks, without instants."""
    with ports.store.read(product) as uow:
        return [
            (row.portfolio_id, row.rule_id, row.status, row.value, row.limit_value, {**row.document, "since_utc": None})
            for row in sorted(uow.compliance_results.of_many(ids), key=lambda row: (row.portfolio_id, row.rule_id))
        ]


def measure() -> list[Figure]:
    """Measure a book both ways, after a first check that stores values and opens breaches."""
    calm_collector()  # as every process of the product, when it is ready for work
    with tempfile.TemporaryDirectory() as folder:
        ports = open_ports(Path(folder))
        product, ids = book_of(ports)
        nothing: Any = None
        checks = ComplianceChecks(
            ports, analyses=nothing, facts=PortfolioFactsReader(ports), optimize=nothing, runs=nothing
        )

        def together() -> None:
            for start in range(0, len(ids), TOGETHER_COUNT):
                assert checks.book.check(product, ids[start : start + TOGETHER_COUNT]) == len(
                    ids[start:][:TOGETHER_COUNT]
                )

        def one_by_one() -> None:
            for one in ids:
                checks.compute(ComplianceRequest(portfolio_id=one), product)

        together()
        alone_ms = spent_ms(one_by_one)
        before = results_of(ports, product, ids)
        took_ms = min(spent_ms(together) for _ in range(3))
        assert results_of(ports, product, ids) == before
        ports.store.dispose()
    name = f"{PORTFOLIOS_COUNT} portfolios, {len(PACKS['house'].rules)} rules of the house"
    return [
        Figure(f"{name}, through the service", took_ms, "ms", "promised", PROMISED_MS),
        Figure(f"{name}, together", took_ms, "ms", "one by one", alone_ms),
    ]


if __name__ == "__main__":
    show("compliance_book", measure())
