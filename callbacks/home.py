"""What can be done on the home page: make a portfolio, load the sample pack, save holdings, find a row?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc, no_update

from callbacks import present_teams
from callbacks.actor import Permission, actor, may, services
from callbacks.in_browser import dialog, pills, quick_filter
from callbacks.present_errors import clear, form
from callbacks.present_portfolio_form import client_choices, new_portfolio, told_by_line
from callbacks.present_toast import put, read_anew, say
from components.confirm import CLOSED
from components.ids import Board, Home, Shell
from services.errors import InvalidRequest

WORDS = {
    "name": ("The name", Home.NEW_NAME),
    "client_id": ("The client", Home.NEW_CLIENT),
    "team_id": ("The team", Home.NEW_TEAM),
    "initial_cash_ccy": ("The value", Home.NEW_VALUE),
    "base_currency": ("The currency", Home.NEW_CURRENCY),
    "strategy": ("The way it is run", Home.NEW_STRATEGY),
    "positions": ("The positions", Home.NEW_POSITIONS),
}


SHOWN = (
    Output(Home.NEW, "hidden"),
    Output(Home.EMPTY_NEW, "hidden"),
    Output(Home.EMPTY_IMPORT, "hidden"),
    Output(Home.IMPORT, "hidden"),
    Output(Home.LOAD_SAMPLE, "hidden"),
    Output(Home.EMPTY_SAMPLE, "hidden"),
)
ASKED = (Input(Home.VIEW, "data"), Input(Shell.RESYNC, "data"))


@callback(*SHOWN, *ASKED, prevent_initial_call=True)
def show_actions(_view: object, _resync: object) -> tuple[bool, ...]:
    """Offer only what the person may do."""
    cannot_write = not may(Permission.PORTFOLIOS_WRITE)
    has_no_use = not may(Permission.SAMPLE_PACK_LOAD) or services().sample_pack.status(actor()).is_loaded
    return cannot_write, cannot_write, cannot_write, cannot_write, has_no_use, has_no_use


@callback(
    Output(Home.NEW_CLIENT, "options"),
    Output(Home.NEW_TEAM, "options"),
    Output(Home.NEW_TEAM, "value"),
    Input(Home.NEW, "n_clicks"),
    Input(Home.EMPTY_NEW, "n_clicks"),
    prevent_initial_call=True,
)
def offer_owners(*_clicks: int) -> tuple[Any, Any, Any]:
    """List the clients and teams that a new portfolio can belong to."""
    clear(Home.NEW_ERRORS, WORDS)
    clients = services().clients.list(actor()) if may(Permission.CLIENTS_READ) else ()
    teams = services().teams.of_user(actor().user_id, actor())
    return client_choices(clients), present_teams.choices(teams), present_teams.first_choice(teams)


@callback(
    Output(Home.NEW_DIALOG, "className", allow_duplicate=True),
    Input(Home.NEW_SAVE, "n_clicks"),
    State(Home.NEW_NAME, "value"),
    State(Home.NEW_CLIENT, "value"),
    State(Home.NEW_TEAM, "value"),
    State(Home.NEW_STRATEGY, "value"),
    State(Home.NEW_CURRENCY, "value"),
    State(Home.NEW_VALUE, "value"),
    State(Home.NEW_POSITIONS, "value"),
    prevent_initial_call=True,
    running=[(Output(Home.NEW_SAVE, "disabled"), True, False)],
)
@form(Home.NEW_ERRORS, WORDS)
def create(clicks: int, *typed: Any) -> Any:
    """Make a portfolio, with its positions where some were pasted."""
    if not clicks:
        return no_update
    known = [asset.symbol for asset in services().market.assets(actor(), limit=500).items]
    new, positions = new_portfolio(*typed, known=known)
    made = services().portfolios.create(new, actor())
    if positions is not None:
        try:
            services().portfolios.set_positions(made.id, positions, actor())
        except InvalidRequest as error:  # whoever puts the lines right and saves again wants one portfolio, not two
            services().portfolios.delete(made.id, actor(), made.row_version)
            raise told_by_line(error, typed[-1]) from error
    say(f"{made.name} was created", link=("Open it", f"/portfolios/{made.id}"))
    for field_id in (Home.NEW_NAME, Home.NEW_VALUE, Home.NEW_POSITIONS):
        put(field_id, value=None)
    read_anew("portfolio created")
    return CLOSED


@callback(
    Output(Shell.DOWNLOAD, "data", allow_duplicate=True),
    Input(Home.TABLE, "cellRendererData"),
    prevent_initial_call=True,
)
def export(pressed: dict[str, Any] | None) -> Any:
    """Save the holdings of the row whose action was pressed."""
    if not pressed or (pressed.get("value") or {}).get("act") != "export":
        return no_update
    made = services().exports.holdings(pressed["rowId"], "xlsx", actor())
    return dcc.send_bytes(made.content, made.filename, type=made.media_type)


pills(Home.VIEW, Home.pill)
quick_filter(Home.TABLE, Home.FILTER)
clientside_callback(
    ClientsideFunction("board", "row"),
    Input(Home.TABLE, "cellClicked"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("board", "sheet"),
    Output(Board.SHEET, "className"),
    Input(Board.SHEET_OPEN, "n_clicks"),
    Input(Board.SHEET_CLOSE, "n_clicks"),
    prevent_initial_call=True,
)
dialog(Home.NEW_DIALOG, Home.NEW, Home.EMPTY_NEW, Home.NEW_CANCEL)
dialog(Home.SAMPLE_DIALOG, Home.LOAD_SAMPLE, Home.EMPTY_SAMPLE, Home.SAMPLE_CANCEL)
