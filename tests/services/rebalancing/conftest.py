"""Which house do the tests of rebalancing use? That of the checks of compliance."""

from __future__ import annotations

import pytest

from tests.services.compliance_checks.books import Book
from tests.services.compliance_checks.conftest import book, empty_database
from tests.services.rebalancing.desk import Desk, open_desk

__all__ = ["book", "desk", "empty_database"]


@pytest.fixture
def desk(book: Book) -> Desk:
    """The services of rebalancing over a house with two stocks and a target."""
    return open_desk(book)
