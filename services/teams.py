"""Who works together, and thereby sees the same portfolios?

A user sees what belongs to the teams that the user is in; what they may do there follows from their role. Membership is
looked up anew for every request, so that a change holds from the next one on.
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import TYPE_CHECKING

import data.store.tables.team as tables
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize, is_allowed
from services.auth.roles import Permission
from services.errors import Conflict, FieldProblem, InvalidRequest, NotFound
from services.events_outbox import announce
from services.formatting import count
from services.messages.teams import Team
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

NAME_MAX_COUNT = 100


class Teams:
    """Teams of the actor's tenant; administrators change them."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def list(self, actor: Actor) -> builtins.list[Team]:
        """Return the teams by name: all of them to whoever sees users, to everybody else their own."""
        _authorize_reading(actor)
        with self._ports.store.read(actor) as uow:
            members, counts = uow.teams.members(), uow.teams.portfolio_counts()
            return [_view(row, members.get(row.id, ()), counts.get(row.id, 0)) for row in uow.teams.all()]

    def get(self, team_id: str, actor: Actor) -> Team:
        """Return one team.

        Raises
        ------
        NotFound
            When there is none, or none that the actor may see.
        """
        _authorize_reading(actor)
        with self._ports.store.read(actor) as uow:
            return _read(uow, uow.teams.get(team_id))

    def of_user(self, user_id: str, actor: Actor) -> builtins.list[Team]:
        """Return the teams that a user is in, by name; everybody may ask about themselves.

        Raises
        ------
        NotFound
            When there is no such user, or none that the actor may see.
        """
        if user_id != actor.user_id:
            authorize(actor, Permission.USERS_READ)
        with self._ports.store.read(actor) as uow:
            uow.users.get(user_id)
            members, counts = uow.teams.members(), uow.teams.portfolio_counts()
            mine = [row for row in uow.teams.all() if user_id in members.get(row.id, ())]
            return [_view(row, members[row.id], counts.get(row.id, 0)) for row in mine]

    def create(self, name: str, actor: Actor) -> Team:
        """Make a team without members.

        Raises
        ------
        Conflict
            When a team has this name already, whatever its case.
        """
        authorize(actor, Permission.USERS_WRITE)
        name = _checked_name(name)
        with self._ports.store.work(actor) as uow:
            _refuse_known_name(uow, name)
            row = uow.teams.add(tables.Team(name=name))
            note(uow, "team.create", "team", row.id, after={"name": name})
            announce(uow, "users", "team.changed", {"team_id": row.id})
            uow.commit()
            return _view(row, (), 0)

    def rename(self, team_id: str, name: str, actor: Actor, row_version: int | None = None) -> Team:
        """Give a team another name.

        Raises
        ------
        Conflict
            When another team has this name already.
        Stale
            When the team was changed since `row_version` was read.
        """
        authorize(actor, Permission.USERS_WRITE)
        name = _checked_name(name)
        with self._ports.store.work(actor) as uow:
            before = uow.teams.get(team_id).name
            _refuse_known_name(uow, name, except_id=team_id)
            row = uow.teams.update(team_id, {"name": name}, row_version)
            note(uow, "team.rename", "team", team_id, before={"name": before}, after={"name": name})
            announce(uow, "users", "team.changed", {"team_id": team_id})
            uow.commit()
            return _read(uow, row)

    def delete(self, team_id: str, actor: Actor, row_version: int | None = None) -> None:
        """Put a team aside; `restore` takes it back, with the people who were in it.

        From the next request on its members see no more what they saw through it. Clients and portfolios stay: whoever
        sees them by themselves, or through another team, still does.

        Raises
        ------
        NotFound
            When there is none.
        Stale
            When the team was changed since `row_version` was read.
        """
        authorize(actor, Permission.USERS_WRITE)
        with self._ports.store.work(actor) as uow:
            row = uow.teams.delete(team_id, row_version)
            note(uow, "team.delete", "team", team_id, before={"name": row.name})
            announce(uow, "users", "team.changed", {"team_id": team_id})
            uow.commit()

    def restore(self, team_id: str, actor: Actor) -> Team:
        """Take the deletion of a team back; its members see again what belongs to it.

        Raises
        ------
        Conflict
            When another team has got its name meanwhile.
        """
        authorize(actor, Permission.USERS_WRITE)
        with self._ports.store.work(actor) as uow:
            row = uow.teams.restore(team_id)
            _refuse_known_name(uow, row.name, except_id=team_id)
            note(uow, "team.restore", "team", team_id)
            announce(uow, "users", "team.changed", {"team_id": team_id})
            uow.commit()
            return _read(uow, row)

    def add_member(self, team_id: str, user_id: str, actor: Actor) -> Team:
        """Let a user see what belongs to the team, from the next request on; harmless when the user is in it."""
        authorize(actor, Permission.USERS_WRITE)
        with self._ports.store.work(actor) as uow:
            row = uow.teams.get(team_id)
            join(uow, team_id, user_id)
            uow.commit()
            return _read(uow, row)

    def remove_member(self, team_id: str, user_id: str, actor: Actor) -> Team:
        """Take a user out of a team, who sees its portfolios no more from the next request on.

        Raises
        ------
        NotFound
            When the user is not in the team.
        Conflict
            When nobody who may sign in would be left to see the team's portfolios.
        """
        authorize(actor, Permission.USERS_WRITE)
        with self._ports.store.work(actor) as uow:
            row = uow.teams.get(team_id)
            uow.users.get(user_id)
            _leave(uow, row, user_id)
            uow.commit()
            return _read(uow, row)

    def set_of_user(self, user_id: str, team_ids: Sequence[str], actor: Actor) -> builtins.list[Team]:
        """Put a user into these teams and take them out of all others; all of it, or nothing if any is refused.

        Raises
        ------
        InvalidRequest
            When a team does not exist.
        Conflict
            As for `remove_member`.
        """
        authorize(actor, Permission.USERS_WRITE)
        with self._ports.store.work(actor) as uow:
            uow.users.get(user_id)
            wanted, members = checked_team_ids(uow, team_ids), uow.teams.members()
            for row in uow.teams.all():
                if row.id in wanted:
                    join(uow, row.id, user_id)
                elif user_id in members.get(row.id, ()):
                    _leave(uow, row, user_id)
            uow.commit()
        return self.of_user(user_id, actor)


def join(uow: UnitOfWork, team_id: str, user_id: str) -> None:
    """Put a user into a team, with its audit row and event, in the unit of whoever does so."""
    if uow.teams.add_member(team_id, user_id):
        note(uow, "team.add_member", "team", team_id, after={"user_id": user_id})
        announce(uow, "users", "team.changed", {"team_id": team_id, "user_id": user_id})


def checked_team_ids(uow: UnitOfWork, team_ids: Sequence[str]) -> builtins.list[str]:
    """Return the ids without repetitions, or refuse those that are no teams of the actor's tenant."""
    problems = tuple(team_ids_problems(uow, team_ids))
    if problems:
        raise InvalidRequest("Some of the teams do not exist.", "Choose teams from the list.", fields=problems)
    return list(dict.fromkeys(team_ids))


def team_ids_problems(uow: UnitOfWork, team_ids: Sequence[str]) -> builtins.list[FieldProblem]:
    """Return which of the ids are no teams of the actor's tenant."""
    known = uow.teams.get_many(list(dict.fromkeys(team_ids)))
    return [
        FieldProblem(f"team_ids[{place}]", f"There is no team with the id {team_id!r}.", "Choose one from the list.")
        for place, team_id in enumerate(team_ids)
        if team_id not in known
    ]


def _authorize_reading(actor: Actor) -> None:
    """Refuse whoever sees neither users nor portfolios."""
    if not is_allowed(actor, Permission.USERS_READ):
        authorize(actor, Permission.PORTFOLIOS_READ)


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= NAME_MAX_COUNT or not name.isprintable():
        problem = FieldProblem("name", f"The name needs 1 to {NAME_MAX_COUNT} characters.", "Write the team's name.")
        raise InvalidRequest(problem.message, problem.advice, fields=(problem,))
    return name


def _refuse_known_name(uow: UnitOfWork, name: str, except_id: str | None = None) -> None:
    if any(row.name.casefold() == name.casefold() and row.id != except_id for row in uow.teams.all()):
        raise Conflict(f"There is a team named {name!r} already.", "Choose another name.", code="team_name_taken")


def _leave(uow: UnitOfWork, row: tables.Team, user_id: str) -> None:
    if not uow.teams.remove_member(row.id, user_id):
        raise NotFound("This person is not in the team.", "Load the team again to see who is.")
    _refuse_empty(uow, row)
    note(uow, "team.remove_member", "team", row.id, before={"user_id": user_id})
    announce(uow, "users", "team.changed", {"team_id": row.id, "user_id": user_id})


def _refuse_empty(uow: UnitOfWork, row: tables.Team) -> None:
    """Refuse to leave portfolios behind that nobody in a team sees."""
    portfolios_count = uow.teams.portfolio_counts().get(row.id, 0)
    if not portfolios_count:
        return
    left = uow.users.get_many(uow.teams.member_ids(row.id))
    if not any(user.is_active for user in left.values()):
        raise Conflict(
            f"{row.name} has {count(portfolios_count, 'portfolio')}, and nobody who may sign in would be left in it.",
            "Put somebody else into the team first.",
            code="last_member",
        )


def _read(uow: UnitOfWork, row: tables.Team) -> Team:
    return _view(row, uow.teams.member_ids(row.id), uow.teams.portfolio_counts().get(row.id, 0))


def _view(row: tables.Team, member_ids: Sequence[str], portfolios_count: int) -> Team:
    return Team(
        id=row.id,
        name=row.name,
        member_ids=tuple(member_ids),
        portfolios_count=portfolios_count,
        row_version=row.row_version,
    )
