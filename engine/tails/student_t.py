"""Which Student-t distribution describes returns best?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

from engine.kernel.forms import Matrix, Vector
from engine.tails.sampling import hac_of_mean

DEGREES_MIN = 2.1
DEGREES_MAX = 200.0
_AT_BOUND = 1e-6


@dataclass(frozen=True, eq=False)
class StudentT:
    """A fitted Student-t distribution.

    Attributes
    ----------
    mean_frac, scale_frac, degrees_of_freedom
        Location, scale (not the standard deviation) and ν between 2.1 and 200.
    covariance
        Shape (3, 3), of the three estimates, in the order (location, scale, 1 / ν); zero for 1 / ν at its bound.
    bound
        Which bound ν lies at, if any.

    """

    mean_frac: float
    scale_frac: float
    degrees_of_freedom: float
    covariance: Matrix
    bound: float | None


def fit_student_t(returns_frac: Vector, lags_count: int = 0, *, has_errors: bool = True) -> StudentT:
    """Fit by maximum likelihood, with ν between 2.1 (a variance must exist) and 200 (as good as normal).

    Parameters
    ----------
    returns_frac
        Shape (t,), known returns that move.
    lags_count
        Over how many periods the returns overlap, for the errors: the estimates are those of independent returns, the
        sandwich covariance allows for correlation up to this lag.
    has_errors
        Whether to find the covariance; else it is zero.

    """
    center, spread = float(np.median(returns_frac)), float(returns_frac.std())
    z = (returns_frac - center) / spread

    def objective(theta: Vector) -> tuple[float, Vector]:
        losses, slopes = _likelihood(z, theta)
        return -float(losses.mean()), -slopes.mean(axis=0)

    bounds = ((None, None), (-12.0, 6.0), (1.0 / DEGREES_MAX, 1.0 / DEGREES_MIN))
    start = np.array([float(z.mean()), -0.2, 0.2])
    found = minimize(
        objective, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-12, "gtol": 1e-7}
    )
    theta = np.asarray(found.x, dtype=float)
    degrees = 1.0 / theta[2]
    bound = next((one for one in (DEGREES_MIN, DEGREES_MAX) if abs(theta[2] - 1.0 / one) < _AT_BOUND), None)
    scale = spread * float(np.exp(theta[1]))
    covariance = np.zeros((3, 3))
    if has_errors:
        units = np.array([spread, scale, 1.0])
        covariance = _sandwich(z, theta, lags_count, is_free=bound is None) * np.outer(units, units)
    return StudentT(center + spread * float(theta[0]), scale, float(degrees), covariance, bound)


def _likelihood(z: Vector, theta: Vector) -> tuple[Vector, Matrix]:
    """Return each log density and its slopes by location, log scale and 1 / ν; shapes (t,) and (t, 3)."""
    mean, log_scale, inverse = (float(one) for one in theta)
    nu, scale = 1.0 / inverse, np.exp(log_scale)
    u = (z - mean) / scale
    squares = u * u
    log_tail = np.log1p(squares * inverse)
    constant = float(gammaln(0.5 * (nu + 1.0)) - gammaln(0.5 * nu)) - 0.5 * np.log(nu * np.pi) - log_scale
    weight = (nu + 1.0) / (nu + squares)
    slopes = np.empty((len(z), 3))
    slopes[:, 0] = weight * u / scale
    slopes[:, 1] = weight * squares - 1.0
    by_nu = 0.5 * (
        float(digamma(0.5 * (nu + 1.0)) - digamma(0.5 * nu)) - inverse - log_tail + weight * squares * inverse
    )
    slopes[:, 2] = -by_nu * nu * nu
    return constant - 0.5 * (nu + 1.0) * log_tail, slopes


def _sandwich(z: Vector, theta: Vector, lags_count: int, *, is_free: bool) -> Matrix:
    """Return the covariance of the estimates: inverse curvature, slopes' covariance, inverse curvature."""
    free = 3 if is_free else 2
    curvature = np.empty((free, free))
    for column in range(free):
        step = 1e-4 * max(1.0, abs(float(theta[column]))) if column < 2 else 1e-4 * float(theta[2])
        up, down = theta.copy(), theta.copy()
        up[column] += step
        down[column] -= step
        slope = (_likelihood(z, up)[1].mean(axis=0) - _likelihood(z, down)[1].mean(axis=0)) / (2.0 * step)
        curvature[:, column] = slope[:free]
    inverse = np.linalg.pinv(0.5 * (curvature + curvature.T))
    found = np.zeros((3, 3))
    found[:free, :free] = inverse @ hac_of_mean(_likelihood(z, theta)[1][:, :free], lags_count) @ inverse
    return found
