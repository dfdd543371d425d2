"""Which Student-t copula, and which multivariate Student-t, describes how returns move together?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import gammaln, stdtrit

from engine.kernel.estimates import Matrix
from engine.stress.nearest_correlation import nearest_correlation

DEGREES_MIN = 3.0
DEGREES_MAX = 30.0
DEPENDENCE_MAX_COUNT, DEPENDENCE_MIN_COUNT = 750, 250
DEPENDENCE_CELLS_COUNT = 75_000


def dependence_days(positions_count: int) -> int:
    """Return how many days say how m positions move together: 750 for up to 100, fewer beyond, 250 at least.

    Comparing all pairs of days costs their square.
    """
    fitting = DEPENDENCE_CELLS_COUNT // max(1, positions_count)
    return max(DEPENDENCE_MIN_COUNT, min(DEPENDENCE_MAX_COUNT, fitting))


def ranks(returns_frac: Matrix) -> Matrix:
    """Return each column's ranks from 1 to t, shape (t, m); ties keep their order in time."""
    order = np.argsort(returns_frac, axis=0, kind="stable")
    found = np.empty(order.shape, dtype=int)
    np.put_along_axis(found, order, np.arange(1, len(returns_frac) + 1)[:, None] * np.ones_like(order), axis=0)
    return found.astype(float)


def kendall_correlation(returns_frac: Matrix) -> Matrix:
    """Return sin(π τ / 2) of Kendall's τ for every pair, shape (m, m), made a correlation matrix.

    For elliptical copulas this is the correlation parameter whatever the margins and the degrees of freedom. Lindskog,
    McNeil and Schmock (2003), Kendall's tau for elliptical distributions.
    """
    count, width = returns_frac.shape
    if not width:
        return np.zeros((0, 0))
    # Signs are small integers, whose sums are exact in single precision for this many days.
    concordant = np.zeros((width, width))
    table = returns_frac.astype(np.float64)
    for lag in range(1, count):
        signs = np.sign(table[lag:] - table[:-lag]).astype(np.float32)
        concordant += signs.T @ signs
    moved = np.sqrt(np.maximum(np.diag(concordant), 1.0))
    tau = concordant / np.outer(moved, moved)
    correlation = np.sin(0.5 * np.pi * np.clip(tau, -1.0, 1.0))
    np.fill_diagonal(correlation, 1.0)
    return nearest_correlation(correlation)[0]


def lower_root(correlation: Matrix) -> Matrix:
    """Return L with L Lᵀ = C, also for a singular C, shape (m, m)."""
    try:
        return np.asarray(np.linalg.cholesky(correlation))
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(correlation)
        return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))


def copula_degrees(returns_frac: Matrix, correlation: Matrix) -> float:
    """Return the likeliest degrees of freedom of a t copula with that correlation, between 3 and 30.

    Ranks over t + 1 stand for the margins (Genest, Ghoudi and Rivest 1995). With fewer than two positions there is no
    copula, and 30 is returned.
    """
    count, width = returns_frac.shape
    if width < 2:
        return DEGREES_MAX
    places = ranks(returns_frac).astype(int) - 1
    levels = np.arange(1, count + 1) / (count + 1.0)
    regular = 0.999 * correlation + 0.001 * np.eye(width)
    root = np.linalg.cholesky(regular)
    log_det = 2.0 * float(np.log(np.diag(root)).sum())
    inverse = np.linalg.inv(root)

    def loss(nu: float) -> float:
        column = stdtrit(nu, levels)
        scores = column[places]
        distances = ((scores @ inverse.T) ** 2).sum(axis=1)
        joint = (
            float(gammaln(0.5 * (nu + width)) - gammaln(0.5 * nu))
            - 0.5 * width * np.log(nu * np.pi)
            - 0.5 * log_det
            - 0.5 * (nu + width) * np.log1p(distances / nu)
        )
        single = float(gammaln(0.5 * (nu + 1.0)) - gammaln(0.5 * nu)) - 0.5 * np.log(nu * np.pi)
        alone = width * single - 0.5 * (nu + 1.0) * np.log1p(column**2 / nu)[places].sum(axis=1)
        return -float((joint - alone).mean())

    return _least(loss)


def _least(loss: Callable[[float], float]) -> float:
    """Return the degrees of freedom from 3 to 30 at which a loss is least."""
    from scipy.optimize import minimize_scalar  # takes a moment to import

    found = minimize_scalar(loss, bounds=(DEGREES_MIN, DEGREES_MAX), method="bounded", options={"xatol": 0.05})
    return float(found.x)


def multivariate_degrees(returns_frac: Matrix, covariance: Matrix) -> float:
    """Return the likeliest degrees of freedom, between 3 and 30, of a multivariate t with this mean and covariance."""
    width = returns_frac.shape[1]
    if not width:
        return DEGREES_MAX
    regular = covariance + 1e-10 * float(np.trace(covariance)) / width * np.eye(width)
    root = np.linalg.cholesky(regular)
    centered = returns_frac - returns_frac.mean(axis=0)
    squared = (np.linalg.solve(root, centered.T) ** 2).sum(axis=0)

    def loss(nu: float) -> float:
        shape = (nu - 2.0) / nu  # the scale matrix over the covariance
        value = (
            float(gammaln(0.5 * (nu + width)) - gammaln(0.5 * nu))
            - 0.5 * width * np.log(nu * np.pi * shape)
            - 0.5 * (nu + width) * np.log1p(squared / (nu * shape))
        )
        return -float(value.mean())

    return _least(loss)
