"""Houses with the real market history, shared with the sibling folders."""

from tests.services.compliance_checks.conftest import book, empty_database
from tests.services.market_house import house, packed_house, shared_house, shared_packed_house

__all__ = ["book", "empty_database", "house", "packed_house", "shared_house", "shared_packed_house"]
