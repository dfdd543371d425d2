"""What would the same recipe have answered on another history? Made once for a request, asked many times.

The estimators, limits, costs and the goal stay; only the days differ. Where the goal lies on the mean-variance frontier
under linear limits, that frontier is walked anew for each history, which also says what the whole frontier would have
been; every other goal is solved alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.constraints import Constraint
from engine.estimators import EstimationData
from engine.frontier.path import Path, trace, trace_from
from engine.frontier.pieces import Pieces
from engine.kernel.errors import InputRefused
from engine.kernel.forms import (
    ActiveRiskGoal,
    Estimates,
    Goal,
    Matrix,
    RatioGoal,
    ReturnGoal,
    UtilityGoal,
    VarianceGoal,
    Vector,
)
from engine.optimize.compile import LimitSet, compile_limits
from engine.optimize.convex import ConvexCore
from engine.optimize.core import Core
from engine.optimize.estimate import estimated
from engine.optimize.inputs import Inputs
from engine.optimize.roads import road
from engine.optimize.semicontinuous import NODES_BY_EFFORT, solve_with_gaps
from engine.spec import OptimizationRequest

OnNode = Callable[[int], None]
WALKED_ASSETS_MAX_COUNT = 150  # beyond it one goal alone is quicker than the whole frontier


@dataclass(frozen=True, eq=False)
class Replayed:
    """What one history answers: weights, shape (n,), None without an answer; its frontier, where it was walked.

    `figures` are the annual return and the variance, shape (k, 2), of the frontier's portfolios at the tilts asked for,
    as that history promises them; `points` those portfolios, shape (k, n).
    """

    weights_frac: Vector | None
    points: Matrix | None = None
    figures: Matrix | None = None


class Replay:
    """A recipe that can be asked again.

    Parameters
    ----------
    request
        What is asked.
    inputs
        What its own history gives.
    data
        What the estimators saw of it.
    constraints
        The limits to keep, soft ones already loosened.
    on_node
        Called by searches over whole positions; may raise to cancel.

    """

    def __init__(
        self,
        request: OptimizationRequest,
        inputs: Inputs,
        data: EstimationData,
        constraints: tuple[Constraint, ...],
        on_node: OnNode | None = None,
    ) -> None:
        self.request, self.inputs, self.data, self.on_node = request, inputs, data, on_node
        self.limits: LimitSet = compile_limits(constraints, inputs.universe)
        self.goal: Goal = request.objective.compile()

    @cached_property
    def base(self) -> ConvexCore:
        """The linear limits on the request's own figures."""
        inputs = self.inputs
        costs = None if self.has_impact else inputs.costs
        return ConvexCore(inputs.estimates, self.limits, inputs.risk_free_annual_frac, costs)

    @property
    def has_impact(self) -> bool:
        """Whether costs grow faster than trades, which no frontier in pieces knows."""
        return self.inputs.costs is not None and self.inputs.costs.has_impact

    @cached_property
    def walked(self) -> tuple[Path, Pieces] | None:
        """The frontier on the request's own figures, where the goal lies on it and it has been found."""
        limits, goal = self.limits, self.goal
        if not (limits.is_convex and limits.count is None and limits.is_polyhedral) or self.has_impact:
            return None
        if not isinstance(goal, VarianceGoal | RatioGoal | ReturnGoal | UtilityGoal | ActiveRiskGoal):
            return None
        if isinstance(goal, ActiveRiskGoal) and self.base.benchmark_frac is None:
            return None
        if limits.universe.count > WALKED_ASSETS_MAX_COUNT:
            return None
        traced = trace(self.base, None, self._center)
        return None if traced.path is None or traced.pieces is None else (traced.path, traced.pieces)

    @property
    def _center(self) -> Vector | None:
        return self.base.benchmark_frac if isinstance(self.goal, ActiveRiskGoal) else None

    def answer(self, days: NDArray[np.intp], tilts: Vector) -> Replayed:
        """Return what the recipe answers on the days at these places of its history, shape (t,).

        Parameters
        ----------
        days
            Places in the request's window, in the order in which they are to have followed each other.
        tilts
            λ of `engine.frontier.path` in the units of the request's own figures, at which the frontier is wanted.

        """
        try:
            estimates = self._estimates(days)
        except InputRefused:  # such as a benchmark that never moves on these days
            return Replayed(None)
        if self.walked is not None:
            return self._on_frontier(estimates, *self.walked, tilts)
        return Replayed(self._alone(estimates))

    def _estimates(self, days: NDArray[np.intp]) -> Estimates:
        data = self.data
        rate, benchmark = data.risk_free_frac, data.benchmark_returns_frac
        drawn = replace(
            data,
            returns_frac=np.ascontiguousarray(data.returns_frac[days]),
            risk_free_frac=rate[days] if isinstance(rate, np.ndarray) and rate.ndim else rate,
            benchmark_returns_frac=None if benchmark is None else benchmark[days],
        )
        return estimated(self.request.estimates, drawn)

    def _on_frontier(self, estimates: Estimates, own: Path, pieces: Pieces, tilts: Vector) -> Replayed:
        base = self.base
        quadratic = np.ascontiguousarray(estimates.covariance_annual / base.variance_scale)
        excess = (estimates.returns_annual_frac - base.risk_free_annual_frac) / base.excess_scale
        moved = replace(pieces, rewards=pieces.rewards + (excess - base.excess))
        center = self._center
        linear = np.zeros(len(excess)) if center is None else -quadratic @ center
        path = trace_from(quadratic, linear, moved, own.points[own.count // 2]).path
        if path is None:
            return Replayed(self._alone(estimates))
        points = path.at_tilt(tilts)
        return Replayed(self.place(path), points, self.figures_of(estimates, points))

    def figures_of(self, estimates: Estimates, points: Matrix) -> Matrix:
        """Return annual return and variance (of the distance from the benchmark, where the goal is measured so)."""
        rate, center = self.base.risk_free_annual_frac, self._center
        shift = points if center is None else points - center
        variances = np.einsum("ki,ki->k", shift @ estimates.covariance_annual, shift)
        returns = points @ estimates.returns_annual_frac + (1.0 - points.sum(axis=1)) * rate
        return np.column_stack([returns, variances])

    def place(self, path: Path) -> Vector | None:
        """Return the goal's portfolio on a frontier, shape (n,); None where the goal has no answer there."""
        base, goal = self.base, self.goal
        if isinstance(goal, UtilityGoal):
            tilt = base.excess_scale / (base.variance_scale * goal.risk_aversion)
            return np.asarray(path.at_tilt(np.array([tilt]))[0])
        if isinstance(goal, ReturnGoal):
            variance = goal.volatility_max_annual_frac**2 / base.variance_scale
            if variance < path.variances[0]:
                return None
            segment, share = path.at_variance(variance)
        elif isinstance(goal, RatioGoal):
            best = path.best_ratio() if path.rewards[-1] > 0.0 else None
            if best is None:
                return None
            segment, share = best
        else:
            assert isinstance(goal, VarianceGoal | ActiveRiskGoal)
            if goal.return_min_annual_frac is None:
                return np.asarray(path.points[0])
            least = (goal.return_min_annual_frac - base.risk_free_annual_frac) / base.excess_scale
            if least > path.rewards[-1]:
                return None
            return np.asarray(path.at_reward(np.array([least]))[0])
        return np.asarray(path.points_at(np.array([segment]), np.array([share]))[0])

    def _alone(self, estimates: Estimates) -> Vector | None:
        """Return the goal's portfolio on figures, as `engine.optimize` finds it."""
        inputs, limits, costs = self.inputs, self.limits, self.inputs.costs
        rate = inputs.risk_free_annual_frac
        core, goal = road(estimates, limits, rate, self.goal, costs)
        if limits.is_convex and limits.count is None:
            answer = core.solve(goal)
        else:

            def remake(within: LimitSet) -> Core:
                return road(core.estimates, within, rate, goal, costs)[0]

            most = NODES_BY_EFFORT["quick"]
            answer = solve_with_gaps(core, goal, self.on_node, most, remake).answer
        return answer.weights_frac if answer.outcome == "solved" else None
