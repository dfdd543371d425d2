"""How do the assets move together, shrunk by the amount that is best for normal returns?"""

from __future__ import annotations

from typing import ClassVar, Literal

from engine.estimators import ESTIMATORS, CovarianceEstimate, CovarianceEstimator, EstimationData
from engine.estimators.moments import oracle_approximating
from engine.kernel.units import percent


@ESTIMATORS.register("oas")
class OasCovariance(CovarianceEstimator):
    """Σ̂ = (1-δ) S + δ (tr S / n) I with the oracle approximating δ for normal returns.

    Chen, Wiesel, Eldar and Hero (2010), Shrinkage algorithms for MMSE covariance estimation, IEEE Transactions on
    Signal Processing 58(10), in the form of scikit-learn. S divides by T.
    """

    label: ClassVar[str] = "Oracle approximating shrinkage (OAS)"
    kind: Literal["oas"] = "oas"
    is_regular: ClassVar[bool] = True

    def explain(self) -> str:
        """Return one sentence that says how the estimate is made."""
        return "Covariances are shrunk towards equal variances by the amount that is best when returns are normal."

    def estimate(self, data: EstimationData) -> CovarianceEstimate:
        """Return the covariance per period."""
        covariance, share = oracle_approximating(data.centered_frac)
        return CovarianceEstimate(
            covariance, (f"The covariance was shrunk by {percent(share, 1)} towards equal variances (OAS).",)
        )
