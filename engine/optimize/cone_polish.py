"""How does an interior-point answer of a cone program become exact to rounding?

The steps of `engine.optimize.polish` for any program of rows and balls: each a quadratic program that keeps the rows as
they are and takes the balls by their tangents, with the curvature of all of them in the objective.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.kernel.forms import Vector
from engine.optimize.cone import Ball, ConeAnswer, ConeProgram
from engine.optimize.solvers import QpSession, QuadraticProgram

STEPS_COUNT = 5
EXACT = 1e-11
RIDGE = 1e-10
LEAST_SIZE = 1e-12


def polish_cone(program: ConeProgram, answer: ConeAnswer) -> ConeAnswer:
    """Return the answer after a few Newton steps, or as it was where they do not make it better."""
    if program.powers or answer.outcome != "solved":
        return answer
    best, worst = answer, _worst(program, answer)
    current = answer
    for _ in range(STEPS_COUNT):
        following = _step(program, current) if worst > EXACT else None
        if following is None:
            break
        found, current = _worst(program, following), following
        if found < worst:
            best, worst = following, found
        elif found > 0.5 * worst:
            break
    return best


def _tangent(ball: Ball, v: Vector) -> tuple[float, Vector, float]:
    """Return ‖Mv + offset‖ less its side, the slope of that, and the size of the norm."""
    away = ball.matrix @ v + ball.offset
    size = float(np.linalg.norm(away))
    slope = ball.matrix.T @ away / max(size, LEAST_SIZE) - ball.radius_row
    return size - float(ball.radius_row @ v) - ball.radius, slope, size


def _worst(program: ConeProgram, answer: ConeAnswer) -> float:
    """Return the largest residual of the optimality conditions."""
    v, duals = answer.v, answer.row_duals
    gradient = program.quadratic @ v + program.linear + program.rows.T @ duals
    activity = program.rows @ v
    above, below = program.row_upper - activity, activity - program.row_lower
    gaps = np.where(duals > 0.0, above, np.where(duals < 0.0, below, 0.0))
    worst = max(0.0, -float(above.min(initial=0.0)), -float(below.min(initial=0.0)))
    worst = max(worst, float(np.abs(duals * np.where(np.isfinite(gaps), gaps, 1.0)).max(initial=0.0)))
    for ball, dual in zip(program.balls, answer.ball_duals, strict=True):
        beyond, slope, _ = _tangent(ball, v)
        gradient = gradient + dual * slope
        worst = max(worst, beyond, abs(dual * beyond))
    return max(worst, float(np.abs(gradient).max(initial=0.0)))


def _step(program: ConeProgram, answer: ConeAnswer) -> ConeAnswer | None:
    v, width = answer.v, len(answer.v)
    hessian = program.quadratic + RIDGE * np.eye(width)
    slopes, sides = np.zeros((len(program.balls), width)), np.zeros(len(program.balls))
    for at, (ball, dual) in enumerate(zip(program.balls, answer.ball_duals, strict=True)):
        beyond, slopes[at], size = _tangent(ball, v)
        sides[at] = -beyond
        if dual > 0.0:
            own = slopes[at] + ball.radius_row
            hessian = hessian + dual / max(size, LEAST_SIZE) * (ball.matrix.T @ ball.matrix - np.outer(own, own))
    activity = program.rows @ v
    open_side = np.full(width, np.inf)
    task = QuadraticProgram(
        hessian,
        program.quadratic @ v + program.linear,
        np.vstack([program.rows, slopes]),
        np.concatenate([program.row_lower - activity, np.full(len(sides), -np.inf)]),
        np.concatenate([program.row_upper - activity, sides]),
        -open_side,
        open_side,
    )
    found = QpSession(task, is_sparse_in_steps=False).solve()
    if found.outcome != "solved":
        return None
    height = len(program.rows)
    return replace(answer, v=v + found.x, row_duals=found.row_duals[:height], ball_duals=found.row_duals[height:])
