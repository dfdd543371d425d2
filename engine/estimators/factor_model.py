"""How do the assets move together, if a few common movements and each asset's own are all there is?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from engine.estimators import ESTIMATORS, CovarianceEstimate, CovarianceEstimator, EstimationData, Factors
from engine.estimators.moments import noise_edge
from engine.kernel.forms import Matrix, Vector
from engine.kernel.units import percent, plural


@ESTIMATORS.register("factor_model")
class FactorModelCovariance(CovarianceEstimator):
    """Σ̂ = B F Bᵀ + diag(d) from the k largest principal components of the correlation matrix.

    B_ij = σ_i v_ij, F = diag(λ_1 .. λ_k), d_i = σ_i² - Σ_j σ_i² λ_j v_ij² ≥ 0, so every variance is the sample's.
    Without a given number, k counts the eigenvalues above the Marchenko-Pastur edge (1 + √(n/T))², and is at least
    one. Connor and Korajczyk (1988), Journal of Financial Economics 21(2); Laloux, Cizeau, Bouchaud and Potters
    (1999), Physical Review Letters 83(7).
    """

    label: ClassVar[str] = "Statistical factor model"
    kind: Literal["factor_model"] = "factor_model"
    is_regular: ClassVar[bool] = True
    factors_count: Annotated[int, Field(ge=1, le=200)] | None = None

    def explain(self) -> str:
        """Return one sentence that says how the estimate is made."""
        if self.factors_count is None:
            many = "as many common movements as stand out from noise"
        else:
            many = f"the {plural(self.factors_count, 'strongest common movement')}"
        return f"Covariances come from {many}, and from each asset's own risk."

    def estimate(self, data: EstimationData) -> CovarianceEstimate:
        """Return the covariance per period."""
        centered = data.centered_frac
        count, width = centered.shape
        variances: Vector = np.einsum("ti,ti->i", centered, centered) / (count - 1)
        live = np.flatnonzero(variances > data.riskless_variance)
        loadings, sizes, total = np.zeros((width, 0)), np.zeros(0), 0.0
        if len(live):
            scale = np.sqrt(variances[live])
            scores = centered[:, live] / (scale * np.sqrt(count - 1))
            sizes, directions = _components(scores, self.factors_count)
            loadings = np.zeros((width, len(sizes)))
            loadings[live] = scale[:, None] * directions
            total = float(sizes.sum()) / len(live)
        half = loadings * np.sqrt(sizes)
        common = np.einsum("ij,ij->i", half, half)
        specific = np.maximum(variances - common, 0.0)
        covariance: Matrix = half @ half.T
        covariance.flat[:: width + 1] = common + specific
        notes = [
            f"The factor model has {plural(len(sizes), 'factor')}, which explain {percent(total, 0)} of the assets' "
            "standardized variance."
        ]
        if self.factors_count is not None and self.factors_count > len(sizes):
            notes.append(f"{self.factors_count} factors were asked for; these figures have only {len(sizes)}.")
        return CovarianceEstimate(covariance, tuple(notes), Factors(loadings, np.diag(sizes), specific))


def _components(scores: Matrix, wanted_count: int | None) -> tuple[Vector, Matrix]:
    """Return the largest eigenvalues of scoresᵀ scores, falling, and their unit vectors as columns (m, k)."""
    count, width = scores.shape
    is_wide = width > count
    values, vectors = np.linalg.eigh(scores @ scores.T if is_wide else scores.T @ scores)
    values, vectors = values[::-1], vectors[:, ::-1]
    real = int((values > 1e-12 * max(float(values[0]), 1e-300)).sum())
    chosen = wanted_count or max(int((values > noise_edge(count, width)).sum()), 1)
    kept = min(chosen, real)
    sizes, directions = values[:kept].copy(), vectors[:, :kept]
    if is_wide:
        directions = scores.T @ directions / np.sqrt(sizes)
    # The sign of an eigenvector is arbitrary; a fixed one keeps a run the same on every machine.
    signs = np.where(directions[np.argmax(np.abs(directions), axis=0), np.arange(kept)] < 0.0, -1.0, 1.0)
    return sizes, directions * signs
