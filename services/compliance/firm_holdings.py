"""How many units of each asset do the other portfolios of the house hold long?

Who owns more than a share of a class is the firm, not one of its portfolios (17 CFR 240.13d-3): what the others hold
adds up with what this one holds. What they are short of takes nothing away.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork


def units_elsewhere(uow: UnitOfWork, portfolio_id: str, day: date) -> dict[str, Decimal]:
    """Return the units held by asset id, over all visible portfolios but one, at the end of a day."""
    ids = sorted(row.id for row in uow.portfolios.all())
    held = uow.ledger.positions(ids, day)
    found: dict[str, Decimal] = {}
    for key, positions in held.items():
        if key == portfolio_id:
            continue
        for asset_id, quantity in positions.quantities.items():
            if quantity > 0:
                found[asset_id] = found.get(asset_id, Decimal(0)) + quantity
    return found
