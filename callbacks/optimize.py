"""What answers the wizard: what there is to choose from, what would be computed, and the start of a run?"""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, Patch, State, callback, clientside_callback, ctx, no_update

from callbacks.actor import Permission, actor, may, services
from callbacks.jobs_ticket import issue_ticket
from callbacks.optimize_boot import of_portfolio, start_of
from callbacks.optimize_clashes import repaired_of
from callbacks.optimize_draft import build
from callbacks.optimize_local import localized
from callbacks.optimize_restore import from_request
from callbacks.optimize_rows import asset_rows, portfolio_options, sector_counts
from callbacks.optimize_show import failed_to_start, show_preview
from callbacks.optimize_summary import check
from callbacks.wording import reader_style
from components.ids import Own, Shell, Wizard
from components.wizard_draft import DEFAULTS, FIELDS
from components.wizard_universe import sector_pills
from services.errors import ServiceError

_FIELD_OUTPUTS = [Output(id_, property_) for id_, property_ in FIELDS.values()]
_FIELD_INPUTS = [Input(id_, property_) for id_, property_ in FIELDS.values()]


@callback(
    Output(Wizard.LOADED, "data"),
    Output(Wizard.ASSETS, "rowData"),
    Output(Wizard.PORTFOLIO, "options"),
    Output(Wizard.SECTOR_FILTER, "children"),
    Input(Wizard.BOOT, "data"),
)
def load(boot: dict[str, Any]) -> tuple[Any, ...]:
    """Tell the browser what there is to choose from, and which draft the address asks to start from."""
    rows = asset_rows()
    draft, notice = start_of(boot, [row["symbol"] for row in rows])
    left = services().optimize.drafts.get(actor()).draft
    usual = localized(DEFAULTS, reader_style())
    loaded = {"assets": rows, "defaults": usual, "draft": draft, "step": boot.get("step", 0), "notice": notice}
    loaded["left"] = left  # here, or on another machine
    return loaded, rows, portfolio_options(), sector_pills(sector_counts(rows))


@callback(
    Output(Wizard.TAKEN, "data"),
    Input(Wizard.PORTFOLIO, "value"),
    State(Wizard.LOADED, "data"),
    prevent_initial_call=True,
)
def take_holdings(portfolio_id: str | None, loaded: dict[str, Any] | None) -> Any:
    """Return the holdings of the portfolio that was picked, and the limits or the exposure that it brings along."""
    if not portfolio_id or not loaded:
        return no_update
    try:
        draft = of_portfolio(portfolio_id, [row["symbol"] for row in loaded["assets"]])
    except ServiceError:
        return no_update
    taken = {name: draft[name] for name in ("portfolio_id", "assets", "long_short", "sectors", "prefilled")}
    return localized(taken, reader_style())


@callback(
    Output(Wizard.PREVIEW, "data"),
    Output(Wizard.problem(ALL), "children"),
    Output(Wizard.LIGHT, "children"),
    Output(Wizard.STATUS, "children"),
    Output(Wizard.SENTENCE, "children"),
    Output(Wizard.WARNINGS, "children"),
    Output(Wizard.PROBLEMS, "children"),
    Output(Wizard.SUMMARY, "children"),
    Output(Wizard.SO_FAR, "children"),
    Output(Wizard.RUN, "disabled"),
    Output(Wizard.CLASHES, "children"),
    Output(Wizard.MEND_BOX, "hidden"),
    Input(Wizard.PREVIEW_ASK, "data"),
    prevent_initial_call=True,
)
def preview(draft: dict[str, Any] | None) -> tuple[Any, ...]:
    """Say what would be computed from the draft, and what stands in the way, each at its field."""
    built = build(draft)
    checked = check(built, services().optimize, actor())
    places = [place["id"]["index"] for place in ctx.outputs_list[1]]
    return show_preview(checked, draft or DEFAULTS, places, may_run=may(Permission.RUNS_WRITE))


@callback(
    Output(Wizard.LOADED, "data", allow_duplicate=True),
    Input(Wizard.MEND, "n_clicks"),
    State(Wizard.DRAFT, "data"),
    prevent_initial_call=True,
)
def mend(clicks: int | None, draft: dict[str, Any] | None) -> Any:
    """Make the cheapest changes that the preview proposes; the wizard starts again from the mended draft."""
    if not clicks or not draft:
        return no_update
    checked = check(build(draft), services().optimize, actor())
    try:
        changed, sentence = repaired_of(checked)
    except ValueError:
        return no_update
    loaded = Patch()
    mended = from_request("", changed.model_dump(mode="json")) | {
        "origin": draft.get("origin", ""),
        "applied": sentence,
    }
    loaded["draft"], loaded["mended"], loaded["turn"] = localized(mended, reader_style()), True, clicks
    return loaded


@callback(
    Output(Wizard.SUBMITTED, "data"),
    Output(Shell.RUN, "data", allow_duplicate=True),
    Output(Wizard.RUN_NOTE, "children"),
    Input(Wizard.RUN, "n_clicks"),
    State(Wizard.DRAFT, "data"),
    State(Wizard.BOOT, "data"),
    prevent_initial_call=True,
)
def submit(clicks: int | None, draft: dict[str, Any] | None, boot: dict[str, Any]) -> tuple[Any, ...]:
    """Write the run and hand its owner a ticket to follow it; a second press of the same click starts nothing."""
    if not clicks:
        return no_update, no_update, no_update
    built, who = build(draft), actor()
    try:
        checked = check(built, services().optimize, who)
        if not checked.is_ready or checked.request is None:
            return no_update, no_update, failed_to_start(checked.problems)
        run = services().optimize.submit(checked.request, who, idempotency_key=f"wizard-{boot['nonce']}-{clicks}")
    except ServiceError as error:
        return no_update, no_update, failed_to_start(error)
    return run.id, issue_ticket(run.id, who, services().ports.secrets.secret_key), []


clientside_callback(
    ClientsideFunction("wizard", "begin"),
    Output(Wizard.PREVIEW_ASK, "data", allow_duplicate=True),  # a callback without an output is not called at first
    Input(Wizard.BOOT, "data"),
    prevent_initial_call="initial_duplicate",
)
clientside_callback(
    ClientsideFunction("wizard", "restore"),
    [Output(Wizard.DRAFT, "data"), *_FIELD_OUTPUTS],
    Input(Wizard.LOADED, "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("wizard", "collect"),
    Output(Wizard.DRAFT, "data", allow_duplicate=True),
    Input(Wizard.ASSETS, "selectedRows"),
    Input(Wizard.OWN_BOUNDS, "cellValueChanged"),
    Input(Wizard.SECTORS, "cellValueChanged"),
    *_FIELD_INPUTS,
    State(Wizard.DRAFT, "data"),
    prevent_initial_call=True,
)
clientside_callback(ClientsideFunction("wizard", "ask"), Input(Wizard.DRAFT, "data"), prevent_initial_call=True)
clientside_callback(
    ClientsideFunction("wizard", "follow"),
    Output(Wizard.CHOSEN_COUNT, "children"),
    Output(Wizard.SECTORS, "rowData"),
    Output(Wizard.OWN_BOUNDS, "rowData"),
    Input(Wizard.DRAFT, "data"),
    Input(Wizard.LOADED, "data"),
)
clientside_callback(ClientsideFunction("wizard", "started"), Input(Wizard.SUBMITTED, "data"), prevent_initial_call=True)
clientside_callback(ClientsideFunction("wizard", "mark"), Input(Wizard.PREVIEW, "data"), prevent_initial_call=True)
clientside_callback(ClientsideFunction("wizard", "search"), Input(Wizard.SEARCH, "value"), prevent_initial_call=True)
clientside_callback(
    ClientsideFunction("wizard", "pills"),
    Output(Wizard.sector_pill(ALL), "aria-pressed"),
    Input(Wizard.sector_pill(ALL), "n_clicks"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("wizard", "all"), Input(Wizard.SELECT_ALL, "n_clicks"), prevent_initial_call=True
)
clientside_callback(
    ClientsideFunction("wizard", "none"), Input(Wizard.SELECT_NONE, "n_clicks"), prevent_initial_call=True
)
clientside_callback(ClientsideFunction("wizard", "take"), Input(Wizard.TAKEN, "data"), prevent_initial_call=True)
clientside_callback(
    ClientsideFunction("wizard", "paste"),
    Output(Wizard.PASTE_RESULT, "children"),
    Input(Wizard.PASTE_APPLY, "n_clicks"),
    State(Wizard.PASTE, "value"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("wizard", "reset"),
    Output(Wizard.LOADED, "data", allow_duplicate=True),
    Input(Wizard.RESET, "n_clicks"),
    State(Wizard.LOADED, "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("wizard", "unreset"),
    Output(Wizard.LOADED, "data", allow_duplicate=True),
    Input(Own.RESET_UNDO, "n_clicks"),
    State(Wizard.LOADED, "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("wizard", "arrive"),
    Output(Wizard.ARRIVED, "data"),
    Input(Shell.RUN_VIEW, "data"),
    State(Wizard.SUBMITTED, "data"),
    prevent_initial_call=True,
)
