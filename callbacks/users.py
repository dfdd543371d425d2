"""What does the page of users do: list, invite, change roles, shut out and let in again?"""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from callbacks import present_teams, present_users
from callbacks.actor import Permission, actor, may, services
from callbacks.in_browser import dialog, quick_filter
from callbacks.present_errors import form, page
from callbacks.present_toast import put, read_anew, say
from callbacks.pressed import pressed_index
from components.confirm import CLOSED, OPEN
from components.ids import Shell, Users
from services.auth.roles import Role

WORDS = {
    "email": ("The e-mail", Users.INVITE_EMAIL),
    "name": ("The name", Users.INVITE_NAME),
    "role": ("The role", Users.INVITE_ROLE),
    "team_ids": ("The teams", Users.INVITE_TEAMS),
}


@callback(
    Output(Users.TABLE, "rowData"),
    Output(Users.TABLE, "selectedRows"),
    Output(Users.INVITATIONS, "children"),
    Output(Users.MATRIX, "children"),
    Output(Users.INVITE, "hidden"),
    Input(Shell.RESYNC, "data"),
    State(Users.SELECTED, "data"),
)
@page(Users.PROBLEM, Users.MAIN)
def show(_resync: object, chosen: str | None) -> tuple[Any, ...]:
    """List people and invitations; only those who may see users get this far."""
    teams = services().teams.list(actor())
    rows = [present_users.row(one, present_teams.names(teams, one.id)) for one in services().users.list(actor())]
    may_write = may(Permission.USERS_WRITE)
    waiting = present_users.invitations(services().users.invitations(actor()), may_write=may_write)
    selected = {"ids": [row["id"] for row in rows if row["id"] == chosen]}
    return rows, selected, waiting, present_users.matrix(), not may_write


@callback(
    Output(Users.FACTS, "children"),
    Output(Users.DETAIL, "hidden"),
    Output(Users.ROLE, "value"),
    Output(Users.DISABLE, "hidden"),
    Output(Users.ENABLE, "hidden"),
    Output(Users.DISABLE_TEXT, "children"),
    Input(Users.SELECTED, "data"),
    Input(Shell.RESYNC, "data"),
)
def show_person(user_id: str | None, _resync: object) -> tuple[Any, ...]:
    """Show the chosen person with what may be changed about them."""
    if not user_id or not may(Permission.USERS_READ):
        return present_users.nobody(), True, no_update, True, True, None
    one = services().users.get(user_id, actor())
    is_me = one.id == actor().user_id
    words = f"{one.name} is signed out at once and cannot sign in; keys stop working. You can enable them again."
    cannot_write = not may(Permission.USERS_WRITE)
    teams = present_teams.names(services().teams.of_user(user_id, actor()), user_id)
    about = present_users.person(one, teams)
    return about, cannot_write, one.role.value, is_me or not one.is_active, one.is_active, words


@callback(
    Output(Users.INVITE_LINK, "children"),
    Input(Users.INVITE_SEND, "n_clicks"),
    State(Users.INVITE_EMAIL, "value"),
    State(Users.INVITE_NAME, "value"),
    State(Users.INVITE_ROLE, "value"),
    State(Users.INVITE_TEAMS, "value"),
    prevent_initial_call=True,
    running=[(Output(Users.INVITE_SEND, "disabled"), True, False)],
)
@form(Users.INVITE_ERRORS, WORDS)
def invite(clicks: int, email: str | None, name: str | None, role: str, team_ids: list[str] | None) -> Any:
    """Make an invitation and show its link once."""
    if not clicks:
        return no_update
    made = services().users.invite(email or "", name or "", role, actor(), team_ids)
    put(Users.INVITE_EMAIL, value=None)
    put(Users.INVITE_NAME, value=None)
    read_anew("somebody invited")
    return present_users.invitation_link(made, services().ports.settings.public_url)


@callback(
    Output(Users.ROLE_DIALOG, "className", allow_duplicate=True),
    Output(Users.ROLE_TEXT, "children"),
    Input(Users.ROLE_SAVE, "n_clicks"),
    State(Users.SELECTED, "data"),
    State(Users.ROLE, "value"),
    prevent_initial_call=True,
)
def ask_role(clicks: int, user_id: str | None, role: str) -> tuple[Any, Any]:
    """Say what the change of the role means before it is made."""
    if not clicks or not user_id:
        return no_update, no_update
    one = services().users.get(user_id, actor())
    return OPEN, present_users.role_question(one, Role(role))


@callback(
    Output(Users.ROLE_DIALOG, "className", allow_duplicate=True),
    Input(Users.ROLE_CONFIRM, "n_clicks"),
    State(Users.SELECTED, "data"),
    State(Users.ROLE, "value"),
    prevent_initial_call=True,
)
def change_role(clicks: int, user_id: str | None, role: str) -> Any:
    """Give somebody another role."""
    if not clicks or not user_id:
        return no_update
    put(Users.ROLE_DIALOG, className=CLOSED)
    one = services().users.set_role(user_id, role, actor())
    say("The role was changed", f"{one.name} is {one.role.label} from now on.")
    read_anew("role changed")
    return CLOSED


@callback(
    Output(Users.DISABLE_DIALOG, "className", allow_duplicate=True),
    Input(Users.DISABLE_CONFIRM, "n_clicks"),
    State(Users.SELECTED, "data"),
    prevent_initial_call=True,
)
def disable(clicks: int, user_id: str | None) -> Any:
    """Shut somebody out."""
    if not clicks or not user_id:
        return no_update
    put(Users.DISABLE_DIALOG, className=CLOSED)
    one = services().users.disable(user_id, actor())
    say("Disabled", f"{one.name} is signed out and cannot sign in.")
    read_anew("user disabled")
    return CLOSED


@callback(Input(Users.ENABLE, "n_clicks"), State(Users.SELECTED, "data"), prevent_initial_call=True)
def enable(clicks: int, user_id: str | None) -> None:
    """Let somebody in again."""
    if clicks and user_id:
        one = services().users.enable(user_id, actor())
        say("Enabled", f"{one.name} may sign in again.")
        read_anew("user enabled")


@callback(Input(Users.withdraw(ALL), "n_clicks"), prevent_initial_call=True)
def withdraw(_clicks: list[int]) -> None:
    """Make the link of an invitation worthless."""
    if (index := pressed_index()) is not None:
        services().users.withdraw_invitation(index, actor())
        say("The invitation was withdrawn", "Its link does not work any more.")
        read_anew("invitation withdrawn")


clientside_callback(
    ClientsideFunction("pages", "selectUser"),
    Output(Users.SELECTED, "data"),
    Input(Users.TABLE, "selectedRows"),
    prevent_initial_call=True,
)
quick_filter(Users.TABLE, Users.SEARCH)
clientside_callback(
    ClientsideFunction("pages", "close"),
    Output(Users.ROLE_DIALOG, "className"),
    Input(Users.ROLE_CANCEL, "n_clicks"),
    prevent_initial_call=True,
)
for _dialog, _open, _close in (
    (Users.INVITE_DIALOG, Users.INVITE, Users.INVITE_CANCEL),
    (Users.DISABLE_DIALOG, Users.DISABLE, Users.DISABLE_CANCEL),
):
    dialog(_dialog, _open, _close)
