"""How do figures of performance read on the page: the strip on top, the figures, and the stretches?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from dash import html

from callbacks.present_performance_choice import added_text, column_of
from callbacks.present_performance_money import money_value
from callbacks.present_performance_months import span_chooser
from components.kpi_card import MISSING, kpi_card, kpi_strip
from components.pills import tag
from components.table import table
from components.take import exact_attributes, takeable
from services import formatting
from services.formatting import Style
from services.messages.performance import (
    ActivePeriods,
    Metric,
    PerformanceView,
)
from services.messages.performance_choice import ChoiceView
from services.number_style import in_style
from services.performance_words import (
    GROUPS,
    banded,
    kind_words,
    metric_text,
    ordinal,
    significance,
    spread_text,
    start_words,
)

STREAK: Final = "streak"
"""Days in a row say little: they stand in files and in the API alone."""


def strip(view: PerformanceView, style: Style) -> Any:
    """Return the six figures on top: what was earned, against what, and at which risk; or the way of the money."""
    if view.basis == "mwr":
        return kpi_strip(*_money_cards(view, style), label="What the money did")
    cards = [_return_card(view, style)]
    found = {one.key: one for one in view.figures.metrics}
    if view.benchmark is not None and view.benchmark_return_frac is not None:
        other = formatting.rate(view.benchmark_return_frac, style=style)
        cards.append(_against(view.return_frac - view.benchmark_return_frac, f"{view.benchmark.name}: {other}", style))
    for key in ("volatility", "sharpe", "max_drawdown", "beta", "information_ratio"):
        if key in found and len(cards) < 6:
            cards.append(_metric_card(found[key], style))
    return kpi_strip(*cards, label="How it did")


def _return_card(view: PerformanceView, style: Style) -> Any:
    yearly = next((one.value for one in view.figures.metrics if one.key == "annualized_return"), None)
    note = view.period.label if yearly is None else f"{formatting.rate(yearly, style=style)} a year"
    value = view.return_frac
    return kpi_card(
        "Time-weighted return", formatting.rate(value, style=style), note=note, sense="up" if value >= 0 else "down"
    )


def _against(ahead: float, note: str, style: Style) -> Any:
    return kpi_card(
        "Against the benchmark",
        formatting.points(ahead, style=style, signed=True),
        note=note,
        sense="up" if ahead >= 0 else "down",
    )


def _money_cards(view: PerformanceView, style: Style) -> list[Any]:
    """Return the money-weighted return beside that of the same flows in the benchmark, and the way of the money."""
    value, other = money_value(view.money), money_value(view.benchmark_money)
    unit = "a year" if view.money.is_annualized else "over the period"
    missing = in_style(view.money.sentence, style) if value is None else unit
    cards = [
        kpi_card(
            "Money-weighted return",
            MISSING if value is None else formatting.rate(value, style=style),
            note=missing,
            sense=None if value is None else ("up" if value >= 0 else "down"),
        )
    ]
    if view.benchmark is not None and value is not None and other is not None:
        words = f"The same money in {view.benchmark.name}: {formatting.rate(other, style=style)}"
        cards.append(_against(value - other, words, style))
    bridge, currency = view.bridge, view.base_currency
    steps = (
        ("Value at the start", bridge.start_ccy, start_words(view.period), False),
        ("Put in, less taken out", bridge.flows_ccy, "cash and assets", True),
        ("Gain", bridge.gain_ccy, "after fees and costs", True),
        ("Value at the end", bridge.end_ccy, formatting.day_short(view.period.end), False),
    )
    for label, amount, note, is_signed in steps:
        cards.append(
            kpi_card(
                label, formatting.money(amount, style=style, signed=is_signed, decimals=0), unit=currency, note=note
            )
        )
    return cards


def _metric_card(one: Metric, style: Style) -> Any:
    spread = spread_text(one, style)
    note = spread or (in_style(one.note, style) if one.note else None)
    return kpi_card(one.label, metric_text(one, style), note=note, help_text=f"{one.formula}. {one.convention}")


def metrics(found: Sequence[Metric], style: Style) -> Any:
    """Return every figure by group; each name opens its formula and convention."""
    parts = []
    for group, words in GROUPS.items():
        rows = [html.Tr([_tip(one, style), _value(one, style)]) for one in found if one.group == group]
        if rows:
            body = html.Table(html.Tbody(rows), className="table-q", **{"aria-label": words})
            parts.append(html.Section([html.H3(words), body], className="performance-group"))
    return takeable(html.Div(parts, className="performance-metrics"), **{"aria-label": "Figures"})


def _tip(one: Metric, style: Style) -> html.Th:
    said = {
        "data-performance-tip": one.key,
        "data-label": one.label,
        "data-formula": in_style(one.formula, style),
        "data-convention": in_style(one.convention, style),
        "data-interval": spread_text(one, style, is_long=True),
        "data-remark": in_style(one.note or "", style),
    }
    return html.Th(one.label, scope="row", tabIndex=0, className="performance-tip", **said)


def _value(one: Metric, style: Style) -> html.Td:
    """Return a value with its interval below, which the style sheet writes: every part of a page slows the rest."""
    shown = metric_text(one, style)
    more = {"data-spread": spread_text(one, style), **exact_attributes(shown)}
    return html.Td(shown, className="num", **more)


def bands(found: ActivePeriods, view: PerformanceView, style: Style, chosen: ChoiceView | None = None) -> Any:
    """Return the stretches of out- and underperformance, numbered as in the chart, with what chance says of them.

    With what a chosen group added in each of them.
    """
    rows = []
    is_drawn = view.basis == "twr"  # the chart of the money has no bands
    shaded = banded(found.periods, view.period.sessions_count) if is_drawn else frozenset()
    for number, one in enumerate(found.periods, start=1):
        if one.kind == STREAK:
            continue
        mark = "▲" if one.is_better else "▼"
        name = html.Span(
            [
                html.Span(f"{mark} ", className="is-up" if one.is_better else "is-down"),
                f"{ordinal(number)} {kind_words(one)}",
            ],
            title=in_style(one.sentence, style),
        )
        words = f"{formatting.day_short(one.started_on)} to {formatting.day_short(one.ended_on)}"
        before = one.started_on - timedelta(days=1)
        days = span_chooser(words, before, one.ended_on)
        rows.append(
            [
                [name, *([] if number - 1 not in shaded else [" ", tag("shaded", "info")])],
                days,
                formatting.points(one.active_return_frac, style=style, signed=True),
                formatting.rate(one.portfolio_return_frac, style=style),
                formatting.rate(one.benchmark_return_frac, style=style),
                *(added_text(chosen, before, one.ended_on, style) for _ in column_of(chosen)),
                in_style(significance(one), style),
            ]
        )
    heads = (
        ("Stretch", False), ("Days", False), ("Ahead by", True), ("Portfolio", True), ("Benchmark", True),
        *column_of(chosen), ("Could it be chance?", False),
    )  # fmt: skip
    made = table(heads, rows, caption="When it was ahead of its benchmark or behind")
    return html.Div(made, className="performance-wide")
