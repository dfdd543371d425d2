"""What does the page of stress tests show: every scenario's loss, and where that of the chosen one comes from?"""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, html, no_update
from dash.exceptions import PreventUpdate

from callbacks import present_stress as present
from callbacks import stress_ask as asking
from callbacks import stress_figures as drawing
from callbacks.actor import Permission, actor, may, services
from callbacks.present_errors import closed, in_its_place
from callbacks.present_file import rests_on
from callbacks.present_toast import put
from callbacks.still import still
from callbacks.wording import reader_style, told
from components.button import link_button
from components.card import card, columns
from components.empty_state import empty_state
from components.ids import Shell, Stress
from components.sample_badge import sample_badge
from components.stress_layout import chart_box, no_bars_yet
from components.toast import banner
from services import formatting
from services.errors import ServiceError
from services.messages.analyses import AnalysisAnswer
from services.messages.stress_report import ScenarioResult, StressReport
from services.stress_sheets import facts
from services.stress_shown import chosen_of

View = dict[str, str]


@callback(
    Output(Stress.PORTFOLIO, "options"),
    Output(Stress.PORTFOLIO, "value"),
    Input(Shell.RESYNC, "data"),
    State(Stress.VIEW, "data"),
    State(Stress.PORTFOLIO, "value"),
)
@closed(Stress.PROBLEM, Stress.MAIN)
def show_choices(_resync: object, view: View, chosen: str | None) -> tuple[Any, ...]:
    """Offer the portfolios that the person may see; the first one where none is named."""
    found = services().portfolios.list(actor())
    if not found:
        put(Stress.PROBLEM, children=_no_portfolios())
        put(Stress.MAIN, hidden=True)
        return [], no_update
    value = still(chosen, [one.id for one in found], view["portfolio"] or found[0].id)
    return [{"value": one.id, "label": one.name} for one in found], value


@callback(
    Output(Stress.BADGE, "children"),
    Output(Stress.STATE, "children"),
    Output(Stress.FIGURES, "children"),
    Output(Stress.BARS, "children"),
    Output(Stress.LIBRARY, "children"),
    Input(Stress.VIEW, "data"),
    Input(Stress.TICK, "n_intervals"),
    Input(Stress.RETRY, "n_clicks"),
    Input(Shell.RESYNC, "data"),
    Input(Stress.CHOSEN, "data"),
    State(Stress.PICK, "data"),
    State(Shell.THEME_SHOWN, "data"),
)
def show(
    view: View, tick: int | None, clicks: Any, _resync: object, part: str | None, pick: View, theme: str | None
) -> tuple[Any, ...]:
    """Show what every scenario does; choose the worst one where none is chosen."""
    if not view["portfolio"]:
        raise PreventUpdate
    answer = _asked(view, again=ctx.triggered_id == Stress.RETRY and bool(clicks))
    if answer is None:
        return (no_update,) * 5
    found = asking.report(answer, Stress.TICK, tick)
    put(Stress.RETRY, hidden=not asking.may_retry(answer))
    put(Stress.LAW, data=None if found is None or found.law is None else found.law.model_dump(mode="json"))
    if found is None:
        return (
            None,
            None,
            asking.none_yet(answer, 2),
            [asking.instead(answer, 380), no_bars_yet()],
            asking.none_yet(answer, 10),
        )
    chosen, style = _chosen(found, view, pick), reader_style()
    bars = boxed(Stress.BARS_CHART, "losses", drawing.losses(found, view["group"], theme, part or ""))
    library = present.library(found, services().stress.scenarios(actor()), view["group"], chosen, style)
    badge = sample_badge() if found.is_sample else None
    return badge, _state(answer, found), present.figures(found, style), bars, library


@callback(
    Output(Stress.DETAIL_WORDS, "children"),
    Output(Stress.WATERFALL, "children"),
    Output(Stress.SECTORS, "children"),
    Output(Stress.COURSE, "children"),
    Output(Stress.COMPARED, "children"),
    Output(Stress.COVERAGE, "children"),
    Input(Stress.PICK, "data"),
    Input(Stress.TICK_DETAIL, "n_intervals"),
    Input(Stress.retry("detail"), "n_clicks"),
    Input(Stress.CHOSEN, "data"),
    State(Shell.THEME_SHOWN, "data"),
)
def show_one(pick: View, tick: int | None, _again: Any, part: str | None, theme: str | None) -> tuple[Any, ...]:
    """Show where the chosen scenario's loss comes from, how it unfolds, and how well it is covered."""
    if not (pick["portfolio"] and pick["scenario"]):
        raise PreventUpdate
    answer = asking.ask_one(pick, again=asking.is_again("detail"))
    found = asking.report(answer, Stress.TICK_DETAIL, tick, "detail")
    if found is None:
        return asking.instead(answer, 80), *(asking.none_yet(answer, 8) for _ in range(5))
    one, style = found.results[0], reader_style()
    words = present.detail_words(one, found, style)
    if one.total_frac is None:
        return words, *(html.P("Nothing could be computed.", className="muted") for _ in range(5))
    waterfall, sectors = (_detail(name, found, one, theme, part) for name in ("waterfall", "sectors"))
    compared, coverage = present.compared(one, found, style, part or ""), present.coverage(one, style, part or "")
    return words, waterfall, sectors, _course(found, one, theme, part), compared, coverage


def _chosen(found: StressReport, view: View, pick: View) -> str:
    """Return the scenario to look at, and have the rest of the page follow where it is another one."""
    chosen = chosen_of(found, view["group"], pick["scenario"])
    if chosen != pick["scenario"] or view["portfolio"] != pick["portfolio"]:
        put(Stress.PICK, data={**pick, "portfolio": view["portfolio"], "scenario": chosen})
    return chosen


def _asked(view: View, *, again: bool) -> AnalysisAnswer | None:
    """Ask for all scenarios; a refusal takes the place of the page, and None comes back."""
    try:
        answer = asking.ask_all(view["portfolio"], again=again)
    except ServiceError as error:
        put(Stress.PROBLEM, children=in_its_place(error, "This portfolio", ("All portfolios", "/"), is_page=True))
        put(Stress.MAIN, hidden=True)
        return None
    put(Stress.PROBLEM, children=None)
    put(Stress.MAIN, hidden=False)
    return answer


def _course(found: StressReport, one: ScenarioResult, theme: str | None, part: str | None) -> Any:
    """Return the charts of the way down, or those of the factors, or why there are none."""
    if one.path is not None:
        return columns(*(card(_detail(name, found, one, theme)) for name in ("course", "fall")))
    if one.factors:
        return card(_detail("factors", found, one, theme, part))
    words = "Prices of these days are not stored, so the event is known as one move, not day by day."
    return card(empty_state("No course to draw", words, glyph="graph-down", level=3))


CHART_IDS = {
    "losses": Stress.BARS_CHART,
    "waterfall": Stress.WATERFALL_CHART,
    "sectors": Stress.SECTORS_CHART,
    "course": Stress.COURSE_CHART,
    "fall": Stress.FALL_CHART,
    "factors": Stress.FACTORS_CHART,
}


def _detail(name: str, found: StressReport, one: ScenarioResult, theme: str | None, part: str | None = None) -> Any:
    return boxed(CHART_IDS[name], name, drawing.of_one(name, found, one, theme, part or ""))


def boxed(chart_id: str, name: str, figure: Any) -> html.Figure:
    """Show a chart with its export menu, as far as the person may export."""
    return chart_box(
        figure,
        chart_id=chart_id,
        name=name,
        has_browser=services().exports.has_browser,
        may_export=may(Permission.EXPORTS_MAKE),
    )


def _state(answer: AnalysisAnswer, found: StressReport) -> Any:
    """Return when it was computed, and the notes; a warning where newer data are being taken in."""
    assert answer.computed_at_utc is not None
    rests_on("/stress", f"{found.name[:48]} stress {found.as_of.isoformat()}", facts(found))
    at = formatting.moment(answer.computed_at_utc)
    elapsed = formatting.duration(answer.elapsed_ms, style=reader_style())
    words = present.state_words(found, at, elapsed)
    shown = [banner("Good to know", f"{words} {told(' '.join(found.notes))}".strip(), tone="info")]
    if not answer.is_current:
        shown.insert(0, banner("Being computed anew", "Newer data are being taken in.", tone="warn"))
    return shown


def _no_portfolios() -> Any:
    return empty_state(
        "There is no portfolio yet",
        "Stress tests are made of what portfolios hold. Create one, or take the sample portfolios.",
        glyph="lightning",
        actions=link_button("Go to Home", "/", kind="primary"),
        level=1,
    )


clientside_callback(
    ClientsideFunction("stress", "view"),
    Output(Stress.VIEW, "data"),
    Input(Stress.PORTFOLIO, "value"),
    Input(Stress.GROUP, "value"),
    State(Stress.VIEW, "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("stress", "pick"),
    Output(Stress.PICK, "data"),
    Input(Stress.card(ALL), "n_clicks"),
    Input(Stress.MODE, "value"),
    Input(Stress.PORTFOLIO, "value"),
    State(Stress.PICK, "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("stress", "tab"),
    Output(Stress.PANEL_RESULTS, "hidden"),
    Output(Stress.PANEL_BUILDER, "hidden"),
    Output(Stress.PANEL_CHANCE, "hidden"),
    Output(Stress.PANEL_REPAIR, "hidden"),
    Input(Stress.TABS, "active_tab"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("stress", "chosen"),
    Output(Stress.CHOSEN_BOX, "hidden"),
    Output(Stress.CHOSEN_CLEAR, "children"),
    Input(Stress.CHOSEN, "data"),
    State(Stress.PICK, "data"),
)
clientside_callback(
    ClientsideFunction("stress", "unchoose"),
    Input(Stress.CHOSEN_CLEAR, "n_clicks"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("stress", "keep"),
    Input(Stress.PICK, "data"),
    prevent_initial_call=True,
)
