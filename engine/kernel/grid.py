"""On which grid do weights lie?"""

from __future__ import annotations

import numpy as np

from engine.kernel.forms import Vector
from engine.kernel.units import UNITS_PER_ONE

TIGHT_FRAC = 1e-6  # limits on distances that are no wider are felt to the grid
NOTE = "The weights that distances are measured from count to the nearest 0.000001% of the capital, their sum kept."


def on_grid(weights_frac: Vector) -> Vector:
    """Return the nearest weights that are multiples of 1e-8 and have the same sum to the nearest 1e-8, shape (n,).

    Every weight is rounded down; the units left over go where most was cut off (the method of largest remainders). So
    three thirds are 0.33333334, 0.33333333 and 0.33333333, and a limit on the distance from them can be 0.
    """
    scaled = np.asarray(weights_frac, dtype=np.float64) * UNITS_PER_ONE
    near = np.rint(scaled)
    whole = np.where(np.abs(scaled - near) <= 1e-6, near, np.floor(scaled))
    missing = round(float(scaled.sum()) - float(whole.sum()))
    if missing > 0:
        whole[np.argsort(whole - scaled, kind="stable")[:missing]] += 1.0
    return np.asarray(whole / UNITS_PER_ONE)
