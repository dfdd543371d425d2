"""Which weights are best for a goal when every limit is convex, and with which multipliers is that proven?

Everything is solved through one family of quadratic programs, min ½ wᵀΣw - λ eᵀw, with e the expected return above the
risk-free rate, less trading costs where they are given. Minimum volatility is λ = 0 (with a floor on eᵀw for a target
return), maximum utility is λ = 1 / risk aversion, and the least tracking error is λ = 0 measured from the benchmark.
The maximum Sharpe ratio is the λ at which λ = σ²/(eᵀw), because then the program's optimality conditions are those of
the ratio; the maximum return at a volatility is the λ at which σ meets the ceiling. On a stretch of λ with the same
limits active, w is affine in λ, so σ² - λ eᵀw is affine in λ and σ² is affine in λ²: the secant step is exact once two
points lie on the final stretch. Bounds stay bounds, which the homogenized form (Charnes and Cooper 1962) turns into
coupled rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from engine.kernel.facts import benchmark_center
from engine.kernel.forms import (
    ActiveRiskGoal,
    Estimates,
    Goal,
    Matrix,
    RatioGoal,
    ReturnGoal,
    TradingCosts,
    UtilityGoal,
    VarianceGoal,
    Vector,
)
from engine.optimize.compile import LimitSet
from engine.optimize.convex_answer import REACHED, ConvexAnswer
from engine.optimize.factor_matrix import PART_RIDGE, RIDGE, Curve, curve_of, dense_of
from engine.optimize.lift import LiftedRows, Lifting
from engine.optimize.linear import LpAnswer, solve_linear
from engine.optimize.prices import Prices
from engine.optimize.root import ROOT_STEPS_COUNT, find_root
from engine.optimize.solvers import QpAnswer, QpSession, QuadraticProgram
from engine.result import KktResiduals

__all__ = ["PART_RIDGE", "RIDGE", "RISKLESS", "ConvexCore"]

RISKLESS = 1e-8  # of the mean variance: a volatility of a ten-thousandth of a typical asset


class ConvexCore:
    """Solves goals on one set of estimates and limits; boxes on the weights may be narrowed from call to call.

    Parameters
    ----------
    estimates
        Annual figures.
    limits
        The hull of its intervals is the default box.
    risk_free_annual_frac
        Cash, positive or borrowed, earns this.
    costs
        Trading costs; only the part that is proportional to the trade counts here.

    """

    def __init__(
        self,
        estimates: Estimates,
        limits: LimitSet,
        risk_free_annual_frac: float,
        costs: TradingCosts | None = None,
    ) -> None:
        self.estimates, self.limits, self.costs = estimates, limits, costs
        self.has_impact = costs is not None and costs.has_impact
        self.one_side: tuple[Sequence[int], ...] = ()  # lifted rows that are tangents of one limit: they move together
        self.benchmark_frac = benchmark_center(limits.universe)
        self.risk_free_annual_frac = risk_free_annual_frac
        excess = estimates.returns_annual_frac - risk_free_annual_frac
        count = limits.universe.count
        self.variance_scale = max(float(np.mean(estimates.variances_annual)), 1e-12)
        self.excess_scale = max(float(np.abs(excess).max(initial=0.0)), 1e-12)
        self.excess = excess / self.excess_scale
        lifting = Lifting(limits, None if costs is None else costs.center_frac)
        width = lifting.width
        self.direction: Vector = (
            np.concatenate([self.excess, np.zeros(width - count)]) if width > count else self.excess
        )
        self.constant = 0.0  # direction @ x + constant is the scaled excess return after costs
        if costs is not None:
            cost_row, cost_constant = lifting.parts_of(costs.center_frac).row(costs.rates_annual_frac, width)
            self.direction = self.direction - cost_row / self.excess_scale
            self.constant = -cost_constant / self.excess_scale
        self.lifted: LiftedRows = lifting.rows(self.direction)
        self.curve: Curve = curve_of(estimates, count, width, self.variance_scale)
        self.box = self.lifted.bounds(limits.lower_frac, limits.upper_frac)
        lower, upper = self.box
        self.session = QpSession(
            QuadraticProgram(
                self.curve,
                np.zeros(width),
                self.lifted.matrix,
                self.lifted.row_lower,
                self.lifted.row_upper,
                lower,
                upper,
            ),
            is_sparse_in_steps=not len(self.lifted.places),
        )

    @cached_property
    def quadratic(self) -> Matrix:
        """The curvature written out, shape (n + p, n + p)."""
        return dense_of(self.curve)

    def excess_annual_frac(self, weights: Vector) -> float:
        """Return eᵀw in annual terms."""
        return float(self.excess @ weights) * self.excess_scale

    def return_annual_frac(self, weights: Vector) -> float:
        """Return the expected annual return, cash included."""
        return self.excess_annual_frac(weights) + self.risk_free_annual_frac

    def volatility_annual_frac(self, weights: Vector) -> float:
        """Return the expected annual volatility."""
        return self.estimates.volatility_annual_frac(weights)

    def active_risk_annual_frac(self, weights: Vector) -> float:
        """Return the tracking error against the benchmark's weights; without a benchmark that of the weights."""
        return self.volatility_annual_frac(weights if self.benchmark_frac is None else weights - self.benchmark_frac)

    def net_excess_annual_frac(self, weights: Vector) -> float:
        """Return the expected excess return after trading costs."""
        spent = 0.0 if self.costs is None else self.costs.annual_frac(weights)
        return self.excess_annual_frac(weights) - spent

    def pull_of(self, weights: Vector) -> Vector:
        """Return the curvature times weights of shape (n,), in scaled units, on the weights alone."""
        count = len(weights)
        if len(self.direction) == count:
            return self.curve @ weights
        return (self.curve @ np.concatenate([weights, np.zeros(len(self.direction) - count)]))[:count]

    def score(self, goal: Goal, weights: Vector) -> float:
        """Return the figure a goal is judged by: volatility, Sharpe ratio, excess return, utility or tracking error."""
        if isinstance(goal, VarianceGoal):
            return self.volatility_annual_frac(weights)
        if isinstance(goal, ActiveRiskGoal):
            return self.active_risk_annual_frac(weights)
        excess = self.net_excess_annual_frac(weights)
        if isinstance(goal, ReturnGoal):
            return excess
        if isinstance(goal, UtilityGoal):
            return excess - 0.5 * goal.risk_aversion * self.volatility_annual_frac(weights) ** 2
        return excess / max(self.volatility_annual_frac(weights), 1e-300)

    def scaled_excess(self, x: Vector) -> float:
        """Return the expected excess return of x = (w, t) after costs, in scaled units."""
        spent = self._impact(x)[0] if self.has_impact else 0.0
        return float(self.direction @ x) + self.constant - spent

    def reward_slope(self, x: Vector) -> Vector:
        """Return the gradient of `scaled_excess` at x, shape (n + p,)."""
        return self.direction - self._impact(x)[1] if self.has_impact else self.direction

    def _impact(self, x: Vector) -> tuple[float, Vector]:
        """Return the scaled cost of market impact at x, and its gradient."""
        slope = np.zeros(len(x))
        if self.costs is None or not self.has_impact:
            return 0.0, slope
        count = self.limits.universe.count
        away = x[:count] - self.costs.center_frac
        rates = self.costs.impacts_annual_frac * np.sqrt(np.abs(away)) / self.excess_scale
        slope[:count] = 1.5 * rates * np.sign(away)
        return float(rates @ np.abs(away)), slope

    def scaled_floor(self, floor_excess_annual_frac: float) -> float:
        """Return what row 1 of the lifted rows must at least be for a floor on the excess return after costs."""
        return floor_excess_annual_frac / self.excess_scale - self.constant

    def best_excess(self, answer: LpAnswer) -> float:
        """Return the scaled excess return of an answer of `best_return`."""
        return self.constant - answer.value

    def best_return(self, box: tuple[Vector, Vector] | None = None) -> LpAnswer:
        """Return the linear program's answer for the highest expected return (value is minus its linear part)."""
        lower, upper = box or self.box
        return solve_linear(
            -self.direction, self.lifted.matrix, self.lifted.row_lower, self.lifted.row_upper, lower, upper
        )

    def floored(
        self,
        floor_excess_annual_frac: float,
        box: tuple[Vector, Vector] | None = None,
        linear: Vector | None = None,
    ) -> QpAnswer:
        """Return the least variance among portfolios whose expected excess return is at least the floor."""
        row_lower = self.lifted.row_lower.copy()
        row_lower[LiftedRows.RETURN_FLOOR] = self.scaled_floor(floor_excess_annual_frac)
        lower, upper = box or (None, None)
        return self.session.solve(linear=linear, row_lower=row_lower, lower=lower, upper=upper)

    def tilted(self, tilt: float, box: tuple[Vector, Vector] | None = None, *, is_step: bool = False) -> QpAnswer:
        """Return the answer of min ½ wᵀΣw - tilt eᵀw in scaled units; a step of a search is not checked by itself."""
        lower, upper = box or (None, None)
        return self.session.solve(linear=-tilt * self.direction, lower=lower, upper=upper, is_step=is_step)

    def solve(self, goal: Goal, box: tuple[Vector, Vector] | None = None) -> ConvexAnswer:
        """Return the best weights for a goal within the box."""
        if isinstance(goal, VarianceGoal):
            return self._least(goal.return_min_annual_frac, None, box)
        if isinstance(goal, ActiveRiskGoal):
            return self._least(goal.return_min_annual_frac, self.benchmark_frac, box)
        if isinstance(goal, RatioGoal):
            return self._best_ratio(box)
        if isinstance(goal, ReturnGoal):
            return self._best_return_under(goal, box)
        if isinstance(goal, UtilityGoal):
            tilt = self.excess_scale / (goal.risk_aversion * self.variance_scale)
            answer = self.tilted(tilt, box)
            if answer.outcome != "solved":
                return self._unsolved(answer)
            return self._proven(answer, -self.score(goal, self._weights(answer)), tilt)
        raise TypeError(f"{type(goal).__name__} takes another road.")

    @property
    def iterations_count(self) -> int:
        """Iterations of all solves so far."""
        return self.session.iterations_count

    def residuals(
        self, goal: Goal, answer: ConvexAnswer, weights: Vector, box: tuple[Vector, Vector]
    ) -> KktResiduals | None:
        """Return the optimality conditions' residuals at weights within bounds on w; None without multipliers."""
        from engine.optimize.certificate import kkt_residuals

        return kkt_residuals(self, goal, answer, weights, box)

    def prices(self, goal: Goal, answer: ConvexAnswer) -> Prices | None:
        """Return what each limit costs; None without multipliers."""
        from engine.optimize.convex_prices import prices_of

        return prices_of(self, goal, answer)

    def _weights(self, answer: QpAnswer) -> Vector:
        return answer.x[: self.limits.universe.count]

    def _figures(self, answer: QpAnswer) -> tuple[float, float]:
        """Return the scaled variance and scaled excess return of an answer."""
        x = answer.x
        return float(x @ (self.curve @ x)), self.scaled_excess(x)

    def _proven(self, answer: QpAnswer, objective: float, tilt: float) -> ConvexAnswer:
        return ConvexAnswer(
            "solved",
            objective,
            self._weights(answer),
            tilt,
            answer.row_duals,
            answer.bound_duals,
            solver=answer.solver,
            chain=answer.chain,
        )

    def _unsolved(self, answer: QpAnswer) -> ConvexAnswer:
        return ConvexAnswer("infeasible" if answer.outcome == "infeasible" else "failed", chain=answer.chain)

    def _least(
        self, floor_annual_frac: float | None, center: Vector | None, box: tuple[Vector, Vector] | None
    ) -> ConvexAnswer:
        """Return the least variance of w - center, with a floor on the return."""
        count = self.limits.universe.count
        linear = None
        if center is not None:
            linear = np.zeros(len(self.direction))
            linear[:count] = -self.pull_of(center)
        if floor_annual_frac is None:
            lower, upper = box or (None, None)
            answer = self.session.solve(linear=linear, lower=lower, upper=upper)
        else:
            answer = self.floored(floor_annual_frac - self.risk_free_annual_frac, box, linear)
            if answer.outcome == "infeasible":
                top = self.best_return(box)
                if top.outcome != "solved":
                    return ConvexAnswer("infeasible")
                best = self.best_excess(top) * self.excess_scale + self.risk_free_annual_frac
                return ConvexAnswer("floor_too_high", best_return_annual_frac=best)
        if answer.outcome != "solved":
            return self._unsolved(answer)
        away = self._weights(answer) - (0.0 if center is None else center)
        return self._proven(answer, self.estimates.volatility_annual_frac(away) ** 2, 0.0)

    def _best_ratio(self, box: tuple[Vector, Vector] | None) -> ConvexAnswer:
        start = self.tilted(0.0, box)
        if start.outcome != "solved":
            return self._unsolved(start)
        variance, excess = self._figures(start)
        is_neutral = variance <= RISKLESS
        if excess <= 1e-9 or is_neutral:
            top = self.best_return(box)
            best = self.best_excess(top) if top.outcome == "solved" else -np.inf
            if best <= 1e-9:
                best_return = best * self.excess_scale + self.risk_free_annual_frac
                return ConvexAnswer("no_excess_return", best_return_annual_frac=best_return)
            if is_neutral and excess > 1e-9:
                return ConvexAnswer("riskless_excess")
            guess = float(top.x @ (self.curve @ top.x)) / best
        else:
            guess = variance / excess

        least = variance

        def gap(answer: QpAnswer, tilt: float) -> float:
            own_variance, own_excess = self._figures(answer)
            return (own_variance - tilt * own_excess) / least

        root = (0.0, 1.0)
        answer = self._shrink(guess, box) if is_neutral else self._rooted(gap, lambda t: t, root, guess, box)[1]
        if answer.outcome != "solved":
            return self._unsolved(answer)
        variance, excess = self._figures(answer)
        if variance <= RISKLESS or excess <= 0.0:
            return ConvexAnswer("riskless_excess" if excess > 0.0 else "failed", chain=answer.chain)
        ratio = excess * self.excess_scale / np.sqrt(variance * self.variance_scale)
        return self._proven(answer, -float(ratio), variance / excess)

    def _best_return_under(self, goal: ReturnGoal, box: tuple[Vector, Vector] | None) -> ConvexAnswer:
        ceiling = goal.volatility_max_annual_frac**2 / self.variance_scale
        start = self.tilted(0.0, box)
        if start.outcome != "solved":
            return self._unsolved(start)
        least, _ = self._figures(start)
        if least > ceiling * (1.0 + REACHED) ** 2:
            return ConvexAnswer(
                "ceiling_too_low", least_volatility_annual_frac=float(np.sqrt(least * self.variance_scale))
            )
        top = self.best_return(box)
        if top.outcome != "solved":
            return ConvexAnswer("failed")
        highest = self.best_excess(top)
        calm = self.floored(highest * self.excess_scale * (1.0 if highest < 0 else 1.0 - 1e-12), box)
        if calm.outcome == "solved" and self._figures(calm)[0] <= ceiling:
            objective = -self._figures(calm)[1] * self.excess_scale
            return ConvexAnswer(
                "solved",
                objective,
                self._weights(calm),
                np.inf,
                top.row_duals,
                top.bound_duals,
                solver="highs",
                chain=calm.chain,
            )
        if least >= ceiling * (1.0 - 1e-9):
            return self._proven(start, -self._figures(start)[1] * self.excess_scale, 0.0)

        def gap(answer: QpAnswer, tilt: float) -> float:
            return 1.0 - self._figures(answer)[0] / ceiling

        tilt, answer = self._rooted(gap, lambda t: t * t, (0.0, 1.0 - least / ceiling), 1.0, box)
        if answer.outcome != "solved":
            return self._unsolved(answer)
        return self._proven(answer, -self._figures(answer)[1] * self.excess_scale, tilt)

    def _rooted(
        self,
        gap: Callable[[QpAnswer, float], float],
        stretch: Callable[[float], float],
        start: tuple[float, float],
        guess: float,
        box: tuple[Vector, Vector] | None,
    ) -> tuple[float, QpAnswer]:
        """Return tilt and answer where the gap is zero; only the last answer is checked, unless it fails."""
        found = find_root(lambda tilt: self.tilted(tilt, box, is_step=True), gap, stretch, start, guess)
        if found[1].outcome == "solved" and self.session.is_sound(found[1]):
            return found
        return find_root(lambda tilt: self.tilted(tilt, box), gap, stretch, start, guess)

    def _shrink(self, tilt: float, box: tuple[Vector, Vector] | None) -> QpAnswer:
        """Return the answer of the largest tilt that equals σ²/(eᵀw), for portfolios that may shrink to nothing."""
        answer = self.tilted(tilt, box)
        for _ in range(ROOT_STEPS_COUNT):
            if answer.outcome != "solved":
                break
            variance, excess = self._figures(answer)
            following = variance / excess if excess > 0.0 else 0.0
            if following <= 0.0 or abs(following - tilt) <= 1e-11 * tilt:
                break
            tilt = following
            answer = self.tilted(tilt, box)
        return answer
