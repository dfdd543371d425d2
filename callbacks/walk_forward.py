"""What answers the page of a test over the past: following it to its end, drawing it, taking it along?"""

from __future__ import annotations

from typing import Any

from dash import ALL, Input, Output, State, callback, ctx, no_update

from callbacks import walk_forward_words as words
from callbacks.actor import Permission, actor, may, preferences, services
from callbacks.pace import held
from callbacks.present_errors import in_its_place
from callbacks.present_file import chart_sent, sent
from callbacks.pressed import pressed_index
from callbacks.wording import reader_style
from components.ids import Shell, WalkForward
from components.ticks import WALK_FORWARD_MS
from components.walk_forward_layout import chart_box, decisions_grid, notes_card
from services.charts import walk_forward as charts
from services.charts.frame import with_footer
from services.errors import ServiceError
from services.messages.walk_forward import WalkForwardResult

_PARTS = (
    WalkForward.VERDICT,
    WalkForward.FIGURES,
    WalkForward.CALIBRATION,
    WalkForward.POINTS,
    WalkForward.DECISIONS,
    WalkForward.NOTES,
)


@callback(
    Output(WalkForward.STATE, "data"),
    Output(WalkForward.TICK, "disabled"),
    Output(WalkForward.PROGRESS, "children"),
    Output(WalkForward.WORK, "hidden"),
    Output(WalkForward.STOP, "hidden"),
    Output(WalkForward.STAGE, "children"),
    Input(WalkForward.RUN, "data"),
    Input(WalkForward.TICK, "n_intervals"),
    Input(WalkForward.NEWS, "data"),
    State(WalkForward.STATE, "data"),
    running=held(WalkForward.TICK, WALK_FORWARD_MS),
)
def follow(run_id: str | None, _ticks: Any, _news: Any, shown: dict[str, Any] | None) -> tuple[Any, ...]:
    """Look how far it is; draw anew only when its state has changed."""
    if not run_id:
        return None, True, None, True, True, words.nothing_chosen()
    try:
        run = services().walk_forwards.run(run_id, actor())
    except ServiceError as error:
        return None, True, None, True, True, in_its_place(error, "This test")
    state = {"id": run.id, "status": run.status.value}
    progress = words.progress_of(run, reader_style())
    is_seen = state == shown
    may_stop = may(Permission.RUNS_WRITE)
    return no_update if is_seen else state, run.is_final, progress, run.is_final, not may_stop, no_update


@callback(
    Output(WalkForward.LEAD, "children"),
    Output(WalkForward.STAGE, "children", allow_duplicate=True),
    Output(WalkForward.BODY, "hidden"),
    *[Output(part, "children") for part in _PARTS],
    Output(WalkForward.PROMISES, "children"),
    Output(WalkForward.WEALTH, "children"),
    Input(WalkForward.STATE, "data"),
    State(WalkForward.SCALE, "value"),
    State(Shell.THEME_SHOWN, "data"),
    prevent_initial_call=True,
)
def show(state: dict[str, Any] | None, scale: str, theme: str | None) -> tuple[Any, ...]:
    """Draw what was found, or say why nothing was."""
    if not state:
        return (no_update, no_update, True, *(no_update,) * (len(_PARTS) + 2))
    view, style = services().walk_forwards.of(state["id"], actor()), reader_style()
    result = view.result
    lead = words.lead(view, style)
    if result is None or not result.strategies:
        return (lead, words.instead(view, style), True, *(None,) * (len(_PARTS) + 2))
    parts = (
        words.verdict_card(view, style),
        words.figures_table(result, style),
        words.calibration_table(result, style),
        words.points_card(result, style),
        decisions_grid(words.decision_rows(result, style)),
        notes_card(words.to_know(result, style)),
    )
    drawn = [_boxed(name, figure_of(name, result, theme, scale)) for name in ("promises", "wealth")]
    return (lead, None, False, *parts, *drawn)


@callback(
    Output(WalkForward.WEALTH, "children", allow_duplicate=True),
    Input(WalkForward.SCALE, "value"),
    State(WalkForward.STATE, "data"),
    State(Shell.THEME_SHOWN, "data"),
    prevent_initial_call=True,
)
def draw_wealth(scale: str, state: dict[str, Any] | None, theme: str | None) -> Any:
    """Draw the wealth on the scale that is wanted."""
    if not state or state["status"] != "succeeded":
        return no_update
    result = services().walk_forwards.of(state["id"], actor()).result
    return no_update if result is None else _boxed("wealth", figure_of("wealth", result, theme, scale))


@callback(
    Output(WalkForward.NEWS, "data"),
    Input(WalkForward.STOP, "n_clicks"),
    State(WalkForward.RUN, "data"),
    prevent_initial_call=True,
)
def stop(clicks: int | None, run_id: str) -> Any:
    """End the test that goes on."""
    return f"cancelled:{services().runs.cancel(run_id, actor()).row_version}:{clicks}" if clicks else no_update


@callback(
    Output(WalkForward.EXPORTED, "data"),
    Input(WalkForward.export(ALL), "n_clicks"),
    State(WalkForward.RUN, "data"),
    State(WalkForward.SCALE, "value"),
    prevent_initial_call=True,
)
def export_chart(_clicks: Any, run_id: str, scale: str) -> Any:
    """Draw the chart that was asked for; paper is always light."""
    index = pressed_index()
    if index is None:
        return no_update
    name, kind, *renderer = index.split(":")
    drawn = renderer[0] if renderer else "vector"
    view = services().walk_forwards.of(run_id, actor())
    if view.result is None:
        return no_update
    figure = figure_of(name, view.result, None, scale if drawn == "browser" else "linear")
    figure = with_footer(figure, view.run.name or "")
    made = services().exports.chart(figure, name=name, format=kind, renderer=drawn, actor=actor())
    return chart_sent(made)


@callback(
    Output(WalkForward.EXPORTED, "data", allow_duplicate=True),
    Input(WalkForward.EXPORT_CSV, "n_clicks"),
    Input(WalkForward.EXPORT_XLSX, "n_clicks"),
    State(WalkForward.RUN, "data"),
    prevent_initial_call=True,
)
def export_table(csv_clicks: int | None, xlsx_clicks: int | None, run_id: str) -> Any:
    """Take the figures, the dates and the wealth along as a file."""
    if not (csv_clicks or xlsx_clicks):
        return no_update
    kind = "csv" if ctx.triggered_id == WalkForward.EXPORT_CSV else "xlsx"
    made = services().walk_forwards.table(run_id, kind, actor())
    return sent(made)


def figure_of(name: str, result: WalkForwardResult, theme: str | None, scale: str = "linear") -> Any:
    """Return the Plotly figure of a chart of a test, the same for the screen and for files."""
    likes = preferences()
    look: dict[str, Any] = {
        "theme": "dark" if theme == "dark" else "light",
        "style": likes.number_format,
        "signs": likes.sign_palette,
    }
    if name == "wealth":
        return charts.wealth(result, scale="log" if scale == "log" else "linear", **look)
    return charts.promises(result, **look)


def _boxed(name: str, figure: Any) -> Any:
    return chart_box(
        figure,
        chart_id=WalkForward.WEALTH_CHART if name == "wealth" else WalkForward.PROMISES_CHART,
        name=name,
        has_browser=services().exports.has_browser,
        may_export=may(Permission.EXPORTS_MAKE),
    )
