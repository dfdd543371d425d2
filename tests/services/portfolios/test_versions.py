"""Is every change of holdings and targets a version, does the difference of two add up, and does one come back?"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from data.store import tables
from services.auth.roles import Role
from services.errors import Conflict, InvalidRequest, NotAllowed, NotFound, Stale
from services.messages.portfolios import PositionInput, PositionsInput
from services.portfolios_versions import PortfolioVersions
from tests.services.compliance_checks.books import Book
from tests.services.risk.worlds import LAST


def versions(book: Book) -> PortfolioVersions:
    return PortfolioVersions(book.world.ports, portfolios=book.world.portfolios, reader=book.world.facts.reader)


def put(
    book: Book, portfolio_id: str, units: dict[str, int], cash: int | None = None, reason: str | None = None
) -> None:
    """State what a portfolio holds."""
    book.world.ports.clock.advance(minutes=1)  # type: ignore[attr-defined]
    wanted = PositionsInput(
        positions=tuple(PositionInput(symbol=symbol, quantity=Decimal(count)) for symbol, count in units.items()),
        cash_ccy=None if cash is None else Decimal(cash),
        reason=reason,
    )
    book.world.portfolios.set_positions(portfolio_id, wanted, book.manager)


@pytest.fixture
def three(book: Book) -> tuple[Book, str]:
    """A portfolio whose holdings have three versions."""
    alpha, beta = book.stock("AAA", 50.0), book.stock("BBB", 25.0, seed=2)
    book.stock("CCC", 20.0, seed=3)
    portfolio_id = book.world.portfolio({alpha: 60, beta: 100}, {"USD": 4500})
    put(book, portfolio_id, {"AAA": 100, "BBB": 100}, 2500)
    put(book, portfolio_id, {"AAA": 100, "CCC": 125}, reason="Out of BBB after its results.")
    return book, portfolio_id


def held(book: Book, portfolio_id: str) -> dict[str, Decimal]:
    return {one.symbol: one.quantity for one in book.world.portfolios.holdings(portfolio_id, book.manager)}


def of(found: Any, symbol: str) -> Any:
    return next(one for one in found.positions if one.symbol == symbol)


def test_each_change_is_a_version_with_its_maker_and_its_reason(three: tuple[Book, str]) -> None:
    book, portfolio_id = three
    book.world.portfolios.set_target(portfolio_id, {"AAA": 1.0}, None, "All in", book.manager)
    found = versions(book).list(portfolio_id, book.manager)
    assert [(one.kind, one.number, one.is_current) for one in found if one.kind == "holdings"] == [
        ("holdings", 3, True), ("holdings", 2, False), ("holdings", 1, False),
    ]  # fmt: skip
    newest = next(one for one in found if one.kind == "holdings")
    assert (newest.why, newest.entries_count, newest.positions_count) == ("Out of BBB after its results.", 2, 2)
    assert {one.by_name for one in found} == {"Portfolio manager"}
    target = next(one for one in found if one.kind == "target")
    assert (target.number, target.why, target.positions_count, target.is_current) == (1, "All in", 1, True)
    assert [one.at_utc for one in found] == sorted((one.at_utc for one in found), reverse=True)


def test_the_difference_of_two_adds_up_in_units_weight_and_money(three: tuple[Book, str]) -> None:
    book, portfolio_id = three
    found = versions(book).difference(portfolio_id, "holdings", 1, 3, book.manager)
    assert (of(found, "AAA").change, of(found, "BBB").change, of(found, "CCC").change) == (
        "changed", "removed", "added",
    )  # fmt: skip
    assert (of(found, "AAA").quantity_before, of(found, "AAA").quantity_after) == (Decimal(60), Decimal(100))
    assert of(found, "CASH USD").value_change_ccy == Decimal("-2000.00")
    assert of(found, "BBB").value_after_ccy == Decimal("0.00")
    total = sum(one.value_change_ccy for one in found.positions)
    assert total == found.value_after_ccy - found.value_before_ccy == Decimal("0.00")
    assert sum(one.weight_change_frac for one in found.positions) == pytest.approx(0.0, abs=1e-12)
    assert of(found, "AAA").weight_after_frac == pytest.approx(0.5)
    assert found.sentence == "1 added, 1 removed, 2 changed."
    same = versions(book).difference(portfolio_id, "holdings", 2, 2, book.manager)
    assert (same.positions, same.sentence) == ((), "Both versions are the same.")
    first = versions(book).difference(portfolio_id, "holdings", 0, 1, book.manager)
    assert {one.change for one in first.positions} == {"added"}


def test_the_difference_of_two_targets_is_one_of_weights(three: tuple[Book, str]) -> None:
    book, portfolio_id = three
    book.world.portfolios.set_target(portfolio_id, {"AAA": 0.6, "BBB": 0.4}, None, "One", book.manager)
    book.world.portfolios.set_target(portfolio_id, {"AAA": 0.7, "CCC": 0.3}, None, "Two", book.manager)
    found = versions(book).difference(portfolio_id, "target", 1, 2, book.manager)
    assert {one.symbol: round(one.weight_change_frac, 9) for one in found.positions} == {
        "AAA": 0.1, "BBB": -0.4, "CCC": 0.3,
    }  # fmt: skip
    assert of(found, "AAA").value_change_ccy == Decimal("1000.00")
    assert of(found, "AAA").quantity_after is None


def test_a_version_comes_back_as_the_next_one_and_so_does_what_it_replaced(three: tuple[Book, str]) -> None:
    book, portfolio_id = three
    before = held(book, portfolio_id)
    book.world.ports.clock.advance(minutes=1)  # type: ignore[attr-defined]
    back = versions(book).restore(portfolio_id, "holdings", 1, book.manager)
    assert (back.number, back.why, back.is_current) == (4, "Version 1 of the holdings brought back.", True)
    assert held(book, portfolio_id) == {"AAA": Decimal(60), "BBB": Decimal(100)}
    assert book.world.portfolios.get(portfolio_id, book.manager).cash[0].amount == Decimal(4500)
    book.world.ports.clock.advance(minutes=1)  # type: ignore[attr-defined]
    versions(book).restore(portfolio_id, "holdings", 3, book.manager)
    assert held(book, portfolio_id) == before
    assert len([one for one in versions(book).list(portfolio_id, book.manager) if one.kind == "holdings"]) == 5


def test_what_is_in_force_or_never_was_does_not_come_back(three: tuple[Book, str]) -> None:
    book, portfolio_id = three
    with pytest.raises(Conflict, match="Version 3 is what is held now"):
        versions(book).restore(portfolio_id, "holdings", 3, book.manager)
    for number in (0, 7):
        with pytest.raises((NotFound, InvalidRequest)):
            versions(book).restore(portfolio_id, "holdings", 9 if number else 8, book.manager)
    with pytest.raises(NotFound):
        versions(book).difference(portfolio_id, "target", 0, 1, book.manager)


def test_units_of_before_a_split_do_not_come_back(three: tuple[Book, str]) -> None:
    book, portfolio_id = three
    alpha = next(
        one.asset_id for one in book.world.portfolios.holdings(portfolio_id, book.manager) if one.symbol == "AAA"
    )
    with book.world.ports.store.system(book.tenant_id) as uow:
        uow.ledger.append(
            portfolio_id,
            [
                tables.LedgerTransaction(
                    kind="split", trade_date=LAST, asset_id=alpha, quantity=Decimal(100), amount_ccy=Decimal(0),
                    currency="USD",
                )
            ],
        )  # fmt: skip
        uow.commit()
    with pytest.raises(Conflict, match="AAA was split since version 1"):
        versions(book).restore(portfolio_id, "holdings", 1, book.manager)


def test_only_who_may_change_the_portfolio_brings_one_back_and_never_over_somebody_elses_work(
    three: tuple[Book, str],
) -> None:
    book, portfolio_id = three
    with pytest.raises(Stale):
        versions(book).restore(portfolio_id, "holdings", 1, book.manager, 1)
    with pytest.raises(NotFound):
        versions(book).list(portfolio_id, book.world.stranger)
    with pytest.raises((NotAllowed, NotFound)):
        versions(book).restore(portfolio_id, "holdings", 1, book.world.actors[Role.COMPLIANCE])
