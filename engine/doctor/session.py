"""How is the doctor's program solved again and again, each time from where the last answer was?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.doctor.effort import Effort
from engine.doctor.program import Program
from engine.doctor.rows import Places
from engine.kernel.forms import Vector

NODES_MAX_COUNT = 200
GAP_FRAC = 0.005  # repairs are rounded to steps that are coarser


@dataclass(frozen=True, eq=False)
class Answer:
    """An answer of the program; duals only where it is linear."""

    outcome: str
    x: Vector
    value: float
    row_duals: Vector


class LinearSession:
    """HiGHS on one program, warm from question to question.

    Parameters
    ----------
    program
        The rows and columns.
    whole
        Which columns are whole numbers, those of the program when not given; with fewer of them, what is impossible is
        impossible with all, and much sooner known.
    effort
        Where the work is counted.

    """

    def __init__(self, program: Program, whole: NDArray[np.bool_] | None = None, effort: Effort | None = None) -> None:
        import highspy

        self.program = program
        self.effort = effort or Effort()
        whole = program.whole if whole is None else whole
        self.has_whole = bool(whole.any())
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        self._status = highspy.HighsModelStatus
        model = highspy.HighsLp()
        width, height = program.width, len(program.row_lower)
        model.num_col_, model.num_row_ = width, height
        model.col_cost_ = np.zeros(width)
        model.col_lower_, model.col_upper_ = program.lower, program.upper
        model.row_lower_, model.row_upper_ = program.row_lower, program.row_upper
        matrix = model.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.num_col_, matrix.num_row_ = width, height
        matrix.start_ = np.searchsorted(program.row_at, np.arange(height + 1)).astype(np.int32)
        matrix.index_, matrix.value_ = program.column_at.astype(np.int32), program.value_at
        if self.has_whole:
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            model.integrality_ = [kinds[int(item)] for item in whole]
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", 0),
            ("presolve", "on" if self.has_whole else "off"),
            ("simplex_strategy", 1 if program.has_whole else 0),  # primal steps where only prices have changed
            ("mip_max_nodes", NODES_MAX_COUNT),
            ("mip_rel_gap", GAP_FRAC),
            ("mip_detect_symmetry", False),
            ("mip_heuristic_run_feasibility_jump", False),
            ("mip_heuristic_run_rens", False),
            ("mip_heuristic_run_rins", False),
            ("mip_feasibility_tolerance", 1e-9),
            ("primal_feasibility_tolerance", 1e-9),
            ("dual_feasibility_tolerance", 1e-9),
        ):
            self._highs.setOptionValue(option, value)
        self._highs.passModel(model)
        self._cost, self._lower, self._upper = np.zeros(width), program.lower, program.upper

    def cut(self, columns: Places, values: Vector, upper: float) -> None:
        """Add the row values @ x[columns] ≤ upper for this and every later question."""
        self._highs.addRow(-np.inf, upper, len(columns), columns.astype(np.int32), values)

    def solve(self, cost: Vector, lower: Vector, upper: Vector) -> Answer:
        """Return the least cost within the bounds on the columns."""
        moved = np.flatnonzero(cost != self._cost)
        if len(moved):
            self._highs.changeColsCost(len(moved), moved.astype(np.int32), cost[moved])
        moved = np.flatnonzero((lower != self._lower) | (upper != self._upper))
        if len(moved):
            self._highs.changeColsBounds(len(moved), moved.astype(np.int32), lower[moved], upper[moved])
        self._cost, self._lower, self._upper = cost.copy(), lower.copy(), upper.copy()
        self._highs.run()
        size = len(lower) + self._highs.getNumRow()
        count = self.effort.search if self.has_whole else self.effort.linear
        count(size, self._highs.getInfo().simplex_iteration_count)
        status = self._highs.getModelStatus()
        nothing = np.zeros(0)
        has_point = status == self._status.kOptimal
        if self.has_whole and status == self._status.kSolutionLimit:
            has_point = self._highs.getInfo().primal_solution_status == 2  # kSolutionStatusFeasible
        if not has_point:
            is_empty = status in (self._status.kInfeasible, self._status.kUnboundedOrInfeasible)
            return Answer("infeasible" if is_empty else "unknown", nothing, np.nan, nothing)
        solution = self._highs.getSolution()
        x = np.array(solution.col_value)
        duals = nothing if self.has_whole else np.array(solution.row_dual)
        return Answer("solved", x, float(cost @ x), duals)
