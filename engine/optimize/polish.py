"""How does an interior-point answer become exact to rounding?

Newton steps on the optimality conditions, each a quadratic program that keeps the linear limits as they are and takes
the curved ones by their tangents, with the curvature of all of them in the objective (sequential quadratic programming;
Nocedal and Wright 2006, chapter 18). Near the answer the error of one step is the square of the last one's.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.kernel.forms import ActiveRiskGoal, Goal, Matrix, RatioGoal, ReturnGoal, VarianceGoal, Vector
from engine.kernel.size import risk_of
from engine.optimize.certificate import kkt_residuals
from engine.optimize.convex import RIDGE, ConvexCore
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.solvers import QpSession, QuadraticProgram

STEPS_COUNT = 6
EXACT = 1e-10
NEAR = 1e-9  # a trade below this has no own curvature: it stays where the kink of its cost holds it


def polish(core: ConvexCore, goal: Goal, answer: ConvexAnswer, box: tuple[Vector, Vector]) -> ConvexAnswer:
    """Return the answer after a few Newton steps, or as it was where they do not make it better.

    Parameters
    ----------
    core
        Estimates, limits and rows; no solve of its own is used.
    goal, answer
        What was sought, and a solved answer with multipliers.
    box
        Bounds on x = (w, t).

    """
    best, worst = answer, _worst(core, goal, answer, box)
    current = answer
    for _ in range(STEPS_COUNT):
        if worst <= EXACT:
            break
        following = _step(core, goal, current, box)
        if following is None:
            break
        found = _worst(core, goal, following, box)
        current = following
        if found < worst:
            best, worst = following, found
        elif found > 0.5 * worst:
            break
    return best


def _worst(core: ConvexCore, goal: Goal, answer: ConvexAnswer, box: tuple[Vector, Vector]) -> float:
    assert answer.weights_frac is not None
    count = len(answer.weights_frac)
    found = kkt_residuals(core, goal, answer, answer.weights_frac, (box[0][:count], box[1][:count]))
    return np.inf if found is None else found.worst


def _step(core: ConvexCore, goal: Goal, answer: ConvexAnswer, box: tuple[Vector, Vector]) -> ConvexAnswer | None:
    assert answer.weights_frac is not None
    assert answer.row_duals is not None
    rows, weights = core.lifted, answer.weights_frac
    x, count = rows.lift(weights), len(answer.weights_frac)
    is_return = isinstance(goal, ReturnGoal)
    if is_return and not answer.tilt > 0.0:
        return None
    has_own = is_return and answer.tilt < np.inf  # the goal's own ceiling binds
    tilt = 1.0 if is_return and not has_own else answer.tilt
    if isinstance(goal, RatioGoal):
        excess = core.scaled_excess(x)
        tilt = float(x @ core.quadratic @ x) / excess
    balls = [(r.center_frac, r.upper_annual_frac, m) for r, m in zip(core.limits.risks, answer.risk_duals, strict=True)]
    if has_own:
        risk = core.volatility_annual_frac(weights) / np.sqrt(core.variance_scale)
        balls.append((np.zeros(count), goal.volatility_max_annual_frac, risk))  # type: ignore[union-attr]
    base = 0.0 if is_return else 1.0
    hessian = base * core.quadratic.copy()
    gradient = base * (core.quadratic @ x) - tilt * core.reward_slope(x)
    if isinstance(goal, ActiveRiskGoal) and core.benchmark_frac is not None:
        gradient[:count] -= core.quadratic[:count, :count] @ core.benchmark_frac
    slopes, sides = [], []
    for center, upper, dual in balls:
        size, slope, curve = _ball(core, weights, center)
        hessian[:count, :count] += dual * curve
        slopes.append(slope)
        sides.append(upper / np.sqrt(core.variance_scale) - size)
    if answer.robust_dual > 0.0:
        _, slope, curve = _ball(core, weights, np.zeros(count))
        hessian[:count, :count] += answer.robust_dual * curve
        gradient[:count] += answer.robust_dual * slope
    floor_dual = float(answer.row_duals[rows.RETURN_FLOOR])
    bend = _impact_curve(core, weights)
    hessian[np.arange(count), np.arange(count)] += (tilt - floor_dual) * bend
    hessian[np.arange(len(x)), np.arange(len(x))] += RIDGE
    matrix = rows.matrix.copy()
    matrix[rows.RETURN_FLOOR] = core.reward_slope(x)
    low, high = rows.row_lower.copy(), rows.row_upper
    floor = getattr(goal, "return_min_annual_frac", None)
    if floor is not None:
        low[rows.RETURN_FLOOR] = core.scaled_floor(floor - core.risk_free_annual_frac)
    activity = rows.matrix @ x
    activity[rows.RETURN_FLOOR] = core.scaled_excess(x) - core.constant
    wide = np.zeros((len(slopes), len(x)))
    for at, slope in enumerate(slopes):
        wide[at, :count] = slope
    program = QuadraticProgram(
        hessian,
        gradient,
        np.vstack([matrix, wide]),
        np.concatenate([low - activity, np.full(len(slopes), -np.inf)]),
        np.concatenate([high - activity, np.array(sides)]),
        box[0] - x,
        box[1] - x,
    )
    found = QpSession(program, is_sparse_in_steps=False).solve()
    if found.outcome != "solved":
        return None
    moved = x + found.x
    duals = found.row_duals[: len(matrix)]
    ball_duals = found.row_duals[len(matrix) :]
    bounds = found.bound_duals
    if is_return and not has_own:
        tilt = np.inf
    elif is_return:
        own = float(ball_duals[-1])
        risk = core.volatility_annual_frac(moved[:count]) / np.sqrt(core.variance_scale)
        if own <= 0.0:
            return None
        factor = risk / own
        tilt, duals, bounds, ball_duals = tilt * factor, duals * factor, bounds * factor, ball_duals[:-1] * factor
    made = replace(
        answer,
        weights_frac=moved[:count],
        tilt=tilt,
        row_duals=duals,
        bound_duals=bounds,
        risk_duals=tuple(float(one) for one in ball_duals),
    )
    score = core.score(goal, moved[:count])
    is_risk = isinstance(goal, VarianceGoal | ActiveRiskGoal)
    return replace(made, objective=score**2 if is_risk else -score)


def _ball(core: ConvexCore, weights: Vector, center: Vector) -> tuple[float, Vector, Matrix]:
    """Return √((w - c)ᵀΣ(w - c)) in scaled units with its gradient and second derivative."""
    count = len(weights)
    quadratic = core.quadratic[:count, :count]
    away = weights - center
    turned = quadratic @ away
    size = max(risk_of(away, quadratic), 1e-150)
    slope = turned / size
    return size, slope, (quadratic - np.outer(slope, slope)) / size


def _impact_curve(core: ConvexCore, weights: Vector) -> Vector:
    """Return the second derivative of the scaled cost of impact, by asset."""
    if core.costs is None or not core.costs.has_impact:
        return np.zeros(len(weights))
    size = np.maximum(np.abs(weights - core.costs.center_frac), NEAR)
    return 0.75 * core.costs.impacts_annual_frac / core.excess_scale / np.sqrt(size)
