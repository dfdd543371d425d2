"""How is the page of risk taken along: one chart, all figures, or the whole page as a PDF?"""

from __future__ import annotations

from typing import Any

from dash import ALL, Input, Output, State, callback, ctx, no_update

from callbacks.actor import actor, services
from callbacks.present_file import chart_sent, sent
from callbacks.pressed import pressed_index
from callbacks.risk_figures import PLOTS, View, asked, asked_tests, figure_of
from callbacks.wording import reader_style
from components.ids import Risk
from services.charts.frame import with_footer
from services.errors import Conflict
from services.exports_risk import risk_document, risk_facts, risk_sheets
from services.messages.risk import RiskAnswer


@callback(
    Output(Risk.EXPORTED, "data"),
    Input(Risk.export(ALL), "n_clicks"),
    State(Risk.VIEW, "data"),
    prevent_initial_call=True,
)
def export_chart(_clicks: Any, view: View) -> Any:
    """Draw the chart that was asked for; paper is always light."""
    index = pressed_index()
    if index is None:
        return no_update
    name, kind, *renderer = index.split(":")
    drawn = renderer[0] if renderer else "vector"
    report = _there(view).report
    assert report is not None
    tests = asked_tests(view["portfolio"]).backtests if name == "tests" else None
    figure = with_footer(figure_of(name, report, view, None, tests), report.name)
    made = services().exports.chart(figure, name=name, format=kind, renderer=drawn, actor=actor())
    return chart_sent(made)


@callback(
    Output(Risk.EXPORTED, "data", allow_duplicate=True),
    Input(Risk.EXPORT_PDF, "n_clicks"),
    State(Risk.VIEW, "data"),
    prevent_initial_call=True,
)
def export_page(clicks: int | None, view: View) -> Any:
    """Set the whole page on paper."""
    if not clicks:
        return no_update
    answer = _there(view)
    report, tests = answer.report, asked_tests(view["portfolio"]).backtests
    assert report is not None
    names = [name for name in PLOTS if name != "tests" or tests is not None]
    charts = [(name, figure_of(name, report, view, None, tests)) for name in names]
    house = services().portfolios.limit_checks(view["portfolio"], actor())
    document = risk_document(answer, charts, tests, view, reader_style(), house)
    made = services().exports.page(document, actor(), address=("/risk", f"?portfolio={view['portfolio']}"))
    return chart_sent(made)


@callback(
    Output(Risk.EXPORTED, "data", allow_duplicate=True),
    Input(Risk.EXPORT_XLSX, "n_clicks"),
    Input(Risk.EXPORT_CSV, "n_clicks"),
    State(Risk.VIEW, "data"),
    prevent_initial_call=True,
)
def export_tables(xlsx: int | None, csv: int | None, view: View) -> Any:
    """Take all figures along."""
    if not (xlsx or csv):
        return no_update
    kind = "csv" if ctx.triggered_id == Risk.EXPORT_CSV else "xlsx"
    answer = _there(view)
    assert answer.report is not None
    tests = asked_tests(view["portfolio"]).backtests if kind == "xlsx" else None
    title = f"{answer.report.name} risk {answer.report.as_of}"
    facts = risk_facts(answer, reader_style())
    return sent(services().exports.sheets(risk_sheets(answer, tests), facts, title, kind, actor()))


def _there(view: View) -> RiskAnswer:
    answer = asked(view)
    if answer.report is None:
        raise Conflict("The figures are not there yet.", "Wait until they are shown, then try again.")
    return answer
