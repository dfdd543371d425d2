"""Do frontiers in CVaR, CDaR and drawdowns hold the least loss for each reward, in every world that has one?"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

import engine
from engine.frontier import tail_points as points_module
from engine.frontier.tail_path import TailPath, tail_trace
from engine.frontier.tail_points import TailPoints, tail_points
from engine.kernel.forms import TailGoal, TailKind
from engine.optimize.tail import TailCore
from engine.optimize.tail_measures import tail_value
from tests.engine.test_frontier_path import CASES, core_of

NAMES = tuple("ABCDEF")
LOSSES: tuple[TailKind, ...] = ("cvar", "cdar", "max_drawdown")


def panel_of(seed: int = 0, days: int = 60, *, equal: bool = False, returns: Any = None) -> engine.ReturnsPanel:
    rng = np.random.default_rng(seed)
    if returns is None:
        returns = rng.normal(0.0, 0.008, (days, 1)) + rng.normal(0.0, 0.01, (days, 6)) + rng.normal(4e-4, 6e-4, 6)
    if equal:
        returns = returns - returns.mean(axis=0) + 3e-4
    return engine.ReturnsPanel.from_array(returns, NAMES, np.datetime64("2020-01-01") + np.arange(len(returns)))


def asked(*limits: dict[str, Any], cap: float = 0.5, **more: Any) -> engine.OptimizationRequest:
    bounds = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": cap}
    body = {"asset_ids": list(NAMES), "objective": {"kind": "min_volatility"}, "constraints": [bounds, *limits]}
    return engine.parse_request({**body, **more})


def least_by_the_book(tail: str, history: Any, floor: float, means: Any, cap: float, level: float) -> float:
    """The whole program written down, every drawdown with a variable of its own; no rows are generated."""
    t, n = history.shape
    path = np.vstack([np.zeros(n), np.cumsum(history, axis=0)])
    eye, nothing = np.eye(t), np.zeros((t, t))
    tops = np.vstack([np.zeros(t), eye])  # U_0 = 0 is the first peak, U_k the peak so far
    if tail == "cvar":
        rows = np.hstack([-history, -np.ones((t, 1)), -eye])
        cost = np.concatenate([np.zeros(n), [1.0], np.full(t, 1.0 / (t * (1.0 - level)))])
        bounds = [(0.0, cap)] * n + [(None, None)] + [(0.0, None)] * t
        high = np.zeros(t)
    else:
        own = t if tail == "cdar" else 0
        above = np.hstack([path[1:], -eye, np.zeros((t, 1 + own))])  # U_k >= c_k w
        rising = np.hstack([np.zeros((t, n)), tops[:-1] - tops[1:], np.zeros((t, 1 + own))])  # U_k >= U_{k-1}
        fall = np.hstack([-path[1:], eye, -np.ones((t, 1)), -eye if own else nothing[:, :0]])
        rows, high = np.vstack([above, rising, fall]), np.zeros(3 * t)
        tail_cost = np.full(own, 1.0 / (t * (1.0 - level)))
        cost = np.concatenate([np.zeros(n + t), [1.0], tail_cost])
        bounds = [(0.0, cap)] * n + [(0.0, None)] * t + [(None, None)] + [(0.0, None)] * own
    width = rows.shape[1]
    rows = np.vstack([rows, np.concatenate([-means, np.zeros(width - n)])])
    equal = np.concatenate([np.ones(n), np.zeros(width - n)])[None]
    found = linprog(cost, rows, np.append(high, -floor), equal, [1.0], bounds, method="highs")
    assert found.status == 0, found.message
    return float(found.fun)


@pytest.mark.requirement("1.2.A3")
@pytest.mark.parametrize("risk", LOSSES)
def test_each_point_has_the_least_loss_for_its_return_by_the_whole_program(risk: TailKind) -> None:
    panel = panel_of(2)
    found = engine.frontier(asked(), panel=panel, risk=risk, level_frac=0.9, points_count=7)
    assert (found.status, found.is_exact, len(found.corners)) == ("optimal", False, 7)
    history = np.array(panel.returns_frac)
    means = history.mean(axis=0) * 252
    for corner in found.corners:
        least = least_by_the_book(risk, history, corner.reward - 1e-9, means, 0.5, 0.9)
        assert corner.loss_frac == pytest.approx(least, abs=2e-9)
    for before, after, gap in zip(found.corners[:-1], found.corners[1:], found.between_gaps_frac, strict=True):
        middle = 0.5 * (np.array(before.weights_frac) + np.array(after.weights_frac))
        least = least_by_the_book(risk, history, float(means @ middle), means, 0.5, 0.9)
        assert tail_value(risk, 0.9, history, middle) <= least + gap + 1e-8
    assert found.corners[-1].reward == pytest.approx(0.5 * np.sort(means)[-2:].sum(), abs=1e-9)


@pytest.mark.parametrize("risk", LOSSES)
@pytest.mark.parametrize("seed", range(3))
def test_points_are_even_convex_and_none_dominates_another(risk: TailKind, seed: int) -> None:
    found = engine.frontier(asked(cap=0.4), panel=panel_of(seed, 45), risk=risk)
    rewards = np.array([corner.reward for corner in found.corners])
    losses = np.array([corner.loss_frac for corner in found.corners])
    assert len(rewards) == 20
    assert np.diff(rewards) == pytest.approx(np.full(19, (rewards[-1] - rewards[0]) / 19), rel=1e-6)
    assert (np.diff(losses) > 0.0).all()
    slopes = np.diff(losses) / np.diff(rewards)
    assert (np.diff(slopes) > -1e-8).all()
    weights = np.array([corner.weights_frac for corner in found.corners])
    assert np.abs(weights.sum(axis=1) - 1.0).max() < 1e-8
    assert weights.min() > -1e-9
    assert weights.max() < 0.4 + 1e-9


def tail_core(count: int, *limits: dict[str, Any], **more: Any) -> TailCore:
    core = core_of(count, *limits, **more)
    return TailCore(core.estimates, core.limits, core.risk_free_annual_frac, core.costs)


def path_of(core: TailCore) -> TailPath:
    path = tail_trace(core, 0.95)
    assert path is not None
    return path


@pytest.mark.parametrize("name", list(CASES))
@pytest.mark.parametrize("days", [300, 20])
def test_the_walk_and_the_solver_agree_under_every_kind_of_limit(name: str, days: int) -> None:
    case = dict(CASES[name])
    core = tail_core(24, *case.pop("limits"), seed=4, days=days, **case)
    path = path_of(core)
    assert path.losses[0] == pytest.approx(core.solve(TailGoal("cvar")).objective, abs=1e-10)
    assert path.rewards[-1] == pytest.approx(-core.best_return().value, abs=1e-10)
    for share in (0.2, 0.7):
        wanted = (1 - share) * path.rewards[0] + share * path.rewards[-1]
        floor = (wanted + core.constant) * core.excess_scale + core.risk_free_annual_frac
        direct = core.solve(TailGoal("cvar", 0.95, floor))
        point = path.at_reward(np.array([wanted]))[0][:24]
        assert tail_value("cvar", 0.95, core.history, point) == pytest.approx(direct.objective, abs=1e-10)
    assert path.gaps_at(core, 0.95, path.rewards).max() < 1e-9 * path.losses[-1] + 1e-12 * path.tilts.max()


def test_the_gap_of_a_point_that_is_not_the_best_is_what_it_misses() -> None:
    core = tail_core(12, seed=1, days=120)
    path = path_of(core)
    worse = path.points.copy()
    worse[3] = 0.5 * (path.points[2] + path.points[-1])
    bent = TailPath(worse, path.rewards, path.losses, path.tilts, path.slopes, path.row_duals, path.misses)
    assert bent.gaps_at(core, 0.95, path.rewards[3:4])[0] > 1e-6
    outside = path.points.copy()
    outside[3] *= 1.001
    bent = TailPath(outside, path.rewards, path.losses, path.tilts, path.slopes, path.row_duals, path.misses)
    assert np.isinf(bent.gaps_at(core, 0.95, path.rewards[3:4])[0])


def test_where_the_walk_stops_each_point_is_solved_for_and_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    core, goal = tail_core(12, seed=1, days=120), TailGoal("cvar")
    walked = tail_points(core, goal, 9)
    monkeypatch.setattr(points_module, "tail_trace", lambda core, level: None)
    solved = tail_points(core, goal, 9)
    assert (walked.is_walked, solved.is_walked) == (True, False)
    assert np.abs(walked.losses - solved.losses).max() < 1e-10
    assert np.abs(walked.rewards - solved.rewards).max() < 1e-7
    assert np.abs(walked.between_gaps[1:] - solved.between_gaps[1:]).max() < 1e-9
    assert solved.between_gaps[0] >= walked.between_gaps[0]  # alone, the first point's slope is taken as zero


@pytest.mark.parametrize("risk", LOSSES)
@pytest.mark.parametrize(
    ("what", "limits"),
    [("equal means", ()), ("one portfolio", ({"kind": "position_bounds", "min_frac": 1 / 6, "max_frac": 1 / 6},))],
)
def test_no_choice_leaves_one_portfolio_and_says_so(risk: TailKind, what: str, limits: Any) -> None:
    found = engine.frontier(asked(*limits), panel=panel_of(3, equal=what == "equal means"), risk=risk)
    assert (found.status, len(found.corners)) == ("optimal", 1)
    assert found.message.startswith("One portfolio is efficient")
    assert found.between_gaps_frac == ()


@pytest.mark.parametrize("risk", LOSSES)
@pytest.mark.parametrize("what", ["repeated assets", "tied means", "a riskless asset", "three days", "tied losses"])
def test_odd_histories_have_a_frontier_all_of_which_is_proven(risk: TailKind, what: str) -> None:
    rng = np.random.default_rng(7)
    returns = rng.normal(4e-4, 0.01, (3 if what == "three days" else 50, 6))
    if what == "repeated assets":
        returns[:, 3:] = returns[:, :3]
    if what == "tied means":
        returns[:, 1:3] += returns[:, :1].mean() - returns[:, 1:3].mean(axis=0)
    if what == "a riskless asset":
        returns[:, 0] = 1e-5
    if what == "tied losses":
        returns = np.round(returns, 2)
    found = engine.frontier(asked(), panel=panel_of(returns=returns), risk=risk)
    assert found.status == "optimal", found.message
    pairs = [(corner.reward, corner.loss_frac) for corner in found.corners]
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(pairs))
    own = np.array(returns)
    for corner in (found.corners[0], found.corners[-1]):
        assert corner.loss_frac == pytest.approx(tail_value(risk, 0.95, own, np.array(corner.weights_frac)), abs=1e-9)


@pytest.mark.parametrize("risk", LOSSES)
def test_limits_that_leave_nothing_are_diagnosed_as_for_volatility(risk: TailKind) -> None:
    clash = (
        {"kind": "sector_limit", "sector": "one", "min_frac": 0.7},
        {"kind": "sector_limit", "sector": "two", "min_frac": 0.6},
    )
    sectors = dict(zip(NAMES, ["one"] * 3 + ["two"] * 3, strict=True))
    found = engine.frontier(asked(*clash), panel=panel_of(), sectors=sectors, risk=risk)
    assert (found.status, found.corners) == ("infeasible", ())
    assert found.diagnosis is not None
    assert found.diagnosis.conflicts
    assert engine.frontier(asked(cap=0.1), panel=panel_of(), risk=risk).status == "infeasible"


def test_what_cannot_be_drawn_is_refused_at_its_field() -> None:
    figures = engine.Figures(NAMES, np.full(6, 0.05), np.eye(6) * 0.04)
    with pytest.raises(engine.InputRefused, match="history") as refusal:
        engine.frontier(asked(), figures=figures, risk="cvar")
    assert refusal.value.problems[0].path == "risk"
    wrong: list[tuple[str, Any]] = [("level_frac", 95.0), ("level_frac", True), ("points_count", 1)]
    for field, value in [*wrong, ("points_count", 2.5)]:
        with pytest.raises(engine.InputRefused) as refusal:
            engine.frontier(asked(), panel=panel_of(), risk="cvar", **{field: value})
        assert refusal.value.problems[0].path == field
    with pytest.raises(engine.InputRefused, match=r"Did you mean 0\.95"):
        engine.frontier(asked(), panel=panel_of(), risk="cdar", level_frac=95.0)


def test_scores_current_portfolio_assets_and_horizons_are_told() -> None:
    scores = {name: 10.0 * at for at, name in enumerate(NAMES)}
    held = dict.fromkeys(NAMES, 1 / 6)
    request = asked(facts={"esg_scores": scores}, current_weights=held)
    panel = panel_of(5)
    found = engine.frontier(request, panel=panel, risk="cvar", reward="esg")
    assert found.corners[-1].reward == pytest.approx(0.5 * 50 + 0.5 * 40)
    own = np.array(panel.returns_frac)
    assert found.current is not None
    assert found.current.loss_frac == pytest.approx(tail_value("cvar", 0.95, own, np.full(6, 1 / 6)), abs=1e-9)
    assert found.asset_losses_frac == pytest.approx([tail_value("cvar", 0.95, own, one) for one in np.eye(6)])
    assert (found.horizon, found.level_frac) == ("period", 0.95)
    other = engine.frontier(request, panel=panel, risk="max_drawdown")
    assert (other.horizon, other.level_frac) == ("history", None)
    assert engine.frontier(request, panel=panel).horizon == "year"
    first = found.corners[0]
    assert first.risk_annual_frac == first.volatility_annual_frac
    assert engine.FrontierResult.model_validate_json(found.model_dump_json()) == found


def test_of_all_portfolios_with_the_least_loss_the_richest_is_the_first() -> None:
    """Losses of assets E and F do not touch the worst days: only the return tells their mixtures apart."""
    returns = np.zeros((40, 6))
    returns[:, :4] = np.random.default_rng(0).normal(0.0, 0.02, (40, 4))
    returns[::2, 4], returns[::2, 5] = 0.001, 0.004
    for risk in LOSSES:
        found = engine.frontier(asked(cap=1.0), panel=panel_of(returns=returns), risk=risk)
        assert found.corners[0].loss_frac == pytest.approx(0.0, abs=1e-9)
        assert found.corners[0].weights_frac[5] == pytest.approx(1.0, abs=1e-6)


def test_points_that_cannot_be_proven_are_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    real = tail_points

    def some(*given: Any) -> TailPoints:
        found = real(*given)
        return TailPoints(found.weights, found.rewards, found.losses, found.between_gaps, unproven_count=2)

    monkeypatch.setattr("engine.frontier.losses.tail_points", some)
    found = engine.frontier(asked(), panel=panel_of(), risk="cvar")
    assert found.status == "near_optimal"
    assert any("2 of 20 points are left out" in note for note in found.notes)
    nothing = np.zeros(0)
    empty = TailPoints(np.zeros((0, 6)), nothing, nothing, nothing, 20)
    monkeypatch.setattr("engine.frontier.losses.tail_points", lambda *given: empty)
    found = engine.frontier(asked(), panel=panel_of(), risk="cvar")
    assert (found.status, found.corners) == ("failed", ())
    assert found.advice
