"""Which weights have the least CVaR, drawdown or semi-deviation under linear limits, and what proves it?

CVaR, CDaR and the maximum drawdown are linear programs over the scenarios that matter (`tail_program`), the
semi-deviation is a sequence of small quadratic programs (`tail_semi`). A linear program stays hot between solves, so a
sweep of return floors or a search over boxes pays for the first solve and little more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.kernel.forms import Estimates, Goal, TailGoal, TradingCosts, Vector
from engine.optimize.compile import LimitSet
from engine.optimize.convex import PART_RIDGE, RIDGE
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.lift import LiftedRows, Lifting
from engine.optimize.linear import LpAnswer, solve_linear
from engine.optimize.prices import Prices
from engine.optimize.solvers import QpSession, QuadraticProgram
from engine.optimize.tail_measures import NO_SCENARIOS, Scenarios, tail_value, worst_scenarios
from engine.optimize.tail_program import ScenarioProgram
from engine.optimize.tail_semi import SemiProgram
from engine.result import KktResiduals

START_MAX_COUNT = 600  # beyond it, a minimum variance portfolio to start from costs more than it saves
FLOOR_SLACK = 1e-9
RICHEST_TILT = 1e-6  # of the measure for the largest expected return: above the solver's tolerance, else next to none
SAME_LOSS = 1e-9


@dataclass(frozen=True, eq=False)
class TailAnswer(ConvexAnswer):
    """Best weights for a tail measure; the objective and the multipliers are in its units, a fraction of the capital.

    With slope g of the measure from `scenarios`: g + Aᵀ row_duals + bound_duals = 0 on x = (w, parts).
    """

    scenarios: Scenarios | None = None


class TailCore:
    """Solves tail goals on one history and its limits; boxes on x may be narrowed from call to call.

    Parameters
    ----------
    estimates
        With `history_frac`, shape (t, n).
    limits
        Linear limits; the hull of their intervals is the default box.
    risk_free_annual_frac
        Cash earns this in the expected return; the tail measures are those of the assets alone.
    costs
        Trading costs; their proportional part is taken off the expected return that a floor is about.

    Raises
    ------
    ValueError
        When there is no history.

    """

    def __init__(
        self,
        estimates: Estimates,
        limits: LimitSet,
        risk_free_annual_frac: float,
        costs: TradingCosts | None = None,
    ) -> None:
        if estimates.history_frac is None or not len(estimates.history_frac):
            raise ValueError("A tail measure needs a history of returns.")
        self.estimates, self.limits, self.costs = estimates, limits, costs
        self.risk_free_annual_frac = risk_free_annual_frac
        self.history = np.ascontiguousarray(estimates.history_frac, dtype=np.float64)
        excess = estimates.returns_annual_frac - risk_free_annual_frac
        self.excess_scale = max(float(np.abs(excess).max(initial=0.0)), 1e-12)
        self.excess = excess / self.excess_scale
        lifting = Lifting(limits, None if costs is None else costs.center_frac)
        self.direction: Vector = np.concatenate([self.excess, np.zeros(lifting.width - lifting.count)])
        self.constant = 0.0  # direction @ x + constant is the scaled excess return after costs
        if costs is not None:
            row, constant = lifting.parts_of(costs.center_frac).row(costs.rates_annual_frac, lifting.width)
            self.direction = self.direction - row / self.excess_scale
            self.constant = -constant / self.excess_scale
        self.lifted: LiftedRows = lifting.rows(self.direction)
        self.box = self.lifted.bounds(limits.lower_frac, limits.upper_frac)
        self._programs: dict[tuple[str, float], ScenarioProgram] = {}
        self._semi: SemiProgram | None = None
        self._start: Vector | None = None
        self._semi_iterations_count = 0

    @property
    def iterations_count(self) -> int:
        """Iterations of all solves so far."""
        return self._semi_iterations_count + sum(program.iterations_count for program in self._programs.values())

    def excess_annual_frac(self, weights: Vector) -> float:
        """Return (μ - r_f)ᵀw in annual terms."""
        return float(self.excess @ weights) * self.excess_scale

    def net_excess_annual_frac(self, weights: Vector) -> float:
        """Return the expected excess return after trading costs."""
        return self.excess_annual_frac(weights) - (0.0 if self.costs is None else self.costs.annual_frac(weights))

    def return_annual_frac(self, weights: Vector) -> float:
        """Return the expected annual return, cash included."""
        return self.excess_annual_frac(weights) + self.risk_free_annual_frac

    def volatility_annual_frac(self, weights: Vector) -> float:
        """Return the expected annual volatility."""
        return float(np.sqrt(max(float(weights @ self.estimates.covariance_annual @ weights), 0.0)))

    def score(self, goal: Goal, weights: Vector) -> float:
        """Return the tail measure of the weights, exactly."""
        goal = _tail_goal(goal)
        return tail_value(goal.tail, goal.level, self.history, weights)

    def scaled_floor(self, floor_excess_annual_frac: float) -> float:
        """Return what row 1 of the lifted rows must at least be for a floor on the excess return after costs."""
        return floor_excess_annual_frac / self.excess_scale - self.constant

    def best_return(self, box: tuple[Vector, Vector] | None = None) -> LpAnswer:
        """Return the linear program's answer for the highest expected return (value is minus its linear part)."""
        lower, upper = box or self.box
        rows = self.lifted
        return solve_linear(-self.direction, rows.matrix, rows.row_lower, rows.row_upper, lower, upper)

    def solve(self, goal: Goal, box: tuple[Vector, Vector] | None = None) -> TailAnswer:
        """Return the weights with the least measure within bounds on x = (w, parts)."""
        goal = _tail_goal(goal)
        lower, upper = box or self.box
        floor = -np.inf
        if goal.return_min_annual_frac is not None:
            floor = self.scaled_floor(goal.return_min_annual_frac - self.risk_free_annual_frac)
        answer = self._least(goal, floor, lower, upper)
        if answer.outcome != "infeasible":
            return answer
        top = self.best_return(box)
        if top.outcome != "solved":
            return TailAnswer("infeasible" if top.outcome == "infeasible" else "failed", chain=answer.chain)
        if -top.value >= floor - FLOOR_SLACK:  # the limits leave one point or hardly more
            answer = self._least(goal, min(floor, -top.value) - FLOOR_SLACK, lower, upper)
            return answer if answer.outcome == "solved" else TailAnswer("failed", chain=answer.chain)
        best = (self.constant - top.value) * self.excess_scale + self.risk_free_annual_frac
        return TailAnswer("floor_too_high", chain=answer.chain, best_return_annual_frac=best)

    def sweep(self, goal: Goal, floors_annual_frac: Sequence[float]) -> list[TailAnswer]:
        """Return the least measure for each floor on the expected annual return, every solve warm from the last."""
        goal = _tail_goal(goal)
        return [self.solve(replace(goal, return_min_annual_frac=float(floor))) for floor in floors_annual_frac]

    def richest(self, goal: Goal, least: TailAnswer) -> TailAnswer:
        """Return, of all portfolios with the least measure, the one of the highest expected return after costs.

        Found with a reward next to none, and taken where its measure is the least one to rounding; else `least`.
        """
        goal = _tail_goal(goal)
        program = self._programs.get(_key_of(goal))
        if program is None or least.weights_frac is None:
            return least
        unit = max(abs(least.objective), float(np.abs(self.history).mean()))
        program.lean(self.direction * (RICHEST_TILT * unit))
        found = self._least(goal, -np.inf, *self.box)
        program.lean(np.zeros(len(self.direction)))
        if found.outcome != "solved" or found.objective > least.objective + SAME_LOSS * unit:
            return least
        return replace(least, objective=found.objective, weights_frac=found.weights_frac, chain=found.chain)

    def residuals(
        self, goal: Goal, answer: ConvexAnswer, weights: Vector, box: tuple[Vector, Vector]
    ) -> KktResiduals | None:
        """Return the optimality conditions' residuals at weights within bounds on w; None without multipliers."""
        from engine.optimize.tail_certificate import tail_residuals

        return tail_residuals(self, goal, answer, weights, box)

    def prices(self, goal: Goal, answer: ConvexAnswer) -> Prices | None:
        """Return what each limit costs, as change of the measure; None without multipliers."""
        if answer.row_duals is None or answer.bound_duals is None:
            return None
        rows = answer.row_duals.copy()  # of the row's own side; row 1 is in scaled excess return
        rows[LiftedRows.RETURN_FLOOR] /= self.excess_scale
        return Prices.scaled(-1.0, rows, answer.bound_duals)

    def _least(self, goal: TailGoal, floor: float, lower: Vector, upper: Vector) -> TailAnswer:
        if bool((lower > upper).any()):
            return TailAnswer("infeasible")
        if goal.tail == "semi_deviation":
            return self._least_semi(goal, floor, lower, upper)
        key = _key_of(goal)
        program = self._programs.get(key)
        if program is None:
            program = ScenarioProgram(self.lifted, self.box, self.history, goal.tail, goal.level, self._begin())
            self._programs[key] = program
        outcome = program.solve(floor, lower, upper)
        if outcome != "solved":
            return TailAnswer("infeasible" if outcome == "infeasible" else "failed", chain=program.chain)
        weights = program.x[: self.limits.universe.count]
        return TailAnswer(
            "solved",
            self.score(goal, weights),
            weights,
            row_duals=program.row_duals,
            bound_duals=program.bound_duals,
            solver="highs",
            chain=program.chain,
            scenarios=program.scenarios,
        )

    def _least_semi(self, goal: TailGoal, floor: float, lower: Vector, upper: Vector) -> TailAnswer:
        if self._semi is None:
            self._semi = SemiProgram(self.lifted, self.history)
        found = self._semi.solve(floor, lower, upper)
        self._semi_iterations_count += found.iterations_count
        if found.outcome != "solved":
            return TailAnswer(found.outcome, chain=found.chain)
        weights = found.x[: self.limits.universe.count]
        return TailAnswer(
            "solved",
            self.score(goal, weights),
            weights,
            row_duals=found.row_duals,
            bound_duals=found.bound_duals,
            solver=found.solver,
            chain=found.chain,
            scenarios=NO_SCENARIOS if found.is_riskless else worst_scenarios(goal.tail, 0.0, self.history, weights),
        )

    def _begin(self) -> Vector:
        """Return weights whose tail is likely to be much like the answer's: those of the least variance."""
        if self._start is not None:
            return self._start
        count = self.limits.universe.count
        self._start = np.full(count, self.limits.net_frac / count)
        if count <= START_MAX_COUNT:
            rows, width = self.lifted, self.lifted.matrix.shape[1]
            covariance = self.estimates.covariance_annual
            quadratic = np.zeros((width, width))
            quadratic[:count, :count] = covariance / max(float(np.mean(np.diag(covariance))), 1e-12)
            quadratic[np.arange(width), np.arange(width)] += np.where(np.arange(width) < count, RIDGE, PART_RIDGE)
            program = QuadraticProgram(
                quadratic, np.zeros(width), rows.matrix, rows.row_lower, rows.row_upper, *self.box
            )
            answer = QpSession(program).solve()
            if answer.outcome == "solved":
                self._start = answer.x[:count]
        return self._start


def _key_of(goal: TailGoal) -> tuple[str, float]:
    return goal.tail, 0.0 if goal.tail == "max_drawdown" else goal.level


def _tail_goal(goal: Goal) -> TailGoal:
    if not isinstance(goal, TailGoal):
        raise TypeError(f"{type(goal).__name__} takes another road.")
    return goal
