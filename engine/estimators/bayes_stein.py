"""What will the assets earn, if their averages are drawn to the return of the least risky portfolio?"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from engine.estimators import ESTIMATORS, EstimationData, ReturnsEstimate, ReturnsEstimator
from engine.estimators.moments import ledoit_wolf, sample_covariance
from engine.kernel.forms import Matrix
from engine.kernel.units import percent, plural


@ESTIMATORS.register("bayes_stein")
class BayesStein(ReturnsEstimator):
    """μ̂ = (1-φ) r̄ + φ g 1, φ = (n+2) / ((n+2) + T (r̄ - g1)ᵀ Σ⁻¹ (r̄ - g1)), g = 1ᵀΣ⁻¹r̄ / 1ᵀΣ⁻¹1.

    Jorion (1986), Bayes-Stein estimation for portfolio analysis, Journal of Financial and Quantitative Analysis
    21(3); Σ is the sample covariance times (T-1)/(T-n-2) as there. Where that does not exist, it is the
    Ledoit-Wolf covariance.
    """

    label: ClassVar[str] = "Bayes-Stein mean"
    kind: Literal["bayes_stein"] = "bayes_stein"

    def explain(self) -> str:
        """Return one sentence that says how the estimate is made."""
        return (
            "Expected returns are past averages, drawn towards the return of the least risky portfolio (Bayes-Stein)."
        )

    def estimate(self, data: EstimationData) -> ReturnsEstimate:
        """Return expected returns per period."""
        mean = data.mean_frac
        factor, words = _factor_of(data)
        if factor is None:
            return ReturnsEstimate(mean, ("The Bayes-Stein estimate shrinks nothing: no asset has any risk.",))
        ones = np.linalg.solve(factor, np.ones(len(mean)))
        center = float(ones @ np.linalg.solve(factor, mean)) / float(ones @ ones)
        apart = np.linalg.solve(factor, mean - center)
        weight = len(mean) + 2.0
        share = weight / (weight + data.observations_count * float(apart @ apart))
        annual = percent(center * data.periods_per_year)
        note = (
            f"Expected returns were drawn by {percent(share, 1)} towards {annual} a year, the return of the least "
            f"risky portfolio{words}."
        )
        return ReturnsEstimate((1.0 - share) * mean + share * center, (note,))


def _factor_of(data: EstimationData) -> tuple[Matrix | None, str]:
    """Return a Cholesky factor of Jorion's covariance or of the one that stands in, and words about the latter."""
    count, width = data.returns_frac.shape
    if count > width + 2:
        jorion = sample_covariance(data) * ((count - 1) / (count - width - 2))
        factor = _cholesky(jorion)
        if factor is not None:
            return factor, ""
        why = "the sample covariance is singular"
    else:
        why = f"{plural(count, 'day')} are too few for {plural(width, 'asset')}"
    return _cholesky(ledoit_wolf(data.centered_frac)[0]), f" by the Ledoit-Wolf covariance, because {why}"


def _cholesky(covariance: Matrix) -> Matrix | None:
    """Return the factor of a covariance that is far enough from singular, or None."""
    scale = np.sqrt(np.diag(covariance))
    if not (scale > 0.0).all():
        return None
    try:
        factor: Matrix = np.linalg.cholesky(covariance / np.outer(scale, scale))
    except np.linalg.LinAlgError:
        return None
    return scale[:, None] * factor if float(np.diag(factor).min()) > 1e-6 else None
