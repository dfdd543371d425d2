"""Who works together, and thereby sees the same portfolios?"""

from __future__ import annotations

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer, expected_version, nothing
from api.pagination import Page, PageQuery, cut
from api.reading import Body, Path
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.messages.teams import Team

resource = Resource("teams", "Teams", "People who share clients and portfolios.")


class TeamPath(Path):
    """Which team."""

    team_id: str = Field(max_length=64, description="The team's id.")


class MemberPath(TeamPath):
    """Whose place in which team."""

    user_id: str = Field(max_length=64, description="The user's id.")


class TeamName(Body):
    """What a team is called."""

    name: str = Field(min_length=1, max_length=100, description="Unique in the house, whatever its case.")


def _shown(team: Team, status: int = 200) -> Response:
    """Return the team with its version."""
    location = f"/api/v1/teams/{team.id}" if status == 201 else None
    return answer(team, status, row_version=team.row_version, location=location)


@resource.route_for("get", "/teams", "List teams", answers={200: Page[Team]})
def list_teams(query: PageQuery) -> Response:
    """Return the teams by name: all to whoever may see users, to everybody else the ones they are in."""
    return answer(cut(services().teams.list(actor()), query, lambda team: team.id))


@resource.route_for("post", "/teams", "Create a team", answers={201: Team})
@needs(Permission.USERS_WRITE)
def create_team(body: TeamName) -> Response:
    """Make a team without members."""
    return _shown(services().teams.create(body.name, actor()), 201)


@resource.route_for("get", "/teams/<team_id>", "Read a team", answers={200: Team}, also=(412,))
def read_team(path: TeamPath) -> Response:
    """Return one team."""
    return _shown(services().teams.get(path.team_id, actor()))


@resource.route_for("patch", "/teams/<team_id>", "Rename a team", answers={200: Team}, versioned=True)
@needs(Permission.USERS_WRITE)
def rename_team(path: TeamPath, body: TeamName) -> Response:
    """Give the team another name."""
    return _shown(services().teams.rename(path.team_id, body.name, actor(), expected_version()))


@resource.route_for("delete", "/teams/<team_id>", "Delete a team", answers={204: None}, versioned=True)
@needs(Permission.USERS_WRITE)
def delete_team(path: TeamPath) -> Response:
    """Put the team aside; its members see no more what they saw through it. It can be restored."""
    services().teams.delete(path.team_id, actor(), expected_version())
    return nothing()


@resource.route_for("post", "/teams/<team_id>/restore", "Restore a deleted team", answers={200: Team})
def restore_team(path: TeamPath) -> Response:
    """Take the deletion back, with the people who were in the team."""
    return _shown(services().teams.restore(path.team_id, actor()))


@resource.route_for("put", "/teams/<team_id>/members/<user_id>", "Put somebody into a team", answers={200: Team})
def add_member(path: MemberPath) -> Response:
    """Let the user see what belongs to the team, from their next request on; repeating it changes nothing."""
    return _shown(services().teams.add_member(path.team_id, path.user_id, actor()))


@resource.route_for("delete", "/teams/<team_id>/members/<user_id>", "Take somebody out of a team", answers={204: None})
def remove_member(path: MemberPath) -> Response:
    """Hide what belongs to the team from the user, from their next request on."""
    services().teams.remove_member(path.team_id, path.user_id, actor())
    return nothing()
