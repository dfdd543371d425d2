"""Which portfolios lie on the efficient frontier, from the least risk to the highest return?"""

from __future__ import annotations

from collections.abc import Callable

from engine.kernel.forms import Vector
from engine.optimize.convex import ConvexCore
from engine.optimize.solvers import QpAnswer

PLATEAU = 1e-9


def sweep(core: ConvexCore, points_count: int, on_point: Callable[[float], None] | None = None) -> list[Vector]:
    """Return efficient weights, evenly spaced in expected return.

    Parameters
    ----------
    core
        Estimates and limits; only the convex hull of the limits is used.
    points_count
        How many portfolios; fewer when the return cannot vary.
    on_point
        Called with the share done.

    Returns
    -------
    list of numpy.ndarray
        Weights, shape (n,) each, with expected return strictly rising and variance never falling. Each is the least
        variance with at least its return (Markowitz 1952); empty when no portfolio meets the limits.

    """
    count = core.limits.universe.count
    least = core.tilted(0.0)
    top = core.best_return()
    if points_count < 1 or least.outcome != "solved" or top.outcome != "solved":
        return []

    def excess(answer: QpAnswer) -> float:
        return core.scaled_excess(answer.x)

    start, end = excess(least), core.best_excess(top)
    points = [least.x[:count]]
    if end - start <= PLATEAU * max(1.0, abs(end)) or points_count == 1:
        return points
    last = start
    for place in range(1, points_count):
        share = place / (points_count - 1)
        goal = start + (end - start) * share
        if place == points_count - 1:
            goal = end - 1e-12 * max(1.0, abs(end))
        answer = core.floored(goal * core.excess_scale)
        if answer.outcome == "solved" and excess(answer) > last + 0.01 * PLATEAU:
            points.append(answer.x[:count])
            last = excess(answer)
        if on_point is not None:
            on_point(share)
    return points
