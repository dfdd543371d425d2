"""Are ceilings that leave hardly any room, one portfolio or none told apart, and does the doctor say the same?"""

from __future__ import annotations

import json
from typing import Any

import cvxpy as cp
import numpy as np
import pytest

import engine
from engine.kernel.frames import ReturnsPanel

EQUAL = np.diag([0.09, 0.09, 0.09])
LEAST = float(np.sqrt(0.03))
GOALS: list[dict[str, Any]] = [
    {"kind": "max_utility", "risk_aversion": 1},
    {"kind": "max_sharpe"},
    {"kind": "target_return", "return_min_annual_frac": 0.01},
    {"kind": "max_return", "volatility_max_annual_frac": 0.9},
    {"kind": "min_volatility"},
    {"kind": "robust"},
    {"kind": "equal_weight"},
    {"kind": "risk_parity"},
]


def asked(covariance: np.ndarray, goal: dict[str, Any], limits: list[dict[str, Any]], **more: Any) -> Any:
    """Return a request on figures."""
    count = len(covariance)
    problem = {
        "assets": [f"A{i}" for i in range(count)],
        "expected_returns_frac": [0.05, 0.03, 0.02][:count],
        "covariance": covariance.tolist(),
        "periods_per_year": 1,
    }
    body = {"problem": problem, "objective": goal, "constraints": limits, "frontier_points_count": 0, **more}
    return engine.parse_request(json.dumps(body))


def ceiling(most: float) -> list[dict[str, Any]]:
    """Return a ceiling on volatility."""
    return [{"kind": "volatility_ceiling", "max_annual_frac": most}]


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal["kind"])
@pytest.mark.parametrize("most", [0.1732, LEAST * (1 - 1e-5), LEAST * (1 - 1e-6)])
def test_a_ceiling_just_below_the_least_risk_is_infeasible_with_numbers(goal, most):
    request = asked(EQUAL, goal, ceiling(most))
    result = engine.optimize(request)
    assert result.status == "infeasible"
    assert result.diagnosis is not None
    assert "lowest reachable volatility" in result.message
    assert not engine.diagnose(request).is_feasible


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal["kind"])
def test_a_ceiling_at_the_least_risk_leaves_the_one_portfolio(goal):
    request = asked(np.diag([0.04, 0.01]), goal, ceiling(float(np.sqrt(0.008))))
    result = engine.optimize(request)
    assert result.status == "optimal", (result.message, result.notes)
    np.testing.assert_allclose([line.weight_frac for line in result.weights], [0.2, 0.8], atol=2e-8)
    assert engine.diagnose(request).is_feasible
    thirds = engine.optimize(asked(EQUAL, goal, ceiling(LEAST)))
    assert thirds.status == "optimal", (thirds.message, thirds.notes)
    np.testing.assert_allclose([line.weight_frac for line in thirds.weights], 1 / 3, atol=2e-8)


def test_a_ceiling_missed_by_less_than_a_ten_millionth_is_met_but_not_called_optimal():
    request = asked(EQUAL, GOALS[0], ceiling(LEAST * (1 - 3e-8)))
    result = engine.optimize(request)
    assert result.status == "near_optimal"
    assert any("only portfolio that keeps them" in note for note in result.notes)
    assert engine.diagnose(request).is_feasible


def history(count: int, days: int = 300, seed: int = 3) -> tuple[ReturnsPanel, np.ndarray]:
    """Return a made-up history and its annual covariance."""
    rng = np.random.default_rng(seed)
    market = rng.standard_t(5, (days, 1)) * 0.008 + 0.0003
    returns = market * rng.uniform(0.4, 1.6, count) + rng.normal(0.0002, 1.0, (days, count)) * rng.uniform(
        0.004, 0.02, count
    )
    returns += rng.uniform(0.0002, 0.0008, count) - returns.mean(axis=0)
    dates = np.arange(np.datetime64("2020-01-01"), np.datetime64("2020-01-01") + days)
    names = tuple(f"A{i}" for i in range(count))
    return ReturnsPanel(dates, names, returns), np.cov(returns.T) * 252


@pytest.mark.parametrize(
    "goal",
    [
        {"kind": "max_sharpe"},
        {"kind": "max_utility", "risk_aversion": 3},
        {"kind": "robust"},
        {"kind": "max_return", "volatility_max_annual_frac": 0.9},
        {"kind": "equal_weight"},
    ],
    ids=lambda goal: goal["kind"],
)
def test_the_status_is_right_on_both_sides_of_the_least_risk(goal):
    panel, covariance = history(10)
    body = {"asset_ids": list(panel.assets), "frontier_points_count": 0}
    least = engine.optimize(engine.parse_request(json.dumps({**body, "objective": {"kind": "min_volatility"}})), panel)
    weights = np.array([line.weight_frac for line in least.weights])
    bottom = float(np.sqrt(weights @ covariance @ weights))
    before = None
    for share in (-3e-4, -1e-4, -1e-5, -1e-6, 1e-7, 1e-6, 1e-5, 1e-4):
        most = bottom * (1 + share)
        given = {**body, "objective": goal, "constraints": ceiling(most)}
        result = engine.optimize(engine.parse_request(json.dumps(given)), panel)
        if share < 0:
            assert result.status == "infeasible", (share, result.message)
            continue
        assert result.status in ("optimal", "near_optimal"), (share, result.message)
        assert result.metrics is not None
        assert result.metrics.volatility_annual_frac <= most * (1 + 2e-9)
        if goal["kind"] != "equal_weight":
            now = result.metrics.return_annual_frac
            assert before is None or now >= before - 1e-9  # more room, more return
            before = now


def test_two_ceilings_that_exclude_each_other_are_told_at_once():
    panel, _ = history(30)
    benchmark = dict.fromkeys(panel.assets, 0.0) | {"A0": 0.6, "A1": 0.4}
    body = {
        "asset_ids": list(panel.assets),
        "objective": {"kind": "risk_parity"},
        "constraints": [{"kind": "tracking_error", "max_annual_frac": 0.02}, *ceiling(0.1)],
        "facts": {"benchmark_weights": benchmark},
        "frontier_points_count": 0,
    }
    result = engine.optimize(engine.parse_request(json.dumps(body)), panel)
    assert result.status == "infeasible", result.message
    assert result.diagnosis is not None
    assert result.elapsed_ms["limits"] + result.elapsed_ms.get("solve", 0.0) < 5000


def test_the_best_worst_case_is_the_riskless_asset_where_risk_does_not_pay():
    returns, covariance = np.array([0.05, 0.02, 0.03]), np.diag([0.04, 0.0, 0.01])
    problem = {
        "assets": ["A", "B", "C"],
        "expected_returns_frac": returns.tolist(),
        "covariance": covariance.tolist(),
        "periods_per_year": 1,
    }
    body = {"problem": problem, "objective": {"kind": "robust"}, "frontier_points_count": 0}
    result = engine.optimize(engine.parse_request(json.dumps(body)))
    assert [line.weight_frac for line in result.weights] == [0.0, 1.0, 0.0]
    assert result.status == "optimal", result.notes
    assert result.metrics is not None
    assert result.metrics.sharpe is None


@pytest.mark.parametrize("kind", ["cvar", "cdar"])
def test_a_ceiling_on_losses_at_the_least_loss_is_never_infeasible(kind):
    panel, _ = history(5, days=200)
    body = {"asset_ids": list(panel.assets), "frontier_points_count": 0}
    least = engine.optimize(engine.parse_request(json.dumps({**body, "objective": {"kind": f"min_{kind}"}})), panel)
    losses = panel.returns_frac @ np.array([line.weight_frac for line in least.weights]) * -1.0
    if kind == "cdar":
        wealth = np.cumsum(-losses)
        losses = np.maximum(np.maximum.accumulate(wealth), 0.0) - wealth
    bottom = float(np.sort(losses)[-10:].mean())  # the worst 5% of 200 days
    limits = [{"kind": f"{kind}_ceiling", "max_frac": bottom}]
    for goal in ({"kind": "risk_parity"}, {"kind": "equal_weight"}, {"kind": "min_volatility"}):
        request = engine.parse_request(json.dumps({**body, "objective": goal, "constraints": limits}))
        result = engine.optimize(request, panel)
        assert result.status in ("optimal", "near_optimal"), (goal, result.message)
        assert engine.diagnose(request, panel).is_feasible


LOSSES = {"cvar_ceiling": "min_cvar", "cdar_ceiling": "min_cdar", "drawdown_ceiling": "min_max_drawdown"}


@pytest.mark.parametrize("kind", ["volatility_ceiling", "max_return", *LOSSES])
@pytest.mark.parametrize("seed", [0, 8])
def test_one_tolerance_decides_whether_a_ceiling_is_met_and_the_doctor_says_the_same(kind, seed):
    panel, covariance = history(20 if seed and kind not in LOSSES else 6, days=300, seed=seed)
    body = {"asset_ids": list(panel.assets), "frontier_points_count": 0}
    bounds = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.25}
    if kind in LOSSES:
        calm = {"kind": LOSSES[kind]}
        found = engine.optimize(
            engine.parse_request(json.dumps({**body, "objective": calm, "constraints": [bounds]})), panel
        )
        weights = np.array([line.weight_frac for line in found.weights])
        losses = -panel.returns_frac @ weights
        if kind != "cvar_ceiling":
            wealth = np.concatenate([[0.0], np.cumsum(-losses)])
            losses = (np.maximum.accumulate(wealth) - wealth)[1:]
        least = float(losses.max() if kind == "drawdown_ceiling" else np.sort(losses)[-15:].mean())
        asked_for = "max_frac"
        shares = (-1e-6, 1e-6)  # the least loss is known to the rounding of the weights
    else:
        w = cp.Variable(len(covariance))
        task = cp.Problem(cp.Minimize(cp.quad_form(w, cp.psd_wrap(covariance))), [cp.sum(w) == 1, w >= 0, w <= 0.25])
        least = float(np.sqrt(task.solve(solver="CLARABEL", tol_gap_abs=1e-14, tol_gap_rel=1e-12, tol_feas=1e-12)))
        asked_for = "max_annual_frac"
        shares = (-1e-6, -3e-7, -2e-7, -5e-8, 1e-8, 1e-6)
    goals = [GOALS[0], GOALS[1], GOALS[5], GOALS[7]]
    if kind == "max_return":
        goals = [{"kind": "max_return"}]
    for share in shares:
        most = least * (1.0 + share)
        for goal in goals:
            limits = [bounds, {"kind": kind, asked_for: most}]
            if kind == "max_return":
                goal, limits = {**goal, "volatility_max_annual_frac": most}, [bounds]
            request = engine.parse_request(json.dumps({**body, "objective": goal, "constraints": limits}))
            result, diagnosis = engine.optimize(request, panel), engine.diagnose(request, panel, is_ranked=False)
            is_met = share > -1e-7
            assert diagnosis.is_feasible == is_met, (goal, share)
            assert (result.status in ("optimal", "near_optimal")) == is_met, (goal, share, result.message)
            assert is_met or result.status == "infeasible", (goal, share, result.message)
