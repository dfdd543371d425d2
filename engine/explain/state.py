"""What is there to explain? The solved request with the core that solved it and its multipliers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.kernel.forms import Goal, Vector
from engine.optimize.answer import Answered, weight_bounds
from engine.optimize.compile import LimitSet, compile_limits
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.core import Core
from engine.optimize.feasibility import find_obstacle
from engine.optimize.inputs import Inputs
from engine.optimize.roads import road
from engine.optimize.semicontinuous import NODES_BY_EFFORT, solve_with_gaps
from engine.optimize.softened import softened
from engine.spec import OptimizationRequest

ROOM = 1e-5  # of a ceiling: far above what solvers miss it by


@dataclass(frozen=True, eq=False)
class Solved:
    """A solved request; `goal` as the core knows it, `notes` what gave way."""

    request: OptimizationRequest
    inputs: Inputs
    core: Core
    goal: Goal
    answered: Answered
    notes: tuple[str, ...] = ()

    @property
    def answer(self) -> ConvexAnswer:
        """The core's answer."""
        return self.answered.answer

    @property
    def weights(self) -> Vector:
        """The weights before rounding, within their bounds, shape (n,)."""
        assert self.answer.weights_frac is not None
        return np.clip(self.answer.weights_frac, *self.answered.box)

    @property
    def is_chosen(self) -> bool:
        """Whether a search over whole positions chose the bounds."""
        return self.answered.nodes_count is not None


def solved(request: OptimizationRequest, inputs: Inputs) -> Solved | None:
    """Return the solved request; None where it has no answer."""
    constraints, ways = softened(request, inputs)
    limits = compile_limits(constraints, inputs.universe)
    if find_obstacle(limits) is not None:
        return None
    notes = (*limits.notes, *(f"A soft limit gave way. {way.sentence}" for way in ways))
    core, goal, answered = solve_under(request, inputs, limits)
    if answered.answer.outcome != "solved" or answered.answer.weights_frac is None:
        return None
    return Solved(request, inputs, core, goal, _settled(answered, inputs, limits), notes)


def _settled(answered: Answered, inputs: Inputs, limits: LimitSet) -> Answered:
    """Return the answer without multipliers on ceilings that have room: there a conic solver leaves its last gap."""
    answer, weights = answered.answer, answered.answer.weights_frac
    assert weights is not None
    if not any(answer.risk_duals):
        return answered
    kept = []
    for risk, dual in zip(limits.risks, answer.risk_duals, strict=False):
        taken = inputs.estimates.volatility_annual_frac(weights - risk.center_frac)
        kept.append(dual if taken >= risk.upper_annual_frac * (1.0 - ROOM) else 0.0)
    kept += answer.risk_duals[len(kept) :]
    return replace(answered, answer=replace(answer, risk_duals=tuple(kept)))


def solve_under(
    request: OptimizationRequest, inputs: Inputs, limits: LimitSet, returns: Vector | None = None
) -> tuple[Core, Goal, Answered]:
    """Return core, goal and answer under limits, on the road that `engine.optimize` takes.

    Parameters
    ----------
    request, inputs, limits
        What is asked, on which figures, under which limits.
    returns
        Expected annual returns in place of those of the inputs, shape (n,).

    """
    estimates = inputs.estimates
    if returns is not None:
        estimates = replace(estimates, returns_annual_frac=returns)
    asked, rate, costs = request.objective.compile(), inputs.risk_free_annual_frac, inputs.costs
    core, goal = road(estimates, limits, rate, asked, costs)
    if limits.is_convex and limits.count is None:
        return core, goal, Answered(core.solve(goal), weight_bounds(limits), None, None)
    used = core.estimates

    def remake(within: LimitSet) -> Core:
        return road(used, within, core.risk_free_annual_frac, goal, costs)[0]

    found = solve_with_gaps(core, goal, None, NODES_BY_EFFORT[request.proof_effort], remake)
    return core, goal, Answered(found.answer, (found.lower_frac, found.upper_frac), found.gap_frac, found.nodes_count)
