"""What is the best value of a linear program, and is there any feasible point at all?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Matrix, Vector

WHOLE_NODES_MAX_COUNT = 2000


@dataclass(frozen=True, eq=False)
class LpAnswer:
    """Answer of HiGHS. Duals are positive at upper sides, negative at lower: c + Aᵀ row_duals + bound_duals = 0."""

    outcome: Literal["solved", "infeasible", "unbounded", "failed"]
    x: Vector
    value: float
    row_duals: Vector
    bound_duals: Vector
    iterations_count: int


def solve_linear(
    cost: Vector,
    rows: Matrix,
    row_lower: Vector,
    row_upper: Vector,
    lower: Vector,
    upper: Vector,
    whole: NDArray[np.bool_] | None = None,
) -> LpAnswer:
    """Minimize ``cost @ x`` subject to ``row_lower <= rows @ x <= row_upper`` and ``lower <= x <= upper``.

    Simplex with a feasibility tolerance of 1e-9; sides may be infinite. Huangfu and Hall (2018), Mathematical
    Programming Computation 10(1). With `whole`, the masked variables are integers; the search then ends after 2,000
    nodes, and "solved" means that a point was found, not that it is the best.
    """
    import highspy

    count, height = len(cost), len(rows)
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = count, height
    program.col_cost_ = cost
    program.col_lower_, program.col_upper_ = lower, upper
    program.row_lower_, program.row_upper_ = row_lower, row_upper
    where = rows != 0.0
    matrix = program.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.num_col_, matrix.num_row_ = count, height
    matrix.start_ = np.concatenate([[0], np.cumsum(where.sum(axis=1))]).astype(np.int32)
    matrix.index_ = np.nonzero(where)[1].astype(np.int32)
    matrix.value_ = rows[where]
    if whole is not None:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        program.integrality_ = [kinds[int(is_whole)] for is_whole in whole]
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("presolve", "off" if whole is None else "on"),
        ("mip_max_nodes", WHOLE_NODES_MAX_COUNT),
        ("random_seed", 0),
        ("primal_feasibility_tolerance", 1e-9),
        ("dual_feasibility_tolerance", 1e-9),
    ):
        solver.setOptionValue(option, value)
    solver.passModel(program)
    solver.run()
    status = solver.getModelStatus()
    nothing = np.zeros(0)
    has_point = status == highspy.HighsModelStatus.kOptimal
    if whole is not None and status == highspy.HighsModelStatus.kSolutionLimit:
        has_point = solver.getInfo().primal_solution_status == 2  # kSolutionStatusFeasible
    if not has_point:
        known = {
            highspy.HighsModelStatus.kInfeasible: "infeasible",
            highspy.HighsModelStatus.kUnboundedOrInfeasible: "infeasible",
            highspy.HighsModelStatus.kUnbounded: "unbounded",
        }
        return LpAnswer(known.get(status, "failed"), nothing, np.nan, nothing, nothing, 0)  # type: ignore[arg-type]
    solution = solver.getSolution()
    x = np.array(solution.col_value)
    if whole is not None:
        return LpAnswer("solved", x, float(cost @ x), nothing, nothing, 0)
    return LpAnswer(
        "solved",
        x,
        float(cost @ x),
        -np.array(solution.row_dual),
        -np.array(solution.col_dual),
        int(solver.getInfo().simplex_iteration_count),
    )


class LinearSession:
    """A linear program that is solved again and again with other sides, from the basis of the last answer.

    Parameters
    ----------
    cost, rows
        As for `solve_linear`.

    """

    def __init__(self, cost: Vector, rows: Matrix) -> None:
        import highspy

        self._cost, self._rows = cost, rows
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("presolve", "off"),
            ("random_seed", 0),
            ("primal_feasibility_tolerance", 1e-9),
            ("dual_feasibility_tolerance", 1e-9),
        ):
            solver.setOptionValue(option, value)
        nothing, none = np.zeros(0), np.zeros(0, dtype=np.int32)
        solver.addCols(len(cost), cost, np.zeros(len(cost)), np.ones(len(cost)), 0, none, none, nothing)
        where = rows != 0.0
        starts = np.concatenate([[0], np.cumsum(where.sum(axis=1))]).astype(np.int32)
        open_side = np.full(len(rows), np.inf)
        solver.addRows(
            len(rows),
            -open_side,
            open_side,
            int(starts[-1]),
            starts[:-1],
            np.nonzero(where)[1].astype(np.int32),
            rows[where],
        )
        self._solver = solver
        self._places = np.arange(len(cost), dtype=np.int32)

    def solve(self, row_lower: Vector, row_upper: Vector, lower: Vector, upper: Vector) -> LpAnswer:
        """Return the answer for these sides, anew without the last basis where that one failed."""
        import highspy

        solver = self._solver
        solver.changeColsBounds(len(self._places), self._places, lower, upper)
        for at, (low, high) in enumerate(zip(row_lower.tolist(), row_upper.tolist(), strict=True)):
            solver.changeRowBounds(at, low, high)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return solve_linear(self._cost, self._rows, row_lower, row_upper, lower, upper)
        solution = solver.getSolution()
        x = np.array(solution.col_value)
        count = int(solver.getInfo().simplex_iteration_count)
        duals = -np.array(solution.row_dual), -np.array(solution.col_dual)
        return LpAnswer("solved", x, float(self._cost @ x), *duals, count)
