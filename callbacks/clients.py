"""What does the page of clients do: list, show, make, change and question them?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, no_update

from callbacks import present_clients, present_teams
from callbacks.actor import Permission, actor, may, preferences, services
from callbacks.in_browser import dialog, quick_filter
from callbacks.present_errors import clear, form, page, part
from callbacks.present_toast import put, read_anew, say
from callbacks.pressed import pressed_id
from callbacks.wording import told
from components.confirm import CLOSED, OPEN, title_id
from components.fields import error_id
from components.ids import Clients, Shell
from services.messages.clients import ClientType

WORDS = {
    "name": ("The name", Clients.NAME),
    "client_type": ("The kind", Clients.TYPE),
    "team_id": ("The team", Clients.TEAM),
    "contact.email": ("The e-mail", Clients.EMAIL),
    "email": ("The e-mail", Clients.EMAIL),
    "contact.phone": ("The telephone", Clients.PHONE),
    "phone": ("The telephone", Clients.PHONE),
}
PROFILE_WORDS = {
    "risk_tolerance": ("The answer", Clients.PROFILE_TOLERANCE),
    "horizon_years": ("The horizon", Clients.PROFILE_HORIZON),
    "loss_capacity_frac": ("The loss they can afford", Clients.PROFILE_LOSS),
    "knowledge": ("The knowledge", Clients.PROFILE_KNOWLEDGE),
    "dated_on": ("The date", Clients.PROFILE_DATED),
    "wealth_ccy": ("The wealth", Clients.PROFILE_WEALTH),
}
QUESTIONS = (
    Clients.PROFILE_TOLERANCE,
    Clients.PROFILE_HORIZON,
    Clients.PROFILE_LOSS,
    Clients.PROFILE_KNOWLEDGE,
    Clients.PROFILE_DATED,
    Clients.PROFILE_ESG,
    Clients.PROFILE_INCOME,
    Clients.PROFILE_WEALTH,
    Clients.PROFILE_PREFERENCES,
)
"""Everything that the questionnaire asks; each opening begins without answers."""


@callback(
    Output(Clients.TABLE, "rowData"),
    Output(Clients.TABLE, "selectedRows"),
    Output(Clients.LIST, "hidden"),
    Output(Clients.EMPTY, "hidden"),
    Output(Clients.NEW, "hidden"),
    Output(Clients.EMPTY_NEW, "hidden"),
    Input(Shell.RESYNC, "data"),
    State(Clients.ID, "data"),
)
@page(Clients.PROBLEM, Clients.MAIN)
def show(_resync: object, chosen: str | None) -> tuple[Any, ...]:
    """List the clients; the one in the address is chosen."""
    style = preferences().number_format
    rows = [present_clients.row(one, style) for one in services().clients.list(actor())]
    selected = {"ids": [row["id"] for row in rows if row["id"] == chosen]}
    cannot_write = not may(Permission.CLIENTS_WRITE)
    # as the page opens, a client in the address that is not the reader's is told beside the list
    is_bare = not rows and (chosen is None or ctx.triggered_id == Shell.RESYNC)
    return rows, selected, is_bare, not is_bare, cannot_write, cannot_write


@callback(
    Output(Clients.DETAIL, "children"),
    Output(Clients.PROFILE, "children"),
    Output(Clients.PORTFOLIOS, "children"),
    Output(Clients.ACTIONS, "hidden"),
    Input(Clients.ID, "data"),
    Input(Shell.RESYNC, "data"),
)
@part
def show_one(client_id: str | None, _resync: object) -> tuple[Any, ...]:
    """Show who the chosen client is."""
    known = {one.id: one for one in services().clients.list(actor())}
    if client_id not in known:
        return present_clients.nobody(is_named=client_id is not None), None, None, True
    style = preferences().number_format
    versions = services().clients.profiles(client_id, actor())
    found = services().portfolios.list(actor()) if may(Permission.PORTFOLIOS_READ) else ()
    mine = [one for one in found if one.client_id == client_id]
    return (
        present_clients.detail(known[client_id]),
        present_clients.profile(versions, style),
        present_clients.portfolios(mine, style),
        not may(Permission.CLIENTS_WRITE),
    )


@callback(
    Output(Clients.FORM_DIALOG, "className"),
    Output(Clients.EDITED, "data"),
    Output(Clients.NAME, "value"),
    Output(Clients.TYPE, "value"),
    Output(Clients.TEAM, "value"),
    Output(Clients.EMAIL, "value"),
    Output(Clients.PHONE, "value"),
    Output(Clients.TEAM, "options"),
    Input(Clients.NEW, "n_clicks"),
    Input(Clients.EMPTY_NEW, "n_clicks"),
    Input(Clients.EDIT, "n_clicks"),
    State(Clients.ID, "data"),
    prevent_initial_call=True,
)
def open_form(_new: int, _first: int, _edit: int, client_id: str | None) -> tuple[Any, ...]:
    """Open the form, empty or with the chosen client."""
    if (pressed := pressed_id()) is None:
        return (no_update,) * 8
    clear(Clients.FORM_ERRORS, WORDS)
    teams = services().teams.of_user(actor().user_id, actor())
    if pressed != Clients.EDIT or client_id is None:
        kind, team_id = ClientType.INDIVIDUAL.value, present_teams.first_choice(teams)
        return OPEN, None, None, kind, team_id, None, None, present_teams.choices(teams)
    one = services().clients.get(client_id, actor())
    email, phone = (one.contact.email, one.contact.phone) if one.contact else (None, None)
    edited = {"id": one.id, "row_version": one.row_version}
    known = present_teams.choices(teams, one.team_id)
    return OPEN, edited, one.name, one.client_type.value, one.team_id or present_teams.NO_TEAM, email, phone, known


@callback(
    Output(Clients.FORM_DIALOG, "className", allow_duplicate=True),
    Output(Clients.ID, "data", allow_duplicate=True),
    Input(Clients.SAVE, "n_clicks"),
    State(Clients.EDITED, "data"),
    State(Clients.NAME, "value"),
    State(Clients.TYPE, "value"),
    State(Clients.TEAM, "value"),
    State(Clients.EMAIL, "value"),
    State(Clients.PHONE, "value"),
    prevent_initial_call=True,
    running=[(Output(Clients.SAVE, "disabled"), True, False)],
)
@form(Clients.FORM_ERRORS, WORDS)
def save(clicks: int, edited: dict[str, Any] | None, *typed: Any) -> tuple[Any, Any]:
    """Make or change a client."""
    if not clicks:
        return no_update, no_update
    if edited is None:
        made = services().clients.create(present_clients.new_client(*typed), actor())
    else:
        made = services().clients.update(edited["id"], present_clients.changes(*typed), actor(), edited["row_version"])
    say("Saved", made.name)
    read_anew("client saved")
    return CLOSED, made.id


@callback(
    Output(Clients.PROFILE_DIALOG, "className", allow_duplicate=True),
    Input(Clients.PROFILE_SAVE, "n_clicks"),
    State(Clients.ID, "data"),
    State(Clients.PROFILE_TOLERANCE, "value"),
    State(Clients.PROFILE_HORIZON, "value"),
    State(Clients.PROFILE_LOSS, "value"),
    State(Clients.PROFILE_KNOWLEDGE, "value"),
    State(Clients.PROFILE_DATED, "value"),
    State(Clients.PROFILE_ESG, "value"),
    State(Clients.PROFILE_INCOME, "value"),
    State(Clients.PROFILE_WEALTH, "value"),
    State(Clients.PROFILE_PREFERENCES, "value"),
    prevent_initial_call=True,
    running=[(Output(Clients.PROFILE_SAVE, "disabled"), True, False)],
)
@form(Clients.PROFILE_ERRORS, PROFILE_WORDS)
def save_profile(clicks: int, client_id: str, *typed: Any) -> Any:
    """Keep the answers as a new version."""
    if not clicks:
        return no_update
    kept = services().clients.save_profile(client_id, present_clients.answers(*typed), actor())
    say(f"Version {kept.version} of the profile is kept", told(kept.sentence))
    versions = services().clients.profiles(client_id, actor())
    put(Clients.PROFILE, children=present_clients.profile(versions, preferences().number_format))
    read_anew("profile saved")
    return CLOSED


@callback(
    Output(Clients.DELETE_DIALOG, "className", allow_duplicate=True),
    Output(title_id(Clients.DELETE_DIALOG), "children"),
    Input(Clients.DELETE, "n_clicks"),
    State(Clients.ID, "data"),
    prevent_initial_call=True,
)
def ask_delete(clicks: int | None, client_id: str | None) -> tuple[Any, Any]:
    """Ask before the chosen client is put aside, by name."""
    if not clicks or client_id is None:
        return no_update, no_update
    return OPEN, f"Delete the client {services().clients.get(client_id, actor()).name}?"


@callback(
    Output(Clients.DELETE_DIALOG, "className", allow_duplicate=True),
    Output(Clients.ID, "data", allow_duplicate=True),
    Input(Clients.DELETE_CONFIRM, "n_clicks"),
    State(Clients.ID, "data"),
    prevent_initial_call=True,
)
def delete(clicks: int, client_id: str | None) -> tuple[Any, Any]:
    """Put a client aside; the message takes it back."""
    if not clicks or client_id is None:
        return no_update, no_update
    put(Clients.DELETE_DIALOG, className=CLOSED)
    services().clients.delete(client_id, actor())
    say("The client was deleted", undo=f"client:{client_id}")
    read_anew("client deleted")
    return CLOSED, None


clientside_callback(
    ClientsideFunction("pages", "selectClient"),
    Output(Clients.ID, "data"),
    Input(Clients.TABLE, "selectedRows"),
    prevent_initial_call=True,
)
quick_filter(Clients.TABLE, Clients.SEARCH)
for _dialog, _close in ((Clients.FORM_DIALOG, Clients.CANCEL), (Clients.DELETE_DIALOG, Clients.DELETE_CANCEL)):
    clientside_callback(
        ClientsideFunction("pages", "close"),
        Output(_dialog, "className", allow_duplicate=True),
        Input(_close, "n_clicks"),
        prevent_initial_call=True,
    )
clientside_callback(
    ClientsideFunction("pages", "blank"),
    *[Output(control, "value") for control in QUESTIONS],
    *[Output(error_id(control), "children") for _words, control in PROFILE_WORDS.values()],
    Output(Clients.PROFILE_ERRORS, "children"),
    Input(Clients.PROFILE_OPEN, "n_clicks"),
    prevent_initial_call=True,
)
dialog(Clients.PROFILE_DIALOG, Clients.PROFILE_OPEN, Clients.PROFILE_CANCEL)
