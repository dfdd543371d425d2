"""To which team does something belong that somebody makes?

What is made for a client belongs where the client does. Everything else goes to the maker's team when they are in
exactly one, so that colleagues see it; whoever is in several, or in none, keeps it until they name a team.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.auth.actor import Actor
from services.errors import FieldProblem

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork


def teams_of(uow: UnitOfWork, actor: Actor) -> list[str]:
    """Return the ids of the teams that the actor is in, by the teams' names; none for the product itself."""
    if actor.is_system:
        return []
    members = uow.teams.members()
    return [row.id for row in uow.teams.all() if actor.user_id in members.get(row.id, ())]


def usual_team(uow: UnitOfWork, actor: Actor) -> str | None:
    """Return the actor's only team, None when there is none or more than one."""
    mine = teams_of(uow, actor)
    return mine[0] if len(mine) == 1 else None


def team_problems(uow: UnitOfWork, team_id: str | None, actor: Actor) -> list[FieldProblem]:
    """Return what is wrong with a team that somebody names: people share with teams that they are in."""
    if team_id is None or (actor.is_system and uow.teams.find(team_id) is not None):
        return []
    if team_id in teams_of(uow, actor):
        return []
    return [FieldProblem("team_id", "There is no such team among yours.", "Choose one of your teams, or none.")]
