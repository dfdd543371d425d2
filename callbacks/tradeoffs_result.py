"""What answers the page of trade-offs once work was started: following it, drawing it, looking at one portfolio?"""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, no_update

from callbacks import present_tradeoffs, tradeoffs_draw
from callbacks.actor import Permission, actor, may, services
from callbacks.jobs_view import progress_view
from callbacks.pace import held
from callbacks.present_errors import in_its_place
from callbacks.present_toast import put
from callbacks.pressed import pressed_id
from callbacks.tradeoffs_form import weights_of
from callbacks.wording import reader_style
from components.ids import Shell, Tradeoffs
from components.skeleton import skeleton
from components.ticks import TRADEOFFS_MS
from services.errors import ServiceError
from services.messages.runs import RunStatus

PICTURE_PX = 430


@callback(
    Output(Tradeoffs.STATE, "data"),
    Output(Tradeoffs.TICK, "disabled"),
    Output(Tradeoffs.PROGRESS, "hidden"),
    Output(Tradeoffs.STAGE, "children"),
    Input(Tradeoffs.RUN, "data"),
    Input(Tradeoffs.TICK, "n_intervals"),
    Input(Tradeoffs.NEWS, "data"),
    Input(Shell.RESYNC, "data"),
    State(Tradeoffs.STATE, "data"),
    running=held(Tradeoffs.TICK, TRADEOFFS_MS),
)
def follow(run_id: str | None, _ticks: Any, _news: Any, _resync: Any, shown: dict[str, Any] | None) -> tuple[Any, ...]:
    """Look at the run's row; draw anew only when its state has changed."""
    if not run_id:
        return no_update, True, True, no_update
    try:
        run = services().tradeoffs.run(run_id, actor())
    except ServiceError as error:
        return None, True, True, in_its_place(error, "This run")
    state = {"id": run.id, "status": run.status.value}
    put(Shell.RUN_VIEW, data=progress_view(run, reader_style()))
    if state == shown:
        return no_update, run.is_final, run.is_final, no_update
    awaited = skeleton(height_px=PICTURE_PX) if run.status is RunStatus.SUCCEEDED else no_update  # until `show` answers
    return state, run.is_final, run.is_final, awaited


@callback(
    Output(Tradeoffs.STAGE, "children", allow_duplicate=True),
    Output(Tradeoffs.RESULT, "hidden"),
    Output(Tradeoffs.FIGURES, "children"),
    Output(Tradeoffs.ACROSS, "options"),
    Output(Tradeoffs.ACROSS, "value"),
    Output(Tradeoffs.UP, "options"),
    Output(Tradeoffs.UP, "value"),
    Output(Tradeoffs.TINT, "options"),
    Output(Tradeoffs.TINT, "value"),
    Output(Tradeoffs.POINTS_TABLE, "columnDefs"),
    Output(Tradeoffs.POINTS_TABLE, "rowData"),
    Output(Tradeoffs.NOTES, "children"),
    Output(Tradeoffs.TARGET, "hidden"),
    Output(Tradeoffs.PICK, "data"),
    Input(Tradeoffs.STATE, "data"),
    State(Tradeoffs.ASKED, "data"),
    State(Tradeoffs.kind(ALL), "value"),
    State(Tradeoffs.weight(ALL), "value"),
    prevent_initial_call=True,
)
def show(state: dict[str, Any] | None, asked: Any, kinds: Any, weights: Any) -> tuple[Any, ...]:
    """Draw what does not change while somebody looks around; the charts follow."""
    run, result = tradeoffs_draw.run_and_result(state)
    if run is None:
        return (no_update, True, *(no_update,) * 12)
    style = reader_style()
    instead = present_tradeoffs.instead(run, result, style)
    if result is None or not result.points:
        return (instead, True, *(no_update,) * 11, None)
    linked = asked if asked and asked.get("run") == run.id else {}
    has_target = run.portfolio_id is not None and may(Permission.PORTFOLIOS_WRITE)
    return (
        None,
        False,
        present_tradeoffs.figures(result, style),
        *tradeoffs_draw.axis_choices(result, linked.get("axes")),
        present_tradeoffs.point_columns(result),
        present_tradeoffs.point_rows(result),
        present_tradeoffs.notes(result, style),
        not has_target,
        tradeoffs_draw.linked_pick(result, linked) or tradeoffs_draw.weighed(result, weights_of(kinds, weights)),
    )


@callback(
    Output(Tradeoffs.SURFACE, "children"),
    Output(Tradeoffs.AXES, "children"),
    Output(Tradeoffs.DRAWN, "data"),
    Input(Tradeoffs.ACROSS, "value"),
    Input(Tradeoffs.UP, "value"),
    Input(Tradeoffs.TINT, "value"),
    State(Tradeoffs.STATE, "data"),
    State(Tradeoffs.PICK, "data"),
    State(Tradeoffs.CLIENT, "value"),
    State(Shell.THEME_SHOWN, "data"),
    prevent_initial_call=True,
)
def draw(across: Any, up: Any, tint: Any, state: Any, pick: Any, client_id: Any, theme: str | None) -> Any:
    """Draw both charts with the portfolios that stand out."""
    view = tradeoffs_draw.view_of(state, pick, client_id)
    if view is None:
        return no_update
    surface = tradeoffs_draw.surface(view, (across, up, tint), theme)
    return surface, tradeoffs_draw.side_by_side(view, theme), view.run.id


@callback(
    Input(Tradeoffs.PICK, "data"),
    Input(Tradeoffs.CLIENT, "value"),
    Input(Tradeoffs.DRAWN, "data"),
    State(Tradeoffs.STATE, "data"),
    State(Tradeoffs.ACROSS, "value"),
    State(Tradeoffs.UP, "value"),
    prevent_initial_call=True,
)
def move(pick: Any, client_id: str | None, drawn: str | None, state: Any, across: Any, up: Any) -> None:
    """Move what stands out in both charts without drawing them anew; the client may be known after they were drawn."""
    view = tradeoffs_draw.view_of(state, pick, client_id)
    if view is not None and view.run.id == drawn:
        put(Tradeoffs.SURFACE_CHART, figure=tradeoffs_draw.moved_surface(view, (across, up)))
        put(Tradeoffs.AXES_CHART, figure=tradeoffs_draw.moved_axes(view))


@callback(
    Output(Tradeoffs.CHOSEN_WORDS, "children"),
    Output(Tradeoffs.CHOSEN, "children"),
    Output(Tradeoffs.RECOMMENDED, "children"),
    Output(Tradeoffs.SHOW_RECOMMENDED, "hidden"),
    Output(Tradeoffs.SHOW_WEIGHED, "hidden"),
    Output(Tradeoffs.EXACT, "hidden"),
    Output(Tradeoffs.WAYS, "children"),
    Input(Tradeoffs.PICK, "data"),
    Input(Tradeoffs.CLIENT, "value"),
    State(Tradeoffs.STATE, "data"),
    prevent_initial_call=True,
)
def tell(pick: Any, client_id: str | None, state: Any) -> tuple[Any, ...]:
    """Say which portfolio is looked at, what it holds, and what suits the client."""
    view = tradeoffs_draw.view_of(state, pick, client_id)
    if view is None:
        return (no_update,) * 7
    style = reader_style()
    why = (pick or {}).get("why")
    return (
        present_tradeoffs.chosen_words(view.result, view.pick, style),
        present_tradeoffs.chosen_table(view.result, view.point, view.suiting, style),
        present_tradeoffs.recommendation(view.recommended, view.client_name, style),
        view.suiting is None or why == "recommended",
        why not in ("row", "recommended"),
        why != "weights" or not may(Permission.RUNS_WRITE),
        present_tradeoffs.ways(view.run, pick) if may(Permission.PORTFOLIOS_READ) else None,
    )


@callback(
    Output(Tradeoffs.PICK, "data", allow_duplicate=True),
    Input(Tradeoffs.weight(ALL), "value"),
    Input(Tradeoffs.kind(ALL), "value"),
    Input(Tradeoffs.POINTS_TABLE, "selectedRows"),
    Input(Tradeoffs.SHOW_RECOMMENDED, "n_clicks"),
    Input(Tradeoffs.SHOW_WEIGHED, "n_clicks"),
    State(Tradeoffs.STATE, "data"),
    State(Tradeoffs.CLIENT, "value"),
    State(Tradeoffs.PICK, "data"),
    prevent_initial_call=True,
)
def pick(weights: Any, kinds: Any, rows: Any, _suits: Any, _weighed: Any, *given: Any) -> Any:
    """Look at another portfolio: by the weights as they stand, a line of the list, or the recommendation."""
    state, client_id, now = given
    hit = ctx.triggered_id
    if hit == Tradeoffs.POINTS_TABLE:
        return {"place": int(rows[0]["id"]), "why": "row"} if rows else no_update
    view = tradeoffs_draw.view_of(state, None, client_id)
    if view is None:
        return no_update
    if pressed_id() == Tradeoffs.SHOW_RECOMMENDED:
        return no_update if view.recommended_place is None else {"place": view.recommended_place, "why": "recommended"}
    found = tradeoffs_draw.weighed(view.result, weights_of(kinds, weights))
    is_filled_in = found is None and (now is None or now.get("is_linked"))  # what the address names stays
    return no_update if is_filled_in else found


@callback(
    Output(Tradeoffs.NEWS, "data"),
    Input(Tradeoffs.CANCEL, "n_clicks"),
    State(Tradeoffs.RUN, "data"),
    prevent_initial_call=True,
)
def cancel(clicks: int | None, run_id: str | None) -> Any:
    """Cancel the run; the page then looks at the row at once."""
    if not clicks or not run_id:
        return no_update
    return f"cancelled:{services().runs.cancel(run_id, actor()).row_version}:{clicks}"


clientside_callback(
    ClientsideFunction("run", "news"),
    Output(Tradeoffs.NEWS, "data", allow_duplicate=True),
    Input(Shell.EVENT, "data"),
    State(Tradeoffs.RUN, "data"),
    prevent_initial_call=True,
)
