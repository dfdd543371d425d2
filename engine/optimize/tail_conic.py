"""Which weights have the least tail measure when risk ceilings or market impact bend the limits?

The measure is the largest of linear functions of the weights, so a few scenarios bound it from below and those that
matter at the answer give it exactly (Rockafellar and Uryasev 2000; Chekhlov, Uryasev and Zabarankin 2005). Scenarios
are added until both agree; each program goes to Clarabel with the curved limits as cones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.kernel.forms import Goal, Matrix, TailGoal, TailKind, VarianceGoal, Vector
from engine.optimize.cone import Ball, ConeAnswer, ConeProgram
from engine.optimize.cone_polish import polish_cone
from engine.optimize.conic import ConicCore
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.prices import Prices
from engine.optimize.room import SoleAnswer
from engine.optimize.tail import TailAnswer
from engine.optimize.tail_certificate import tail_residuals
from engine.optimize.tail_measures import Scenarios, active_scenarios, tail_value
from engine.result import KktResiduals

ROUNDS_MAX_COUNT = 60
AGREED = 1e-9
MARGIN = 2.0


@dataclass(frozen=True, eq=False)
class _Pool:
    """Scenarios so far, one row each."""

    peaks: np.ndarray
    troughs: np.ndarray
    slopes: Matrix
    held: float
    unit: float  # losses are measured in it, so that the solver's tolerances mean the same for every measure


class TailConicCore(ConicCore):
    """`ConicCore` for tail goals; the history of the estimates must be there."""

    @property
    def history(self) -> Matrix:
        """Simple returns, shape (t, n)."""
        assert self.estimates.history_frac is not None
        return self.estimates.history_frac

    def score(self, goal: Goal, weights: Vector) -> float:
        """Return the tail measure of the weights, exactly; other goals as they are judged elsewhere."""
        if isinstance(goal, TailGoal):
            return tail_value(goal.tail, goal.level, self.history, weights)
        return super().score(goal, weights)

    def solve(self, goal: Goal, box: tuple[Vector, Vector] | None = None) -> ConvexAnswer:
        """Return the weights with the least measure within the box."""
        if not isinstance(goal, TailGoal):
            return super().solve(goal, box)
        box = box or self.box
        answer = self._rough(goal, *box)
        if answer.outcome == "solved" and self._keeps(goal, answer):
            return answer
        return self._settled(goal, answer, *box)

    def _polished(self, goal: Goal, answer: ConvexAnswer, box: tuple[Vector, Vector]) -> ConvexAnswer:
        return answer if isinstance(goal, TailGoal) else super()._polished(goal, answer, box)

    def _objective(self, goal: Goal, weights: Vector) -> float:
        return self.score(goal, weights) if isinstance(goal, TailGoal) else super()._objective(goal, weights)

    def _rough(self, goal: Goal, lower: Vector, upper: Vector) -> ConvexAnswer:
        """Return the answer of the interior-point solver, scenario by scenario for a tail goal."""
        if not isinstance(goal, TailGoal):
            return super()._rough(goal, lower, upper)
        calm = super()._rough(VarianceGoal(goal.return_min_annual_frac), lower, upper)
        if calm.outcome != "solved" or calm.weights_frac is None:
            return calm
        pool = self._more(None, goal, calm.weights_frac)
        chain: tuple[str, ...] = ()
        for _ in range(ROUNDS_MAX_COUNT):
            program = self._within(goal, pool, lower, upper)
            answer = self._run(program)
            chain = answer.chain
            if answer.outcome != "solved":
                return TailAnswer("failed", chain=chain)
            weights = answer.v[: self.limits.universe.count]
            value = tail_value(goal.tail, goal.level, self.history, weights)
            more = self._more(pool, goal, weights)
            if value - self._bound(goal.tail, pool, weights) <= AGREED or len(more.peaks) == len(pool.peaks):
                return self._answer(goal, pool, polish_cone(program, answer))
            pool = more
        return TailAnswer("failed", chain=(*chain, f"{ROUNDS_MAX_COUNT} rounds of scenarios"))

    def residuals(
        self, goal: Goal, answer: ConvexAnswer, weights: Vector, box: tuple[Vector, Vector]
    ) -> KktResiduals | None:
        """Return the optimality conditions' residuals at weights within bounds on w; None without multipliers."""
        if isinstance(goal, TailGoal) and not isinstance(answer, SoleAnswer):
            return tail_residuals(self, goal, answer, weights, box)
        return super().residuals(goal, answer, weights, box)

    def prices(self, goal: Goal, answer: ConvexAnswer) -> Prices | None:
        """Return what each limit costs, as change of the measure; None without multipliers."""
        if not isinstance(goal, TailGoal) or isinstance(answer, SoleAnswer):
            return super().prices(goal, answer)
        if answer.row_duals is None or answer.bound_duals is None:
            return None
        rows = answer.row_duals.copy()
        rows[self.lifted.RETURN_FLOOR] /= self.excess_scale
        ceilings = tuple(one / float(np.sqrt(self.variance_scale)) for one in answer.risk_duals)
        return Prices.scaled(-1.0, rows, answer.bound_duals, ceilings)

    def _more(self, pool: _Pool | None, goal: TailGoal, weights: Vector) -> _Pool:
        """Return the pool with the scenarios that are worst at the weights."""
        found = active_scenarios(goal.tail, goal.level, self.history, weights, MARGIN)
        if pool is None:
            unit = tail_value(goal.tail, goal.level, self.history, weights)
            unit = unit if unit > 0.0 else float(np.abs(found.slopes).max(initial=0.0)) or 1.0
            return _Pool(found.peaks, found.troughs, found.slopes, found.tail_count, unit)
        known = set(zip(pool.peaks.tolist(), pool.troughs.tolist(), strict=True))
        fresh = np.array(
            [pair not in known for pair in zip(found.peaks.tolist(), found.troughs.tolist(), strict=True)], dtype=bool
        )
        return _Pool(
            np.concatenate([pool.peaks, found.peaks[fresh]]),
            np.concatenate([pool.troughs, found.troughs[fresh]]),
            np.vstack([pool.slopes, found.slopes[fresh]]),
            pool.held,
            pool.unit,
        )

    def _bound(self, tail: TailKind, pool: _Pool, weights: Vector) -> float:
        """Return what the pool's scenarios alone say of the measure at the weights: never more than it is."""
        losses = pool.slopes @ weights
        if tail == "max_drawdown":
            return float(losses.max(initial=0.0))
        if tail == "semi_deviation":
            return float(np.sqrt(np.sum(np.maximum(losses, 0.0) ** 2) / pool.held))
        worst: dict[int, float] = {}  # a trough counts once, from its highest peak
        for trough, loss in zip(pool.troughs.tolist(), losses.tolist(), strict=True):
            worst[trough] = max(loss, worst.get(trough, -np.inf))
        ordered = np.sort(np.array(list(worst.values())))[::-1]
        whole = int(pool.held + 1e-9)
        total = float(ordered[:whole].sum())
        if whole < len(ordered):
            total += (pool.held - whole) * float(ordered[whole])
        return total / pool.held

    def _within(self, goal: TailGoal, pool: _Pool, lower: Vector, upper: Vector) -> ConeProgram:
        """Return the program over the pool: variables (x, p), then the measure's own."""
        rows, low, high = self._rows(lower, upper, goal.return_min_annual_frac)
        count, size = self.limits.universe.count, len(pool.peaks)
        troughs, at = np.unique(pool.troughs, return_inverse=True)
        is_max, is_semi = goal.tail == "max_drawdown", goal.tail == "semi_deviation"
        own = 1 if is_max else 1 + len(troughs)  # the level (or size), then what each trough is above it
        width = self._width + own
        scenario = np.zeros((size, width))
        scenario[:, :count] = -pool.slopes / pool.unit
        if is_max or not is_semi:
            scenario[:, self._width] = 1.0
        if not is_max:
            scenario[np.arange(size), self._width + 1 + at] = 1.0
        positive = np.zeros((0 if is_max else len(troughs), width))
        if not is_max:
            positive[np.arange(len(troughs)), self._width + 1 + np.arange(len(troughs))] = 1.0
        linear = np.zeros(width)
        linear[self._width] = 1.0
        balls = [
            Ball(_widened(ball.matrix, own), ball.offset, np.append(ball.radius_row, np.zeros(own)), ball.radius)
            for ball in self._balls(0, None)
        ]
        if is_semi:
            shortfall = np.zeros((len(troughs), width))
            shortfall[np.arange(len(troughs)), self._width + 1 + np.arange(len(troughs))] = 1.0 / np.sqrt(pool.held)
            row = np.zeros(width)
            row[self._width] = 1.0
            balls.append(Ball(shortfall, np.zeros(len(troughs)), row, 0.0))
        elif not is_max:
            linear[self._width + 1 :] = 1.0 / pool.held
        return ConeProgram(
            np.zeros((width, width)),
            linear,
            np.vstack([_widened(rows, own), scenario, positive]),
            np.concatenate([low, np.zeros(size), np.zeros(len(positive))]),
            np.concatenate([high, np.full(size + len(positive), np.inf)]),
            tuple(balls),
            tuple(self._powers(own, None)),
        )

    def _answer(self, goal: TailGoal, pool: _Pool, answer: ConeAnswer) -> TailAnswer:
        weights = answer.v[: self.limits.universe.count]
        height = len(self.lifted.matrix)
        first = height + len(self.direction) + len(self._moved)
        shares = np.maximum(-answer.row_duals[first : first + len(pool.peaks)], 0.0)
        held = shares > 1e-12
        rows, bounds = self._split(answer.row_duals)
        return TailAnswer(
            "solved",
            self.score(goal, weights),
            weights,
            row_duals=rows * pool.unit,
            bound_duals=bounds * pool.unit,
            risk_duals=tuple((answer.ball_duals[: len(self.limits.risks)] * pool.unit).tolist()),
            solver=answer.solver,
            chain=answer.chain,
            scenarios=Scenarios(pool.peaks[held], pool.troughs[held], shares[held]),
        )


def _widened(matrix: Matrix, more: int) -> Matrix:
    return np.hstack([matrix, np.zeros((len(matrix), more))])
