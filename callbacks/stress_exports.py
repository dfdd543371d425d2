"""What can be taken along from the page of stress tests: a chart, all scenarios as a table, the page as one PDF?"""

from __future__ import annotations

from typing import Any

from dash import ALL, Input, Output, State, callback, ctx, no_update

from callbacks import stress_ask as asking
from callbacks import stress_figures as drawing
from callbacks import stress_typed as typed
from callbacks.actor import actor, services
from callbacks.present_file import chart_sent, handed, sent
from callbacks.pressed import pressed_index
from callbacks.stress_asked import QUESTIONS, answer_figure
from callbacks.stress_paper import document_of
from components.ids import Stress
from services.charts.frame import with_footer
from services.errors import Unavailable
from services.messages.stress_report import StressReport, StressWish
from services.stress import report_of
from services.stress_sheets import facts, sheets

View = dict[str, str]
BUILT = "build-"


@callback(
    Output(Stress.EXPORTED, "data"),
    Input(Stress.export(ALL), "n_clicks"),
    State(Stress.VIEW, "data"),
    State(Stress.PICK, "data"),
    State(Stress.BUILD, "data"),
    *(State(one, "data") for one in (Stress.CHANCE_ASKED, Stress.REDEEM_ASKED, Stress.REVERSE_ASKED)),
    *(State(one, "value") for one in (Stress.BREAK_KIND, Stress.BREAK_STRENGTH)),
    State(Stress.REPAIR_ASKED, "data"),
    State(Stress.REPAIR_WAY, "value"),
    prevent_initial_call=True,
)
def export_chart(_clicks: Any, view: View, pick: View, build: Any, *asked: Any) -> Any:
    """Draw the chart that was asked for; paper is always light."""
    index = pressed_index()
    if index is None:
        return no_update
    name, kind, *renderer = index.split(":")
    drawn = renderer[0] if renderer else "vector"
    if name in QUESTIONS:
        drawing_of, title = answer_figure(name, view, pick, asked)
    else:
        found = _report_of(name, view, pick, build)
        drawing_of, title = _figure(name, found, view), found.name
    figure = with_footer(drawing_of, title)
    made = services().exports.chart(figure, name=name, format=kind, renderer=drawn, actor=actor())
    return chart_sent(made)


@callback(
    Output(Stress.EXPORTED, "data", allow_duplicate=True),
    Input(Stress.EXPORT_CSV, "n_clicks"),
    Input(Stress.EXPORT_XLSX, "n_clicks"),
    State(Stress.VIEW, "data"),
    prevent_initial_call=True,
)
def export_table(csv_clicks: int | None, xlsx_clicks: int | None, view: View) -> Any:
    """Take all scenarios along as a file."""
    if not (csv_clicks or xlsx_clicks):
        return no_update
    found = ready(report_of(asking.ask_all(view["portfolio"])))
    kind = "csv" if ctx.triggered_id == Stress.EXPORT_CSV else "xlsx"
    title = f"{found.name[:48]} stress {found.as_of.isoformat()}"
    made = services().exports.sheets(sheets(found), facts(found), title, kind, actor())
    return sent(made)


@callback(
    Output(Stress.EXPORTED, "data", allow_duplicate=True),
    Input(Stress.EXPORT_PDF, "n_clicks"),
    State(Stress.VIEW, "data"),
    State(Stress.PICK, "data"),
    prevent_initial_call=True,
)
def export_page(clicks: int | None, view: View, pick: View) -> Any:
    """Set the page on paper: all scenarios of the group, and the chosen one in detail."""
    if not clicks:
        return no_update
    found = ready(report_of(asking.ask_all(view["portfolio"])))
    one = ready(report_of(asking.ask_one(pick))) if pick["scenario"] else None
    made = services().exports.page(document_of(found, one, view["group"]), actor())
    return handed(made)


def ready(found: StressReport | None) -> StressReport:
    """Return the report, or say that it is still being computed."""
    if found is None:
        raise Unavailable("The scenarios are still being computed.", "Try again in a moment.")
    return found


def _report_of(name: str, view: View, pick: View, build: Any) -> StressReport:
    """Return the report that a chart shows."""
    if name == "losses":
        return ready(report_of(asking.ask_all(view["portfolio"])))
    if name.startswith(BUILT):
        wish = StressWish(stated=typed.question_of(build), mode="buy_and_hold")
        return ready(report_of(services().stress.run(view["portfolio"], wish, actor())))
    return ready(report_of(asking.ask_one(pick)))


def _figure(name: str, found: StressReport, view: View) -> Any:
    if name == "losses":
        return drawing.losses(found, view["group"], None)
    return drawing.of_one(name.removeprefix(BUILT), found, found.results[0], None)
