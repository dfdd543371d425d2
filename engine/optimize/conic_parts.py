"""Which rows, balls and power cones stand for the limits and costs of a request in a cone program?"""

from __future__ import annotations

import numpy as np

from engine.kernel.forms import Estimates, Goal, Matrix, ReturnGoal, TradingCosts, Vector
from engine.optimize.compile import LimitSet
from engine.optimize.cone import Ball, ConeAnswer, ConeProgram, Power, solve_cone
from engine.optimize.convex import ConvexCore
from engine.optimize.lift import LiftedRows
from engine.optimize.room import Ceiling, Room, solve_beside


class ConeParts(ConvexCore):
    """`ConvexCore` with the parts of cone programs on (x, p): lifted rows, ceilings on risk, costs of market impact.

    Parameters
    ----------
    estimates, limits, risk_free_annual_frac, costs
        As for `ConvexCore`.

    """

    def __init__(
        self,
        estimates: Estimates,
        limits: LimitSet,
        risk_free_annual_frac: float,
        costs: TradingCosts | None = None,
    ) -> None:
        super().__init__(estimates, limits, risk_free_annual_frac, costs)
        count = limits.universe.count
        self._factor: Matrix = root_of(self.quadratic[:count, :count])
        self._steps_count = 0
        self._beside: Room | None = None
        impacts = np.zeros(count) if costs is None else costs.impacts_annual_frac / self.excess_scale
        self._moved = np.flatnonzero(impacts > 0.0)
        self._impacts = impacts[self._moved]
        self._width = len(self.direction) + len(self._moved)

    @property
    def iterations_count(self) -> int:
        """Iterations of all solves so far."""
        return self._steps_count

    def history_years(self) -> float:
        """Return how many years of history the expected returns rest on; one where they were given."""
        history = self.estimates.history_frac
        return 1.0 if history is None else max(len(history) / self.estimates.periods_per_year, 1e-9)

    def _ceilings(self, goal: Goal) -> list[Ceiling]:
        """Return every ceiling on risk, the goal's own among them."""
        found = [(risk.center_frac, risk.upper_annual_frac) for risk in self.limits.risks]
        if isinstance(goal, ReturnGoal):
            found.append((np.zeros(self.limits.universe.count), goal.volatility_max_annual_frac))
        return found

    def _towards_benchmark(self) -> Vector:
        linear = np.zeros(self._width)
        benchmark = self.benchmark_frac
        if benchmark is not None:
            count = len(benchmark)
            linear[:count] = -self.quadratic[:count, :count] @ benchmark
        return linear

    def _reward(self) -> Vector:
        """Return the row on (x, p) whose value plus `constant` is the scaled excess return after all costs."""
        return np.concatenate([self.direction, -self._impacts])

    def _wide(self, matrix: Matrix, more: int = 0) -> Matrix:
        return np.hstack([matrix, np.zeros((len(matrix), len(self._moved) + more))])

    def _rows(self, lower: Vector, upper: Vector, floor: float | None) -> tuple[Matrix, Vector, Vector]:
        """Return lifted rows, bounds and p ≥ 0 as rows on (x, p); bounds come after the lifted rows."""
        lifted = self.lifted
        width = len(self.direction)
        matrix = self._wide(lifted.matrix)
        matrix[LiftedRows.RETURN_FLOOR] = self._reward()
        low = lifted.row_lower.copy()
        if floor is not None:
            low[LiftedRows.RETURN_FLOOR] = self.scaled_floor(floor - self.risk_free_annual_frac)
        positive = np.zeros((len(self._moved), self._width))
        positive[np.arange(len(self._moved)), width + np.arange(len(self._moved))] = 1.0
        rows = np.vstack([matrix, self._wide(np.eye(width)), positive])
        nothing = np.zeros(len(self._moved))
        return (
            rows,
            np.concatenate([low, lower, nothing]),
            np.concatenate([lifted.row_upper, upper, nothing + np.inf]),
        )

    def _balls(self, more: int, scale_at: int | None) -> list[Ball]:
        """Return the risk ceilings; with a scale variable the sides are multiplied by it."""
        balls = []
        for risk in self.limits.risks:
            radius = risk.upper_annual_frac / np.sqrt(self.variance_scale)
            balls.append(self._ball(risk.center_frac, radius, more, scale_at))
        return balls

    def _ball(self, center: Vector, radius: float, more: int, scale_at: int | None) -> Ball:
        width = self._width + more
        matrix = np.zeros((len(self._factor), width))
        matrix[:, : len(center)] = self._factor
        offset = -self._factor @ center
        row = np.zeros(width)
        if scale_at is None:
            return Ball(matrix, offset, row, radius)
        matrix[:, scale_at] = offset
        row[scale_at] = radius
        return Ball(matrix, np.zeros(len(offset)), row, 0.0)

    def _powers(self, more: int, scale_at: int | None) -> list[Power]:
        powers = []
        width = self._width + more
        for number, place in enumerate(self._moved):
            assert self.costs is not None
            p, k, z = np.zeros(width), np.zeros(width), np.zeros(width)
            p[len(self.direction) + number] = 1.0
            z[place] = 1.0
            center = float(self.costs.center_frac[place])
            if scale_at is None:
                powers.append(Power(p, k, 1.0, z, -center))
            else:
                k[scale_at], z[scale_at] = 1.0, -center
                powers.append(Power(p, k, 0.0, z, 0.0))
        return powers

    def _run(self, program: ConeProgram) -> ConeAnswer:
        answer = solve_cone(program) if self._beside is None else solve_beside(program, self._beside)
        self._steps_count += answer.iterations_count
        return answer

    def _split(self, row_duals: Vector) -> tuple[Vector, Vector]:
        height, width = len(self.lifted.matrix), len(self.direction)
        return row_duals[:height], row_duals[height : height + width]


def root_of(matrix: Matrix) -> Matrix:
    """Return R with RᵀR = matrix, shape (k, n), of a positive semidefinite matrix."""
    try:
        return np.asarray(np.linalg.cholesky(matrix).T)
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(matrix)
        keep = values > 1e-14 * max(float(values.max(initial=0.0)), 1e-300)
        return np.asarray((vectors[:, keep] * np.sqrt(values[keep])).T)
