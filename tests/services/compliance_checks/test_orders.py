"""Which orders are refused, and what do lists and locates say to those that are not?"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from data.store import tables
from services.compliance.checks_orders import check_shape
from services.errors import InvalidRequest
from services.messages.compliance_checks import OrdersToCheck, ProposedOrder
from tests.services.compliance_checks.books import Book
from tests.services.compliance_checks.test_checks import furnished, put_on_list
from tests.services.risk.worlds import LAST


@pytest.mark.parametrize(
    ("orders", "field"),
    [
        ([{"symbol": "AAA"}], "orders[0]"),
        ([{"symbol": "AAA", "quantity": 1, "weight_frac": 0.1}], "orders[0]"),
        ([{"symbol": "AAA", "quantity": 1}, {"symbol": "AAA", "quantity": 2}], "orders[1].symbol"),
        ([{"symbol": "CASH USD", "quantity": 1}], "orders[0].symbol"),
        ([{"symbol": "AAA", "quantity": 1, "cost_ccy": -1}], "orders[0].cost_ccy"),
        ([{"symbol": "AAA", "quantity": "1e30"}], "orders[0].quantity"),
    ],
)
def test_orders_that_make_no_sense_are_refused_by_field(orders: list[Any], field: str) -> None:
    wanted = [ProposedOrder(**{k: Decimal(v) if k in ("quantity", "cost_ccy") else v for k, v in one.items()})
              for one in orders]  # fmt: skip
    with pytest.raises(InvalidRequest) as refusal:
        check_shape(wanted)
    assert field in [one.path for one in refusal.value.fields]
    assert all(one.message and one.advice for one in refusal.value.fields)


def test_orders_of_unknown_things_and_on_past_days_are_refused(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    with pytest.raises(InvalidRequest) as refusal:
        book.checks.check(book.manager, portfolio_id, [ProposedOrder(symbol="NOPE", quantity=Decimal(1))])
    assert [one.path for one in refusal.value.fields] == ["orders[0].symbol"]
    with pytest.raises(InvalidRequest, match="as it is"):
        book.checks.check(book.manager, portfolio_id, [ProposedOrder(symbol="AAA", quantity=Decimal(1))], on=LAST)
    with pytest.raises(InvalidRequest, match="Some orders cannot"):
        book.checks.check(book.manager, portfolio_id, [ProposedOrder(symbol="AAA")])
    with pytest.raises(InvalidRequest, match="either orders or"):
        book.checks.check_orders(book.manager, OrdersToCheck(portfolio_id=portfolio_id))


def test_a_cost_beyond_what_is_traded_is_taken_for_a_slip_and_a_least_fee_is_not(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    order = ProposedOrder(symbol="AAA", quantity=Decimal("-0.01"), cost_ccy=Decimal(5_000))
    refused = book.checks.check(book.manager, portfolio_id, [order])
    assert (refused.state, refused.report, refused.code) == ("failed", None, "invalid_request")
    assert "The cost of the order of AAA is more than the order is worth. Check the number" in (refused.message or "")
    small = order.model_copy(update={"cost_ccy": Decimal(2)})
    assert book.checks.check(book.manager, portfolio_id, [small]).report is not None


@pytest.mark.parametrize(
    ("kind", "severity", "verdict"),
    [("restricted", "blocked", "blocked"), ("watch", "warning", "pass_with_warning")],
)
def test_lists_stand_beside_the_rules(book: Book, kind: str, severity: str, verdict: str) -> None:
    alpha, _, portfolio_id = furnished(book)
    put_on_list(book, kind, alpha)
    report = book.checks.check(book.manager, portfolio_id, [ProposedOrder(symbol="AAA", quantity=Decimal(1))]).report
    assert report is not None
    assert report.verdict == verdict
    assert [(one.symbol, one.severity) for one in report.notes if one.kind == kind] == [("AAA", severity)]
    assert f"The {kind} list" in report.notes[0].sentence


def test_a_restricted_position_breaks_the_rule_from_the_day_that_it_is_listed(book: Book) -> None:
    alpha, _, portfolio_id = furnished(book)
    book.rule("house.restricted")
    assert book.by_code(portfolio_id)["house.restricted"].status == "passed"
    put_on_list(book, "restricted", alpha)
    found = book.by_code(portfolio_id)["house.restricted"]
    assert (found.status, found.groups[0].group) == ("failed", "AAA")


def test_a_short_sale_needs_a_locate(book: Book) -> None:
    alpha, _, portfolio_id = furnished(book)
    book.rule("notices.locate")
    sale = ProposedOrder(symbol="AAA", quantity=Decimal(-100))
    without = book.checks.check(book.manager, portfolio_id, [sale]).report
    assert without is not None
    assert without.verdict == "blocked"
    assert without.results[0].status == "failed"
    with book.world.ports.store.system(book.tenant_id) as uow:
        uow.short_locates.add(
            tables.ShortLocate(
                tenant_id=book.tenant_id, asset_id=alpha, portfolio_id=portfolio_id, quantity=Decimal(40),
                broker="Prime", valid_on=book.now_utc.date(), valid_until=book.now_utc.date(),
            )
        )  # fmt: skip
        uow.commit()
    found = book.checks.check(book.manager, portfolio_id, [sale]).report
    assert found is not None
    assert found.results[0].status == "passed"
    assert found.verdict != "blocked"
