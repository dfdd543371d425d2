"""How is the doctor's program solved again and again, each time from where the last answer was?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.doctor.program import Places, Program
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
    is_relaxed
        Whether whole numbers may be broken: what is impossible then is impossible with them, and much sooner known.

    """

    def __init__(self, program: Program, *, is_relaxed: bool = False) -> None:
        import highspy

        self.program = program
        self.has_whole = program.has_whole and not is_relaxed
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
            model.integrality_ = [kinds[int(item)] for item in program.whole]
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", 0),
            ("presolve", "on" if self.has_whole else "off"),
            ("mip_max_nodes", NODES_MAX_COUNT),
            ("mip_rel_gap", GAP_FRAC),
            ("mip_heuristic_run_rens", False),
            ("mip_heuristic_run_rins", False),
            ("mip_feasibility_tolerance", 1e-9),
            ("primal_feasibility_tolerance", 1e-9),
            ("dual_feasibility_tolerance", 1e-9),
        ):
            self._highs.setOptionValue(option, value)
        self._highs.passModel(model)
        self._columns = np.arange(width, dtype=np.int32)

    def cut(self, columns: Places, values: Vector, upper: float) -> None:
        """Add the row values @ x[columns] ≤ upper for this and every later question."""
        self._highs.addRow(-np.inf, upper, len(columns), columns.astype(np.int32), values)

    def solve(self, cost: Vector, lower: Vector, upper: Vector) -> Answer:
        """Return the least cost within the bounds on the columns."""
        width = len(self._columns)
        self._highs.changeColsCost(width, self._columns, cost)
        self._highs.changeColsBounds(width, self._columns, lower, upper)
        self._highs.run()
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
