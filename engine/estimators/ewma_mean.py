"""What did the assets earn lately?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from engine.estimators import ESTIMATORS, EstimationData, ReturnsEstimate, ReturnsEstimator


@ESTIMATORS.register("ewma_mean")
class EwmaMean(ReturnsEstimator):
    """μ̂ = Σ_t ω_t r_t with ω_t ∝ 2^(-age/half-life), weights summing to one."""

    label: ClassVar[str] = "Exponentially weighted mean"
    kind: Literal["ewma_mean"] = "ewma_mean"
    half_life_days: Annotated[float, Field(gt=0.0, le=5000.0)] = 252.0

    def explain(self) -> str:
        """Return one sentence that says how the estimate is made."""
        return f"Expected returns are means of past returns whose weight halves every {self.half_life_days:g} days."

    def estimate(self, data: EstimationData) -> ReturnsEstimate:
        """Return expected returns per period."""
        ages = np.arange(data.observations_count - 1, -1, -1, dtype=np.float64)
        shares = np.exp2(-ages / self.half_life_days)
        return ReturnsEstimate((shares / shares.sum()) @ data.returns_frac)
