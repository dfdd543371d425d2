"""How did the assets move together, each day counting the same?"""

from __future__ import annotations

from typing import ClassVar, Literal

from engine.estimators import ESTIMATORS, CovarianceEstimate, CovarianceEstimator, EstimationData
from engine.estimators.moments import sample_covariance


@ESTIMATORS.register("sample")
class SampleCovariance(CovarianceEstimator):
    """Σ̂ = (1/(T-1)) Σ_t (r_t - r̄)(r_t - r̄)ᵀ."""

    label: ClassVar[str] = "Sample covariance"
    kind: Literal["sample"] = "sample"

    def explain(self) -> str:
        """Return one sentence that says how the estimate is made."""
        return "Covariances are those of the sample, divided by the number of observations less one."

    def estimate(self, data: EstimationData) -> CovarianceEstimate:
        """Return the covariance per period."""
        return CovarianceEstimate(sample_covariance(data))
