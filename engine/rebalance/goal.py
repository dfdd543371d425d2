"""Which weights are aimed at, after bands, restrictions and the part of the way that is gone?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Vector
from engine.rebalance.problem import RebalanceProblem

BAND_SLACK_FRAC = 1e-12
SHUT_FRAC = 1e-12


def goal_weights(problem: RebalanceProblem) -> Vector:
    """Return the weights that are aimed at, shape (n,), as if any fraction of a unit could be traded.

    What lies within its band stays; what lies outside goes to its target or to the nearer edge of the band, and of that
    way the part that is asked for. What may not be bought or sold stays where the way would need it.
    """
    now = problem.weights_frac
    drift = now - problem.targets_frac
    is_out = np.abs(drift) > problem.band_frac + BAND_SLACK_FRAC
    end = problem.targets_frac.copy()
    if problem.band_goal == "edge":
        end = end + np.sign(drift) * problem.band_frac
    goal = np.where(is_out, now + problem.part_frac * (end - now), now)
    barred = ((goal > now) & ~problem.may_buy()) | ((goal < now) & ~problem.may_sell())
    return np.asarray(np.where(barred, now, goal))


def outside_band(problem: RebalanceProblem) -> NDArray[np.bool_]:
    """Return which weights lie outside their band, shape (n,)."""
    return np.asarray(np.abs(problem.weights_frac - problem.targets_frac) > problem.band_frac + BAND_SLACK_FRAC)


def given_up(problem: RebalanceProblem, goal: Vector) -> NDArray[np.bool_]:
    """Return which positions are to end at nothing, shape (n,)."""
    return np.asarray((np.abs(goal) <= SHUT_FRAC) & (problem.quantities != 0.0))
