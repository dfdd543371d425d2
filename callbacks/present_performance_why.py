"""How do attribution and regimes read in tables: segments with their holdings, residuals, figures of each regime?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from dash import html

from callbacks.present_performance_choice import added_text, column_of
from callbacks.present_performance_months import span_chooser
from components.choose import chooser
from components.kpi_card import MISSING
from components.table import table
from services import formatting
from services.formatting import Style
from services.messages.performance import AttributionView, MarketPhases, Regimes
from services.messages.performance_choice import ChoiceView
from services.number_style import in_style
from services.performance_words import MARKETS, residual_sentences, side_texts, significance

RUNS_MAX_COUNT: Final = 12
METRICS_OF_REGIME: Final = (
    "annualized_return",
    "mean_annual",
    "volatility",
    "sharpe",
    "max_drawdown",
    "beta",
)
TURBULENT: Final = "turbulent"


def segments(found: AttributionView, style: Style, chosen: ChoiceView | None = None) -> Any:
    """Return segments with their effects; each opens to its holdings where there are several, and can be chosen."""
    brinson = found.brinson
    assert brinson is not None
    is_folded = brinson.is_interaction_folded
    names = ["Segment", "Weight", "In benchmark", "Return", "Of benchmark", "Allocation", "Selection"]
    names += [] if is_folded else ["Interaction"]
    rows: list[list[Any]] = []
    for one in brinson.segments:
        effects = [
            one.allocation_frac,
            one.selection_frac,
            *([] if is_folded else [one.interaction_frac]),
            one.total_frac,
        ]
        rows.append(
            [
                _name(found, one.key, style, chosen),
                formatting.weight(one.portfolio_weight_frac, style=style),
                formatting.weight(one.benchmark_weight_frac, style=style),
                _rate(one.portfolio_return_frac, style),
                _rate(one.benchmark_return_frac, style),
                *(formatting.rate(value, style=style, signed=True) for value in effects),
            ]
        )
    totals = [brinson.allocation_frac, brinson.selection_frac, *([] if is_folded else [brinson.interaction_frac])]
    sums = [formatting.rate(value, style=style, signed=True) for value in totals]
    whole = formatting.rate(brinson.active_return_frac - brinson.trading_frac, style=style, signed=True)
    if brinson.linking == "geometric":
        whole = MISSING
    foot = [
        "All segments",
        "",
        "",
        _rate(brinson.portfolio_return_frac, style),
        _rate(brinson.benchmark_return_frac, style),
    ]
    heads = [(name, number > 0) for number, name in enumerate([*names, "Total"])]
    made = table(heads, rows, caption="Effects by segment", foot=[*foot, *sums, whole])
    return html.Div(made, className="performance-wide")


def _name(found: AttributionView, key: str, style: Style, chosen: ChoiceView | None) -> Any:
    """Return a segment's name, which chooses it, and its holdings, each with its part; those of the chosen one open."""
    assert found.brinson is not None
    choice = f"{found.grouping}:{key}"
    is_chosen = chosen is not None and chosen.chosen == choice
    name = chooser(html.Mark(key) if is_chosen else key, choice, is_chosen=is_chosen, title=f"Choose {key}")
    inside = [one for one in found.brinson.assets if one.segment == key]
    if len(inside) < 2:
        return name
    lines = [
        html.Li(
            [
                chooser(found.names.get(one.key, one.key), f"asset:{found.names.get(one.key, one.key)}"),
                f" {formatting.rate(one.total_frac, style=style, signed=True)}",
            ]
        )
        for one in inside
    ]
    count = formatting.count(len(inside), "holding", style=style)
    drill = html.Details(
        [html.Summary(count), html.Ul(lines, className="performance-drill")], className="more", open=is_chosen
    )
    return html.Div([name, drill])


def residuals(found: AttributionView, style: Style) -> Any:
    """Return what every attribution leaves over, and what must be known of them."""
    lines = residual_sentences(found)
    return html.Div([html.P(in_style(one, style), className="performance-residual") for one in lines])


def factor_foot(found: AttributionView, style: Style) -> str:
    """Return the exposures with their intervals."""
    assert found.factors is not None
    parts = []
    for one in found.factors.factors:
        spread = ""
        if one.lower is not None and one.upper is not None:
            low, high = (formatting.number(value, 2, style=style) for value in (one.lower, one.upper))
            spread = f" ({low} to {high})"
        parts.append(f"{one.key} {formatting.number(one.exposure, 2, style=style)}{spread}")
    return f"Exposures with 95% intervals: {'; '.join(parts)}."


def regime_table(found: Regimes, style: Style) -> Any:
    """Return the figures of each state side by side."""
    rows: list[list[Any]] = [
        ["Share of the time", *(formatting.weight(one.probability_frac, style=style) for one in found.regimes)],
        ["Volatility, modeled", *(formatting.rate(one.volatility_annual_frac, style=style) for one in found.regimes)],
        ["A stay lasts", *(_stay(one.expected_count, style) for one in found.regimes)],
        ["Chance to stay", *(formatting.rate(one.stay_frac, style=style) for one in found.regimes)],
    ]
    for key in METRICS_OF_REGIME:
        sides = [next((one for one in regime.metrics if one.key == key), None) for regime in found.regimes]
        first = next((one for one in sides if one is not None), None)
        if first is not None:
            rows.append([first.label, *side_texts(sides, style)])
    heads = [("", False), *((one.label.capitalize(), True) for one in found.regimes)]
    return table(heads, rows, caption="Figures of each state")


def _stay(count: float | None, style: Style) -> str:
    return MISSING if count is None else f"{formatting.number(count, 0, style=style)} sessions"


def run_table(found: Regimes, style: Style, chosen: ChoiceView | None = None) -> Any:
    """Return the turbulent runs, the longest first, whose days choose them; with what a chosen group added in each."""
    runs = sorted((one for one in found.runs if one.label == TURBULENT), key=lambda one: -one.periods_count)
    if not runs:
        return html.P("No turbulent run in this period.", className="muted card-body")
    rows = [
        [
            span_chooser(
                f"{formatting.day_short(one.started_on)} to {formatting.day_short(one.ended_on)}",
                one.started_on - timedelta(days=1),
                one.ended_on,
            ),
            formatting.count(one.periods_count, "session", style=style),
            formatting.rate(one.return_frac, style=style),
            _rate(one.benchmark_return_frac, style),
            *(added_text(chosen, one.started_on - timedelta(days=1), one.ended_on, style) for _ in column_of(chosen)),
        ]
        for one in runs[:RUNS_MAX_COUNT]
    ]
    heads = (("Days", False), ("Length", True), ("Portfolio", True), ("Benchmark", True), *column_of(chosen))
    return table(heads, rows, caption="Turbulent runs, the longest first")


def market_table(found: MarketPhases, style: Style) -> Any:
    """Return how it did in each kind of market, with what chance says of it."""
    rows = [
        [
            MARKETS[one.label],
            formatting.weight(one.share_frac, style=style),
            _rate(one.portfolio_return_frac, style),
            _rate(one.benchmark_return_frac, style),
            formatting.points(one.active_return_frac, style=style, signed=True),
            in_style(significance(one), style),
        ]
        for one in found.phases
    ]
    heads = (
        ("Market", False), ("Of the days", True), ("Portfolio", True), ("Benchmark", True), ("Ahead by", True),
        ("Could it be chance?", False),
    )  # fmt: skip
    made = table(heads, rows, caption="How it did in each kind of market")
    return html.Div(made, className="performance-wide")


def _rate(value: float | None, style: Style) -> str:
    return formatting.rate(value, style=style)
