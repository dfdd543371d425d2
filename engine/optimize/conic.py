"""Which weights are best when limits or costs are curved: tracking error, volatility ceilings, market impact?

The variables are x = (w, t) of the lifted rows, a cost p_i ≥ |w_i - c_i|^1.5 for each asset whose trades move the
market, and for a Sharpe ratio the scale κ of the homogenized form: with y = κx the program is min ½ yᵀΣy with the
excess return after costs equal to one, every side multiplied by κ (Charnes and Cooper 1962; Schaible 1976 for concave
numerators). Multipliers come back in the units of `ConvexCore`, so that one certificate serves both.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.kernel.forms import (
    ActiveRiskGoal,
    Estimates,
    Goal,
    Matrix,
    RatioGoal,
    ReturnGoal,
    RobustGoal,
    TradingCosts,
    UtilityGoal,
    VarianceGoal,
    Vector,
)
from engine.optimize.compile import LimitSet
from engine.optimize.cone import Ball, ConeAnswer, ConeProgram, Power, solve_cone
from engine.optimize.convex import RISKLESS, ConvexCore
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.lift import LiftedRows
from engine.optimize.prices import Prices

NOTHING = 1e-9


class ConicCore(ConvexCore):
    """`ConvexCore` for curved limits and costs; the same goals, and worst-case utility.

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
        self._factor: Matrix = _root_of(self.quadratic[:count, :count])
        self._steps_count = 0
        impacts = np.zeros(count) if costs is None else costs.impacts_annual_frac / self.excess_scale
        self._moved = np.flatnonzero(impacts > 0.0)
        self._impacts = impacts[self._moved]
        self._width = len(self.direction) + len(self._moved)

    @property
    def iterations_count(self) -> int:
        """Iterations of all solves so far."""
        return self._steps_count

    def solve(self, goal: Goal, box: tuple[Vector, Vector] | None = None) -> ConvexAnswer:
        """Return the best weights for a goal within the box."""
        from engine.optimize.polish import polish

        answer = self._rough(goal, *(box or self.box))
        return polish(self, goal, answer, box or self.box) if answer.outcome == "solved" else answer

    def _rough(self, goal: Goal, lower: Vector, upper: Vector) -> ConvexAnswer:
        """Return the answer of the interior-point solver."""
        if isinstance(goal, RatioGoal):
            return self._ratio(lower, upper)
        if isinstance(goal, ReturnGoal):
            return self._return_under(goal, lower, upper)
        linear, curve, robust, floor = np.zeros(self._width), 1.0, 0.0, None
        if isinstance(goal, VarianceGoal | ActiveRiskGoal):
            floor = goal.return_min_annual_frac
            if isinstance(goal, ActiveRiskGoal):
                linear = self._towards_benchmark()
        elif isinstance(goal, UtilityGoal | RobustGoal):
            tilt = self.excess_scale / (goal.risk_aversion * self.variance_scale)
            linear = -tilt * self._reward()
            if isinstance(goal, RobustGoal):
                years = self.history_years()
                robust = goal.uncertainty / np.sqrt(years * self.variance_scale) / goal.risk_aversion
        else:
            raise TypeError(f"{type(goal).__name__} takes another road.")
        answer = self._minimize(curve, linear, robust, floor, lower, upper)
        if answer.outcome != "solved":
            if floor is not None and answer.outcome == "infeasible":
                return self._floor_too_high(lower, upper)
            return self._without(answer)
        tilt = 0.0
        if isinstance(goal, UtilityGoal | RobustGoal):
            tilt = self.excess_scale / (goal.risk_aversion * self.variance_scale)
        return self._with(goal, answer, tilt, robust)

    def history_years(self) -> float:
        """Return how many years of history the expected returns rest on; one where they were given."""
        history = self.estimates.history_frac
        return 1.0 if history is None else max(len(history) / self.estimates.periods_per_year, 1e-9)

    def score(self, goal: Goal, weights: Vector) -> float:
        """Return the figure a goal is judged by; for a worst case, the worst utility."""
        if not isinstance(goal, RobustGoal):
            return super().score(goal, weights)
        risk = self.volatility_annual_frac(weights)
        worst = self.net_excess_annual_frac(weights) - goal.uncertainty * risk / np.sqrt(self.history_years())
        return float(worst - 0.5 * goal.risk_aversion * risk**2)

    def prices(self, goal: Goal, answer: ConvexAnswer) -> Prices | None:
        """Return what each limit costs; None without multipliers."""
        if isinstance(goal, RobustGoal):
            goal = UtilityGoal(goal.risk_aversion)  # the same program beside one more term
        return super().prices(goal, answer)

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

    def _minimize(
        self, curve: float, linear: Vector, robust: float, floor: float | None, lower: Vector, upper: Vector
    ) -> ConeAnswer:
        more = 1 if robust > 0.0 else 0
        rows, low, high = self._rows(lower, upper, floor)
        quadratic = np.zeros((self._width + more, self._width + more))
        width = len(self.direction)
        quadratic[:width, :width] = curve * self.quadratic
        balls = self._balls(more, None)
        if more:
            rows = np.hstack([rows, np.zeros((len(rows), 1))])
            linear = np.append(linear, robust)
            ball = self._ball(np.zeros(self.limits.universe.count), 0.0, more, None)
            row = np.zeros(self._width + 1)
            row[-1] = 1.0
            balls.append(replace(ball, radius_row=row))
        return self._run(ConeProgram(quadratic, linear, rows, low, high, tuple(balls), tuple(self._powers(more, None))))

    def _run(self, program: ConeProgram) -> ConeAnswer:
        answer = solve_cone(program)
        self._steps_count += answer.iterations_count
        return answer

    def _split(self, row_duals: Vector) -> tuple[Vector, Vector]:
        height, width = len(self.lifted.matrix), len(self.direction)
        return row_duals[:height], row_duals[height : height + width]

    def _with(self, goal: Goal, answer: ConeAnswer, tilt: float, robust: float, divisor: float = 1.0) -> ConvexAnswer:
        """Return a solved answer; multipliers are divided by `divisor`."""
        rows, bounds = self._split(answer.row_duals / divisor)
        weights = answer.v[: self.limits.universe.count] / divisor
        score = self.score(goal, weights)
        objective = score**2 if isinstance(goal, VarianceGoal | ActiveRiskGoal) else -score
        return ConvexAnswer(
            "solved",
            objective,
            weights,
            tilt,
            rows,
            bounds,
            tuple((answer.ball_duals / divisor)[: len(self.limits.risks)].tolist()),
            robust,
            solver=answer.solver,
            chain=answer.chain,
        )

    def _without(self, answer: ConeAnswer) -> ConvexAnswer:
        return ConvexAnswer("infeasible" if answer.outcome == "infeasible" else "failed", chain=answer.chain)

    def _highest(self, lower: Vector, upper: Vector) -> ConeAnswer:
        """Return the portfolio of the highest excess return after costs within all limits."""
        rows, low, high = self._rows(lower, upper, None)
        nothing = np.zeros((self._width, self._width))
        balls, powers = tuple(self._balls(0, None)), tuple(self._powers(0, None))
        return self._run(ConeProgram(nothing, -self._reward(), rows, low, high, balls, powers))

    def _top_excess(self, answer: ConeAnswer) -> float:
        return float(self._reward() @ answer.v) + self.constant

    def _floor_too_high(self, lower: Vector, upper: Vector) -> ConvexAnswer:
        top = self._highest(lower, upper)
        if top.outcome != "solved":
            return self._without(top)
        best = self._top_excess(top) * self.excess_scale + self.risk_free_annual_frac
        return ConvexAnswer("floor_too_high", best_return_annual_frac=best, chain=top.chain)

    def _ratio(self, lower: Vector, upper: Vector) -> ConvexAnswer:
        top = self._highest(lower, upper)
        if top.outcome != "solved":
            return self._without(top)
        best = self._top_excess(top)
        if best <= NOTHING:
            best_return = best * self.excess_scale + self.risk_free_annual_frac
            return ConvexAnswer("no_excess_return", best_return_annual_frac=best_return, chain=top.chain)
        rows, low, high = self._rows(lower, upper, None)
        scale = self._width
        has_low, has_high = np.isfinite(low), np.isfinite(high)
        equal = low == high
        at_high, at_low = np.flatnonzero(has_high), np.flatnonzero(has_low & ~equal)
        above = np.hstack([rows[at_high], -high[at_high][:, None]])
        below = np.hstack([rows[at_low], -low[at_low][:, None]])
        one = np.append(self._reward(), self.constant)[None, :]
        positive = np.zeros((1, scale + 1))
        positive[0, scale] = 1.0
        none = np.zeros(len(at_low))
        program = ConeProgram(
            _bordered(self.quadratic, scale + 1),
            np.zeros(scale + 1),
            np.vstack([above, below, one, positive]),
            np.concatenate([np.where(equal[at_high], 0.0, -np.inf), none, [1.0, 0.0]]),
            np.concatenate([np.zeros(len(at_high)), none + np.inf, [1.0, np.inf]]),
            tuple(self._balls(1, scale)),
            tuple(self._powers(1, scale)),
        )
        answer = self._run(program)
        if answer.outcome != "solved":
            return ConvexAnswer("failed", chain=answer.chain)
        kappa = float(answer.v[scale])
        x = answer.v[: len(self.direction)]
        if kappa <= NOTHING or float(x @ self.quadratic @ x) <= RISKLESS * kappa**2:
            return ConvexAnswer("riskless_excess", chain=answer.chain)
        duals = np.zeros(len(rows))
        duals[at_high] += answer.row_duals[: len(at_high)]
        duals[at_low] += answer.row_duals[len(at_high) : len(at_high) + len(at_low)]
        whole = replace(answer, v=answer.v[:scale], row_duals=duals)
        tilt = -float(answer.row_duals[-2]) / kappa
        return self._with(RatioGoal(), whole, tilt, 0.0, kappa)

    def _return_under(self, goal: ReturnGoal, lower: Vector, upper: Vector) -> ConvexAnswer:
        ceiling = goal.volatility_max_annual_frac / np.sqrt(self.variance_scale)
        rows, low, high = self._rows(lower, upper, None)
        own = self._ball(np.zeros(self.limits.universe.count), ceiling, 0, None)
        nothing = np.zeros((self._width, self._width))
        balls = (*self._balls(0, None), own)
        answer = self._run(ConeProgram(nothing, -self._reward(), rows, low, high, balls, tuple(self._powers(0, None))))
        if answer.outcome == "infeasible":
            least = self._minimize(1.0, np.zeros(self._width), 0.0, None, lower, upper)
            if least.outcome != "solved":
                return self._without(least)
            risk = self.volatility_annual_frac(least.v[: self.limits.universe.count])
            return ConvexAnswer("ceiling_too_low", least_volatility_annual_frac=risk, chain=least.chain)
        if answer.outcome != "solved":
            return self._without(answer)
        dual = float(answer.ball_duals[-1])
        if dual <= 1e-7:
            made = self._with(goal, answer, np.inf, 0.0)
            return replace(made, objective=-self.score(goal, answer.v[: self.limits.universe.count]))
        tilt = ceiling / dual
        made = self._with(goal, replace(answer, v=answer.v / tilt), tilt, 0.0, 1.0 / tilt)
        return made


def _bordered(matrix: Matrix, width: int) -> Matrix:
    wide = np.zeros((width, width))
    wide[: len(matrix), : len(matrix)] = matrix
    return wide


def _root_of(matrix: Matrix) -> Matrix:
    """Return R with RᵀR = matrix, shape (k, n), of a positive semidefinite matrix."""
    try:
        return np.asarray(np.linalg.cholesky(matrix).T)
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(matrix)
        keep = values > 1e-14 * max(float(values.max(initial=0.0)), 1e-300)
        return np.asarray((vectors[:, keep] * np.sqrt(values[keep])).T)
