"""What do simulated returns say of the tail, and how far may chance have moved each figure?

Draws that come in mirrored pairs are not independent: every error is computed from the means of pairs.
"""

from __future__ import annotations

import numpy as np

from engine.kernel.estimates import Vector
from engine.risk.historical_var import tail_count
from engine.stress.result_tails import LossChance, SimulatedTail

BINS_COUNT = 60
RULE_OF_THREE = 3.0


def _error(values: Vector, *, is_paired: bool) -> float:
    """Return the standard error of the mean; the second half of `values` mirrors the first where paired."""
    if is_paired:
        half = len(values) // 2
        values = 0.5 * (values[:half] + values[half:])
    return float(values.std(ddof=1)) / float(np.sqrt(len(values))) if len(values) > 1 else 0.0


def tail_figure(returns_frac: Vector, ascending: Vector, level_frac: float, *, is_paired: bool) -> SimulatedTail:
    """Return value at risk and expected shortfall at a level, with their errors.

    Parameters
    ----------
    returns_frac
        Shape (s,), in the order of drawing.
    ascending
        The same, sorted.
    level_frac
        Confidence.
    is_paired
        Whether the second half mirrors the first.

    Notes
    -----
    The error of the quantile is that of the share of draws beyond it over the density there, which is read from order
    statistics around it. That of the shortfall is the error of the mean excess over the quantile: the derivative by the
    quantile is zero there.

    """
    count = len(ascending)
    tail = tail_count(count, level_frac)
    place = max(1, int(np.ceil(tail)))
    quantile = float(ascending[place - 1])
    whole = int(np.floor(tail))
    share = max(tail, 1e-12)
    beyond = float(ascending[:whole].sum()) + (tail - whole) * float(ascending[min(whole, count - 1)])
    shortfall = -beyond / share
    reach = max(5, int(np.ceil(1.5 * np.sqrt(tail + 1.0))))
    low, high = max(0, place - 1 - reach), min(count - 1, place - 1 + reach)
    width = float(ascending[high] - ascending[low])
    inverse_density = width * count / max(1, high - low)
    is_beyond = (returns_frac <= quantile).astype(float)
    excess = np.maximum(quantile - returns_frac, 0.0)
    return SimulatedTail(
        level_frac=level_frac,
        var_frac=0.0 - quantile,
        var_error_frac=_error(is_beyond, is_paired=is_paired) * inverse_density,
        es_frac=max(shortfall, -quantile),
        es_error_frac=_error(excess, is_paired=is_paired) * count / share,
    )


def loss_chance(returns_frac: Vector, loss_frac: float, *, is_paired: bool) -> LossChance:
    """Return the share of draws that lose more than `loss_frac`, with its error."""
    is_lost = (returns_frac < -loss_frac).astype(float)
    return LossChance(
        loss_frac=loss_frac,
        probability_frac=float(is_lost.mean()),
        error_frac=_error(is_lost, is_paired=is_paired),
        at_most_frac=None if is_lost.any() else min(1.0, RULE_OF_THREE / len(is_lost)),
    )


def mean_error(returns_frac: Vector, *, is_paired: bool) -> float:
    """Return the standard error of the mean return."""
    return _error(returns_frac, is_paired=is_paired)


def histogram(ascending: Vector) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """Return edges and counts between the 0.1% and 99.9% quantiles; the outer bins hold what lies beyond."""
    count = len(ascending)
    low, high = float(ascending[int(0.001 * count)]), float(ascending[min(count - 1, int(0.999 * count))])
    if high <= low:
        low, high = low - 1e-6, high + 1e-6
    edges = np.linspace(low, high, BINS_COUNT + 1)
    counts = np.histogram(np.clip(ascending, low, high), bins=edges)[0]
    return tuple(edges.tolist()), tuple(int(one) for one in counts)
