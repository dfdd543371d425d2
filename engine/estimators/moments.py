"""Which sample moments do several estimators need, and what is the cheapest exact way to them?"""

from __future__ import annotations

import numpy as np

from engine.estimators import EstimationData
from engine.kernel.forms import Matrix

STEADY_SHARE = 0.5


def gram(table: Matrix) -> Matrix:
    """Return tableᵀ table, shape (n, n), exactly symmetric: numpy computes one triangle and copies it."""
    product: Matrix = table.T @ table
    return product


def sample_covariance(data: EstimationData) -> Matrix:
    """Return the covariance with divisor T - 1 of at least two periods, shape (n, n), exactly symmetric.

    Σ r rᵀ - T r̄ r̄ᵀ spares a copy of the table. It loses digits where means are large beside deviations, as with cash,
    and then the means are taken off first.
    """
    count, mean = data.observations_count, data.mean_frac
    covariance = gram(data.returns_frac)
    total = covariance.diagonal()
    scaled = mean * np.sqrt(count)
    if (scaled * scaled <= STEADY_SHARE * total).all():
        covariance -= np.outer(scaled, scaled)
    else:
        covariance = gram(data.centered_frac)
    covariance /= count - 1
    return covariance


def ledoit_wolf(centered_frac: Matrix) -> tuple[Matrix, float]:
    """Return (1-δ) S + δ m I with S = XᵀX / T and m = tr S / n, and the share δ.

    δ = b² / d², d² = ‖S - mI‖², b² = min(d², (1/T²) Σ_t ‖x_t x_tᵀ - S‖²), norms squared divided by n. Ledoit and Wolf
    (2004), Journal of Multivariate Analysis 88(2), section 3.3. Since ‖x xᵀ‖² = (xᵀx)², the sum over t
    needs no matrix product; scikit-learn gives the same number.
    """
    count, width = centered_frac.shape
    covariance = gram(centered_frac)
    covariance /= count
    lengths = np.einsum("ti,ti->t", centered_frac, centered_frac)
    squares = float(np.einsum("ij,ij->", covariance, covariance))
    mean_variance = float(np.trace(covariance)) / width
    distance = squares / width - mean_variance**2
    error = (float(lengths @ lengths) / count - squares) / (width * count)
    share = min(error, distance) / distance if width > 1 and error > 0.0 and distance > 0.0 else 0.0
    return _towards_equal(covariance, share, mean_variance), share


def oracle_approximating(centered_frac: Matrix) -> tuple[Matrix, float]:
    """Return (1-δ) S + δ m I with S = XᵀX / T and m = tr S / n, and the share δ.

    δ = min(1, (tr S² + (tr S)²) / ((T+1) (tr S² - (tr S)² / n))): Chen, Wiesel, Eldar and Hero (2010), IEEE
    Transactions on Signal Processing 58(10), equation 23 without its terms in 2/n, as in scikit-learn.
    """
    count, width = centered_frac.shape
    covariance = gram(centered_frac)
    covariance /= count
    mean_variance = float(np.trace(covariance)) / width
    squares = float(np.einsum("ij,ij->", covariance, covariance)) / width**2
    spread = (count + 1) * (squares - mean_variance**2 / width)
    share = 0.0 if width == 1 else min((squares + mean_variance**2) / spread, 1.0) if spread > 0.0 else 1.0
    return _towards_equal(covariance, share, mean_variance), share


def _towards_equal(covariance: Matrix, share: float, mean_variance: float) -> Matrix:
    shrunk = (1.0 - share) * covariance
    shrunk.flat[:: len(shrunk) + 1] += share * mean_variance
    return shrunk


def noise_edge(observations_count: int, assets_count: int) -> float:
    """Return (1 + √(n/T))², the largest eigenvalue that pure noise gives a large correlation matrix.

    Marchenko and Pastur (1967); Laloux, Cizeau, Bouchaud and Potters (1999), Physical Review Letters 83(7).
    """
    return float((1.0 + np.sqrt(assets_count / observations_count)) ** 2)
