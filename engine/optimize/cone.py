"""How is a convex program with second-order and power cones handed to Clarabel, and its answer read back?

Clarabel (Goulart and Chen 2024) is an interior-point solver for minimize ½ vᵀPv + qᵀv subject to Av + s = b, s in a
product of cones. It is called directly: building the same program through cvxpy costs more than the solve.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from engine.kernel.forms import Matrix, Vector

TOLERANCES = (1e-10, 1e-8)
MAX_ITERATIONS_COUNT = 200
KEPT = 1e-6  # of what a side is summed from


@dataclass(frozen=True, eq=False)
class Ball:
    """``‖matrix @ v + offset‖ ≤ radius_row @ v + radius``."""

    matrix: Matrix
    offset: Vector
    radius_row: Vector
    radius: float


@dataclass(frozen=True, eq=False)
class Power:
    """``|z @ v + z0|^1.5 ≤ (p @ v) (k @ v + k0)^0.5``: the cone of square-root market impact."""

    p: Vector
    k: Vector
    k0: float
    z: Vector
    z0: float


@dataclass(frozen=True, eq=False)
class ConeProgram:
    """Minimize ½ vᵀPv + qᵀv with ``row_lower <= rows @ v <= row_upper`` and the cones; sides may be infinite."""

    quadratic: Matrix
    linear: Vector
    rows: Matrix
    row_lower: Vector
    row_upper: Vector
    balls: tuple[Ball, ...] = ()
    powers: tuple[Power, ...] = field(default=())


@dataclass(frozen=True, eq=False)
class ConeAnswer:
    """Clarabel's answer; `row_duals` are positive at upper sides, `ball_duals` are the multipliers of the norms."""

    outcome: Literal["solved", "infeasible", "unbounded", "failed"]
    v: Vector
    row_duals: Vector
    ball_duals: Vector
    solver: str
    chain: tuple[str, ...]
    iterations_count: int


def solve_cone(program: ConeProgram) -> ConeAnswer:
    """Return Clarabel's answer at the tightest tolerance of the chain that it reaches.

    An answer that does not keep the program's rows and balls counts as none: the solver measures against the length of
    its own iterates, which may have grown without bound.
    """
    tried: list[str] = []
    iterations = 0
    answer = ConeAnswer("failed", np.zeros(0), np.zeros(0), np.zeros(0), "clarabel", (), 0)
    for tolerance in TOLERANCES:
        tried.append("clarabel" if not tried else f"clarabel at {tolerance:g}")
        answer = _run(program, tolerance)
        iterations += answer.iterations_count
        if answer.outcome == "solved" and not _is_kept(program, answer.v):
            answer = replace(answer, outcome="failed")
        if answer.outcome != "failed":
            break
    return ConeAnswer(
        answer.outcome, answer.v, answer.row_duals, answer.ball_duals, "clarabel", tuple(tried), iterations
    )


def _is_kept(program: ConeProgram, v: Vector) -> bool:
    """Return whether rows and balls hold at v, up to a share of what each side is summed from."""
    if not np.isfinite(v).all():
        return False
    size, activity = np.abs(v), program.rows @ v
    most = KEPT * (1.0 + np.abs(program.rows) @ size)
    if (activity > program.row_upper + most).any() or (activity < program.row_lower - most).any():
        return False
    for ball in program.balls:
        reach = float(ball.radius_row @ v) + ball.radius
        room = KEPT * (float(np.abs(ball.radius_row) @ size) + abs(ball.radius))
        if float(np.linalg.norm(ball.matrix @ v + ball.offset)) > reach + room:
            return False
    return True


def _run(program: ConeProgram, tolerance: float) -> ConeAnswer:
    import clarabel
    from scipy import sparse

    low, high = program.row_lower, program.row_upper
    equal = low == high
    has_high, has_low = ~equal & np.isfinite(high), ~equal & np.isfinite(low)
    blocks = [program.rows[equal], program.rows[has_high], -program.rows[has_low]]
    sides = [high[equal], high[has_high], -low[has_low]]
    cones = [clarabel.ZeroConeT(int(equal.sum())), clarabel.NonnegativeConeT(int(has_high.sum() + has_low.sum()))]
    for ball in program.balls:
        blocks += [-ball.radius_row[None, :], -ball.matrix]
        sides += [np.array([ball.radius]), ball.offset]
        cones.append(clarabel.SecondOrderConeT(1 + len(ball.matrix)))
    for power in program.powers:
        blocks.append(-np.vstack([power.p, power.k, power.z]))
        sides.append(np.array([0.0, power.k0, power.z0]))
        cones.append(clarabel.PowerConeT(2.0 / 3.0))
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.max_iter = MAX_ITERATIONS_COUNT
    settings.max_threads = 1
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = tolerance
    solver = clarabel.DefaultSolver(
        sparse.csc_matrix(np.triu(program.quadratic)),
        program.linear,
        sparse.csc_matrix(np.vstack(blocks)),
        np.concatenate(sides),
        cones,
        settings,
    )
    solution = solver.solve()
    text = str(solution.status)
    duals = np.array(solution.z)
    first, second = int(equal.sum()), int(equal.sum() + has_high.sum())
    third = second + int(has_low.sum())
    rows = np.zeros(len(low))
    rows[equal] = duals[:first]
    rows[has_high] += duals[first:second]
    rows[has_low] -= duals[second:third]
    balls = np.zeros(len(program.balls))
    place = third
    for number, ball in enumerate(program.balls):
        balls[number] = duals[place]
        place += 1 + len(ball.matrix)
    known: dict[str, Literal["solved", "infeasible", "unbounded", "failed"]] = {
        "Solved": "solved",
        "PrimalInfeasible": "infeasible",
        "AlmostPrimalInfeasible": "infeasible",
        "DualInfeasible": "unbounded",
        "AlmostDualInfeasible": "unbounded",
    }
    outcome = known.get(text, "failed")
    if text == "AlmostSolved" and tolerance == TOLERANCES[-1]:
        outcome = "solved"
    return ConeAnswer(outcome, np.array(solution.x), rows, balls, "clarabel", (), int(solution.iterations))
