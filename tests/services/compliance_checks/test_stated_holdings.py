"""Do holdings that somebody states anew count as bought and sold, with the cash stated beside them?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from services.compliance.state_before import before_trades
from tests.services.compliance_checks.books import Book
from tests.services.compliance_checks.test_checks import caps, furnished
from tests.services.risk.worlds import LAST


def state_units(book: Book, portfolio_id: str, asset_id: str, units: str, cash: str = "0") -> None:
    """Book what the form of the positions books: a change of holdings, then one of the cash."""
    zero = Decimal(0)
    book.book(
        portfolio_id, kind="transfer", trade_date=LAST, asset_id=asset_id, quantity=Decimal(units), price=Decimal("50"),
        amount_ccy=zero, currency="USD",
    )  # fmt: skip
    if amount := Decimal(cash):
        kind = "deposit" if amount > 0 else "withdrawal"
        book.book(portfolio_id, kind=kind, trade_date=LAST, quantity=zero, amount_ccy=amount, currency="USD")


@pytest.mark.requirement("4.3.A2")
def test_who_states_more_of_a_holding_breaks_a_rule_actively(book: Book) -> None:
    alpha, _, portfolio_id = furnished(book)
    book.rule(caps(28))
    assert book.by_code(portfolio_id)["own.cap"].cause == "passive"
    state_units(book, portfolio_id, alpha, "30", "-1500")
    found = book.by_code(portfolio_id)["own.cap"]
    assert (found.status, found.cause, found.groups[0].value) == ("failed", "active", pytest.approx(0.45))


def test_a_rule_of_acquisitions_holds_for_stated_holdings_too(book: Book) -> None:
    alpha, _, portfolio_id = furnished(book)
    book.rule(caps(35, is_acquisition_tested=True))
    assert book.by_code(portfolio_id)["own.cap"].status == "passed"
    state_units(book, portfolio_id, alpha, "30", "-1500")
    found = book.by_code(portfolio_id)["own.cap"]
    assert (found.status, found.cause) == ("failed", "active")


def test_who_states_less_is_not_to_blame(book: Book) -> None:
    alpha, _, portfolio_id = furnished(book)
    book.rule(caps(28))
    state_units(book, portfolio_id, alpha, "-2", "100")
    assert (found := book.by_code(portfolio_id)["own.cap"]).status == "failed"
    assert found.cause == "passive"


def test_a_payment_of_the_client_stays_one(book: Book) -> None:
    """Of 4,000 that leave 1,500 pay for what was stated; the rest goes to the client."""
    alpha, _, portfolio_id = furnished(book)
    state_units(book, portfolio_id, alpha, "30", "-4000")
    with book.world.ports.store.system(book.tenant_id, read_only=True) as uow:
        row = uow.portfolios.get(portfolio_id)
    state = book.world.facts.valuator.state(book.manager, row)
    before = before_trades(state)
    assert before is not None
    assert {one.asset_id: one.quantity for one in before.holdings}[alpha] == 60
    assert before.balances["USD"] == Decimal(4500) - Decimal(2500)
    assert state.balances["USD"] == Decimal(4500) - Decimal(4000)


def test_a_payment_alone_is_no_trade(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    book.rule(caps(28))
    book.book(
        portfolio_id, kind="withdrawal", trade_date=LAST, quantity=Decimal(0), amount_ccy=Decimal(-4000), currency="USD"
    )
    assert book.by_code(portfolio_id)["own.cap"].cause == "passive"
