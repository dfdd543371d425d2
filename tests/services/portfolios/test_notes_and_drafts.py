"""Do notes belong to their writers, and do wished weights stay apart from holdings and targets until they are kept?"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from services.auth.roles import Role
from services.errors import InvalidRequest, NotAllowed, NotFound, Stale
from services.messages.portfolio_notes import NoteInput
from services.messages.portfolio_what_if import EditedPosition, KeptWish
from services.portfolios_drafts import PortfolioDrafts
from services.portfolios_notes import PortfolioNotes
from services.portfolios_what_if import WhatIf
from tests.services.compliance_checks.books import Book
from tests.services.compliance_checks.test_checks import furnished


def drafts(book: Book) -> PortfolioDrafts:
    made = WhatIf(book.world.ports, facts=book.world.facts, judge=book.checks.judge)
    return PortfolioDrafts(book.world.ports, what_if=made, portfolios=book.world.portfolios)


def deeds(book: Book) -> list[str]:
    with book.world.ports.store.system(book.tenant_id, read_only=True) as uow:
        return [one.action for one in uow.audit.page(limit=50).rows if one.action.startswith("portfolio_")]


def kept(name: str, **weights: float) -> KeptWish:
    return KeptWish(
        name=name, edits=tuple(EditedPosition(symbol=symbol, weight_frac=one) for symbol, one in weights.items())
    )


def test_a_note_is_written_changed_taken_away_and_brought_back_and_each_is_recorded(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    notes = PortfolioNotes(book.world.ports)
    made = notes.write(portfolio_id, NoteInput(text=" Call the client on Monday. "), book.manager)
    assert (made.text, made.is_own, made.is_edited, made.written_by_name) == (
        "Call the client on Monday.", True, False, "Portfolio manager",
    )  # fmt: skip
    changed = notes.change(portfolio_id, made.id, NoteInput(text="Called."), book.manager, made.row_version)
    assert (changed.text, changed.is_edited) == ("Called.", True)
    with pytest.raises(Stale):
        notes.change(portfolio_id, made.id, NoteInput(text="Again."), book.manager, made.row_version)
    notes.delete(portfolio_id, made.id, book.manager)
    assert notes.list(portfolio_id, book.manager) == []
    assert notes.restore(portfolio_id, made.id, book.manager).text == "Called."
    told = ["portfolio_note.restore", "portfolio_note.delete", "portfolio_note.update", "portfolio_note.create"]
    assert deeds(book) == told


def test_an_empty_note_is_refused_by_its_field(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    with pytest.raises(InvalidRequest) as refusal:
        PortfolioNotes(book.world.ports).write(portfolio_id, NoteInput(text="  \n "), book.manager)
    assert [one.path for one in refusal.value.fields] == ["text"]


def test_a_note_is_its_writer_s_alone_and_read_by_whoever_sees_the_portfolio(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    notes, officer = PortfolioNotes(book.world.ports), book.officer
    made = notes.write(portfolio_id, NoteInput(text="Mine."), book.manager)
    assert [(one.text, one.is_own) for one in notes.list(portfolio_id, officer)] == [("Mine.", False)]
    with book.world.ports.store.system(book.tenant_id) as uow:
        uow.portfolio_notes.get(made.id).written_by_id = book.world.actors[Role.ADVISOR].user_id
        uow.commit()
    with pytest.raises(NotAllowed, match="Somebody else wrote"):
        notes.change(portfolio_id, made.id, NoteInput(text="Yours."), book.manager)
    with pytest.raises(NotAllowed):
        notes.delete(portfolio_id, made.id, book.manager)
    with pytest.raises(NotFound):
        notes.list(portfolio_id, book.world.stranger)
    with pytest.raises(NotFound):
        notes.delete("elsewhere", made.id, book.manager)


def test_a_draft_keeps_the_whole_wished_portfolio_and_changes_nothing_else(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    made = drafts(book).keep(portfolio_id, kept("Less of BBB", AAA=0.5, BBB=0.0), book.manager)
    assert (made.name, made.weights_frac, made.made_by_name) == ("Less of BBB", {"AAA": 0.5}, "Portfolio manager")
    assert [(one.symbol, one.weight_frac) for one in made.edits] == [("AAA", 0.5), ("BBB", 0.0)]
    assert drafts(book).get(portfolio_id, made.id, book.manager) == made
    assert book.world.portfolios.get(portfolio_id, book.manager).target is None
    held: dict[str, Any] = {
        one.symbol: one.quantity for one in book.world.portfolios.holdings(portfolio_id, book.manager)
    }
    assert held == {"AAA": Decimal(60), "BBB": Decimal(100)}
    drafts(book).delete(portfolio_id, made.id, book.manager)
    assert drafts(book).list(portfolio_id, book.manager) == []
    drafts(book).restore(portfolio_id, made.id, book.manager)
    assert [one.name for one in drafts(book).list(portfolio_id, book.manager)] == ["Less of BBB"]
    assert deeds(book) == ["portfolio_draft.restore", "portfolio_draft.delete", "portfolio_draft.save"]
    with pytest.raises(NotFound):
        drafts(book).get(portfolio_id, made.id, book.world.stranger)


def test_edits_kept_as_the_target_are_the_weights_that_were_typed(book: Book) -> None:
    _, _, portfolio_id = furnished(book)
    target = drafts(book).keep_as_target(portfolio_id, kept("Mine", AAA=0.5), book.manager)
    assert (target.name, target.weights_frac) == ("Mine", {"AAA": 0.5, "BBB": 0.25})
    with pytest.raises(Stale):
        drafts(book).keep_as_target(portfolio_id, kept("Late", AAA=0.4), book.manager, 1)
    with pytest.raises(InvalidRequest):
        drafts(book).keep(portfolio_id, kept("   ", AAA=0.4), book.manager)
