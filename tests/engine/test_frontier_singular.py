"""Is the frontier exact where the covariance is singular: fewer days than assets, repeated assets, riskless assets?"""

from __future__ import annotations

from typing import Any

import cvxpy as cp
import numpy as np
import pytest

import engine
from engine.frontier import path as walked

COUNT = 32
NAMES = tuple(f"A{i:02d}" for i in range(COUNT))
SCORES = {
    name: float(score) for name, score in zip(NAMES, np.random.default_rng(7).uniform(0, 100, COUNT), strict=True)
}
EQUAL = dict.fromkeys(NAMES, 1.0 / COUNT)


def figures_of(kind: str, seed: int = 0) -> engine.Figures:
    """Return sample figures: of 20 days, with every asset twice, or with an asset that never moves."""
    rng = np.random.default_rng(seed)
    days = 20 if kind in {"few days", "few days and cash"} else 300
    returns = rng.normal(0.0003, 0.006, (days, 3)) @ rng.normal(0.6, 0.5, (COUNT, 3)).T
    returns += rng.normal(1e-4, 1.0, (days, COUNT)) * rng.uniform(0.006, 0.02, COUNT)
    if kind == "repeated":
        returns[:, COUNT // 2 :] = returns[:, : COUNT // 2]
    expected = rng.uniform(0.02, 0.15, COUNT)
    if kind == "repeated":
        expected[COUNT // 2 :] = expected[: COUNT // 2]
    if "cash" in kind:
        returns[:, 0] = 0.0001
        expected[0] = 0.025
    return engine.Figures(NAMES, expected, 252 * np.cov(returns, rowvar=False))


def asked(*limits: dict[str, Any], **more: Any) -> engine.OptimizationRequest:
    body = {
        "asset_ids": list(NAMES),
        "objective": {"kind": "min_volatility"},
        "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.25}, *limits],
        "frontier_points_count": 0,
        "current_weights": EQUAL,
        "facts": {"esg_scores": SCORES, "benchmark_weights": EQUAL},
        **more,
    }
    return engine.parse_request(body)


def least_variance(figures: engine.Figures, reward: Any, floor: float, center: Any, limit: str) -> float:
    """Return the least squared risk with at least that reward, by another solver on a root of the same covariance."""
    values, vectors = np.linalg.eigh(figures.covariance_annual)
    root = (vectors * np.sqrt(np.maximum(values, 0.0))).T
    weights = cp.Variable(COUNT)
    limits = [cp.sum(weights) == 1, weights <= 0.25, reward @ weights >= floor]
    if limit == "long_short":
        limits += [cp.norm1(weights) <= 1.6, weights >= -0.25]
    else:
        limits += [weights >= 0]
    if limit == "turnover":
        limits += [cp.norm1(weights - 1.0 / COUNT) <= 2 * 0.4]
    problem = cp.Problem(cp.Minimize(cp.sum_squares(root @ (weights - center))), limits)
    problem.solve(solver=cp.CLARABEL, tol_gap_abs=1e-13, tol_gap_rel=1e-11, tol_feas=1e-11)
    return float(problem.value)


LIMITS: dict[str, tuple[dict[str, Any], ...]] = {
    "none": (),
    "turnover": ({"kind": "turnover", "max_frac": 0.4},),
    "long_short": (
        {"kind": "long_short", "gross_max_frac": 1.6, "short_max_frac": 0.3},
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.25, "short_max_frac": 0.25},
    ),
}


@pytest.mark.filterwarnings("ignore:Solution may be inaccurate")
@pytest.mark.parametrize("axes", ["volatility return", "tracking_error return", "volatility esg", "tracking_error esg"])
@pytest.mark.parametrize("kind", ["few days", "repeated", "few days and cash"])
def test_every_corner_and_what_lies_between_is_what_another_solver_finds(kind: str, axes: str) -> None:
    risk, reward = axes.split()
    figures = figures_of(kind)
    center = np.full(COUNT, 1.0 / COUNT) if risk == "tracking_error" else np.zeros(COUNT)
    gained = np.array(list(SCORES.values())) if reward == "esg" else figures.returns_annual_frac
    scale = float(np.mean(np.diag(figures.covariance_annual)))
    for limit, rows in LIMITS.items():
        if kind == "few days and cash" and limit == "long_short":
            continue  # next to no curvature there: points are solved for alone
        found = engine.frontier(asked(*rows), figures=figures, risk=risk, reward=reward)  # type: ignore[arg-type]
        assert (found.status, found.is_exact) == ("optimal", True), limit
        rewards = np.array([one.reward for one in found.corners])
        assert (np.diff(rewards) > 0).all()
        for place, share in ((0, 0.0), (0, 0.5), (len(rewards) // 2, 0.3), (len(rewards) - 2, 0.9)):
            first, following = found.corners[place], found.corners[place + 1]
            told = (1 - share) ** 2 * first.risk_annual_frac**2 + share**2 * following.risk_annual_frac**2
            told += 2 * share * (1 - share) * found.between_variances_annual[place]
            floor = (1 - share) * first.reward + share * following.reward
            assert told == pytest.approx(least_variance(figures, gained, floor, center, limit), abs=2e-8 * scale)


def test_of_all_portfolios_of_the_least_risk_the_first_corner_has_the_highest_return() -> None:
    figures = figures_of("few days and cash")
    found = engine.frontier(asked(), figures=figures)
    values, vectors = np.linalg.eigh(figures.covariance_annual)
    kept = vectors[:, values > 1e-12 * values.max()].T
    weights = cp.Variable(COUNT)
    least = np.array(found.corners[0].weights_frac)
    limits = [cp.sum(weights) == 1, weights >= 0, weights <= 0.25, kept @ (weights - least) == 0]
    best = cp.Problem(cp.Maximize(figures.returns_annual_frac @ weights), limits).solve(solver=cp.CLARABEL)
    assert found.corners[0].return_annual_frac == pytest.approx(best, abs=1e-7)


MEANS = np.array([0.03, 0.06, 0.08, 0.11])
RISKY = np.array([[0.02, 0.004, 0.003], [0.004, 0.04, 0.006], [0.003, 0.006, 0.09]])


def riskless(rate: float) -> engine.FrontierResult:
    """Return the frontier of cash at 3% and three risky assets."""
    covariance = np.zeros((4, 4))
    covariance[1:, 1:] = RISKY
    body = {
        "asset_ids": ["Cash", "X", "Y", "Z"],
        "objective": {"kind": "max_sharpe"},
        "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 1.0}],
        "risk_free_annual_frac": rate,
    }
    return engine.frontier(
        engine.parse_request(body), figures=engine.Figures(("Cash", "X", "Y", "Z"), MEANS, covariance)
    )


def tangency(rate: float) -> np.ndarray[Any, Any]:
    """Return Σ⁻¹(μ - rate) of the risky assets, scaled to a sum of one (Merton 1972)."""
    way = np.linalg.solve(RISKY, MEANS[1:] - rate)
    return np.append(0.0, way / way.sum())


def test_with_cash_the_frontier_begins_there_and_bends_first_at_the_tangency_portfolio() -> None:
    found = riskless(0.03)
    assert found.corners[0].weights_frac == pytest.approx([1, 0, 0, 0], abs=1e-10)
    assert found.corners[0].risk_annual_frac < 1e-10
    assert found.corners[1].weights_frac == pytest.approx(tangency(0.03), abs=1e-9)
    assert found.best_sharpe is not None  # all mixtures with cash have its ratio: the one without cash is given
    assert found.best_sharpe.weights_frac == pytest.approx(tangency(0.03), abs=1e-9)


def test_a_rate_above_the_riskless_asset_has_a_tangency_portfolio_of_its_own() -> None:
    found = riskless(0.04)
    assert found.best_sharpe is not None
    assert found.best_sharpe.weights_frac == pytest.approx(tangency(0.04), abs=1e-8)


def test_a_riskless_asset_above_the_rate_leaves_no_best_ratio_and_a_note_says_so() -> None:
    found = riskless(0.02)
    assert found.status == "optimal"
    assert found.best_sharpe is None
    assert any("no maximum" in note for note in found.notes)


@pytest.mark.parametrize(("risk", "reward"), [("tracking_error", "return"), ("volatility", "esg")])
def test_points_are_solved_for_alone_where_the_walk_fails_whatever_the_axes(
    monkeypatch: pytest.MonkeyPatch, risk: Any, reward: Any
) -> None:
    figures = figures_of("few days")
    exact = engine.frontier(asked(), figures=figures, risk=risk, reward=reward)
    monkeypatch.setattr(walked, "ATTEMPTS", ())
    found = engine.frontier(asked(), figures=figures, risk=risk, reward=reward)
    assert (found.status, found.is_exact) == ("near_optimal", False)
    assert len(found.corners) > 50
    assert any("solved for alone" in note for note in found.notes)
    ends = [(one.corners[0], one.corners[-1]) for one in (found, exact)]
    assert ends[0][1].reward == pytest.approx(ends[1][1].reward, rel=1e-6)
    assert ends[0][0].risk_annual_frac == pytest.approx(ends[1][0].risk_annual_frac, abs=1e-5)


def test_limits_that_clash_are_told_in_the_words_of_the_optimizer() -> None:
    held = {name: 0.5 if name in NAMES[:2] else 0.0 for name in NAMES}
    request = asked({"kind": "turnover", "max_frac": 0.05}, current_weights=held)
    found = engine.frontier(request, figures=figures_of("repeated"))
    answer = engine.optimize(request, figures=figures_of("repeated"))
    assert (found.status, answer.status) == ("infeasible", "infeasible")
    assert found.message == answer.message
    assert found.advice == answer.advice
    assert "turnover" in found.message.lower()


@pytest.mark.parametrize(
    "objective",
    [
        {"kind": "min_tracking_error"},
        {"kind": "min_cvar"},
        {"kind": "target_return", "return_min_annual_frac": 0.9},
    ],
)
def test_what_the_goal_lacks_does_not_keep_a_frontier_from_being_drawn(objective: dict[str, Any]) -> None:
    figures = figures_of("repeated")
    found = engine.frontier(asked(objective=objective, facts=None), figures=figures)
    assert found.status == "optimal"
    plain = engine.frontier(asked(facts=None), figures=figures)
    assert found.corners == plain.corners


def test_assets_that_the_limits_leave_out_need_no_score() -> None:
    scores = {name: score for name, score in SCORES.items() if name != "A03"}
    out = {"kind": "position_bounds", "assets": ["A03"], "min_frac": 0.0, "max_frac": 0.0}
    request = asked(out, facts={"esg_scores": scores})
    found = engine.frontier(request, figures=figures_of("repeated"), reward="esg")
    assert found.status == "optimal"
    assert all(one.weights_frac[3] == 0.0 for one in found.corners)
    with pytest.raises(engine.InputRefused, match="Without an ESG score: A03"):
        engine.frontier(asked(facts={"esg_scores": scores}), figures=figures_of("repeated"), reward="esg")
