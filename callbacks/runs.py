"""What does the list of runs do: filter, rename, repeat, cancel, delete and take back?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from callbacks.actor import Permission, actor, may, services
from callbacks.in_browser import dialog, pills, quick_filter
from callbacks.present_errors import form, page
from callbacks.present_runs import WITHOUT_PORTFOLIO, row, run_name
from callbacks.present_toast import put, read_anew, say
from callbacks.wording import reader_style
from components.confirm import CLOSED
from components.ids import Runs, Shell
from services.messages.runs import RunView

PAGE_COUNT = 50


@callback(
    Output(Runs.TABLE, "rowData"),
    Output(Runs.CURSOR, "data"),
    Output(Runs.MORE, "hidden"),
    Output(Runs.LIST, "hidden"),
    Output(Runs.EMPTY, "hidden"),
    Input(Runs.VIEW, "data"),
    Input(Shell.RESYNC, "data"),
)
@page(Runs.PROBLEM, Runs.MAIN)
def show(view: dict[str, Any], _resync: object) -> tuple[Any, ...]:
    """List the latest runs in the chosen state."""
    found = services().runs.list(actor(), **wanted(view["value"]), limit=PAGE_COUNT)
    rows = _rows(found.items)
    is_empty = view["value"] == "all" and not rows
    return rows, found.next_cursor, not found.has_more, is_empty, not is_empty


@callback(
    Output(Runs.TABLE, "rowTransaction"),
    Output(Runs.CURSOR, "data", allow_duplicate=True),
    Output(Runs.MORE, "hidden", allow_duplicate=True),
    Input(Runs.MORE, "n_clicks"),
    State(Runs.CURSOR, "data"),
    State(Runs.VIEW, "data"),
    prevent_initial_call=True,
)
def show_earlier(clicks: int, cursor: str | None, view: dict[str, Any]) -> tuple[Any, ...]:
    """Add earlier runs below those that stand."""
    if not clicks or not cursor:
        return no_update, no_update, no_update
    found = services().runs.list(actor(), **wanted(view["value"]), cursor=cursor, limit=PAGE_COUNT)
    rows = _rows(found.items)
    return {"add": rows, "async": False}, found.next_cursor, not found.has_more


def wanted(chosen: str) -> dict[str, Any]:
    """Return which runs a pill asks for; what ended without a portfolio is not among the finished ones."""
    if chosen == "all":
        return {}
    if chosen == WITHOUT_PORTFOLIO:
        return {"status": "succeeded", "has_portfolio": False}
    return {"status": chosen, **({"has_portfolio": True} if chosen == "succeeded" else {})}


def _rows(found: Iterable[RunView]) -> list[dict[str, Any]]:
    names, style = _portfolio_names(), reader_style()
    return [row(run, names, style) for run in found]


def _portfolio_names() -> dict[str, str]:
    if not may(Permission.PORTFOLIOS_READ):
        return {}
    return {one.id: one.name for one in services().portfolios.list(actor())}


@callback(
    Output(Runs.ACTIONS, "hidden"),
    Output(Runs.CHOSEN, "children"),
    Output(Runs.AGAIN, "hidden"),
    Output(Runs.RENAME, "hidden"),
    Output(Runs.REMOVE, "hidden"),
    Output(Runs.STOP, "hidden"),
    Output(Runs.RENAME_NAME, "value"),
    Input(Runs.SELECTED, "data"),
)
def show_actions(run_id: str | None) -> tuple[Any, ...]:
    """Offer what can be done with the chosen run, as far as the person may."""
    if not run_id or not may(Permission.RUNS_WRITE):
        return True, None, True, True, True, True, no_update
    run = services().runs.get(run_id, actor())
    is_open = not run.is_final
    return False, run_name(run), is_open, False, is_open, not is_open, run.name


@callback(Input(Runs.AGAIN, "n_clicks"), State(Runs.SELECTED, "data"), prevent_initial_call=True)
def repeat(clicks: int, run_id: str | None) -> None:
    """Do the same work again."""
    if clicks and run_id:
        made = services().runs.replay(run_id, actor())
        say("The run was started again", link=("Follow it", f"/runs/{made.id}"))
        read_anew("run repeated")


@callback(Input(Runs.STOP, "n_clicks"), State(Runs.SELECTED, "data"), prevent_initial_call=True)
def stop(clicks: int, run_id: str | None) -> None:
    """Cancel the chosen run."""
    if clicks and run_id:
        services().runs.cancel(run_id, actor())
        say("The run is being cancelled", tone="info")
        read_anew("run cancelled")


@callback(
    Output(Runs.RENAME_DIALOG, "className", allow_duplicate=True),
    Input(Runs.RENAME_SAVE, "n_clicks"),
    State(Runs.SELECTED, "data"),
    State(Runs.RENAME_NAME, "value"),
    prevent_initial_call=True,
)
@form(Runs.RENAME_ERRORS, {"name": ("The name", Runs.RENAME_NAME)})
def rename(clicks: int, run_id: str | None, name: str | None) -> Any:
    """Give the chosen run another name."""
    if not clicks or not run_id:
        return no_update
    services().runs.rename(run_id, (name or "").strip(), actor())
    say("Renamed")
    read_anew("run renamed")
    return CLOSED


@callback(
    Output(Runs.REMOVE_DIALOG, "className", allow_duplicate=True),
    Output(Runs.SELECTED, "data", allow_duplicate=True),
    Input(Runs.REMOVE_CONFIRM, "n_clicks"),
    State(Runs.SELECTED, "data"),
    prevent_initial_call=True,
)
def remove(clicks: int, run_id: str | None) -> tuple[Any, Any]:
    """Put the chosen run aside; the message takes it back."""
    if not clicks or not run_id:
        return no_update, no_update
    put(Runs.REMOVE_DIALOG, className=CLOSED)
    services().runs.delete(run_id, actor())
    say("The run was deleted", undo=f"run:{run_id}")
    read_anew("run deleted")
    return CLOSED, None


pills(Runs.VIEW, Runs.pill)
clientside_callback(
    ClientsideFunction("pages", "selectRun"),
    Output(Runs.SELECTED, "data"),
    Input(Runs.TABLE, "selectedRows"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("pages", "openRun"),
    Input(Runs.TABLE, "cellDoubleClicked"),
    prevent_initial_call=True,
)
quick_filter(Runs.TABLE, Runs.SEARCH)
for _dialog, _open, _close in (
    (Runs.RENAME_DIALOG, Runs.RENAME, Runs.RENAME_CANCEL),
    (Runs.REMOVE_DIALOG, Runs.REMOVE, Runs.REMOVE_CANCEL),
):
    dialog(_dialog, _open, _close)
