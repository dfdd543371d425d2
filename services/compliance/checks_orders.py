"""How do proposed orders become trades of the engine, and what is told of each?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.compliance.state import Order
from services.errors import FieldProblem, InvalidRequest
from services.messages.compliance_checks import CheckedOrder, OrderNote, ProposedOrder
from services.valuation_ledger import ZERO

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from engine.compliance.state import ComplianceState
    from services.compliance.state import SeenState

CENT = Decimal("0.01")
SIZE_MOST = Decimal(10) ** 15
SMALL_COST_FRAC = Decimal("0.001")
"""Of net assets: least fees may be more than a small order is worth."""
SIZES = ("quantity", "value_ccy", "weight_frac")


def check_shape(orders: Sequence[ProposedOrder]) -> None:
    """Refuse orders of no size or of several, of cash, and two of one asset, naming every one.

    Raises
    ------
    InvalidRequest

    """
    problems: list[FieldProblem] = []
    seen: set[str] = set()
    for place, order in enumerate(orders):
        path = f"orders[{place}]"
        given = [name for name in SIZES if getattr(order, name) is not None]
        if len(given) != 1:
            found = "no size" if not given else "several sizes"
            advice = "Give one of quantity, value_ccy and weight_frac."
            problems.append(FieldProblem(path, f"The order of {order.symbol} has {found}.", advice))
        for name in given:
            if abs(getattr(order, name)) > SIZE_MOST:
                message = f"The order of {order.symbol} is too large to be meant."
                problems.append(FieldProblem(f"{path}.{name}", message, "Check the number of digits."))
        if order.symbol.startswith("CASH "):
            problems.append(
                FieldProblem(f"{path}.symbol", "Cash is not ordered.", "Order what is bought with it, or leave it out.")
            )
        if order.symbol in seen:
            problems.append(
                FieldProblem(f"{path}.symbol", f"{order.symbol} is ordered twice.", "Add both orders up to one.")
            )
        if order.cost_ccy is not None and order.cost_ccy < 0:
            problems.append(FieldProblem(f"{path}.cost_ccy", "A cost is not negative.", "Give zero or more."))
        seen.add(order.symbol)
    if problems:
        raise InvalidRequest("Some orders cannot be used.", "Correct what is named below.", fields=tuple(problems))


def check_known(uow: UnitOfWork, orders: Sequence[ProposedOrder]) -> None:
    """Refuse orders of what is no asset, naming every one, before a worker is asked.

    Raises
    ------
    InvalidRequest

    """
    known = uow.assets.by_symbols([one.symbol for one in orders]) if orders else {}
    problems = tuple(
        FieldProblem(
            f"orders[{place}].symbol",
            f"There is no asset with the symbol {order.symbol!r}.",
            "Choose one from the list of assets, or import its prices first.",
        )
        for place, order in enumerate(orders)
        if order.symbol not in known
    )
    if problems:
        raise InvalidRequest("Some orders name what is not known.", "Correct what is named below.", fields=problems)


def engine_orders(seen: SeenState, orders: Sequence[ProposedOrder]) -> tuple[Order, ...]:
    """Return the trades, in units.

    Raises
    ------
    InvalidRequest
        An asset has no usable price, or a weight is asked for where the value of the portfolio is not known.

    """
    places = {symbol: place for place, symbol in enumerate(seen.state.symbols)}
    problems: list[FieldProblem] = []
    made: list[Order] = []
    for number, order in enumerate(orders):
        path, place = f"orders[{number}]", places[order.symbol]
        price = float(seen.state.prices_ccy[place])
        if not math.isfinite(price) or price <= 0.0:
            problems.append(
                FieldProblem(
                    f"{path}.symbol",
                    f"{order.symbol} has no usable price in {seen.base_currency}.",
                    "Import its prices, or rates of its currency.",
                )
            )
            continue
        units = _units(seen, order, place, price)
        if units is None:
            problems.append(
                FieldProblem(
                    f"{path}.weight_frac",
                    "The value of the portfolio is not known or not positive, so a weight means nothing.",
                    "Give a quantity, or import the missing prices.",
                )
            )
            continue
        cost, whole = order.cost_ccy or ZERO, seen.state.net_assets_ccy or ZERO
        if cost > max(abs(units) * Decimal(repr(price)), SMALL_COST_FRAC * whole):
            message = f"The cost of the order of {order.symbol} is more than the order is worth."
            problems.append(FieldProblem(f"{path}.cost_ccy", message, "Check the number of digits."))
        made.append(Order(order.symbol, float(units), float(cost)))
    if problems:
        raise InvalidRequest("Some orders cannot be used.", "Correct what is named below.", fields=tuple(problems))
    return tuple(one for one in made if one.quantity != 0.0)


def _units(seen: SeenState, order: ProposedOrder, place: int, price: float) -> Decimal | None:
    if order.quantity is not None:
        return order.quantity
    exact = Decimal(repr(price))
    if order.value_ccy is not None:
        return order.value_ccy / exact
    whole, value = seen.state.net_assets_ccy, seen.state.values_ccy[place]
    if whole is None or whole <= 0 or value is None:
        return None
    return (Decimal(repr(order.weight_frac)) * whole - value) / exact


def order_lines(seen: SeenState, after: ComplianceState, orders: Sequence[Order]) -> tuple[CheckedOrder, ...]:
    """Return what is told of each trade."""
    places = {symbol: place for place, symbol in enumerate(seen.state.symbols)}
    lines = []
    for order in orders:
        place = places[order.position]
        price = float(seen.state.prices_ccy[place])
        value = Decimal(repr(order.quantity)) * Decimal(repr(price))
        lines.append(
            CheckedOrder(
                symbol=order.position,
                quantity=order.quantity,
                price_ccy=price,
                value_ccy=value.quantize(CENT),
                cost_ccy=Decimal(repr(order.cost_ccy)).quantize(CENT),
                weight_before_frac=weight_at(seen.state, place),
                weight_after_frac=weight_at(after, place),
            )
        )
    return tuple(lines)


def weight_at(state: ComplianceState, place: int) -> float | None:
    """Return the weight of a position; None where it is not known."""
    whole, value = state.net_assets_ccy, state.values_ccy[place]
    return None if whole is None or whole <= 0 or value is None else float(value / whole)


def trade_notes(
    uow: UnitOfWork, seen: SeenState, orders: Sequence[Order], person_id: str | None
) -> tuple[OrderNote, ...]:
    """Return what lists, locates, lots and recent sales say to the trades, the worst first."""
    from services.compliance.trading import trading_notes

    lines = {line.symbol: line for line in seen.lines}
    units, prices = {}, {}
    for order in orders:
        line = lines[order.position]
        assert line.asset is not None
        units[line.asset.id] = Decimal(repr(order.quantity))
        if line.currency == seen.base_currency:
            prices[line.asset.id] = Decimal(repr(line.price_ccy))
    found = trading_notes(uow, seen.portfolio_id, units, seen.on, person_id=person_id, prices_ccy=prices)
    return tuple(
        OrderNote(kind=one.kind, symbol=one.symbol, severity=one.severity, sentence=one.sentence, until=one.until)
        for one in found
    )
