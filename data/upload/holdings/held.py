"""Which holding does a row state: so many units, or such a part of the whole, or cash?"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from data.upload.cells import Line
from data.upload.holdings.numbers import rounded
from data.upload.holdings.rows import HoldingRow
from data.upload.problems import shown

if TYPE_CHECKING:
    from data.upload.holdings.reading import RowReader

ONE, CASH_MAX = Decimal(1), Decimal(10) ** 13


def read_holding(reader: RowReader, line: Line) -> HoldingRow | None:
    """Return the holding of a row; None with the problem noted where it cannot be read."""
    before = reader.problems.total_count
    quantity, price = reader.number(line, "quantity"), reader.price(line, "price", "currency")
    value, weight = reader.price(line, "value", "currency"), _weight(reader, line)
    day = reader.day(line)
    if reader.problems.total_count != before:
        return None  # an unreadable figure is told; that it is missing would be the same thing twice
    if reader.is_cash(line):
        return _cash(reader, line, quantity, price, value, weight)
    security = reader.security(line)
    if security is None:
        return None
    if quantity is None and weight is None:
        name = "quantity" if "quantity" in reader.columns else "weight"
        reader.add(line, name, f"{security.key} has no quantity.", "Fill it in, or leave the row out.")
        return None
    if quantity and not rounded(quantity):
        reader.add(line, "quantity", f"{security.key} has a quantity that rounds to zero.", "Check the quantity.")
        return None
    unit_cost, cost = reader.price(line, "unit_cost", "currency"), reader.price(line, "cost", "currency")
    if unit_cost is None and cost is not None and quantity:
        unit_cost = abs(cost / quantity)
    for name, figure in (("price", price), ("unit_cost", unit_cost)):
        if figure is not None and figure < 0:
            reader.add(line, name, f"The {name.replace('_', ' ')} is negative.", "Use zero or more.")
            return None
    return HoldingRow(
        line=line.number,
        account=reader.account(line),
        security=security,
        quantity=None if quantity is None else rounded(quantity),
        weight_frac=None if quantity is not None else weight,
        price=price,
        value_ccy=value,
        unit_cost=None if unit_cost is None else rounded(unit_cost),
        currency=security.currency or reader.implied.get("value", "") or reader.wishes.currency,
        day=day,
    )


def _weight(reader: RowReader, line: Line) -> Decimal | None:
    """Return a weight as a fraction: 12.5%, 12.5 in a column called percent, or 0.125."""
    weight = reader.number(line, "weight")
    if weight is None:
        return None
    cell = reader.cell(line, "weight")
    is_fraction = "%" in cell.text or cell.is_percent or not reader.is_percent
    return weight if is_fraction else weight / 100


def _cash(
    reader: RowReader,
    line: Line,
    quantity: Decimal | None,
    price: Decimal | None,
    value: Decimal | None,
    weight: Decimal | None,
) -> HoldingRow | None:
    amount = value if quantity is None else quantity * (price if price is not None else ONE)
    if amount is None and weight is None:
        reader.add(line, "quantity", f"The cash in {shown(reader.text(line, 'symbol'))} has no amount.", "Fill it in.")
        return None
    if amount is not None and abs(amount) > CASH_MAX:
        reader.add(line, "quantity", "The cash is more than ten trillion.", "Check the number of digits.")
        return None
    return HoldingRow(
        line=line.number,
        account=reader.account(line),
        security=None,
        quantity=None if amount is None else rounded(amount),
        weight_frac=weight if amount is None else None,
        price=None,
        value_ccy=amount,
        unit_cost=None,
        currency=reader.cash_currency(line) or reader.wishes.currency,
        day=reader.day(line),
    )
