"""What does the page of performance show first: what was earned, beside what, and when it was ahead or behind?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, no_update
from dash.exceptions import PreventUpdate

from callbacks import performance_ask as asking
from callbacks import present_performance as present
from callbacks.actor import Permission, actor, may, services
from callbacks.performance_figures import growth
from callbacks.present_errors import closed, in_its_place, part
from callbacks.present_file import rests_on
from callbacks.present_toast import put
from callbacks.still import still
from callbacks.wording import reader_style, told
from components.button import link_button
from components.card import card
from components.empty_state import empty_state
from components.factor_choice import offered_sets
from components.ids import Performance, Shell
from components.performance_layout import OWN, chart_box, no_plot_yet
from components.sample_badge import sample_badge
from components.toast import banner
from services import formatting
from services.errors import ServiceError
from services.exports_performance import figure_facts, file_title
from services.messages.analyses import AnalysisAnswer, AnalysisState
from services.messages.performance import PerformanceView, PeriodsView
from services.messages.performance_choice import ChoiceView
from services.performance_words import head_sentences, no_benchmark_of

View = dict[str, str]
RANKED = (
    "Best and worst stretches are those in which its growth outran the benchmark's the most, or fell behind the most: "
    "(1 + own return) over (1 + the benchmark's). The column tells the difference of both returns."
)


@callback(
    Output(Performance.PORTFOLIO, "options"),
    Output(Performance.PORTFOLIO, "value"),
    Output(Performance.BENCHMARK, "options"),
    Output(Performance.FACTOR_SETS, "options"),
    Output(Performance.FACTOR_SETS_BOX, "hidden"),
    Input(Shell.RESYNC, "data"),
    State(Performance.VIEW, "data"),
    State(Performance.PORTFOLIO, "value"),
)
@closed(Performance.PROBLEM, Performance.MAIN)
def show_choices(_resync: object, view: View, chosen: str | None) -> tuple[Any, ...]:
    """Offer portfolios, benchmarks and sets of factors that the person may see; the first portfolio unless named."""
    offered = offered_sets(services().factor_sets.names(actor()), view["factors"])
    found = services().portfolios.list(actor())
    if not found:
        put(Performance.PROBLEM, children=_no_portfolios())
        put(Performance.MAIN, hidden=True)
        return [], no_update, [], offered, not offered
    portfolios = [{"value": one.id, "label": one.name} for one in found]
    own = [{"value": OWN, "label": "Its own benchmark"}]
    if may(Permission.MARKET_READ):
        own += [{"value": one.id, "label": one.name} for one in services().market.benchmarks(actor())]
    value = still(chosen, [one.id for one in found], view["portfolio"] or found[0].id)
    return portfolios, value, own, offered, not offered


@callback(
    Output(Performance.CURRENCY, "options"),
    Input(Performance.PORTFOLIO, "value"),
    State(Performance.VIEW, "data"),
    prevent_initial_call=True,
)
@part
def show_currencies(portfolio_id: str | None, view: View) -> Any:
    """Offer the currencies that there are rates for, and the one that the address names."""
    if not portfolio_id:
        raise PreventUpdate
    own, *known = services().performance.currencies(portfolio_id, actor())
    others = dict.fromkeys((*known, *({view["currency"]} - {OWN, own})))
    return [{"value": OWN, "label": f"{own}, its own"}, *({"value": one, "label": one} for one in others)]


@callback(
    Output(Performance.BADGE, "children"),
    Output(Performance.STATE, "children"),
    Output(Performance.FIGURES, "children"),
    Output(Performance.GROWTH, "children"),
    Output(Performance.BANDS, "children"),
    Input(Performance.VIEW, "data"),
    Input(Performance.TICK, "n_intervals"),
    Input(Performance.RETRY, "n_clicks"),
    Input(Shell.RESYNC, "data"),
    State(Shell.THEME_SHOWN, "data"),
)
def show(view: View, _tick: object, clicks: int | None, _resync: object, theme: str | None) -> tuple[Any, ...]:
    """Show the figures on top, the growth beside the benchmark and the stretches in it."""
    if not view["portfolio"]:
        raise PreventUpdate
    try:
        again = ctx.triggered_id == Performance.RETRY and bool(clicks)
        answer = asking.ask("performance", asking.performance_request(view), Performance.TICK, again=again)
    except ServiceError as error:
        put(Performance.PROBLEM, children=in_its_place(error, "This portfolio", ("All portfolios", "/"), is_page=True))
        put(Performance.MAIN, hidden=True)
        return (no_update,) * 5
    _take_place(answer)
    found = asking.read(answer, PerformanceView)
    if found is None:
        return None, None, None, [asking.instead(answer, 380), no_plot_yet()], None
    rests_on("/performance", file_title(found), figure_facts(found))
    badge = sample_badge() if found.is_sample else None
    return badge, _state(answer, found), present.strip(found, reader_style()), *_drawn(view, found, theme)


def _drawn(view: View, found: PerformanceView, theme: str | None) -> tuple[Any, Any]:
    """Return the growth and the table of stretches, both with what was chosen."""
    is_free = bool(view["start"] or view["end"])
    put(Performance.SPAN, data=None if is_free else [found.period.start.isoformat(), found.period.end.isoformat()])
    chosen = asking.chosen(view, Performance.TICK)
    stretches, table = _stretches(view, found, chosen)
    return _growth(found, stretches, theme, chosen), table


def _take_place(answer: AnalysisAnswer) -> None:
    """Show the page again where a refusal stood, and offer to try again what failed."""
    put(Performance.PROBLEM, children=None)
    put(Performance.MAIN, hidden=False)
    put(Performance.RETRY, hidden=answer.state is not AnalysisState.FAILED)


def _growth(found: PerformanceView, stretches: Any, theme: str | None, chosen: ChoiceView | None) -> Any:
    return chart_box(
        growth(found, stretches, theme, chosen),
        plot_id=Performance.PLOT,
        name="performance",
        has_browser=services().exports.has_browser,
        may_export=may(Permission.EXPORTS_MAKE),
    )


def _stretches(view: View, found: PerformanceView, chosen: ChoiceView | None) -> tuple[Any, Any]:
    """Return the stretches for the chart, and their table or why there is none."""
    title = "When was it ahead of its benchmark, when behind?"
    if found.benchmark is None:
        words = no_benchmark_of(found.portfolio_name, has_benchmark=False)
        return None, card(empty_state("No benchmark", words, glyph="signpost-split"), title=title)
    answer = asking.ask("performance_periods", asking.periods_request(view), Performance.TICK, wait_s=2.0)
    told_periods = asking.read(answer, PeriodsView)
    if told_periods is None:
        return None, card(asking.instead(answer, 120), title=title)
    if told_periods.periods is None:
        return None, card(empty_state("Nothing to compare", told(told_periods.periods_sentence or "")), title=title)
    style = reader_style()
    body = present.bands(told_periods.periods, found, style, chosen)
    note = told(told_periods.periods.sentence)
    return told_periods.periods, card(body, title=title, note=note, foot=told(RANKED), flush=True)


def _state(answer: AnalysisAnswer, found: PerformanceView) -> Any:
    """Return the notes of the figures, and their age where newer data exist."""
    shown = [banner("Good to know", told(head_sentences(found)), tone="info")]
    if not answer.is_current and answer.computed_at_utc is not None:
        at = formatting.moment(answer.computed_at_utc)
        words = f"These figures are of {at}; newer data are being taken in."
        shown.insert(0, banner("Being computed anew", words, tone="warn"))
    return shown


def _no_portfolios() -> Any:
    return empty_state(
        "There is no portfolio yet",
        "Performance is told of what portfolios really held. Create one, or take the sample portfolios.",
        glyph="graph-up-arrow",
        actions=link_button("Go to Home", "/", kind="primary"),
        level=1,
    )


clientside_callback(
    ClientsideFunction("performance", "view"),
    Output(Performance.VIEW, "data"),
    Input(Performance.PORTFOLIO, "value"),
    Input(Performance.BENCHMARK, "value"),
    Input(Performance.CURRENCY, "value"),
    Input(Performance.PERIOD, "value"),
    Input(Performance.START, "value"),
    Input(Performance.END, "value"),
    Input(Performance.BASIS, "value"),
    Input(Performance.FEES, "value"),
    Input(Performance.ROLLING_COUNT, "value"),
    Input(Performance.ROLLED, "value"),
    Input(Performance.GROUPING, "value"),
    Input(Performance.METHOD, "value"),
    Input(Performance.LINKING, "value"),
    Input(Performance.FOLD, "value"),
    Input(Performance.FACTOR_SETS, "value"),
    Input(Performance.PLOT, "relayoutData"),
    State(Performance.VIEW, "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("performance", "span"),
    Input(Performance.SPAN, "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("performance", "tab"),
    Output(Performance.PANEL_METRICS, "hidden"),
    Output(Performance.PANEL_TODAY, "hidden"),
    Output(Performance.PANEL_MONTHS, "hidden"),
    Output(Performance.PANEL_COURSE, "hidden"),
    Output(Performance.PANEL_WHY, "hidden"),
    Output(Performance.PANEL_REGIMES, "hidden"),
    Input(Performance.TABS, "active_tab"),
    prevent_initial_call=True,
)
