"""What answers the question how sure the weights are: starting a look, following it, and drawing what it found?"""

from __future__ import annotations

from typing import Any

from dash import Input, Output, State, callback, no_update

from callbacks.actor import Permission, actor, may, preferences, services
from callbacks.pace import held
from callbacks.run_parts import sure_parts_of
from callbacks.run_sureness_words import body_of, shown_key, work_of
from components.ids import Result, Shell
from components.ticks import SURENESS_MS
from services.messages.uncertainty import UncertaintyOptions


@callback(
    Output(Result.SURE_STATE, "data"),
    Output(Result.SURE_TICK, "disabled"),
    Output(Result.SURE_PROGRESS, "children"),
    Output(Result.SURE_WORK, "hidden"),
    Output(Result.SURE_STOP, "hidden"),
    Output(Result.SURE_OFFER, "hidden"),
    Input(Result.SURE_SHOWN, "data"),
    Input(Result.SURE_TICK, "n_intervals"),
    Input(Result.SURE_NEWS, "data"),
    State(Result.RUN, "data"),
    State(Result.SURE_STATE, "data"),
    prevent_initial_call=True,
    running=held(Result.SURE_TICK, SURENESS_MS),
)
def follow(shown: Any, _ticks: Any, _news: Any, run_id: str, state: Any) -> Any:
    """Look how far it is; draw anew only when there is more to see."""
    if shown is None:  # there are no weights on the page
        return (no_update,) * 6
    view = services().uncertainty.of(run_id, actor())
    now = shown_key(view)
    is_open = view.run is not None and not view.run.is_final
    may_run = may(Permission.RUNS_WRITE)
    is_done = view.result is not None and view.result.is_complete
    has_way = may_run and not is_open and not is_done
    if has_way and view.run is None:
        has_way = services().uncertainty.obstacle(run_id, actor()) is None
    progress = work_of(view, preferences().number_format)
    return no_update if now == state else now, not is_open, progress, not is_open, not may_run, not has_way


@callback(
    Output(Result.SURE_BODY, "children"),
    Output(Result.WEIGHTS, "children", allow_duplicate=True),
    Output(Result.TRADES, "children", allow_duplicate=True),
    Input(Result.SURE_STATE, "data"),
    State(Result.SURE_SHOWN, "data"),
    State(Result.RUN, "data"),
    State(Shell.THEME_SHOWN, "data"),
    prevent_initial_call=True,
)
def draw(state: Any, shown: Any, run_id: str, theme: str | None) -> Any:
    """Say what was found; whiskers and columns are drawn where the page does not have them yet."""
    if state is None:
        return (no_update,) * 3
    who, likes = actor(), preferences()
    view = services().uncertainty.of(run_id, who)
    obstacle = services().uncertainty.obstacle(run_id, who) if view.run is None else None
    body = body_of(view, obstacle, likes.number_format, may_run=may(Permission.RUNS_WRITE))
    if state == shown:
        return body, no_update, no_update
    run, result = services().runs.get(run_id, who), services().optimize.result(run_id, who)
    return body, *sure_parts_of(run, result, theme, likes, view.result)


@callback(
    Output(Result.SURE_NEWS, "data"),
    Input(Result.SURE_START, "n_clicks"),
    State(Result.RUN, "data"),
    prevent_initial_call=True,
)
def start(clicks: int | None, run_id: str) -> Any:
    """Begin a look; one that goes on already is followed."""
    if not clicks:
        return no_update
    return f"begun:{services().uncertainty.start(run_id, UncertaintyOptions(), actor()).id}:{clicks}"


@callback(
    Output(Result.SURE_NEWS, "data", allow_duplicate=True),
    Input(Result.SURE_STOP, "n_clicks"),
    State(Result.RUN, "data"),
    prevent_initial_call=True,
)
def stop(clicks: int | None, run_id: str) -> Any:
    """End the look that goes on."""
    run = services().uncertainty.of(run_id, actor()).run if clicks else None
    if run is None:
        return no_update
    return f"cancelled:{services().runs.cancel(run.id, actor()).row_version}:{clicks}"
