"""Which databases do the tests of breaches use?"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from data.store.migrate import upgrade
from services.clock import ManualClock
from services.ports import Ports
from tests.data.conftest import postgres_server, postgres_template, sqlite_template, url
from tests.services.breaches.world import START_UTC, Furnished, World, furnish, ports_on

__all__ = ["postgres_server", "postgres_template", "sqlite_template", "url"]


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    """A house with a portfolio and no breaches, that others are copied from."""
    path = tmp_path_factory.mktemp("breaches") / "qpo.sqlite3"
    upgrade(f"sqlite:///{path}")
    return furnish(f"sqlite:///{path}", path.parent)


@dataclass(frozen=True)
class Lasting:
    """A product that all tests of a process share, for it remembers how statements are written; its file is changed."""

    path: Path
    ports: Ports
    clock: ManualClock


@pytest.fixture(scope="session")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Lasting:
    """A product over a file that each test puts in place."""
    path, clock = tmp_path_factory.mktemp("breaches-now") / "qpo.sqlite3", ManualClock(START_UTC)
    return Lasting(path, ports_on(f"sqlite:///{path}", path.parent, clock), clock)


@pytest.fixture
def world(furnished: Furnished, lasting: Lasting) -> Iterator[World]:
    """A house of one's own, on the day on which it was made."""
    for end in ("-wal", "-shm"):
        lasting.path.with_name(lasting.path.name + end).unlink(missing_ok=True)
    shutil.copyfile(furnished.url.removeprefix("sqlite:///"), lasting.path)
    lasting.clock.advance(seconds=(START_UTC - lasting.clock.now_utc()).total_seconds())
    yield World(lasting.ports, lasting.clock, furnished.people, furnished.portfolio_id, furnished.tenant_id)
    lasting.ports.store.dispose()
