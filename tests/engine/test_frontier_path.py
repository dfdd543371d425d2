"""Is every corner of the frontier optimal, and everything between the corners too?"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import engine
from engine.frontier.path import Path, Traced, is_proven, risk_of, trace
from engine.frontier.pieces import pieces_of
from engine.kernel.forms import RatioGoal, ReturnGoal
from engine.kernel.frames import ReturnsPanel
from engine.optimize.compile import compile_limits
from engine.optimize.convex import ConvexCore
from engine.optimize.inputs import Given, read_inputs
from engine.optimize.lift import LiftedRows

SECTORS_COUNT = 4
LONG_SHORT = {"kind": "long_short", "gross_max_frac": 1.6, "short_max_frac": 0.3}
TURNOVER = {"kind": "turnover", "max_frac": 0.4}
COSTS = {"spread_frac": 0.002, "holding_period_days": 252}


def core_of(
    count: int,
    *limits: dict[str, Any],
    seed: int = 0,
    days: int = 500,
    returns: np.ndarray[Any, Any] | None = None,
    is_bare: bool = False,
    **more: Any,
) -> ConvexCore:
    """Return a core on three-factor returns with a cap and sector caps."""
    rng = np.random.default_rng(seed)
    if returns is None:
        loadings = rng.normal(0.6, 0.5, (count, 3))
        own = rng.normal(1e-4, 1.0, (days, count)) * rng.uniform(0.006, 0.02, count)
        returns = rng.normal(0.0003, 0.006, (days, 3)) @ loadings.T + own
    names = tuple(f"A{i:03d}" for i in range(count))
    panel = ReturnsPanel(np.datetime64("2015-01-01") + np.arange(len(returns)), names, returns)
    base: list[dict[str, Any]] = [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 1.0 if is_bare else 0.25}]
    if not is_bare:
        base += [{"kind": "sector_limit", "sector": f"S{i}", "max_frac": 0.4} for i in range(SECTORS_COUNT)]
    body = {
        "asset_ids": list(names),
        "objective": {"kind": "max_sharpe"},
        "constraints": [*base, *limits],
        **more,
    }
    request = engine.parse_request(json.dumps(body))
    sectors = {name: f"S{i % SECTORS_COUNT}" for i, name in enumerate(names)}
    inputs = read_inputs(request, Given(panel, sectors))
    compiled = compile_limits(request.all_constraints(), inputs.universe)
    return ConvexCore(inputs.estimates, compiled, inputs.risk_free_annual_frac, inputs.costs)


def held(count: int) -> dict[str, float]:
    return {f"A{i:03d}": 1.0 / count for i in range(count)}


def path_of(traced: Traced) -> Path:
    assert traced.path is not None, traced.why_not
    return traced.path


CASES: dict[str, dict[str, Any]] = {
    "long only": {"limits": ()},
    "long-short": {"limits": (LONG_SHORT,)},
    "turnover": {"limits": (TURNOVER,), "current_weights": held(24)},
    "costs": {"limits": (), "current_weights": held(24), "costs": COSTS},
    "everything": {"limits": (LONG_SHORT, TURNOVER), "current_weights": held(24), "costs": COSTS},
}


@pytest.mark.parametrize("name", list(CASES))
@pytest.mark.parametrize("days", [500, 60])
def test_what_lies_between_the_corners_is_what_a_solver_finds(name: str, days: int) -> None:
    case = dict(CASES[name])
    core = core_of(24, *case.pop("limits"), seed=3, days=days, **case)
    path = path_of(trace(core))
    assert path.count > 5
    rng = np.random.default_rng(1)
    for wanted in rng.uniform(path.rewards[0], path.rewards[-1], 12):
        point = path.at_reward(np.array([wanted]))[0]
        sides = core.lifted.row_lower.copy()
        sides[LiftedRows.RETURN_FLOOR] = wanted - core.constant
        answer = core.session.solve(row_lower=sides)
        assert answer.outcome == "solved"
        # the solver's program has a ridge of 1e-8 on its short parts, the walk's has none
        assert np.abs(answer.x[:24] - point).max() < (1e-9 if name == "long only" else 1e-6)
        assert core.volatility_annual_frac(point) <= core.volatility_annual_frac(answer.x[:24]) * (1 + 1e-9)


def test_the_ends_are_the_least_risk_and_the_highest_return() -> None:
    core = core_of(20, seed=5)
    path = path_of(trace(core))
    least, top = core.tilted(0.0), core.best_return()
    assert np.abs(path.points[0] - least.x).max() < 1e-9
    assert path.rewards[-1] == pytest.approx(core.best_excess(top), abs=1e-12)
    assert (np.diff(path.rewards) > 0).all()
    assert (np.diff(path.variances) > 0).all()
    assert (np.diff(path.tilts) >= 0).all()


def test_risk_is_convex_in_return_and_the_cross_terms_give_it_exactly() -> None:
    core = core_of(20, seed=6)
    path = path_of(trace(core))
    shares = np.array([0.25, 0.5, 0.8])
    for place in range(path.count - 1):
        points = path.points_at(np.full(3, place), shares)
        told = (
            (1 - shares) ** 2 * path.variances[place]
            + 2 * shares * (1 - shares) * path.crosses[place]
            + shares**2 * path.variances[place + 1]
        )
        quadratic = risk_of(core)
        assert np.allclose(np.einsum("ki,ij,kj->k", points, quadratic, points), told, rtol=1e-12, atol=0)
    slopes = np.diff(path.variances) / np.diff(path.rewards)
    assert (np.diff(slopes) > -1e-9).all()


def test_the_best_ratio_is_that_of_the_solver() -> None:
    for seed in range(6):
        core = core_of(20, seed=seed)
        path = path_of(trace(core))
        best = path.best_ratio()
        assert best is not None
        segment, share = best
        point = path.points_at(np.array([segment]), np.array([share]))[0]
        answer = core.solve(RatioGoal())
        assert answer.weights_frac is not None
        assert np.abs(answer.weights_frac - point).max() < 1e-8


def test_the_highest_return_at_a_risk_is_that_of_the_solver() -> None:
    core = core_of(20, seed=8)
    path = path_of(trace(core))
    middle = float(np.sqrt(0.5 * (path.variances[0] + path.variances[-1])))
    segment, share = path.at_variance(middle**2)
    point = path.points_at(np.array([segment]), np.array([share]))[0]
    answer = core.solve(ReturnGoal(core.volatility_annual_frac(point)))
    assert answer.weights_frac is not None
    assert np.abs(answer.weights_frac - point).max() < 1e-8


def test_a_reward_of_its_own_is_swept_by_the_same_walk() -> None:
    core = core_of(20, seed=9)
    scores = np.random.default_rng(2).uniform(0.0, 1.0, 20)
    path = path_of(trace(core, rewards=scores))
    assert np.allclose(path.rewards, path.points @ scores)
    wanted = 0.5 * (path.rewards[0] + path.rewards[-1])
    point = path.at_reward(np.array([wanted]))[0]
    floor = {"kind": "esg_floor", "min_score": float(wanted)}
    scored = {f"A{i:03d}": float(score) for i, score in enumerate(scores)}
    direct = core_of(20, floor, seed=9, facts={"esg_scores": scored}).tilted(0.0)
    assert np.abs(direct.x - point).max() < 1e-8


def test_risk_can_be_measured_from_a_benchmark() -> None:
    core = core_of(20, seed=10)
    center = np.full(20, 0.05)
    quadratic = risk_of(core)
    path = path_of(trace(core, center=center))
    assert np.abs(path.points[0] - center).max() < 1e-9
    away = path.points - center
    own = float(center @ quadratic @ center)
    assert np.allclose(np.einsum("ki,ij,kj->k", away, quadratic, away), path.variances + own, atol=1e-12)


@pytest.mark.parametrize(
    ("what", "count"),
    [("equal means", 12), ("duplicates", 12), ("more assets than days", 40), ("no variance", 6), ("one asset", 1)],
)
def test_odd_figures_have_a_path_or_say_why_not(what: str, count: int) -> None:
    rng = np.random.default_rng(4)
    returns = rng.normal(0.0004, 0.01, (30 if what == "more assets than days" else 300, count))
    if what == "equal means":
        returns += 0.0004 - returns.mean(axis=0)
    if what == "duplicates":
        returns[:, 6:] = returns[:, :6]
    if what == "no variance":
        returns[:, 0] = 0.0001
    core = core_of(count, returns=returns, is_bare=count < 12)
    path = path_of(trace(core))
    least = core.tilted(0.0)
    assert core.volatility_annual_frac(path.points[0]) <= core.volatility_annual_frac(least.x) * (1 + 1e-7) + 1e-12
    if what in {"one asset", "equal means"}:
        assert path.count >= 1


def test_degenerate_corners_are_walked_through() -> None:
    """Caps of 10% and 20% of ten names each: many limits meet at the corners."""
    for seed in range(8):
        caps = [{"kind": "position_bounds", "max_frac": 0.1}]
        core = core_of(20, *caps, seed=seed, days=120)
        path = path_of(trace(core))
        assert core.best_excess(core.best_return()) == pytest.approx(path.rewards[-1], abs=1e-9)


def test_a_single_possible_portfolio_is_the_whole_path() -> None:
    core = core_of(4, {"kind": "position_bounds", "min_frac": 0.25, "max_frac": 0.25}, is_bare=True)
    path = path_of(trace(core))
    assert path.count == 1
    assert np.allclose(path.points, 0.25)


def test_limits_that_cannot_hold_are_called_infeasible() -> None:
    core = core_of(3, {"kind": "position_bounds", "max_frac": 0.2}, is_bare=True)
    traced = trace(core)
    assert traced.path is None
    assert traced.is_infeasible


def test_the_check_of_a_path_fails_on_a_wrong_corner() -> None:
    core = core_of(12, seed=2)
    path = path_of(trace(core))
    quadratic = risk_of(core)
    pieces, zero = pieces_of(core), np.zeros(12)
    assert is_proven(quadratic, zero, pieces, path)
    moved = path.points.copy()
    moved[1] = 0.5 * (moved[0] + moved[2]) + np.eye(12)[0] * 1e-4 - np.eye(12)[1] * 1e-4
    wrong = Path(path.tilts, moved, path.row_duals, path.rewards, path.variances, path.crosses)
    assert not is_proven(quadratic, zero, pieces, wrong)


def test_rewards_after_costs_bend_at_what_is_held() -> None:
    core = core_of(6, is_bare=True, current_weights=held(6), costs=COSTS)
    pieces = pieces_of(core)
    assert (pieces.counts == 2).all()
    at = np.full((1, 6), 1.0 / 6.0)
    assert pieces.reward(at)[0] == pytest.approx(core.scaled_excess(core.lifted.lift(at[0])), abs=1e-12)
    other = np.array([[0.5, 0.1, 0.1, 0.1, 0.1, 0.1]])
    assert pieces.reward(other)[0] == pytest.approx(
        core.net_excess_annual_frac(other[0]) / core.excess_scale, abs=1e-12
    )
