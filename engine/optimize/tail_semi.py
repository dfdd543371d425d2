"""Which weights have the least semi-deviation under linear limits?

The mean of the squared shortfalls max(0, (m - r_i)ᵀw) below the portfolio's own mean is convex, and quadratic as long
as the same periods are short. So each step minimizes that quadratic over the limits, with the periods that are short
now, and goes along the line to its answer as far as the true figure falls (semismooth Newton; Qi and Sun 1993,
Mathematical Programming 58). When a whole step leaves the same periods short, the quadratic's answer with its
multipliers is that of the true problem, exactly: usually after five to eight steps, each over n variables and not over
the t scenarios of the textbook program (Markowitz and others 1993, Annals of Operations Research 45).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.kernel.forms import Matrix, Vector
from engine.optimize.lift import LiftedRows
from engine.optimize.solvers import QpAnswer, QpSession, QuadraticProgram

PROXIMAL = 1e-9  # of the mean variance: keeps each step's quadratic definite and moves no fixed point
PART_PROXIMAL = 1e-8
STATIONARY = 2e-9
NOTHING = 1e-8  # of a typical deviation: a portfolio that never falls short
STEPS_COUNT = 60
LINE_STEPS_COUNT = 60


@dataclass(frozen=True, eq=False)
class SemiAnswer:
    """Best x = (w, parts) with multipliers in the measure's units: slope + Aᵀ row_duals + bound_duals = 0.

    A riskless portfolio never falls short: the measure is 0, its slope is taken as 0, and so are the multipliers.
    """

    outcome: Literal["solved", "infeasible", "failed"]
    x: Vector
    row_duals: Vector
    bound_duals: Vector
    solver: str
    chain: tuple[str, ...]
    iterations_count: int
    is_riskless: bool = False


class SemiProgram:
    """Least semi-deviation of returns, shape (t, n), over lifted rows; solved anew for each floor and box."""

    def __init__(self, lifted: LiftedRows, returns: Matrix) -> None:
        deviations = returns - returns.mean(axis=0)
        size = float(np.sqrt(np.mean(deviations**2)))
        self._scale = 1.0 / size if size > 0.0 else 1.0
        self._deviations = deviations * self._scale
        self._lifted = lifted
        self._count = returns.shape[1]
        self._width = lifted.matrix.shape[1]

    def solve(self, floor: float, lower: Vector, upper: Vector) -> SemiAnswer:
        """Return the best x in the box with the return floor row at least ``floor`` (-inf is none)."""
        row_lower = self._lifted.row_lower.copy()
        row_lower[LiftedRows.RETURN_FLOOR] = floor
        count = self._count
        tried: dict[str, None] = {}
        iterations = 0
        short = np.ones(len(self._deviations), dtype=bool)
        x = np.zeros(self._width)
        answer: QpAnswer | None = None
        residual = np.inf
        for step in range(STEPS_COUNT):
            answer = self._quadratic_answer(short, x, row_lower, lower, upper)
            tried.update(dict.fromkeys(answer.chain))
            iterations += answer.iterations_count
            if answer.outcome != "solved":
                nothing = np.zeros(0)
                return SemiAnswer(answer.outcome, nothing, nothing, nothing, "none", tuple(tried), iterations)
            gaps = self._deviations @ answer.x[:count]
            residual = self._residual(answer, gaps)
            if residual <= STATIONARY or step == 0:
                x = answer.x
            else:
                x = x + self._length(x[:count], answer.x[:count]) * (answer.x - x)
                gaps = self._deviations @ x[:count]
            short = gaps < 0.0
            if residual <= STATIONARY:
                break
        assert answer is not None
        size = float(np.sqrt(np.mean(np.minimum(self._deviations @ x[:count], 0.0) ** 2)))
        is_riskless = size <= NOTHING
        unit = 0.0 if is_riskless else 1.0 / (size * self._scale)
        return SemiAnswer(
            "solved" if is_riskless or residual <= STATIONARY else "failed",
            np.clip(x, lower, upper),
            answer.row_duals * unit,
            answer.bound_duals * unit,
            answer.solver,
            tuple(tried),
            iterations,
            is_riskless,
        )

    def _quadratic_answer(self, short: Vector, x: Vector, row_lower: Vector, lower: Vector, upper: Vector) -> QpAnswer:
        """Return the least mean square deviation over the short periods alone, drawn a little to x."""
        count, width = self._count, self._width
        inside = self._deviations[short]
        quadratic = np.zeros((width, width))
        quadratic[:count, :count] = inside.T @ inside / len(self._deviations)
        pull = np.full(width, PROXIMAL)
        pull[count:] = PART_PROXIMAL
        quadratic[np.arange(width), np.arange(width)] += pull
        rows = self._lifted
        program = QuadraticProgram(quadratic, -pull * x, rows.matrix, row_lower, rows.row_upper, lower, upper)
        return QpSession(program, is_sparse_in_steps=False).solve()

    def _residual(self, answer: QpAnswer, gaps: Vector) -> float:
        """Return how far the multipliers are from balancing the true gradient, beside the size of that gradient."""
        gradient = np.zeros(self._width)
        gradient[: self._count] = self._deviations.T @ np.minimum(gaps, 0.0) / len(gaps)
        off = gradient + self._lifted.matrix.T @ answer.row_duals + answer.bound_duals
        return float(np.abs(off).max()) / max(float(np.abs(gradient).max()), NOTHING)

    def _length(self, here: Vector, there: Vector) -> float:
        """Return the share of the way, up to 1, at which the true figure is least; its derivative is monotone."""
        start = self._deviations @ here
        way = self._deviations @ (there - here)

        def rise(length: float) -> tuple[float, float]:
            gaps = start + length * way
            short = gaps < 0.0
            return float(gaps[short] @ way[short]), float(way[short] @ way[short])

        slope, bend = rise(1.0)
        if slope <= 0.0:
            return 1.0
        low, high, length = 0.0, 1.0, 1.0
        for _ in range(LINE_STEPS_COUNT):
            following = length - slope / bend if bend > 0.0 else 0.5 * (low + high)
            if not low < following < high:
                following = 0.5 * (low + high)
            if abs(following - length) <= 1e-14:
                break
            length = following
            slope, bend = rise(length)
            low, high = (low, length) if slope > 0.0 else (length, high)
        # A whole step that is too long by rounding only is a whole step: the answer's multipliers belong to its end.
        return 1.0 if length >= 1.0 - 1e-9 else length
