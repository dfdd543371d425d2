"""What was filled of the orders of a proposal, and which trades follow from that?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from services import formatting
from services.errors import FieldProblem, InvalidRequest
from services.messages.rebalancing import Fill, RebalancingRow

CENT = Decimal("0.01")


def filled_rows(rows: Sequence[RebalancingRow], fills: Sequence[Fill]) -> list[RebalancingRow]:
    """Return the rows as they were filled; what no fill names, or what was filled with nothing, is left out.

    Parameters
    ----------
    rows : sequence of RebalancingRow
        The proposal's.
    fills : sequence of Fill

    Returns
    -------
    list of RebalancingRow
        With the filled units, the price that was paid, the value at the proposal's rate of exchange, and the fees.

    Raises
    ------
    InvalidRequest
        With every fill that belongs to no order or is more than it, and where nothing was filled at all.

    """
    orders = {one.symbol: one for one in rows if one.quantity != 0}
    problems = _problems(orders, fills)
    if problems:
        raise InvalidRequest("Some fills cannot be recorded.", "Correct what is named.", fields=tuple(problems))
    return [_filled(orders[one.symbol], one) for one in fills if one.quantity]


def _problems(orders: dict[str, RebalancingRow], fills: Sequence[Fill]) -> list[FieldProblem]:
    counts = Counter(one.symbol for one in fills)
    problems = []
    for place, one in enumerate(fills):
        order = orders.get(one.symbol)
        if order is None:
            message = f"There is no order of {one.symbol} in this proposal."
            problems.append(FieldProblem(f"fills[{place}].symbol", message, f"Orders: {', '.join(sorted(orders))}."))
        elif counts[one.symbol] > 1:
            message = f"{one.symbol} is filled twice."
            problems.append(FieldProblem(f"fills[{place}].symbol", message, "Write its fills together, once."))
        elif Decimal(one.quantity) > abs(Decimal(order.quantity)):
            most = formatting.quantity(abs(Decimal(order.quantity)))
            message = f"More of {one.symbol} is filled than was ordered."
            problems.append(FieldProblem(f"fills[{place}].quantity", message, f"The order is of {most}."))
    if not problems and not any(one.quantity for one in fills):
        message = "Nothing was filled."
        problems.append(FieldProblem("fills", message, "Withdraw the proposal, or write what was filled."))
    return problems


def _filled(order: RebalancingRow, fill: Fill) -> RebalancingRow:
    ordered, price = Decimal(order.quantity), Decimal(order.price)
    side = 1 if ordered > 0 else -1
    quantity = side * Decimal(fill.quantity)
    rate = Decimal(order.price_ccy) / price
    paid = price if fill.price is None else Decimal(fill.price)
    cost = Decimal(order.cost_ccy) * quantity / ordered if fill.fees_ccy is None else Decimal(fill.fees_ccy)
    return order.model_copy(
        update={
            "quantity": quantity,
            "price": paid,
            "price_ccy": paid * rate,
            "value_ccy": (quantity * paid * rate).quantize(CENT, rounding=ROUND_HALF_EVEN),
            "cost_ccy": cost.quantize(CENT, rounding=ROUND_HALF_EVEN),
        }
    )
