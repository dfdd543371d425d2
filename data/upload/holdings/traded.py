"""Which entry of a ledger does a row of transactions become, with the ledger's signs?

``quantity`` is what the holding grows by and ``amount_ccy`` what the cash grows by, costs included. An amount in the
file is believed, its sign taken from the kind of entry; without one it follows from quantity, price and costs.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from data.upload.cells import Line
from data.upload.holdings.numbers import rounded
from data.upload.holdings.rows import TransactionRow
from data.upload.holdings.words import OF_CASH, OF_SHARES
from data.upload.problems import shown

if TYPE_CHECKING:
    from data.upload.holdings.reading import RowReader

ZERO = Decimal(0)
QUANTITY_MAX, AMOUNT_MAX = Decimal(10) ** 12, Decimal(10) ** 13
MISMATCHES_TOLD_COUNT = 10
MISMATCH_FRAC, MISMATCH_CCY = Decimal("0.01"), Decimal("0.05")
LEDGER_KINDS = {
    "interest_paid": "interest", "fee_refund": "fee", "tax_refund": "tax", "transfer_in": "transfer",
    "transfer_out": "transfer",
}  # fmt: skip


def read_transaction(reader: RowReader, line: Line) -> TransactionRow | None:
    """Return the entry of a row; None where it is left out, or with the problem noted where it cannot be read."""
    before = reader.problems.total_count
    quantity, price = reader.number(line, "quantity"), reader.price(line, "price", "price_currency", "currency")
    amount = reader.price(line, "amount", "currency")
    fees, taxes = (abs(reader.price(line, name, "currency") or ZERO) for name in ("fees", "taxes"))
    if reader.problems.total_count != before:
        return None  # an unreadable figure is told; that it is missing would be the same thing twice
    kind = _kind(reader, line, quantity)
    if kind in (None, "ignore"):
        if kind is None:
            reader.add(line, "type", "The row does not say what was done.", "Fill in a type, such as buy or sell.")
        return None
    day = reader.day(line)
    if day is None:
        if not reader.text(line, "date"):
            reader.add(line, "date", "The date is empty.", "Fill it in, or leave the row out.")
        return None
    security = None
    if kind not in OF_CASH:
        security = reader.security(line)
        if security is None:
            return None
    currency = reader.currency(line) or reader.implied.get("amount", "")
    price_currency = reader.currency(line, "price_currency") or reader.implied.get("price", "")
    if amount is None:
        currency = price_currency or currency
    currency = currency or price_currency or reader.wishes.currency
    is_converted = amount is not None and bool(price_currency) and price_currency != currency
    units = _units(reader, line, kind, quantity)
    if units is None:
        return None
    cash = _cash(reader, line, kind, units, price, amount, fees + taxes)
    if cash is None:
        return None
    if abs(cash) > AMOUNT_MAX or (cash and not rounded(cash)):
        name = "amount" if amount is not None else "price"
        message = "The amount of this row is not one that the ledger can hold."
        reader.add(line, name, message, "Check the number of digits of quantity, price and amount.")
        return None
    if is_converted:
        price = None
    if price is None and units and cash:
        price = abs(abs(cash) - (fees + taxes) * (1 if cash < 0 else -1)) / abs(units)
    elif price is not None and price < 0:
        reader.add(line, "price", "The price is negative.", "Use zero or more; sales have a negative quantity.")
        return None
    elif amount is not None and price is not None and kind in {"buy", "sell"}:
        _compare(reader, line, units, price, cash, fees + taxes)
    return TransactionRow(
        line=line.number,
        account=reader.account(line),
        security=security,
        kind=LEDGER_KINDS.get(kind, kind if kind != "cash_transfer" else "deposit" if cash > 0 else "withdrawal"),
        day=day,
        quantity=rounded(units),
        price=None if price is None or not units else rounded(price),
        amount_ccy=rounded(cash),
        fees_ccy=rounded(fees + taxes) if kind in OF_SHARES | {"dividend"} else ZERO,
        currency=currency,
        note=reader.text(line, "note")[:200],
        reference=reader.text(line, "reference")[:80],
    )


def _kind(reader: RowReader, line: Line, quantity: Decimal | None) -> str | None:
    word = reader.text(line, "type")
    if word:
        return reader.kind(word)
    if "type" not in reader.columns and quantity:
        return "buy" if quantity > 0 else "sell"
    return None


def _units(reader: RowReader, line: Line, kind: str, quantity: Decimal | None) -> Decimal | None:
    """Return what the holding grows by; None with the problem noted."""
    if kind not in OF_SHARES:
        return ZERO
    if not quantity:
        what = "is zero" if quantity is not None else "is missing"
        reader.add(line, "quantity", f"The quantity {what}.", "Fill it in, or leave the row out.")
        return None
    if abs(quantity) > QUANTITY_MAX or not rounded(quantity):
        message = f"{shown(reader.text(line, 'quantity'))} is no quantity that the ledger can hold."
        reader.add(line, "quantity", message, "Use at most a trillion, and not less than 0.00000001.")
        return None
    if kind in {"buy", "transfer_in"} and quantity < 0:
        message = f"{shown(reader.text(line, 'type'))} and a negative quantity contradict each other."
        reader.add(line, "quantity", message, "Give a purchase a positive quantity, or change the type.")
        return None
    if kind in {"buy", "transfer_in"}:
        return abs(quantity)
    if kind in {"sell", "transfer_out"}:
        return -abs(quantity)
    return quantity


def _cash(
    reader: RowReader,
    line: Line,
    kind: str,
    units: Decimal,
    price: Decimal | None,
    amount: Decimal | None,
    costs: Decimal,
) -> Decimal | None:
    """Return what the cash grows by; None with the problem noted."""
    if kind in {"transfer", "transfer_in", "transfer_out", "split"}:
        return ZERO
    if kind in {"buy", "sell"}:
        if amount is not None and amount != ZERO:
            return -abs(amount) if kind == "buy" else abs(amount)
        if price is None:
            reader.add(line, "price", "Neither a price nor an amount is given.", "Fill in one of the two.")
            return None
        return -(units * price) - costs
    if amount is None or amount == ZERO:
        quantity = reader.number(line, "quantity")
        amount = None if quantity is None or price is None else quantity * price - costs
    if amount is None:
        quantity = reader.number(line, "quantity")
        amount = quantity if kind in OF_CASH and quantity else costs or None
    if amount is None or amount == ZERO:
        name = "amount" if "amount" in reader.columns else "price"
        reader.add(line, name, f"The amount of this {shown(reader.text(line, 'type'))} is missing.", "Fill it in.")
        return None
    if kind in {"withdrawal", "interest_paid"}:
        return -abs(amount)
    if kind in {"fee", "tax"}:
        return -abs(amount)
    if kind in {"deposit", "fee_refund", "tax_refund"}:
        return abs(amount)
    return amount


def _compare(reader: RowReader, line: Line, units: Decimal, price: Decimal, cash: Decimal, costs: Decimal) -> None:
    """Say where an amount is not the quantity times the price, with or without costs."""
    gross = abs(units * price)
    allowed = gross * MISMATCH_FRAC + MISMATCH_CCY
    if min(abs(abs(cash) - gross), abs(abs(cash) - gross - costs), abs(abs(cash) - gross + costs)) <= allowed:
        return
    reader.mismatches += 1
    if reader.mismatches <= MISMATCHES_TOLD_COUNT:
        reader.notes.append(
            f"Line {line.number}: {abs(units):f} at {price:f} are {gross:,.2f}, and the amount is {abs(cash):,.2f}. "
            "The amount counts."
        )
