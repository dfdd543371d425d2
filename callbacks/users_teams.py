"""What does the page of users do with teams: list, make, rename, and put people into them?"""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from callbacks import present_teams
from callbacks.actor import Permission, actor, may, services
from callbacks.present_errors import form, part
from callbacks.present_toast import put, read_anew, say
from callbacks.pressed import pressed_id
from callbacks.wording import told
from components.confirm import CLOSED, OPEN
from components.ids import Shell, Users

TEAM_WORDS = {"name": ("The name", Users.TEAM_NAME)}
MEMBER_WORDS = {"team_ids": ("The teams", Users.MEMBER_TEAMS)}


@callback(Output(Users.TEAMS, "children"), Output(Users.TEAM_NEW, "hidden"), Input(Shell.RESYNC, "data"))
@part
def show_teams(_resync: object) -> tuple[Any, bool]:
    """List the teams."""
    may_write = may(Permission.USERS_WRITE)
    return present_teams.listed(services().teams.list(actor()), may_write=may_write), not may_write


@callback(
    Output(Users.INVITE_TEAMS, "options"),
    Output(Users.INVITE_TEAMS, "value"),
    Input(Users.INVITE, "n_clicks"),
    prevent_initial_call=True,
)
def offer_teams(clicks: int) -> tuple[Any, Any]:
    """Offer the teams to whoever invites somebody."""
    if not clicks:
        return no_update, no_update
    teams = services().teams.list(actor())
    return present_teams.options(teams), present_teams.usual(teams)


@callback(
    Output(Users.MEMBER_DIALOG, "className", allow_duplicate=True),
    Output(Users.MEMBER_TEXT, "children"),
    Output(Users.MEMBER_TEAMS, "options"),
    Output(Users.MEMBER_TEAMS, "value"),
    Input(Users.MEMBER, "n_clicks"),
    State(Users.SELECTED, "data"),
    prevent_initial_call=True,
)
def open_member(clicks: int, user_id: str | None) -> tuple[Any, ...]:
    """Show in which teams the chosen person is."""
    if not clicks or not user_id:
        return (no_update,) * 4
    teams, one = services().teams.list(actor()), services().users.get(user_id, actor())
    put(Users.MEMBER_ERRORS, children=None)
    chosen = [team.id for team in teams if user_id in team.member_ids]
    return OPEN, f"{one.name} works in these teams:", present_teams.options(teams), chosen


@callback(
    Output(Users.MEMBER_DIALOG, "className", allow_duplicate=True),
    Input(Users.MEMBER_SAVE, "n_clicks"),
    State(Users.SELECTED, "data"),
    State(Users.MEMBER_TEAMS, "value"),
    prevent_initial_call=True,
    running=[(Output(Users.MEMBER_SAVE, "disabled"), True, False)],
)
@form(Users.MEMBER_ERRORS, MEMBER_WORDS)
def save_member(clicks: int, user_id: str | None, team_ids: list[str] | None) -> Any:
    """Put somebody into the chosen teams and take them out of the others."""
    if not clicks or not user_id or team_ids is None:
        return no_update
    teams = services().teams.set_of_user(user_id, team_ids, actor())
    words = present_teams.names(teams, user_id) if teams else "None; this person sees what they made themselves."
    say("The teams were changed", f"From now on: {words}")
    read_anew("teams of somebody changed")
    return CLOSED


@callback(
    Output(Users.TEAM_DIALOG, "className", allow_duplicate=True),
    Output(Users.TEAM, "data"),
    Output(Users.TEAM_NAME, "value"),
    Input(Users.TEAM_NEW, "n_clicks"),
    Input(Users.team_rename(ALL), "n_clicks"),
    prevent_initial_call=True,
)
def open_team(_new: int, _rename: list[int]) -> tuple[Any, ...]:
    """Ask for a name."""
    pressed = pressed_id()
    if pressed is None:
        return (no_update,) * 3
    put(Users.TEAM_ERRORS, children=None)
    if pressed == Users.TEAM_NEW:
        return OPEN, None, None
    team = services().teams.get(pressed["index"], actor())
    return OPEN, {"id": team.id, "row_version": team.row_version}, team.name


@callback(
    Output(Users.TEAM_DIALOG, "className", allow_duplicate=True),
    Input(Users.TEAM_SAVE, "n_clicks"),
    State(Users.TEAM, "data"),
    State(Users.TEAM_NAME, "value"),
    prevent_initial_call=True,
    running=[(Output(Users.TEAM_SAVE, "disabled"), True, False)],
)
@form(Users.TEAM_ERRORS, TEAM_WORDS)
def save_team(clicks: int, known: dict[str, Any] | None, name: str | None) -> Any:
    """Make a team, or give one another name."""
    if not clicks:
        return no_update
    if known is None:
        team = services().teams.create(name or "", actor())
        say("The team was made", f"Choose people for {team.name} one by one.")
    else:
        team = services().teams.rename(known["id"], name or "", actor(), known["row_version"])
        say("The team was renamed", f"Its name is {team.name} now.")
    read_anew("team changed")
    return CLOSED


@callback(
    Output(Users.TEAM_GONE_DIALOG, "className", allow_duplicate=True),
    Output(Users.TEAM_GONE, "data"),
    Output(Users.TEAM_GONE_TEXT, "children"),
    Input(Users.team_delete(ALL), "n_clicks"),
    prevent_initial_call=True,
)
def ask_delete(_clicks: list[int]) -> tuple[Any, ...]:
    """Say who loses what before a team is deleted."""
    pressed = pressed_id()
    if pressed is None:
        return (no_update,) * 3
    team = services().teams.get(pressed["index"], actor())
    return OPEN, {"id": team.id, "row_version": team.row_version}, told(present_teams.gone_question(team))


@callback(
    Output(Users.TEAM_GONE_DIALOG, "className", allow_duplicate=True),
    Input(Users.TEAM_GONE_CONFIRM, "n_clicks"),
    State(Users.TEAM_GONE, "data"),
    prevent_initial_call=True,
    running=[(Output(Users.TEAM_GONE_CONFIRM, "disabled"), True, False)],
)
def delete_team(clicks: int, known: dict[str, Any] | None) -> Any:
    """Put the team aside; the message takes it back."""
    if not clicks or known is None:
        return no_update
    put(Users.TEAM_GONE_DIALOG, className=CLOSED)
    services().teams.delete(known["id"], actor(), known["row_version"])
    say("The team was deleted", undo=f"team:{known['id']}")
    read_anew("team deleted")
    return CLOSED


for _dialog, _close in (
    (Users.MEMBER_DIALOG, Users.MEMBER_CANCEL),
    (Users.TEAM_DIALOG, Users.TEAM_CANCEL),
    (Users.TEAM_GONE_DIALOG, Users.TEAM_GONE_CANCEL),
):
    clientside_callback(
        ClientsideFunction("pages", "close"),
        Output(_dialog, "className"),
        Input(_close, "n_clicks"),
        prevent_initial_call=True,
    )
