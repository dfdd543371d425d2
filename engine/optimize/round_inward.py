"""Where do weights go so that they still keep every row after each is rounded? A little way off the rows that press.

Where several rows press at once, the weights stand in a narrow corner, and moving single units seldom finds the few
points of the grid inside it. A linear program moves all weights together, as little as possible, to where rounding
cannot break a row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Vector
from engine.optimize.linear import solve_linear

if TYPE_CHECKING:
    from engine.optimize.rounding import RowTable

FARTHEST_UNITS = 1000.0
ASSETS_MAX_COUNT = 600


def moved_inward(
    scaled: Vector, low: NDArray[np.int64], high: NDArray[np.int64], table: RowTable, target: int
) -> Vector | None:
    """Return weights in units near `scaled` that keep the rows whichever way they are rounded; None without any.

    Parameters
    ----------
    scaled
        Exact weights in units, shape (n,).
    low, high
        Bounds in units, shape (n,).
    table
        Rows without absolute parts, in units.
    target
        What the weights sum to, in units.

    """
    count = len(scaled)
    free = np.flatnonzero(low < high)
    if len(table.bent) or not len(free) or count > ASSETS_MAX_COUNT:
        return None
    fixed = np.where(low < high, 0.0, low.astype(np.float64))
    matrix = table.matrix[:, free]
    carried = table.matrix @ fixed
    # Each weight moves by less than one unit and all together by none: only differences of coefficients count.
    middle = np.median(matrix, axis=1, keepdims=True)
    margin = np.abs(matrix - middle).sum(axis=1)
    start = scaled[free]
    width = len(free)
    nothing = np.zeros((len(matrix), width))
    rows = np.vstack([np.hstack([matrix, nothing]), np.hstack([np.ones((1, width)), np.zeros((1, width))])])
    near = np.hstack([np.eye(width), -np.eye(width)])
    far = np.hstack([np.eye(width), np.eye(width)])
    rest = float(target - fixed.sum())
    found = solve_linear(
        np.concatenate([np.zeros(width), np.ones(width)]),
        np.vstack([rows, near, far]),
        np.concatenate(
            [
                table.low - carried - matrix @ start + margin,
                [rest - start.sum()],
                np.full(width, -np.inf),
                np.zeros(width),
            ]
        ),
        np.concatenate(
            [
                table.high - carried - matrix @ start - margin,
                [rest - start.sum()],
                np.zeros(width),
                np.full(width, np.inf),
            ]
        ),
        np.concatenate([np.maximum(low[free] - start, -FARTHEST_UNITS), np.zeros(width)]),
        np.concatenate([np.minimum(high[free] - start, FARTHEST_UNITS), np.full(width, np.inf)]),
    )
    if found.outcome != "solved":
        return None
    moved = scaled.copy()
    moved[free] = start + found.x[:width]
    return moved
