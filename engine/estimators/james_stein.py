"""What will the assets earn, if extreme averages are partly luck?"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from engine.estimators import ESTIMATORS, EstimationData, ReturnsEstimate, ReturnsEstimator
from engine.estimators.moments import sample_covariance
from engine.kernel.units import percent


@ESTIMATORS.register("james_stein")
class JamesStein(ReturnsEstimator):
    """μ̂ = (1-β) r̄ + β g 1 with g the mean of the means and β = (tr Σ - 2 λ_max) / (T ‖r̄ - g1‖²), within 0 and 1.

    James and Stein (1961), Estimation with quadratic loss; the form for any covariance is in Meucci (2005), Risk and
    Asset Allocation, section 4.4.1; the positive part in Efron and Morris (1973). Σ is the covariance of the request.
    """

    label: ClassVar[str] = "James-Stein mean"
    kind: Literal["james_stein"] = "james_stein"

    def explain(self) -> str:
        """Return one sentence that says how the estimate is made."""
        return "Expected returns are past averages, drawn towards their common average by the James-Stein amount."

    def estimate(self, data: EstimationData) -> ReturnsEstimate:
        """Return expected returns per period."""
        covariance = data.covariance if data.covariance is not None else sample_covariance(data)
        mean = data.mean_frac
        center = float(mean.mean())
        distance = float(np.sum((mean - center) ** 2))
        values = np.linalg.eigvalsh(covariance)
        gain = float(values.sum() - 2.0 * values[-1]) / data.observations_count
        share = 0.0 if gain <= 0.0 or len(mean) < 3 else min(gain / distance, 1.0) if distance > 0.0 else 1.0
        if share == 0.0:
            note = (
                "The James-Stein estimate shrinks nothing here: it needs at least three assets, and risks that do not "
                "lie mostly in one common movement."
            )
        else:
            annual = percent(center * data.periods_per_year)
            note = (
                f"Expected returns were drawn by {percent(share, 1)} towards their common average of {annual} a year."
            )
        return ReturnsEstimate((1.0 - share) * mean + share * center, (note,))
