"""Which weights were wished for a portfolio, how are they kept, and how do they become its target?"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from services.audit_notes import note
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.errors import NotFound
from services.messages.portfolio_what_if import DraftView, EditedPosition, KeptWish
from services.portfolios_checks import name_problems, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.store import tables
    from services.messages.portfolios import TargetView
    from services.portfolios import Portfolios
    from services.portfolios_what_if import WhatIf
    from services.ports import Ports


class PortfolioDrafts:
    """Wished weights of the portfolios that the actor may see; neither holdings nor targets.

    Parameters
    ----------
    ports : Ports
    what_if : WhatIf
        Says which weights edits come to.
    portfolios : Portfolios

    """

    def __init__(self, ports: Ports, *, what_if: WhatIf, portfolios: Portfolios) -> None:
        self._ports = ports
        self._what_if = what_if
        self._portfolios = portfolios

    def list(self, portfolio_id: str, actor: Actor) -> builtins.list[DraftView]:
        """Return the drafts of a portfolio, the newest first."""
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            uow.portfolios.get(portfolio_id)
            rows = uow.portfolio_drafts.of(portfolio_id)
            people = uow.users.get_many(sorted({one.made_by_id for one in rows if one.made_by_id is not None}))
            return [_view(one, people) for one in rows]

    def get(self, portfolio_id: str, draft_id: str, actor: Actor) -> DraftView:
        """Return one draft.

        Raises
        ------
        NotFound
            There is no such draft of this portfolio for this actor.

        """
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            row = uow.portfolio_drafts.find(draft_id)
            if row is None or row.portfolio_id != portfolio_id:
                raise NotFound.of("draft", draft_id)
            people = uow.users.get_many([row.made_by_id] if row.made_by_id is not None else [])
            return _view(row, people)

    def keep(self, portfolio_id: str, wish: KeptWish, actor: Actor) -> DraftView:
        """Keep the weights that edits come to, under a name.

        Raises
        ------
        InvalidRequest, NotFound, NotAllowed, Conflict
            As `WhatIf.preview` refuses edits.

        """
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        refuse(name_problems(wish.name), "This draft cannot be kept.")
        weights = self._what_if.preview(portfolio_id, wish, actor).wished_frac
        document: dict[str, object] = {
            "weights_frac": weights,
            "edits": [one.model_dump(mode="json", exclude_none=True) for one in wish.edits],
        }
        with self._ports.store.work(actor) as uow:
            row = uow.portfolio_drafts.keep(portfolio_id, wish.name.strip(), document)
            note(uow, "portfolio_draft.save", "portfolio", portfolio_id, after={"name": row.name, "id": row.id})
            uow.commit()
            draft_id = row.id
        return self.get(portfolio_id, draft_id, actor)

    def keep_as_target(
        self, portfolio_id: str, wish: KeptWish, actor: Actor, row_version: int | None = None
    ) -> TargetView:
        """Make the weights that edits come to the target of the portfolio; the one before stays as a version.

        Raises
        ------
        InvalidRequest, NotFound, NotAllowed, Conflict
        Stale
            Somebody else changed the portfolio since `row_version`.

        """
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        weights = self._what_if.preview(portfolio_id, wish, actor).wished_frac
        return self._portfolios.set_target(portfolio_id, weights, None, wish.name, actor, row_version)

    def delete(self, portfolio_id: str, draft_id: str, actor: Actor) -> None:
        """Put a draft aside; `restore` takes it back."""
        self._mark(portfolio_id, draft_id, actor, is_deleted=True)

    def restore(self, portfolio_id: str, draft_id: str, actor: Actor) -> DraftView:
        """Take back a deletion."""
        self._mark(portfolio_id, draft_id, actor, is_deleted=False)
        return self.get(portfolio_id, draft_id, actor)

    def take_back(self, place: str, actor: Actor) -> DraftView:
        """Take back the deletion of ``portfolio id~draft id``."""
        portfolio_id, _, draft_id = place.partition("~")
        return self.restore(portfolio_id, draft_id, actor)

    def _mark(self, portfolio_id: str, draft_id: str, actor: Actor, *, is_deleted: bool) -> None:
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        with self._ports.store.work(actor) as uow:
            row = uow.portfolio_drafts.find(draft_id, deleted=True)
            if row is None or row.portfolio_id != portfolio_id:
                raise NotFound.of("draft", draft_id)
            about = {"name": row.name, "id": row.id}
            if is_deleted:
                uow.portfolio_drafts.delete(draft_id)
                note(uow, "portfolio_draft.delete", "portfolio", portfolio_id, before=about)
            else:
                uow.portfolio_drafts.restore(draft_id)
                note(uow, "portfolio_draft.restore", "portfolio", portfolio_id, after=about)
            uow.commit()


def _view(row: tables.PortfolioDraft, people: Mapping[str, tables.User]) -> DraftView:
    return DraftView(
        id=row.id,
        portfolio_id=row.portfolio_id,
        name=row.name,
        weights_frac=dict(row.document.get("weights_frac", {})),
        edits=tuple(EditedPosition.model_validate(one) for one in row.document.get("edits", [])),
        made_by_id=row.made_by_id,
        made_by_name=None if row.made_by_id not in people else people[row.made_by_id or ""].name,
        made_at_utc=row.created_at_utc,
        row_version=row.row_version,
    )
