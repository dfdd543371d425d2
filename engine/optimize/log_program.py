"""How is a quadratic less logarithms minimized within rows and balls, to rounding?

Clarabel takes one exponential cone for each logarithm (Chares 2009, Cones and interior-point algorithms for structured
convex optimization) and at times stops short of the last digits. Newton steps on the optimality conditions give them:
each a quadratic program that keeps the rows and takes the balls by their tangents, with the curvature of all of them in
the objective and every value measured by itself, so that small positions are as exact as large ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.kernel.forms import Matrix, Vector
from engine.optimize.solvers import QpSession, QuadraticProgram

TOLERANCE = 1e-12
STEPS_COUNT = 12
EXACT = 1e-11
RIDGE = 1e-11
NEAR_ZERO = 0.9


@dataclass(frozen=True, eq=False)
class LogProgram:
    """Minimize ½ vᵀQv - Σ logs ln v with ``edges @ v = 0``, ``sides @ v <= 0`` and ``‖ball @ v‖ <= v[scale_at]``."""

    quadratic: Matrix
    logs: Vector
    edges: Matrix
    sides: Matrix
    balls: tuple[Matrix, ...]
    scale_at: int


@dataclass(frozen=True, eq=False)
class LogAnswer:
    """Values with the multipliers of edges, sides and balls."""

    values: Vector
    edge_duals: Vector
    side_duals: Vector
    ball_duals: Vector
    steps_count: int


def solve_logs(program: LogProgram) -> LogAnswer | None:
    """Return Clarabel's answer as it is, or None where it is not even positive."""
    import clarabel
    from scipy import sparse

    size, logs = len(program.logs), np.flatnonzero(program.logs)
    width = size + len(logs)
    cones = np.zeros((3 * len(logs), width))
    ones = np.zeros(3 * len(logs))
    ones[1::3] = 1.0
    cones[np.arange(0, len(cones), 3), size + np.arange(len(logs))] = -1.0
    cones[np.arange(2, len(cones), 3), logs] = -1.0
    quadratic = np.zeros((width, width))
    quadratic[:size, :size] = program.quadratic
    blocks = [program.edges, program.sides]
    for ball in program.balls:
        reach = np.zeros((1, size))
        reach[0, program.scale_at] = -1.0
        blocks += [reach, -ball]
    linear_rows = np.vstack(blocks)
    matrix = np.vstack([np.hstack([linear_rows, np.zeros((len(linear_rows), len(logs)))]), cones])
    kinds = [clarabel.ZeroConeT(len(program.edges)), clarabel.NonnegativeConeT(len(program.sides))]
    kinds += [clarabel.SecondOrderConeT(1 + len(ball)) for ball in program.balls]
    kinds += [clarabel.ExponentialConeT() for _ in logs]
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.max_threads = 1
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = TOLERANCE
    solver = clarabel.DefaultSolver(
        sparse.csc_matrix(np.triu(quadratic)),
        np.concatenate([np.zeros(size), -program.logs[logs]]),
        sparse.csc_matrix(matrix),
        np.concatenate([np.zeros(len(linear_rows)), ones]),
        kinds,
        settings,
    )
    solution = solver.solve()
    values, duals = np.array(solution.x)[:size], np.array(solution.z)
    if not np.isfinite(values).all() or (values[logs] <= 0.0).any() or values[program.scale_at] <= 0.0:
        return None
    first, second = len(program.edges), len(program.edges) + len(program.sides)
    balls, at = np.zeros(len(program.balls)), second
    for number, ball in enumerate(program.balls):
        balls[number] = duals[at]
        at += 1 + len(ball)
    return LogAnswer(values, duals[:first], duals[first:second], balls, int(solution.iterations))


def polish_logs(program: LogProgram, answer: LogAnswer) -> LogAnswer:
    """Return the answer after a few Newton steps, or as it was where they do not make it better."""
    best, worst = answer, miss(program, answer)
    current = answer
    for _ in range(STEPS_COUNT):
        following = _step(program, current) if worst > EXACT else None
        if following is None:
            break
        found, current = miss(program, following), following
        if found > 0.5 * worst:
            return following if found < worst else best
        best, worst = following, found
    return best


def miss(program: LogProgram, answer: LogAnswer) -> float:
    """Return the largest residual of the optimality conditions, each value measured by itself."""
    v = answer.values
    has_log = program.logs > 0.0
    pull = program.quadratic @ v + program.edges.T @ answer.edge_duals + program.sides.T @ answer.side_duals
    activity = program.sides @ v
    worst = max(float(np.abs(program.edges @ v).max(initial=0.0)), float(activity.max(initial=0.0)))
    worst = max(worst, float(np.abs(answer.side_duals * activity).max(initial=0.0)))
    for ball, dual in zip(program.balls, answer.ball_duals, strict=True):
        beyond, slope, _ = _tangent(program, ball, v)
        pull = pull + dual * slope
        worst = max(worst, beyond, abs(dual * beyond))
    pull[has_log] = pull[has_log] * v[has_log] - program.logs[has_log]
    return max(worst, float(np.abs(pull).max()))


def _tangent(program: LogProgram, ball: Matrix, v: Vector) -> tuple[float, Vector, float]:
    """Return ‖Bv‖ less its side, the slope of that, and the size of the norm."""
    away = ball @ v
    size = max(float(np.linalg.norm(away)), 1e-150)
    slope = ball.T @ away / size
    slope[program.scale_at] -= 1.0
    return size - float(v[program.scale_at]), slope, size


def _step(program: LogProgram, answer: LogAnswer) -> LogAnswer | None:
    v, has_log = answer.values, program.logs > 0.0
    by = np.where(has_log, v, 1.0)
    hessian = program.quadratic.copy()
    slopes, beyond = np.zeros((len(program.balls), len(v))), np.zeros(len(program.balls))
    for at, (ball, dual) in enumerate(zip(program.balls, answer.ball_duals, strict=True)):
        beyond[at], slopes[at], size = _tangent(program, ball, v)
        if dual > 0.0:
            own = ball.T @ (ball @ v) / size
            hessian += dual / size * (ball.T @ ball - np.outer(own, own))
    hessian = by[:, None] * hessian * by[None, :]
    hessian[np.diag_indices_from(hessian)] += program.logs + RIDGE
    gradient = by * (program.quadratic @ v) - program.logs
    rows = np.vstack([program.edges, program.sides, slopes]) * by
    high = np.concatenate([-(program.edges @ v), -(program.sides @ v), -beyond])
    low = np.full(len(high), -np.inf)
    low[: len(program.edges)] = high[: len(program.edges)]
    unit = max(1.0, float(np.abs(answer.ball_duals).max(initial=0.0)))
    bound = np.full(len(v), np.inf)
    task = QuadraticProgram(
        hessian / unit, gradient / unit, rows, low, high, np.where(has_log, -NEAR_ZERO, -bound), bound
    )
    found = QpSession(task, is_sparse_in_steps=False).solve()
    if found.outcome != "solved":
        return None
    duals = found.row_duals * unit
    first, second = len(program.edges), len(program.edges) + len(program.sides)
    return LogAnswer(v + by * found.x, duals[:first], duals[first:second], duals[second:], answer.steps_count + 1)
