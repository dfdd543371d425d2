"""Do positions and cash follow what was filled, in part, at its own price and fees, and is it all taken back?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from services.errors import InvalidRequest
from services.messages.rebalancing import Fill, Handing, RebalancingDecision, Recording
from services.rebalancing_fills import filled_rows
from tests.services.rebalancing.desk import Desk

YES = RebalancingDecision(is_approved=True, reason="Agreed.")


def approved(desk: Desk):
    draft = desk.kept()
    desk.steps.submit(draft.id, Handing(), desk.manager)
    return desk.steps.decide(draft.id, YES, desk.officer)


def held(desk: Desk) -> dict[str, Decimal]:
    found = desk.book.world.portfolios.holdings(desk.portfolio_id, desk.manager)
    return {one.symbol: Decimal(one.quantity) for one in found}


def cash(desk: Desk) -> Decimal:
    return sum(Decimal(one.value_ccy) for one in desk.book.world.portfolios.get(desk.portfolio_id, desk.manager).cash)


def test_a_partial_fill_changes_what_was_filled_and_nothing_else(desk: Desk) -> None:
    one, before, money = approved(desk), held(desk), cash(desk)
    order = next(row for row in one.report.rows if row.quantity > 1)
    filled = Decimal(order.quantity) - 1
    paid, fees = Decimal(order.price) + Decimal("0.25"), Decimal("1.50")
    fills = (Fill(symbol=order.symbol, quantity=filled, price=paid, fees_ccy=fees),)
    view = desk.booking.record(one.id, Recording(fills=fills), desk.manager)
    after = held(desk)
    assert after[order.symbol] == before.get(order.symbol, Decimal(0)) + filled
    assert {key: value for key, value in after.items() if key != order.symbol} == {
        key: value for key, value in before.items() if key != order.symbol
    }
    assert cash(desk) == money - (filled * paid).quantize(Decimal("0.01")) - fees
    assert (view.state, view.fills) == ("recorded", fills)
    last = desk.book.world.portfolios.transactions(desk.portfolio_id, desk.manager).items[0]
    assert (last.symbol, Decimal(last.quantity), Decimal(last.price), Decimal(last.fees_ccy)) == (
        order.symbol, filled, paid, fees,
    )  # fmt: skip
    desk.booking.undo(one.id, desk.manager)
    assert (held(desk), cash(desk)) == (before, money)


def test_without_price_and_fees_those_of_the_proposal_hold_in_proportion(desk: Desk) -> None:
    rows = desk.report(spread_frac=0.01).rows
    order = next(row for row in rows if row.quantity > 1)
    (half,) = filled_rows(rows, [Fill(symbol=order.symbol, quantity=Decimal(order.quantity) / 2)])
    assert (half.price, half.value_ccy) == (order.price, (Decimal(order.value_ccy) / 2).quantize(Decimal("0.01")))
    assert abs(half.cost_ccy - Decimal(order.cost_ccy) / 2) <= Decimal("0.005")
    (whole,) = filled_rows(rows, [Fill(symbol=order.symbol, quantity=Decimal(order.quantity))])
    assert (whole.value_ccy, whole.cost_ccy) == (order.value_ccy, order.cost_ccy)


def test_a_sale_is_filled_as_a_sale(desk: Desk) -> None:
    desk.target({"AAA": 0.1, "BBB": 0.35})
    rows = desk.report().rows
    order = next(row for row in rows if row.quantity < -1)
    (sold,) = filled_rows(rows, [Fill(symbol=order.symbol, quantity=Decimal(1))])
    assert (sold.quantity, sold.value_ccy < 0) == (Decimal(-1), True)


def test_every_wrong_fill_is_named_at_once(desk: Desk) -> None:
    rows = desk.report().rows
    order = next(row for row in rows if row.quantity > 1)
    fills = [
        Fill(symbol="ZZZ", quantity=Decimal(1)),
        Fill(symbol=order.symbol, quantity=abs(Decimal(order.quantity)) + 1),
    ]
    with pytest.raises(InvalidRequest) as refused:
        filled_rows(rows, fills)
    assert [one.path for one in refused.value.fields] == ["fills[0].symbol", "fills[1].quantity"]
    for wrong, path in (
        ([Fill(symbol=order.symbol, quantity=Decimal(1))] * 2, "fills[0].symbol"),
        ([Fill(symbol=order.symbol, quantity=Decimal(0))], "fills"),
    ):
        with pytest.raises(InvalidRequest) as refused:
            filled_rows(rows, wrong)
        assert refused.value.fields[0].path == path
