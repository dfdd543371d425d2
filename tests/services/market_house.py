"""A house with the real market history and the sample portfolios, made once per test process and copied for each test.

Sibling folders import the fixtures from here in their conftest.py.
"""

from __future__ import annotations

import atexit
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from data.providers.protocol import ProviderContext
from data.providers.registry import ProviderRegistry
from data.store import tables
from data.store.database import Store
from data.store.migrate import upgrade
from services.auth.actor import Actor
from services.auth.roles import Role
from services.clients import Clients
from services.clock import ManualClock
from services.market import Market
from services.portfolios import Portfolios
from services.ports import Ports
from services.ports_store import ServiceStore
from services.sample_pack import SamplePack
from services.seed.portfolios import seed_tenant
from services.settings import load_settings

NOW = datetime(2023, 1, 2, 9, 0, tzinfo=UTC)
STOCKS = [
    "AAPL", "AMD", "BAC", "BBY", "CVX", "GE", "HD", "JNJ", "JPM", "KO",
    "LLY", "MRK", "MSFT", "PEP", "PFE", "PG", "RRC", "UNH", "WMT", "XOM",
]  # fmt: skip


class QuietBus:
    """A bus that only counts its nudges."""

    def __init__(self) -> None:
        self.topics: list[str] = []

    def nudge(self, topic: str) -> None:
        self.topics.append(topic)


@dataclass
class House:
    """Services over one database, with one actor per role and a stranger of another tenant."""

    ports: Ports
    actors: dict[Role, Actor]
    stranger: Actor
    market: Market = field(init=False)
    portfolios: Portfolios = field(init=False)
    clients: Clients = field(init=False)
    pack: SamplePack = field(init=False)

    def __post_init__(self) -> None:
        self.market = Market(self.ports)
        self.portfolios = Portfolios(self.ports)
        self.clients = Clients(self.ports)
        self.pack = SamplePack(self.ports)

    @property
    def manager(self) -> Actor:
        return self.actors[Role.PORTFOLIO_MANAGER]

    def named(self, name: str) -> Any:
        return next(p for p in self.portfolios.list(self.manager) if p.name == name)


def open_ports(folder: Path) -> Ports:
    settings = load_settings({"VAR_DIR": str(folder)})
    clock = ManualClock(NOW)
    store = Store(settings.database_url, audit_key=b"k" * 32, now_utc=clock.now_utc)
    return Ports(
        settings=settings,
        clock=clock,
        store=ServiceStore(store),
        queue=None,  # type: ignore[arg-type]
        bus=QuietBus(),  # type: ignore[arg-type]
        cache=None,  # type: ignore[arg-type]
        providers=ProviderRegistry.load(ProviderContext(now_utc=clock.now_utc)),
        secrets=None,  # type: ignore[arg-type]
        hash_password=str,
    )


def _people(ports: Ports, tenant_name: str) -> dict[Role, Actor]:
    with ports.store.system() as uow:
        tenant = uow.tenants.add(tables.Tenant(name=tenant_name))
        uow.commit()
    actors = {}
    with ports.store.system(tenant.id) as uow:
        for role in Role:
            user = uow.users.add(
                tables.User(
                    email=f"{role.value}@{tenant_name}.invalid",
                    name=role.label,
                    role=role.value,
                    password_hash="x",
                    fs_uniquifier=f"{tenant_name}-{role.value}",
                    is_sample=True,
                )
            )
            actors[role] = Actor(user.id, tenant.id, role.label, role, "session")
        uow.commit()
    return actors


@cache
def _template(has_pack: bool) -> tuple[Path, dict[Role, Actor], Actor]:
    folder = Path(tempfile.mkdtemp(prefix="house-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if has_pack:
        source, actors, stranger = _template(False)
        _copy(source, folder)
        ports = open_ports(folder)
        SamplePack(ports).load(Actor.system(stranger.tenant_id))
    else:
        ports = open_ports(folder)
        upgrade(ports.settings.database_url)
        Market(ports).load_history()
        actors = _people(ports, "house")
        stranger = _people(ports, "elsewhere")[Role.PORTFOLIO_MANAGER]
        seed_tenant(ports, Actor.system(actors[Role.VIEWER].tenant_id))
    ports.store.dispose()
    with closing(sqlite3.connect(folder / "qpo.sqlite3")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder, actors, stranger


def _copy(source: Path, target: Path) -> None:
    for path in source.glob("qpo.sqlite3*"):
        shutil.copy(path, target / path.name)


def _open(folder: Path, has_pack: bool) -> Iterator[House]:
    source, actors, stranger = _template(has_pack)
    _copy(source, folder)
    ports = open_ports(folder)
    yield House(ports, actors, stranger)
    ports.store.dispose()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house of one's own, to be changed at will."""
    yield from _open(tmp_path, False)


@pytest.fixture(scope="module")
def shared_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house that the tests of a module only look at."""
    yield from _open(tmp_path_factory.mktemp("shared"), False)


@pytest.fixture
def packed_house(tmp_path: Path) -> Iterator[House]:
    """A house of one's own with the sample pack."""
    yield from _open(tmp_path, True)


@pytest.fixture(scope="module")
def shared_packed_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house with the sample pack that the tests of a module only look at."""
    yield from _open(tmp_path_factory.mktemp("packed"), True)
