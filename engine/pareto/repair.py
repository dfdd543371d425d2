"""How does any vector become a portfolio within bounds, budget and whole positions, without a solver?

Each weight takes the nearest of its intervals, of the others than the largest weights only zero is kept where a number
of holdings is asked for, and the nearest point of the box with the right sum follows in closed form: it is
clip(y - τ, lower, upper) for the τ at which the sum is right. Linear limits besides are kept by moving towards a
portfolio that keeps them, as far as needed, where nothing is whole.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Matrix, Vector
from engine.optimize.compile import LimitSet

HALVINGS_COUNT = 60
LEAST_HELD_FRAC = 1e-4  # of an asset that must be held although its bounds would let it vanish
KEPT = 1e-10


class Repair:
    """Turns rows of numbers into portfolios.

    Parameters
    ----------
    limits
        All limits.
    anchor
        A portfolio within the convex hull of the limits, shape (n,).

    """

    def __init__(self, limits: LimitSet, anchor: Vector) -> None:
        self.limits, self.anchor = limits, anchor
        count = limits.universe.count
        most = max(len(one) for one in limits.intervals)
        self.lows, self.highs = np.full((most, count), np.inf), np.full((most, count), np.inf)
        for asset, intervals in enumerate(limits.intervals):
            for at in range(most):
                self.lows[at, asset], self.highs[at, asset] = intervals[min(at, len(intervals) - 1)]
        self.has_zero: NDArray[np.bool_] = np.any((self.lows <= 0.0) & (self.highs >= 0.0), axis=0)
        self.is_whole = not limits.is_convex
        self.most_count = count if limits.count is None else limits.count.max_count or count
        self.least_count = 0 if limits.count is None else limits.count.min_count or 0
        self.rows = np.array([row.coefficients for row in limits.rows]).reshape(-1, count)
        self.row_lower = np.array([row.lower_frac for row in limits.rows])
        self.row_upper = np.array([row.upper_frac for row in limits.rows])

    def portfolios(self, wanted: Matrix, holdings_counts: NDArray[np.int64] | None = None) -> Matrix:
        """Return portfolios near what is wanted, shape (k, n), with at most so many holdings each, shape (k,)."""
        count = wanted.shape[1]
        most = np.full(len(wanted), self.most_count)
        if holdings_counts is not None:
            most = np.clip(holdings_counts, max(1, self.least_count), self.most_count)
        low, high = self._nearest_intervals(wanted)
        if bool((most < count).any()) or self.least_count:
            low, high = self._thinned(wanted, low, high, most)
        low, high = self._with_room(wanted, low, high)
        made = _onto_budget(np.clip(wanted, low, high), low, high, self.limits.net_frac)
        return made if self.is_whole or self.limits.count is not None else self._pulled(made)

    def row_excess(self, weights: Matrix) -> Matrix:
        """Return by how much each linear row is broken, shape (k, m)."""
        activity = weights @ self.rows.T
        return np.asarray(np.maximum(np.maximum(self.row_lower - activity, activity - self.row_upper), 0.0))

    def _nearest_intervals(self, wanted: Matrix) -> tuple[Matrix, Matrix]:
        if len(self.lows) == 1:
            return np.tile(self.lows[0], (len(wanted), 1)), np.tile(self.highs[0], (len(wanted), 1))
        away = np.maximum(np.maximum(self.lows[:, None] - wanted, wanted - self.highs[:, None]), 0.0)
        nearest = np.argmin(away, axis=0)
        assets = np.arange(wanted.shape[1])
        return self.lows[nearest, assets], self.highs[nearest, assets]

    def _thinned(self, wanted: Matrix, low: Matrix, high: Matrix, most: Vector) -> tuple[Matrix, Matrix]:
        """Hold only the largest, and those that must be held."""
        size = np.where(self.has_zero, np.abs(wanted), np.inf)
        rank = np.argsort(np.argsort(-size, axis=1, kind="stable"), axis=1, kind="stable")
        is_out = (rank >= most[:, None]) & self.has_zero
        low, high = np.where(is_out, 0.0, low), np.where(is_out, 0.0, high)
        must = (rank < self.least_count) & (low <= 0.0) & (high > LEAST_HELD_FRAC)
        return np.where(must, LEAST_HELD_FRAC, low), high

    def _with_room(self, wanted: Matrix, low: Matrix, high: Matrix) -> tuple[Matrix, Matrix]:
        """Open more assets where those held cannot make up the budget, and close some where they exceed it."""
        net = self.limits.net_frac
        for at in np.flatnonzero((low.sum(axis=1) > net) | (high.sum(axis=1) < net)):
            order = np.argsort(-np.abs(wanted[at]), kind="stable")
            for asset in order:
                if high[at].sum() >= net:
                    break
                if high[at, asset] < self.highs[-1, asset]:
                    low[at, asset], high[at, asset] = self.lows[-1, asset], self.highs[-1, asset]
            for asset in order[::-1]:
                if low[at].sum() <= net:
                    break
                if low[at, asset] > 0.0 and self.has_zero[asset] and high[at].sum() - high[at, asset] >= net:
                    low[at, asset] = high[at, asset] = 0.0
        return low, high

    def _pulled(self, weights: Matrix) -> Matrix:
        """Return weights moved towards the anchor until every row holds."""
        if not len(self.rows):
            return weights
        start, way = self.rows @ self.anchor, (weights - self.anchor) @ self.rows.T
        with np.errstate(divide="ignore", invalid="ignore"):
            above = np.where(way > KEPT, (self.row_upper - start) / way, np.inf)
            below = np.where(way < -KEPT, (self.row_lower - start) / way, np.inf)
        share = np.clip(np.minimum(above, below).min(axis=1, initial=1.0), 0.0, 1.0)
        return np.asarray(self.anchor + share[:, None] * (weights - self.anchor))


def _onto_budget(wanted: Matrix, low: Matrix, high: Matrix, net_frac: float) -> Matrix:
    """Return the nearest points of boxes whose sum is the budget, shape (k, n); the nearest sum where none has it."""
    below = (wanted - high).min(axis=1)
    above = (wanted - low).max(axis=1)
    for _ in range(HALVINGS_COUNT):
        middle = 0.5 * (below + above)
        is_more = np.clip(wanted - middle[:, None], low, high).sum(axis=1) > net_frac
        below, above = np.where(is_more, middle, below), np.where(is_more, above, middle)
    return np.asarray(np.clip(wanted - above[:, None], low, high))
