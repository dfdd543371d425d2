"""What answers the edits on paper: what they come to, the rest optimized, and how they are kept?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, html, no_update
from pydantic import ValidationError

from callbacks import present_portfolio_what_if as present
from callbacks.actor import Permission, actor, may, services
from callbacks.in_browser import dialog
from callbacks.present_errors import form, part
from callbacks.present_toast import put, read_anew, say
from callbacks.wording import reader_style, told
from components.confirm import CLOSED
from components.ids import Portfolio, Shell
from components.ids_portfolio_work import WhatIf
from components.portfolio_what_if import FIRST
from services import formatting
from services.errors import InvalidRequest, ServiceError
from services.messages.portfolio_what_if import KeptWish, RestWish, WhatIfWish

ASSETS_MAX_COUNT = 500
WORDS = {"name": ("The name", WhatIf.KEEP_NAME)}
Data = dict[str, Any] | None


@callback(
    Output(WhatIf.BASIS, "data"),
    Output(WhatIf.WRITERS, "hidden"),
    Output(WhatIf.REST, "hidden"),
    Output(WhatIf.ASSETS, "children"),
    Input(Portfolio.ID, "data"),
    Input(Shell.RESYNC, "data"),
)
@part
def begin(portfolio_id: str | None, _resync: object) -> tuple[Any, ...]:
    """Say what edits are measured by, what may be done with them, and which assets can be added."""
    one = services().portfolios.get(portfolio_id or "", actor())
    value = None if one.value_ccy is None else float(one.value_ccy)
    found = services().market.assets(actor(), limit=ASSETS_MAX_COUNT).items if may(Permission.MARKET_READ) else ()
    choices = [html.Option(value=asset.symbol, label=asset.name) for asset in found]
    return {"value_ccy": value}, not may(Permission.PORTFOLIOS_WRITE), not may(Permission.RUNS_WRITE), choices


@callback(
    Output(WhatIf.FIGURES, "children"),
    Output(WhatIf.SEEN, "data"),
    Output(WhatIf.PROBLEM, "children"),
    Input(WhatIf.EDITS, "data"),
    State(Portfolio.ID, "data"),
    prevent_initial_call=True,
)
def look(data: Data, portfolio_id: str) -> tuple[Any, ...]:
    """Show cash, cost, turnover, risk and the verdict of the rules after the edits."""
    said = no_update if (data or {}).get("is_after_refusal") else None
    wish = WhatIfWish()
    try:
        wish = wish_of(data)
        if not wish.edits:
            return html.P(FIRST, className="muted"), present.nothing_seen(portfolio_id), said
        answer = services().what_if.preview(portfolio_id, wish, actor())
    except ServiceError as refusal:
        gone = present.unknown_of(refusal, wish.edits)
        return no_update, present.nothing_seen(portfolio_id, gone), present.problem(refusal)
    return present.figures(answer, reader_style()), present.seen(answer), said


def wish_of(data: Data) -> WhatIfWish:
    """Return the edits that the browser holds.

    Raises
    ------
    InvalidRequest
        Some of them cannot be read.

    """
    try:
        return WhatIfWish.model_validate({"edits": tuple((data or {}).get("edits", ()))})
    except ValidationError as refusal:
        message = present.unreadable([tuple(one["loc"]) for one in refusal.errors()], (data or {})["edits"])
        raise InvalidRequest(message, "Undo the last one, or discard them.") from refusal


@callback(
    Output(WhatIf.LOADED, "data"),
    Output(WhatIf.PROBLEM, "children", allow_duplicate=True),
    Input(WhatIf.REST, "n_clicks"),
    State(WhatIf.EDITS, "data"),
    State(Portfolio.ID, "data"),
    prevent_initial_call=True,
    running=[(Output(WhatIf.REST, "disabled"), True, False)],
)
def optimize_rest(clicks: int | None, data: Data, portfolio_id: str) -> tuple[Any, Any]:
    """Fix what was edited and fill the grid with the weights that an optimization proposes for the others."""
    if not clicks:
        return no_update, no_update
    try:
        found = services().what_if_rest.optimize(portfolio_id, RestWish(edits=wish_of(data).edits), actor())
    except ServiceError as refusal:
        return no_update, present.problem(refusal)
    title = "The rest is optimized" if found.state == "ready" else "The optimization goes on"
    say(title, told(found.sentence), link=("Open the run", f"/runs/{found.run_id}"))
    return (present.loaded(portfolio_id, found.edits) if found.state == "ready" else no_update), None


@callback(
    Output(WhatIf.KEEP_DIALOG, "className", allow_duplicate=True),
    Input(WhatIf.KEEP_SAVE, "n_clicks"),
    State(Portfolio.ID, "data"),
    State(Portfolio.VERSION, "data"),
    State(WhatIf.EDITS, "data"),
    State(WhatIf.KEEP_NAME, "value"),
    State(WhatIf.KEEP_AS, "value"),
    prevent_initial_call=True,
    running=[(Output(WhatIf.KEEP_SAVE, "disabled"), True, False)],
)
@form(WhatIf.KEEP_ERRORS, WORDS)
def keep(clicks: int | None, portfolio_id: str, version: int, data: Data, name: str | None, way: str) -> Any:
    """Keep the weights under a name: as a draft, or as the target."""
    if not clicks:
        return no_update
    wish = KeptWish(name=name or "", edits=wish_of(data).edits)
    if way == "target":
        made = services().portfolio_drafts.keep_as_target(portfolio_id, wish, actor(), version)
        before = f"version:{portfolio_id}~target~{made.version - 1}" if made.version > 1 else None
        say(f"{made.name} is the target", "The one before stays below Versions.", undo=before)
        put(WhatIf.LOADED, data=present.loaded(portfolio_id, ()))
    else:
        draft = services().portfolio_drafts.keep(portfolio_id, wish, actor())
        say(f"{draft.name} is kept as a draft", "It waits below Versions; nothing else changed.")
    read_anew("edits kept")
    return CLOSED


@callback(
    Output(Shell.URL, "href", allow_duplicate=True),
    Output(WhatIf.PROBLEM, "children", allow_duplicate=True),
    Input(WhatIf.REBALANCE, "n_clicks"),
    State(WhatIf.EDITS, "data"),
    State(Portfolio.ID, "data"),
    prevent_initial_call=True,
    running=[(Output(WhatIf.REBALANCE, "disabled"), True, False)],
)
def to_rebalancing(clicks: int | None, data: Data, portfolio_id: str) -> tuple[Any, Any]:
    """Keep the weights as a draft, and go on with it where trades are made."""
    if not clicks:
        return no_update, no_update
    now = services().ports.clock.now_utc()
    try:
        wish = KeptWish(name=f"What if, {formatting.moment(now)}", edits=wish_of(data).edits)
        draft = services().portfolio_drafts.keep(portfolio_id, wish, actor())
    except ServiceError as refusal:
        return no_update, present.problem(refusal)
    return f"/rebalance?portfolio={portfolio_id}&wish={draft.id}", None


for _name, _id in (("basis", WhatIf.BASIS), ("seen", WhatIf.SEEN), ("load", WhatIf.LOADED)):
    clientside_callback(ClientsideFunction("what_if", _name), Input(_id, "data"), prevent_initial_call=True)
for _name, _id in (
    ("start", WhatIf.START), ("undo", WhatIf.UNDO), ("redo", WhatIf.REDO), ("discard", WhatIf.DISCARD),
):  # fmt: skip
    clientside_callback(ClientsideFunction("what_if", _name), Input(_id, "n_clicks"), prevent_initial_call=True)
clientside_callback(
    ClientsideFunction("what_if", "add"),
    Output(WhatIf.ADD_SYMBOL, "value"),
    Input(WhatIf.ADD, "n_clicks"),
    State(WhatIf.ADD_SYMBOL, "value"),
    prevent_initial_call=True,
)
dialog(WhatIf.KEEP_DIALOG, WhatIf.KEEP, WhatIf.KEEP_CANCEL)
