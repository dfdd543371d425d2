"""Which exact points are there under the convex hull of the limits, and by which method?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.kernel.forms import (
    DiversificationGoal,
    Estimates,
    Goal,
    Matrix,
    RatioGoal,
    ReturnGoal,
    TradingCosts,
    Vector,
)
from engine.optimize.compile import LimitSet
from engine.optimize.convex import ConvexCore
from engine.optimize.inputs import Inputs
from engine.optimize.roads import road
from engine.pareto.measures import Measure
from engine.pareto.result import ParetoRoad
from engine.pareto.surface import Found, Surface, has_surface
from engine.pareto.sweep import ANY_VOLATILITY, Sweep, Swept

SEEDS_COUNT = 60
SAME_WEIGHT_FRAC = 1e-7


@dataclass(frozen=True, eq=False)
class Exact:
    """Portfolios, shape (k, n), with residuals (NaN where a solver has no multipliers), and how they were found.

    `is_proof` says whether each is proven in the objectives asked for: in all of them, or, on critical lines where it
    is unique, in those that a convex solver knows.
    """

    weights: Matrix
    residuals: Vector
    road: ParetoRoad | None
    solver: Surface | Sweep | None
    solves_count: int
    failed_count: int = 0
    why_not: str = ""
    is_infeasible: bool = False
    is_proof: bool = True


def exact_points(
    measures: Sequence[Measure],
    inputs: Inputs,
    limits: LimitSet,
    costs: TradingCosts | None,
    points_count: int,
    on_part: Callable[[float], None],
) -> Exact:
    """Return exact points of the convex objectives among the measures, under the hull of the limits.

    Where fewer than two are convex, expected return and volatility stand in. Ratios add the portfolios that are best in
    them alone.
    """
    hull = replace(limits, split={}, count=None) if limits.split or limits.count is not None else limits
    plain = ConvexCore(inputs.estimates, replace(hull, risks=(), tails=()), inputs.risk_free_annual_frac)
    if plain.best_return().outcome == "infeasible":
        return Exact(np.zeros((0, limits.universe.count)), np.zeros(0), None, None, 1, is_infeasible=True)
    convex = [one for one in measures if one.form != "searched"]
    is_whole = len(convex) == len(measures)
    wanted = points_count if is_whole else min(points_count, SEEDS_COUNT)
    is_stand_in = len(convex) < 2 or all(one.form == "absolute" for one in convex)
    if is_stand_in:
        convex = _stand_ins(convex, inputs, costs)
    rate = inputs.risk_free_annual_frac
    why_not = ""
    if has_surface(convex, hull):
        surface = Surface(convex, inputs.estimates, hull, rate, costs)
        found = surface.sampled(wanted, on_part)
        why_not = found.why_not
        if len(found.weights):
            made = _with_lost(surface, found, Sweep(convex, inputs.estimates, hull, rate, costs), wanted, on_part)
            ends = _best_ratios(measures, inputs, hull, costs)
            return Exact(
                np.concatenate([made.weights, ends]),
                np.append(made.residuals, np.full(len(ends), np.nan)),
                "critical_line",
                surface if is_whole else None,
                made.solves_count + len(ends),
                made.failed_count,
                is_proof=not is_stand_in,
            )
    sweep = Sweep(convex, inputs.estimates, hull, rate, costs)
    swept = sweep.sampled(wanted, on_part)
    ends = _best_ratios(measures, inputs, hull, costs) if len(swept.weights) else swept.weights
    return Exact(
        np.concatenate([swept.weights, ends]),
        np.append(swept.residuals, np.full(len(ends), np.nan)),
        "convex",
        sweep if is_whole else None,
        swept.solves_count + len(ends),
        swept.failed_count,
        why_not,
        is_infeasible=not len(swept.weights) and not swept.failed_count,
        is_proof=is_whole,
    )


def _with_lost(
    surface: Surface, found: Found, sweep: Sweep, points_count: int, on_part: Callable[[float], None]
) -> Swept:
    """Return the points of a surface and those of its lost lines, which are solved for one by one."""
    weights, residuals = [found.weights], [found.residuals]
    for levels, first in found.lost:
        pairs = [*zip(surface.others, levels, strict=True), (surface.reward, float("inf"))]
        swept = sweep.under(pairs, first, surface.steps_count(points_count), on_part)
        weights.append(swept.weights)
        residuals.append(swept.residuals)
    solves_count = found.solves_count + sweep.solves_count
    return Swept(np.concatenate(weights), np.concatenate(residuals), solves_count, sweep.failed_count)


def _best_ratios(measures: Sequence[Measure], inputs: Inputs, hull: LimitSet, costs: TradingCosts | None) -> Matrix:
    """Return the portfolio with the best of each ratio that is sought, shape (k, n), as an optimization finds it."""
    goals: dict[str, Goal] = {"sharpe": RatioGoal(), "diversification": DiversificationGoal()}
    found = []
    for one in measures:
        if one.kind in goals:
            counted = costs if one.kind == "sharpe" else None
            core, goal = road(inputs.estimates, hull, inputs.risk_free_annual_frac, goals[one.kind], counted)
            answer = core.solve(goal)
            if answer.outcome == "solved" and answer.weights_frac is not None:
                found.append(answer.weights_frac)
    return np.array(found).reshape(-1, hull.universe.count)


def leaves_one(estimates: Estimates, limits: LimitSet) -> bool:
    """Return whether the limits, ceilings included, leave but one portfolio.

    Two programs, up and down a direction in which no two portfolios are likely to be level.
    """
    hull = replace(limits, split={}, count=None)
    slopes = np.sqrt(np.arange(2.0, limits.universe.count + 2.0)) % 1.0
    ends = []
    for sign in (1.0, -1.0):
        core, goal = road(
            replace(estimates, returns_annual_frac=sign * slopes), hull, 0.0, ReturnGoal(ANY_VOLATILITY), None
        )
        answer = core.solve(goal)
        if answer.outcome != "solved" or answer.weights_frac is None:
            return False
        ends.append(answer.weights_frac)
    return bool(np.abs(ends[0] - ends[1]).max() <= SAME_WEIGHT_FRAC)


def _stand_ins(convex: Sequence[Measure], inputs: Inputs, costs: TradingCosts | None) -> list[Measure]:
    """Return a linear objective, expected return and volatility as measures, to begin a search from."""
    excess = inputs.estimates.returns_annual_frac - inputs.risk_free_annual_frac
    covariance = inputs.estimates.covariance_annual

    def risks(weights: Matrix) -> Vector:
        return np.asarray(np.sqrt(np.maximum(np.einsum("ki,ki->k", weights @ covariance, weights), 0.0)))

    def returns(weights: Matrix) -> Vector:
        gained = weights @ excess + inputs.risk_free_annual_frac
        if costs is not None:
            gained = gained - np.abs(weights - costs.center_frac) @ costs.rates_annual_frac
        return np.asarray(gained)

    share = 0.5
    rate = inputs.risk_free_annual_frac
    reward = Measure("return", "", -1.0, "annual_frac", share, "linear", returns, excess, None, rate)
    risk = Measure("volatility", "", 1.0, "annual_frac", share, "quadratic", risks)
    return [*(one for one in convex if one.form == "linear" and one.kind != "return"), reward, risk]
