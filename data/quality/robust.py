"""How large is a usual move around one day, whatever happened on a few days?

Robust scale: median and median absolute deviation (Hampel, 1974; 1.4826 makes it the standard deviation of a normal
distribution). Where more than half of the returns are equal the deviation is zero; the mean absolute deviation takes
its place then, times sqrt(pi / 2).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data.quality.findings import Floats

WINDOW_COUNT = 63
FEWEST_COUNT = 15
NORMAL_OF_MAD = 1.4826
NORMAL_OF_MEAN = float(np.sqrt(np.pi / 2.0))


TICK_WINDOW_COUNT = 126


def tick_around(closes: Floats, place: int) -> float:
    """Return the smallest change that the closes around a place show, their tick; NaN where they do not change."""
    half = TICK_WINDOW_COUNT // 2
    changes = np.abs(np.diff(closes[max(0, place - half) : place + half + 1]))
    changes = changes[np.isfinite(changes) & (changes > 0)]
    return float(changes.min()) if len(changes) else float("nan")


def local_scale(returns: Floats, place: int, *, width_count: int = WINDOW_COUNT) -> tuple[float, float]:
    """Return median and robust scale of the returns around one place; see `local_scales`."""
    middles, scales = local_scales(returns, np.array([place]), width_count=width_count)
    return float(middles[0]), float(scales[0])


def local_scales(
    returns: Floats, places: NDArray[np.int64], *, width_count: int = WINDOW_COUNT
) -> tuple[Floats, Floats]:
    """Return median and robust scale of the returns around each of some places.

    Parameters
    ----------
    returns : array of float, shape (n,)
    places : array of int, shape (m,)
        The returns that are judged; each is left out of its window, and so is the one after it.
    width_count : int
        Returns in a window, half of them on each side as far as there are.

    Returns
    -------
    array of float, array of float
        NaN where fewer than 15 returns are known, and for the scale where all are equal.
    """
    half = width_count // 2
    padded = np.concatenate((np.full(half, np.nan), returns, np.full(half, np.nan)))
    padded[~np.isfinite(padded)] = np.nan
    steps = np.concatenate((np.arange(-half, 0), np.arange(2, half + 1)))
    windows = padded[places[:, None] + half + steps[None, :]]
    counts = np.isfinite(windows).sum(axis=1)
    enough = counts >= FEWEST_COUNT
    middles = np.where(enough, _row_medians(windows, counts), np.nan)
    away = np.abs(windows - middles[:, None])
    scales = NORMAL_OF_MAD * _row_medians(away, counts)
    mean = np.nansum(away, axis=1) / np.maximum(counts, 1)
    scales = np.where(scales > 0.0, scales, NORMAL_OF_MEAN * mean)
    return middles, np.where(enough & (scales > 0.0), scales, np.nan)


def _row_medians(table: Floats, counts: NDArray[np.int64]) -> Floats:
    """Return the median of the known values of each row; of rows without any, whatever stands first."""
    ordered = np.sort(table, axis=1)  # NaN comes last
    rows = np.arange(len(table))
    low, high = np.maximum(counts - 1, 0) // 2, np.maximum(counts, 1) // 2
    return np.asarray((ordered[rows, low] + ordered[rows, np.minimum(high, table.shape[1] - 1)]) / 2.0)
