"""Are answers with "zero or at least" the best of all choices of positions, and is the stated gap true?"""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from engine.constraints.long_short import LongShort
from engine.constraints.min_holding import MinHolding
from engine.constraints.min_trade import MinTrade
from engine.constraints.position_bounds import PositionBounds
from engine.kernel.errors import Cancelled
from engine.kernel.forms import (
    CountLimit,
    Estimates,
    RatioGoal,
    ReturnGoal,
    RiskLimit,
    TailGoal,
    Universe,
    VarianceGoal,
)
from engine.optimize.compile import compile_limits
from engine.optimize.conic import ConicCore
from engine.optimize.convex import ConvexCore
from engine.optimize.count_pieces import pieces_of
from engine.optimize.semicontinuous import solve_with_gaps
from engine.optimize.tail import TailCore

OPEN = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.25}


def small_core(panel, minimum, *, has_shorts, count=7, bounds_min=0.0):
    window = panel.select(panel.assets[:count]).tail(1260)
    estimates = Estimates(window.returns_frac.mean(axis=0) * 252, np.cov(window.returns_frac.T) * 252)
    limits = [PositionBounds(min_frac=bounds_min, max_frac=0.4)]
    limits += [MinHolding(min_frac=minimum)] if minimum else []
    limits += [LongShort(gross_max_frac=1.4, short_max_frac=0.2)] if has_shorts else []
    return ConvexCore(estimates, compile_limits(limits, Universe(window.assets)), 0.0)


@pytest.mark.parametrize("has_shorts", [False, True])
@pytest.mark.parametrize("goal", [VarianceGoal(), VarianceGoal(0.2), RatioGoal(), ReturnGoal(0.3)], ids=str)
@pytest.mark.parametrize("minimum", [0.1, 0.19])
def test_branch_and_bound_equals_the_enumeration_of_every_choice(panel, goal, minimum, has_shorts):
    core = small_core(panel, minimum, has_shorts=has_shorts, count=5 if has_shorts else 7)
    best = np.inf
    for choice in itertools.product(*core.limits.intervals):
        lower, upper = np.array([low for low, _ in choice]), np.array([high for _, high in choice])
        if lower.sum() <= 1.0 + 1e-9 and upper.sum() >= 1.0 - 1e-9:
            best = min(best, core.solve(goal, core.lifted.bounds(lower, upper)).objective)
    found = solve_with_gaps(core, goal)
    assert found.answer.objective == pytest.approx(best, rel=1e-8)
    assert found.gap_frac <= 1e-6


def test_a_minimum_size_with_shorts_excludes_small_positions_of_either_sign(panel):
    core = small_core(panel, 0.0, has_shorts=True, count=6, bounds_min=0.05)
    found = solve_with_gaps(core, VarianceGoal())
    assert (np.abs(found.answer.weights_frac) >= 0.05 - 1e-9).all()


@pytest.mark.requirement("1.1.B2")
@pytest.mark.parametrize("goal", [{"kind": "min_volatility"}, {"kind": "max_sharpe"}], ids=lambda g: g["kind"])
def test_zero_or_at_least_one_percent_is_met_with_a_proven_gap(ask, assert_proven, synthetic, goal):
    wide = synthetic(50)
    result = ask(goal, [OPEN, {"kind": "min_holding", "min_frac": 0.01}], panel=wide, sectors=None)
    assert_proven(result)
    assert result.certificate.gap_frac is not None
    sizes = {line.weight_frac for line in result.weights}
    assert all(size == 0.0 or size >= 0.01 for size in sizes)
    assert 0.0 in sizes


def test_an_unfinished_search_states_a_gap_that_contains_the_optimum(synthetic):
    window = synthetic(60, 400, 4)
    estimates = Estimates(window.returns_frac.mean(axis=0) * 252, np.cov(window.returns_frac.T) * 252)
    limits = compile_limits([PositionBounds(min_frac=0.0), MinHolding(min_frac=0.08)], Universe(window.assets))
    core = ConvexCore(estimates, limits, 0.0)
    early, late = (solve_with_gaps(core, VarianceGoal(), nodes_max_count=count) for count in (12, 4000))
    assert early.nodes_count < late.nodes_count
    assert early.gap_frac > 0.0
    assert early.answer.objective * (1.0 - early.gap_frac) <= late.answer.objective * (1.0 + 1e-9)
    assert late.answer.objective <= early.answer.objective * (1.0 + 1e-9)


def test_when_only_the_minimum_makes_it_impossible_the_sentence_says_so(ask):
    limits = [
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.35},
        {"kind": "min_holding", "min_frac": 0.34},
        {"kind": "budget", "net_frac": 0.5},
    ]
    result = ask({"kind": "min_volatility"}, limits)
    assert result.status == "infeasible"
    assert result.message.startswith("Because every position must be zero or at least 34%")


def test_a_run_can_be_cancelled_in_the_middle_of_the_search(synthetic):
    window = synthetic(60, 400, 4)
    estimates = Estimates(window.returns_frac.mean(axis=0) * 252, np.cov(window.returns_frac.T) * 252)
    limits = compile_limits([PositionBounds(min_frac=0.0), MinHolding(min_frac=0.08)], Universe(window.assets))

    def stop(count: int) -> None:
        raise Cancelled("asked to stop")

    with pytest.raises(Cancelled):
        solve_with_gaps(ConvexCore(estimates, limits, 0.0), VarianceGoal(), stop)


def test_impossible_choices_are_recognized_without_trying_them_all(synthetic):
    window = synthetic(32)
    estimates = Estimates(window.returns_frac.mean(axis=0) * 252, np.cov(window.returns_frac.T) * 252)
    limits = [PositionBounds(min_frac=0.05), LongShort(gross_max_frac=None, short_max_frac=0.1)]
    core = ConvexCore(estimates, compile_limits(limits, Universe(window.assets)), 0.0)
    found = solve_with_gaps(core, VarianceGoal())
    assert found.answer.outcome == "infeasible"
    assert found.nodes_count <= 3


def test_a_minimum_size_that_leaves_nothing_is_said(ask):
    limits = [
        {"kind": "position_bounds", "min_frac": 0.08, "max_frac": 0.25},
        {"kind": "long_short", "gross_max_frac": None, "short_max_frac": 0.1},
    ]
    result = ask({"kind": "min_volatility"}, limits)
    assert result.status == "infeasible"
    assert "minimum" in result.message.lower()


def test_a_smallest_trade_is_zero_or_at_least_its_size(synthetic):
    window = synthetic(30)
    estimates = Estimates(window.returns_frac.mean(axis=0) * 252, np.cov(window.returns_frac.T) * 252)
    current = np.zeros(30)
    current[:10] = 0.1
    universe = Universe(window.assets, current_weights_frac=current)
    limits = compile_limits([PositionBounds(min_frac=0.0, max_frac=0.25), MinTrade(min_frac=0.03)], universe)
    for goal in (VarianceGoal(), RatioGoal(), ReturnGoal(0.15)):
        found = solve_with_gaps(ConvexCore(estimates, limits, 0.0), goal)
        trades = np.abs(found.answer.weights_frac - current)
        assert ((trades <= 1e-9) | (trades >= 0.03 - 1e-9)).all()
        assert found.gap_frac <= 1e-6


def test_tail_and_curved_goals_take_the_same_search_over_their_own_core(panel):
    window = panel.select(panel.assets[:6]).tail(300)
    estimates = Estimates(
        window.returns_frac.mean(axis=0) * 252, np.cov(window.returns_frac.T) * 252, history_frac=window.returns_frac
    )
    bounds = [PositionBounds(min_frac=0.0, max_frac=0.5), MinHolding(min_frac=0.15)]
    limits = replace(compile_limits(bounds, Universe(window.assets)), count=CountLimit(3))
    ceiling = RiskLimit("Volatility", "volatility_ceiling", "portfolio", np.zeros(6), 0.3)
    cores = [
        (TailGoal("cvar"), TailCore(estimates, limits, 0.0), lambda within: TailCore(estimates, within, 0.0)),
        (RatioGoal(), ConicCore(estimates, replace(limits, risks=(ceiling,)), 0.0), None),
    ]
    for goal, core, remake in cores:
        pieces, best = pieces_of(core.limits), np.inf
        for choice in itertools.product((0, 1), repeat=6):
            lower, upper = pieces.hull(np.array(choice), np.array(choice))
            if sum(choice) <= 3 and upper.sum() >= 1.0:
                best = min(best, core.solve(goal, core.lifted.bounds(lower, upper)).objective)
        found = solve_with_gaps(core, goal, remake=remake)
        assert found.answer.objective == pytest.approx(best, rel=1e-6)
        assert found.gap_frac <= 1e-6
