"""How do the assets move together, once the part of the correlations that noise explains is flattened?"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from engine.estimators import ESTIMATORS, CovarianceEstimate, CovarianceEstimator, EstimationData
from engine.estimators.moments import noise_edge, sample_covariance
from engine.kernel.forms import Vector
from engine.kernel.units import plural

BANDWIDTH = 0.01
POINTS_COUNT = 1000
GRID_COUNT = 48


@ESTIMATORS.register("denoised")
class DenoisedCovariance(CovarianceEstimator):
    """The correlation matrix whose eigenvalues within the Marchenko-Pastur bulk are replaced by their mean.

    The variance of the noise is the one whose Marchenko-Pastur density is nearest to the density of the eigenvalues
    (Gaussian kernel, bandwidth 0.01). López de Prado (2020), Machine Learning for Asset Managers, section 2.5. skfolio
    has the same estimator; it descends from one starting point and cannot take an asset of constant price, and its
    import takes seconds, so the sum of squares is minimized here, over a grid first.
    """

    label: ClassVar[str] = "Denoised covariance"
    kind: Literal["denoised"] = "denoised"
    is_regular: ClassVar[bool] = True

    def explain(self) -> str:
        """Return one sentence that says how the estimate is made."""
        return (
            "Covariances keep the common movements that stand out from noise; the rest of the correlations is "
            "flattened (Marchenko-Pastur)."
        )

    def estimate(self, data: EstimationData) -> CovarianceEstimate:
        """Return the covariance per period."""
        covariance = sample_covariance(data)
        variances = np.diag(covariance).copy()
        live = np.flatnonzero(variances > data.riskless_variance)
        if len(live) < 2:
            return CovarianceEstimate(np.diag(variances))
        scale = np.sqrt(variances[live])
        values, vectors = np.linalg.eigh(covariance[np.ix_(live, live)] / np.outer(scale, scale))
        ratio = data.observations_count / len(live)
        noise = noise_variance(values, ratio)
        edge = noise * noise_edge(data.observations_count, len(live))
        bulk = values <= edge
        if bulk.any():
            values = np.where(bulk, max(float(values[bulk].mean()), 0.0), values)
        half = vectors * np.sqrt(np.maximum(values, 0.0))
        half *= (scale / np.sqrt(np.einsum("ij,ij->i", half, half)))[:, None]
        cleaned = np.diag(variances)
        cleaned[np.ix_(live, live)] = half @ half.T
        kept = int((~bulk).sum())
        note = (
            f"Denoising kept {plural(kept, 'common movement')} of {len(live)}; the eigenvalues up to {edge:.3g} look "
            "like noise and were replaced by their mean."
        )
        return CovarianceEstimate(cleaned, (note,))


def noise_variance(eigenvalues: Vector, ratio: float) -> float:
    """Return the variance in (0, 1) whose Marchenko-Pastur density is nearest to that of the eigenvalues.

    Parameters
    ----------
    eigenvalues
        Of a correlation matrix, shape (n,).
    ratio
        Observations per asset, T / n.

    """
    from scipy.optimize import minimize_scalar

    grid = np.linspace(0.02, 0.999, GRID_COUNT)
    errors = [density_error(float(variance), eigenvalues, ratio) for variance in grid]
    place = int(np.argmin(errors))
    low, high = grid[max(place - 1, 0)], grid[min(place + 1, GRID_COUNT - 1)]
    found = minimize_scalar(
        density_error, bounds=(low, high), args=(eigenvalues, ratio), method="bounded", options={"xatol": 1e-7}
    )
    return float(found.x) if found.fun <= errors[place] else float(grid[place])


def density_error(variance: float, eigenvalues: Vector, ratio: float) -> float:
    """Return the sum of squared differences of the two densities at 1,000 points across the Marchenko-Pastur bulk."""
    low, high = (variance * (1.0 + side / np.sqrt(ratio)) ** 2 for side in (-1.0, 1.0))
    points = np.linspace(low, high, POINTS_COUNT)
    near = eigenvalues[(eigenvalues > low - 8 * BANDWIDTH) & (eigenvalues < high + 8 * BANDWIDTH)]
    inside = np.maximum((high - points) * (points - low), 0.0)
    bulk = ratio / (2.0 * np.pi * variance * np.maximum(points, 1e-12)) * np.sqrt(inside)
    kernels = np.exp(-0.5 * ((points[:, None] - near) / BANDWIDTH) ** 2)
    observed = kernels.sum(axis=1) / (len(eigenvalues) * BANDWIDTH * np.sqrt(2.0 * np.pi))
    return float(np.sum((observed - bulk) ** 2))
