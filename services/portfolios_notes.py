"""What did people write down about a portfolio?"""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from typing import TYPE_CHECKING

from services.audit_notes import note
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.errors import FieldProblem, InvalidRequest, NotAllowed, NotFound
from services.messages.portfolio_notes import NoteInput, NoteView

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from services.ports import Ports

EDITED_FROM_VERSION = 2


class PortfolioNotes:
    """Notes about the portfolios that the actor may see; only its writer changes a note or takes it away."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def list(self, portfolio_id: str, actor: Actor) -> builtins.list[NoteView]:
        """Return the notes of a portfolio, the newest first."""
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            uow.portfolios.get(portfolio_id)
            rows = uow.portfolio_notes.of(portfolio_id)
            people = uow.users.get_many(sorted({one.written_by_id for one in rows if one.written_by_id is not None}))
            return [_view(one, people, actor) for one in rows]

    def write(self, portfolio_id: str, wanted: NoteInput, actor: Actor) -> NoteView:
        """Write a note.

        Raises
        ------
        InvalidRequest
            It says nothing.
        NotFound, NotAllowed

        """
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        text = _said(wanted)
        with self._ports.store.work(actor) as uow:
            row = uow.portfolio_notes.write(portfolio_id, text)
            note(uow, "portfolio_note.create", "portfolio", portfolio_id, after={"id": row.id, "text": text})
            uow.commit()
            return _view(row, uow.users.get_many([actor.user_id]), actor)

    def change(
        self, portfolio_id: str, note_id: str, wanted: NoteInput, actor: Actor, row_version: int | None = None
    ) -> NoteView:
        """Write one's own note anew.

        Raises
        ------
        InvalidRequest, NotFound
        NotAllowed
            Somebody else wrote it.
        Stale
            It was changed since `row_version`.

        """
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        text = _said(wanted)
        with self._ports.store.work(actor) as uow:
            before = self._own(uow, portfolio_id, note_id, actor).text
            row = uow.portfolio_notes.update(note_id, {"text": text}, row_version)
            note(
                uow,
                "portfolio_note.update",
                "portfolio",
                portfolio_id,
                before={"id": note_id, "text": before},
                after={"id": note_id, "text": text},
            )
            uow.commit()
            return _view(row, uow.users.get_many([actor.user_id]), actor)

    def delete(self, portfolio_id: str, note_id: str, actor: Actor) -> None:
        """Take one's own note away; `restore` brings it back."""
        self._mark(portfolio_id, note_id, actor, is_deleted=True)

    def restore(self, portfolio_id: str, note_id: str, actor: Actor) -> NoteView:
        """Take back a deletion of one's own note."""
        self._mark(portfolio_id, note_id, actor, is_deleted=False)
        return next(one for one in self.list(portfolio_id, actor) if one.id == note_id)

    def take_back(self, place: str, actor: Actor) -> NoteView:
        """Take back the deletion of ``portfolio id~note id``."""
        portfolio_id, _, note_id = place.partition("~")
        return self.restore(portfolio_id, note_id, actor)

    def _mark(self, portfolio_id: str, note_id: str, actor: Actor, *, is_deleted: bool) -> None:
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        with self._ports.store.work(actor) as uow:
            row = self._own(uow, portfolio_id, note_id, actor)
            about = {"id": note_id, "text": row.text}
            if is_deleted:
                uow.portfolio_notes.delete(note_id)
                note(uow, "portfolio_note.delete", "portfolio", portfolio_id, before=about)
            else:
                uow.portfolio_notes.restore(note_id)
                note(uow, "portfolio_note.restore", "portfolio", portfolio_id, after=about)
            uow.commit()

    def _own(self, uow: UnitOfWork, portfolio_id: str, note_id: str, actor: Actor) -> tables.PortfolioNote:
        row = uow.portfolio_notes.find(note_id, deleted=True)
        if row is None or row.portfolio_id != portfolio_id:
            raise NotFound.of("note", note_id)
        if row.written_by_id != actor.user_id:
            raise NotAllowed("Somebody else wrote this note.", "Write one of your own beside it.")
        return row


def _said(wanted: NoteInput) -> str:
    text = wanted.text.strip()
    if not text:
        message = "The note says nothing."
        raise InvalidRequest(message, "Write a sentence.", fields=(FieldProblem("text", message, "Write a sentence."),))
    return text


def _view(row: tables.PortfolioNote, people: Mapping[str, tables.User], actor: Actor) -> NoteView:
    return NoteView(
        id=row.id,
        portfolio_id=row.portfolio_id,
        text=row.text,
        written_by_id=row.written_by_id,
        written_by_name=None if row.written_by_id not in people else people[row.written_by_id or ""].name,
        written_at_utc=row.created_at_utc,
        is_edited=row.row_version >= EDITED_FROM_VERSION,
        is_own=row.written_by_id == actor.user_id,
        row_version=row.row_version,
    )
