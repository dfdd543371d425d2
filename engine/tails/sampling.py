"""How far may an estimate from a sample lie from the truth?"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import bdtr, betainc, ndtri

from engine.kernel.forms import Matrix, Vector


def hac_of_mean(rows: Matrix, lags_count: int) -> Matrix:
    """Return the covariance of the mean of rows (t, k), allowing for correlation up to a lag.

    References
    ----------
    Newey and West (1987), Econometrica 55(3): weights 1 - lag / (lags + 1).

    """
    count = len(rows)
    centered = rows - rows.mean(axis=0)
    total = centered.T @ centered
    for lag in range(1, min(lags_count, count - 1) + 1):
        cross = centered[lag:].T @ centered[:-lag]
        total += (1.0 - lag / (lags_count + 1.0)) * (cross + cross.T)
    return np.asarray(total / count**2)


def effective_count(flags: Vector, lags_count: int) -> float:
    """Return how many independent observations tell as much of the share of flags (t,) of 0 and 1 as these do."""
    if not lags_count:
        return float(len(flags))
    variance = float(hac_of_mean(flags[:, None], 0)[0, 0])
    correlated = float(hac_of_mean(flags[:, None], lags_count)[0, 0])
    if variance <= 0.0 or correlated <= variance:
        return float(len(flags))
    return len(flags) * variance / correlated


def slopes_of(function: Callable[[Vector], Vector], at: Vector, steps: Vector) -> Matrix:
    """Return the slopes (results, inputs) of a function by central differences."""
    columns = []
    for place, step in enumerate(steps):
        if step <= 0.0:
            columns.append(np.zeros(len(function(at))))
            continue
        up, down = at.copy(), at.copy()
        up[place] += step
        down[place] -= step
        columns.append((function(up) - function(down)) / (2.0 * step))
    return np.stack(columns, axis=1)


def delta_errors(slopes: Matrix, covariance: Matrix) -> Vector:
    """Return standard errors of results from the slopes (results, inputs) and the covariance of the inputs."""
    variances = np.einsum("ij,jk,ik->i", slopes, covariance, slopes)
    return np.asarray(np.sqrt(np.maximum(variances, 0.0)))


class QuantileSpread(NamedTuple):
    """Standard error of an order statistic, and its interval; a bound is None where the sample is too short for it."""

    standard_error: float
    lower: float | None
    upper: float | None


def quantile_spread(ascending: Vector, place: int, tail: float, confidence: float, count: float) -> QuantileSpread:
    """Return how sure the order statistic at `place` is as the quantile of probability `tail`, without a distribution.

    Parameters
    ----------
    ascending
        Shape (n,), the sample in ascending order.
    place
        First is 0.
    tail
        Probability that a draw lies below the quantile.
    confidence
        Of the interval; it holds the quantile at least so often for independent draws.
    count
        Independent draws that the sample is worth; n itself, or fewer where it overlaps.

    Notes
    -----
    The interval lies between the order statistics whose places leave at most half of the rest on either side by the
    binomial distribution. The standard error is that of Maritz and Jarrett (1978), Journal of the American
    Statistical Association 73: the exact variance of the resampled order statistic.

    """
    size = len(ascending)
    half = 0.5 * (1.0 - confidence)
    trials = max(1, round(count))
    lower, upper = binomial_places(trials, tail, half)
    stretch = size / trials
    low = ascending[min(size, max(1, round(lower * stretch))) - 1] if lower >= 1 else None
    high = ascending[min(size, max(1, round(upper * stretch))) - 1] if upper <= trials else None
    error = _maritz_jarrett(ascending, place) * float(np.sqrt(stretch))
    return QuantileSpread(error, None if low is None else float(low), None if high is None else float(high))


def binomial_places(trials: int, tail: float, half: float) -> tuple[int, int]:
    """Return the places l < u (first is 1) with P(count < l) <= half and P(count >= u) <= half; 0 or n + 1 for none."""
    deviation = np.sqrt(trials * tail * (1.0 - tail))
    center, reach = trials * tail, float(-ndtri(half)) * deviation + 10.0
    first, last = max(0, int(center - reach)), min(trials, int(np.ceil(center + reach)))
    counts = np.arange(first, last + 1)
    below = bdtr(counts.astype(float), trials, tail)  # P(count <= k)
    fits = counts[below <= half]
    lower = int(fits[-1]) + 1 if len(fits) else 0
    beyond = counts[1.0 - below <= half]
    upper = int(beyond[0]) + 1 if len(beyond) else trials + 1
    return lower, upper


def _maritz_jarrett(ascending: Vector, place: int) -> float:
    """Return the standard deviation of the resampled order statistic at a place."""
    size = len(ascending)
    first_shape, second_shape = place + 1.0, float(size - place)
    deviation = float(np.sqrt(first_shape * second_shape / (size + 1.0))) / (size + 1.0)
    reach = int(np.ceil(8.0 * deviation * size)) + 8
    low, high = max(0, place - reach), min(size, place + reach + 1)
    edges = betainc(first_shape, second_shape, np.arange(low, high + 1) / size)
    weights = np.diff(edges)
    values = ascending[low:high]
    mean = float(weights @ values)
    return float(np.sqrt(max(0.0, float(weights @ (values - mean) ** 2))))


def shortfall_error(ascending: Vector, var: float, es: float, level: float, count: float) -> float:
    """Return the standard error of a historical shortfall for draws worth `count` independent ones.

    √([variance of the losses in the tail + level (ES - VaR)²] / (n α)) (Manistre and Hancock 2005, North American
    Actuarial Journal 9(2)).
    """
    tail = 1.0 - level
    beyond = -ascending[ascending <= -var]
    spread = float(beyond.var()) if len(beyond) > 1 else 0.0
    return float(np.sqrt((spread + level * (es - var) ** 2) / (count * tail)))
