"""Which orders lead from what is held to proposed weights?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

from engine.compliance.state import ComplianceState, Order


def orders_to(
    state: ComplianceState, weights_frac: Mapping[str, float], held: Collection[str] = ()
) -> tuple[Order, ...]:
    """Return the orders, before costs, to weights of net assets; what has no weight is sold, also other cash.

    What is `held` is not traded. Quantities are not rounded. The first position is the cash that pays for it all.
    """
    whole = state.net_assets_ccy
    if whole is None or whole <= 0:
        return ()
    orders = []
    for place, symbol in enumerate(state.symbols):
        if place == 0 or symbol in held:
            continue
        target = whole * Decimal(repr(float(weights_frac.get(symbol, 0.0))))
        change = target - (state.values_ccy[place] or Decimal(0))
        price = float(state.prices_ccy[place])
        if change and price > 0.0:
            quantity = -float(state.quantities[place]) if target == 0 else float(change / Decimal(repr(price)))
            orders.append(Order(symbol, quantity))
    return tuple(orders)
