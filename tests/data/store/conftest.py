"""Two tenants with people, clients and portfolios, as the store's tests need them."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pytest

from data.store import Store
from data.store.tables import (
    Asset,
    Client,
    ClientProfile,
    LedgerTransaction,
    Portfolio,
    Run,
    Team,
    Tenant,
    User,
)


@dataclass(frozen=True)
class Person:
    """An actor as the services would hand it in."""

    user_id: str
    tenant_id: str
    role: str
    name: str = "Test Person"
    via: str = "session"
    scopes: frozenset[str] | None = None


@dataclass
class House:
    """One tenant and what is in it."""

    tenant_id: str
    people: dict[str, Person] = field(default_factory=dict)
    team_id: str = ""
    client_id: str = ""
    portfolio_id: str = ""
    asset_id: str = ""
    run_id: str = ""
    transaction_id: str = ""

    def __getattr__(self, role: str) -> Person:
        if role.startswith("_") or role not in self.__dict__.get("people", {}):
            raise AttributeError(role)
        return self.people[role]


ROLES = ("viewer", "advisor", "portfolio_manager", "researcher", "compliance", "administrator", "outsider")


def add_user(store: Store, tenant_id: str, role: str, name: str) -> Person:
    with store.system(tenant_id) as uow:
        user = uow.users.add(
            User(
                email=f"{name}@{tenant_id[-6:]}.example",
                name=name.title(),
                role="portfolio_manager" if role == "outsider" else role,
                fs_uniquifier=f"{name}{tenant_id}"[-64:],
            )
        )
        uow.commit()
    return Person(user.id, tenant_id, user.role, user.name)


def make_house(store: Store, name: str) -> House:
    """Advisor, manager, researcher and viewer are granted the team; outsider, administrator get nothing."""
    with store.system() as uow:
        tenant = uow.tenants.add(Tenant(name=name))
        uow.commit()
    house = House(tenant.id)
    for role in ROLES:
        house.people[role] = add_user(store, tenant.id, role, role)
    with store.system(tenant.id) as uow:
        team = uow.teams.add(Team(name=f"Team {name}"))
        house.team_id = team.id
        for role in ("advisor", "portfolio_manager"):
            uow.teams.add_member(team.id, house.people[role].user_id)
        for role in ("researcher", "viewer"):
            uow.grants.give("user", house.people[role].user_id, "team", team.id, role)
        asset = uow.assets.add(
            Asset(tenant_id=tenant.id, symbol=f"OWN-{name}", name="Own asset", asset_class="equity", currency="USD")
        )
        house.asset_id = asset.id
        uow.commit()
    manager = house.people["portfolio_manager"]
    with store.work(manager) as uow:
        record = uow.clients.create(
            Client(client_type="individual", team_id=team.id), name=f"Client of {name}", email="c@example.com"
        )
        house.client_id = record.client.id
        uow.clients.add_profile(
            record.client.id,
            ClientProfile(
                dated_on=date(2022, 1, 3), risk_tolerance=3, horizon_years=10.0, loss_capacity_frac=0.2,
                knowledge="good", preferences={}, answers={},
            ),
        )  # fmt: skip
        portfolio = uow.portfolios.add(
            Portfolio(name=f"Growth {name}", base_currency="USD", client_id=record.client.id, strategy="long_only")
        )
        house.portfolio_id = portfolio.id
        entries = uow.ledger.append(
            portfolio.id,
            [
                LedgerTransaction(
                    kind="deposit", trade_date=date(2022, 1, 3), amount_ccy=Decimal("1000000.00"), currency="USD"
                )
            ],
        )
        house.transaction_id = entries[0].id
        house.run_id = uow.runs.add(new_run(portfolio_id=portfolio.id)).id
        uow.commit()
    return house


def new_run(**values: object) -> Run:
    return Run(**{"kind": "optimization", "request_json": "{}", "request_sha256": "0" * 64, "seed": 7, **values})


@pytest.fixture(scope="session")
def build_house():
    return make_house


@pytest.fixture
def first(store: Store) -> House:
    return make_house(store, "first")


@pytest.fixture
def second(store: Store) -> House:
    return make_house(store, "second")
