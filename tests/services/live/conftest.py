"""Houses with the real market history, shared with the sibling folders."""

from tests.services.market_house import house, packed_house, shared_house, shared_packed_house

__all__ = ["house", "packed_house", "shared_house", "shared_packed_house"]
