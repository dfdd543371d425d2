"""What is a quadratic program here, and how is it handed to DAQP, PIQP and Clarabel?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Matrix, Vector
from engine.optimize.factor_matrix import Curve, FactorMatrix, dense_of

ACTIVE_DUAL = 1e-7
OPEN = 1e30
PIQP_TOLERANCES = ((1e-12, 60), (1e-10, 400))  # weights are then exact to some 1e-9, as an active-set solver's

Mask = NDArray[np.bool_]

Outcome = Literal["solved", "infeasible", "failed"]


@dataclass(frozen=True, eq=False)
class QuadraticProgram:
    """Minimize ½ xᵀPx + qᵀx with ``row_lower <= A x <= row_upper`` and ``lower <= x <= upper``; sides may be ±inf."""

    quadratic: Curve
    linear: Vector
    rows: Matrix
    row_lower: Vector
    row_upper: Vector
    lower: Vector
    upper: Vector


@dataclass(frozen=True, eq=False)
class QpAnswer:
    """A solver's answer; duals, positive at upper sides, meet P x + q + Aᵀ row_duals + bound_duals = 0."""

    outcome: Outcome
    x: Vector
    row_duals: Vector
    bound_duals: Vector
    solver: str
    chain: tuple[str, ...]
    iterations_count: int


def sides_of(program: QuadraticProgram) -> tuple[Vector, Vector]:
    """Return the sides of bounds and rows together, infinite ones as DAQP writes them."""
    low = np.maximum(np.concatenate([program.lower, program.row_lower]), -OPEN)
    high = np.minimum(np.concatenate([program.upper, program.row_upper]), OPEN)
    return low, high


def daqp_model(program: QuadraticProgram, start: QpAnswer | None = None) -> Any:
    """Return a model that is set up, or None when DAQP cannot take the program (all weights fixed, for one)."""
    import daqp

    low, high = sides_of(program)
    sense = np.zeros(len(low), dtype=np.int32)
    sense[len(program.lower) :][program.row_lower == program.row_upper] = 5
    model = daqp.Model()
    model.settings = {"primal_tol": 1e-10, "dual_tol": 1e-12, "iter_limit": 20_000}
    duals = None
    if start is not None:
        duals = np.concatenate([start.bound_duals, start.row_duals])
        duals[np.abs(duals) < ACTIVE_DUAL] = 0.0
    flag, _ = model.setup(
        dense_of(program.quadratic), program.linear, program.rows, high, low, sense, None, None, duals
    )
    if flag < 0:
        return None
    model.settings = {"primal_tol": 1e-10, "dual_tol": 1e-12, "iter_limit": 20_000}
    return model


def daqp_answer(program: QuadraticProgram, model: Any) -> QpAnswer:
    """Return the answer of a model that is set up."""
    x, _, flag, info = model.solve()
    duals = np.array(info["lam"], dtype=np.float64)
    outcome: Outcome = "solved" if flag == 1 else "infeasible" if flag == -1 else "failed"
    count = len(program.linear)
    return QpAnswer(
        outcome, np.array(x, dtype=np.float64), duals[count:], duals[:count], "daqp", (), int(info["iterations"])
    )


def daqp_cold(program: QuadraticProgram) -> QpAnswer:
    """Return DAQP's answer from no start."""
    model = daqp_model(program)
    return daqp_answer(program, model) if model is not None else unusable("daqp")


def unusable(solver: str) -> QpAnswer:
    """Return what stands for no answer."""
    nothing = np.zeros(0)
    return QpAnswer("failed", nothing, nothing, nothing, solver, (), 0)


def piqp_cold(program: QuadraticProgram) -> QpAnswer:
    """Return PIQP's answer at the tightest tolerance that it reaches; a curvature of factors is handed over as such."""
    answer = unusable("piqp")
    for tolerance, steps_count in PIQP_TOLERANCES:
        answer = _piqp(program, tolerance, steps_count)
        if answer.outcome != "failed":
            break
    return answer


def _piqp(program: QuadraticProgram, tolerance: float, steps_count: int) -> QpAnswer:
    import piqp

    equal = program.row_lower == program.row_upper
    sided = ~equal & (np.isfinite(program.row_lower) | np.isfinite(program.row_upper))
    curve = program.quadratic
    by_factors = isinstance(curve, FactorMatrix)
    solver = piqp.SparseSolver() if by_factors else piqp.DenseSolver()
    solver.settings.verbose = False
    solver.settings.eps_abs = solver.settings.eps_rel = tolerance
    solver.settings.max_iter = steps_count
    if isinstance(curve, FactorMatrix):
        solver.setup(*_with_factors(program, curve, equal, sided))
    else:
        solver.setup(
            np.asfortranarray(curve),
            program.linear,
            np.asfortranarray(program.rows[equal]),
            program.row_lower[equal],
            np.asfortranarray(program.rows[sided]),
            program.row_lower[sided],
            program.row_upper[sided],
            program.lower,
            program.upper,
        )
    status = solver.solve()
    result = solver.result
    count, height = len(program.linear), int(equal.sum())
    row_duals = np.zeros(len(program.rows))
    row_duals[equal] = np.asarray(result.y)[:height]
    row_duals[sided] = np.asarray(result.z_u) - np.asarray(result.z_l)
    outcome: Outcome = (
        "solved" if status == piqp.PIQP_SOLVED else "infeasible" if status == piqp.PIQP_PRIMAL_INFEASIBLE else "failed"
    )
    bound_duals = (np.asarray(result.z_bu) - np.asarray(result.z_bl))[:count]
    return QpAnswer(outcome, np.array(result.x)[:count], row_duals, bound_duals, "piqp", (), int(result.info.iter))


def _with_factors(program: QuadraticProgram, curve: FactorMatrix, equal: Mask, sided: Mask) -> tuple[Any, ...]:
    """Return what PIQP takes for the program in (x, y) with y = Lᵀx: sparse, its curvature diagonal."""
    from scipy import sparse

    width = curve.factors_count
    none = sparse.csc_matrix((int(equal.sum()), width))
    ties = sparse.hstack([sparse.csc_matrix(curve.loads.T), -sparse.identity(width)])
    rows = sparse.csc_matrix(program.rows)
    open_sides = np.full(width, np.inf)
    return (
        sparse.diags(np.concatenate([curve.own, np.ones(width)])).tocsc(),
        np.concatenate([program.linear, np.zeros(width)]),
        sparse.vstack([sparse.hstack([rows[equal], none]), ties]).tocsc(),
        np.concatenate([program.row_lower[equal], np.zeros(width)]),
        sparse.hstack([rows[sided], sparse.csc_matrix((int(sided.sum()), width))]).tocsc(),
        program.row_lower[sided],
        program.row_upper[sided],
        np.concatenate([program.lower, -open_sides]),
        np.concatenate([program.upper, open_sides]),
    )


def clarabel_cold(program: QuadraticProgram) -> QpAnswer:
    """Return Clarabel's answer."""
    import clarabel
    from scipy import sparse

    count = len(program.linear)
    identity = np.eye(count)
    stack = np.vstack([program.rows, identity])
    low = np.concatenate([program.row_lower, program.lower])
    high = np.concatenate([program.row_upper, program.upper])
    equal = low == high
    has_high, has_low = ~equal & np.isfinite(high), ~equal & np.isfinite(low)
    matrix = sparse.csc_matrix(np.vstack([stack[equal], stack[has_high], -stack[has_low]]))
    sides = np.concatenate([high[equal], high[has_high], -low[has_low]])
    cones = [clarabel.ZeroConeT(int(equal.sum())), clarabel.NonnegativeConeT(int(has_high.sum() + has_low.sum()))]
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-10
    solver = clarabel.DefaultSolver(
        sparse.csc_matrix(np.triu(dense_of(program.quadratic))), program.linear, matrix, sides, cones, settings
    )
    solution = solver.solve()
    duals = np.array(solution.z)
    signed = np.zeros(len(low))
    first, second = int(equal.sum()), int(equal.sum() + has_high.sum())
    signed[equal] = duals[:first]
    signed[has_high] += duals[first:second]
    signed[has_low] -= duals[second:]
    text = str(solution.status)
    outcome: Outcome = "solved" if "Solved" in text else "infeasible" if "PrimalInfeasible" in text else "failed"
    place = len(program.rows)
    return QpAnswer(
        outcome, np.array(solution.x), signed[:place], signed[place:], "clarabel", (), int(solution.iterations)
    )
