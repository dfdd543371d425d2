"""How is what the page of performance shows taken along: one chart, all figures as a table, the whole page as PDF?"""

from __future__ import annotations

from typing import Any

from dash import ALL, Input, Output, State, callback, ctx, no_update

from callbacks import performance_ask as asking
from callbacks.actor import actor, preferences, services
from callbacks.performance_figures import attribution, chosen_chart, course, growth, regime_chart, today_chart
from callbacks.present_file import chart_sent, handed, sent
from callbacks.pressed import pressed_index
from components.ids import Performance
from services.charts.frame import with_footer
from services.errors import Conflict
from services.exports_performance import figure_facts, figure_sheets, file_title, page_document
from services.messages.analyses import AnalysisState
from services.messages.performance import AttributionView, PerformanceView, PeriodsView, RegimesView
from services.messages.performance_choice import ChoiceView
from services.performance_words import not_ready

View = dict[str, str]
OF_ATTRIBUTION = frozenset({"attribution", "segments", "contributions", "currencies", "factors"})


@callback(
    Output(Performance.EXPORTED, "data"),
    Input(Performance.export(ALL), "n_clicks"),
    State(Performance.VIEW, "data"),
    prevent_initial_call=True,
)
def export_chart(_clicks: Any, view: View) -> Any:
    """Draw the chart that was asked for; paper is always light."""
    index = pressed_index()
    if index is None:
        return no_update
    name, kind, *renderer = index.split(":")
    figure, words = _figure(name, view)
    drawn = renderer[0] if renderer else "vector"
    made = services().exports.chart(with_footer(figure, words), name=name, format=kind, renderer=drawn, actor=actor())
    return chart_sent(made)


@callback(
    Output(Performance.EXPORTED, "data", allow_duplicate=True),
    Input(Performance.EXPORT_CSV, "n_clicks"),
    Input(Performance.EXPORT_XLSX, "n_clicks"),
    State(Performance.VIEW, "data"),
    prevent_initial_call=True,
)
def export_table(csv_clicks: int | None, xlsx_clicks: int | None, view: View) -> Any:
    """Take all figures, months, falls, days and effects along as a file."""
    if not (csv_clicks or xlsx_clicks):
        return no_update
    kind = "csv" if ctx.triggered_id == Performance.EXPORT_CSV else "xlsx"
    found = _report(view)
    why = _asked("performance_attribution", asking.attribution_request(view), AttributionView)
    times = _asked("performance_regimes", asking.periods_request(view), RegimesView)
    sheets = figure_sheets(found, why, _stretches(found, view), times, _chosen(view))
    return sent(services().exports.sheets(sheets, figure_facts(found), file_title(found), kind, actor()))


@callback(
    Output(Performance.EXPORTED, "data", allow_duplicate=True),
    Input(Performance.EXPORT_PDF, "n_clicks"),
    State(Performance.VIEW, "data"),
    prevent_initial_call=True,
)
def export_page(clicks: int | None, view: View) -> Any:
    """Set the whole page on paper: every chart and table of all tabs."""
    if not clicks:
        return no_update
    found = _report(view)
    told_periods = _stretches(found, view)
    stretches, phases = (None, None) if told_periods is None else (told_periods.periods, told_periods.phases)
    why = _asked("performance_attribution", asking.attribution_request(view), AttributionView)
    times = _asked("performance_regimes", asking.periods_request(view), RegimesView)
    likes = preferences()
    look = {"style": likes.number_format, "signs": likes.sign_palette}
    day = services().performance_today.read(view["portfolio"], actor())
    document = page_document(found, stretches, why, times, chosen=_chosen(view), phases=phases, day=day, **look)
    made = services().exports.page(document, actor(), address=("/performance", f"?portfolio={view['portfolio']}"))
    return handed(made, "The whole page with all its tabs.")


def _figure(name: str, view: View) -> tuple[Any, str]:
    """Return a chart as it stands on the page, and what it belongs to."""
    chosen = _chosen(view)
    if name.startswith("chosen"):
        if chosen is None:
            raise Conflict("Nothing is chosen.", "Choose a part in a chart, then try again.")
        return chosen_chart(chosen, name, None), chosen.portfolio_name
    if name == "today":
        day = services().performance_today.read(view["portfolio"], actor())
        return today_chart(day, None, chosen), day.portfolio_name
    if name in OF_ATTRIBUTION:
        why = _asked("performance_attribution", asking.attribution_request(view), AttributionView)
        return attribution(why, name, None, chosen), why.portfolio_name
    if name == "regimes":
        times = _asked("performance_regimes", asking.periods_request(view), RegimesView)
        return regime_chart(times, None), times.portfolio_name
    found = _report(view)
    if name != "performance":
        return course(found, name, None, chosen), found.portfolio_name
    told_periods = _stretches(found, view)
    stretches = None if told_periods is None else told_periods.periods
    return growth(found, stretches, None, chosen), found.portfolio_name


def _chosen(view: View) -> ChoiceView | None:
    """Return what the chosen part did; None where none is chosen, and where this period has no such part."""
    if not view["chosen"]:
        return None
    answer = services().analyses.answer(
        "performance_choice", asking.choice_request(view), actor(), wait_s=asking.WAIT_S
    )
    if answer.state is AnalysisState.FAILED:
        return None
    if not answer.is_ready or answer.document is None:
        raise not_ready(answer)
    return ChoiceView.model_validate(answer.document)


def _stretches(found: PerformanceView, view: View) -> PeriodsView | None:
    """Return the stretches beside the benchmark; None without one."""
    if found.benchmark is None:
        return None
    return _asked("performance_periods", asking.periods_request(view), PeriodsView)


def _report(view: View) -> PerformanceView:
    return _asked("performance", asking.performance_request(view), PerformanceView)


def _asked(kind: str, request: Any, form: type[asking.Shown]) -> asking.Shown:
    """Return a report for a file, of the data as they are now."""
    answer = services().analyses.answer(kind, request, actor(), wait_s=asking.WAIT_S)
    if not answer.is_ready or answer.document is None:
        raise not_ready(answer)
    return form.model_validate(answer.document)
