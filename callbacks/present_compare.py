"""In which tables do portfolios stand side by side?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dash import dcc, html

from components.graph import chart
from components.ids_compare import Compare
from components.sample_badge import sample_badge
from components.table import table
from services import formatting
from services.charts.compare import falls, growth
from services.charts.look import Look
from services.formatting import Style
from services.messages.comparison import ComparedPortfolio, ComparedWeights, Comparison
from services.number_style import in_style

PROMPT = "Choose two to four portfolios above, or tick them in the table of Home."
TOO_FEW = "There are fewer than two portfolios that you may see. Make another one on Home, then compare them here."
Cell = Callable[[ComparedPortfolio], Any]


def prompt(seen_count: int) -> str:
    """Say what has to be chosen first, or that there is not enough to choose among."""
    return PROMPT if seen_count > 1 else TOO_FEW


def charts(found: Comparison, look: Look) -> tuple[Any, Any]:
    """Return how they grew, and how deep they fell."""
    return (
        chart(growth(found, look), id=Compare.GROWTH_CHART, level=2),
        chart(falls(found, look), id=Compare.FALLS_CHART, level=2),
    )


def currencies(found: Comparison) -> list[dict[str, str]]:
    """Return the currencies that amounts can be told in."""
    return [{"value": one, "label": one} for one in sorted({*found.currencies, found.currency})]


def facts(found: Comparison, style: Style) -> list[tuple[str, Any]]:
    """Return what the figures rest on, for files."""
    days = [(f"As of, {one.name}", formatting.day_short(one.as_of)) for one in found.portfolios]
    return [("Currency of amounts", found.currency), *days, *[("Note", in_style(note, style)) for note in found.notes]]


def figures(found: Comparison, style: Style) -> Any:
    """Return one line a figure, one column a portfolio, and what must be known of them."""
    rows = [[name, *[cell(one) for one in found.portfolios]] for name, cell in _figures(found, style)]
    rows[0][1:] = [_name(one) for one in found.portfolios]
    shown = table(_columns("Figure", found), rows, caption="Figures of each portfolio")
    notes = [html.P(in_style(note, style), className="board-notes") for note in found.notes]
    return [shown, html.Div(notes, className="board-words")] if notes else shown


def common(found: Comparison, style: Style) -> Any:
    """Return what each two hold in common, the most first."""
    names = {one.portfolio_id: one.name for one in found.portfolios}
    ordered = sorted(found.overlaps, key=lambda one: -one.overlap_frac)
    rows = [
        [
            f"{names[one.first_id]} and {names[one.second_id]}",
            formatting.weight(one.overlap_frac, style=style),
            formatting.number(one.shared_count, 0, style=style),
        ]
        for one in ordered
    ]
    columns = (("Portfolios", False), ("Overlap", True), ("Shared assets", True))
    return table(columns, rows, caption="What each two portfolios hold in common")


def sectors(found: Comparison, style: Style) -> Any:
    """Return the weight of each sector in each portfolio."""
    return table(_columns("Sector", found), _weights(found.sectors, style), caption="Weight by sector")


def holdings(found: Comparison, style: Style) -> Any:
    """Return the weight of each asset in each portfolio, and how many are not listed."""
    if not found.holdings:
        return html.P("None of them holds anything.", className="muted board-pad")
    shown = table(_columns("Asset", found), _weights(found.holdings, style), caption="Weight of each asset")
    if not found.others_count:
        return shown
    rest = f"{formatting.count(found.others_count, 'lighter asset', style=style)} of one portfolio not listed."
    return [shown, html.P(rest, className="board-notes board-pad")]


def _columns(first: str, found: Comparison) -> list[tuple[str, bool]]:
    return [(first, False), *[(one.name, True) for one in found.portfolios]]


def _weights(lines: Sequence[ComparedWeights], style: Style) -> list[list[Any]]:
    return [
        [
            html.Span(one.name, title=one.title) if one.title != one.name else one.name,
            *[formatting.weight(weight, style=style) if weight != 0.0 else "\u2013" for weight in one.weights_frac],
        ]
        for one in lines
    ]


def _name(one: ComparedPortfolio) -> Any:
    link = dcc.Link(one.name, href=f"/portfolios/{one.portfolio_id}")
    return html.Span([link, " ", sample_badge()]) if one.is_sample else link


def _figures(found: Comparison, style: Style) -> list[tuple[str, Cell]]:
    """Return the lines: words and what stands in the column of a portfolio."""

    def fraction(field: str, *, signed: bool = False) -> Cell:
        return lambda one: formatting.rate(getattr(one, field), style=style, signed=signed)

    def amount(field: str, *, signed: bool = False) -> Cell:
        return lambda one: formatting.money(getattr(one, field), style=style, signed=signed)

    def count(field: str) -> Cell:
        return lambda one: formatting.number(getattr(one, field), 0, style=style)

    return [
        ("Portfolio", _name),
        (f"Value, {found.currency}", amount("value_ccy")),
        (f"Day's result, {found.currency}", amount("day_pnl_ccy", signed=True)),
        ("Day", fraction("day_frac", signed=True)),
        ("Year to date", fraction("return_ytd_frac", signed=True)),
        ("Against its benchmark", lambda one: formatting.points(one.active_ytd_frac, style=style, signed=True)),
        ("Benchmark", lambda one: one.benchmark_name or formatting.MISSING),
        ("One year", fraction("return_1y_frac", signed=True)),
        ("Volatility, one year", fraction("volatility_1y_annual_frac")),
        ("Maximum drawdown, one year", fraction("max_drawdown_1y_frac")),
        ("Volatility of what is held, annual", fraction("volatility_annual_frac")),
        ("Value at risk 95%, one day", fraction("var_95_1d_frac")),
        ("Tracking error, annual", fraction("tracking_error_annual_frac")),
        ("Largest holding", lambda one: _largest(one, style)),
        ("Holdings", count("holdings_count")),
        ("Drift", lambda one: formatting.weight(None if one.drift is None else one.drift.total_frac, style=style)),
        ("Risk used", lambda one: formatting.percent(one.limit_used_frac, 0, style=style)),
        ("Broken limits", count("limits_broken_count")),
        ("Broken rules", lambda one: _rules(one, style)),
        ("As of", lambda one: formatting.day_short(one.as_of)),
    ]


def _largest(one: ComparedPortfolio, style: Style) -> str:
    if one.largest_symbol is None:
        return formatting.MISSING
    return f"{one.largest_symbol}, {formatting.weight(one.largest_frac, style=style)}"


def _rules(one: ComparedPortfolio, style: Style) -> str:
    if one.rules is None:
        return formatting.MISSING
    unknown = {"unchecked": "not checked", "indeterminate": "not judged"}
    return unknown.get(one.rules) or formatting.number(one.rules_broken_count, 0, style=style)
