"""How is one portfolio changed: its name and limits, its positions, and its end?"""

from __future__ import annotations

from typing import Any

from dash import Input, Output, State, callback, no_update

from callbacks import present_teams
from callbacks.actor import Permission, actor, may, services
from callbacks.in_browser import dialog
from callbacks.present_errors import clear, form
from callbacks.present_portfolio_form import (
    as_typed,
    changes,
    client_choices,
    positions_text,
    positions_typed,
    told_by_line,
)
from callbacks.present_toast import read_anew, say
from components.confirm import CLOSED
from components.ids import Portfolio, Shell
from services.errors import InvalidRequest

EDIT_WORDS = {
    "name": ("The name", Portfolio.EDIT_NAME),
    "client_id": ("The client", Portfolio.EDIT_CLIENT),
    "team_id": ("The team", Portfolio.EDIT_TEAM),
    "strategy": ("The way it is run", Portfolio.EDIT_STRATEGY),
    "description": ("The description", Portfolio.EDIT_DESCRIPTION),
    "position_max_frac": ("The largest position", Portfolio.EDIT_POSITION_MAX),
    "position_min_frac": ("The smallest position", Portfolio.EDIT_POSITION_MIN),
    "sector_max_frac": ("The largest sector", Portfolio.EDIT_SECTOR_MAX),
    "gross_max_frac": ("The gross exposure", Portfolio.EDIT_GROSS_MAX),
}
POSITION_WORDS = {
    "positions": ("The positions", Portfolio.POSITIONS_TEXT),
    "symbol": ("The symbol", Portfolio.POSITIONS_TEXT),
    "quantity": ("The number of units", Portfolio.POSITIONS_TEXT),
    "weight_frac": ("The weight", Portfolio.POSITIONS_TEXT),
    "total_value_ccy": ("The value", Portfolio.POSITIONS_VALUE),
    "cash_ccy": ("The cash", Portfolio.POSITIONS_CASH),
    "reason": ("The reason", Portfolio.POSITIONS_REASON),
}


@callback(
    Output(Portfolio.EDIT_NAME, "value"),
    Output(Portfolio.EDIT_CLIENT, "value"),
    Output(Portfolio.EDIT_TEAM, "value"),
    Output(Portfolio.EDIT_STRATEGY, "value"),
    Output(Portfolio.EDIT_DESCRIPTION, "value"),
    Output(Portfolio.EDIT_POSITION_MAX, "value"),
    Output(Portfolio.EDIT_POSITION_MIN, "value"),
    Output(Portfolio.EDIT_SECTOR_MAX, "value"),
    Output(Portfolio.EDIT_GROSS_MAX, "value"),
    Output(Portfolio.EDIT_CLIENT, "options"),
    Output(Portfolio.EDIT_TEAM, "options"),
    Input(Portfolio.EDIT, "n_clicks"),
    State(Portfolio.ID, "data"),
    prevent_initial_call=True,
)
def fill_form(_clicks: int, portfolio_id: str) -> tuple[Any, ...]:
    """Show the portfolio as it is, to be changed."""
    clear(Portfolio.EDIT_ERRORS, EDIT_WORDS)
    clients = services().clients.list(actor()) if may(Permission.CLIENTS_READ) else ()
    teams = services().teams.of_user(actor().user_id, actor())
    shown = services().portfolios.get(portfolio_id, actor())
    return *as_typed(shown), client_choices(clients), present_teams.choices(teams, shown.team_id)


@callback(
    Output(Portfolio.EDIT_DIALOG, "className", allow_duplicate=True),
    Input(Portfolio.EDIT_SAVE, "n_clicks"),
    State(Portfolio.ID, "data"),
    State(Portfolio.VERSION, "data"),
    State(Portfolio.EDIT_NAME, "value"),
    State(Portfolio.EDIT_CLIENT, "value"),
    State(Portfolio.EDIT_TEAM, "value"),
    State(Portfolio.EDIT_STRATEGY, "value"),
    State(Portfolio.EDIT_DESCRIPTION, "value"),
    State(Portfolio.EDIT_POSITION_MAX, "value"),
    State(Portfolio.EDIT_POSITION_MIN, "value"),
    State(Portfolio.EDIT_SECTOR_MAX, "value"),
    State(Portfolio.EDIT_GROSS_MAX, "value"),
    prevent_initial_call=True,
    running=[(Output(Portfolio.EDIT_SAVE, "disabled"), True, False)],
)
@form(Portfolio.EDIT_ERRORS, EDIT_WORDS)
def save(clicks: int, portfolio_id: str, version: int, *typed: Any) -> Any:
    """Save name, client and limits."""
    if not clicks:
        return no_update
    made = services().portfolios.update(portfolio_id, changes(*typed), actor(), version)
    say("Saved", f"{made.name} has its new settings.")
    read_anew("portfolio changed")
    return CLOSED


@callback(
    Output(Portfolio.POSITIONS_TEXT, "value"),
    Input(Portfolio.POSITIONS, "n_clicks"),
    State(Portfolio.ID, "data"),
    prevent_initial_call=True,
)
def fill_positions(_clicks: int, portfolio_id: str) -> str:
    """Write the present holdings into the positions form."""
    clear(Portfolio.POSITIONS_ERRORS, POSITION_WORDS)
    return positions_text(services().portfolios.holdings(portfolio_id, actor()))


@callback(
    Output(Portfolio.POSITIONS_DIALOG, "className", allow_duplicate=True),
    Input(Portfolio.POSITIONS_SAVE, "n_clicks"),
    State(Portfolio.ID, "data"),
    State(Portfolio.VERSION, "data"),
    State(Portfolio.POSITIONS_TEXT, "value"),
    State(Portfolio.POSITIONS_VALUE, "value"),
    State(Portfolio.POSITIONS_CASH, "value"),
    State(Portfolio.POSITIONS_REASON, "value"),
    prevent_initial_call=True,
    running=[(Output(Portfolio.POSITIONS_SAVE, "disabled"), True, False)],
)
@form(Portfolio.POSITIONS_ERRORS, POSITION_WORDS)
def save_positions(
    clicks: int,
    portfolio_id: str,
    version: int,
    text: str | None,
    value: str | None,
    cash: str | None,
    reason: str | None,
) -> Any:
    """Book what brings the holdings to what was pasted."""
    if not clicks:
        return no_update
    known = [asset.symbol for asset in services().market.assets(actor(), limit=500).items]
    wanted = positions_typed(text, value, cash, known=known).model_copy(update={"reason": reason or None})
    before = _holdings_number(portfolio_id)
    try:
        services().portfolios.set_positions(portfolio_id, wanted, actor(), version)
    except InvalidRequest as error:
        raise told_by_line(error, text) from error
    back = f"version:{portfolio_id}~holdings~{before}" if 0 < before < _holdings_number(portfolio_id) else None
    say("The positions are set", "The difference stands in the ledger.", undo=back)
    read_anew("positions set")
    return CLOSED


def _holdings_number(portfolio_id: str) -> int:
    """Return the number of the version of the holdings that is in force; 0 before the first."""
    found = services().portfolio_versions.list(portfolio_id, actor())
    return max((one.number for one in found if one.kind == "holdings"), default=0)


@callback(
    Output(Shell.URL, "pathname", allow_duplicate=True),
    Input(Portfolio.DELETE_CONFIRM, "n_clicks"),
    State(Portfolio.ID, "data"),
    State(Portfolio.VERSION, "data"),
    prevent_initial_call=True,
)
def delete(clicks: int, portfolio_id: str, version: int) -> Any:
    """Put the portfolio aside and go home; the message takes it back."""
    if not clicks:
        return no_update
    services().portfolios.delete(portfolio_id, actor(), version)
    say("The portfolio was deleted", undo=f"portfolio:{portfolio_id}")
    return "/"


for _dialog, _open, _close in (
    (Portfolio.EDIT_DIALOG, Portfolio.EDIT, Portfolio.EDIT_CANCEL),
    (Portfolio.POSITIONS_DIALOG, Portfolio.POSITIONS, Portfolio.POSITIONS_CANCEL),
    (Portfolio.DELETE_DIALOG, Portfolio.DELETE, Portfolio.DELETE_CANCEL),
):
    dialog(_dialog, _open, _close)
