"""Do stated facts count from their day, for their portfolio, and only while nothing later takes them back?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.compliance.stated_facts import StatedFacts
from services.errors import InvalidRequest, NotAllowed, NotFound
from services.messages.compliance_facts import StatedFactInput
from tests.services.compliance_checks.books import Book


def bank(text: str | None, **more: object) -> StatedFactInput:
    """Return a statement of where cash lies."""
    return StatedFactInput(name="cash_bank", text=text, source="Custody agreement.", **more)  # type: ignore[arg-type]


def test_cash_has_the_bank_that_was_stated_and_the_rule_can_be_judged(book: Book) -> None:
    alpha = book.stock("AAA", 50.0, issuer="Alpha")
    mine, other = (book.world.portfolio({alpha: 10}, {"USD": 500}, name=name) for name in ("Mine", "Other"))
    book.rule("ucits.deposits_20")
    facts = StatedFacts(book.world.ports)
    missing = book.by_code(mine)["ucits.deposits_20"].missing
    assert [one.symbols for one in missing] == [("CASH USD",)]
    assert "cash_bank" in missing[0].advice
    facts.state(bank("House Bank"), book.officer)
    facts.state(bank("Own Bank", portfolio_id=mine), book.officer)
    told = {key: book.by_code(key)["ucits.deposits_20"] for key in (mine, other)}
    assert {one.groups[0].group for one in told.values()} == {"Own Bank", "House Bank"}
    assert {one.status for one in told.values()} == {"failed"}, "half of each lies at one bank"
    facts.state(bank(None, portfolio_id=mine), book.officer)
    assert book.by_code(mine)["ucits.deposits_20"].groups[0].group == "House Bank"


def test_a_currency_has_a_bank_of_its_own_before_that_of_all_cash(book: Book) -> None:
    alpha = book.stock("AAA", 50.0, issuer="Alpha")
    portfolio_id = book.world.portfolio({alpha: 10}, {"USD": 500})
    facts = StatedFacts(book.world.ports)
    facts.state(bank("All", portfolio_id=portfolio_id), book.officer)
    facts.state(bank("Dollars", portfolio_id=portfolio_id, currency="USD"), book.officer)
    seen = book.checks.states.read(book.manager, portfolio_id)
    assert seen.state.given["issuer"][0] == "Dollars"


def test_figures_of_the_firm_count_from_their_day(book: Book) -> None:
    alpha = book.stock("AAA", 50.0)
    portfolio_id = book.world.portfolio({alpha: 10}, {"USD": 500})
    book.rule("notices.13f")
    facts = StatedFacts(book.world.ports)
    tomorrow = book.now_utc.date() + timedelta(days=1)
    facts.state(StatedFactInput(name="securities_13f_ccy", number=89e6, source="Books."), book.officer)
    facts.state(
        StatedFactInput(name="securities_13f_ccy", number=101e6, source="Books.", valid_from=tomorrow), book.officer
    )
    assert book.by_code(portfolio_id)["notices.13f"].status == "passed"
    listed = facts.list(book.manager)
    assert [(one.number, one.is_in_force) for one in listed] == [(101e6, False), (89e6, True)]
    assert listed[1].stated_by == book.officer.name
    book.world.ports.clock.advance(days=1)  # type: ignore[attr-defined]
    assert book.by_code(portfolio_id)["notices.13f"].status == "failed"


def test_who_may_state_and_what_is_refused(book: Book) -> None:
    facts = StatedFacts(book.world.ports)
    with pytest.raises(NotAllowed):
        facts.state(bank("House Bank"), book.manager)
    with pytest.raises(NotFound):
        facts.state(bank("House Bank", portfolio_id="nothing"), book.officer)
    with pytest.raises(NotFound):
        facts.list(book.world.stranger, book.world.portfolio({}))
    wrong = StatedFactInput(name="private_funds_ccy", text="much", currency="EUR", portfolio_id="x", source="Books.")
    with pytest.raises(InvalidRequest) as refusal:
        facts.state(wrong, book.officer)
    assert [one.path for one in refusal.value.fields] == ["text", "currency", "portfolio_id"]
    facts.state(bank("House Bank"), book.officer)
    assert facts.list(book.world.stranger) == ()
