"""Where is the surface of convex objectives that no critical line reaches, point by point under levels of the others?

One objective is made least while each of the others is held at or under a level (Haimes, Lasdon and Wismer 1971). The
goals, ceilings and solvers are those of a single optimization, so every point has the same proof. Levels of expected
return are laid first: the risks that trade off at one return seldom reach the returns at which others do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.kernel.forms import (
    AbsoluteRow,
    ActiveRiskGoal,
    Estimates,
    Goal,
    Matrix,
    ReturnGoal,
    RiskLimit,
    Row,
    TailGoal,
    TailLimit,
    TradingCosts,
    VarianceGoal,
    Vector,
)
from engine.optimize.compile import LimitSet
from engine.optimize.core import Core
from engine.optimize.lift import Lifting
from engine.optimize.linear import solve_linear
from engine.optimize.roads import road
from engine.pareto.measures import Measure
from engine.pareto.ties import Ties

ANY_VOLATILITY = 100.0  # a ceiling that nothing reaches
POINTS_MAX_COUNT = 400
STILL = 1e-9  # of the size of a value: less is no range
LEVELS_MIN_COUNT = 3
ROOM = 1e-9  # of a level, so that the best value itself can be one
GOAL_ORDER = (
    "volatility",
    "tracking_error",
    "semi_deviation",
    "cvar",
    "cdar",
    "max_drawdown",
    "return",
    "esg",
    "yield",
)


@dataclass(frozen=True, eq=False)
class Swept:
    """Portfolios, shape (k, n), residuals, shape (k,), how many programs were solved, and how many to no answer."""

    weights: Matrix
    residuals: Vector
    solves_count: int
    failed_count: int


class Sweep:
    """Solves for the least of one objective under levels of the others.

    Parameters
    ----------
    measures
        None searched, and not only absolute ones.
    estimates, limits, risk_free_annual_frac
        The figures and the convex hull of the limits, ceilings included.
    costs
        What the return is counted after, or None.
    breaks_ties
        Whether a portfolio gives way to one with the same risk that is better in other objectives.

    """

    def __init__(
        self,
        measures: Sequence[Measure],
        estimates: Estimates,
        limits: LimitSet,
        risk_free_annual_frac: float,
        costs: TradingCosts | None,
        *,
        breaks_ties: bool = True,
    ) -> None:
        self.measures = tuple(measures)
        self.estimates, self.limits, self.rate, self.costs = estimates, limits, risk_free_annual_frac, costs
        ranked = [one for kind in GOAL_ORDER for one in measures if one.kind == kind]
        self.goal = ranked[0]
        others = [one for one in measures if one is not self.goal]
        self.others = sorted(others, key=lambda one: one.kind != "return")
        self.solves_count = self.failed_count = 0
        self.residual = np.nan  # of the last answer; NaN where its solver has no multipliers
        self._cores: dict[tuple[float, ...], tuple[Core, Goal]] = {}
        self._ties = Ties(measures, estimates, limits, costs) if breaks_ties else None

    def least(self, levels: Sequence[float]) -> Vector | None:
        """Return the weights of the least goal at or under levels of the others' costs, infinite where open.

        None where none keeps them, or no solver found it.
        """
        floor = None
        kept = []
        for one, level in zip(self.others, levels, strict=True):
            if one.kind == "return" and np.isfinite(level):
                floor = -level
                kept.append(np.inf)
            else:
                kept.append(level)
        key = tuple(kept)
        if key not in self._cores:
            self._cores = {key: self._core(self.goal, self._under(kept))}
        core, goal = self._cores[key]
        if floor is not None and isinstance(goal, VarianceGoal | ActiveRiskGoal | TailGoal):
            goal = replace(goal, return_min_annual_frac=floor - ROOM * max(1.0, abs(floor)))
        return self._untied(self._answer(core, goal), self.goal, levels)

    def under(
        self, levels: Sequence[tuple[Measure, float]], first: int, steps_count: int, on_solve: Callable[[float], None]
    ) -> Swept:
        """Return portfolios under levels of the other objectives, infinite where open.

        Parameters
        ----------
        levels
            In the order in which levels are nested from now on.
        first
            From which of them on levels are laid; those before it stay as they are.
        steps_count
            How many levels of each.
        on_solve
            Called after each portfolio with 1.

        """
        self.others, self._cores = [one for one, _ in levels], {}
        found, residuals = [], []
        for weights, residual in self._points(tuple(level for _, level in levels), first, steps_count):
            found.append(weights)
            residuals.append(residual)
            on_solve(1.0)
        made = np.array(found).reshape(-1, self.limits.universe.count)
        return Swept(made, np.array(residuals), self.solves_count, self.failed_count)

    def sampled(self, points_count: int, on_solve: Callable[[float], None]) -> Swept:
        """Return portfolios at levels between the best values of each objective under the levels of those before it.

        Parameters
        ----------
        points_count
            How many are wanted, at most about `POINTS_MAX_COUNT`.
        on_solve
            Called with the share done.

        """
        wanted = min(points_count, POINTS_MAX_COUNT) ** (1.0 / len(self.others))
        steps_count = max(LEVELS_MIN_COUNT, int(np.ceil(wanted - 1e-9)) - 1)
        most = (steps_count + 1) ** len(self.others)
        found, residuals = [], []
        for done, (weights, residual) in enumerate(self._points((np.inf,) * len(self.others), 0, steps_count)):
            found.append(weights)
            residuals.append(residual)
            on_solve(min((done + 1) / most, 1.0))
        made = np.array(found).reshape(-1, self.limits.universe.count)
        return Swept(made, np.array(residuals), self.solves_count, self.failed_count)

    def _points(self, levels: tuple[float, ...], first: int, steps_count: int) -> Iterator[tuple[Vector, float]]:
        """Yield the least goal under levels with its residual, then those under levels from objective `first` on."""
        weights = self.least(levels)
        if weights is None:
            return
        yield weights, self.residual
        for at in range(first, len(self.others)):
            one = self.others[at]
            found = self._best_under(one, levels)
            if found is None:
                continue
            best, worst = (float(cost) for cost in one.costs(np.array([found, weights])))
            if worst - best <= STILL * max(1.0, abs(best), abs(worst)):
                continue
            yield (
                found,
                self.residual,
            )  # no worse in any objective than what its level leaves, or another one strikes it out
            first_step = 0 if one.form in ("linear", "absolute") else 1  # a bent level at its best leaves one portfolio
            for level in np.linspace(best, worst, steps_count + 1)[first_step:-1].tolist():
                yield from self._points((*levels[:at], level, *levels[at + 1 :]), at + 1, steps_count)

    def _best_under(self, one: Measure, levels: tuple[float, ...]) -> Vector | None:
        """Return the weights that are best in one of the others under levels of the rest; None where not found."""
        limits = self._under(levels)
        if one.form == "absolute":
            return self._untied(self._least_trade(one, limits), one, levels)
        return self._untied(self._answer(*self._core(one, limits)), one, levels)

    def _untied(self, weights: Vector | None, goal: Measure, levels: Sequence[float]) -> Vector | None:
        """Return the best of the portfolios that are as good in a goal under levels."""
        if weights is None or self._ties is None:
            return weights
        held = {id(one): level for one, level in zip(self.others, levels, strict=True)} | {id(goal): -np.inf}
        return self._ties.broken(weights, held)

    def _answer(self, core: Core, goal: Goal) -> Vector | None:
        self.solves_count += 1
        answer = core.solve(goal)
        if answer.outcome != "solved" or answer.weights_frac is None:
            self.failed_count += answer.outcome == "failed"
            return None
        kkt = core.residuals(goal, answer, answer.weights_frac, (core.limits.lower_frac, core.limits.upper_frac))
        self.residual = np.nan if kkt is None else kkt.worst
        return answer.weights_frac

    def _core(self, one: Measure, limits: LimitSet) -> tuple[Core, Goal]:
        """Return the road to the best of one objective under limits."""
        estimates, rate, costs = self.estimates, self.rate, self.costs
        goal: Goal
        if one.form == "tail":
            assert one.tail is not None
            goal = TailGoal(one.tail, one.level)
        elif one.form == "quadratic":
            goal = VarianceGoal() if one.center is None else ActiveRiskGoal()
        else:
            goal = ReturnGoal(ANY_VOLATILITY)
            if one.kind != "return":
                assert one.coefficients is not None
                size = max(float(np.abs(one.coefficients).max()), 1e-12)
                estimates = replace(estimates, returns_annual_frac=-one.sign * one.coefficients / size)
                rate, costs = 0.0, None
        return road(estimates, limits, rate, goal, costs)

    def _under(self, levels: Sequence[float]) -> LimitSet:
        """Return the limits and, for each finite level, one more."""
        rows, absolute, risks, tails = [], [], [], []
        for one, level in zip(self.others, levels, strict=True):
            if not np.isfinite(level):
                continue
            if one.form == "linear":
                assert one.coefficients is not None
                size = max(float(np.abs(one.coefficients).max()), 1e-12)
                slopes, side = one.sign * one.coefficients / size, (level - one.sign * one.constant) / size
                rows.append(Row(one.label, "pareto_level", "portfolio", slopes, -np.inf, side + ROOM))
            elif one.form == "absolute":
                assert one.coefficients is not None
                assert one.center is not None
                side = level - one.constant + ROOM
                absolute.append(AbsoluteRow(one.label, "pareto_level", "portfolio", one.coefficients, one.center, side))
            elif one.form == "quadratic":
                center = np.zeros(self.limits.universe.count) if one.center is None else one.center
                risks.append(RiskLimit(one.label, "pareto_level", "portfolio", center, level * (1.0 + ROOM) + 1e-12))
            else:
                assert one.tail is not None
                tails.append(
                    TailLimit(one.label, "pareto_level", "portfolio", one.tail, one.level, level * (1.0 + ROOM) + ROOM)
                )
        limits = self.limits
        return replace(
            limits,
            rows=(*limits.rows, *rows),
            absolute_rows=(*limits.absolute_rows, *absolute),
            risks=(*limits.risks, *risks),
            tails=(*limits.tails, *tails),
        )

    def _least_trade(self, one: Measure, limits: LimitSet) -> Vector | None:
        """Return the portfolio within the linear limits that is the least trade away; ceilings may forbid it."""
        assert one.coefficients is not None
        assert one.center is not None
        row = AbsoluteRow(one.label, "pareto_level", "portfolio", one.coefficients, one.center, ANY_VOLATILITY)
        lifting = Lifting(replace(limits, absolute_rows=(*limits.absolute_rows, row)))
        rows = lifting.rows(np.zeros(lifting.width))
        cost = lifting.parts_of(one.center).row(one.coefficients, lifting.width)[0]
        box = rows.bounds(limits.lower_frac, limits.upper_frac)
        found = solve_linear(cost, rows.matrix, rows.row_lower, rows.row_upper, *box)
        self.solves_count += 1
        self.residual = np.nan
        return found.x[: self.limits.universe.count] if found.outcome == "solved" else None
