"""Which of two answers is nearer to the goal of a request?"""

from __future__ import annotations

from engine.result import OptimizationResult
from engine.spec import OptimizationRequest


def score_of(result: OptimizationResult, request: OptimizationRequest) -> float:
    """Return the figure of the goal, the smaller the better."""
    metrics = result.metrics
    assert metrics is not None
    if result.goal_figure is not None:
        return result.goal_figure.value_frac
    kind = str(getattr(request.objective, "kind", ""))
    if kind == "max_sharpe" and metrics.sharpe is not None:
        return -metrics.sharpe
    if kind == "max_return":
        return -metrics.return_annual_frac
    if kind == "max_utility":
        aversion = float(getattr(request.objective, "risk_aversion", 1.0))
        return 0.5 * aversion * metrics.volatility_annual_frac**2 - metrics.return_annual_frac
    return metrics.volatility_annual_frac
