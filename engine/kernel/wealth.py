"""How far does wealth stand below its highest level so far? The one definition for measures and charts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def falls_from_peak(levels: Sequence[float] | NDArray[np.floating[Any]], start: float) -> NDArray[np.float64]:
    """Return d_t = W_t / max(W_0, W_1, ..., W_t) - 1 for each level of wealth.

    Parameters
    ----------
    levels : sequence of float, shape (T,)
        W_1 ... W_T, in any unit; NaN is a gap.
    start : float
        W_0, the wealth before the first return, in the same unit: a loss on the first day is a fall.

    Returns
    -------
    numpy array, shape (T,)
        Fractions, never positive; NaN at a gap, and wherever no peak above zero was reached yet.
    """
    wealth = np.asarray(levels, dtype=float)
    peaks = np.fmax.accumulate(np.concatenate([[start], wealth]))[1:]
    falls = np.full(wealth.shape, np.nan)
    np.divide(wealth, peaks, out=falls, where=peaks > 0.0)
    return falls - 1.0
