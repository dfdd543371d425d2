"""Two houses with people, assets of one issuer, a portfolio and a client, for restrictions and records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from data.store.tables import Asset, Client, Issuer, IssuerGroup, LedgerTransaction, Portfolio
from services.alerts import Alerts
from services.audit import Audit
from services.auth.actor import Actor
from services.auth.roles import Role
from services.events import Events
from services.ports import Ports
from services.runs import Runs
from services.sessions import Sessions
from services.users import Users
from services.wiring_records import RecordServices, record_services
from tests.services.core.conftest import clock, empty_database, person, ports, queue, settings

__all__ = ["clock", "empty_database", "person", "ports", "queue", "settings"]

TODAY = date(2026, 3, 2)  # the day of the clock
SYMBOLS = ("GOOG", "GOOGL", "MSFT", "XOM")


@dataclass
class Office:
    """One house: its services, its people by role, and what it holds."""

    ports: Ports
    services: RecordServices
    audit: Audit
    users: Users
    cleo: Actor  # compliance
    carl: Actor  # compliance as well
    ada: Actor  # administrator
    ann: Actor  # portfolio manager
    assets: dict[str, str] = field(default_factory=dict)
    portfolio_id: str = ""
    client_id: str = ""

    def book(self, *entries: tuple[str, date, str, Any, Any]) -> None:
        """Book (kind, day, symbol, quantity, price) in USD."""
        with self.ports.store.work(self.ann) as uow:
            uow.ledger.append(
                self.portfolio_id,
                [
                    LedgerTransaction(
                        kind=kind, trade_date=day, asset_id=self.assets[symbol], quantity=Decimal(str(quantity)),
                        price=Decimal(str(price)), amount_ccy=-Decimal(str(quantity)) * Decimal(str(price)),
                        currency="USD",
                    )
                    for kind, day, symbol, quantity, price in entries
                ],
            )  # fmt: skip
            uow.commit()

    def deeds(self, action: str = "") -> list[Any]:
        """Return the audit rows of an action, the latest first."""
        return [row for row in self.audit.list(self.cleo, limit=1000).items if row.action.startswith(action)]


def furnish(office: Office) -> Office:
    """Give the house four stocks, two of one issuer, a client, and a portfolio that the manager sees."""
    with office.ports.store.system(office.cleo.tenant_id) as uow:
        group = uow.issuers.add_group(IssuerGroup(name="Alphabet group"))
        issuers = {
            "GOOG": uow.issuers.add(Issuer(name="Alphabet", issuer_group_id=group.id)).id,
            "MSFT": uow.issuers.add(Issuer(name="Microsoft")).id,
        }
        issuers["GOOGL"] = issuers["GOOG"]
        for symbol in SYMBOLS:
            row = uow.assets.add(
                Asset(
                    tenant_id=office.cleo.tenant_id, symbol=symbol, name=f"{symbol} stock", asset_class="equity",
                    currency="USD", issuer_id=issuers.get(symbol),
                )
            )  # fmt: skip
            office.assets[symbol] = row.id
        record = uow.clients.create(Client(client_type="individual"), name="Jane Roe")
        office.client_id = record.client.id
        portfolio = uow.portfolios.add(
            Portfolio(name="Growth", base_currency="USD", client_id=office.client_id, strategy="long_only")
        )
        office.portfolio_id = portfolio.id
        uow.grants.give("user", office.ann.user_id, "portfolio", portfolio.id, "portfolio_manager")
        uow.commit()
    return office


@pytest.fixture
def make_office(ports: Ports, person: Callable[..., Actor]) -> Callable[[str], Office]:
    """Return a function that makes a house of a name."""

    def make(name: str) -> Office:
        audit = Audit(ports)
        runs = Runs(ports, events=Events(ports), alerts=Alerts(ports))
        found = record_services(ports, audit=audit, runs=runs)
        return furnish(
            Office(
                ports=ports,
                services=RecordServices(**found),
                audit=audit,
                users=Users(ports, sessions=Sessions(ports)),
                cleo=person(Role.COMPLIANCE, house_name=name, name="Cleo"),
                carl=person(Role.COMPLIANCE, house_name=name, name="Carl"),
                ada=person(Role.ADMINISTRATOR, house_name=name, name="Ada"),
                ann=person(Role.PORTFOLIO_MANAGER, house_name=name, name="Ann"),
            )
        )

    return make


@pytest.fixture
def office(make_office: Callable[[str], Office]) -> Office:
    return make_office("first")


@pytest.fixture
def other(make_office: Callable[[str], Office]) -> Office:
    return make_office("second")
