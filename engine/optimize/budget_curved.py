"""Which weights come nearest to risk budgets under ceilings on risk and on losses?

The convex program of `budget_newton` in x = w t with the ceilings as they are: ‖R(x - c t)‖ ≤ u t for a risk, and rows
on x, t and the tail's own variables for CVaR and drawdowns; both are homogeneous, so nothing else changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.kernel.forms import Matrix, Vector
from engine.optimize.budget_newton import ConeAnswer, ConeProgram, Reduced
from engine.optimize.log_program import LogProgram, polish_logs, solve_logs
from engine.optimize.tail_ceiling import TailPool

ROUNDS_MAX_COUNT = 40


@dataclass(frozen=True, eq=False)
class RiskBall:
    """A ceiling ‖R(w - center)‖ ≤ upper with RᵀR = Σ."""

    root: Matrix
    center: Vector
    upper: float


@dataclass(frozen=True, eq=False)
class CurvedAnswer:
    """The answer with, for each ceiling, its multiplier and for tails the slope that the multiplier belongs to."""

    answer: ConeAnswer
    risk_duals: Vector
    tail_duals: Vector
    tail_slopes: tuple[Vector, ...]


def solve_curved(
    program: ConeProgram, start: Vector, risks: Sequence[RiskBall], tails: Sequence[TailPool]
) -> CurvedAnswer | None:
    """Return the answer under linear limits and ceilings, or None when the solver does not arrive.

    Parameters
    ----------
    program
        Covariance, budgets and linear limits.
    start
        Values of (w, parts), shape (n + p,); sets the scale and the first scenarios.
    risks, tails
        The ceilings. The tails' pools grow.

    """
    reduced = Reduced(program)
    weights = start[: reduced.count]
    for pool in tails:
        pool.grow(weights)
    steps = 0
    for _ in range(ROUNDS_MAX_COUNT):
        task = _Task(reduced, start, risks, tails)
        found = task.solve()
        if found is None:
            return None
        steps += found.answer.steps_count
        weights = found.answer.values[: reduced.count]
        broken = [pool for pool in tails if not pool.is_kept(weights)]
        if not any([pool.grow(weights) for pool in broken]):  # all of them grow
            return CurvedAnswer(
                ConeAnswer(found.answer.values, found.answer.row_duals, found.answer.bound_duals, steps),
                found.risk_duals,
                found.tail_duals,
                found.tail_slopes,
            )
    return None


def solve_logs_only(program: ConeProgram, start: Vector) -> ConeAnswer | None:
    """Return the answer under linear limits alone, or None when the solver does not arrive."""
    found = solve_curved(program, start, (), ())
    return None if found is None else found.answer


class _Task:
    """One program on (V, the tails' own variables), V in units of its typical size."""

    def __init__(self, reduced: Reduced, start: Vector, risks: Sequence[RiskBall], tails: Sequence[TailPool]) -> None:
        self.reduced, self.risks, self.tails = reduced, risks, tails
        weights = start[: reduced.count]
        scale = 1.0 / np.sqrt(max(float(weights @ reduced.program.covariance @ weights), 1e-300))
        self.typical = scale * max(float(np.abs(weights).mean()), 1e-12)
        self.width = reduced.size + sum(pool.own_count for pool in tails)
        spread = np.zeros((reduced.count, reduced.size))  # w t from V
        spread[reduced.free[reduced.is_weight], reduced.own] = 1.0
        spread[:, -1] = reduced.base[: reduced.count]
        self.spread = spread

    def _tail_rows(self, width: int) -> Matrix:
        size = self.reduced.size
        rows, at = [np.zeros((0, width))], size
        for pool in self.tails:
            inside, own, sides = pool.rows()
            block = np.zeros((len(sides), width))
            block[:, :size] = inside @ self.spread
            block[:, size - 1] -= sides
            block[:, at : at + own.shape[1]] = own
            at += own.shape[1]
            rows.append(block)
        return np.vstack(rows)

    def _balls(self, width: int) -> tuple[Matrix, ...]:
        """Return R(x - c t) / u as matrices on (V, own variables); each has to be no longer than t."""
        size = self.reduced.size
        blocks = []
        for risk in self.risks:
            away = self.spread.copy()
            away[:, -1] -= risk.center
            block = np.zeros((len(risk.root), width))
            block[:, :size] = risk.root @ away / risk.upper
            blocks.append(block)
        return tuple(blocks)

    def program(self) -> LogProgram:
        """Return the program on (V, own variables) without the logarithms' own."""
        reduced, size = self.reduced, self.reduced.size
        width = self.width
        edges = np.zeros((len(reduced.equalities), width))
        edges[:, :size] = reduced.equalities
        linear_sides = np.zeros((len(reduced.sides) + len(reduced.caps) + len(reduced.floors), width))
        linear_sides[:, :size] = reduced.side_matrix()
        quadratic = np.zeros((width, width))
        quadratic[:size, :size] = reduced.quadratic * self.typical**2
        logs = np.zeros(width)
        logs[:size] = np.where(reduced.has_log, reduced.logs, 0.0)
        sides = np.vstack([linear_sides, self._tail_rows(width)])
        return LogProgram(quadratic, logs, edges, sides, self._balls(width), size - 1)

    def solve(self) -> CurvedAnswer | None:
        """Return the polished answer, judged by the caller."""
        program = self.program()
        rough = solve_logs(program)
        if rough is None:
            return None
        found = polish_logs(program, rough)
        reduced, unit = self.reduced, self.typical
        size, first = reduced.size, len(program.sides) - sum(len(pool.rows()[2]) for pool in self.tails)
        values = found.values[:size] * unit
        t = float(values[-1])
        side_duals = found.side_duals / unit
        answer = reduced.answer(values, found.edge_duals / unit, side_duals[:first], found.steps_count)
        uppers = np.array([risk.upper for risk in self.risks])
        risk_duals = found.ball_duals / unit / uppers * t if len(uppers) else np.zeros(0)
        slopes, tail_duals, at = [], np.zeros(len(self.tails)), first
        for number, pool in enumerate(self.tails):
            height = len(pool.rows()[2])
            slope, dual = pool.slope(side_duals[at : at + height])
            slopes.append(slope)
            tail_duals[number] = dual * t
            at += height
        return CurvedAnswer(answer, risk_duals, tail_duals, tuple(slopes))
