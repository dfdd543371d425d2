"""How wide is the bid-ask spread, where only a day's high, low and close are known?

Every function takes prices of shape (t,) or (t, n), rows in time order, NaN where not known. A spread is a full one, as
a fraction of the price. Estimates from two days are mostly noise, of both signs: they are averaged over a month before
what is below zero counts as zero. Setting every one of them to at least zero, as is often done, makes 0.6% of the
spread of a very liquid stock. Even so, spreads below some 0.2% cannot be told apart.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
PAIRS_MIN = 10
MONTH_ROWS = 21
MONTHS_MIN = 6
_ROOT = 3.0 - 2.0 * math.sqrt(2.0)


def corwin_schultz_pairs(high: FloatArray, low: FloatArray, close: FloatArray) -> FloatArray:
    """Return one estimate for each two days in a row, shape (t - 1,) or (t - 1, n), of either sign.

    β is the sum of the squared log ranges of both days, γ the squared log range of both together,
    α = (√(2β) - √β)/(3 - 2√2) - √(γ/(3 - 2√2)) and S = 2(e^α - 1)/(1 + e^α). A price that opened beyond the range of
    the day before moved overnight, which is no spread: the second day is shifted so that its range touches the close.

    References
    ----------
    Corwin and Schultz (2012), A simple way to estimate bid-ask spreads from daily high and low prices, Journal of
    Finance 67(2).

    """
    before_high, before_low, before_close = high[:-1], low[:-1], close[:-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        gap = np.maximum(low[1:] - before_close, 0.0) - np.maximum(before_close - high[1:], 0.0)
        moved_high, moved_low = high[1:] - gap, low[1:] - gap
        beta = np.log(before_high / before_low) ** 2 + np.log(moved_high / moved_low) ** 2
        gamma = np.log(np.maximum(moved_high, before_high) / np.minimum(moved_low, before_low)) ** 2
        alpha = (math.sqrt(2.0) - 1.0) * np.sqrt(beta) / _ROOT - np.sqrt(gamma / _ROOT)
        spread = 2.0 * np.expm1(alpha) / (1.0 + np.exp(alpha))
    return np.where(np.isfinite(spread) & (before_low > 0.0) & (moved_low > 0.0), spread, np.nan)


def corwin_schultz(high: FloatArray, low: FloatArray, close: FloatArray) -> FloatArray:
    """Return the mean over months of the mean estimate of each, at least zero; shape () or (n,).

    NaN where no month has ten known pairs of days.
    """
    return mean_spread(corwin_schultz_pairs(high, low, close))


def abdi_ranaldo(high: FloatArray, low: FloatArray, close: FloatArray) -> FloatArray:
    """Return the mean over months of √max(4 mean (c_t - η_t)(c_t - η_{t+1}), 0); shape () or (n,).

    c is the log close and η the middle of log high and log low. Nothing is assumed of the night between the days. NaN
    where no month has ten known pairs of days.

    References
    ----------
    Abdi and Ranaldo (2017), A simple estimation of bid-ask spreads from daily close, high, and low prices, Review of
    Financial Studies 30(12), the monthly corrected estimator.

    """
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = 0.5 * (np.log(high) + np.log(low))
        last = np.log(close)
        squared = 4.0 * (last[:-1] - middle[:-1]) * (last[:-1] - middle[1:])
    means, _ = _months(np.where(np.isfinite(squared), squared, np.nan))
    return _mean(np.sqrt(np.maximum(means, 0.0)))


def mean_spread(pairs: FloatArray) -> FloatArray:
    """Return the mean over months of the mean of each, at least zero, from estimates as of `corwin_schultz_pairs`."""
    means, _ = _months(pairs)
    return _mean(np.maximum(means, 0.0))


def spread_deviation(pairs: FloatArray) -> FloatArray:
    """Return how much the spread itself varies from month to month, without the noise of its estimate.

    The variance of the means of months, less that which the scatter within months gives such a mean (neighboring pairs
    share a day: their covariance counts), at least zero.

    Parameters
    ----------
    pairs
        Shape (t,) or (t, n), as of `corwin_schultz_pairs`.

    Returns
    -------
    array () or (n,)
        NaN with fewer than six months.

    """
    means, blocks = _months(pairs)
    known = np.isfinite(means)
    count = known.sum(axis=0)
    scatter = blocks - means[:, None]
    is_scatter = np.isfinite(scatter)
    scatter = np.where(is_scatter, scatter, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        center = np.where(known, means, 0.0).sum(axis=0) / count
        between = np.where(known, (means - center) ** 2, 0.0).sum(axis=0) / (count - 1)
        own = (scatter**2).sum(axis=(0, 1)) / is_scatter.sum(axis=(0, 1))
        both = (is_scatter[:, 1:] & is_scatter[:, :-1]).sum(axis=(0, 1))
        beside = (scatter[:, 1:] * scatter[:, :-1]).sum(axis=(0, 1)) / np.maximum(both, 1)
        noise = (own + 2.0 * np.maximum(beside, 0.0)) / blocks.shape[1]
        deviation: FloatArray = np.where(count >= MONTHS_MIN, np.sqrt(np.maximum(between - noise, 0.0)), np.nan)
    return deviation


def _months(pairs: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the means of the latest whole months, (m,) or (m, n), and their estimates, (m, 21) or (m, 21, n).

    A history of less than a month is one month. A month with fewer than ten known pairs is NaN.
    """
    size = min(MONTH_ROWS, max(len(pairs), 1))
    count = len(pairs) // size
    blocks = pairs[len(pairs) - count * size :].reshape(count, size, *pairs.shape[1:])
    known = np.isfinite(blocks)
    there = known.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(known, blocks, 0.0).sum(axis=1) / there
    return np.where(there >= PAIRS_MIN, means, np.nan), blocks


def _mean(months: FloatArray) -> FloatArray:
    """Return the mean of the known months, NaN where there is none."""
    known = np.isfinite(months)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: FloatArray = np.where(known, months, 0.0).sum(axis=0) / known.sum(axis=0)
    return mean
