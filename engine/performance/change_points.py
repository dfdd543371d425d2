"""When did the mean of a series change? CUSUM with the Newey-West deviation, by halves.

max_k |S_k - (k/n) S_n| / (σ √n) of a series without change tends to the supremum of a Brownian bridge, whose tail is
2 Σ (-1)^(j+1) e^(-2 j² x²). A stretch is cut where the statistic is largest, if its chance is at most 5%, and both
parts are looked at again.

References
----------
Ploberger and Krämer (1992), The CUSUM test with OLS residuals, Econometrica 60. Vostrikova (1981), Detecting
"disorder" in multidimensional random processes, Soviet Mathematics Doklady 24, for binary segmentation.
"""

from __future__ import annotations

import math

import numpy as np

from engine.kernel.forms import Vector
from engine.performance.regression import long_run_error

LEVEL_FRAC = 0.05
STILL = 1e-14


def bridge_tail(x: float) -> float:
    """Return the chance that a Brownian bridge goes beyond ±x."""
    if x < 0.2:
        return 1.0
    return min(1.0, max(0.0, 2.0 * sum((-1.0) ** (j + 1) * math.exp(-2.0 * j * j * x * x) for j in range(1, 101))))


def change_points(series: Vector, least_count: int) -> list[tuple[int, float]]:
    """Return where the mean changes, as (first period of the new mean, chance), in time order.

    Parameters
    ----------
    series
        Shape (t,), without gaps.
    least_count
        Periods on either side of a change, at least.

    """
    found: list[tuple[int, float]] = []
    waiting = [(0, len(series))]
    while waiting:
        first, end = waiting.pop()
        part = series[first:end]
        if len(part) < 2 * least_count:
            continue
        moved = np.cumsum(part - part.mean())[:-1]
        inner = moved[least_count - 1 : len(part) - least_count]
        cut = least_count + int(np.argmax(np.abs(inner)))
        # The deviation is that around both means, else a change would hide itself.
        rest = np.concatenate([part[:cut] - part[:cut].mean(), part[cut:] - part[cut:].mean()])
        deviation = long_run_error(rest) * math.sqrt(len(part))
        if deviation <= STILL:
            continue
        chance = bridge_tail(float(np.abs(moved).max()) / (deviation * math.sqrt(len(part))))
        if chance <= LEVEL_FRAC:
            found.append((first + cut, chance))
            waiting += [(first, first + cut), (first + cut, end)]
    return sorted(found)
