"""How does one series depend on others, and how sure are the coefficients when errors cluster in time?

Ordinary least squares with a constant; covariance of Newey and West with Bartlett's weights 1 - j/(L + 1).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from engine.kernel.forms import Matrix, Vector

LEVEL_FRAC = 0.95
STILL = 1e-12  # a share of the size below which a spread is rounding


@dataclass(frozen=True, eq=False)
class Regression:
    """A fit y = a + X b + e.

    Attributes
    ----------
    coefficients
        Shape (1 + k,), the constant first.
    standard_errors, t_statistics, p_values
        Shape (1 + k,); Newey-West, times T/(T - k - 1); two-sided p-values of zero by Student's t with T - k - 1
        degrees of freedom. A perfect fit leaves nothing to test: its errors and t-statistics are 0, its p-values 1.
    lower, upper
        Bounds of the 95% intervals, shape (1 + k,).
    covariance
        Of the coefficients, shape (1 + k, 1 + k).
    r_squared
        None where y never varies.
    residuals
        Shape (t,).
    residual_deviation
        √(Σ e² / (T - k - 1)), in the unit of y per period.
    observations_count, lags_count
        T and L.

    """

    coefficients: Vector
    standard_errors: Vector
    t_statistics: Vector
    p_values: Vector
    lower: Vector
    upper: Vector
    covariance: Matrix
    r_squared: float | None
    residuals: Vector
    residual_deviation: float
    observations_count: int
    lags_count: int

    @property
    def alpha(self) -> float:
        """The constant."""
        return float(self.coefficients[0])

    @property
    def beta(self) -> float:
        """The first coefficient after the constant."""
        return float(self.coefficients[1])


def newey_west_lags(observations_count: int) -> int:
    """Return ⌊4 (T/100)^(2/9)⌋, the number of lags for T observations.

    References
    ----------
    Newey and West (1994), Automatic lag selection in covariance matrix estimation, Review of Economic Studies 61.

    """
    return math.floor(4.0 * float((observations_count / 100.0) ** (2.0 / 9.0)))


def regress(y: Vector, x: Vector | Matrix, *, lags_count: int | None = None) -> Regression | None:
    """Return the regression of y on a constant and the columns of x.

    Parameters
    ----------
    y
        Shape (t,), in time order, without gaps.
    x
        Shape (t,) or (t, k), on the same dates.
    lags_count
        L of the Newey-West covariance; by default ⌊4 (T/100)^(2/9)⌋. 0 allows for unequal variances only.

    Returns
    -------
    Regression or None
        None where there is no unique answer: fewer than k + 3 observations, a column that never varies, or columns of
        which one follows from the others.

    References
    ----------
    Newey and West (1987), A simple, positive semi-definite, heteroskedasticity and autocorrelation consistent
    covariance matrix, Econometrica 55.

    """
    columns = x[:, None] if x.ndim == 1 else x
    count, width = columns.shape
    if count < width + 3:
        return None
    centers = columns.mean(axis=0)
    centered = columns - centers
    spreads = np.sqrt(np.einsum("ij,ij->j", centered, centered))
    sizes = np.sqrt(np.einsum("ij,ij->j", columns, columns))
    if (spreads <= STILL * np.maximum(sizes, 1e-300) * math.sqrt(count)).any():
        return None
    scaled = centered / spreads
    gram = scaled.T @ scaled
    if width > 1 and float(np.linalg.eigvalsh(gram)[0]) < 1e-11:
        return None
    mean = float(y.mean())
    moved = y - mean
    slopes_scaled = np.linalg.solve(gram, scaled.T @ moved)
    residuals = moved - scaled @ slopes_scaled
    slopes = slopes_scaled / spreads
    coefficients = np.concatenate([[mean - float(slopes @ centers)], slopes])
    freedom = count - width - 1
    lags = min(newey_west_lags(count) if lags_count is None else lags_count, count - 1)
    covariance = _covariance(residuals, scaled, spreads, centers, gram, lags) * (count / freedom)
    total, unexplained = float(moved @ moved), float(residuals @ residuals)
    is_still = total <= (STILL * float(np.abs(y).max(initial=0.0))) ** 2 * count
    errors = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    if unexplained <= 1e-24 * max(total, 1e-300):
        errors = np.zeros_like(errors)
    ratios = np.divide(coefficients, errors, out=np.zeros_like(errors), where=errors > 0.0)
    reach = float(special.stdtrit(freedom, 0.5 + 0.5 * LEVEL_FRAC)) * errors
    return Regression(
        coefficients=coefficients,
        standard_errors=errors,
        t_statistics=ratios,
        p_values=2.0 * special.stdtr(freedom, -np.abs(ratios)),
        lower=coefficients - reach,
        upper=coefficients + reach,
        covariance=covariance,
        r_squared=None if is_still else min(1.0, max(0.0, 1.0 - unexplained / total)),
        residuals=residuals,
        residual_deviation=math.sqrt(unexplained / freedom),
        observations_count=count,
        lags_count=lags,
    )


def long_run_error(series: Vector, *, lags_count: int | None = None) -> float:
    """Return the Newey-West standard error of the mean of a series, shape (t,), t ≥ 2, times √(T/(T - 1))."""
    count = len(series)
    lags = min(newey_west_lags(count) if lags_count is None else lags_count, count - 1)
    moved = (series - series.mean())[:, None]
    total = float(_long_run(moved, lags)[0, 0])
    return math.sqrt(max(total, 0.0) / count / (count - 1))


def _long_run(scores: Matrix, lags: int) -> Matrix:
    """Return Σ_j w_j (Γ_j + Γ_jᵀ) of the sums of products of scores, shape (t, m)."""
    total: Matrix = scores.T @ scores
    for lag in range(1, lags + 1):
        shifted = scores[lag:].T @ scores[:-lag]
        total = total + (1.0 - lag / (lags + 1.0)) * (shifted + shifted.T)
    return total


def _covariance(residuals: Vector, scaled: Matrix, spreads: Vector, centers: Vector, gram: Matrix, lags: int) -> Matrix:
    """Return the sandwich covariance of (constant, slopes), from columns centered and scaled for accuracy."""
    count = len(residuals)
    design = np.column_stack([np.full(count, 1.0 / math.sqrt(count)), scaled])
    meat = _long_run(design * residuals[:, None], lags)
    bread = np.zeros((design.shape[1], design.shape[1]))
    bread[0, 0] = 1.0
    bread[1:, 1:] = np.linalg.inv(gram)
    inner = bread @ meat @ bread
    # Back from (mean, scaled slopes) to (constant, slopes): the constant is the mean less slopes times centers.
    turn = np.zeros_like(bread)
    turn[0, 0] = 1.0 / math.sqrt(count)
    turn[1:, 1:] = np.diag(1.0 / spreads)
    turn[0, 1:] = -centers / spreads
    result: Matrix = turn @ inner @ turn.T
    return result
