"""How surely is a standard deviation known that was taken from so many observations?"""

from __future__ import annotations

import math

from scipy.special import chdtri


def deviation_reach(count: int, relative_error: float, confidence_frac: float) -> tuple[float, float]:
    """Return what to multiply a standard deviation by for its interval: one factor below one, one above.

    The exact interval of independent normal observations (chi-squared), its logarithms stretched by how many times
    theirs the error is, at least once: with many observations that is e^(± z s). An error that allows for fat tails is
    itself estimated, and a short sample that happens to have thin ones would make the deviation look surer than it
    can be.

    Parameters
    ----------
    count
        Observations n, two or more; the deviation divides by n - 1.
    relative_error
        Standard error s of the deviation over the deviation itself, zero or more.
    confidence_frac
        Between 0 and 1.

    """
    freedom, tail = count - 1, 0.5 * (1.0 - confidence_frac)
    stretch = max(1.0, relative_error / normal_error(count))
    low, high = (math.sqrt(freedom / float(chdtri(freedom, side))) ** stretch for side in (tail, 1.0 - tail))
    return low, high


def normal_error(count: int) -> float:
    """Return the standard error of a deviation over itself for n independent normal observations: 1/√(2 (n - 1))."""
    return 1.0 / math.sqrt(2.0 * (count - 1))
