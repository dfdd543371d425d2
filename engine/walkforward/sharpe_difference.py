"""Do two strategies differ in their Sharpe ratios by more than chance explains?

Returns of the same dates move together and are not normal, and their size clusters: the standard error takes all of
that into account by the delta method with a long-run variance (Parzen's kernel, automatic bandwidth).

References
----------
Ledoit and Wolf (2008), Robust performance hypothesis testing with the Sharpe ratio, Journal of Empirical Finance 15,
section 3.1.
Andrews (1991), Heteroskedasticity and autocorrelation consistent covariance matrix estimation, Econometrica 59,
equations 6.2 and 6.4 for the bandwidth.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from engine.kernel.forms import Vector

LEAST_RETURNS_COUNT = 10
ALIKE_FRAC = 1e-12
LEVEL_FRAC = 0.95


@dataclass(frozen=True)
class Difference:
    """A difference of two Sharpe ratios per period, with its standard error and two-sided p-value of none."""

    value: float
    standard_error: float | None
    p_value: float | None

    def bounds(self) -> tuple[float, float] | None:
        """Return the 95% interval; None without a standard error."""
        if self.standard_error is None:
            return None
        reach = NormalDist().inv_cdf(0.5 + 0.5 * LEVEL_FRAC) * self.standard_error
        return self.value - reach, self.value + reach


def sharpe_difference(first: Vector, second: Vector) -> Difference | None:
    """Return the Sharpe ratio of the first less that of the second.

    Parameters
    ----------
    first, second
        Excess returns per period on the same dates, shape (t,).

    Returns
    -------
    Difference or None
        None where a ratio does not exist: fewer than 10 returns, or returns that never vary. Without standard error
        where both have earned the same.

    """
    count = len(first)
    if count < LEAST_RETURNS_COUNT:
        return None
    means = np.array([first.mean(), second.mean()])
    squares = np.array([np.mean(first * first), np.mean(second * second)])
    variances = squares - means * means
    if (variances <= ALIKE_FRAC * squares).any():
        return None
    ratios = means / np.sqrt(variances)
    value = float(ratios[0] - ratios[1])
    if float(np.abs(first - second).max()) <= ALIKE_FRAC:
        return Difference(0.0, None, None)
    slopes_mean, slopes_square = squares / variances**1.5, -0.5 * means / variances**1.5
    influence = slopes_mean[0] * (first - means[0]) + slopes_square[0] * (first * first - squares[0])
    influence -= slopes_mean[1] * (second - means[1]) + slopes_square[1] * (second * second - squares[1])
    error = math.sqrt(max(long_run_variance(influence), 0.0) / count)
    if error <= ALIKE_FRAC * float(np.abs(ratios).max()):
        return Difference(value, None, None)
    return Difference(value, error, 2.0 * NormalDist().cdf(-abs(value) / error))


def long_run_variance(series: Vector) -> float:
    """Return Σ_k w(k/S) γ_k of a series of mean zero, shape (t,), with Parzen's weights and Andrews' bandwidth S.

    Multiplied by t/(t - 4) for the four moments that were estimated.
    """
    count = len(series)
    own = float(series @ series) / count
    if own == 0.0:
        return 0.0
    memory = float(np.clip(series[1:] @ series[:-1] / float(series @ series), -0.97, 0.97))
    bandwidth = 2.6614 * (4.0 * memory**2 / (1.0 - memory) ** 4 * count) ** 0.2
    total = own
    for lag in range(1, min(math.ceil(bandwidth), count)):
        total += 2.0 * _parzen(lag / bandwidth) * float(series[lag:] @ series[:-lag]) / count
    return total * count / (count - 4.0)


def _parzen(x: float) -> float:
    if x >= 1.0:
        return 0.0
    return 1.0 - 6.0 * x * x + 6.0 * x**3 if x <= 0.5 else 2.0 * (1.0 - x) ** 3
