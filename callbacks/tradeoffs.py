"""What does the form of several objectives do: fill itself in, follow the choices, and start?"""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from callbacks import present_tradeoffs, tradeoffs_fill
from callbacks.actor import Permission, actor, may, services
from callbacks.present_errors import form, page, part
from callbacks.tradeoffs_form import SOURCES, read_fields, request_text
from callbacks.tradeoffs_words import in_words
from callbacks.wording import reader_style
from components.ids import Tradeoffs
from services.errors import InvalidRequest
from services.messages.templates import Purpose

WORDS = {
    "portfolio_id": ("The portfolio", Tradeoffs.PORTFOLIO),
    "position_max": ("The largest position", Tradeoffs.POSITION_MAX),
    "points_count": ("The number of portfolios", Tradeoffs.POINTS),
}
FIELD_STATES = (
    State(Tradeoffs.kind(ALL), "value"),
    State(Tradeoffs.weight(ALL), "value"),
    State(Tradeoffs.POSITION_MAX, "value"),
    State(Tradeoffs.METHOD, "value"),
    State(Tradeoffs.EFFORT, "value"),
    State(Tradeoffs.POINTS, "value"),
    State(Tradeoffs.WITHOUT_DATA, "value"),
    State(Tradeoffs.BASE, "data"),
)
"""Everything that the form states besides whose money it is; `read_typed` takes the values in this order."""


def read_typed(kinds: Any, weights: Any, position_max: Any, *rest: Any) -> Any:
    """Return what stands in the fields of `FIELD_STATES`."""
    *choices, base = rest
    return read_fields(kinds, weights, position_max, choices, base)


@callback(
    Output(Tradeoffs.PORTFOLIO, "options"),
    Output(Tradeoffs.PORTFOLIO, "value"),
    Output(Tradeoffs.CLIENT, "options"),
    Output(Tradeoffs.TEMPLATE, "value"),
    Output(Tradeoffs.ACTIONS, "hidden"),
    Output(Tradeoffs.kind(ALL), "value"),
    Output(Tradeoffs.weight(ALL), "value"),
    Output(Tradeoffs.POSITION_MAX, "value"),
    Output(Tradeoffs.METHOD, "value"),
    Output(Tradeoffs.EFFORT, "value"),
    Output(Tradeoffs.POINTS, "value"),
    Output(Tradeoffs.WITHOUT_DATA, "value"),
    Output(Tradeoffs.BASE, "data"),
    Input(Tradeoffs.ASKED, "data"),
)
@page(Tradeoffs.PROBLEM, Tradeoffs.MAIN)
def open_form(asked: dict[str, Any] | None) -> tuple[Any, ...]:
    """Fill the form in: as it opens, or from the run or the template in the address."""
    given = asked or {}
    filled = tradeoffs_fill.with_weights(tradeoffs_fill.fields_for(given), given.get("weights"))
    options, portfolio = tradeoffs_fill.portfolio_choice(filled.base)
    template = given.get("template") or present_tradeoffs.NONE
    clients = services().clients.list(actor()) if may(Permission.CLIENTS_READ) else ()
    cannot_run = not may(Permission.RUNS_WRITE)
    return (
        options,
        portfolio,
        present_tradeoffs.client_options(clients),
        template,
        cannot_run,
        *tradeoffs_fill.values_of(filled),
    )


@callback(
    Output(Tradeoffs.CLIENT, "value"),
    Output(Tradeoffs.OWN_CLIENT, "data"),
    Output(Tradeoffs.POSITION_MAX, "value", allow_duplicate=True),
    Input(Tradeoffs.PORTFOLIO, "value"),
    State(Tradeoffs.ASKED, "data"),
    State(Tradeoffs.BASE, "data"),
    prevent_initial_call=True,
)
@part
def choose_portfolio(portfolio: str | None, asked: dict[str, Any] | None, base: Any) -> tuple[Any, ...]:
    """Take the client and the largest position from the portfolio; what was filled in from elsewhere stays."""
    found = tradeoffs_fill.portfolio_of(portfolio)
    client = found.client_id if found is not None and may(Permission.CLIENTS_READ) else None
    is_filled = any((asked or {}).values())
    most = no_update if is_filled or found is None else tradeoffs_fill.house_maximum(found, reader_style())
    own = client or present_tradeoffs.NONE
    return tradeoffs_fill.linked_client(asked or {}, portfolio, base) or own, own, most


@callback(
    Output(Tradeoffs.TEMPLATE, "options"),
    Output(Tradeoffs.SUGGESTED, "children"),
    Input(Tradeoffs.CLIENT, "value"),
    Input(Tradeoffs.BASE, "data"),
    prevent_initial_call=True,
)
@part
def choose_client(client_id: str | None, _base: Any) -> tuple[Any, Any]:
    """Offer the templates that suit the client, the suggested one first."""
    client = tradeoffs_fill.client_of(client_id)
    templates = services().templates.list(actor(), client.client_type if client else None, Purpose.TRADEOFFS)
    options = present_tradeoffs.template_options(templates, client is not None)
    return options, present_tradeoffs.suggestion(templates, client)


@callback(
    Output(Tradeoffs.kind(ALL), "value", allow_duplicate=True),
    Output(Tradeoffs.weight(ALL), "value", allow_duplicate=True),
    Output(Tradeoffs.POSITION_MAX, "value", allow_duplicate=True),
    Output(Tradeoffs.METHOD, "value", allow_duplicate=True),
    Output(Tradeoffs.EFFORT, "value", allow_duplicate=True),
    Output(Tradeoffs.POINTS, "value", allow_duplicate=True),
    Output(Tradeoffs.WITHOUT_DATA, "value", allow_duplicate=True),
    Output(Tradeoffs.BASE, "data", allow_duplicate=True),
    Input(Tradeoffs.TEMPLATE, "value"),
    State(Tradeoffs.BASE, "data"),
    prevent_initial_call=True,
)
def choose_template(template_id: str | None, base: dict[str, Any] | None) -> Any:
    """Fill in a template; assets, portfolio and day stay as they are."""
    if not template_id or template_id == present_tradeoffs.NONE:
        return no_update
    filled = tradeoffs_fill.fields_of_template(template_id, (base or {}).get("rest") or {})
    return tradeoffs_fill.values_of(filled)


@callback(
    Output(Tradeoffs.CARRIED, "children"),
    Output(Tradeoffs.CARRIED_BOX, "hidden"),
    Input(Tradeoffs.BASE, "data"),
    prevent_initial_call=True,
)
def show_carried(base: dict[str, Any] | None) -> tuple[Any, bool]:
    """Say what the request holds besides the fields."""
    said = present_tradeoffs.carried_words((base or {}).get("rest") or {}, reader_style())
    return said, not said


@callback(
    Output(Tradeoffs.BASE, "data", allow_duplicate=True),
    Input(Tradeoffs.CARRIED_CLEAR, "n_clicks"),
    State(Tradeoffs.BASE, "data"),
    prevent_initial_call=True,
)
def clear_carried(clicks: int | None, base: dict[str, Any] | None) -> Any:
    """Leave out what was carried along; assets, portfolio and day stay."""
    if not clicks or not base:
        return no_update
    return {**base, "rest": {name: value for name, value in base["rest"].items() if name in SOURCES}}


@callback(
    Output(Tradeoffs.RUN, "data"),
    Input(Tradeoffs.START, "n_clicks"),
    Input(Tradeoffs.EXACT, "n_clicks"),
    State(Tradeoffs.PORTFOLIO, "value"),
    *FIELD_STATES,
    prevent_initial_call=True,
    running=[(Output(Tradeoffs.START, "disabled"), True, False), (Output(Tradeoffs.EXACT, "disabled"), True, False)],
)
@form(Tradeoffs.ERRORS, WORDS)
def start(clicks: int | None, again: int | None, portfolio: str | None, *typed: Any) -> Any:
    """Have the trade-offs found, with the weights as they stand."""
    if not clicks and not again:
        return no_update
    given = read_typed(*typed)
    try:
        return services().tradeoffs.submit(request_text(given, portfolio), actor()).id
    except InvalidRequest as refusal:
        raise in_words(refusal, given) from None


clientside_callback(
    ClientsideFunction("tradeoffs", "remember"),
    Input(Tradeoffs.RUN, "data"),
    Input(Tradeoffs.PICK, "data"),
    Input(Tradeoffs.ACROSS, "value"),
    Input(Tradeoffs.UP, "value"),
    Input(Tradeoffs.TINT, "value"),
    Input(Tradeoffs.CLIENT, "value"),
    Input(Tradeoffs.TURN, "value"),
    Input(Tradeoffs.TILT, "value"),
    State(Tradeoffs.OWN_CLIENT, "data"),
    State(Tradeoffs.kind(ALL), "value"),
    State(Tradeoffs.weight(ALL), "value"),
    prevent_initial_call=True,
)
