"""How do the assets move together, with the noise of a short history shrunk away?"""

from __future__ import annotations

from typing import ClassVar, Literal

from engine.estimators import ESTIMATORS, CovarianceEstimator
from engine.kernel.forms import Matrix


@ESTIMATORS.register("ledoit_wolf")
class LedoitWolfCovariance(CovarianceEstimator):
    """Σ̂ = (1-δ) S + δ (tr S / n) I with the δ that minimizes the expected squared error.

    Ledoit and Wolf (2004), A well-conditioned estimator for large-dimensional covariance matrices, Journal of
    Multivariate Analysis 88(2); computed by scikit-learn, whose S divides by T.
    """

    label: ClassVar[str] = "Ledoit-Wolf covariance"
    kind: Literal["ledoit_wolf"] = "ledoit_wolf"

    def explain(self) -> str:
        """Return one sentence that says how the estimate is made."""
        return "Covariances are shrunk towards equal variances by the amount that Ledoit and Wolf derive from the data."

    def estimate(self, returns_frac: Matrix) -> Matrix:
        """Return the covariance per period, shape (n, n), symmetric, from returns, shape (t, n) with t ≥ 2."""
        from sklearn.covariance import ledoit_wolf  # over a second to import: only when asked for

        covariance: Matrix = ledoit_wolf(returns_frac)[0]
        return 0.5 * (covariance + covariance.T)
