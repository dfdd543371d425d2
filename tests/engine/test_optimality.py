"""Is every answer the best one? Proven by its certificate, by closed forms, and by a second road (cvxpy, skfolio)."""

from __future__ import annotations

import numpy as np
import pytest

BOUNDS = {"kind": "position_bounds", "min_frac": 0.01, "max_frac": 0.25}
OPEN = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.25}
TECH = {"kind": "sector_limit", "sector": "Technology", "max_frac": 0.2}
HEALTH = {"kind": "sector_limit", "sector": "Health", "min_frac": 0.1, "max_frac": 0.3}
SHORTS = {"kind": "long_short", "gross_max_frac": 1.6, "short_max_frac": 0.25}
GOALS = [
    {"kind": "max_sharpe"},
    {"kind": "min_volatility"},
    {"kind": "target_return", "return_min_annual_frac": 0.2},
    {"kind": "max_return", "volatility_max_annual_frac": 0.22},
    {"kind": "max_return", "volatility_max_annual_frac": 0.9},
]
LIMITS = {
    "none": [],
    "bounds": [BOUNDS],
    "sectors": [BOUNDS, TECH, HEALTH],
    "shorts": [OPEN, TECH, HEALTH, SHORTS],
    "shorts without budget": [OPEN, {"kind": "long_short", "gross_max_frac": None, "short_max_frac": None}],
    "half invested": [OPEN, {"kind": "budget", "net_frac": 0.5}],
}


@pytest.fixture(scope="module")
def figures(panel):
    window = panel.tail(1260).returns_frac
    return window.mean(axis=0) * 252, np.cov(window.T) * 252


@pytest.mark.requirement("1.1.A2")
@pytest.mark.requirement("1.1.A6")
@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize("goal", GOALS, ids=lambda g: "-".join(str(v) for v in g.values()))
def test_every_convex_answer_meets_the_optimality_conditions(ask, assert_proven, goal, limits):
    if limits == "half invested" and goal["kind"] == "target_return":
        goal = {**goal, "return_min_annual_frac": 0.12}
    result = ask(goal, LIMITS[limits])
    assert_proven(result, net_frac=0.5 if limits == "half invested" else 1.0)
    assert result.certificate.kkt is not None


@pytest.mark.filterwarnings("ignore:Solution may be inaccurate")  # Clarabel, asked for more than it can give
@pytest.mark.requirement("1.1.B3")
@pytest.mark.requirement("1.1.B4")
@pytest.mark.parametrize("limits", ["bounds", "sectors", "shorts"])
@pytest.mark.parametrize("goal", GOALS, ids=lambda g: "-".join(str(v) for v in g.values()))
def test_a_general_modeling_language_finds_the_same_optimum(ask, weights_of, figures, sectors, panel, goal, limits):
    import cvxpy as cp

    mean, covariance = figures
    root = np.linalg.cholesky(covariance).T
    w, k = cp.Variable(20), cp.Variable(nonneg=True)
    is_ratio = goal["kind"] == "max_sharpe"
    one = k if is_ratio else 1.0
    rows = [cp.sum(w) == one]
    for item in LIMITS[limits]:
        if item["kind"] == "position_bounds":
            low = -item["max_frac"] if limits == "shorts" else item["min_frac"]
            rows += [w >= low * one, w <= item["max_frac"] * one]
        elif item["kind"] == "sector_limit":
            mask = np.array([sectors[asset] == item["sector"] for asset in panel.assets], dtype=float)
            rows += [mask @ w <= item["max_frac"] * one, mask @ w >= item.get("min_frac", -9) * one]
        else:
            rows += [cp.norm1(w) <= 1.6 * one, cp.sum(cp.neg(w)) <= 0.25 * one]
    if goal["kind"] == "max_return":
        rows.append(cp.norm(root @ w) <= goal["volatility_max_annual_frac"])
        problem = cp.Problem(cp.Maximize(mean @ w), rows)
    else:
        if is_ratio:
            rows.append(mean @ w == 1.0)
        elif goal["kind"] == "target_return":
            rows.append(mean @ w >= goal["return_min_annual_frac"])
        problem = cp.Problem(cp.Minimize(cp.sum_squares(root @ w)), rows)
    problem.solve(solver=cp.CLARABEL, tol_gap_abs=1e-10, tol_gap_rel=1e-10, tol_feas=1e-10)
    theirs = w.value / (k.value if is_ratio else 1.0)
    ours = weights_of(ask(goal, LIMITS[limits]))

    def score(x):
        risk = np.sqrt(x @ covariance @ x)
        return {"max_sharpe": -(mean @ x) / risk, "max_return": -(mean @ x)}.get(goal["kind"], risk)

    assert score(ours) == pytest.approx(score(theirs), rel=1e-7)
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


@pytest.mark.requirement("1.1.A1")
@pytest.mark.parametrize(
    ("goal", "theirs"), [("min_volatility", "MINIMIZE_RISK"), ("max_sharpe", "MAXIMIZE_RATIO")], ids=["risk", "ratio"]
)
def test_skfolio_finds_the_same_optimum_on_real_prices(ask, weights_of, panel, figures, goal, theirs):
    import pandas as pd
    from skfolio.optimization import MeanRisk, ObjectiveFunction

    window = panel.tail(1260)
    frame = pd.DataFrame(window.returns_frac, columns=list(window.assets), index=pd.DatetimeIndex(window.dates))
    model = MeanRisk(objective_function=ObjectiveFunction[theirs], min_weights=0.01, max_weights=0.25)
    reference = np.asarray(model.fit(frame).weights_, dtype=float)
    ours = weights_of(ask({"kind": goal}, [BOUNDS]))
    mean, covariance = figures

    def score(x):
        risk = np.sqrt(x @ covariance @ x)
        return risk if goal == "min_volatility" else -(mean @ x) / risk

    assert score(ours) <= score(reference) * (1.0 + 1e-9 * np.sign(score(reference)))
    assert score(ours) == pytest.approx(score(reference), rel=1e-5)


def test_two_assets_have_the_textbook_minimum_variance(ask):
    s1, s2, rho = 0.2, 0.3, 0.25
    cross = rho * s1 * s2
    problem = {
        "assets": ["X", "Y"],
        "expected_returns_frac": [0.05, 0.08],
        "covariance": [[s1**2, cross], [cross, s2**2]],
        "periods_per_year": 1,
    }
    result = ask({"kind": "min_volatility"}, problem=problem)
    expected = (s2**2 - cross) / (s1**2 + s2**2 - 2 * cross)
    assert result.weights[0].weight_frac == pytest.approx(expected, abs=1e-8)


def test_the_tangency_portfolio_without_bounds_is_proportional_to_inverse_covariance_times_excess_return(
    ask, weights_of
):
    rng = np.random.default_rng(5)
    mix = rng.normal(size=(6, 6)) * 0.1
    covariance = mix @ mix.T + 0.02 * np.eye(6)
    mean = rng.uniform(0.06, 0.12, 6)
    problem = {
        "assets": list("ABCDEF"),
        "expected_returns_frac": mean.tolist(),
        "covariance": covariance.tolist(),
        "periods_per_year": 1,
    }
    direction = np.linalg.solve(covariance, mean - 0.03)
    expected = direction / direction.sum()
    assert np.abs(expected).max() < 1.0
    free = [
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 1.0},
        {"kind": "long_short", "gross_max_frac": None, "short_max_frac": None},
    ]
    result = ask({"kind": "max_sharpe"}, free, problem=problem, risk_free_annual_frac=0.03)
    np.testing.assert_allclose(weights_of(result), expected, atol=2e-8)
    assert result.metrics.sharpe == pytest.approx(np.sqrt((mean - 0.03) @ direction), rel=1e-9)


@pytest.mark.parametrize("count", [50, 200, 400])
@pytest.mark.parametrize("goal", GOALS[:3], ids=lambda g: g["kind"])
def test_large_universes_are_solved_with_proof(ask, assert_proven, synthetic, goal, count):
    wide = synthetic(count)
    groups = {asset: f"S{i % 7}" for i, asset in enumerate(wide.assets)}
    caps = [{"kind": "sector_limit", "sector": f"S{i}", "max_frac": 0.3} for i in range(7)]
    assert_proven(ask(goal, [OPEN, *caps], panel=wide, sectors=groups, frontier_points_count=5))


def test_the_same_request_gives_the_same_bits(ask):
    for goal in GOALS:
        first, second = (ask(goal, LIMITS["shorts"]).model_dump(exclude={"elapsed_ms"}) for _ in range(2))
        assert first == second


def test_a_dollar_neutral_portfolio_is_solved_with_proof(ask, assert_proven):
    limits = [OPEN, {"kind": "budget", "net_frac": 0.0}, {"kind": "long_short", "gross_max_frac": 1.0}]
    for goal in (GOALS[0], GOALS[3]):
        result = ask(goal, limits)
        assert_proven(result, net_frac=0.0)
        assert sum(abs(line.weight_frac) for line in result.weights) > 0.5


def test_a_ceiling_exactly_at_the_least_volatility_is_feasible(ask):
    least = ask({"kind": "min_volatility"}, [BOUNDS]).metrics.volatility_annual_frac
    result = ask({"kind": "max_return", "volatility_max_annual_frac": least}, [BOUNDS])
    assert result.status.has_weights
    assert result.metrics.volatility_annual_frac == pytest.approx(least, rel=1e-6)
