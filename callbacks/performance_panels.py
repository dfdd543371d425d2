"""What stands behind the tabs of the page of performance: figures, months and course, attribution, regimes?"""

from __future__ import annotations

from typing import Any

from dash import Input, Output, State, callback

from callbacks import performance_ask as asking
from callbacks import present_performance as present
from callbacks import present_performance_months as present_months
from callbacks import present_performance_why as present_why
from callbacks.actor import Permission, may, services
from callbacks.performance_figures import attribution, course, regime_chart, rolled_key
from callbacks.present_errors import part
from callbacks.present_performance_money import money_cards
from callbacks.wording import reader_style, told
from components.card import card, columns, stack
from components.empty_state import empty_state
from components.ids import Performance, Shell
from components.performance_layout import chart_box
from services.messages.performance import AttributionView, PerformanceView, PeriodsView, RegimesView
from services.messages.performance_choice import ChoiceView

View = dict[str, str]


@callback(
    Output(Performance.METRICS, "children"),
    Input(Performance.VIEW, "data"),
    Input(Performance.TABS, "active_tab"),
    Input(Performance.TICK_METRICS, "n_intervals"),
    Input(Shell.RESYNC, "data"),
)
@part
def show_metrics(view: View, tab: str, _tick: object, _resync: object) -> Any:
    """Show every figure, each with its formula."""
    if not _is_shown(view, tab, "figures"):
        return None
    answer = asking.ask("performance", asking.performance_request(view), Performance.TICK_METRICS)
    found = asking.read(answer, PerformanceView)
    if found is None:
        return card(asking.instead(answer, 320))
    note = "Each name tells its formula and convention: point at it, press it, or reach it with the keyboard"
    style = reader_style()
    return stack(
        card(present.metrics(found.figures.metrics, style), title="What are the figures?", note=note),
        money_cards(found, style),
    )


@callback(
    Output(Performance.MONTHS, "children"),
    Output(Performance.FALLS, "children"),
    Input(Performance.VIEW, "data"),
    Input(Performance.TABS, "active_tab"),
    Input(Performance.TICK_MONTHS, "n_intervals"),
    Input(Shell.RESYNC, "data"),
)
@part
def show_months(view: View, tab: str, _tick: object, _resync: object) -> tuple[Any, ...]:
    """Show what each month brought, and the deepest falls."""
    if not _is_shown(view, tab, "months"):
        return None, None
    answer = asking.ask("performance", asking.performance_request(view), Performance.TICK_MONTHS)
    found = asking.read(answer, PerformanceView)
    if found is None:
        return asking.instead(answer, 200), None
    style, chosen = reader_style(), asking.chosen(view, Performance.TICK_MONTHS)
    months = present_months.months(found, style, chosen)
    return months, present_months.falls(found, style, chosen)


@callback(
    Output(Performance.ROLLING, "children"),
    Output(Performance.UNDERWATER, "children"),
    Input(Performance.VIEW, "data"),
    Input(Performance.TABS, "active_tab"),
    Input(Performance.TICK_COURSE, "n_intervals"),
    Input(Shell.RESYNC, "data"),
    State(Shell.THEME_SHOWN, "data"),
)
@part
def show_course(view: View, tab: str, _tick: object, _resync: object, theme: str | None) -> tuple[Any, ...]:
    """Show a rolling figure, and how far it stood below its peaks."""
    if not _is_shown(view, tab, "course"):
        return None, None
    answer = asking.ask("performance", asking.performance_request(view), Performance.TICK_COURSE)
    found = asking.read(answer, PerformanceView)
    if found is None:
        return asking.instead(answer, 200), None
    name, chosen = f"rolling-{rolled_key(found, view['rolled'])}", asking.chosen(view, Performance.TICK_COURSE)
    return _boxed(name, course(found, name, theme)), _boxed("underwater", course(found, "underwater", theme, chosen))


@callback(
    Output(Performance.WHY, "children"),
    Input(Performance.VIEW, "data"),
    Input(Performance.TABS, "active_tab"),
    Input(Performance.TICK_WHY, "n_intervals"),
    Input(Shell.RESYNC, "data"),
    State(Shell.THEME_SHOWN, "data"),
)
@part
def show_why(view: View, tab: str, _tick: object, _resync: object, theme: str | None) -> Any:
    """Show where the return came from."""
    if not _is_shown(view, tab, "why"):
        return None
    answer = asking.ask("performance_attribution", asking.attribution_request(view), Performance.TICK_WHY)
    found = asking.read(answer, AttributionView)
    if found is None:
        return card(asking.instead(answer, 320))
    style, chosen = reader_style(), asking.chosen(view, Performance.TICK_WHY)
    return stack(*_brinson(found, theme, chosen), *_sources(found, theme, chosen), present_why.residuals(found, style))


def _brinson(found: AttributionView, theme: str | None, chosen: ChoiceView | None) -> list[Any]:
    """Return the way from benchmark to portfolio with its segments, or why it cannot be told."""
    if found.brinson is None:
        words = told(found.brinson_sentence or "")
        return [card(empty_state("Segments cannot be compared", words, glyph="diagram-3"))]
    table = present_why.segments(found, reader_style(), chosen)
    charts = columns(
        card(_boxed("attribution", attribution(found, "attribution", theme, chosen))),
        card(_boxed("segments", attribution(found, "segments", theme, chosen))),
    )
    return [charts, card(table, title="Which segments and holdings made the difference?", flush=True)]


def _sources(found: AttributionView, theme: str | None, chosen: ChoiceView | None) -> list[Any]:
    """Return contributions, factors and currencies."""
    first = card(_boxed("contributions", attribution(found, "contributions", theme, chosen)))
    second = (
        card(
            _boxed("factors", attribution(found, "factors", theme, chosen)),
            foot=present_why.factor_foot(found, reader_style()),
        )
        if found.factors is not None
        else card(empty_state("No factors", told(found.factors_sentence or ""), glyph="bar-chart-steps"))
    )
    shown = [columns(first, second)]
    if found.currency is not None:
        shown.append(card(_boxed("currencies", attribution(found, "currencies", theme, chosen))))
    return shown


@callback(
    Output(Performance.REGIMES, "children"),
    Input(Performance.VIEW, "data"),
    Input(Performance.TABS, "active_tab"),
    Input(Performance.TICK_REGIMES, "n_intervals"),
    Input(Shell.RESYNC, "data"),
    State(Shell.THEME_SHOWN, "data"),
)
@part
def show_regimes(view: View, tab: str, _tick: object, _resync: object, theme: str | None) -> Any:
    """Show calm and turbulent times with their figures."""
    if not _is_shown(view, tab, "regimes"):
        return None
    answer = asking.ask("performance_regimes", asking.periods_request(view), Performance.TICK_REGIMES)
    found = asking.read(answer, RegimesView)
    if found is None:
        return card(asking.instead(answer, 320))
    if not found.regimes.has_two:
        words = told(" ".join((found.regimes.sentence, *found.regimes.notes)))
        title = "One state explains the returns as well" if found.regimes.regimes else "No regimes can be told"
        return stack(card(empty_state(title, words, glyph="activity")), *_markets(view, found))
    style, chosen = reader_style(), asking.chosen(view, Performance.TICK_REGIMES)
    return stack(
        card(_boxed("regimes", regime_chart(found, theme)), foot=told(found.regimes.sentence)),
        columns(
            card(present_why.regime_table(found.regimes, style), title="How did it do in each?", flush=True),
            card(present_why.run_table(found.regimes, style, chosen), title="When was it turbulent?", flush=True),
        ),
        *_markets(view, found),
    )


def _markets(view: View, head: RegimesView) -> list[Any]:
    """Return how it did in each kind of market; nothing without a benchmark, or while that is being computed."""
    if head.benchmark is None:
        return []
    answer = asking.ask("performance_periods", asking.periods_request(view), Performance.TICK_REGIMES)
    found = asking.read(answer, PeriodsView)
    if found is None or found.phases is None or not found.phases.phases:
        return []
    title = "How did it do in rising and falling, calm and turbulent markets?"
    body = present_why.market_table(found.phases, reader_style())
    foot = told(" ".join(found.phases.notes)) or None
    return [card(body, title=title, note=told(found.phases.sentence), foot=foot, flush=True)]


def _is_shown(view: View, tab: str, wanted: str) -> bool:
    """Whether a panel is to be filled; those behind other tabs are emptied: every part on a page slows the rest."""
    return tab == wanted and bool(view["portfolio"])


def _boxed(name: str, figure: Any) -> Any:
    return chart_box(
        figure,
        plot_id=Performance.chart(name),
        name=name,
        has_browser=services().exports.has_browser,
        may_export=may(Permission.EXPORTS_MAKE),
    )
