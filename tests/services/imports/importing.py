"""How do tests bring a file of holdings and look at what it left?"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from services.holdings_import import HoldingsImports
from services.messages.holdings_import import HoldingsImportView, ImportChoices

HEADER = "Date,Type,Symbol,Quantity,Price,Amount,Currency\n"


def booked(
    depot: HoldingsImports, raw: bytes, actor: Any, name: str = "mine.csv", **choices: Any
) -> HoldingsImportView:
    """Book a file with the given choices."""
    draft = depot.start(raw, name, None, actor).draft
    if choices:
        depot.choose(draft.id, ImportChoices(**choices), actor)
    return depot.run(draft.id, actor).imported


def held(house: Any, portfolio_id: str) -> dict[str, Decimal]:
    """Return the quantity of each symbol that a portfolio holds."""
    return {one.symbol: one.quantity for one in house.portfolios.holdings(portfolio_id, house.manager)}
