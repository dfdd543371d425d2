"""When is a portfolio without risk the best worst case, and what proves it?

√(wᵀΣw) has a kink where it is zero: its slopes there are Rᵀν with RᵀR = Σ and ‖ν‖ ≤ 1. A solver that smooths the kink
stops beside it. So where its answer has next to no risk, the best portfolio without any, a linear program, is compared;
it is the best of all when some ‖ν‖ ≤ robust weight balances the other terms, and the shortest such ν is looked for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.kernel.forms import Goal, Matrix, Vector
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.linear import solve_linear
from engine.optimize.solvers import QpSession, QuadraticProgram

if TYPE_CHECKING:
    from engine.optimize.convex import ConvexCore

NEXT_TO_NONE = 1e-6  # of the mean variance
NO_VALUE = 1e-13  # of the largest eigenvalue
AT_SIDE = 1e-9
ROOM = 1e-9
RIDGE = 1e-9


def without_risk(core: ConvexCore, goal: Goal, answer: ConvexAnswer, box: tuple[Vector, Vector]) -> ConvexAnswer | None:
    """Return the best portfolio without risk where that is the best worst case of all, else None.

    Parameters
    ----------
    core
        Estimates and lifted rows; no market impact.
    goal, answer
        A worst-case goal and its answer so far.
    box
        Bounds on x = (w, t).

    """
    weights = answer.weights_frac
    if weights is None or core.has_impact:
        return None
    variance = core.volatility_annual_frac(weights) ** 2 / core.variance_scale
    if variance > NEXT_TO_NONE:
        return None
    root = _root_of(core.estimates.covariance_annual / core.variance_scale)
    rows, width = core.lifted, len(core.direction)
    wide = np.zeros((len(root), width))
    wide[:, : root.shape[1]] = root
    nothing = np.zeros(len(root))
    found = solve_linear(
        -core.direction,
        np.vstack([rows.matrix, wide]),
        np.concatenate([rows.row_lower, nothing]),
        np.concatenate([rows.row_upper, nothing]),
        *box,
    )
    if found.outcome != "solved":
        return None
    best = found.x[: len(weights)]
    if core.score(goal, best) < core.score(goal, weights):
        return None
    for risk in core.limits.risks:
        if core.volatility_annual_frac(best - risk.center_frac) > risk.upper_annual_frac:
            return None
    duals = _shortest(core, answer, found.x, wide, box)
    if duals is None:
        return None
    slope, row_duals, bound_duals = duals
    return replace(
        answer,
        objective=-core.score(goal, best),
        weights_frac=best,
        row_duals=row_duals,
        bound_duals=bound_duals,
        risk_duals=tuple(0.0 for _ in answer.risk_duals),
        kink_slope=slope[: len(weights)],
        solver="highs",
        chain=answer.chain,
    )


def _shortest(
    core: ConvexCore, answer: ConvexAnswer, x: Vector, wide: Matrix, box: tuple[Vector, Vector]
) -> tuple[Vector, Vector, Vector] | None:
    """Return Rᵀν for the shortest ν, with multipliers of rows and bounds; None where even that is too long."""
    rows, width = core.lifted, len(x)
    activity = rows.matrix @ x
    below = np.concatenate([rows.row_lower - activity >= -AT_SIDE, box[0] - x >= -AT_SIDE])
    above = np.concatenate([activity - rows.row_upper >= -AT_SIDE, x - box[1] >= -AT_SIDE])
    count = len(wide) + len(rows.matrix) + width
    quadratic = np.eye(count) * RIDGE
    quadratic[np.arange(len(wide)), np.arange(len(wide))] = 1.0
    open_side = np.full(len(wide), np.inf)
    program = QuadraticProgram(
        quadratic,
        np.zeros(count),
        np.hstack([wide.T, rows.matrix.T, np.eye(width)]),
        answer.tilt * core.direction,
        answer.tilt * core.direction,
        np.concatenate([-open_side, np.where(below, -np.inf, 0.0)]),
        np.concatenate([open_side, np.where(above, np.inf, 0.0)]),
    )
    found = QpSession(program, is_sparse_in_steps=False).solve()
    if found.outcome != "solved":
        return None
    pull, rest = found.x[: len(wide)], found.x[len(wide) :]
    if float(np.linalg.norm(pull)) > answer.robust_dual * (1.0 + ROOM):
        return None
    return wide.T @ pull, rest[: len(rows.matrix)], rest[len(rows.matrix) :]


def _root_of(matrix: Matrix) -> Matrix:
    """Return R with RᵀR = matrix, shape (k, n), without directions that have no risk."""
    values, vectors = np.linalg.eigh(matrix)
    keep = values > NO_VALUE * max(float(values[-1]), 1e-300)
    return np.asarray((vectors[:, keep] * np.sqrt(values[keep])).T)
