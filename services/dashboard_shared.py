"""Which views of the dashboard did people give to others, and who has one?

What is given is a copy as the view stood then: whoever gets it opens it, and may keep a copy under a name of their own,
but changes nothing of it. A team's members and its owner see it, or everybody in the house; for anybody else it does
not exist. Whoever may start runs may share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

import data.store.tables.template as tables
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.errors import FieldProblem, InvalidRequest, NotFound
from services.messages.dashboard_views import CardPlace, NewSharedView, SharedView
from services.ports import Ports
from services.teams_default import team_problems

if TYPE_CHECKING:
    from data.store.tables import Team, User
    from data.store.unit_of_work import UnitOfWork
    from services.dashboard_views import DashboardViews

OBJECT = "shared_view"
MINE_MAX_COUNT = 50
_CARDS = TypeAdapter(tuple[CardPlace, ...])


class DashboardShares:
    """Views that the actor gave away or was given.

    Parameters
    ----------
    ports : Ports
    views : DashboardViews
        The actor's own views, of which copies are given.

    """

    def __init__(self, ports: Ports, *, views: DashboardViews) -> None:
        self._ports = ports
        self._views = views

    def list(self, actor: Actor) -> tuple[SharedView, ...]:
        """Return the views by name; what this version cannot read is left out."""
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            rows = uow.shared_views.all()
            found = _shown(uow, rows, actor)
        return tuple(one for one in found if one is not None)

    def get(self, shared_id: str, actor: Actor) -> SharedView:
        """Return one view.

        Raises
        ------
        NotFound
            There is none, or none for this actor.

        """
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            return _read(uow, shared_id, actor)

    def share(self, new: NewSharedView, actor: Actor) -> SharedView:
        """Give a copy of one of the actor's views to a team or to the house.

        Raises
        ------
        NotFound
            The actor has no view of that name.
        InvalidRequest
            The team is none of the actor's, or 50 views are given away already.

        """
        authorize(actor, Permission.RUNS_WRITE)
        layouts = self._views.list(actor)
        found = next((one for one in layouts.views if one.name == new.view), None)
        if found is None:
            raise NotFound.of("view", new.view)
        with self._ports.store.work(actor) as uow:
            _refuse(uow, new, actor)
            row = tables.Template(
                name=found.name, sharing=new.sharing, team_id=new.team_id if new.sharing == "team" else None
            )
            uow.shared_views.create(row, _CARDS.dump_json(found.cards).decode())
            note(uow, "shared_view.create", OBJECT, row.id, after={"name": row.name, "sharing": row.sharing})
            uow.commit()
            return _read(uow, row.id, actor)

    def withdraw(self, shared_id: str, actor: Actor) -> SharedView:
        """Take a view back from those it was given to, and return it; `restore` gives it again.

        Raises
        ------
        NotFound, NotAllowed

        """
        authorize(actor, Permission.RUNS_WRITE)
        with self._ports.store.work(actor) as uow:
            gone = _read(uow, shared_id, actor)
            uow.shared_views.delete(shared_id)
            note(uow, "shared_view.delete", OBJECT, shared_id, before={"name": gone.name})
            uow.commit()
        return gone

    def restore(self, shared_id: str, actor: Actor) -> SharedView:
        """Give a view again that was taken back."""
        authorize(actor, Permission.RUNS_WRITE)
        with self._ports.store.work(actor) as uow:
            uow.shared_views.restore(shared_id)
            note(uow, "shared_view.restore", OBJECT, shared_id)
            uow.commit()
            return _read(uow, shared_id, actor)


def _read(uow: UnitOfWork, shared_id: str, actor: Actor) -> SharedView:
    (found,) = _shown(uow, [uow.shared_views.get(shared_id)], actor)
    if found is None:
        raise NotFound.of("view", shared_id)
    return found


def _shown(uow: UnitOfWork, rows: Sequence[tables.Template], actor: Actor) -> list[SharedView | None]:
    """Return some rows as they are told, in a fixed number of questions; None for what this version cannot read."""
    if not rows:
        return []
    current = uow.shared_views.current_versions(rows)
    owners = uow.users.get_many(sorted({row.owner_id for row in rows}))
    teams = uow.teams.get_many(sorted({row.team_id for row in rows if row.team_id is not None}))
    return [_view(row, current[row.id].request_json, owners, teams, actor) for row in rows]


def _view(
    row: tables.Template, text: str, owners: Mapping[str, User], teams: Mapping[str, Team], actor: Actor
) -> SharedView | None:
    try:
        cards = _CARDS.validate_json(text)
    except ValidationError:
        return None
    owner, team = owners.get(row.owner_id), teams.get(row.team_id or "")
    return SharedView(
        id=row.id,
        name=row.name,
        owner_name=None if owner is None else owner.name,
        is_mine=row.owner_id == actor.user_id,
        sharing="team" if row.sharing == "team" else "house",
        team_id=row.team_id,
        team_name=None if team is None else team.name,
        cards=cards,
        shared_at_utc=row.created_at_utc,
    )


def _refuse(uow: UnitOfWork, new: NewSharedView, actor: Actor) -> None:
    problems: list[FieldProblem] = []
    if new.sharing == "team" and new.team_id is None:
        problems.append(FieldProblem("team_id", "It is not said with which team.", "Choose one of your teams."))
    elif new.sharing == "team":
        problems += team_problems(uow, new.team_id, actor)
    mine = sum(1 for row in uow.shared_views.all() if row.owner_id == actor.user_id)
    if mine >= MINE_MAX_COUNT:
        advice = "Take one back first."
        problems.append(FieldProblem("view", f"{MINE_MAX_COUNT} views are shared by you already.", advice))
    if problems:
        raise InvalidRequest("The view cannot be shared so.", "See the fields.", fields=tuple(problems))
