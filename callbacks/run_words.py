"""What does each measure of a result mean, and how does the finding read as one sentence?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from callbacks.optimize_words import plain
from components.result_view import MetricLine
from services import formatting
from services.charts.differences import shown_difference
from services.formatting import MISSING
from services.messages.optimize import OptimizationResult
from services.number_style import in_style

HELD_FRAC: Final = 5e-9


@dataclass(frozen=True)
class _Measure:
    """A measure: where it stands in the metrics, what it means, how it is written, whether it is looked at first."""

    field: str
    name: str
    definition: str
    write: Callable[..., str]
    is_key: bool = False
    is_gain: bool = False


_MEASURES: Final = (
    _Measure(
        "return_annual_frac",
        "Expected return (arithmetic)",
        "Expected arithmetic return per year, from the estimated mean of daily simple returns times 252. A return "
        "that was earned is geometric: it compounds, and is lower the more it fluctuates.",
        formatting.rate,
        True,
        True,
    ),
    _Measure(
        "volatility_annual_frac",
        "Volatility",
        "Standard deviation of the return per year: that of a day times the square root of 252.",
        formatting.rate,
        True,
    ),
    _Measure(
        "sharpe",
        "Sharpe ratio",
        "Expected return less the risk-free rate, divided by volatility.",
        formatting.ratio,
        True,
        True,
    ),
    _Measure(
        "var_95_1d_frac",
        "VaR 95%",
        "Loss that a day exceeds in 5 of 100 cases; positive is a loss.",
        formatting.rate,
        True,
    ),
    _Measure(
        "var_99_1d_frac", "VaR 99%", "Loss that a day exceeds in 1 of 100 cases; positive is a loss.", formatting.rate
    ),
    _Measure(
        "cvar_95_1d_frac",
        "CVaR 95%",
        "Average loss of the worst 5 of 100 days (expected shortfall); positive is a loss.",
        formatting.rate,
        True,
    ),
    _Measure(
        "cvar_99_1d_frac",
        "CVaR 99%",
        "Average loss of the worst day in 100 (expected shortfall); positive is a loss.",
        formatting.rate,
    ),
    _Measure(
        "max_drawdown_frac",
        "Maximum drawdown",
        "Largest fall from a peak that these weights, rebalanced daily, would have had over the window.",
        formatting.rate,
        True,
    ),
)


def metric_lines(result: OptimizationResult, style: formatting.Style) -> list[MetricLine]:
    """Return the measures of the proposal beside those of the current portfolio, as text."""
    return [_line(measure, result, style) for measure in _MEASURES]


def _line(measure: _Measure, result: OptimizationResult, style: formatting.Style) -> MetricLine:
    after = getattr(result.metrics, measure.field, None)
    before = getattr(result.current_metrics, measure.field, None)
    factor = 1 if measure.write is formatting.ratio else 100
    difference = shown_difference(after, before, 2, factor)
    is_colored = measure.is_gain and difference
    return MetricLine(
        name=measure.name,
        definition=measure.definition,
        current=measure.write(before, style=style),
        proposed=measure.write(after, style=style),
        change=_change(measure, difference, style),
        direction="flat" if not is_colored else "up" if (difference or 0) > 0 else "down",
        is_key=measure.is_key,
    )


def _change(measure: _Measure, difference: Decimal | None, style: formatting.Style) -> str:
    """Return a signed difference of the figures shown; that of two percentages is in percentage points."""
    if measure.write is formatting.ratio:
        return formatting.number(difference, 2, style=style, signed=True)
    if difference is None:
        return MISSING
    return formatting.number(difference, 2, style=style, signed=True) + " pp"


def finding(result: OptimizationResult, style: formatting.Style) -> str:
    """Return the finding: the ratio, the risk, and how many of the assets, stocks where all are stocks, are held."""
    metrics = result.metrics
    if metrics is None:
        return in_style(result.message, style)
    noun = "stock" if (result.lineage.data or {}).get("asset_classes") == ["equity"] else "asset"
    held = sum(abs(line.weight_frac) > HELD_FRAC for line in result.weights)
    risk = f"{formatting.percent(metrics.volatility_annual_frac, 1, style=style)} volatility"
    if result.goal_figure is not None:
        sought = result.goal_figure
        told = f"{in_style(sought.name, style)} {formatting.rate(sought.value_frac, style=style)} {sought.unit}".strip()
        risk = f"{told} at {risk}"
    head = (
        risk
        if metrics.sharpe is None or result.goal_figure is not None
        else f"Sharpe {formatting.ratio(metrics.sharpe, style=style)} at {risk}"
    )
    return f"{head}; {held} of {formatting.count(len(result.weights), noun, style=style)} held"


def notes_of(result: OptimizationResult, style: formatting.Style) -> list[str]:
    """Return how VaR and drawdown were found, and whatever else the engine wants known, in the reader's format."""
    metrics = result.metrics
    found: list[Any] = [metrics.var_note, metrics.max_drawdown_note] if metrics else []
    marks = list((result.lineage.data or {}).get("sample_notes") or ())
    texts = (*marks, *found, *(note for note in result.notes if note not in marks))
    return [in_style(plain(text), style) for text in texts if text]
