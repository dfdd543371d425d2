"""Which days make up another history that could have been? Whole stretches of the real one, drawn at random."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Matrix, Vector

MEASURED_ASSETS_MAX_COUNT = 50
LEAST_OBSERVATIONS_COUNT = 30  # fewer tell nothing of how long returns remember
WHEN_UNKNOWN = 5.0


def mean_block_length(returns_frac: Matrix) -> float:
    """Return the mean length of blocks, in periods, that suits returns of shape (t, n).

    The average over the assets (over 50 evenly chosen ones where there are more) of the length that makes the variance
    of the stationary bootstrap's mean best; at least 1, at most a quarter of the history.

    References
    ----------
    Politis and White (2004), Automatic block-length selection for the dependent bootstrap, with the correction of
    Patton, Politis and White (2009).

    """
    count = len(returns_frac)
    if count < LEAST_OBSERVATIONS_COUNT:
        return min(WHEN_UNKNOWN, max(1.0, count / 4.0))
    moving = np.flatnonzero(returns_frac.std(axis=0) > 0.0)
    if not len(moving):
        return 1.0
    chosen = moving[np.linspace(0, len(moving) - 1, min(len(moving), MEASURED_ASSETS_MAX_COUNT)).astype(int)]
    lengths = [_best_length(returns_frac[:, asset]) for asset in np.unique(chosen)]
    return float(np.clip(np.mean(lengths), 1.0, count / 4.0))


def _best_length(series: Vector) -> float:
    """Return the block length for the mean of one series: (G² / g(0)²)^(1/3) t^(1/3), both by flat-top windows."""
    count = len(series)
    centered = series - series.mean()
    run = max(5, int(np.sqrt(np.log10(count))))
    most = int(np.ceil(np.sqrt(count))) + run
    covariances = np.array([centered[: count - lag] @ centered[lag:] / count for lag in range(most + 1)])
    is_small = np.abs(covariances[1:]) < 2.0 * np.sqrt(np.log10(count) / count) * covariances[0]
    calm = np.convolve(is_small, np.ones(run), mode="valid") == run
    last = int(np.argmax(calm)) if calm.any() else int(np.flatnonzero(~is_small)[-1]) + 1
    width = min(2 * max(last, 1), most)
    lags = np.arange(1, width + 1)
    window = np.minimum(1.0, 2.0 * (1.0 - lags / width))  # one up to the middle, then down to zero
    slope = 2.0 * float(window * lags @ covariances[1 : width + 1])
    level = covariances[0] + 2.0 * float(window @ covariances[1 : width + 1])
    if level == 0.0:
        return WHEN_UNKNOWN
    longest = np.ceil(min(3.0 * np.sqrt(count), count / 3.0))
    return float(np.cbrt(min((slope / level) ** 2 * count, longest**3)))


def stationary_indices(rng: np.random.Generator, count: int, mean_length: float) -> NDArray[np.intp]:
    """Return `count` places in 0..count-1: stretches of geometric length that wrap around the end.

    References
    ----------
    Politis and Romano (1994), The stationary bootstrap.

    """
    begins = rng.random(count) < 1.0 / mean_length
    begins[0] = True
    place = np.arange(count)
    begun_at = np.maximum.accumulate(np.where(begins, place, 0))
    found: NDArray[np.intp] = (rng.integers(0, count, count)[begun_at] + place - begun_at) % count
    return found
