"""Is a covariance of factors solved as factors, with the same answer and the same proof as when it is written out?"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import engine
from engine.kernel.errors import InputRefused
from engine.kernel.forms import Estimates, FactorForm
from engine.optimize.factor_matrix import FactorMatrix, sizes_of, times_of
from engine.optimize.qp import QuadraticProgram, clarabel_cold, daqp_cold, piqp_cold
from engine.optimize.solvers import residuals
from engine.result import OptimizationResult

CAPS = [
    {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.25},
    *({"kind": "sector_limit", "sector": f"S{k}", "max_frac": 0.3} for k in range(5)),
]
SHORTS = [
    {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.1, "short_max_frac": 0.05},
    {"kind": "long_short", "gross_max_frac": 1.5},
]
GOALS = [
    {"kind": "min_volatility"},
    {"kind": "max_sharpe"},
    {"kind": "target_return", "return_min_annual_frac": 0.11},
    {"kind": "max_utility", "risk_aversion": 6.0},
]


def names_of(count: int) -> tuple[str, ...]:
    return tuple(f"A{i:04d}" for i in range(count))


def market(count: int, width: int = 8, seed: int = 5) -> tuple[np.ndarray, FactorForm]:
    rng = np.random.default_rng(seed)
    loadings = rng.normal(0.0, 0.5, (count, width))
    loadings[:, 0] = 0.6 + np.abs(loadings[:, 0])
    mix = rng.normal(size=(width, width))
    covariance = 0.002 * mix @ mix.T / width + np.diag(rng.uniform(0.002, 0.02, width))
    return rng.normal(0.07, 0.04, count), FactorForm(loadings, covariance, rng.uniform(0.005, 0.08, count))


def solved(means: np.ndarray, goal: dict[str, Any], limits: list[dict[str, Any]], **given: Any) -> OptimizationResult:
    names = names_of(len(means))
    body = {"asset_ids": names, "objective": goal, "constraints": limits, "frontier_points_count": 0}
    figures = engine.Figures(names, means, **given)
    sectors = {name: f"S{i % 5}" for i, name in enumerate(names)}
    return engine.optimize(engine.parse_request(json.dumps(body)), figures=figures, sectors=sectors)


def weights(result: OptimizationResult) -> np.ndarray:
    return np.array([line.weight_frac for line in result.weights])


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal["kind"])
@pytest.mark.parametrize("limits", [CAPS, SHORTS], ids=["caps", "shorts"])
def test_factors_and_the_matrix_written_out_give_the_same_proven_weights(goal, limits):
    means, form = market(180)
    by_factors = solved(means, goal, limits, factors=form)
    whole = solved(means, goal, limits, covariance_annual=form.dense())
    for result in (by_factors, whole):
        assert result.status == "optimal"
        assert result.certificate.kkt.worst <= 1e-6
        assert result.certificate.weight_sum_frac == 1.0
    np.testing.assert_allclose(weights(by_factors), weights(whole), atol=1e-7)
    assert by_factors.metrics.volatility_annual_frac == pytest.approx(whole.metrics.volatility_annual_frac, abs=1e-9)
    pairs = zip(by_factors.certificate.limits, whole.certificate.limits, strict=True)
    assert all(one.price == pytest.approx(other.price, abs=1e-6) for one, other in pairs)


def test_two_thousand_assets_are_solved_and_nothing_is_written_out(monkeypatch):
    means, form = market(2000, 20)

    def refuse(self: Any) -> None:
        raise AssertionError("the covariance was written out")

    monkeypatch.setattr(FactorForm, "dense", refuse)
    monkeypatch.setattr(FactorMatrix, "dense", refuse)
    for goal in GOALS:
        result = solved(means, goal, CAPS, factors=form)
        assert result.status == "optimal"
        assert result.certificate.kkt.worst <= 1e-6


@pytest.mark.parametrize("floor", [-np.inf, 0.3])
def test_sparse_piqp_on_factors_meets_the_conditions_of_the_whole_program(floor):
    rng = np.random.default_rng(2)
    means, form = market(140)
    curve = FactorMatrix.of(form, 0.05, 1e-10, 0, 1e-8)
    program = QuadraticProgram(
        curve, -0.1 * means, np.vstack([np.ones(140), rng.normal(size=140), rng.normal(size=140)]),
        np.array([1.0, floor, -np.inf]), np.array([1.0, np.inf, 0.1]), np.full(140, -0.01), np.full(140, 0.03),
    )  # fmt: skip
    answer = piqp_cold(program)
    assert answer.outcome == "solved"
    assert max(residuals(program, answer)) <= 1e-8
    for other in (daqp_cold, clarabel_cold):
        np.testing.assert_allclose(answer.x, other(program).x, atol=1e-7)


def test_a_factor_matrix_acts_as_the_matrix_that_it_stands_for():
    _, form = market(300)
    curve = FactorMatrix.of(form, 1.0, 0.0, 7, 0.5)
    whole = np.zeros((307, 307))
    whole[:300, :300] = form.dense()
    whole[range(300, 307), range(300, 307)] = 0.5
    x = np.random.default_rng(0).normal(size=307)
    np.testing.assert_allclose(curve.dense(), whole, atol=1e-14)
    np.testing.assert_allclose(curve @ x, whole @ x, atol=1e-12)
    few = np.where(np.arange(307) % 9 == 0, x, 0.0)
    for vector in (x, few):
        for form_of_it in (curve, whole):
            np.testing.assert_allclose(sizes_of(form_of_it, vector), np.abs(whole) @ np.abs(vector), atol=1e-12)
            np.testing.assert_allclose(times_of(form_of_it, vector), whole @ vector, atol=1e-12)
    places = np.array([3, 9, 301])
    np.testing.assert_allclose(curve.block(places), whole[np.ix_(places, places)], atol=1e-14)


def test_estimates_of_factors_know_variances_without_the_matrix():
    means, form = market(30)
    estimates = Estimates.of_factors(means, form)
    x = np.random.default_rng(0).normal(size=30)
    np.testing.assert_allclose(estimates.variances_annual, np.diag(form.dense()), rtol=1e-12)
    np.testing.assert_allclose(estimates.covariance_times(x), form.dense() @ x, rtol=1e-10)
    assert "covariance_annual" not in estimates.__dict__
    np.testing.assert_array_equal(estimates.covariance_annual, form.dense())
    np.testing.assert_allclose(estimates.covariance_times(x), form.dense() @ x, rtol=1e-10)
    with pytest.raises(AttributeError):
        _ = estimates.nothing_of_that_name


def test_a_floor_out_of_reach_and_an_empty_set_are_told_in_words():
    means, form = market(150)
    high = solved(means, {"kind": "target_return", "return_min_annual_frac": 0.9}, CAPS, factors=form)
    assert high.status == "infeasible"
    assert "The best reachable expected return" in high.message
    tight = [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.005}]
    assert solved(means, GOALS[0], tight, factors=form).status == "infeasible"


def test_riskless_and_equal_assets_are_noted_and_solved():
    means, form = market(150)
    own, loadings = form.specific_variances_annual.copy(), form.loadings.copy()
    own[[0, 1, 2]], loadings[0], loadings[2] = 0.0, 0.0, loadings[1]
    means[0], means[2] = 0.01, means[1]
    changed = FactorForm(loadings, form.factor_covariance_annual, own)
    result = solved(means, {"kind": "max_utility", "risk_aversion": 5.0}, CAPS, factors=changed)
    assert result.status == "optimal"
    assert any("A0000 has no variance" in note for note in result.notes)
    assert any("A0001 with A0002" in note for note in result.notes)


def test_one_asset_is_held_whole():
    means, form = market(1)
    assert weights(solved(means, GOALS[0], [], factors=form)).tolist() == [1.0]


def body_of(factors: Any, **more: Any) -> str:
    problem = {"assets": ["A", "B", "C"], "expected_returns_frac": [0.05, 0.06, 0.08], "periods_per_year": 1}
    problem |= {"factors": factors, **more}
    return json.dumps({"problem": problem, "objective": {"kind": "min_volatility"}, "frontier_points_count": 0})


SOUND = {
    "loadings": [[1.0, 0.2], [0.8, -0.1], [1.2, 0.0]],
    "factor_covariance": [[0.02, 0.001], [0.001, 0.01]],
    "specific_variances": [0.01, 0.02, 0.03],
}


def test_a_request_may_carry_factors():
    request = engine.parse_request(body_of(SOUND))
    loadings, covariance = np.array(SOUND["loadings"]), np.array(SOUND["factor_covariance"])
    whole = loadings @ covariance @ loadings.T + np.diag(SOUND["specific_variances"])
    document = json.loads(body_of(None))
    document["problem"] |= {"covariance": whole.tolist()}
    del document["problem"]["factors"]
    other = engine.parse_request(json.dumps(document))
    np.testing.assert_allclose(weights(engine.optimize(request)), weights(engine.optimize(other)), atol=1e-7)
    assert engine.OptimizationRequest.model_validate_json(request.model_dump_json()) == request


@pytest.mark.parametrize(
    ("changed", "place", "words"),
    [
        ({"loadings": [[1.0, 0.2], [0.8, -0.1]]}, "problem.factors.loadings", "3 assets are named"),
        ({"loadings": [[1.0], [0.8], [1.2]]}, "problem.factors.loadings.0", "there are 2 factors"),
        ({"factor_covariance": [[0.02, 0.5], [0.5, 0.01]]}, "problem.factors.factor_covariance", "semidefinite"),
        ({"specific_variances": [0.01, -0.02, 0.03]}, "problem.factors.specific_variances", "variance of B"),
        ({"specific_variances": [0.01]}, "problem.factors.specific_variances", "1 specific variances"),
        ({"specific_variances": [900.0, 0.1, 0.1]}, "problem.factors", "volatility of A"),
    ],
)
def test_factors_that_are_none_are_refused_with_their_place(changed, place, words):
    with pytest.raises(InputRefused) as refused:
        engine.parse_request(body_of(SOUND | changed))
    assert any(one.path == place and words in one.message for one in refused.value.problems)


def test_a_covariance_is_given_exactly_once():
    for text in (body_of(None), body_of(SOUND, covariance=[[0.1, 0.0, 0.0], [0.0, 0.1, 0.0], [0.0, 0.0, 0.1]])):
        with pytest.raises(InputRefused, match="Exactly one of `covariance` and `factors`"):
            engine.parse_request(text)


def test_figures_as_arrays_are_checked_and_chosen_by_name():
    means, form = market(6)
    names = names_of(6)
    whole = engine.Figures(names, means, form.dense())
    by_factors = engine.Figures(names, means, factors=form)
    wanted = (names[4], names[1])
    np.testing.assert_allclose(whole.select(wanted).covariance_annual, by_factors.select(wanted).factors.dense())
    assert whole.select(None) is whole
    with pytest.raises(InputRefused, match="no figures for Z"):
        whole.select(("Z",))
    for bad in (
        {"covariance_annual": -form.dense()},
        {"covariance_annual": form.dense()[:5]},
        {"covariance_annual": form.dense(), "factors": form},
        {},
    ):
        with pytest.raises(InputRefused):
            engine.Figures(names, means, **bad)
    with pytest.raises(InputRefused):
        engine.Figures(names, np.append(means[:5], np.nan), form.dense())
    with pytest.raises(InputRefused):
        engine.Figures((names[0], *names[:5]), means[:5], form.dense())


def test_what_needs_a_history_is_refused_for_figures():
    means, form = market(6)
    with pytest.raises(InputRefused, match="measured on a history"):
        solved(means, {"kind": "min_cvar"}, [], factors=form)
