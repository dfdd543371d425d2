"""How is a run of pieces bounded where no quadratic program of its own stands behind the goal?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from engine.kernel.forms import AbsoluteRow, Goal
from engine.optimize.compile import LimitSet
from engine.optimize.convex import ConvexCore
from engine.optimize.core import Core
from engine.optimize.count_bound import Bounded
from engine.optimize.count_pieces import Numbers, Pieces

CORE_TOLERANCE = 1e-8
RULED_OUT = ("infeasible", "floor_too_high", "ceiling_too_low", "no_excess_return")

Remake = Callable[[LimitSet], Core]


class CoreRelaxation:
    """Bounds a run of pieces by the hull of the run, solved by a core.

    Parameters
    ----------
    core, goal
        Solver and what is sought.
    pieces
        Pieces of the weights.

    """

    tolerance = CORE_TOLERANCE
    work = 0.0

    def __init__(self, core: Core, goal: Goal, pieces: Pieces) -> None:
        self.core, self.goal, self.pieces = core, goal, pieces

    def shrink(self, first: Numbers, last: Numbers) -> None:
        """Do nothing: a core solves with all its assets."""

    def solve(self, first: Numbers, last: Numbers, price: float) -> Bounded:
        """Return the bound of a run; the price of a holding plays no part."""
        lower, upper = self.pieces.hull(first, last)
        net = self.core.limits.net_frac
        if lower.sum() > net + 1e-9 or upper.sum() < net - 1e-9:
            return Bounded.ended("infeasible", len(lower))
        answer = self.core.solve(self.goal, self.core.lifted.bounds(lower, upper))
        weights = answer.weights_frac
        if answer.outcome != "solved" or weights is None:
            return Bounded.ended("infeasible" if answer.outcome in RULED_OUT else "failed", len(lower))
        size = np.abs(weights)
        most = np.where(weights > 0.0, upper, -lower)
        shares = np.divide(size, most, out=np.zeros(len(size)), where=size > 1e-7)
        shares = np.where(self.pieces.is_held(first, last), 1.0, np.minimum(shares, 1.0))
        bounds = np.full(len(size), answer.objective)
        away = self.pieces.away(weights, first, last).min(axis=1)
        doubt = np.where(away > 1e-9, 1.0 + away, 0.0) + np.minimum(shares, 1.0 - shares) * (1.0 + size)
        return Bounded("solved", answer.objective, weights, shares, bounds, bounds, doubt)


def with_count_row(core: Core, pieces: Pieces, remake: Remake | None) -> Core:
    """Return the core with the row Σ |w_i| / most size ≤ K, which every portfolio of at most K holdings meets.

    Parameters
    ----------
    core
        Returned as it is where there is no such limit, or where nobody can make the core again.
    pieces
        Hold K.
    remake
        Makes the core for other limits; a `ConvexCore` needs none.

    """
    limits = core.limits
    sizes = np.maximum(np.abs(limits.lower_frac), np.abs(limits.upper_frac))
    if remake is None and type(core) is ConvexCore:
        rate, costs = core.risk_free_annual_frac, core.costs

        def remake(within: LimitSet) -> Core:
            return ConvexCore(core.estimates, within, rate, costs)

    if remake is None or pieces.max_count >= len(sizes) or (sizes <= 0.0).all():
        return core
    coefficients = np.divide(1.0, sizes, out=np.zeros(len(sizes)), where=sizes > 0.0)
    most = float(pieces.max_count)
    row = AbsoluteRow("Number of holdings", "holdings_count", "portfolio", coefficients, np.zeros(len(sizes)), most)
    return remake(replace(limits, absolute_rows=(*limits.absolute_rows, row)))
