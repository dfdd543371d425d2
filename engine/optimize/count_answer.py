"""What does a search for pieces hand back, and how is its best choice solved for good?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.kernel.forms import Goal, Vector
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.core import Core
from engine.optimize.count_bound import Bounded
from engine.optimize.count_core import CORE_TOLERANCE
from engine.optimize.count_pick import Cause
from engine.optimize.count_pieces import Numbers, Pieces
from engine.optimize.count_swap import Swaps


@dataclass(frozen=True, eq=False)
class BranchAnswer:
    """Best portfolio found, the box of its pieces, and the proven relative gap of its objective.

    `cause` says what rules out every portfolio when the outcome is ``"infeasible"`` although the hull has one.
    """

    answer: ConvexAnswer
    lower_frac: Vector
    upper_frac: Vector
    gap_frac: float
    nodes_count: int
    cause: Cause = "none"


def unfinished(core: Core, answer: ConvexAnswer, nodes_count: int, cause: Cause = "none") -> BranchAnswer:
    """Return an outcome without weights."""
    return BranchAnswer(answer, core.limits.lower_frac, core.limits.upper_frac, np.inf, nodes_count, cause)


def answer_within(core: Core, goal: Goal, pieces: Pieces, numbers: Numbers) -> ConvexAnswer:
    """Return the core's answer within the chosen pieces."""
    lower, upper = pieces.hull(numbers, numbers)
    return core.solve(goal, core.lifted.bounds(lower, upper))


def finished(core: Core, goal: Goal, pieces: Pieces, numbers: Numbers, bound: float, nodes_count: int) -> BranchAnswer:
    """Return the convex answer within the chosen pieces, with the gap between it and what was proven."""
    answer = answer_within(core, goal, pieces, numbers)
    lower, upper = pieces.hull(numbers, numbers)
    if answer.outcome != "solved":
        return BranchAnswer(answer, lower, upper, np.inf, nodes_count)
    gap = (answer.objective - bound) / max(abs(answer.objective), 1e-300)
    return BranchAnswer(answer, lower, upper, max(0.0, float(gap)), nodes_count)


def loosened(bound: float) -> float:
    """Return a solver's bound less what its tolerances may be worth."""
    return bound - CORE_TOLERANCE * abs(bound)


def begin(swaps: Swaps, weights: Vector) -> None:
    """Judge the choices that weights within the hull point to."""
    size = np.abs(weights)
    nothing = np.zeros(len(weights))
    shares = np.where(size > 1e-7, size / max(float(size.max()), 1e-300), 0.0)
    swaps.round(Bounded("solved", 0.0, weights, shares, nothing, nothing, nothing), *swaps.pieces.whole())
