"""Which ids does the note use that tells where a price comes from?"""

from __future__ import annotations

from typing import Final

from components.ids_base import Frozen


class PriceSource(metaclass=Frozen):
    """The note beside a price, one for the whole product; assets/price_source.js opens, moves and closes it."""

    NOTE: Final = "price-source"
    ASKED: Final = "price-source-asked"  # Store, {symbol, session, key} of the price that is pointed at
    LIVE: Final = "price-source-live"  # written by assets/price_source.js while the figure shown is not the stored one
    BODY: Final = "price-source-body"
