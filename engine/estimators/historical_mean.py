"""What did the assets earn on average?"""

from __future__ import annotations

from typing import ClassVar, Literal

from engine.estimators import ESTIMATORS, ReturnsEstimator
from engine.kernel.forms import Matrix, Vector


@ESTIMATORS.register("historical_mean")
class HistoricalMean(ReturnsEstimator):
    """μ̂ = (1/T) Σ_t r_t, the arithmetic mean of simple returns."""

    label: ClassVar[str] = "Historical mean"
    kind: Literal["historical_mean"] = "historical_mean"

    def explain(self) -> str:
        """Return one sentence that says how the estimate is made."""
        return "Expected returns are the arithmetic means of past returns."

    def estimate(self, returns_frac: Matrix) -> Vector:
        """Return expected returns per period, shape (n,), from returns, shape (t, n)."""
        mean: Vector = returns_frac.mean(axis=0)
        return mean
