"""Are CVaR, CDaR, maximum drawdown and semi-deviation minimized exactly, with a proof, and as other solvers do?"""

from __future__ import annotations

from dataclasses import replace

import cvxpy as cp
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.kernel.forms import Estimates, Row, ShortBudget, TailGoal, TailKind, TradingCosts, Universe, VarianceGoal
from engine.optimize.compile import LimitSet, compile_limits
from engine.optimize.tail import TailAnswer, TailCore
from engine.optimize.tail_measures import active_scenarios, tail_cut, tail_value

TAILS: tuple[TailKind, ...] = ("cvar", "cdar", "max_drawdown", "semi_deviation")


def estimates_of(returns: np.ndarray) -> Estimates:
    covariance = np.atleast_2d(np.cov(returns.T)) * 252
    return Estimates(returns.mean(axis=0) * 252, covariance, history_frac=returns)


def plain_limits(count: int, lower: float = 0.0, upper: float = 1.0) -> LimitSet:
    base = compile_limits([], Universe(tuple(f"A{i}" for i in range(count))))
    return replace(base, lower_frac=np.full(count, lower), upper_frac=np.full(count, upper))


def sampled(count: int, periods: int, seed: int = 0, drift: float = 0.0003) -> np.ndarray:
    rng = np.random.default_rng(seed)
    factors = rng.normal(drift, 0.006, (periods, 3))
    return factors @ rng.normal(0.6, 0.5, (count, 3)).T + rng.normal(0.0, 0.012, (periods, count))


def measured(tail: str, level: float, series: np.ndarray) -> float:
    """The measures by plain loops, from their definitions."""
    if tail == "semi_deviation":
        mean = sum(series) / len(series)
        return (sum(max(0.0, mean - one) ** 2 for one in series) / len(series)) ** 0.5
    if tail == "cvar":
        losses = [-one for one in series]
    else:
        wealth = top = 0.0
        losses = []
        for one in series:
            wealth += one
            top = max(top, wealth)
            losses.append(top - wealth)
    losses = sorted(losses, reverse=True)
    if tail == "max_drawdown":
        return losses[0]
    left = held = round(len(losses) * (1.0 - level), 9)
    total = 0.0
    for loss in losses:
        total += min(left, 1.0) * loss
        left -= min(left, 1.0)
    return total / held


def whole_program(
    tail: str,
    level: float,
    returns: np.ndarray,
    limits: LimitSet,
    floor: float | None = None,
    gross: float | None = None,
) -> tuple[float, np.ndarray]:
    """The textbook program with every scenario, by Clarabel."""
    periods, count = returns.shape
    w, size = cp.Variable(count), float(np.std(returns)) or 1.0
    scaled = returns / size
    series = scaled @ w
    held = [cp.sum(w) == limits.net_frac, w >= limits.lower_frac, w <= limits.upper_frac]
    for row in limits.rows:
        if np.isfinite(row.upper_frac):
            held.append(row.coefficients @ w <= row.upper_frac)
        if np.isfinite(row.lower_frac):
            held.append(row.coefficients @ w >= row.lower_frac)
    if floor is not None:
        held.append(returns.mean(axis=0) * 252 @ w >= floor)
    if gross is not None:
        held.append(cp.norm1(w) <= gross)
    if tail == "semi_deviation":
        value = cp.sum_squares(cp.pos(-(scaled - scaled.mean(axis=0)) @ w)) / periods
    else:
        if tail == "cvar":
            losses = -series
        else:
            path = np.cumsum(scaled, axis=0) @ w
            top = cp.Variable(periods, nonneg=True)
            held += [top >= path, top[1:] >= top[:-1]]
            losses = top - path
        edge = cp.Variable()
        tails = cp.sum(cp.pos(losses - edge)) / round(periods * (1.0 - level), 9)
        value = cp.max(losses) if tail == "max_drawdown" else edge + tails
    problem = cp.Problem(cp.Minimize(value), held)
    problem.solve(solver="CLARABEL", tol_gap_abs=1e-10, tol_gap_rel=1e-10, tol_feas=1e-10)
    found = float(problem.value)
    return (max(found, 0.0) ** 0.5 if tail == "semi_deviation" else found) * size, np.array(w.value)


def assert_best(core: TailCore, goal: TailGoal, answer: TailAnswer, tolerance: float = 1e-7) -> None:
    assert answer.outcome == "solved", answer
    weights = answer.weights_frac
    assert weights is not None
    box = (core.limits.lower_frac, core.limits.upper_frac)
    found = core.residuals(goal, answer, weights, box)
    assert found is not None
    assert found.worst <= tolerance, found
    own = measured(goal.tail, goal.level, core.history @ weights)
    assert answer.objective == pytest.approx(own, abs=1e-12)


@pytest.mark.requirement("1.1.A2")
@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("floor", [None, 0.12])
def test_the_whole_program_of_another_solver_finds_nothing_better(tail: TailKind, floor: float | None) -> None:
    returns = sampled(12, 260)
    limits = plain_limits(12, 0.0, 0.3)
    rows = tuple(Row(f"S{k}", "sector", "S", (np.arange(12) % 3 == k) * 1.0, -np.inf, 0.45) for k in range(3))
    limits = replace(limits, rows=rows)
    goal = TailGoal(tail, 0.95, floor)
    core = TailCore(estimates_of(returns), limits, 0.0)
    answer = core.solve(goal)
    assert_best(core, goal, answer)
    value, _ = whole_program(tail, 0.95, returns, limits, floor)
    assert answer.objective == pytest.approx(value, abs=1e-7)
    if floor is not None:
        assert core.return_annual_frac(answer.weights_frac) >= floor - 1e-9


@pytest.mark.parametrize(
    ("tail", "measure"),
    [("cvar", "CVAR"), ("cdar", "CDAR"), ("max_drawdown", "MAX_DRAWDOWN"), ("semi_deviation", "SEMI_VARIANCE")],
)
def test_skfolio_finds_the_same_least_measure(panel, tail: TailKind, measure: str) -> None:
    from skfolio import RiskMeasure
    from skfolio.optimization import MeanRisk

    returns = panel.returns_frac[-500:]
    count = returns.shape[1]
    goal = TailGoal(tail, 0.95)
    core = TailCore(estimates_of(returns), plain_limits(count, 0.0, 0.25), 0.0)
    answer = core.solve(goal)
    assert_best(core, goal, answer)
    model = MeanRisk(risk_measure=RiskMeasure[measure], max_weights=0.25).fit(returns)
    theirs = tail_value(tail, 0.95, returns, model.weights_ / model.weights_.sum())
    assert answer.objective <= theirs + 1e-10
    assert answer.objective == pytest.approx(theirs, rel=1e-5, abs=1e-6)


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    tail=st.sampled_from(TAILS),
    count=st.integers(1, 9),
    periods=st.integers(2, 60),
    level=st.sampled_from([0.5, 0.75, 0.9, 0.95, 0.99]),
    shape=st.sampled_from(["plain", "coarse", "twins", "gains", "twin assets"]),
    seed=st.integers(0, 10_000),
    is_short=st.booleans(),
)
def test_small_and_awkward_histories_are_solved_with_proof(
    tail: TailKind, count: int, periods: int, level: float, shape: str, seed: int, is_short: bool
) -> None:
    returns = sampled(count, periods, seed)
    if shape == "coarse":
        returns = np.round(returns, 2)
    elif shape == "twins":
        returns = np.concatenate([returns, returns])
    elif shape == "gains":
        returns = np.abs(returns)
    elif shape == "twin assets":
        returns[:, -1] = returns[:, 0]
    limits = plain_limits(count, -0.3 if is_short and count > 1 else 0.0, 1.0)
    goal = TailGoal(tail, level)
    core = TailCore(estimates_of(returns), limits, 0.0)
    answer = core.solve(goal)
    assert_best(core, goal, answer)
    value, _ = whole_program(tail, level, returns, limits)
    assert answer.objective == pytest.approx(value, abs=1e-7)
    if shape == "gains" and tail == "cvar" and not is_short:
        assert answer.objective < 0.0


def test_a_gross_budget_binds_through_the_parts() -> None:
    returns = sampled(8, 200, 3)
    limits = replace(plain_limits(8, -0.5, 1.0), short_budget=ShortBudget(gross_max_frac=1.4, short_max_frac=None))
    for tail in TAILS:
        goal = TailGoal(tail, 0.9)
        core = TailCore(estimates_of(returns), limits, 0.0)
        answer = core.solve(goal)
        assert_best(core, goal, answer)
        value, _ = whole_program(tail, 0.9, returns, limits, gross=1.4)
        assert answer.objective == pytest.approx(value, abs=1e-7)
        assert np.abs(answer.weights_frac).sum() <= 1.4 + 1e-8


@pytest.mark.parametrize("tail", TAILS)
def test_a_sweep_gives_what_each_floor_alone_gives(tail: TailKind) -> None:
    returns = sampled(10, 300, 5)
    limits = plain_limits(10, 0.0, 0.4)
    goal = TailGoal(tail)
    core = TailCore(estimates_of(returns), limits, 0.0)
    top = -core.best_return().value * core.excess_scale
    least = core.return_annual_frac(core.solve(goal).weights_frac)
    floors = np.linspace(least, top, 8)
    answers = core.sweep(goal, floors)
    sizes = [answer.objective for answer in answers]
    assert sizes == sorted(sizes)
    for floor, answer in zip(floors, answers, strict=True):
        own = replace(goal, return_min_annual_frac=float(floor))
        assert_best(core, own, answer)
        assert answer.objective == pytest.approx(
            TailCore(estimates_of(returns), limits, 0.0).solve(own).objective, abs=1e-10
        )


@pytest.mark.parametrize("tail", TAILS)
def test_prices_are_what_solving_again_gives(tail: TailKind) -> None:
    returns = sampled(10, 300, 7)
    limits = plain_limits(10, 0.0, 0.4)
    rows = (Row("Three", "group", "three", (np.arange(10) < 3) * 1.0, 0.5, np.inf),)

    def least(side: float, floor: float) -> tuple[float, TailCore, TailAnswer, TailGoal]:
        goal = TailGoal(tail, 0.9, floor)
        core = TailCore(estimates_of(returns), replace(limits, rows=(replace(rows[0], lower_frac=side),)), 0.02)
        answer = core.solve(goal)
        return answer.objective, core, answer, goal

    step = 1e-6
    _, core, answer, goal = least(0.5, 0.1)
    prices = core.prices(goal, answer)
    assert prices is not None
    up, down = least(0.5 + step, 0.1)[0], least(0.5 - step, 0.1)[0]
    assert prices.rows[2] == pytest.approx((up - down) / (2 * step), rel=1e-3, abs=1e-6)
    up, down = least(0.5, 0.1 + step)[0], least(0.5, 0.1 - step)[0]
    assert prices.rows[1] == pytest.approx((up - down) / (2 * step), rel=1e-3, abs=1e-6)


def test_a_floor_out_of_reach_says_what_is_reachable() -> None:
    returns = sampled(6, 120, 2)
    limits = plain_limits(6, 0.0, 0.5)
    means = np.sort(returns.mean(axis=0) * 252)
    best = 0.5 * (means[-1] + means[-2])
    for tail in TAILS:
        core = TailCore(estimates_of(returns), limits, 0.0)
        answer = core.solve(TailGoal(tail, 0.95, best + 0.01))
        assert answer.outcome == "floor_too_high"
        assert answer.best_return_annual_frac == pytest.approx(best, abs=1e-9)
        exactly = TailGoal(tail, 0.95, best)
        assert_best(core, exactly, core.solve(exactly))
        assert core.solve(TailGoal(tail)).outcome == "solved"


def test_limits_that_cannot_hold_are_an_outcome() -> None:
    returns = sampled(4, 80)
    for tail in TAILS:
        core = TailCore(estimates_of(returns), plain_limits(4, 0.0, 0.2), 0.0)
        assert core.solve(TailGoal(tail)).outcome == "infeasible"


@pytest.mark.parametrize("tail", TAILS)
def test_boxes_are_narrowed_and_widened_again(tail: TailKind) -> None:
    returns = sampled(8, 150, 11)
    limits = plain_limits(8, 0.0, 0.5)
    core, goal = TailCore(estimates_of(returns), limits, 0.0), TailGoal(tail, 0.9)
    free = core.solve(goal)
    lower, upper = limits.lower_frac.copy(), limits.upper_frac.copy()
    upper[np.argmax(free.weights_frac)] = 0.0
    lower[np.argmin(free.weights_frac)] = 0.1
    narrow = core.solve(goal, core.lifted.bounds(lower, upper))
    found = core.residuals(goal, narrow, narrow.weights_frac, (lower, upper))
    assert found.worst <= 1e-7
    alone = TailCore(estimates_of(returns), replace(limits, lower_frac=lower, upper_frac=upper), 0.0).solve(goal)
    assert narrow.objective == pytest.approx(alone.objective, abs=1e-10)
    assert core.solve(goal).objective == pytest.approx(free.objective, abs=1e-10)


def test_the_same_question_has_the_same_answer_to_the_bit() -> None:
    returns = np.round(sampled(10, 200, 13), 2)
    for tail in TAILS:
        one, two = (
            TailCore(estimates_of(returns), plain_limits(10), 0.0).solve(TailGoal(tail)).weights_frac for _ in range(2)
        )
        assert np.array_equal(one, two)


def test_trading_costs_lower_the_return_that_a_floor_is_about() -> None:
    returns = sampled(6, 150, 17)
    limits = plain_limits(6, 0.0, 0.6)
    costs = TradingCosts(np.full(6, 1 / 6), np.full(6, 0.02), np.zeros(6))
    core = TailCore(estimates_of(returns), limits, 0.01, costs)
    free = core.solve(TailGoal("cvar", 0.9)).weights_frac
    goal = TailGoal("cvar", 0.9, core.net_excess_annual_frac(free) + 0.01 + 0.02)
    answer = core.solve(goal)
    assert_best(core, goal, answer)
    assert core.net_excess_annual_frac(answer.weights_frac) + 0.01 >= goal.return_min_annual_frac - 1e-9


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    tail=st.sampled_from(TAILS),
    count=st.integers(1, 6),
    periods=st.integers(1, 50),
    level=st.sampled_from([0.5, 0.8, 0.95, 0.99]),
    seed=st.integers(0, 10_000),
)
def test_a_cut_touches_the_measure_and_never_lies_above_it(
    tail: TailKind, count: int, periods: int, level: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    returns = np.round(rng.normal(0.0, 0.02, (periods, count)), 2 + seed % 3)
    weights = rng.normal(0.0, 1.0, count)
    value, slope = tail_cut(tail, level, returns, weights)
    assert value == pytest.approx(measured(tail, level, returns @ weights), abs=1e-12)
    assert value == pytest.approx(float(slope @ weights), abs=1e-12)
    for other in rng.normal(0.0, 1.0, (5, count)):
        assert measured(tail, level, returns @ other) >= float(slope @ other) - 1e-12
    block = active_scenarios(tail, level, returns, weights)
    losses = block.slopes @ weights
    if tail == "max_drawdown":
        assert losses.max() == pytest.approx(value, abs=1e-12)
    elif tail == "semi_deviation":
        assert np.sqrt(np.sum(np.maximum(losses, 0.0) ** 2) / block.tail_count) == pytest.approx(value, abs=1e-12)
    else:
        bounds = [a + np.maximum(losses - a, 0.0).sum() / block.tail_count for a in losses]
        assert min(bounds) == pytest.approx(value, abs=1e-10)


def test_other_goals_and_a_missing_history_are_refused() -> None:
    returns = sampled(3, 30)
    core = TailCore(estimates_of(returns), plain_limits(3), 0.0)
    with pytest.raises(TypeError, match="takes another road"):
        core.solve(VarianceGoal())
    with pytest.raises(ValueError, match="needs a history"):
        TailCore(replace(estimates_of(returns), history_frac=None), plain_limits(3), 0.0)
