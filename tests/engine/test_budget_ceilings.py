"""Are risk budgets under ceilings on risk and losses found fast, proven, and the same as another solver's?"""

from __future__ import annotations

import json
import time
from typing import Any

import cvxpy as cp
import numpy as np
import pytest

import engine
from engine.kernel.frames import ReturnsPanel

GOALS = {"volatility": "min_volatility", "cvar": "min_cvar", "cdar": "min_cdar", "drawdown": "min_max_drawdown"}
FIELDS = {"volatility": "max_annual_frac", "cvar": "max_frac", "cdar": "max_frac", "drawdown": "max_frac"}


def history(count: int, days: int, seed: int) -> ReturnsPanel:
    """Return a made-up history with a common factor."""
    rng = np.random.default_rng(seed)
    market = rng.standard_t(5, (days, 1)) * 0.008
    returns = market * rng.uniform(0.4, 1.6, count) + rng.normal(0.0, 1.0, (days, count)) * rng.uniform(
        0.004, 0.02, count
    )
    returns += rng.uniform(0.0002, 0.0008, count) - returns.mean(axis=0)
    dates = np.arange(np.datetime64("2020-01-01"), np.datetime64("2020-01-01") + days)
    return ReturnsPanel(dates, tuple(f"A{i}" for i in range(count)), returns)


def solved(panel: ReturnsPanel, goal: dict[str, Any], *limits: dict[str, Any], cap: float = 1.0) -> Any:
    """Return the result for a goal and limits."""
    bounds = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": cap}
    body = {"asset_ids": list(panel.assets), "objective": goal, "constraints": [bounds, *limits]}
    return engine.optimize(engine.parse_request(json.dumps({**body, "frontier_points_count": 0})), panel)


def weights_of(result: Any) -> np.ndarray:
    """Return the weights."""
    return np.array([line.weight_frac for line in result.weights])


def measured(kind: str, panel: ReturnsPanel, weights: np.ndarray) -> float:
    """Return a volatility, or the mean of the worst 5% of losses or drawdowns, by its definition."""
    series = panel.returns_frac @ weights
    if kind == "volatility":
        return float(np.sqrt(weights @ np.cov(panel.returns_frac.T) @ weights * 252))
    wealth = np.concatenate([[0.0], np.cumsum(series)])
    falls = (np.maximum.accumulate(wealth) - wealth)[1:]
    if kind == "drawdown":
        return float(falls.max())
    worst = np.sort(-series if kind == "cvar" else falls)[::-1]
    return float(worst[: len(series) // 20].mean())


def ceiling(kind: str, most: float) -> dict[str, Any]:
    """Return a ceiling."""
    return {"kind": f"{kind}_ceiling", FIELDS[kind]: most}


def by_another_solver(kind: str, panel: ReturnsPanel, budgets: np.ndarray, most: float, cap: float) -> np.ndarray:
    """Return the weights of the log-barrier program in scaled portfolios, written down and solved anew."""
    covariance = np.cov(panel.returns_frac.T) * 252
    covariance /= np.mean(np.diag(covariance))
    x, scale = cp.Variable(len(covariance)), cp.Variable()
    limits = [cp.sum(x) == scale, x <= cap * scale]
    root = np.linalg.cholesky(covariance).T
    series = panel.returns_frac / most @ x
    if kind == "volatility":
        own = np.linalg.cholesky(np.cov(panel.returns_frac.T) * 252).T / most
        limits.append(cp.norm(own @ x) <= scale)
    elif kind == "cvar":
        days = len(panel.returns_frac)
        limits.append(cp.sum_largest(-series, days // 20) / (days // 20) <= scale)
    else:
        tops = cp.Variable(len(panel.returns_frac) + 1)
        wealth = cp.hstack([0.0, cp.cumsum(series)])
        falls = (tops - wealth)[1:]
        limits += [tops >= wealth, tops[1:] >= tops[:-1]]
        days = len(panel.returns_frac)
        worst = cp.max(falls) if kind == "drawdown" else cp.sum_largest(falls, days // 20) / (days // 20)
        limits.append(worst <= scale)
    cp.Problem(cp.Minimize(0.5 * cp.sum_squares(root @ x) - budgets @ cp.log(x)), limits).solve(solver="CLARABEL")
    return np.asarray(x.value / x.value.sum())


@pytest.mark.parametrize("kind", GOALS)
@pytest.mark.parametrize("seed", range(3))
def test_budgets_under_a_ceiling_are_what_another_solver_finds(kind, seed):
    rng = np.random.default_rng(100 + seed)
    panel = history(int(rng.integers(5, 14)), 240, seed)
    cap = float(rng.choice([1.0, 0.4]))
    budgets = np.round(rng.dirichlet(np.full(len(panel.assets), 4.0)), 3)
    budgets[0] += 1.0 - budgets.sum()
    least = measured(kind, panel, weights_of(solved(panel, {"kind": GOALS[kind]}, cap=cap)))
    goal = {"kind": "risk_parity", "budgets": dict(zip(panel.assets, budgets.tolist(), strict=True))}
    free = measured(kind, panel, weights_of(solved(panel, goal, cap=cap)))
    most = least + float(rng.uniform(0.3, 0.8)) * (free - least)
    result = solved(panel, goal, ceiling(kind, most), cap=cap)
    assert result.status == "optimal", (result.message, result.notes)
    found, expected = weights_of(result), by_another_solver(kind, panel, budgets, most, cap)
    assert measured(kind, panel, found) <= most * (1.0 + 1e-7)
    np.testing.assert_allclose(found, expected, atol=2e-4)

    def value(weights: np.ndarray) -> float:
        return np.log(measured("volatility", panel, weights)) - float(budgets @ np.log(weights))

    assert value(found) <= value(expected) + 1e-7
    line = next(one for one in result.certificate.limits if one.kind == f"{kind}_ceiling")
    assert line.is_binding

    def objective(side: float) -> float:
        return float(np.exp(value(weights_of(solved(panel, goal, ceiling(kind, side), cap=cap)))))

    step = 2e-4 * most
    slope = (objective(most + step) - objective(most - step)) / (2.0 * step)
    assert line.price == pytest.approx(slope, rel=0.03)


@pytest.mark.parametrize("kind", GOALS)
def test_budgets_beside_any_ceiling_get_an_answer_at_once(kind):
    panel = history(50, 500, 3)
    least = measured(kind, panel, weights_of(solved(panel, {"kind": GOALS[kind]}, cap=0.1)))
    times = []
    for share in (1e-8, 1e-6, 1e-4, 1e-2, 0.05):
        begun = time.process_time()
        result = solved(panel, {"kind": "risk_parity"}, ceiling(kind, least * (1.0 + share)), cap=0.1)
        times.append(time.process_time() - begun)
        assert result.status in ("optimal", "near_optimal"), (share, result.message)
        assert measured(kind, panel, weights_of(result)) <= least * (1.0 + share) * (1.0 + 1e-6)
        assert result.status == "optimal" or any("only approximately" in note for note in result.notes)
    assert result.status == "optimal", result.notes
    assert float(np.median(times)) < 1.0  # some 0.1 to 0.5 s; tangents alone took half a minute


def test_two_ceilings_at_once_are_kept():
    panel = history(12, 240, 5)
    wanted = {kind: measured(kind, panel, weights_of(solved(panel, {"kind": GOALS[kind]}))) for kind in GOALS}
    calm = weights_of(solved(panel, {"kind": "min_volatility"}, ceiling("cvar", wanted["cvar"] * 1.05)))
    limits = [
        ceiling("volatility", measured("volatility", panel, calm) * 1.02),
        ceiling("cvar", wanted["cvar"] * 1.06),
    ]
    result = solved(panel, {"kind": "risk_parity"}, *limits)
    assert result.status == "optimal", (result.message, result.notes)
    for kind, limit in zip(("volatility", "cvar"), limits, strict=True):
        assert measured(kind, panel, weights_of(result)) <= limit[FIELDS[kind]] * (1.0 + 1e-7)


def test_turnover_beside_a_ceiling_on_risk_and_a_narrowed_box_are_no_reason_to_break_off():
    panel = history(8, 240, 7)
    held = dict.fromkeys(panel.assets, 0.125)
    body = {
        "asset_ids": list(panel.assets),
        "objective": {"kind": "risk_parity"},
        "constraints": [
            {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.6},
            {"kind": "turnover", "max_frac": 0.2},
            ceiling("volatility", measured("volatility", panel, np.full(8, 0.125)) * 0.9),
        ],
        "current_weights": held,
        "frontier_points_count": 0,
    }
    result = engine.optimize(engine.parse_request(json.dumps(body)), panel)
    assert result.status == "optimal", (result.message, result.notes)
    assert 0.5 * np.abs(weights_of(result) - 0.125).sum() <= 0.2 + 1e-9


def test_limits_next_to_one_portfolio_get_an_answer_that_says_what_it_is(monkeypatch):
    from engine.optimize import risk_budget

    scores = dict(zip([f"A{i}" for i in range(8)], [20.0, 30.0, 35.0, 50.0, 55.0, 60.0, 70.0, 80.0], strict=True))
    panel = history(8, 240, 11)
    body = {
        "asset_ids": list(panel.assets),
        "objective": {"kind": "risk_parity"},
        "constraints": [{"kind": "esg_floor", "min_score": 79.9}],
        "facts": {"esg_scores": scores},
        "frontier_points_count": 0,
    }
    request = engine.parse_request(json.dumps(body))
    assert engine.optimize(request, panel).status in ("optimal", "near_optimal")
    monkeypatch.setattr(risk_budget, "ROADS", (("newton", lambda *_: None),))
    result = engine.optimize(request, panel)
    assert result.status == "near_optimal", result.message
    assert any("smallest position is largest" in note for note in result.notes)
    weights = weights_of(result)
    assert weights.min() > 0.0
    assert float(weights @ list(scores.values())) >= 79.9 - 1e-9
