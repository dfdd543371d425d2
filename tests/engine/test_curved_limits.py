"""Are risk ceilings, market impact and worst cases solved exactly, and are their prices true?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.kernel.forms import (
    AbsoluteRow,
    ActiveRiskGoal,
    Estimates,
    Goal,
    RatioGoal,
    ReturnGoal,
    RiskLimit,
    RobustGoal,
    Row,
    ShortBudget,
    TradingCosts,
    Universe,
    UtilityGoal,
    VarianceGoal,
)
from engine.optimize.compile import LimitSet
from engine.optimize.conic import ConicCore
from engine.optimize.convex import ConvexCore

N = 12
RATE = 0.02
TURNOVER = 0.3


def world(seed: int = 0, *, shorts: bool = False, count: int = N) -> tuple[Estimates, LimitSet]:
    """Return figures and limits: 30% cap, two groups, current weights and a benchmark."""
    rng = np.random.default_rng(seed)
    loadings = rng.normal(0.6, 0.5, (count, 3))
    covariance = 0.02 * loadings @ loadings.T + np.diag(rng.uniform(0.01, 0.08, count))
    returns = rng.uniform(0.01, 0.16, count)
    held, benchmark = rng.dirichlet(np.ones(count)), rng.dirichlet(np.full(count, 3.0))
    universe = Universe(
        tuple(f"A{i}" for i in range(count)), current_weights_frac=held, benchmark_weights_frac=benchmark
    )
    low = np.full(count, -0.2 if shorts else 0.0)
    high = np.full(count, 0.3)
    first = (np.arange(count) < count // 2).astype(float)
    rows = (Row("First half", "group_limit", "first", first, 0.2, 0.55),)
    limits = LimitSet(
        universe=universe,
        net_frac=1.0,
        lower_frac=low,
        upper_frac=high,
        rows=rows,
        short_budget=ShortBudget(1.5, 0.25) if shorts else None,
        minimum_frac=np.zeros(count),
        notes=(),
    )
    return Estimates(returns, covariance), limits


def tracking(limits: LimitSet, most: float) -> RiskLimit:
    benchmark = limits.universe.benchmark_weights_frac
    assert benchmark is not None
    return RiskLimit("Tracking error", "tracking_error", "benchmark", benchmark, most)


def costs_of(limits: LimitSet, *, impact: float = 0.0) -> TradingCosts:
    held = limits.universe.current_weights_frac
    assert held is not None
    return TradingCosts(held, np.linspace(0.0005, 0.004, len(held)), np.full(len(held), impact))


def second_route(
    estimates: Estimates, limits: LimitSet, goal: Goal, costs: TradingCosts | None, *, years: float = 1.0
) -> Any:
    """Solve the same problem as written on paper, through cvxpy and SCS or Clarabel; return the weights."""
    import cvxpy as cp

    count = limits.universe.count
    w = cp.Variable(count)
    root = np.linalg.cholesky(estimates.covariance_annual).T
    excess = (estimates.returns_annual_frac - RATE) @ w
    if costs is not None:
        away = cp.abs(w - costs.center_frac)
        excess = excess - costs.rates_annual_frac @ away
        if costs.has_impact:
            excess = excess - costs.impacts_annual_frac @ cp.power(away, 1.5)
    rules = [cp.sum(w) == 1.0, w >= limits.lower_frac, w <= limits.upper_frac]
    for row in limits.rows:
        rules += [row.coefficients @ w >= row.lower_frac, row.coefficients @ w <= row.upper_frac]
    for row in limits.absolute_rows:
        rules.append(row.coefficients @ cp.abs(w - row.center_frac) <= row.upper_frac)
    if limits.short_budget is not None:
        rules += [cp.norm1(w) <= limits.short_budget.gross_max_frac, cp.sum(cp.neg(w)) <= 0.25]
    for risk in limits.risks:
        rules.append(cp.norm(root @ (w - risk.center_frac)) <= risk.upper_annual_frac)
    spread = cp.norm(root @ w)
    if isinstance(goal, VarianceGoal | ActiveRiskGoal):
        center = limits.universe.benchmark_weights_frac if isinstance(goal, ActiveRiskGoal) else np.zeros(count)
        if goal.return_min_annual_frac is not None:
            rules.append(excess >= goal.return_min_annual_frac - RATE)
        target = cp.Minimize(1e2 * cp.sum_squares(root @ (w - center)))
    elif isinstance(goal, UtilityGoal):
        target = cp.Maximize(excess - 0.5 * goal.risk_aversion * cp.sum_squares(root @ w))
    elif isinstance(goal, RobustGoal):
        worst = excess - goal.uncertainty / np.sqrt(years) * spread
        target = cp.Maximize(worst - 0.5 * goal.risk_aversion * cp.sum_squares(root @ w))
    elif isinstance(goal, ReturnGoal):
        rules.append(spread <= goal.volatility_max_annual_frac)
        target = cp.Maximize(excess)
    else:
        raise TypeError(goal)
    problem = cp.Problem(target, rules)
    problem.solve(solver=cp.CLARABEL, tol_gap_abs=1e-9, tol_gap_rel=1e-9, tol_feas=1e-9)
    assert problem.status == "optimal"
    return w.value


CASES = [
    ("tracking error", VarianceGoal(), 0.03, False, 0.0),
    ("tracking error and a target", VarianceGoal(0.07), 0.05, False, 0.0),
    ("volatility ceiling of a return", ReturnGoal(0.16), 0.05, False, 0.0),
    ("utility with costs", UtilityGoal(4.0), 0.06, True, 0.0),
    ("utility with impact", UtilityGoal(4.0), 0.2, True, 0.03),
    ("return with impact", ReturnGoal(0.17), 0.2, True, 0.03),
    ("target with impact", VarianceGoal(0.075), 0.2, True, 0.02),
    ("least tracking error with a target", ActiveRiskGoal(0.09), 0.2, False, 0.0),
    ("worst case", RobustGoal(0.5, 3.0), 0.2, False, 0.0),
    ("worst case near the benchmark", RobustGoal(0.5, 3.0), 0.04, True, 0.01),
]


@pytest.mark.parametrize("shorts", [False, True], ids=["long-only", "long-short"])
@pytest.mark.parametrize(("name", "goal", "most", "has_costs", "impact"), CASES, ids=[case[0] for case in CASES])
def test_curved_problems_agree_with_the_problem_as_written(
    name: str, goal: Goal, most: float, has_costs: bool, impact: float, shorts: bool
) -> None:
    estimates, limits = world(3, shorts=shorts)
    limits = replace(limits, risks=(tracking(limits, most),))
    costs = costs_of(limits, impact=impact) if has_costs else None
    core = ConicCore(estimates, limits, RATE, costs)
    answer = core.solve(goal)
    assert answer.outcome == "solved", name
    assert answer.weights_frac is not None
    expected = second_route(estimates, limits, goal, costs)
    assert core.score(goal, answer.weights_frac) == pytest.approx(core.score(goal, expected), abs=1e-7)
    residuals = core.residuals(goal, answer, answer.weights_frac, (limits.lower_frac, limits.upper_frac))
    assert residuals is not None
    assert residuals.worst < 2e-6, residuals


@pytest.mark.parametrize("shorts", [False, True], ids=["long-only", "long-short"])
@pytest.mark.parametrize("impact", [0.0, 0.03])
@pytest.mark.parametrize("most", [0.03, 0.5])
def test_the_best_ratio_under_curved_limits_cannot_be_improved(most: float, impact: float, shorts: bool) -> None:
    """The best ratio S makes max (excess - S volatility) zero: one more convex problem, solved through cvxpy."""
    import cvxpy as cp

    estimates, limits = world(5, shorts=shorts)
    limits = replace(limits, risks=(tracking(limits, most),))
    costs = costs_of(limits, impact=impact)
    core = ConicCore(estimates, limits, RATE, costs)
    answer = core.solve(RatioGoal())
    assert answer.weights_frac is not None
    ratio = core.score(RatioGoal(), answer.weights_frac)
    residuals = core.residuals(RatioGoal(), answer, answer.weights_frac, (limits.lower_frac, limits.upper_frac))
    assert residuals is not None
    assert residuals.worst < 2e-6, residuals
    w = cp.Variable(N)
    root = np.linalg.cholesky(estimates.covariance_annual).T
    away = cp.abs(w - costs.center_frac)
    excess = (estimates.returns_annual_frac - RATE) @ w - costs.rates_annual_frac @ away
    if impact:
        excess = excess - costs.impacts_annual_frac @ cp.power(away, 1.5)
    row = limits.rows[0]
    rules = [cp.sum(w) == 1.0, w >= limits.lower_frac, w <= 0.3]
    rules += [row.coefficients @ w >= 0.2, row.coefficients @ w <= 0.55]
    rules.append(cp.norm(root @ (w - limits.risks[0].center_frac)) <= most)
    if shorts:
        rules += [cp.norm1(w) <= 1.5, cp.sum(cp.neg(w)) <= 0.25]
    best = cp.Problem(cp.Maximize(excess - ratio * cp.norm(root @ w)), rules).solve(solver=cp.CLARABEL)
    assert abs(best) < 1e-7


def test_parametric_and_conic_roads_agree_where_both_go() -> None:
    for seed in range(4):
        estimates, limits = world(seed, shorts=seed % 2 == 1)
        held = limits.universe.current_weights_frac
        assert held is not None
        turnover = AbsoluteRow("Turnover", "turnover", "portfolio", np.full(N, 0.5), held, 0.25)
        limits = replace(limits, absolute_rows=(turnover,))
        costs = costs_of(limits)
        for goal in (
            VarianceGoal(),
            VarianceGoal(0.06),
            RatioGoal(),
            UtilityGoal(3.0),
            ReturnGoal(0.15),
            ActiveRiskGoal(),
        ):
            fast = ConvexCore(estimates, limits, RATE, costs)
            slow = ConicCore(estimates, limits, RATE, costs)
            one, two = fast.solve(goal), slow.solve(goal)
            assert one.outcome == two.outcome, goal
            if one.weights_frac is None:
                continue
            assert two.weights_frac is not None
            assert fast.score(goal, one.weights_frac) == pytest.approx(fast.score(goal, two.weights_frac), abs=1e-7)
            box = (limits.lower_frac, limits.upper_frac)
            for core, answer in ((fast, one), (slow, two)):
                found = core.residuals(goal, answer, answer.weights_frac, box)
                assert found is not None
                assert found.worst < 2e-6, (goal, core, found)
            moved = float(np.abs(one.weights_frac - held).sum()) / 2.0
            assert moved <= 0.25 + 1e-8


GOALS = (VarianceGoal(), VarianceGoal(0.08), RatioGoal(), UtilityGoal(3.0), ReturnGoal(0.17), ActiveRiskGoal(0.1))


@pytest.mark.parametrize("most", [0.025, 0.06])
@pytest.mark.parametrize("goal", GOALS, ids=[f"{type(goal).__name__}-{n}" for n, goal in enumerate(GOALS)])
def test_each_price_is_what_the_figure_gains_when_the_limit_moves(goal: Goal, most: float) -> None:
    estimates, limits = world(7)
    held = limits.universe.current_weights_frac
    assert held is not None
    turnover = AbsoluteRow("Turnover", "turnover", "portfolio", np.full(N, 0.5), held, TURNOVER)
    limits = replace(limits, absolute_rows=(turnover,), risks=(tracking(limits, most),))
    core = ConicCore(estimates, limits, RATE)
    answer = core.solve(goal)
    assert answer.outcome == "solved"
    prices = core.prices(goal, answer)
    assert prices is not None
    step = 1e-4

    def figure(changed: LimitSet, asked: Goal = goal) -> float:
        other = ConicCore(estimates, changed, RATE)
        found = other.solve(asked)
        assert found.weights_frac is not None
        return other.score(asked, found.weights_frac)

    def slope(make: Any) -> float:
        return (figure(make(step)) - figure(make(-step))) / (2.0 * step)

    checked = 0
    row = limits.rows[0]
    pairs = [
        (
            prices.rows[2],
            lambda h: replace(limits, rows=(replace(row, upper_frac=0.55 + h, lower_frac=0.2 + h),)),
        ),
        (prices.rows[3], lambda h: replace(limits, absolute_rows=(replace(turnover, upper_frac=TURNOVER + h),))),
        (prices.risks[0], lambda h: replace(limits, risks=(tracking(limits, most + h),))),
    ]
    for place in np.flatnonzero(np.abs(prices.bounds[:N]) > 1e-4)[:4]:

        def bound(h: float, place: int = int(place)) -> LimitSet:
            low, high = limits.lower_frac.copy(), limits.upper_frac.copy()
            low[place] += h
            high[place] += h
            return replace(limits, lower_frac=low, upper_frac=high)

        pairs.append((prices.bounds[place], bound))
    for price, make in pairs:
        if abs(price) > 1e-4:
            assert slope(make) == pytest.approx(price, rel=2e-2, abs=2e-5)
            checked += 1
    if isinstance(goal, VarianceGoal | ActiveRiskGoal) and goal.return_min_annual_frac is not None:
        up, down = (replace(goal, return_min_annual_frac=goal.return_min_annual_frac + h) for h in (step, -step))
        assert (figure(limits, up) - figure(limits, down)) / (2.0 * step) == pytest.approx(
            prices.rows[1], rel=1e-3, abs=2e-5
        )
        checked += 1
    assert checked >= 1
