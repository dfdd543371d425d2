"""Houses with the real market history, shared with the sibling folders, and the two services that take files."""

from __future__ import annotations

from typing import Any

import pytest

from services.holdings_import import HoldingsImports
from services.imports import Imports
from tests.services.market_house import house, packed_house, shared_house, shared_packed_house

__all__ = ["depot", "house", "imports", "packed_house", "shared_house", "shared_packed_house"]


@pytest.fixture
def imports(house: Any) -> Imports:
    """Files of market data."""
    return Imports(house.ports)


@pytest.fixture
def depot(house: Any) -> HoldingsImports:
    """Files of holdings and transactions."""
    return HoldingsImports(house.ports)
