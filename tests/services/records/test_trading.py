"""Do orders meet lists, locates, lots and wash sales, each with a sentence?"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as with_settings
from hypothesis import strategies as st

from services.compliance.lists import has_locate
from services.compliance.trading import TradingNote, trading_notes
from services.compliance.wash_sale import loss_sales, wash_sales
from services.errors import Conflict, InvalidRequest, NotAllowed, NotFound
from services.messages.compliance_restrictions import ListKind, LotWish, NewEntry, NewLocate, NewRestrictionList
from services.valuation_ledger import LedgerEntry, average_costs, fifo_lots
from tests.services.records.conftest import TODAY, Office

D = Decimal
DAY = timedelta(days=1)


def notes(office: Office, prices: dict[str, Any] | None = None, **orders: Any) -> tuple[TradingNote, ...]:
    with office.ports.store.read(office.ann) as uow:
        return trading_notes(
            uow, office.portfolio_id, {office.assets[symbol]: D(str(units)) for symbol, units in orders.items()}, TODAY,
            person_id=office.ann.user_id,
            prices_ccy={office.assets[symbol]: D(str(price)) for symbol, price in (prices or {}).items()},
        )  # fmt: skip


def short(found: tuple[TradingNote, ...]) -> list[tuple[str, str, str]]:
    return [(one.severity, one.kind, one.symbol) for one in found]


def put(office: Office, kind: ListKind, symbol: str) -> None:
    made = office.services.restrictions.create(NewRestrictionList(kind=kind, name=kind.value.title()), office.cleo)
    wish = NewEntry(symbol=symbol, reason="As told.", until_on=TODAY + 9 * DAY)
    office.services.restrictions.add(made.id, wish, office.cleo)


@pytest.mark.requirement("4.3.F5")
def test_lists_block_or_warn_and_say_why(office: Office) -> None:
    office.book(("buy", TODAY - 90 * DAY, "MSFT", 10, 50), ("buy", TODAY - 90 * DAY, "XOM", 10, 50))
    for kind, symbol in zip(ListKind, ("GOOG", "GOOGL", "XOM", "MSFT"), strict=True):
        put(office, kind, symbol)
    found = notes(office, GOOG=1, GOOGL=1, XOM=1, MSFT=-1)
    assert short(found) == [
        ("blocked", "restricted", "GOOG"), ("blocked", "blackout", "MSFT"), ("blocked", "exclusion", "XOM"),
        ("warning", "watch", "GOOGL"),
    ]  # fmt: skip
    assert found[0].sentence == (
        "GOOG is on the restricted list 'Restricted' and may not be traded until 11 March 2026. Reason: As told."
    )
    assert short(notes(office, XOM=-5)) == []  # values never hinder a sale
    assert {one.kind for one in notes(office, XOM=-15)} == {"locate"}


@pytest.mark.requirement("4.3.F5")
def test_a_short_sale_needs_a_locate_of_all_that_is_short(office: Office) -> None:
    office.book(("buy", TODAY - 90 * DAY, "MSFT", 10, 50))
    assert short(notes(office, MSFT=-10)) == []
    missing = notes(office, MSFT=-40)
    assert short(missing) == [("blocked", "locate", "MSFT")]
    assert "short by 30, and no locate is recorded" in missing[0].sentence
    locates = office.services.locates
    first = locates.record(
        NewLocate(symbol="MSFT", quantity=D(20), broker="Prime", portfolio_id=office.portfolio_id), office.ann
    )
    assert "only 20 is recorded" in notes(office, MSFT=-40)[0].sentence
    locates.record(NewLocate(symbol="MSFT", quantity=D(10), broker="Prime"), office.cleo)
    assert short(notes(office, MSFT=-40)) == []
    with office.ports.store.read(office.ann) as uow:
        asset_id = office.assets["MSFT"]
        assert has_locate(uow, office.portfolio_id, asset_id, D(-30), TODAY)
        assert not has_locate(uow, office.portfolio_id, asset_id, D(31), TODAY)
        assert not has_locate(uow, office.portfolio_id, asset_id, D(30), TODAY + DAY)
        assert not has_locate(uow, None, asset_id, D(31), TODAY)
    locates.withdraw(first.id, office.ann)
    assert short(notes(office, MSFT=-40)) == [("blocked", "locate", "MSFT")]
    with pytest.raises(Conflict):
        locates.withdraw(first.id, office.ann)
    assert [one.quantity for one in locates.list(office.ann)] == [D(10)]
    assert short(notes(office, MSFT=5)) == []


def test_locates_are_recorded_for_portfolios_that_one_may_change(office: Office, other: Office) -> None:
    wish = NewLocate(symbol="MSFT", quantity=D(20), broker="Prime", portfolio_id=office.portfolio_id)
    with pytest.raises(InvalidRequest) as refusal:
        other.services.locates.record(wish, other.ann)
    assert [one.path for one in refusal.value.fields] == ["portfolio_id"]
    with pytest.raises(InvalidRequest) as refusal:
        office.services.locates.record(NewLocate(symbol="NO", quantity=D(0), broker="Prime"), office.ann)
    assert [one.path for one in refusal.value.fields] == ["quantity", "symbol", "portfolio_id"]
    made = office.services.locates.record(wish, office.ann)
    with pytest.raises(NotFound):
        other.services.locates.withdraw(made.id, other.cleo)


@pytest.mark.requirement("4.3.F5")
def test_lots_round_orders_and_let_a_rest_be_sold(office: Office) -> None:
    office.book(("buy", TODAY - 90 * DAY, "MSFT", 37, 50))
    locates = office.services.locates
    with pytest.raises(NotAllowed):
        locates.set_lot("MSFT", LotWish(lot_quantity=D(10), least_quantity=D(0)), office.ann)
    assert locates.set_lot("MSFT", LotWish(lot_quantity=D(5), least_quantity=D(0)), office.cleo).row_version == 1
    shown = locates.set_lot("MSFT", LotWish(lot_quantity=D(10), least_quantity=D(20)), office.cleo)
    assert (shown.lot_quantity, shown.set_by, len(locates.lots(office.ann))) == (D(10), "Cleo", 1)
    assert notes(office, MSFT=25)[0].sentence == "MSFT is traded in lots of 10: order 20 or 30 instead of 25."
    assert notes(office, MSFT=10)[0].sentence == "MSFT: 10 is below the least order of 20."
    assert notes(office, MSFT=30) == ()
    assert notes(office, MSFT=-37) == ()


def test_a_purchase_within_thirty_days_of_a_sale_at_a_loss_is_hinted_at(office: Office) -> None:
    """The loss is 10 x (100 - 80) = 200; the other class of shares counts as the same."""
    office.book(
        ("buy", TODAY - 300 * DAY, "GOOG", 10, 100),
        ("sell", TODAY - 30 * DAY, "GOOG", -10, 80),
        ("buy", TODAY - 300 * DAY, "MSFT", 10, 100),
        ("sell", TODAY - 31 * DAY, "MSFT", -10, 80),
    )
    found = notes(office, GOOGL=1, MSFT=1)
    assert short(found) == [("info", "wash_sale", "GOOGL")]
    assert found[0].sentence == (
        "GOOG was sold at a loss of 200.00 USD, last on 31 January 2026: in a taxable account in the United States "
        "this may be a wash sale, whose loss does not count yet. From 3 March 2026 on it is none. A hint, no tax "
        "advice."
    )


def test_a_sale_at_a_loss_while_the_same_was_bought_is_hinted_at(office: Office) -> None:
    office.book(("buy", TODAY - 300 * DAY, "GOOG", 10, 100), ("buy", TODAY - 10 * DAY, "GOOG", 5, 90))
    assert "would be sold at a loss of 200.00 USD" in notes(office, {"GOOG": 80}, GOOG=-10)[0].sentence
    assert notes(office, {"GOOG": 120}, GOOG=-10) == ()  # a gain
    assert "if GOOG is sold at a loss now" in notes(office, GOOG=-10)[0].sentence
    assert notes(office, {"GOOG": 80}, GOOG=-15) == ()  # what was bought goes too: nothing replaces the loss
    assert short(notes(office, {"GOOG": 80}, GOOG=-15, GOOGL=1)) == [("info", "wash_sale", "GOOG")]


entries = st.lists(st.tuples(st.integers(-9, 9).filter(bool), st.integers(1, 40), st.integers(0, 3)), max_size=14)


@with_settings(max_examples=100, deadline=None)
@given(made=entries)
def test_losses_and_lots_are_those_of_a_second_way_of_counting(made: list[tuple[int, int, int]]) -> None:
    """Each unit is followed by itself: the oldest of the other sign is closed first."""
    day = date(2026, 1, 1)
    rows, held, lost = [], [], D(0)
    for number, (units, price, later) in enumerate(made):
        day += later * DAY
        kind = "buy" if units > 0 else "sell"
        rows.append(LedgerEntry(str(number), number, kind, day, "A", D(units), D(-units * price), D(0), None, "USD"))
        for _ in range(abs(units)):
            sign = 1 if units > 0 else -1
            if held and held[0][0] == -sign:
                _, cost = held.pop(0)
                lost += max(D(0), D(cost - price)) if sign < 0 else D(0)
            else:
                held.append((sign, price))
    found = loss_sales(rows, day)
    assert abs(sum((one.loss_ccy for one in found), D(0)) - lost) < D("1e-20")
    assert all(one.quantity > 0 and one.loss_ccy > 0 for one in found)
    kept = sum((lot.quantity for lot in fifo_lots(rows)), D(0))
    assert kept == sum(sign for sign, _ in held)
    assert average_costs(rows).get("A", None) is None or average_costs(rows)["A"].quantity == kept
    hints = wash_sales(rows, {"A": D(1)}, day, identical={}, prices_ccy={})
    near = [one for one in found if day - one.sold_on <= timedelta(days=30)]
    assert bool(hints) == bool(near)
    if near:
        assert hints[0].loss_ccy == sum((one.loss_ccy for one in near), D(0))
