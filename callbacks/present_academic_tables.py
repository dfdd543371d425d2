"""Which tables does a benchmark fill on its page?"""

from __future__ import annotations

import math
from typing import Any, Final

from dash import html

from components.card import card
from components.kpi_card import MISSING
from components.table import table
from services import formatting
from services.formatting import Style
from services.messages.academic import ALGORITHM_NAMES, AcademicResult

PROVEN_GAP_FRAC = 1e-6
OWN_SETS: Final = (
    "With few holdings, GD and the errors are means over each algorithm's own portfolios, and IGD falls the more of "
    "them there are: the search has one for every trade-off, also where few holdings lie far from that frontier, so an "
    "algorithm with hardly any there can show smaller figures, though none has a better portfolio for a proven "
    "trade-off."
)


def algorithms(found: AcademicResult, style: Style) -> Any:
    """Return what each algorithm reached, the same problem side by side."""
    times = {(one.algorithm, one.problem): one.elapsed_ms for one in found.times}
    few = formatting.count(found.few_summary.holdings_count, "holding", style=style)
    rows = [
        [
            ALGORITHM_NAMES[one.algorithm],
            "any number" if one.problem == "all" else few,
            formatting.number(one.evaluations_count, 0, style=style),
            formatting.duration(times[one.algorithm, one.problem][-1], style=style),
            formatting.percent(one.hypervolume_frac, 2, style=style),
            formatting.number(one.generational_distance, 5, style=style),
            formatting.number(one.inverted_distance, 5, style=style),
            _percent(one.mean_error_percent, style),
            _percent(one.median_error_percent, style),
        ]
        for one in sorted(found.scores, key=lambda score: score.problem)
    ]
    if not rows:
        return html.P("There is nothing to compare: one portfolio alone is efficient.", className="muted card-body")
    heads = (
        ("Algorithm", False),
        ("Holdings", False),
        ("Evaluations", True),
        ("Time", True),
        ("Hypervolume", True),
        ("GD", True),
        ("IGD", True),
        ("Mean error, %", True),
        ("Median error, %", True),
    )
    return table(heads, rows, caption="What each algorithm reached")


def own_sets(found: AcademicResult) -> str | None:
    """Say why an algorithm can show smaller figures than the search; None where the search is not compared."""
    is_compared = any(one.algorithm == "search" for one in found.scores)
    return OWN_SETS if is_compared else None


def literature(found: AcademicResult, style: Style) -> list[Any]:
    """Return our figures above the published ones of the same instance; nothing where there are none."""
    if not found.published:
        return []
    ours = found.few_summary
    rows = [
        [
            "Search with proof, this run",
            _percent(ours.mean_error_percent, style),
            _percent(ours.median_error_percent, style),
            _percent(ours.variance_error_percent, style),
            _percent(ours.mean_return_error_percent, style),
        ],
        *(
            [
                one.method,
                _percent(one.mean_error_percent, style),
                _percent(one.median_error_percent, style),
                _percent(one.variance_error_percent, style),
                _percent(one.mean_return_error_percent, style),
            ]
            for one in found.published
        ),
    ]
    heads = (
        ("Method", False),
        ("Mean error, %", True),
        ("Median error, %", True),
        ("Variance error, %", True),
        ("Return error, %", True),
    )
    by_source: dict[str, list[str]] = {}
    for one in found.published:
        by_source.setdefault(one.source, []).append(one.method)
    sources = [html.Div(f"{', '.join(methods)}: {source}.") for source, methods in by_source.items()]
    note = (
        f"Published figures for {found.name} ({found.market}), taken by name and number of assets. The errors are not "
        "what is minimized: other trade-offs, or points gathered where the frontier is near, lower them as well."
    )
    shown = table(heads, rows, caption="Beside the literature")
    return [card(shown, title="Literature", note=note, foot=sources, flush=True)]


def few_holdings(found: AcademicResult, style: Style) -> Any:
    """Return the portfolio at every trade-off."""
    rows = [
        [
            formatting.number(one.tradeoff, 2, style=style),
            formatting.percent(one.mean_period_frac, 3, style=style),
            formatting.percent(math.sqrt(one.variance_period), 3, style=style),
            "proven" if one.gap_frac <= PROVEN_GAP_FRAC else formatting.percent(one.gap_frac, 3, style=style),
            _percent(one.deviation_percent, style),
            ", ".join(
                f"{place}: {formatting.percent(weight, 1, style=style)}"
                for place, weight in zip(one.held, one.weights_frac, strict=True)
            ),
        ]
        for one in found.few
    ]
    heads = (
        ("Trade-off", True),
        ("Mean", True),
        ("Deviation", True),
        ("Gap", True),
        ("Error, %", True),
        ("Assets by their places", False),
    )
    return table(heads, rows, caption="Portfolios of few holdings")


def _percent(value: float | None, style: Style) -> str:
    return MISSING if value is None else formatting.number(value, 4, style=style)
