"""May a sale at a loss be a wash sale: is the same bought within 30 days before or after it?

A hint for taxable accounts in the United States (26 USC 1091) and no tax advice: "substantially identical" is judged
by the asset itself and by other shares of the same issuer alone, and accounts elsewhere are not known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from services.valuation_ledger import ZERO, LedgerEntry, OpenLot, entries_until

WINDOW = timedelta(days=30)


@dataclass(frozen=True)
class LossSale:
    """A lot, or a part of one, that was sold for less than it cost; all figures positive."""

    asset_id: str
    sold_on: date
    acquired_on: date
    quantity: Decimal
    loss_ccy: Decimal
    currency: str


@dataclass(frozen=True)
class WashSale:
    """Why a proposed order may make a loss not count.

    Attributes
    ----------
    asset_id : str
        Of the order.
    other_asset_id : str
        What was sold at a loss (of a purchase), or bought (of a sale); the same asset in most cases.
    other_on : date
        When.
    loss_ccy : Decimal or None
        The loss that was realized, or that the order would realize; None where the price is not known.
    currency : str
    free_from : date
        The first day on which the order has no such effect.
    is_purchase : bool
        Whether the order buys back what was sold; else it sells while the same was bought.

    """

    asset_id: str
    other_asset_id: str
    other_on: date
    loss_ccy: Decimal | None
    currency: str
    free_from: date
    is_purchase: bool


def loss_sales(entries: Iterable[LedgerEntry], until: date) -> tuple[LossSale, ...]:
    """Return what was sold at a loss, lot by lot, first in first out, in the order of the sales.

    Each lot counts for itself, as it does for tax: a sale that gains as a whole may close one lot at a loss. Fees are
    part of cost and of proceeds.
    """
    lots: dict[str, list[OpenLot]] = {}
    found: list[LossSale] = []
    for entry in entries_until(entries, until):
        if entry.asset_id is None or entry.quantity == ZERO:
            continue
        queue = lots.setdefault(entry.asset_id, [])
        unit_ccy = entry.cost_ccy / entry.quantity
        closed, left = _close(queue, entry.quantity)
        if entry.kind == "sell":
            found += [
                LossSale(lot.asset_id, entry.trade_date, lot.acquired_on, lot.quantity, loss_ccy, lot.currency)
                for lot in closed
                if lot.quantity > ZERO and (loss_ccy := lot.cost_ccy - unit_ccy * lot.quantity) > ZERO
            ]
        if left != ZERO:
            queue.append(OpenLot(entry.id, entry.asset_id, entry.trade_date, left, unit_ccy * left, entry.currency))
    return tuple(found)


def wash_sales(
    entries: Iterable[LedgerEntry],
    orders: Mapping[str, Decimal],
    on: date,
    *,
    identical: Mapping[str, Collection[str]],
    prices_ccy: Mapping[str, Decimal],
) -> tuple[WashSale, ...]:
    """Return which proposed orders may make a loss not count.

    Parameters
    ----------
    entries : iterable of LedgerEntry
        The portfolio's ledger.
    orders : mapping of str to Decimal
        Units to buy by asset id, negative to sell.
    on : date
        The day of the orders.
    identical : mapping of str to collection of str
        Other assets that count as the same, by asset id.
    prices_ccy : mapping of str to Decimal
        What a unit is sold for, in the currency of its cost.

    Returns
    -------
    tuple of WashSale
        One an order at most: for a purchase the latest sale at a loss, for a sale the latest purchase that stays.

    """
    known = entries_until(entries, on)
    losses = loss_sales(known, on)
    found = []
    for asset_id, quantity in orders.items():
        same = {asset_id, *identical.get(asset_id, ())}
        if quantity > ZERO:
            hint = _of_purchase(asset_id, same, losses, on)
        else:
            hint = _of_sale(asset_id, same, known, orders, on, prices_ccy.get(asset_id))
        if hint is not None:
            found.append(hint)
    return tuple(found)


def _of_purchase(asset_id: str, same: set[str], losses: Iterable[LossSale], on: date) -> WashSale | None:
    near = [one for one in losses if one.asset_id in same and on - WINDOW <= one.sold_on <= on]
    if not near:
        return None
    last = max(near, key=lambda one: one.sold_on)
    loss_ccy = sum((one.loss_ccy for one in near if one.currency == last.currency), ZERO)
    free_from = last.sold_on + WINDOW + timedelta(days=1)
    return WashSale(asset_id, last.asset_id, last.sold_on, loss_ccy, last.currency, free_from, is_purchase=True)


def _of_sale(
    asset_id: str,
    same: set[str],
    entries: Iterable[LedgerEntry],
    orders: Mapping[str, Decimal],
    on: date,
    price_ccy: Decimal | None,
) -> WashSale | None:
    """Return the hint on a sale: a lot goes at a loss while the same is bought today, or was bought and stays."""
    lots = _open_lots(entries)
    closed, _ = _close(lots.get(asset_id, []), orders[asset_id])
    closed = [lot for lot in closed if lot.quantity > ZERO]
    if price_ccy is None:
        loss_ccy = None
    else:
        loss_ccy = sum((max(ZERO, lot.cost_ccy - price_ccy * lot.quantity) for lot in closed), ZERO)
    if not closed or loss_ccy == ZERO:
        return None
    bought = [
        (lot.acquired_on, lot.asset_id)
        for other in same
        for lot in lots.get(other, [])
        if lot.quantity > ZERO and lot.acquired_on >= on - WINDOW
    ]
    bought += [(on, other) for other in same if other != asset_id and orders.get(other, ZERO) > ZERO]
    if not bought:
        return None
    other_on, other_id = max(bought)
    free_from = other_on + WINDOW + timedelta(days=1)
    return WashSale(asset_id, other_id, other_on, loss_ccy, closed[0].currency, free_from, is_purchase=False)


def _open_lots(entries: Iterable[LedgerEntry]) -> dict[str, list[OpenLot]]:
    lots: dict[str, list[OpenLot]] = {}
    for entry in entries:
        if entry.asset_id is None or entry.quantity == ZERO:
            continue
        queue = lots.setdefault(entry.asset_id, [])
        _, left = _close(queue, entry.quantity)
        if left != ZERO:
            cost_ccy = entry.cost_ccy / entry.quantity * left
            queue.append(OpenLot(entry.id, entry.asset_id, entry.trade_date, left, cost_ccy, entry.currency))
    return lots


def _close(queue: list[OpenLot], quantity: Decimal) -> tuple[list[OpenLot], Decimal]:
    """Take a change off the oldest lots of the other sign; return what was closed, and what is left to open."""
    closed = []
    while queue and quantity != ZERO and (queue[0].quantity > 0) != (quantity > 0):
        oldest = queue[0]
        part = oldest.quantity if abs(quantity) >= abs(oldest.quantity) else -quantity
        share_ccy = oldest.cost_ccy * part / oldest.quantity
        closed.append(replace(oldest, quantity=part, cost_ccy=share_ccy))
        if part == oldest.quantity:
            queue.pop(0)
        else:
            queue[0] = replace(oldest, quantity=oldest.quantity - part, cost_ccy=oldest.cost_ccy - share_ccy)
        quantity += part
    return closed, quantity
