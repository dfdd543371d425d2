"""What answers the page of academic benchmarks: looking at files, following the work, drawing what was found?"""

from __future__ import annotations

import time
from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from callbacks import present_academic as present
from callbacks.actor import Permission, actor, may, preferences, services
from callbacks.pace import held
from callbacks.present_errors import form, page
from callbacks.present_file import chart_sent
from callbacks.present_imports import file_of
from callbacks.pressed import pressed_index
from callbacks.wording import reader_style
from components.ids import Academic, Shell
from components.ticks import ACADEMIC_MS
from services.messages.academic import AcademicPart, AcademicRead

FIELDS = {
    "holdings_count": ("The number of holdings", Academic.HOLDINGS),
    "min_frac": ("The least weight", Academic.LEAST),
    "max_frac": ("The most weight", Academic.MOST),
    "tradeoffs_count": ("The number of trade-offs", Academic.TRADEOFFS),
    "evaluations_count": ("The number of evaluations", Academic.EVALUATIONS),
    "seed": ("The seed", Academic.SEED),
}


@callback(
    Output(Academic.FORM, "hidden"),
    Output(Academic.REFUSED, "hidden"),
    Output(Academic.EARLIER, "children"),
    Output(Academic.LIMITS, "data"),
    Input(Academic.RUN, "data"),
    Input(Academic.SHOWN, "data"),
    Input(Shell.RESYNC, "data"),
)
def show_form(_run: Any, _shown: Any, _resync: Any) -> tuple[Any, ...]:
    """Offer the form to whoever may start runs, and list what was run before."""
    may_run = may(Permission.RUNS_WRITE)
    listed = present.earlier(services().academic.earlier(actor()), reader_style(), may_run=may_run)
    return not may_run, may_run, listed, services().academic.max_bytes


@callback(
    Output(Academic.INSTANCE_CHECK, "children"),
    Output(Academic.REFERENCE_CHECK, "children"),
    Output(Academic.START, "disabled"),
    Input(Academic.INSTANCE_FILE, "data"),
    Input(Academic.REFERENCE_FILE, "data"),
    prevent_initial_call=True,
)
@form(Academic.ERRORS, FIELDS)
def look_at_files(instance: dict[str, Any] | None, reference: dict[str, Any] | None) -> tuple[Any, ...]:
    """Say what the chosen files hold; the benchmark can start when they can be used."""
    first, second = _read(instance, "instance"), _read(reference, "reference")
    can_start = first is not None and first.is_read and (second is None or second.is_read)
    return present.file_check(first, reader_style()), present.file_check(second, reader_style()), not can_start


def _read(chosen: dict[str, Any] | None, part: AcademicPart) -> AcademicRead | None:
    file = file_of(chosen)
    return None if file is None else services().academic.read(*file, part, actor())


@callback(
    Output(Shell.URL, "href", allow_duplicate=True),
    Input(Academic.START, "n_clicks"),
    State(Academic.INSTANCE_FILE, "data"),
    State(Academic.REFERENCE_FILE, "data"),
    State(Academic.HOLDINGS, "value"),
    State(Academic.LEAST, "value"),
    State(Academic.MOST, "value"),
    State(Academic.TRADEOFFS, "value"),
    State(Academic.EVALUATIONS, "value"),
    State(Academic.EFFORT, "value"),
    State(Academic.SEED, "value"),
    prevent_initial_call=True,
    running=[(Output(Academic.START, "hidden"), True, False)],
)
@form(Academic.ERRORS, FIELDS)
def start(clicks: int | None, instance: Any, reference: Any, *typed: Any) -> Any:
    """Start the benchmark and go to where it is followed."""
    file = file_of(instance) if clicks else None
    if file is None:
        return no_update
    options = services().academic.options(present.options_of(*typed))
    run = services().academic.start(file, file_of(reference), options, actor())
    return f"/academic?run={run.id}"


@callback(
    Output(Academic.SHOWN, "data"),
    Output(Academic.TICK, "disabled"),
    Output(Academic.WORK, "hidden"),
    Output(Academic.PROGRESS, "children"),
    Output(Academic.STOP, "hidden"),
    Input(Academic.RUN, "data"),
    Input(Academic.NEWS, "data"),
    Input(Shell.RESYNC, "data"),
    State(Academic.SHOWN, "data"),
    State(Academic.DRAWN, "data"),
    running=held(Academic.TICK, ACADEMIC_MS),
)
@page(Academic.PROBLEM, Academic.MAIN, "This benchmark", ("All benchmarks", "/academic"))
def follow(run_id: str | None, _news: Any, _resync: Any, shown: Any, drawn: Any) -> Any:
    """Look how far the run is, that of the address or else the latest, until it is drawn as it ended."""
    if run_id:
        run = services().academic.of(run_id, actor()).run
    else:
        earlier = services().academic.earlier(actor())
        run = services().runs.get(earlier[0].id, actor()) if earlier else None
    state, is_drawn = present.to_show(run, shown, drawn, time.time())
    is_final = run is None or run.is_final
    progress = None if run is None or is_final else present.work(run, reader_style())
    can_stop = not is_final and may(Permission.RUNS_WRITE)
    return state or no_update, is_final and is_drawn, is_final, progress, not can_stop


@callback(
    Output(Academic.RESULT, "children"),
    Output(Academic.DRAWN, "data"),
    Input(Academic.SHOWN, "data"),
    State(Shell.THEME_SHOWN, "data"),
    prevent_initial_call=True,
)
def draw(shown: dict[str, Any] | None, theme: str | None) -> Any:
    """Draw what the run found, or say why there is nothing to draw."""
    if not shown:
        return no_update, no_update
    drawn = {"id": shown["id"], "status": shown["status"]}
    if not shown["id"]:
        return None, drawn
    view = services().academic.of(shown["id"], actor())
    has_browser, may_export = services().exports.has_browser, may(Permission.EXPORTS_MAKE)
    return present.result(view, theme, preferences(), has_browser=has_browser, may_export=may_export), drawn


@callback(
    Output(Academic.NEWS, "data", allow_duplicate=True),
    Input(Academic.STOP, "n_clicks"),
    State(Academic.SHOWN, "data"),
    prevent_initial_call=True,
)
def stop(clicks: int | None, shown: dict[str, Any] | None) -> Any:
    """Cancel the run that goes on."""
    if not clicks or not shown or not shown["id"]:
        return no_update
    return f"cancelled:{services().runs.cancel(shown['id'], actor()).row_version}:{clicks}"


@callback(
    Output(Academic.EXPORTED, "data"),
    Input(Academic.export(ALL), "n_clicks"),
    State(Academic.SHOWN, "data"),
    prevent_initial_call=True,
)
def export_chart(_clicks: list[int | None], shown: dict[str, Any] | None) -> Any:
    """Draw the chart that was asked for; paper is always light."""
    index = pressed_index()
    if index is None or not shown:
        return no_update
    name, kind, renderer = index.split(":")
    figure = present.figure_of(name, services().academic.finished(shown["id"], actor()), "light", preferences())
    made = services().exports.chart(figure, name, kind, renderer, actor())
    return chart_sent(made)


clientside_callback(
    ClientsideFunction("academic", "takeInstance"),
    Output(Academic.INSTANCE_FILE, "data"),
    Input(Academic.INSTANCE_UPLOAD, "contents"),
    State(Academic.INSTANCE_UPLOAD, "filename"),
    State(Academic.LIMITS, "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("academic", "takeReference"),
    Output(Academic.REFERENCE_FILE, "data"),
    Input(Academic.REFERENCE_UPLOAD, "contents"),
    State(Academic.REFERENCE_UPLOAD, "filename"),
    State(Academic.LIMITS, "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("academic", "watch"),
    Output(Academic.NEWS, "data"),
    Input(Academic.TICK, "n_intervals"),
    Input(Shell.EVENT, "data"),
    State(Academic.SHOWN, "data"),
    prevent_initial_call=True,
)
clientside_callback(ClientsideFunction("academic", "settle"), Input(Academic.FORM, "hidden"))
