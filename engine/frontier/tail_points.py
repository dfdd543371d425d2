"""Which portfolios have the least CVaR, CDaR or maximum drawdown for their return, and what may lie between them?

CVaR frontiers are read off the corners that a parametric walk finds (`engine.frontier.tail_path`). For drawdowns, and
where the walk stopped or a point is not proven, each point is a linear program of its own, warm from the one before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.frontier.tail_path import TailPath, tail_trace
from engine.kernel.forms import Matrix, TailGoal, Vector
from engine.optimize.lift import LiftedRows
from engine.optimize.tail import TailAnswer, TailCore
from engine.optimize.tail_measures import tail_value

PLATEAU = 1e-9  # of the largest reward: less is no difference
SAME_LOSS = 1e-12
GAP_TOLERANCE = 1e-9  # of the largest loss on the frontier
ROUNDING = 1e-12
PROVEN = 1e-7  # residuals of the optimality conditions, free of scale


@dataclass(frozen=True, eq=False)
class TailPoints:
    """Points of a tail frontier from the least loss to the highest reward; rewards and losses rise strictly.

    Attributes
    ----------
    weights
        Shape (q, n); empty when there is none.
    rewards, losses
        Scaled excess return after costs, and the measure, shape (q,).
    between_gaps
        By how much the loss of a mixture of two neighbours may at most exceed the least, shape (q - 1,).
    unproven_count
        How many points that were looked for are left out, as their optimality could not be shown.
    is_walked, is_infeasible
        Whether the points come from the walk; whether no portfolio meets the limits.

    """

    weights: Matrix
    rewards: Vector
    losses: Vector
    between_gaps: Vector
    unproven_count: int = 0
    is_walked: bool = False
    is_infeasible: bool = False

    @property
    def count(self) -> int:
        """Number of points."""
        return len(self.weights)


def tail_points(core: TailCore, goal: TailGoal, points_count: int) -> TailPoints:
    """Return efficient portfolios between reward and loss, evenly spaced in reward, both ends included.

    Parameters
    ----------
    core
        History, limits, costs and the reward (its expected returns).
    goal
        The measure; a floor on the return plays no part.
    points_count
        At least 2; fewer come back where rewards are equal.

    """
    path = tail_trace(core, goal.level) if goal.tail == "cvar" else None
    if path is not None:
        found = _from_path(core, goal, path, points_count)
        if found is not None:
            return found
    return _one_by_one(core, goal, points_count)


def _from_path(core: TailCore, goal: TailGoal, path: TailPath, points_count: int) -> TailPoints | None:
    """Return points of the path; None where one of them is not proven."""
    count = core.limits.universe.count
    rewards = _spaced(float(path.rewards[0]), float(path.rewards[-1]), points_count)
    if len(rewards) == 1:
        rewards = path.rewards[:1]
    weights = path.at_reward(rewards)[:, :count]
    losses = np.array([tail_value(goal.tail, goal.level, core.history, one) for one in weights])
    upper, _ = path.place_of(rewards)
    allowed = GAP_TOLERANCE * _size(core, losses) + ROUNDING * path.tilts[upper]
    if bool((path.gaps_at(core, goal.level, rewards) > allowed).any()):
        return None
    return _kept(core, weights, rewards, losses, path.tilts[upper], 0, is_walked=True)


def _one_by_one(core: TailCore, goal: TailGoal, points_count: int) -> TailPoints:
    """Return points that are solved for one after the other, each warm from the last."""
    plain = TailGoal(goal.tail, goal.level)
    least, top = core.solve(plain), core.best_return()
    if least.outcome != "solved" or least.weights_frac is None or top.outcome != "solved":
        return _none(core, is_infeasible="infeasible" in (least.outcome, top.outcome))
    is_proven = _is_proven(core, plain, least)
    first = core.richest(plain, least)
    assert first.weights_frac is not None
    weights, losses, slopes = [first.weights_frac], [first.objective], [0.0]
    rewards = _spaced(_reward(core, first.weights_frac), -top.value, points_count)
    unproven = int(not is_proven)
    for wanted in rewards[1:]:
        floor = (float(wanted) + core.constant) * core.excess_scale + core.risk_free_annual_frac
        asked = TailGoal(goal.tail, goal.level, floor)
        answer = core.solve(asked)
        if answer.outcome != "solved" or answer.weights_frac is None or not _is_proven(core, asked, answer):
            unproven += 1
            continue
        assert answer.row_duals is not None
        weights.append(answer.weights_frac)
        losses.append(answer.objective)
        slopes.append(max(-float(answer.row_duals[LiftedRows.RETURN_FLOOR]), 0.0))
    if not is_proven:
        weights, losses, slopes = weights[1:], losses[1:], slopes[1:]
    if not weights:
        return _none(core, unproven)
    made = np.array(weights)
    gained = np.array([_reward(core, one) for one in made])
    return _kept(core, made, gained, np.array(losses), np.array(slopes), unproven, is_walked=False)


def _none(core: TailCore, unproven_count: int = 0, *, is_infeasible: bool = False) -> TailPoints:
    nothing = np.zeros(0)
    weights = np.zeros((0, core.limits.universe.count))
    return TailPoints(weights, nothing, nothing, nothing, unproven_count, is_infeasible=is_infeasible)


def _is_proven(core: TailCore, goal: TailGoal, answer: TailAnswer) -> bool:
    assert answer.weights_frac is not None
    limits = core.limits
    found = core.residuals(goal, answer, answer.weights_frac, (limits.lower_frac, limits.upper_frac))
    return found is not None and found.worst <= PROVEN


def _reward(core: TailCore, weights: Vector) -> float:
    return float(core.direction @ core.lifted.lift(weights))


def _spaced(start: float, end: float, points_count: int) -> Vector:
    """Return rewards evenly from start to end; the start alone where there is next to nothing between them."""
    if end - start <= PLATEAU * max(1.0, abs(end)):
        return np.array([start])
    return np.linspace(start, end, points_count)


def _size(core: TailCore, losses: Vector) -> float:
    return max(float(np.abs(losses).max(initial=0.0)), float(np.abs(core.history).mean()), 1e-300)


def _kept(
    core: TailCore, weights: Matrix, rewards: Vector, losses: Vector, slopes: Vector, unproven: int, *, is_walked: bool
) -> TailPoints:
    """Return the points that no other one dominates, with the most that the loss between two may be above the least.

    The frontier is convex: it lies below the chord, and above the tangents at both ends.
    """
    least_step, room = 0.01 * PLATEAU, SAME_LOSS * _size(core, losses)
    chosen: list[int] = []
    for at in range(len(rewards) - 1, -1, -1):  # from the highest reward down: what is no safer than a richer one goes
        if not chosen or (losses[at] < losses[chosen[-1]] - room and rewards[at] < rewards[chosen[-1]] - least_step):
            chosen.append(at)
    keep = np.array(chosen[::-1])
    weights, rewards, losses, slopes = weights[keep], rewards[keep], losses[keep], slopes[keep]
    width, rise = np.diff(rewards), np.diff(losses)
    chord = np.divide(rise, width, out=np.zeros(len(width)), where=width > 0.0)
    below, above = np.minimum(slopes[:-1], chord), np.maximum(slopes[1:], chord)  # rounding aside they bound it
    spread = above - below
    share = np.divide(above - chord, spread, out=np.zeros(len(width)), where=spread > 0.0)
    gaps = np.maximum((chord - below) * share * width, 0.0)
    return TailPoints(weights, rewards, losses, gaps, unproven, is_walked)
