"""How did the assets move together, each day counting the same?"""

from __future__ import annotations

from typing import ClassVar, Literal

from engine.estimators import ESTIMATORS, CovarianceEstimator
from engine.kernel.forms import Matrix


@ESTIMATORS.register("sample")
class SampleCovariance(CovarianceEstimator):
    """Σ̂ = (1/(T-1)) Σ_t (r_t - r̄)(r_t - r̄)ᵀ."""

    label: ClassVar[str] = "Sample covariance"
    kind: Literal["sample"] = "sample"

    def explain(self) -> str:
        """Return one sentence that says how the estimate is made."""
        return "Covariances are those of the sample, divided by the number of observations less one."

    def estimate(self, returns_frac: Matrix) -> Matrix:
        """Return the covariance per period, shape (n, n), symmetric, from returns, shape (t, n) with t ≥ 2."""
        centered = returns_frac - returns_frac.mean(axis=0)
        covariance: Matrix = centered.T @ centered / (len(returns_frac) - 1)
        return 0.5 * (covariance + covariance.T)
