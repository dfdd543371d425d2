"""Which solver answers a quadratic program, how is its answer checked, and who is next when it fails?

Up to 100 variables DAQP answers the whole program. A larger one without short parts goes to DAQP through the few assets
that it will hold (`engine.optimize.held`); where many are held, and with short parts, PIQP answers it, from factors
where there are some. The others of DAQP, PIQP and Clarabel follow. A solver's word is never taken: every answer must
meet the limits and the stationarity condition, and "infeasible" must be confirmed by a linear program with tolerance
(HiGHS), because active-set codes call a single-point feasible set empty.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from engine.kernel.forms import Vector
from engine.optimize.factor_matrix import FactorMatrix
from engine.optimize.held import HeldSession
from engine.optimize.linear import solve_linear
from engine.optimize.qp import (
    OPEN,
    QpAnswer,
    QuadraticProgram,
    clarabel_cold,
    daqp_answer,
    daqp_cold,
    daqp_model,
    piqp_cold,
    sides_of,
    unusable,
)

__all__ = ["LOOSENING", "OPEN", "QpAnswer", "QpSession", "QuadraticProgram", "residuals"]

ACTIVE_SET_MAX_COUNT = 150
WHOLE_MAX_COUNT = 100
WALKED_MAX_COUNT = 600  # beyond it setting DAQP up takes longer than a few interior-point solves
PRIMAL_TOLERANCE = 1e-8
DUAL_TOLERANCE = 1e-6
LOOSENING = 1e-9


def residuals(program: QuadraticProgram, answer: QpAnswer) -> tuple[float, float, float]:
    """Return the largest violation of a limit, of stationarity, and of complementarity (dual times distance)."""
    x, row_duals = answer.x, answer.row_duals
    activity = program.rows @ x
    low = np.concatenate([program.lower - x, program.row_lower - activity])
    high = np.concatenate([x - program.upper, activity - program.row_upper])
    primal = max(0.0, float(low.max(initial=0.0)), float(high.max(initial=0.0)))
    used = row_duals.nonzero()[0]
    gradient = program.quadratic @ x + program.linear + answer.bound_duals + row_duals[used] @ program.rows[used]
    duals = np.concatenate([answer.bound_duals, row_duals])
    pressed = duals.nonzero()[0]
    held = duals[pressed]
    gaps = np.minimum(np.abs(np.where(held > 0.0, high[pressed], low[pressed])), OPEN)
    return primal, float(np.abs(gradient).max(initial=0.0)), float((np.abs(held) * gaps).max(initial=0.0))


class QpSession:
    """A program that is solved again and again with other linear terms or sides, warm where the solver can be."""

    def __init__(self, program: QuadraticProgram, *, is_sparse_in_steps: bool = True) -> None:
        self.program = program
        self._first: QpAnswer | None = None
        self.solves_count = 0
        self.iterations_count = 0
        count = len(program.linear)
        is_small = count <= ACTIVE_SET_MAX_COUNT
        self._held = HeldSession(program) if is_sparse_in_steps and count > WHOLE_MAX_COUNT else None
        self._order = ("daqp", "piqp", "clarabel") if is_small else ("piqp", "clarabel", "daqp")
        is_dense = not isinstance(program.quadratic, FactorMatrix)
        self._walks = not is_small and is_sparse_in_steps and is_dense and count <= WALKED_MAX_COUNT
        self._warm: Any = None
        self._warm_program: QuadraticProgram | None = None
        self._asked, self._is_step = program, False

    def solve(
        self,
        *,
        linear: Vector | None = None,
        row_lower: Vector | None = None,
        row_upper: Vector | None = None,
        lower: Vector | None = None,
        upper: Vector | None = None,
        is_step: bool = False,
    ) -> QpAnswer:
        """Return the checked answer of the program with the given parts replaced.

        A step on the way to another answer is not checked: the last one must be, with `is_sound`.
        """
        base = self.program
        program = QuadraticProgram(
            base.quadratic,
            base.linear if linear is None else linear,
            base.rows,
            base.row_lower if row_lower is None else row_lower,
            base.row_upper if row_upper is None else row_upper,
            base.lower if lower is None else lower,
            base.upper if upper is None else upper,
        )
        self.solves_count += 1
        self._asked, self._is_step = program, is_step
        found = None if self._held is None else self._through_held(program)
        if found is not None:
            return found
        tried: list[str] = []
        order = self._order
        if self._walks and self._first is not None:
            order = ("daqp", "piqp", "clarabel")
        for solver in order:
            is_warm = solver == "daqp" and order[0] == "daqp"
            answer = self._warm_solve(program) if is_warm else _COLD[solver](program)
            tried.append(solver)
            self.iterations_count += answer.iterations_count
            if answer.outcome == "infeasible" and not _is_feasible(program):
                return replace(answer, chain=tuple(tried))
            if answer.outcome == "solved" and self._accepts(program, answer):
                self._first = self._first or answer
                return replace(answer, chain=tuple(tried))
        for solver in ("daqp", "piqp"):
            answer = _COLD[solver](_loosened(program))
            tried.append(f"{solver} with sides loosened by {LOOSENING:g}")
            if answer.outcome == "solved" and self._accepts(program, answer):
                return replace(answer, chain=tuple(tried))
        return replace(unusable("none"), chain=tuple(tried))

    def is_sound(self, answer: QpAnswer) -> bool:
        """Return whether the answer of the last solve meets limits and conditions."""
        return _is_sound(self._asked, answer)

    def _accepts(self, program: QuadraticProgram, answer: QpAnswer) -> bool:
        return self._is_step or _is_sound(program, answer)

    def _through_held(self, program: QuadraticProgram) -> QpAnswer | None:
        """Return the answer from the assets that are held; None where there is none, and never again where many are."""
        assert self._held is not None
        answer = self._held.solve(program)
        if answer is not None and answer.outcome == "infeasible":
            return None  # a guess that the whole program settles
        if answer is not None and self._accepts(program, answer):
            self.iterations_count += answer.iterations_count
            return replace(answer, chain=("daqp",))
        self._held = None
        return None

    def _warm_solve(self, program: QuadraticProgram) -> QpAnswer:
        if self._warm is None:
            self._warm = daqp_model(program, self._first)
            flag = 0 if self._warm is not None else -1
        else:
            before = self._warm_program
            assert before is not None
            moved = _moved_sides(before, program)
            flag = self._warm.update(
                None,
                None if before.linear is program.linear else program.linear,
                None,
                moved[1] if moved else None,
                moved[0] if moved else None,
                None,
            )
        self._warm_program = program
        answer = daqp_answer(program, self._warm) if flag >= 0 else unusable("daqp")
        if answer.outcome != "solved":
            self._warm = None
        return answer


def _is_sound(program: QuadraticProgram, answer: QpAnswer) -> bool:
    if not np.isfinite(answer.x).all():
        return False
    primal, stationarity, complementarity = residuals(program, answer)
    scale = 1.0 + float(np.abs(program.linear).max(initial=0.0))
    return primal <= PRIMAL_TOLERANCE and stationarity <= DUAL_TOLERANCE * scale and complementarity <= 1e-6 * scale


def _is_feasible(program: QuadraticProgram) -> bool:
    zero = np.zeros(len(program.linear))
    verdict = solve_linear(zero, program.rows, program.row_lower, program.row_upper, program.lower, program.upper)
    return verdict.outcome == "solved"


def _loosened(program: QuadraticProgram) -> QuadraticProgram:
    return replace(
        program,
        row_lower=program.row_lower - LOOSENING,
        row_upper=program.row_upper + LOOSENING,
        lower=program.lower - LOOSENING,
        upper=program.upper + LOOSENING,
    )


def _moved_sides(before: QuadraticProgram, after: QuadraticProgram) -> tuple[Vector, Vector] | None:
    same = (
        before.lower is after.lower
        and before.upper is after.upper
        and before.row_lower is after.row_lower
        and before.row_upper is after.row_upper
    )
    return None if same else sides_of(after)


_COLD: dict[str, Callable[[QuadraticProgram], QpAnswer]] = {
    "daqp": daqp_cold,
    "piqp": piqp_cold,
    "clarabel": clarabel_cold,
}
