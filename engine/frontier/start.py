"""Where does a walk begin: which weights rest on which side at the portfolio of least risk, and which rows are active?

Any portfolio w₀ within the limits is the best of min ½ wᵀPw - (P w₀)ᵀ w, with every multiplier zero. The walk itself
leads from there to the least risk: the linear term moves from -P w₀ to c while λ goes from 0 to 1. No other solver is
needed than a linear program for w₀.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.frontier.pieces import Pieces
from engine.frontier.walk import DONE, march
from engine.kernel.forms import Matrix, Vector

NEAR = 1e-9

Sides = NDArray[np.int64]


@dataclass(eq=False)
class Stand:
    """Sides of weights (n,) and rows (m,), and the piece of each weight, as `engine.frontier.walk` reads them."""

    sides: Sides
    row_sides: Sides
    piece: Sides


def walk_to_least(
    quadratic: Matrix, linear: Vector, pieces: Pieces, feasible: Vector, refresh_count: int
) -> Stand | None:
    """Return where everything stands at the least of ½ wᵀPw + cᵀw; None when the walk does not get there.

    Parameters
    ----------
    quadratic, linear
        P, shape (n, n), and c, shape (n,).
    pieces
        Limits.
    feasible
        Weights within all limits, shape (n,).
    refresh_count
        The inverse is made anew after that many steps.

    """
    stand, at = _stand_at(pieces, feasible)
    pull = quadratic @ at
    flat = np.tile(-(linear + pull), (len(pieces.rewards), 1))
    corners = (np.zeros(1), np.zeros((1, len(linear))), np.zeros((1, len(pieces.row_lower))))
    ending, _ = march(
        quadratic,
        -pull,
        (pieces.edges, pieces.counts, pieces.coefficients, pieces.offsets, flat),
        (pieces.row_lower, pieces.row_upper),
        stand.sides,
        stand.row_sides,
        stand.piece,
        corners,
        1.0,
        refresh_count,
    )
    return stand if ending == DONE else None


def _stand_at(pieces: Pieces, weights: Vector) -> tuple[Stand, Vector]:
    """Return where weights stand, and the weights with those near an edge put on it."""
    assets = np.arange(len(weights))
    below = pieces.piece_of(weights - NEAR, is_left=True).astype(np.int64)
    low, high = pieces.edges[assets, below], pieces.edges[assets, below + 1]
    sides = np.where(weights >= high - NEAR, 1, np.where(weights <= low + NEAR, -1, 0)).astype(np.int64)
    row_sides = np.where(pieces.row_lower == pieces.row_upper, 2, 0).astype(np.int64)
    if not (sides == 0).any():  # the budget needs one weight that can move
        movable = np.flatnonzero(pieces.edges[:, 0] < pieces.edges[:, -1])
        if len(movable):
            sides[movable[np.argmax(weights[movable])]] = 0
    at = np.where(sides > 0, high, np.where(sides < 0, low, weights))
    return Stand(sides, row_sides, below), at
