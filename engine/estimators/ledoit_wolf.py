"""How do the assets move together, with the noise of a short history shrunk away?"""

from __future__ import annotations

from typing import ClassVar, Literal

from engine.estimators import ESTIMATORS, CovarianceEstimate, CovarianceEstimator, EstimationData
from engine.estimators.moments import ledoit_wolf
from engine.kernel.units import percent


@ESTIMATORS.register("ledoit_wolf")
class LedoitWolfCovariance(CovarianceEstimator):
    """Σ̂ = (1-δ) S + δ (tr S / n) I with the δ that minimizes the expected squared error.

    Ledoit and Wolf (2004), A well-conditioned estimator for large-dimensional covariance matrices, Journal of
    Multivariate Analysis 88(2). S divides by T. The numbers are scikit-learn's, without the second that its import
    takes.
    """

    label: ClassVar[str] = "Ledoit-Wolf covariance"
    kind: Literal["ledoit_wolf"] = "ledoit_wolf"
    is_regular: ClassVar[bool] = True

    def explain(self) -> str:
        """Return one sentence that says how the estimate is made."""
        return "Covariances are shrunk towards equal variances by the amount that Ledoit and Wolf derive from the data."

    def estimate(self, data: EstimationData) -> CovarianceEstimate:
        """Return the covariance per period."""
        covariance, share = ledoit_wolf(data.centered_frac)
        return CovarianceEstimate(
            covariance, (f"The covariance was shrunk by {percent(share, 1)} towards equal variances (Ledoit-Wolf).",)
        )
