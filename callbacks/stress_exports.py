"""What can be taken along from the page of stress tests: a chart, everything as tables, the page as one PDF?"""

from __future__ import annotations

from typing import Any

from dash import ALL, Input, Output, callback, ctx, no_update

from callbacks import stress_ask as asking
from callbacks import stress_figures as drawing
from callbacks.actor import actor, services
from callbacks.present_file import chart_sent, handed, sent
from callbacks.pressed import pressed_index
from callbacks.stress_asked import FORMS, STATES, Asked, answer_figure
from callbacks.stress_paper import document_of
from components.ids import Stress
from services.charts.frame import with_footer
from services.errors import Unavailable
from services.messages.stress_report import StressReport
from services.stress import report_of
from services.stress_sheets import built_sheets, facts, sheets
from services.stress_sheets_answers import answer_sheets

BUILT = "build-"


@callback(
    Output(Stress.EXPORTED, "data"),
    Input(Stress.export(ALL), "n_clicks"),
    *STATES,
    prevent_initial_call=True,
)
def export_chart(_clicks: Any, *shown: Any) -> Any:
    """Draw the chart that was asked for; paper is always light."""
    index = pressed_index()
    if index is None:
        return no_update
    name, kind, *renderer = index.split(":")
    drawn, asked = renderer[0] if renderer else "vector", Asked(*shown)
    if name in FORMS:
        drawing_of, title = answer_figure(name, asked)
    else:
        found = _report_of(name, asked)
        drawing_of, title = _figure(name, found, asked), found.name
    figure = with_footer(drawing_of, title)
    made = services().exports.chart(figure, name=name, format=kind, renderer=drawn, actor=actor())
    return chart_sent(made)


@callback(
    Output(Stress.EXPORTED, "data", allow_duplicate=True),
    Input(Stress.EXPORT_CSV, "n_clicks"),
    Input(Stress.EXPORT_XLSX, "n_clicks"),
    *STATES,
    prevent_initial_call=True,
)
def export_table(csv_clicks: int | None, xlsx_clicks: int | None, *shown: Any) -> Any:
    """Take all scenarios along as a file; Excel has the answers that stand on the page too."""
    if not (csv_clicks or xlsx_clicks):
        return no_update
    asked = Asked(*shown)
    found = ready(report_of(asking.ask_all(asked.view["portfolio"])))
    kind = "csv" if ctx.triggered_id == Stress.EXPORT_CSV else "xlsx"
    listed = sheets(found)
    if kind == "xlsx":
        listed += built_sheets(asked.built()) + answer_sheets(asked.answers())
    title = f"{found.name[:48]} stress {found.as_of.isoformat()}"
    return sent(services().exports.sheets(listed, facts(found), title, kind, actor()))


@callback(
    Output(Stress.EXPORTED, "data", allow_duplicate=True),
    Input(Stress.EXPORT_PDF, "n_clicks"),
    *STATES,
    prevent_initial_call=True,
)
def export_page(clicks: int | None, *shown: Any) -> Any:
    """Set the page on paper: all scenarios of the group, the chosen one in detail, and what else was asked."""
    if not clicks:
        return no_update
    asked = Asked(*shown)
    found = ready(report_of(asking.ask_all(asked.view["portfolio"])))
    one = ready(report_of(asking.ask_one(asked.pick))) if asked.pick["scenario"] else None
    address = ("/stress", f"?portfolio={asked.view['portfolio']}")
    made = services().exports.page(document_of(found, one, asked), actor(), address=address)
    return handed(made)


def ready(found: StressReport | None) -> StressReport:
    """Return the report, or say that it is still being computed."""
    if found is None:
        raise Unavailable("The scenarios are still being computed.", "Try again in a moment.")
    return found


def _report_of(name: str, asked: Asked) -> StressReport:
    """Return the report that a chart shows."""
    if name == "losses":
        return ready(report_of(asking.ask_all(asked.view["portfolio"])))
    return ready(asked.built() if name.startswith(BUILT) else report_of(asking.ask_one(asked.pick)))


def _figure(name: str, found: StressReport, asked: Asked) -> Any:
    if name == "losses":
        return drawing.losses(found, asked.view["group"], None, asked.part or "")
    return drawing.of_one(name.removeprefix(BUILT), found, found.results[0], None, asked.part or "")
