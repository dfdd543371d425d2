"""What does a ledger say is held, at what cost, and in which lots?

Signs are the ledger's: ``quantity`` is what the holding grows by, ``amount_ccy`` what the cash grows by, fees included.
A short holding has a negative quantity and a negative cost (the proceeds of the sale), so that gain = value - cost
holds on both sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)
EXTERNAL_KINDS = frozenset({"opening", "deposit", "withdrawal", "transfer"})
"""Kinds of entries by which money or assets come from or go to the client."""


@dataclass(frozen=True)
class LedgerEntry:
    """One entry of the ledger, as far as valuation needs it.

    Parameters
    ----------
    id : str
    entry_number : int
        Order within the portfolio.
    kind : str
    trade_date : date
    asset_id : str or None
    quantity, amount_ccy, fees_ccy : Decimal
    price : Decimal or None
        Per unit, in ``currency``; of an opening entry the cost per unit, if known.
    currency : str

    """

    id: str
    entry_number: int
    kind: str
    trade_date: date
    asset_id: str | None
    quantity: Decimal
    amount_ccy: Decimal
    fees_ccy: Decimal
    price: Decimal | None
    currency: str

    @property
    def is_external(self) -> bool:
        """Whether it moves money or assets between the client and the portfolio."""
        return self.kind in EXTERNAL_KINDS

    @property
    def cost_ccy(self) -> Decimal:
        """What the change of quantity cost: cash paid, or for assets brought in their stated cost."""
        if self.amount_ccy == ZERO and self.price is not None:
            return self.quantity * self.price
        return -self.amount_ccy


@dataclass(frozen=True)
class CostBasis:
    """Quantity held and what it cost, by the average cost method; both signed."""

    quantity: Decimal = ZERO
    cost_ccy: Decimal = ZERO
    realized_ccy: Decimal = ZERO

    def after(self, quantity: Decimal, cost_ccy: Decimal) -> CostBasis:
        """Return the basis after one more change.

        Buying more (or shorting more) adds its cost; the other direction takes out cost at the average and realizes
        the difference; a change through zero closes the whole and opens the rest at its own cost.

        Parameters
        ----------
        quantity : Decimal
            Signed change, not zero.
        cost_ccy : Decimal
            What the change cost: positive for a purchase, negative for a sale's proceeds.

        """
        if self.quantity == ZERO or (self.quantity > 0) == (quantity > 0):
            return replace(self, quantity=self.quantity + quantity, cost_ccy=self.cost_ccy + cost_ccy)
        closing = min(abs(quantity), abs(self.quantity))
        closed_share = closing / abs(self.quantity)
        change_share = closing / abs(quantity)
        cost_out = self.cost_ccy * closed_share
        realized = self.realized_ccy - cost_ccy * change_share - cost_out
        left = self.quantity + quantity
        if left == ZERO:
            return CostBasis(ZERO, ZERO, realized)
        if abs(quantity) > abs(self.quantity):
            return CostBasis(left, cost_ccy * (1 - change_share), realized)
        return CostBasis(left, self.cost_ccy - cost_out, realized)


@dataclass(frozen=True)
class OpenLot:
    """What is left of one purchase or short sale."""

    opened_by_id: str
    asset_id: str
    acquired_on: date
    quantity: Decimal
    cost_ccy: Decimal
    currency: str


def entries_until(entries: Iterable[LedgerEntry], day: date | None) -> list[LedgerEntry]:
    """Return the entries up to and including a day (all when None), in the order in which they happened."""
    kept = [entry for entry in entries if day is None or entry.trade_date <= day]
    return sorted(kept, key=lambda entry: (entry.trade_date, entry.entry_number))


def positions(entries: Iterable[LedgerEntry], day: date | None = None) -> dict[str, Decimal]:
    """Return the quantity held of each asset at the end of a day; closed holdings are left out."""
    held: dict[str, Decimal] = {}
    for entry in entries_until(entries, day):
        if entry.asset_id is not None:
            held[entry.asset_id] = held.get(entry.asset_id, ZERO) + entry.quantity
    return {asset_id: quantity for asset_id, quantity in held.items() if quantity != ZERO}


def cash(entries: Iterable[LedgerEntry], day: date | None = None) -> dict[str, Decimal]:
    """Return the cash of each currency at the end of a day; may be negative (a loan)."""
    balances: dict[str, Decimal] = {}
    for entry in entries_until(entries, day):
        if entry.amount_ccy != ZERO:
            balances[entry.currency] = balances.get(entry.currency, ZERO) + entry.amount_ccy
    return balances


def average_costs(entries: Iterable[LedgerEntry], day: date | None = None) -> dict[str, CostBasis]:
    """Return the cost basis of each asset ever held, by the average cost method."""
    bases: dict[str, CostBasis] = {}
    for entry in entries_until(entries, day):
        if entry.asset_id is not None and entry.quantity != ZERO:
            basis = bases.get(entry.asset_id, CostBasis())
            bases[entry.asset_id] = basis.after(entry.quantity, entry.cost_ccy)
    return bases


def fifo_lots(entries: Iterable[LedgerEntry], day: date | None = None) -> tuple[OpenLot, ...]:
    """Return the lots still open, first in first out; a change through zero opens a lot of the other sign."""
    lots: dict[str, list[OpenLot]] = {}
    for entry in entries_until(entries, day):
        if entry.asset_id is None or entry.quantity == ZERO:
            continue
        queue = lots.setdefault(entry.asset_id, [])
        unit_cost = entry.cost_ccy / entry.quantity
        left = _close_oldest(queue, entry.quantity)
        if left != ZERO:
            queue.append(OpenLot(entry.id, entry.asset_id, entry.trade_date, left, unit_cost * left, entry.currency))
    return tuple(lot for queue in lots.values() for lot in queue)


def _close_oldest(queue: list[OpenLot], quantity: Decimal) -> Decimal:
    """Take a change off the oldest lots of the other sign; return what is left to open."""
    while queue and quantity != ZERO and (queue[0].quantity > 0) != (quantity > 0):
        oldest = queue[0]
        if abs(quantity) >= abs(oldest.quantity):
            quantity += oldest.quantity
            queue.pop(0)
        else:
            left = oldest.quantity + quantity
            queue[0] = replace(oldest, quantity=left, cost_ccy=oldest.cost_ccy * left / oldest.quantity)
            quantity = ZERO
    return quantity


def first_day(entries: Sequence[LedgerEntry]) -> date | None:
    """Return the day of the first entry, or None when the ledger is empty."""
    return min((entry.trade_date for entry in entries), default=None)
