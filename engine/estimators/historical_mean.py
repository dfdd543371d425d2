"""What did the assets earn on average?"""

from __future__ import annotations

from typing import ClassVar, Literal

from engine.estimators import ESTIMATORS, EstimationData, ReturnsEstimate, ReturnsEstimator


@ESTIMATORS.register("historical_mean")
class HistoricalMean(ReturnsEstimator):
    """μ̂ = (1/T) Σ_t r_t, the arithmetic mean of simple returns."""

    label: ClassVar[str] = "Historical mean"
    kind: Literal["historical_mean"] = "historical_mean"

    def explain(self) -> str:
        """Return one sentence that says how the estimate is made."""
        return "Expected returns are the arithmetic means of past returns."

    def estimate(self, data: EstimationData) -> ReturnsEstimate:
        """Return expected returns per period."""
        return ReturnsEstimate(data.mean_frac)
