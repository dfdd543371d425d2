"""In which words does a screen say from what an optimization is estimated: method, history, risk-free rate?"""

from __future__ import annotations

from typing import Any

from services.formatting import Style, count, day, day_short, percent
from services.messages.optimize import OptimizationRequest, Preview
from services.number_style import in_style
from services.optimize_views import views_of

NOT_SET = "Not set (0% is used)"


def estimate_words(estimate: Any, style: Style) -> str:
    """Return the name of a method and how it works, parameters included."""
    return f"{estimate.label}. {in_style(estimate.explain(), style)}"


def rate_words(request: OptimizationRequest, style: Style) -> str:
    """Return the risk-free rate, or that nobody has set one."""
    rate = request.risk_free_annual_frac
    return f"{percent(rate, 2, style=style)} a year" if rate else NOT_SET


def history_words(request: OptimizationRequest, preview: Preview, style: Style) -> str:
    """Return the common window of all assets, and how much of what was asked for it is."""
    asked = count(request.estimates.lookback_days, "trading day", style=style)
    if preview.window_start is None or preview.observations_count is None:
        return f"{asked} to {day(preview.as_of)}"
    used = preview.observations_count
    span = f"{day_short(preview.window_start)} to {day(preview.as_of)}, the same days for all assets"
    if used == request.estimates.lookback_days:
        return f"{asked}, {span}"
    return f"{count(used, 'trading day', style=style)} of {asked} asked for, {span}"


def basis_facts(request: OptimizationRequest, benchmark_name: str | None, style: Style) -> list[tuple[str, str]]:
    """Return names and words of what an answer rests on besides prices: estimates, views, benchmark, risk-free rate."""
    found: list[tuple[str, str]] = []
    if request.problem is None:
        found.append(("Expected returns", estimate_words(request.estimates.expected_returns, style)))
        found += [(f"View {n}", in_style(text, style)) for n, text in enumerate(views_of(request), 1)]
        found.append(("Covariance", estimate_words(request.estimates.covariance, style)))
    if benchmark_name:
        found.append(("Measured against", benchmark_name))
    return [*found, ("Risk-free rate", rate_words(request, style))]
