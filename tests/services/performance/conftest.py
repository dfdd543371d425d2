"""Houses with the real market history, and the reports on their portfolios."""

import pytest

from services.performance import Performance
from tests.services.market_house import house, packed_house, shared_house, shared_packed_house

__all__ = ["house", "packed_house", "shared_house", "shared_packed_house"]


@pytest.fixture(scope="module")
def performance(shared_packed_house) -> Performance:
    return Performance(shared_packed_house.ports)


@pytest.fixture(scope="module")
def growth_id(shared_packed_house) -> str:
    return shared_packed_house.named("Aurora Growth").id


@pytest.fixture(scope="module")
def weighted_id(shared_packed_house) -> str:
    """Return the id of the benchmark whose constituents are known."""
    benchmarks = shared_packed_house.market.benchmarks(shared_packed_house.manager)
    return next(one.id for one in benchmarks if one.has_weights)
