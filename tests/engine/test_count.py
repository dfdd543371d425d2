"""Are answers with few or enough holdings the best of all choices, and is every stated gap true?"""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.constraints.long_short import LongShort
from engine.constraints.min_holding import MinHolding
from engine.constraints.position_bounds import PositionBounds
from engine.kernel.errors import Cancelled
from engine.kernel.forms import (
    ActiveRiskGoal,
    CountLimit,
    Estimates,
    Goal,
    RatioGoal,
    ReturnGoal,
    Universe,
    UtilityGoal,
    VarianceGoal,
)
from engine.optimize import count_search
from engine.optimize.compile import compile_limits
from engine.optimize.convex import ConvexCore
from engine.optimize.count_bound import Relaxation, diagonal_share
from engine.optimize.count_pieces import HELD_MIN_FRAC, pieces_of
from engine.optimize.count_program import program_of
from engine.optimize.semicontinuous import solve_with_gaps

GOALS: list[Goal] = [
    VarianceGoal(),
    VarianceGoal(0.12),
    RatioGoal(),
    ReturnGoal(0.25),
    UtilityGoal(3.0),
    ActiveRiskGoal(0.08),
]


def figures(count: int, seed: int) -> Estimates:
    rng = np.random.default_rng(seed)
    loadings = rng.normal(size=(count, 3))
    covariance = loadings @ loadings.T * 0.02 + np.diag(rng.uniform(0.01, 0.06, count))
    return Estimates(rng.normal(0.08, 0.06, count), covariance)


def core_of(
    estimates: Estimates,
    most: int | None = None,
    least: int | None = None,
    minimum: float = 0.0,
    maximum: float = 0.5,
    *,
    has_shorts: bool = False,
) -> ConvexCore:
    size = len(estimates.returns_annual_frac)
    limits = [PositionBounds(min_frac=0.0, max_frac=maximum)]
    limits += [MinHolding(min_frac=minimum)] if minimum else []
    limits += [LongShort(gross_max_frac=1.6, short_max_frac=0.3)] if has_shorts else []
    universe = Universe(tuple(f"A{i:03d}" for i in range(size)), benchmark_weights_frac=np.full(size, 1.0 / size))
    compiled = compile_limits(limits, universe)
    return ConvexCore(estimates, replace(compiled, count=CountLimit(most, least)), 0.0)


def best_by_enumeration(core: ConvexCore, goal: Goal) -> float:
    pieces, best = pieces_of(core.limits), np.inf
    for choice in itertools.product(*[range(last + 1) for last in pieces.final]):
        numbers = np.array(choice)
        held = int((numbers != pieces.zero).sum())
        lower, upper = pieces.hull(numbers, numbers)
        if not pieces.min_count <= held <= pieces.max_count or lower.sum() > 1.0 + 1e-9 or upper.sum() < 1.0 - 1e-9:
            continue
        best = min(best, core.solve(goal, core.lifted.bounds(lower, upper)).objective)
    return best


@pytest.mark.requirement("1.3.F3")
@pytest.mark.parametrize("goal", GOALS, ids=str)
@pytest.mark.parametrize(
    ("size", "most", "least", "minimum", "has_shorts"),
    [(10, 3, None, 0.0, False), (9, 4, None, 0.15, False), (8, 6, 4, 0.05, False), (5, 3, None, 0.1, True),
     (5, 2, 2, 0.15, True), (5, 3, None, 0.0, True)],
)  # fmt: skip
def test_the_search_equals_the_enumeration_of_every_choice(goal, size, most, least, minimum, has_shorts):
    core = core_of(figures(size, 11 * size + most), most, least, minimum, has_shorts=has_shorts)
    best = best_by_enumeration(core, goal)
    found = solve_with_gaps(core, goal)
    if np.isinf(best):
        assert found.answer.outcome in ("infeasible", "ceiling_too_low", "floor_too_high", "no_excess_return")
        return
    assert found.answer.objective == pytest.approx(best, rel=1e-7)
    assert found.gap_frac <= 1e-6
    held = np.abs(found.answer.weights_frac) > 1e-9
    assert held.sum() <= most
    assert held.sum() >= (least or 0)
    assert (np.abs(found.answer.weights_frac[held]) >= minimum - 1e-9).all()


@pytest.mark.parametrize("seed", range(12))
def test_random_limits_have_the_enumerated_optimum_and_early_ends_a_true_gap(seed):
    rng = np.random.default_rng(seed)
    has_shorts = seed % 3 == 2
    most = int(rng.integers(2, 5))
    least = [None, None, 2][seed % 3] if seed % 2 else None
    core = core_of(
        figures(5 if has_shorts else 7, seed), most, least, float(rng.choice([0.0, 0.05, 0.15])), has_shorts=has_shorts
    )
    for goal in GOALS:
        best = best_by_enumeration(core, goal)
        late = solve_with_gaps(core, goal)
        if np.isinf(best):
            assert late.answer.outcome != "solved"
            continue
        assert late.answer.objective == pytest.approx(best, rel=1e-7)
        for count in (1, 3, 7):
            early = solve_with_gaps(core, goal, nodes_max_count=count)
            if early.answer.outcome == "solved":
                assert early.answer.objective >= best - 1e-8 * abs(best)
                assert early.answer.objective - early.gap_frac * abs(early.answer.objective) <= best + 1e-9 * abs(best)


def test_an_early_end_states_a_gap_that_contains_the_proven_optimum(synthetic):
    window = synthetic(60, 400, 4)
    estimates = Estimates(window.returns_frac.mean(axis=0) * 252, np.cov(window.returns_frac.T) * 252)
    core = core_of(estimates, 8, None, 0.03, 0.25)
    early = solve_with_gaps(core, VarianceGoal(), nodes_max_count=12)
    late = solve_with_gaps(core, VarianceGoal())
    assert late.gap_frac <= 1e-6
    assert early.nodes_count < late.nodes_count
    assert early.gap_frac > 1e-4
    assert early.answer.objective * (1.0 - early.gap_frac) <= late.answer.objective * (1.0 + 1e-9)


def test_two_searches_are_the_same_to_the_last_bit(synthetic):
    window = synthetic(50)
    estimates = Estimates(window.returns_frac.mean(axis=0) * 252, np.cov(window.returns_frac.T) * 252)
    for goal in (VarianceGoal(), RatioGoal()):
        one, two = (solve_with_gaps(core_of(estimates, 8, None, 0.03, 0.25), goal) for _ in range(2))
        assert one.answer.weights_frac.tobytes() == two.answer.weights_frac.tobytes()
        assert (one.gap_frac, one.nodes_count) == (two.gap_frac, two.nodes_count)


def test_a_search_can_be_cancelled(synthetic):
    window = synthetic(50)
    estimates = Estimates(window.returns_frac.mean(axis=0) * 252, np.cov(window.returns_frac.T) * 252)

    def stop(count: int) -> None:
        raise Cancelled("asked to stop")

    with pytest.raises(Cancelled):
        solve_with_gaps(core_of(estimates, 8, None, 0.03, 0.25), VarianceGoal(), stop)


@pytest.mark.parametrize(
    ("most", "least", "minimum", "cause"),
    [(3, None, 0.0, "count"), (8, None, 0.26, "minimum"), (None, 6, 0.2, "minimum_and_count")],
)
def test_what_alone_rules_every_portfolio_out_is_named(most, least, minimum, cause):
    maximum = {"count": 0.3, "minimum": 0.3, "minimum_and_count": 0.5}[cause]
    found = solve_with_gaps(core_of(figures(8, 3), most, least, minimum, maximum), VarianceGoal())
    assert found.answer.outcome == "infeasible"
    assert found.cause == cause


def test_a_ceiling_that_no_few_holdings_reach_names_the_least_volatility():
    core = core_of(figures(8, 5), 2)
    least = float(np.sqrt(best_by_enumeration(core, VarianceGoal())))
    found = solve_with_gaps(core, ReturnGoal(0.99 * least))
    assert found.answer.outcome == "ceiling_too_low"
    assert found.answer.least_volatility_annual_frac == pytest.approx(least, rel=1e-6)


def test_a_lower_limit_on_the_number_counts_holdings_of_a_hundredth_of_a_percent():
    core = core_of(figures(8, 7), None, 8)
    weights = solve_with_gaps(core, VarianceGoal()).answer.weights_frac
    assert (weights >= HELD_MIN_FRAC - 1e-12).all()


def test_the_bound_holds_for_any_multipliers_and_grows_with_the_diagonal():
    core = core_of(figures(10, 2), 3, None, 0.1)
    pieces = pieces_of(core.limits)
    program = program_of(core, VarianceGoal(), pieces, core.solve(VarianceGoal()))
    assert program is not None
    best = best_by_enumeration(core, VarianceGoal())
    relaxation = Relaxation(program)
    rng = np.random.default_rng(0)
    prices = [0.0, 1e-4, 1e-3, 1e-2, 1e-1]
    assert all(program.objective(relaxation.solve(*pieces.whole(), price).bound) <= best + 1e-12 for price in prices)
    first, last = pieces.whole()
    for _ in range(50):
        x, duals = rng.uniform(0.0, 0.5, 10), rng.normal(size=len(relaxation.rows))
        lower, upper = program.sides(first, last)
        base, value = relaxation._prove(
            x, duals, np.append(lower, -np.inf), np.append(upper, program.count_side), first, last
        )
        choose = sum(sorted(np.minimum(value, 0.0))[:3])
        assert program.objective(base + choose) <= best + 1e-12


def test_the_diagonal_share_leaves_a_positive_semidefinite_rest():
    covariance = figures(30, 4).covariance_annual
    share = diagonal_share(covariance)
    assert (share > 0.0).all()
    assert np.linalg.eigvalsh(covariance - np.diag(share))[0] >= -1e-15
    singular = np.outer(np.arange(1.0, 5.0), np.arange(1.0, 5.0))
    assert (diagonal_share(singular) == 0.0).all()


def test_duplicate_and_riskless_assets_do_not_break_the_search():
    base = figures(8, 9)
    twice = np.array([0, 0, 1, 2, 3, 4, 5, 6])
    covariance = base.covariance_annual[np.ix_(twice, twice)].copy()
    covariance[7, :] = covariance[:, 7] = 0.0
    estimates = Estimates(base.returns_annual_frac[twice], covariance)
    for goal in (VarianceGoal(0.1), UtilityGoal(3.0), ReturnGoal(0.2)):
        core = core_of(estimates, 3, None, 0.1)
        found = solve_with_gaps(core, goal)
        best = best_by_enumeration(core, goal)
        if np.isinf(best):
            assert found.answer.outcome != "solved"
        else:
            assert found.answer.objective == pytest.approx(best, rel=1e-6, abs=1e-10)


def port1(folder: Path) -> Estimates:
    text = (folder / "orlib" / "port1.txt").read_text().split()
    size = int(text[0])
    table = np.array(text[1 : 1 + 2 * size], dtype=float).reshape(size, 2)
    correlation = np.eye(size)
    for one, two, value in np.array(text[1 + 2 * size :], dtype=float).reshape(-1, 3):
        correlation[int(one) - 1, int(two) - 1] = correlation[int(two) - 1, int(one) - 1] = value
    return Estimates(table[:, 0], correlation * np.outer(table[:, 1], table[:, 1]))


def by_binaries(estimates: Estimates, share: float, most: int, minimum: float) -> float:
    """Solve min share wᵀΣw - (1 - share) μᵀw with DAQP's own branch and bound on binaries: a second route."""
    import daqp

    size, scale = len(estimates.returns_annual_frac), float(np.mean(np.diag(estimates.covariance_annual)))
    quadratic = np.zeros((2 * size, 2 * size))
    quadratic[:size, :size] = 2.0 * share * estimates.covariance_annual / scale + 1e-10 * np.eye(size)
    quadratic[size:, size:] = 2e-7 * np.eye(size)
    linear = np.concatenate([-(1.0 - share) * estimates.returns_annual_frac / scale, np.full(size, -1e-7)])
    one, nothing = np.ones(size), np.zeros(size)
    rows = np.vstack([
        np.hstack([np.eye(size), -np.eye(size)]), np.hstack([np.eye(size), -minimum * np.eye(size)]),
        np.concatenate([nothing, one]), np.concatenate([one, nothing]),
    ])  # fmt: skip
    upper = np.concatenate([one, one, nothing, np.full(size, 1e30), [most, 1.0]])
    lower = np.concatenate([nothing, nothing, np.full(size, -1e30), nothing, [-1e30, 1.0]])
    sense = np.zeros(len(upper), dtype=np.int32)
    sense[size : 2 * size], sense[-1] = 16, 5
    x, _, flag, _ = daqp.solve(quadratic, linear, rows, upper, lower, sense, primal_tol=1e-9)
    assert flag == 1
    weights = x[:size]
    return float(share * weights @ estimates.covariance_annual @ weights
                 - (1.0 - share) * estimates.returns_annual_frac @ weights)  # fmt: skip


def test_or_library_port1_ten_of_31_is_proven_for_51_trade_offs(shared_data):
    estimates = port1(shared_data)
    core = core_of(estimates, 10, None, 0.01, 1.0)
    for step in range(51):
        share = step / 50.0
        aversion = 2.0 * share / (1.0 - share) if share < 1.0 else np.inf
        goal: Goal = VarianceGoal() if share == 1.0 else ReturnGoal(10.0) if share == 0.0 else UtilityGoal(aversion)
        found = solve_with_gaps(core, goal)
        assert found.gap_frac <= 1e-6, share
        weights = found.answer.weights_frac
        assert (weights > 1e-9).sum() <= 10
        value = share * weights @ estimates.covariance_annual @ weights
        value -= (1.0 - share) * estimates.returns_annual_frac @ weights
        if step % 5 == 0 and step:
            assert value == pytest.approx(by_binaries(estimates, share, 10, 0.01), rel=1e-6)


def long_short_core(count: int, seed: int) -> ConvexCore:
    return core_of(figures(count, seed), 4, minimum=0.05, maximum=0.4, has_shorts=True)


@pytest.mark.parametrize("goal", [VarianceGoal(), RatioGoal(), UtilityGoal(3.0)])
def test_a_part_that_is_a_leg_already_needs_no_variable_and_every_bound_stays_true(goal):
    core = long_short_core(8, 5)
    pieces = pieces_of(core.limits)
    best = solve_with_gaps(core, goal, nodes_max_count=60_000)
    assert best.gap_frac <= 1e-7
    known = core.solve(goal, core.lifted.bounds(best.lower_frac, best.upper_frac))
    program = program_of(core, goal, pieces, known)
    relaxation = Relaxation(program)
    assert len(relaxation.links) == 8
    assert len(relaxation.hessian) == 4 * 8 + (1 if isinstance(goal, RatioGoal) else 0)
    bounded = relaxation.solve(*pieces.whole(), 0.0)
    assert program.objective(bounded.bound) <= best.answer.objective + 1e-9
    assert program.objective(bounded.bound) == pytest.approx(
        core.solve(goal).objective, abs=0.3 * abs(best.answer.objective)
    )


def test_a_search_ends_when_its_work_is_spent_and_says_so(monkeypatch):
    core = long_short_core(30, 2)
    whole = solve_with_gaps(core, RatioGoal(), nodes_max_count=60_000)
    monkeypatch.setattr(count_search, "WORK_A_NODE", 1.0)
    early = solve_with_gaps(core, RatioGoal(), nodes_max_count=60_000)
    assert early.nodes_count < whole.nodes_count
    assert early.gap_frac > whole.gap_frac
    assert early.answer.objective * (1.0 + early.gap_frac) <= whole.answer.objective + 1e-9
