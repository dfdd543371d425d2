"""How do teams read?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from components.button import button
from components.ids import Users
from components.table import table
from services.formatting import count
from services.messages.teams import Team

NONE = "—"
NO_TEAM = "none"
"""What the choice of a team holds while none is chosen; an empty value would show an empty field."""


def names(teams: Sequence[Team], user_id: str) -> str:
    """Return the names of those of the teams that somebody is in."""
    return ", ".join(team.name for team in teams if user_id in team.member_ids) or NONE


def options(teams: Sequence[Team]) -> list[dict[str, str]]:
    """Return the teams as choices."""
    return [{"value": team.id, "label": team.name} for team in teams]


def usual(teams: Sequence[Team]) -> list[str]:
    """Return what is chosen for somebody new: the only team, if there is exactly one."""
    return [teams[0].id] if len(teams) == 1 else []


def choices(mine: Sequence[Team], current: str | None = None) -> list[dict[str, str]]:
    """Return to whom something can belong: to nobody but its maker, to one of the teams, or where it is now."""
    other = [] if current is None or current in {team.id for team in mine} else [(current, "Another team")]
    pairs = [(NO_TEAM, "Only me"), *((team.id, team.name) for team in mine), *other]
    return [{"value": key, "label": text} for key, text in pairs]


def first_choice(mine: Sequence[Team]) -> str:
    """Return what is chosen for something new: the only team, if there is exactly one."""
    return mine[0].id if len(mine) == 1 else NO_TEAM


def chosen(value: str | None) -> str | None:
    """Return the team that was chosen, None for nobody's."""
    return None if value in {None, "", NO_TEAM} else value


def gone_question(team: Team) -> str:
    """Say who loses what with a team."""
    people, portfolios = count(len(team.member_ids), "person", "people"), count(team.portfolios_count, "portfolio")
    return (
        f"{team.name} has {people} and {portfolios}. Whoever saw clients and portfolios through this team sees them no "
        "more; they stay as they are. The deletion can be taken back."
    )


def _buttons(team: Team) -> Any:
    small: Mapping[str, Any] = {"kind": "quiet", "small": True, "n_clicks": 0}
    pair = [
        button("Rename", Users.team_rename(team.id), **small),
        button("Delete", Users.team_delete(team.id), **small),
    ]
    return html.Div(pair, className="btn-row")


def listed(teams: Sequence[Team], *, may_write: bool) -> Any:
    """Return all teams with how many people and portfolios they have."""
    if not teams:
        return html.P("There is no team yet. People without a team see what they made themselves.", className="muted")
    rows = [
        [
            team.name,
            len(team.member_ids),
            team.portfolios_count,
            _buttons(team) if may_write else "",
        ]
        for team in teams
    ]
    return table((("Team", False), ("People", True), ("Portfolios", True), ("", True)), rows, caption="Teams")
