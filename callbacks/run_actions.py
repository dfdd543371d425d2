"""What can be done with a result: save it as a target, rename it, delete it, take it along as a file?"""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, no_update

from callbacks.actor import actor, services
from callbacks.present_file import chart_sent, sent
from callbacks.present_toast import read_anew, say
from callbacks.pressed import pressed_index
from components.confirm import CLOSED, OPEN
from components.ids import Result, Shell


@callback(
    Output(Result.SAVE_DIALOG, "className"),
    Output(Result.SAVE_TEXT, "children"),
    Input(Result.SAVE_TARGET, "n_clicks"),
    State(Result.RUN, "data"),
    prevent_initial_call=True,
)
def ask_to_save(clicks: int | None, run_id: str) -> Any:
    """Say whose target would change before it does."""
    if not clicks:
        return no_update
    run = services().runs.get(run_id, actor())
    name = services().portfolios.get(run.portfolio_id, actor()).name
    return (
        OPEN,
        f"The proposed weights become the target of {name}. Holdings stay as they are; drift is measured against it.",
    )


@callback(
    Output(Result.SAVE_DIALOG, "className", allow_duplicate=True),
    Input(Result.SAVE_CONFIRM, "n_clicks"),
    State(Result.RUN, "data"),
    prevent_initial_call=True,
)
def save_target(clicks: int | None, run_id: str) -> Any:
    """Make the proposal the portfolio's target."""
    if not clicks:
        return no_update
    services().optimize.save_as_target(run_id, actor())
    run = services().runs.get(run_id, actor())
    say("Saved as target", link=("Open the portfolio", f"/portfolios/{run.portfolio_id}"))
    return CLOSED


@callback(
    Output(Result.RENAME_DIALOG, "className"),
    Output(Result.RENAME_NAME, "value"),
    Input(Result.RENAME, "n_clicks"),
    State(Result.RUN, "data"),
    prevent_initial_call=True,
)
def ask_for_name(clicks: int | None, run_id: str) -> Any:
    """Open the dialog with the present name."""
    return (OPEN, services().runs.get(run_id, actor()).name or "") if clicks else no_update


@callback(
    Output(Result.RENAME_DIALOG, "className", allow_duplicate=True),
    Input(Result.RENAME_SAVE, "n_clicks"),
    State(Result.RENAME_NAME, "value"),
    State(Result.RUN, "data"),
    prevent_initial_call=True,
)
def rename(clicks: int | None, name: str | None, run_id: str) -> Any:
    """Give the run its new name."""
    if not clicks:
        return no_update
    run = services().runs.get(run_id, actor())
    services().runs.rename(run_id, (name or "").strip(), actor(), run.row_version)
    say("Renamed")
    read_anew("run renamed")
    return CLOSED


@callback(
    Output(Shell.URL, "href", allow_duplicate=True),
    Input(Result.DELETE, "n_clicks"),
    State(Result.RUN, "data"),
    prevent_initial_call=True,
)
def delete(clicks: int | None, run_id: str) -> Any:
    """Delete the run; the message offers to undo it for ten seconds."""
    if not clicks:
        return no_update
    services().runs.delete(run_id, actor())
    say("1 optimization deleted", undo=f"run:{run_id}")
    return "/runs"


@callback(
    Output(Result.EXPORTED, "data"),
    Input(Result.export(ALL), "n_clicks"),
    State(Result.RUN, "data"),
    prevent_initial_call=True,
)
def export_chart(_clicks: list[int | None], run_id: str) -> Any:
    """Draw the chart that was asked for; paper is always light."""
    index = pressed_index()
    if index is None:
        return no_update
    name, kind, *renderer = index.split(":")
    drawn = renderer[0] if renderer else "vector"
    made = services().exports.chart(run_id, name=name, format=kind, renderer=drawn, actor=actor())
    return chart_sent(made)


@callback(
    Output(Result.EXPORTED, "data", allow_duplicate=True),
    Input(Result.EXPORT_TABLE_CSV, "n_clicks"),
    Input(Result.EXPORT_TABLE_XLSX, "n_clicks"),
    State(Result.RUN, "data"),
    prevent_initial_call=True,
)
def export_table(csv_clicks: int | None, xlsx_clicks: int | None, run_id: str) -> Any:
    """Take the weights and trades along as a file."""
    if not (csv_clicks or xlsx_clicks):
        return no_update
    kind = "csv" if ctx.triggered_id == Result.EXPORT_TABLE_CSV else "xlsx"
    made = services().exports.table(run_id, format=kind, actor=actor())
    return sent(made)


clientside_callback(
    ClientsideFunction("run", "close"),
    Output(Result.SAVE_DIALOG, "className", allow_duplicate=True),
    Input(Result.SAVE_CANCEL, "n_clicks"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("run", "close"),
    Output(Result.RENAME_DIALOG, "className", allow_duplicate=True),
    Input(Result.RENAME_CANCEL, "n_clicks"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("run", "copyLink"),
    Output(Result.COPY_NOTE, "children"),
    Input(Result.COPY_LINK, "n_clicks"),
    prevent_initial_call=True,
)
