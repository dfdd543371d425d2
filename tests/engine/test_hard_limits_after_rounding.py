"""Do the final weights keep absolute sums, averages and relative bounds to the last unit, and are soft limits shown?"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine.kernel.grid import on_grid

UNITS = 100_000_000
THIRDS = {"A0": 1 / 3, "A1": 1 / 3, "A2": 1 / 3}
COVARIANCE = np.array([[0.09, 0.01, 0.0], [0.01, 0.04, 0.0], [0.0, 0.0, 0.02]])
RETURNS = (0.05, 0.03, 0.02)


def solved(
    covariance: np.ndarray, returns: Any, goal: dict[str, Any], limits: list[dict[str, Any]], **more: Any
) -> Any:
    """Return the result of a request on figures."""
    problem = {
        "assets": [f"A{i}" for i in range(len(covariance))],
        "expected_returns_frac": list(map(float, returns)),
        "covariance": np.asarray(covariance).tolist(),
        "periods_per_year": 1,
        **({"sectors": more.pop("sectors")} if "sectors" in more else {}),
    }
    body = {"problem": problem, "objective": goal, "constraints": limits, "frontier_points_count": 0, **more}
    return engine.optimize(engine.parse_request(json.dumps(body)))


def weights_of(result: Any) -> np.ndarray:
    """Return the weights."""
    return np.array([line.weight_frac for line in result.weights])


def line_of(result: Any, kind: str) -> Any:
    """Return the first line of a kind."""
    return next(line for line in result.certificate.limits if line.kind == kind)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_turnover_is_kept_to_the_last_unit(seed):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(6, 30))
    drawn = rng.normal(0, 1, (count, count + 5))
    held = on_grid(np.round(rng.dirichlet(np.ones(count)), 4))
    most = round(float(rng.uniform(0.05, 0.4)), 3)
    current = {f"A{i}": float(held[i]) for i in range(count)}
    goal: dict[str, Any] = {"kind": "min_volatility"}
    if seed % 2:
        goal = {"kind": "max_utility", "risk_aversion": 2.0}
    result = solved(
        drawn @ drawn.T / count * 0.01,
        rng.normal(0.06, 0.05, count),
        goal,
        [{"kind": "turnover", "max_frac": most}],
        current_weights=current,
    )
    if result.status != "optimal":
        return
    units, before = np.rint(weights_of(result) * UNITS).astype(int), np.rint(held * UNITS).astype(int)
    assert int(np.abs(units - before).sum()) <= 2 * round(most * UNITS)
    assert line_of(result, "turnover").slack_frac >= 0.0


@pytest.mark.parametrize(
    "limit",
    [
        {"kind": "turnover", "max_frac": 0.0},
        {"kind": "position_bounds", "relative_to": "current", "min_frac": 0.0, "max_frac": 0.0},
    ],
    ids=["turnover", "relative"],
)
@pytest.mark.parametrize("kind", ["min_volatility", "max_sharpe", "risk_parity"])
def test_no_trade_at_all_keeps_thirds_as_they_are(limit, kind):
    result = solved(COVARIANCE, RETURNS, {"kind": kind}, [limit], current_weights=THIRDS)
    assert result.status == "optimal", (result.message, result.notes)
    assert [line.trade_frac for line in result.weights] == [0.0, 0.0, 0.0]
    np.testing.assert_array_equal(weights_of(result), [0.33333334, 0.33333333, 0.33333333])
    assert any("their sum kept" in note for note in result.notes)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 400))
def test_the_grid_keeps_the_sum_and_moves_no_weight_by_a_unit(seed, count):
    rng = np.random.default_rng(seed)
    exact = rng.dirichlet(np.ones(count)) * rng.uniform(0.2, 1.5) - rng.uniform(0.0, 0.01)
    found = on_grid(exact)
    assert np.abs(found - exact).max() < 1.0001 / UNITS
    assert abs(found.sum() - exact.sum()) <= 0.51 / UNITS
    np.testing.assert_array_equal(on_grid(found), found)


def test_the_price_of_the_budget_beside_an_average_is_what_the_budget_earns():
    scores = {"A0": 30.0, "A1": 50.0, "A2": 80.0}
    goal = {"kind": "max_utility", "risk_aversion": 3.0}

    def at(net: float, floor: float) -> Any:
        limits = [{"kind": "budget", "net_frac": net}, {"kind": "esg_floor", "min_score": floor}]
        return solved(COVARIANCE, (0.2, 0.1, 0.02), goal, limits, facts={"esg_scores": scores})

    def worth(result: Any) -> float:
        weights = weights_of(result)
        return float(weights @ (0.2, 0.1, 0.02)) - 1.5 * float(weights @ COVARIANCE @ weights)

    for net in (1.0, 0.8):
        result = at(net, 65.0)
        line = line_of(result, "esg_floor")
        assert (line.min_frac, line.is_binding) == (65.0, True)
        assert line.value_frac == pytest.approx(65.0, abs=1e-5)
        step = 1e-4
        budget = (worth(at(net + step, 65.0)) - worth(at(net - step, 65.0))) / (2 * step)
        assert line_of(result, "budget").price == pytest.approx(budget, rel=1e-3)
        score = (worth(at(net, 65.0 + 0.01)) - worth(at(net, 65.0 - 0.01))) / 0.02
        assert line.price == pytest.approx(score, rel=1e-3)


def test_lots_keep_an_average_over_what_is_invested():
    facts = {
        "prices_money": {"A0": 123.45, "A1": 50.0, "A2": 999.0},
        "capital_money": 10_000.0,
        "esg_scores": {"A0": 30.0, "A1": 40.0, "A2": 70.0},
    }
    limits = [{"kind": "round_lots"}, {"kind": "esg_floor", "min_score": 50.0}]
    result = solved(COVARIANCE, RETURNS, {"kind": "min_volatility"}, limits, facts=facts)
    held = np.array([line.weight_frac for line in result.lots.lines])
    assert held.sum() < 1.0
    assert held @ [30.0, 40.0, 70.0] / held.sum() >= 50.0
    assert result.lots.is_inside


def test_a_soft_limit_that_gave_way_is_shown_as_it_was_asked_for():
    sectors = {"A0": "X", "A1": "X", "A2": "Y"}
    limits = [
        {"kind": "sector_limit", "sector": "X", "min_frac": 0.7, "is_soft": True},
        {"kind": "sector_limit", "sector": "Y", "min_frac": 0.5},
    ]
    result = solved(COVARIANCE, RETURNS, {"kind": "min_volatility"}, limits, sectors=sectors)
    soft, hard = (line for line in result.certificate.limits if line.kind == "sector_limit")
    assert (soft.min_frac, soft.value_frac, soft.slack_frac, soft.gave_way_frac) == (0.7, 0.5, -0.2, 0.2)
    assert soft.is_binding
    assert (hard.min_frac, hard.gave_way_frac) == (0.5, None)


@pytest.mark.parametrize("net", [0.5, 1.0, 1.2, 2.0])
def test_without_bounds_one_asset_may_hold_the_whole_budget(net):
    limits = [{"kind": "budget", "net_frac": net}]
    result = solved(np.array([[0.04]]), [0.05], {"kind": "min_volatility"}, limits)
    assert result.status == "optimal", result.message
    assert weights_of(result).tolist() == [net]


def test_no_ratio_is_shown_to_a_volatility_that_is_numerically_zero():
    rng = np.random.default_rng(0)
    hedge = np.outer([1.0, -1.0], [1.0, -1.0]) * 0.04 + np.eye(2) * 1e-13
    result = solved(hedge, rng.uniform(0.02, 0.05, 2), {"kind": "min_volatility"}, [])
    assert result.metrics.sharpe is None
    assert "no Sharpe ratio" in result.message


@pytest.mark.parametrize("ceiling", [0.01, 0.017, 0.02, 0.03, 0.037, 0.045])
def test_a_narrow_corner_between_a_ceiling_and_a_floor_still_holds_a_point_of_the_grid(ceiling):
    volatility = np.array([0.2, 0.15, 0.25, 0.1, 0.3])
    correlation = np.full((5, 5), 0.3) + 0.7 * np.eye(5)
    scores = (40.0, 55.0, 62.0, 71.0, 80.0)
    names = [f"A{i}" for i in range(5)]
    facts = {
        "benchmark_weights": dict.fromkeys(names, 0.2),
        "esg_scores": dict(zip(names, scores, strict=True)),
    }
    covariance = correlation * np.outer(volatility, volatility)
    limits = [
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 1.0},
        {"kind": "tracking_error", "max_annual_frac": ceiling},
        {"kind": "esg_floor", "min_score": 78.0, "is_soft": True},
    ]
    result = solved(covariance, (0.06, 0.05, 0.08, 0.03, 0.09), {"kind": "max_sharpe"}, limits, facts=facts)
    assert result.status == "optimal", result.notes
    weights = weights_of(result)
    active = weights - 0.2
    assert np.sqrt(active @ covariance @ active) <= ceiling + 1e-15
    assert float(weights @ scores) >= result.given_way[0].changes[0].to_value - 1e-9
    assert line_of(result, "tracking_error").price > 0.0
