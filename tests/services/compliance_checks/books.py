"""A house with made-up prices and rules in force, whose worker is the test itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from data.store import tables
from engine.compliance.packs.catalog import PACKS
from engine.compliance.rule import Rule
from services.auth.actor import Actor
from services.auth.roles import Role
from services.compliance.checks import ComplianceChecks
from services.compliance.matrix import ComplianceMatrices
from services.compliance.watch import ComplianceWatch
from tests.services.risk.worlds import World, open_world, weekdays

DAYS_COUNT = 620


@dataclass
class Book:
    """A world with the checks of compliance over it."""

    world: World
    checks: ComplianceChecks
    matrices: ComplianceMatrices
    watch: ComplianceWatch

    @property
    def manager(self) -> Actor:
        return self.world.manager

    @property
    def officer(self) -> Actor:
        return self.world.actors[Role.COMPLIANCE]

    @property
    def tenant_id(self) -> str:
        assert self.manager.tenant_id is not None
        return self.manager.tenant_id

    def stock(self, symbol: str, price: float, *, issuer: str | None = None, seed: int = 1, **more: Any) -> str:
        """Plant a stock that ends at a price after a random walk, with its issuer; return its id."""
        rng = np.random.default_rng(seed)
        path = np.exp(np.cumsum(rng.normal(0.0003, 0.01, DAYS_COUNT)))
        closes = np.round(price * path / path[-1], 6)
        asset_id = self.world.asset(symbol, closes, weekdays(DAYS_COUNT), **more)
        if issuer is not None:
            self.issue(asset_id, issuer)
        return asset_id

    def issue(self, asset_id: str, issuer: str) -> None:
        """Say who issued an asset."""
        with self.world.ports.store.system() as uow:
            found = uow.issuers.find_by_name(issuer) or uow.issuers.add(tables.Issuer(name=issuer, country="US"))
            uow.assets.update(asset_id, {"issuer_id": found.id})
            uow.commit()

    def attribute(self, asset_id: str, name: str, value: float, unit: str | None = None) -> None:
        """Plant one fact about an asset."""
        with self.world.ports.store.system(self.tenant_id) as uow:
            batch = uow.ingest_batches.add(
                tables.IngestBatch(
                    tenant_id=self.tenant_id, provider="upload", kind="attributes", status="succeeded", lineage={}
                )
            )
            uow.assets.add_many(
                [
                    tables.AssetAttribute(
                        tenant_id=self.tenant_id, asset_id=asset_id, name=name, value=value, unit=unit,
                        valid_on=date(2022, 6, 1), provider="upload", batch_id=batch.id,
                        knowledge_time_utc=self.now_utc,
                    )
                ]
            )  # fmt: skip
            uow.commit()

    @property
    def now_utc(self) -> datetime:
        return self.world.ports.clock.now_utc()

    def rule(self, rule: Rule | str, portfolio_id: str | None = None, **changes: Any) -> str:
        """Bring a rule into force, of a pack where it is named, for the house or one portfolio; return its id."""
        made = by_name(rule) if isinstance(rule, str) else rule
        made = made.model_copy(update=changes) if changes else made
        with self.world.ports.store.system(self.tenant_id) as uow:
            row = uow.rules.create(
                tables.ComplianceRule(
                    tenant_id=self.tenant_id, code=made.id, scope="portfolio" if portfolio_id else "house",
                    scope_key=portfolio_id or "house", portfolio_id=portfolio_id,
                ),
                tables.RuleVersion(
                    document=json.loads(made.model_dump_json()), state="approved", decided_at_utc=self.now_utc
                ),
            )  # fmt: skip
            row.approved_version = 1
            uow.commit()
            return row.id

    def trade(self, portfolio_id: str, asset_id: str, units: float, price: float, day: date) -> None:
        """Book a purchase, or a sale where the units are negative."""
        self.book(
            portfolio_id, kind="buy" if units > 0 else "sell", trade_date=day, asset_id=asset_id,
            quantity=Decimal(repr(units)), price=Decimal(repr(price)),
            amount_ccy=Decimal(repr(-units)) * Decimal(repr(price)), currency="USD",
        )  # fmt: skip

    def book(self, portfolio_id: str, **entry: Any) -> None:
        """Book one entry, and value the portfolio anew as those do who book."""
        with self.world.ports.store.system(self.tenant_id) as uow:
            uow.ledger.append(portfolio_id, [tables.LedgerTransaction(**entry)])
            self.world.facts.valuator.revalue(uow, uow.portfolios.get(portfolio_id))
            uow.commit()

    def by_code(self, portfolio_id: str, orders: Any = (), **more: Any) -> dict[str, Any]:
        """Return how a portfolio stands by each rule, by code."""
        answer = self.checks.check(self.manager, portfolio_id, orders, **more)
        assert answer.state == "ready", answer
        assert answer.report is not None
        return {one.code: one for one in answer.report.results}


def by_name(name: str) -> Rule:
    """Return a rule of the packs."""
    return next(rule for pack in PACKS.values() for rule in pack.rules if rule.id == name)


def open_book(folder: Path) -> Book:
    """Return a house without prices or rules."""
    world = open_world(folder)
    absent: Any = SimpleNamespace()
    checks = ComplianceChecks(world.ports, analyses=world.analyses, facts=world.facts, optimize=absent, runs=absent)
    world.analyses.attach(
        SimpleNamespace(
            portfolio_facts=world.facts, risk=world.risk, limit_history=world.history, compliance_checks=checks
        )  # type: ignore[arg-type]
    )
    return Book(
        world,
        checks,
        ComplianceMatrices(world.ports, world.facts.reader),
        ComplianceWatch(world.ports, world.analyses, world.facts.reader),
    )
