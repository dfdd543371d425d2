"""What answers the page of a run: following it to its end, and drawing what it found?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from callbacks.actor import Permission, actor, may, preferences, services
from callbacks.jobs_view import progress_view
from callbacks.pace import held
from callbacks.present_errors import in_its_place
from callbacks.present_toast import put
from callbacks.run_parts import drawn_of, portfolio_name
from callbacks.run_present import head, is_optimization, without_result
from callbacks.wording import reader_style
from components.ids import Result, Shell
from components.result_view import header
from components.ticks import RESULT_MS
from services.errors import ServiceError

_PARTS = (
    Result.METRICS,
    Result.METRICS_TABLE,
    Result.FRONTIER,
    Result.WEIGHTS,
    Result.TRADES,
    Result.COSTS,
    Result.RULES,
    Result.LIMITS,
    Result.CERTIFICATE,
    Result.LINEAGE,
)


@callback(
    Output(Result.STATE, "data"),
    Output(Result.TICK, "disabled"),
    Output(Result.STAGE, "children", allow_duplicate=True),
    Output(Result.BODY, "hidden", allow_duplicate=True),
    Output(Result.HEADER, "hidden"),
    Input(Result.RUN, "data"),
    Input(Result.NEWS, "data"),
    Input(Shell.RESYNC, "data"),
    State(Result.STATE, "data"),
    prevent_initial_call="initial_duplicate",
    running=held(Result.TICK, RESULT_MS),
)
def follow_page(run_id: str, _news: Any, _resync: Any, shown: dict[str, Any] | None) -> tuple[Any, ...]:
    """Look at the run's row; redraw only when its state has changed."""
    try:
        run = services().runs.get(run_id, actor())
    except ServiceError as error:
        return no_update, True, in_its_place(error, "This run", is_page=True), True, True
    state = {"id": run.id, "status": run.status.value, "version": run.row_version, "name": run.name}
    is_same = shown is not None and shown["status"] == state["status"] and shown["name"] == state["name"]
    put(Shell.RUN_VIEW, data=progress_view(run, reader_style()))
    return no_update if is_same else state, run.is_final, no_update, no_update, no_update


@callback(
    Output(Result.HEADER, "children"),
    Output(Result.ACTIONS, "hidden"),
    Output(Result.SAVE_TARGET, "hidden"),
    Output(Result.RENAME, "hidden"),
    Output(Result.DELETE, "hidden"),
    Output(Result.AGAIN, "hidden"),
    Output(Result.TO_TRADES, "hidden"),
    Output(Result.PROGRESS, "hidden"),
    Output(Result.STAGE, "children"),
    Output(Result.BODY, "hidden"),
    *[Output(part, "children") for part in _PARTS],
    Output(Result.SURE_SHOWN, "data"),
    Input(Result.STATE, "data"),
    State(Shell.THEME_SHOWN, "data"),
    prevent_initial_call=True,
)
def show(state: dict[str, Any] | None, theme: str | None) -> Any:
    """Draw the run as it stands: waiting, running, finished, impossible, failed or cancelled."""
    if not state:
        return no_update
    who, likes = actor(), preferences()
    run = services().runs.get(state["id"], who)
    result = services().optimize.result(run.id, who) if run.status == "succeeded" and is_optimization(run) else None
    asked = services().optimize.request(run.id, who) if result is not None else None
    cannot_write = not may(Permission.RUNS_WRITE)
    instead = without_result(run, result, likes.number_format, asked, may_run=not cannot_write)
    has_weights = result is not None and bool(result.weights)
    has_no_target = not has_weights or run.portfolio_id is None or not may(Permission.PORTFOLIOS_WRITE)
    drawn = drawn_of(run, result, theme, likes) if result is not None and has_weights else [None] * (len(_PARTS) + 1)
    has_no_again = cannot_write or not is_optimization(run)
    has_no_trades = not has_weights or run.portfolio_id is None
    hidden = (not run.is_final, has_no_target, cannot_write, cannot_write, has_no_again, has_no_trades, run.is_final)
    return (
        header(head(run, result, likes.number_format, portfolio_name(run), asked)),
        *hidden,
        instead,
        not has_weights,
        *drawn,
    )


@callback(
    Output(Result.NEWS, "data", allow_duplicate=True),
    Input(Result.CANCEL, "n_clicks"),
    State(Result.RUN, "data"),
    prevent_initial_call=True,
)
def cancel_here(clicks: int | None, run_id: str) -> Any:
    """Cancel the run of this page; the page then looks at the row at once."""
    if not clicks:
        return no_update
    return f"cancelled:{services().runs.cancel(run_id, actor()).row_version}:{clicks}"


clientside_callback(
    ClientsideFunction("run", "watch"),
    Output(Result.NEWS, "data"),
    Input(Result.TICK, "n_intervals"),
    Input(Shell.EVENT, "data"),
    State(Result.RUN, "data"),
)
