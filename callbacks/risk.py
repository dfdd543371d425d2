"""What answers the page of risk: which portfolio, how far its report is, and the parts behind the tabs?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, no_update

from callbacks import present_risk as present
from callbacks.actor import Permission, actor, may, services
from callbacks.present_empty import EMPTY_CODES
from callbacks.present_errors import page
from callbacks.present_file import rests_on
from callbacks.present_toast import put
from callbacks.risk_figures import asked, asked_tests, boxed, figure_of, level_of, tested
from callbacks.still import still
from callbacks.wording import reader_style, told
from components.factor_choice import offered_sets
from components.ids import Risk, Shell
from components.risk_layout import METHODS, notes_card, report_to_come
from components.risk_limits import limits_card
from services import exports_risk_tables as tables
from services import exports_risk_ties as ties
from services.errors import ServiceError
from services.exports_risk import risk_facts
from services.messages.risk import RiskAnswer, RiskReport

SLOW_MS = 15_000
FAST_MS = 1_000
_HEAD_COUNT = 11


@callback(
    Output(Risk.PORTFOLIO, "options"),
    Output(Risk.PORTFOLIO, "value"),
    Output(Risk.FACTOR_SETS, "options"),
    Output(Risk.FACTOR_SETS_BOX, "hidden"),
    Input(Shell.RESYNC, "data"),
    State(Risk.VIEW, "data"),
    State(Risk.PORTFOLIO, "value"),
)
@page(Risk.PROBLEM, Risk.MAIN)
def choose(_resync: object, view: dict[str, str], chosen: str | None) -> tuple[Any, ...]:
    """Offer the portfolios, the one in the address or else the first, and the sets of factors of the house."""
    found = services().portfolios.list(actor())
    offered = offered_sets(services().factor_sets.names(actor()), view["factors"])
    if not found and not view["portfolio"]:
        put(Risk.STAGE, children=present.no_portfolios())
        return [], None, offered, not offered
    known = [one.id for one in found]
    value = still(chosen, known, view["portfolio"] or known[0])
    return [{"value": one.id, "label": one.name} for one in found], value, offered, not offered


@callback(
    Output(Risk.LEAD, "children"),
    Output(Risk.STATUS, "children"),
    Output(Risk.RETRY, "hidden"),
    Output(Risk.STAGE, "children"),
    Output(Risk.BODY, "hidden"),
    Output(Risk.FIGURES, "children"),
    Output(Risk.LIMITS, "children"),
    Output(Risk.NOTES, "children"),
    Output(Risk.STATE, "data"),
    Output(Risk.TICK, "interval"),
    Output(Risk.TICK, "max_intervals"),
    Input(Risk.PORTFOLIO, "value"),
    Input(Risk.TICK, "n_intervals"),
    Input(Risk.RETRY, "n_clicks"),
    Input(Risk.FACTOR_SETS, "value"),
    Input(Risk.SPEED, "value"),
    Input(Shell.RESYNC, "data"),
    State(Risk.STATE, "data"),
    prevent_initial_call=True,
)
def follow(
    portfolio_id: str | None,
    ticks: int | None,
    _retry: object,
    sets: list[str] | None,
    speed: str,
    _resync: object,
    seen: dict[str, Any] | None,
) -> tuple[Any, ...]:
    """Ask for the report; draw the top of the page, and tell the tabs when there is something new."""
    if not portfolio_id:
        return (no_update,) * _HEAD_COUNT
    wanted = {"portfolio": portfolio_id, "factors": ",".join(sets or ()), "speed": speed}
    try:
        answer = asked(wanted, again=ctx.triggered_id == Risk.RETRY)
    except ServiceError as error:
        return _nothing(present.refused(error), ticks or 0)
    if answer.report is None:
        return _absent(answer, ticks or 0)
    return *_top(answer, wanted, seen if ctx.triggered_id == Risk.TICK else None), (ticks or 0) + 1


def _nothing(stage: Any, ticks_allowed: int, *, may_retry: bool = False) -> tuple[Any, ...]:
    return no_update, None, not may_retry, stage, True, None, no_update, None, None, FAST_MS, ticks_allowed


def _absent(answer: RiskAnswer, ticks: int) -> tuple[Any, ...]:
    """Return the top of the page while there is no report at all.

    Each answer allows one more tick: a tick that came while the answer is awaited would have it thrown away.
    """
    if answer.state == "working":
        return _nothing(report_to_come(), ticks + 1)
    stage = present.instead(answer.code, present.why(answer))
    return _nothing(stage, ticks, may_retry=answer.code not in EMPTY_CODES)


def _top(answer: RiskAnswer, wanted: dict[str, str], seen: dict[str, Any] | None) -> tuple[Any, ...]:
    """Return the top of the page of a report; what stands there already is left alone, so that nobody loses a place."""
    assert answer.report is not None
    limits = [(one.id, one.state, one.use_frac) for one in answer.limits]
    state = {**wanted, "made": str(answer.computed_at_utc), "limits": repr(limits)}
    pace_ms = FAST_MS if answer.state == "working" or not answer.is_current else SLOW_MS
    has_no_failure = answer.state != "failed"
    if state == seen:
        kept = (no_update,) * 6
        return no_update, present.status(answer, reader_style()), has_no_failure, *kept, pace_ms
    return (*_drawn(answer, answer.report, has_no_failure), state, pace_ms)


def _drawn(answer: RiskAnswer, report: RiskReport, has_no_failure: bool) -> tuple[Any, ...]:
    style = reader_style()
    rests_on("/risk", f"{report.name} risk {report.as_of}", risk_facts(answer, style))
    return (
        told(report.lead()),
        present.status(answer, reader_style()),
        has_no_failure,
        None,
        False,
        present.figures(report, style),
        limits_card(present.limit_cards(answer.limits, style), may_edit=may(Permission.PORTFOLIOS_WRITE)),
        notes_card([told(one) for one in report.notes]),
    )


def shown(state: dict[str, Any] | None, tab: str, wanted: str) -> RiskReport | None:
    """Return the report for a tab that is open; None while there is nothing to draw."""
    if not state or tab != wanted:
        return None
    return asked(state, wait_s=0.0).report


@callback(
    Output(Risk.SOURCES, "children"),
    Output(Risk.SOURCES_TABLE, "children"),
    Input(Risk.STATE, "data"),
    Input(Risk.TABS, "active_tab"),
    Input(Risk.VIEW, "data"),
    Input(Shell.THEME_SHOWN, "data"),
    prevent_initial_call=True,
)
def draw_sources(state: dict[str, Any] | None, tab: str, view: dict[str, str], theme: str | None) -> tuple[Any, Any]:
    """Draw where risk comes from."""
    report = shown(state, tab, "sources")
    if report is None:
        return no_update, no_update
    made = tables.added_table(report, view["measure"], view["scope"], level_of(view), reader_style(), view["pick"])
    added = present.shown(made, "What each holding adds", view["pick"], "added")
    return [boxed("sources", figure_of("sources", report, view, theme)), present.factor_notes(report, view)], added


@callback(
    Output(Risk.METHOD, "options"),
    Output(Risk.HISTOGRAM, "children"),
    Output(Risk.METHODS, "children"),
    Output(Risk.METHODS_TABLE, "children"),
    Input(Risk.STATE, "data"),
    Input(Risk.TABS, "active_tab"),
    Input(Risk.VIEW, "data"),
    Input(Shell.THEME_SHOWN, "data"),
    prevent_initial_call=True,
)
def draw_losses(state: dict[str, Any] | None, tab: str, view: dict[str, str], theme: str | None) -> tuple[Any, ...]:
    """Draw how much may be lost, by the chosen method and beside the others."""
    report = shown(state, tab, "losses")
    if report is None:
        return (no_update,) * 4
    made = tables.methods_table(report, level_of(view), int(view["horizon"]), reader_style())
    drawn = [boxed(name, figure_of(name, report, view, theme)) for name in ("histogram", "methods")]
    drawn[0] = [drawn[0], present.chosen_days(report, view, reader_style())]
    return _methods(report), *drawn, present.shown(made, "Losses by method")


def _methods(report: RiskReport) -> list[dict[str, str]]:
    known = {} if report.tails is None else {one.method: one.label for one in report.tails.figures}
    return [{"value": key, "label": text} for key, text in (*METHODS, *known.items())]


@callback(
    Output(Risk.TESTS, "children"),
    Output(Risk.TESTS_TABLE, "children"),
    Output(Risk.TICK_TESTS, "max_intervals"),
    Input(Risk.STATE, "data"),
    Input(Risk.TABS, "active_tab"),
    Input(Risk.VIEW, "data"),
    Input(Risk.TICK_TESTS, "n_intervals"),
    Input(Shell.THEME_SHOWN, "data"),
    prevent_initial_call=True,
)
def draw_tests(
    state: dict[str, Any] | None, tab: str, view: dict[str, str], ticks: int | None, theme: str | None
) -> tuple[Any, Any, int]:
    """Draw the days beyond the forecast, and say whether forecasts have held."""
    report, ticks = shown(state, tab, "losses"), ticks or 0
    if report is None or state is None:
        return no_update, no_update, ticks
    answer = asked_tests(state["portfolio"])
    found = answer.backtests
    if found is None:
        if answer.state == "working":
            return no_update, no_update, ticks + 1
        return None, present.instead(answer.code, told(f"{answer.message or ''} {answer.advice or ''}".strip())), ticks
    drawn = boxed("tests", figure_of("tests", report, view, theme, found))
    return drawn, present.tests(found, tested(found, view), reader_style()), ticks + (answer.state == "working")


@callback(
    Output(Risk.LIQUIDITY, "children"),
    Output(Risk.FALLS, "children"),
    Output(Risk.BENCHMARK_TABLE, "children"),
    Output(Risk.LIQUIDITY_FACTS, "children"),
    Output(Risk.CONCENTRATION_TABLE, "children"),
    Input(Risk.STATE, "data"),
    Input(Risk.TABS, "active_tab"),
    Input(Shell.THEME_SHOWN, "data"),
    State(Risk.VIEW, "data"),
    prevent_initial_call=True,
)
def draw_structure(state: dict[str, Any] | None, tab: str, theme: str | None, view: dict[str, str]) -> tuple[Any, ...]:
    """Draw falls, the tie to the benchmark, liquidity and concentration."""
    report = shown(state, tab, "structure")
    if report is None:
        return (no_update,) * 5
    style = reader_style()
    drawn = boxed("liquidity", figure_of("liquidity", report, view, theme))
    beside = present.shown(ties.benchmark_table(report, style), "Beside the benchmark")
    leaving = present.shown(ties.liquidity_facts(report, style), "What leaving costs")
    falls = present.shown(tables.falls_table(report, style), "The deepest falls")
    concentration = present.shown(tables.concentration_table(report, style), "Concentration")
    return drawn, falls, beside, leaving, concentration


@callback(
    Output(Risk.UNDERWATER, "children"),
    Output(Risk.CORRELATIONS, "children"),
    Output(Risk.ROLLING, "children"),
    Output(Risk.CONCENTRATION, "children"),
    Output(Risk.LIQUIDITY_TABLE, "children"),
    Input(Risk.STATE, "data"),
    Input(Risk.TABS, "active_tab"),
    Input(Risk.VIEW, "data"),
    Input(Shell.THEME_SHOWN, "data"),
    prevent_initial_call=True,
)
def draw_linked(state: dict[str, Any] | None, tab: str, view: dict[str, str], theme: str | None) -> tuple[Any, ...]:
    """Draw what follows the chosen holding, group, days or figure."""
    report = shown(state, tab, "structure")
    if report is None:
        return (no_update,) * 5
    names = ("underwater", "correlations", "rolling", "concentration")
    drawn = [boxed(name, figure_of(name, report, view, theme)) for name in names]
    sold = present.shown(
        tables.sold_table(report, reader_style(), view["pick"]),
        "How long each position takes to sell",
        view["pick"],
        "sold",
    )
    return *drawn, sold


clientside_callback(
    ClientsideFunction("risk", "view"),
    Output(Risk.VIEW, "data"),
    Input(Risk.PORTFOLIO, "value"),
    Input(Risk.MEASURE, "value"),
    Input(Risk.BY, "value"),
    Input(Risk.SCOPE, "value"),
    Input(Risk.LEVEL, "value"),
    Input(Risk.HORIZON, "value"),
    Input(Risk.METHOD, "value"),
    Input(Risk.GROUP, "value"),
    Input(Risk.FACTOR_SETS, "value"),
    Input(Risk.SPEED, "value"),
    Input(Risk.ROLLED, "value"),
    Input(Risk.PICK, "data"),
    State(Risk.VIEW, "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("risk", "tab"),
    Output(Risk.PANEL_SOURCES, "hidden"),
    Output(Risk.PANEL_LOSSES, "hidden"),
    Output(Risk.PANEL_STRUCTURE, "hidden"),
    Input(Risk.TABS, "active_tab"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("risk", "unpick"),
    Output(Risk.PICK, "data"),
    Input(Risk.CHOSEN_CLEAR, "n_clicks"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("risk", "chosen"),
    Output(Risk.CHOSEN, "hidden"),
    Output(Risk.CHOSEN_CLEAR, "children"),
    Input(Risk.VIEW, "data"),
)
