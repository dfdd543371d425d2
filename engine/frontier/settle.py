"""From which regular optimality system does a walk set out, when the covariance may be singular?

Every weight inside its interval is free. Where that leaves a direction d of no risk, P d = 0, within the equalities,
the weights are moved along it until one of them, or a row, meets a side: with all multipliers zero, every portfolio on
the way is as good as the first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.frontier.pieces import SAME_EDGE, Pieces
from engine.frontier.stand import stand_at
from engine.kernel.forms import Matrix, Vector

NEAR = 1e-9
FLAT = 1e-10
STILL = 1e-9
DEPENDENT = 1e-9

Sides = NDArray[np.int64]


@dataclass(eq=False)
class Stand:
    """Sides of weights (n,) and rows (m,), and the piece of each weight, as `engine.frontier.walk` reads them."""

    sides: Sides
    row_sides: Sides
    piece: Sides


def settled(quadratic: Matrix, pieces: Pieces, weights: Vector) -> tuple[Stand, Vector] | None:
    """Return where weights stand, and the weights moved so that the system of the free ones is regular.

    Parameters
    ----------
    quadratic
        P, shape (n, n), positive semidefinite.
    pieces
        Limits.
    weights
        Within all limits, shape (n,); those near an edge are put on it.

    """
    is_equal = (pieces.row_lower == pieces.row_upper).astype(np.float64)
    is_regular, sides, row_sides, piece, at = stand_at(
        quadratic, pieces.edges, pieces.counts, pieces.coefficients, is_equal, weights, NEAR, SAME_EDGE
    )
    if is_regular:
        return Stand(sides, row_sides, piece), at
    return _Settling(quadratic, pieces, weights).run()


class _Settling:
    def __init__(self, quadratic: Matrix, pieces: Pieces, weights: Vector) -> None:
        self.quadratic, self.pieces = quadratic, pieces
        assets = np.arange(len(weights))
        self.piece = pieces.piece_of(weights - NEAR, is_left=True).astype(np.int64)
        self.low, self.high = pieces.edges[assets, self.piece], pieces.edges[assets, self.piece + 1]
        self.sides = np.where(weights >= self.high - NEAR, 1, np.where(weights <= self.low + NEAR, -1, 0))
        self.at: Vector = np.where(self.sides > 0, self.high, np.where(self.sides < 0, self.low, weights))
        self.row_sides = np.zeros(len(pieces.row_lower), dtype=np.int64)
        self.coefficients: Matrix = pieces.coefficients[self.piece, :, assets].T
        self.free: list[int] = []
        self.active: list[int] = []

    def run(self) -> tuple[Stand, Vector] | None:
        """Return the stand and the weights."""
        self._begin()
        for weight in np.flatnonzero(self.sides == 0):
            if weight not in self.free and not self._join(int(weight)):
                return None
        return Stand(self.sides.astype(np.int64), self.row_sides, self.piece), self.at

    def _begin(self) -> None:
        """Take as many free weights as there are equalities that do not depend on each other."""
        edges, equal = self.pieces.edges, np.flatnonzero(self.pieces.row_lower == self.pieces.row_upper)
        movable = np.flatnonzero(edges[:, 0] < edges[:, -1])
        room = np.minimum(self.at - edges[:, 0], edges[:, -1] - self.at)[movable]
        order = movable[np.lexsort((-room, self.sides[movable] != 0))]
        rest = self.coefficients[equal].copy()
        for weight in order:
            if len(self.active) == len(equal):
                break
            row = int(np.argmax(np.abs(rest[:, weight])))
            if abs(rest[row, weight]) <= DEPENDENT * max(1.0, float(np.abs(self.coefficients[equal[row]]).max())):
                continue
            self.free.append(int(weight))
            self.active.append(int(equal[row]))
            share = rest[:, weight] / rest[row, weight]
            rest = rest - np.outer(share, rest[row])
        self.sides[self.free] = 0
        self.row_sides[self.active] = 2

    def _join(self, weight: int) -> bool:
        """Add a free weight to the system, or move along the direction of no risk that it opens."""
        free, active = self.free, self.active
        rows = self.coefficients[np.ix_(active, free)]
        system = np.block([[self.quadratic[np.ix_(free, free)], rows.T], [rows, np.zeros((len(active), len(active)))]])
        column = np.concatenate([self.quadratic[free, weight], self.coefficients[active, weight]])
        image = np.linalg.solve(system, column)
        own = self.quadratic[weight, weight]
        if own - column @ image > FLAT * (abs(own) + float(np.abs(column) @ np.abs(image))):
            free.append(weight)
            return True
        movers = np.array([*free, weight])
        way = np.append(-image[: len(free)], 1.0)
        length, place, row = self._meeting(movers, way)
        if not np.isfinite(length):
            return False
        self.at[movers] += length * way
        if row >= 0:
            self.row_sides[row] = 1 if self.coefficients[row, movers] @ way > 0.0 else -1
            active.append(row)
            free.append(weight)
            return True
        met, side = int(movers[place]), 1 if way[place] > 0.0 else -1
        self._rest(met, side)
        if met != weight:
            free[place] = weight
        return True

    def _meeting(self, movers: NDArray[np.int64], way: Vector) -> tuple[float, int, int]:
        """Return how far the way leads, and the place of the weight, or the row, that meets a side there (else -1)."""
        still = STILL * float(np.abs(way).max())
        ahead = np.where(way > 0.0, self.high[movers] - self.at[movers], self.at[movers] - self.low[movers])
        lengths = np.divide(np.maximum(ahead, 0.0), np.abs(way), out=np.full(len(way), np.inf), where=abs(way) > still)
        place = int(np.argmin(lengths))
        slopes = self.coefficients[:, movers] @ way
        activity = self.pieces.activity(self.at[None])[0]
        open_rows = (self.row_sides == 0) & (np.abs(slopes) > still)
        side = np.where(slopes > 0.0, self.pieces.row_upper - activity, activity - self.pieces.row_lower)
        row_lengths = np.divide(
            np.maximum(side, 0.0), np.abs(slopes), out=np.full(len(slopes), np.inf), where=open_rows
        )
        row = int(np.argmin(row_lengths)) if len(row_lengths) else -1
        if row >= 0 and row_lengths[row] < lengths[place]:
            return float(row_lengths[row]), -1, row
        return float(lengths[place]), place, -1

    def _rest(self, weight: int, side: int) -> None:
        """Put a weight on a side of its piece; one at an inner edge stands at the upper side of the piece below."""
        self.at[weight] = self.high[weight] if side > 0 else self.low[weight]
        if side < 0 and self.piece[weight] > 0:
            self.piece[weight] -= 1
            side = 1
        self.sides[weight] = side
