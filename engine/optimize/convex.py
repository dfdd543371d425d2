"""Which weights are best for a goal when every limit is convex, and with which multipliers is that proven?

Everything is solved through one family of quadratic programs, min ½ wᵀΣw - λ eᵀw, with e the expected return above the
risk-free rate. Minimum volatility is λ = 0 (with a floor on eᵀw for a target return). The maximum Sharpe ratio is the λ
at which λ = σ²/(eᵀw), because then the program's optimality conditions are those of the ratio; the maximum return at a
volatility is the λ at which σ meets the ceiling. On a stretch of λ with the same limits active, w is affine in λ, so σ²
- λ eᵀw is affine in λ and σ² is affine in λ²: the secant step is exact once two points lie on the final stretch. Bounds
stay bounds, which the homogenized form (Charnes and Cooper 1962) turns into coupled rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.kernel.forms import Estimates, Goal, Matrix, RatioGoal, ReturnGoal, VarianceGoal, Vector
from engine.optimize.compile import LiftedRows, LimitSet, lift_rows
from engine.optimize.linear import LpAnswer, solve_linear
from engine.optimize.solvers import QpAnswer, QpSession, QuadraticProgram

RIDGE = 1e-10
SHORT_PART_RIDGE = 1e-8
RISKLESS = 1e-8  # of the mean variance: a volatility of a ten-thousandth of a typical asset
ROOT_TOLERANCE = 1e-13
INTERIOR_ROOT_TOLERANCE = 1e-9
ROOT_STEPS_COUNT = 80

Outcome = Literal[
    "solved",
    "infeasible",
    "failed",
    "no_excess_return",
    "riskless_excess",
    "ceiling_too_low",
    "floor_too_high",
    "search_ended",
]


@dataclass(frozen=True, eq=False)
class ConvexAnswer:
    """Best weights under convex limits.

    Attributes
    ----------
    outcome
        How it ended; weights are there only for ``"solved"``.
    objective
        Smaller is better: variance, minus Sharpe ratio, or minus expected excess return.
    weights_frac
        Shape (n,).
    tilt
        λ above; infinite when the return alone decides (the multipliers are then those of the linear program).
    row_duals, bound_duals
        Multipliers of the lifted rows and bounds, in scaled units.
    best_return_annual_frac, least_volatility_annual_frac
        What was reachable, where that explains the outcome.

    """

    outcome: Outcome
    objective: float = np.inf
    weights_frac: Vector | None = None
    tilt: float = 0.0
    row_duals: Vector | None = None
    bound_duals: Vector | None = None
    solver: str = "none"
    chain: tuple[str, ...] = ()
    best_return_annual_frac: float | None = None
    least_volatility_annual_frac: float | None = None


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

    """

    def __init__(self, estimates: Estimates, limits: LimitSet, risk_free_annual_frac: float) -> None:
        self.estimates, self.limits = estimates, limits
        self.risk_free_annual_frac = risk_free_annual_frac
        covariance = estimates.covariance_annual
        excess = estimates.returns_annual_frac - risk_free_annual_frac
        count = limits.universe.count
        self.variance_scale = max(float(np.mean(np.diag(covariance))), 1e-12)
        self.excess_scale = max(float(np.abs(excess).max(initial=0.0)), 1e-12)
        self.excess = excess / self.excess_scale
        self.lifted: LiftedRows = lift_rows(limits, self.excess)
        width = self.lifted.matrix.shape[1]
        quadratic = np.zeros((width, width))
        quadratic[:count, :count] = covariance / self.variance_scale
        quadratic[np.arange(count), np.arange(count)] += RIDGE
        shorts = np.arange(count, width)
        quadratic[shorts, shorts] = SHORT_PART_RIDGE
        self.quadratic: Matrix = quadratic
        self.direction: Vector = np.concatenate([self.excess, np.zeros(width - count)])
        self.box = self.lifted.bounds(limits.lower_frac, limits.upper_frac)
        lower, upper = self.box
        self.session = QpSession(
            QuadraticProgram(
                quadratic,
                np.zeros(width),
                self.lifted.matrix,
                self.lifted.row_lower,
                self.lifted.row_upper,
                lower,
                upper,
            ),
            is_sparse_in_steps=not len(self.lifted.shorts),
        )

    def excess_annual_frac(self, weights: Vector) -> float:
        """Return eᵀw in annual terms."""
        return float(self.excess @ weights) * self.excess_scale

    def return_annual_frac(self, weights: Vector) -> float:
        """Return the expected annual return, cash included."""
        return self.excess_annual_frac(weights) + self.risk_free_annual_frac

    def volatility_annual_frac(self, weights: Vector) -> float:
        """Return the expected annual volatility."""
        variance = float(weights @ self.estimates.covariance_annual @ weights)
        return float(np.sqrt(max(variance, 0.0)))

    def score(self, goal: Goal, weights: Vector) -> float:
        """Return the figure that a goal is judged by: volatility, Sharpe ratio, or expected excess return."""
        if isinstance(goal, VarianceGoal):
            return self.volatility_annual_frac(weights)
        excess = self.excess_annual_frac(weights)
        return excess if isinstance(goal, ReturnGoal) else excess / max(self.volatility_annual_frac(weights), 1e-300)

    def best_return(self, box: tuple[Vector, Vector] | None = None) -> LpAnswer:
        """Return the linear program's answer for the highest expected return (value is minus scaled eᵀw)."""
        lower, upper = box or self.box
        return solve_linear(
            -self.direction, self.lifted.matrix, self.lifted.row_lower, self.lifted.row_upper, lower, upper
        )

    def floored(self, floor_excess_annual_frac: float, box: tuple[Vector, Vector] | None = None) -> QpAnswer:
        """Return the least variance among portfolios whose expected excess return is at least the floor."""
        row_lower = self.lifted.row_lower.copy()
        row_lower[LiftedRows.RETURN_FLOOR] = floor_excess_annual_frac / self.excess_scale
        lower, upper = box or (None, None)
        return self.session.solve(row_lower=row_lower, lower=lower, upper=upper)

    def tilted(self, tilt: float, box: tuple[Vector, Vector] | None = None) -> QpAnswer:
        """Return the answer of min ½ wᵀΣw - tilt eᵀw in scaled units."""
        lower, upper = box or (None, None)
        return self.session.solve(linear=-tilt * self.direction, lower=lower, upper=upper)

    def solve(self, goal: Goal, box: tuple[Vector, Vector] | None = None) -> ConvexAnswer:
        """Return the best weights for a goal within the box."""
        if isinstance(goal, VarianceGoal):
            return self._least_variance(goal, box)
        if isinstance(goal, RatioGoal):
            return self._best_ratio(box)
        return self._best_return_under(goal, box)

    def _weights(self, answer: QpAnswer) -> Vector:
        return answer.x[: self.limits.universe.count]

    def _figures(self, answer: QpAnswer) -> tuple[float, float]:
        """Return the scaled variance and scaled excess return of an answer."""
        x = answer.x
        return float(x @ self.quadratic @ x), float(self.direction @ x)

    def _proven(self, answer: QpAnswer, objective: float, tilt: float) -> ConvexAnswer:
        return ConvexAnswer(
            "solved",
            objective,
            self._weights(answer),
            tilt,
            answer.row_duals,
            answer.bound_duals,
            answer.solver,
            answer.chain,
        )

    def _unsolved(self, answer: QpAnswer) -> ConvexAnswer:
        return ConvexAnswer("infeasible" if answer.outcome == "infeasible" else "failed", chain=answer.chain)

    def _least_variance(self, goal: VarianceGoal, box: tuple[Vector, Vector] | None) -> ConvexAnswer:
        if goal.return_min_annual_frac is None:
            answer = self.tilted(0.0, box)
        else:
            floor = goal.return_min_annual_frac - self.risk_free_annual_frac
            answer = self.floored(floor, box)
            if answer.outcome == "infeasible":
                top = self.best_return(box)
                if top.outcome != "solved":
                    return ConvexAnswer("infeasible")
                best = -top.value * self.excess_scale + self.risk_free_annual_frac
                return ConvexAnswer("floor_too_high", best_return_annual_frac=best)
        if answer.outcome != "solved":
            return self._unsolved(answer)
        return self._proven(answer, self._figures(answer)[0] * self.variance_scale, 0.0)

    def _best_ratio(self, box: tuple[Vector, Vector] | None) -> ConvexAnswer:
        start = self.tilted(0.0, box)
        if start.outcome != "solved":
            return self._unsolved(start)
        variance, excess = self._figures(start)
        is_neutral = variance <= RISKLESS
        if excess <= 1e-9 or is_neutral:
            top = self.best_return(box)
            best = -top.value if top.outcome == "solved" else -np.inf
            if best <= 1e-9:
                best_return = best * self.excess_scale + self.risk_free_annual_frac
                return ConvexAnswer("no_excess_return", best_return_annual_frac=best_return)
            if is_neutral and excess > 1e-9:
                return ConvexAnswer("riskless_excess")
            guess = float(top.x @ self.quadratic @ top.x) / best
        else:
            guess = variance / excess

        least = variance

        def gap(answer: QpAnswer, tilt: float) -> float:
            own_variance, own_excess = self._figures(answer)
            return (own_variance - tilt * own_excess) / least

        root = (0.0, 1.0)
        answer = self._shrink(guess, box) if is_neutral else self._root(gap, lambda t: t, root, guess, box)[1]
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
        if least > ceiling * (1.0 + 1e-9):
            return ConvexAnswer(
                "ceiling_too_low", least_volatility_annual_frac=float(np.sqrt(least * self.variance_scale))
            )
        top = self.best_return(box)
        if top.outcome != "solved":
            return ConvexAnswer("failed")
        calm = self.floored(-top.value * self.excess_scale * (1.0 if top.value > 0 else 1.0 - 1e-12), box)
        if calm.outcome == "solved" and self._figures(calm)[0] <= ceiling:
            objective = -self._figures(calm)[1] * self.excess_scale
            return ConvexAnswer(
                "solved", objective, self._weights(calm), np.inf, top.row_duals, top.bound_duals, "highs", calm.chain
            )
        if least >= ceiling * (1.0 - 1e-9):
            return self._proven(start, -self._figures(start)[1] * self.excess_scale, 0.0)

        def gap(answer: QpAnswer, tilt: float) -> float:
            return 1.0 - self._figures(answer)[0] / ceiling

        tilt, answer = self._root(gap, lambda t: t * t, (0.0, 1.0 - least / ceiling), 1.0, box)
        if answer.outcome != "solved":
            return self._unsolved(answer)
        return self._proven(answer, -self._figures(answer)[1] * self.excess_scale, tilt)

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

    def _root(
        self,
        gap: Callable[[QpAnswer, float], float],
        stretch: Callable[[float], float],
        start: tuple[float, float],
        guess: float,
        box: tuple[Vector, Vector] | None,
    ) -> tuple[float, QpAnswer]:
        """Return the tilt at which a gap that falls from positive to negative is zero, with its answer.

        Secant steps in ``stretch(tilt)``, in which the gap is affine on each stretch, kept inside a bracket; a bracket
        side that stays twice gives way to bisection.
        """
        low, low_gap = start
        high, high_gap = np.inf, -np.inf
        previous = start
        tilt = guess
        answer = self.tilted(tilt, box)
        was_above: bool | None = None
        streak = 0
        for _ in range(ROOT_STEPS_COUNT):
            if answer.outcome != "solved":
                break
            value = gap(answer, tilt)
            is_above = value > 0.0
            streak = streak + 1 if is_above == was_above else 0
            was_above = is_above
            if is_above:
                low, low_gap = tilt, value
            else:
                high, high_gap = tilt, value
            tolerance = ROOT_TOLERANCE if answer.solver == "daqp" else INTERIOR_ROOT_TOLERANCE
            if abs(value) <= tolerance or high - low <= 1e-15 * max(low, 1.0):
                break
            following = _secant(previous, (tilt, value), stretch)
            if not low < following < high and np.isfinite(high):
                following = _secant((low, low_gap), (high, high_gap), stretch)
            if not low < following < high or streak > 8:
                following = 0.5 * (low + high) if np.isfinite(high) else 4.0 * tilt
            previous = (tilt, value)
            tilt = following
            answer = self.tilted(tilt, box)
        return tilt, answer


def _secant(one: tuple[float, float], two: tuple[float, float], stretch: Callable[[float], float]) -> float:
    """Return where the line through two points, straight in ``stretch(tilt)``, crosses zero."""
    first, second = stretch(one[0]), stretch(two[0])
    if one[1] == two[1]:
        return np.nan
    crossing = second - two[1] * (second - first) / (two[1] - one[1])
    if not np.isfinite(crossing) or crossing <= 0.0:
        return np.nan
    return float(crossing) if stretch(2.0) == 2.0 else float(np.sqrt(crossing))
