"""Where does a walk begin: which weights rest on which side, and which rows are active, at some λ₀ above zero?

Any portfolio w₀ within the limits is the best of min ½ wᵀPw - (P w₀ + s)ᵀw, whatever s of the right sign presses a
weight against the side where it rests. The walk itself leads from there to λ₀: the linear term moves from -(P w₀ + s)
to c - λ₀ r. No other solver is needed than a linear program for w₀. At λ₀ > 0 no two events are expected at once, as
many are at λ = 0 where the least risk lies in a vertex (cash, or the benchmark).
"""

from __future__ import annotations

import numpy as np

from engine.frontier.pieces import Pieces
from engine.frontier.settle import Stand, settled
from engine.frontier.walk import DONE, march
from engine.kernel.forms import Matrix, Vector

UP, DOWN = 1.0, -1.0


def walk_to(
    tilt: float, quadratic: Matrix, linear: Vector, pieces: Pieces, feasible: Vector, refresh_count: int
) -> Stand | None:
    """Return where everything stands at the least of ½ wᵀPw + cᵀw - λ₀ r(w); None when the walk does not get there.

    Parameters
    ----------
    tilt
        λ₀.
    quadratic, linear
        P, shape (n, n), and c, shape (n,).
    pieces
        Limits and rewards.
    feasible
        Weights within all limits, shape (n,).
    refresh_count
        The inverse is made anew after that many steps.

    """
    begun = settled(quadratic, pieces, feasible)
    if begun is None:
        return None
    stand, at = begun
    is_outside = (at == pieces.edges[:, 0]) | (at == pieces.edges[:, -1])
    pressed = np.where(is_outside, stand.sides * (1.0 + _spread(len(at))), 0.0)
    begin = -(quadratic @ at + pressed)
    way = begin - linear + tilt * pieces.rewards
    corners = (np.zeros(1), np.zeros((1, len(linear))), np.zeros((1, len(pieces.row_lower))))
    ending, _ = march(
        quadratic,
        begin,
        (pieces.edges, pieces.counts, pieces.coefficients, pieces.offsets, way),
        (pieces.row_lower, pieces.row_upper),
        stand.sides,
        stand.row_sides,
        stand.piece,
        corners,
        (0.0, UP),
        1.0,
        refresh_count,
    )
    return stand if ending == DONE else None


def _spread(count: int) -> Vector:
    """Return numbers from 0 to 1, no two alike (Weyl's multiples of the golden ratio)."""
    return np.asarray(np.arange(1, count + 1) * 0.6180339887498949 % 1.0)
