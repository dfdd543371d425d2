"""What answers the tables of the goal step: pasted rows, the benchmarks there are, and what follows in the browser?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from callbacks.actor import actor, services
from callbacks.optimize_own_returns import returns_from_text
from callbacks.optimize_views import rows_from_text
from callbacks.optimize_words import benchmark_options
from components.ids import Estimates, Wizard
from services.errors import ServiceError
from services.formatting import count


@callback(Output(Estimates.BENCHMARK, "options"), Input(Wizard.BOOT, "data"))
def offer_benchmarks(boot: dict[str, Any]) -> Any:
    """Return what can be measured against."""
    try:
        return benchmark_options(services().market.benchmarks(actor()))
    except ServiceError:
        return no_update


@callback(
    Output(Estimates.PASTED, "data"),
    Output(Estimates.VIEWS_PASTE_RESULT, "children"),
    Input(Estimates.VIEWS_PASTE_APPLY, "n_clicks"),
    State(Estimates.VIEWS_PASTE, "value"),
    prevent_initial_call=True,
)
def paste_views(clicks: int | None, text: str | None) -> Any:
    """Return the rows of a pasted text, and what of it was not understood."""
    if not clicks:
        return no_update, no_update
    rows, unread = rows_from_text(text or "")
    said = pasted_words(len(rows), "view", unread, "Write them as: AAPL beats MSFT by 2% a year, confidence 60%.")
    return ({"views": rows, "turn": clicks} if rows else no_update), said


@callback(
    Output(Estimates.PASTED, "data", allow_duplicate=True),
    Output(Estimates.RETURNS_PASTE_RESULT, "children"),
    Input(Estimates.RETURNS_PASTE_APPLY, "n_clicks"),
    State(Estimates.RETURNS_PASTE, "value"),
    State(Wizard.DRAFT, "data"),
    prevent_initial_call=True,
)
def paste_returns(clicks: int | None, text: str | None, draft: dict[str, Any] | None) -> Any:
    """Return the expected returns of a pasted text, and what of it was not understood."""
    if not clicks or not draft:
        return no_update, no_update
    found, unread = returns_from_text(text or "", draft.get("assets") or [])
    said = pasted_words(len(found), "return", unread, "Write a chosen asset's symbol and its return: AAPL 7.5.")
    return ({"own_returns": found, "turn": clicks} if found else no_update), said


def pasted_words(taken_count: int, noun: str, unread: list[str], advice: str) -> str:
    """Return how many rows were taken over, and what was not understood."""
    said = f"{count(taken_count, noun)} taken over." if taken_count else "Nothing was changed."
    if not unread:
        return said if taken_count else f"There is nothing in the text. {advice}"
    shown = "; ".join(f"“{line[:60]}”" for line in unread[:3])
    more = f" and {count(len(unread) - 3, 'more line')}" if len(unread) > 3 else ""
    return f"{said} Not understood: {shown}{more}. {advice}"


clientside_callback(
    ClientsideFunction("wizardTables", "collect"),
    Output(Wizard.DRAFT, "data", allow_duplicate=True),
    Input(Estimates.VIEWS, "cellValueChanged"),
    Input(Estimates.OWN_RETURNS, "cellValueChanged"),
    Input(Estimates.BUDGETS, "cellValueChanged"),
    Input(Estimates.VIEWS_ADD, "n_clicks"),
    Input(Estimates.VIEWS_REMOVE, "n_clicks"),
    Input(Estimates.PASTED, "data"),
    State(Wizard.DRAFT, "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("wizardTables", "show"),
    Output(Estimates.VIEWS, "rowData"),
    Output(Estimates.OWN_RETURNS, "rowData"),
    Output(Estimates.BUDGETS, "rowData"),
    Input(Wizard.DRAFT, "data"),
    Input(Wizard.LOADED, "data"),
)
clientside_callback(
    ClientsideFunction("wizardTables", "mark"),
    Output(Estimates.VIEWS_SAID, "children"),
    Output(Estimates.NO_EXCESS_SAID, "children"),
    Output(Estimates.NO_EXCESS, "hidden"),
    Input(Wizard.PREVIEW, "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("wizardTables", "calmest"), Input(Estimates.CALMEST, "n_clicks"), prevent_initial_call=True
)
clientside_callback(
    ClientsideFunction("wizardTables", "notice"),
    Output(Estimates.NOTICE, "children"),
    Input(Wizard.LOADED, "data"),
    prevent_initial_call=True,
)
