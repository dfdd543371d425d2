"""Which house do the tests of compliance checks use?"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.store.migrate import upgrade
from tests.services.compliance_checks.books import Book, open_book


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without rows, made once."""
    path = tmp_path_factory.mktemp("store") / "qpo.sqlite3"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def book(tmp_path: Path, empty_database: Path) -> Iterator[Book]:
    """A house without prices and rules, to be furnished at will."""
    shutil.copy(empty_database, tmp_path / "qpo.sqlite3")
    opened = open_book(tmp_path)
    yield opened
    opened.world.ports.store.dispose()
