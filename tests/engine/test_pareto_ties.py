"""Where no risk tells portfolios apart, are the points those that are best in everything else?"""

from __future__ import annotations

import cvxpy as cp
import numpy as np
import pytest

import engine
from engine.doors import given_of
from engine.optimize.compile import compile_limits
from engine.optimize.inputs import read_inputs
from engine.pareto.measures import measures_of
from engine.pareto.parse import parse_pareto
from engine.pareto.result import ParetoPoint, ParetoResult
from engine.pareto.ties import Ties
from tests.engine.pareto_worlds import COUNT, NAMES, costs_of, figures, panel, request, solved

TWICE = ("A", "B1", "B2", "C")
MEANS = np.array([0.04, 0.06, 0.06, 0.08])
SCORES = np.array([62.0, 31.0, 92.0, 90.0])


def _covariance() -> np.ndarray:
    """Return the covariance of four assets of which the second and the third are the same."""
    size = np.array([0.1, 0.15, 0.15, 0.25])
    likeness = np.full((4, 4), 0.2)
    np.fill_diagonal(likeness, 1.0)
    likeness[1, 2] = likeness[2, 1] = 1.0
    return likeness * np.outer(size, size)


def _twice(*kinds: str) -> ParetoResult:
    body = {
        "problem": {
            "assets": TWICE,
            "expected_returns_frac": MEANS.tolist(),
            "covariance": _covariance().tolist(),
            "periods_per_year": 1,
        },
        "facts": {"esg_scores": dict(zip(TWICE, SCORES.tolist(), strict=True))},
        "current_weights": dict.fromkeys(TWICE, 0.25),
        "objectives": [{"kind": kind} for kind in kinds],
        "points_count": 30,
    }
    return engine.pareto(parse_pareto(body))


@pytest.mark.requirement("1.2.A3")
def test_of_two_assets_that_move_as_one_the_better_is_held() -> None:
    result = _twice("return", "volatility", "esg")
    assert result.status == "optimal"
    assert len(result.points) > 20
    assert result.chosen is not None
    for point in (*result.points, result.chosen.point):
        assert point.is_exact
        assert point.kkt_worst is not None
        assert point.kkt_worst <= 1e-8
        assert point.weights_frac[1] == pytest.approx(0.0, abs=1e-9)


def _gain_at_the_same_risk(point: ParetoPoint) -> float:
    """Return by how many score points the score can rise while risk, return and turnover are no worse, by cvxpy."""
    held, weights = np.array(point.weights_frac), cp.Variable(4, nonneg=True)
    covariance = _covariance()
    rules = [
        cp.sum(weights) == held.sum(),
        covariance @ weights == covariance @ held,
        MEANS @ weights >= MEANS @ held - 1e-10,
        cp.norm1(weights - 0.25) <= np.abs(held - 0.25).sum() + 1e-10,
    ]
    task = cp.Problem(cp.Maximize(SCORES @ weights), rules)
    task.solve(solver=cp.CLARABEL)
    return float(task.value - SCORES @ held)


def test_trading_is_weighed_against_the_better_of_two_that_move_as_one() -> None:
    result = _twice("return", "volatility", "esg", "turnover")
    assert result.exact_count == len(result.points)
    assert max(point.weights_frac[1] for point in result.points) > 0.2  # what is held already costs no trade
    assert max(_gain_at_the_same_risk(point) for point in result.points[::3]) <= 1e-4


def test_fewer_periods_than_assets_leave_no_score_unused() -> None:
    history = panel(6, 3)
    scores = np.array([30.0, 80.0, 55.0, 62.0, 71.0, 44.0])
    body = {
        "asset_ids": list(NAMES[:6]),
        "estimates": {"covariance": {"kind": "sample"}},
        "facts": {"esg_scores": dict(zip(NAMES, scores.tolist(), strict=False))},
        "objectives": [{"kind": "return"}, {"kind": "volatility"}, {"kind": "esg"}],
        "points_count": 12,
    }
    result = engine.pareto(parse_pareto(body), history)
    means, spread = history.returns_frac.mean(axis=0), np.cov(history.returns_frac.T)
    for point in result.points:
        held, weights = np.array(point.weights_frac), cp.Variable(6, nonneg=True)
        rules = [cp.sum(weights) == held.sum(), spread @ weights == spread @ held, means @ weights >= means @ held]
        task = cp.Problem(cp.Maximize(scores @ weights), rules)
        task.solve(solver=cp.CLARABEL)
        assert scores @ held >= task.value - 1e-3


@pytest.mark.parametrize(("kinds", "seed"), [(("esg", "turnover", "yield"), 9), (("yield", "esg", "turnover"), 31)])
def test_the_order_of_the_assets_does_not_matter_without_a_risk(kinds: tuple[str, ...], seed: int) -> None:
    rng = np.random.default_rng(seed)
    held = dict(zip(NAMES, rng.dirichlet(np.ones(COUNT)).tolist(), strict=True))
    order = np.arange(COUNT)[::-1]
    more = {"seed": seed, "cap_frac": 0.2, "points_count": 10, "current_weights": held}
    plain, turned = solved(*kinds, **more), solved(*kinds, order=order, **more)
    costs = costs_of(plain)
    assert costs_of(turned) == pytest.approx(costs, abs=1e-6 * float(np.ptp(costs, axis=0).max()))
    assert turned.hypervolume_frac == pytest.approx(plain.hypervolume_frac, rel=1e-6)


def test_assets_that_differ_leave_nothing_to_break() -> None:
    asked = request("return", "volatility", "esg")
    inputs = read_inputs(asked, given_of(asked))
    limits = compile_limits(asked.all_constraints(), inputs.universe)
    measures = measures_of(asked.objectives, asked.shares_frac(), inputs, limits, None)
    ties = Ties(measures, inputs.estimates, limits, None)
    weights = np.full(COUNT, 1.0 / COUNT)
    assert not ties.is_open
    assert ties.broken(weights, {}) is weights
    assert np.linalg.matrix_rank(figures()[1]) == COUNT
