"""How do the assets move together lately?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from engine.estimators import ESTIMATORS, CovarianceEstimate, CovarianceEstimator, EstimationData
from engine.estimators.moments import gram


@ESTIMATORS.register("ewma")
class EwmaCovariance(CovarianceEstimator):
    """Σ̂ = Σ_t ω_t (r_t - r̄_ω)(r_t - r̄_ω)ᵀ / (1 - Σ ω_t²) with ω_t ∝ decay^age, weights summing to one.

    The divisor makes equal weights give the unbiased sample covariance. RiskMetrics technical document (J.P. Morgan
    1996), section 5.2, uses decay 0.94 for daily data; the default here is slower, as allocation needs.
    """

    label: ClassVar[str] = "Exponentially weighted covariance"
    kind: Literal["ewma"] = "ewma"
    decay: Annotated[float, Field(gt=0.0, lt=1.0)] = 0.97

    def explain(self) -> str:
        """Return one sentence that says how the estimate is made."""
        return f"Covariances weigh recent days more: each day back counts {self.decay:g} times the day after it."

    def estimate(self, data: EstimationData) -> CovarianceEstimate:
        """Return the covariance per period."""
        ages = np.arange(data.observations_count - 1, -1, -1, dtype=np.float64)
        shares = self.decay**ages
        shares /= shares.sum()
        scaled = data.returns_frac - shares @ data.returns_frac
        scaled *= np.sqrt(shares)[:, None]
        covariance = gram(scaled)
        covariance /= 1.0 - float(shares @ shares)
        return CovarianceEstimate(covariance)
