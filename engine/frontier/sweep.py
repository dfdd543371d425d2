"""Which portfolios lie on the efficient frontier, from the least risk to the highest return?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from engine.kernel.forms import Vector
from engine.optimize.convex import ConvexCore
from engine.optimize.solvers import QpAnswer

PLATEAU = 1e-9


def sweep(core: ConvexCore, points_count: int, on_point: Callable[[float], None] | None = None) -> list[Vector]:
    """Return efficient weights, evenly spaced in expected return.

    They lie on the exact frontier where its corners were found, else each is solved for.

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
    if points_count < 1:
        return []
    from engine.frontier.path import trace  # loads the compiled loops, which a process without a frontier never needs

    path = trace(core).path
    if path is None:
        return one_by_one(core, points_count, on_point)
    if on_point is not None:
        on_point(1.0)
    if path.count == 1 or points_count == 1:
        return [path.points[0]]
    return list(path.at_reward(np.linspace(path.rewards[0], path.rewards[-1], points_count)))


def one_by_one(
    core: ConvexCore,
    points_count: int,
    on_point: Callable[[float], None] | None = None,
    center: Vector | None = None,
) -> list[Vector]:
    """Return the same as `sweep` by one quadratic program a point; with `center`, shape (n,), risk is measured from it.

    For another reward than returns see `rewarded`.
    """
    count = core.limits.universe.count
    linear = None
    if center is not None:
        linear = np.zeros(len(core.direction))
        linear[:count] = -core.pull_of(center)
    least = core.session.solve(linear=linear)
    top = core.best_return()
    if least.outcome != "solved" or top.outcome != "solved":
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
        answer = core.floored(goal * core.excess_scale, linear=linear)
        if answer.outcome == "solved" and excess(answer) > last + 0.01 * PLATEAU:
            points.append(answer.x[:count])
            last = excess(answer)
        if on_point is not None:
            on_point(share)
    return points


def rewarded(core: ConvexCore, rewards: Vector) -> ConvexCore:
    """Return a core whose expected return is another linear reward, shape (n,), without costs."""
    return ConvexCore(replace(core.estimates, returns_annual_frac=rewards), core.limits, 0.0)
