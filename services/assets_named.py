"""Which asset has a symbol, and what is somebody told who names one that is not there?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.errors import NotFound

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork


def asset_named(uow: UnitOfWork, symbol: str) -> tables.Asset:
    """Return the asset with a symbol, as the unit's actor sees it.

    Raises
    ------
    NotFound
        There is no such symbol for this actor.

    """
    found = uow.assets.by_symbols([symbol]).get(symbol)
    if found is None:
        raise NotFound(f"There is no asset with the symbol {symbol!r}.", "Choose one from the list of assets.")
    return found
