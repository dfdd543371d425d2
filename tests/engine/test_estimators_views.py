"""Does Black-Litterman combine market and views as published, and refuse views that cannot be meant?"""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine.estimators import EstimationData
from engine.estimators.black_litterman import BlackLitterman, posterior
from engine.estimators.views import View
from engine.kernel.errors import InputRefused

COUNTRIES = ("AU", "CA", "FR", "DE", "JP", "UK", "US")
MARKET = np.array([0.016, 0.022, 0.052, 0.055, 0.116, 0.124, 0.615])
CORRELATIONS = (
    (0.488,), (0.478, 0.664), (0.515, 0.655, 0.861), (0.439, 0.310, 0.355, 0.354), (0.512, 0.608, 0.783, 0.777, 0.405),
    (0.491, 0.779, 0.668, 0.653, 0.306, 0.652),
)  # fmt: skip
GERMANY = {"long": ["DE"], "short": ["FR", "UK"], "shares": "market", "return_annual_frac": 0.05}


def published_covariance():
    matrix = np.eye(7)
    for row, values in enumerate(CORRELATIONS, 1):
        matrix[row, :row] = matrix[:row, row] = values
    volatilities = np.array([0.16, 0.203, 0.248, 0.271, 0.21, 0.20, 0.187])
    return matrix * np.outer(volatilities, volatilities)


def world(rate=0.0, **more) -> EstimationData:
    """Return the seven countries of He and Litterman with one period a year."""
    known = {"market_weights_frac": MARKET, "covariance": published_covariance()} | more
    return EstimationData(COUNTRIES, np.zeros((2, 7)), 1, rate, rate, **known)


def belief(*views, **fields) -> BlackLitterman:
    body = {"kind": "black_litterman", "views": list(views), "risk_aversion": 2.5, **fields}
    return BlackLitterman.model_validate_json(json.dumps(body))


@pytest.mark.parametrize(
    ("canada", "returns", "weights"),
    [
        (None, [4.3, 7.6, 9.3, 11.0, 4.5, 7.0, 8.1], [1.5, 2.1, -4.0, 35.4, 11.0, -9.5, 58.6]),
        (0.03, [4.4, 8.7, 9.5, 11.2, 4.6, 7.0, 7.5], [1.5, 41.9, -3.4, 33.6, 11.0, -8.2, 18.8]),
        (0.04, [4.4, 9.1, 9.5, 11.3, 4.6, 7.0, 7.3], [1.5, 53.3, -3.3, 33.1, 11.0, -7.8, 7.3]),
    ],
)
def test_the_published_portfolios_of_he_and_litterman(canada, returns, weights):
    views = [GERMANY] + ([] if canada is None else [{"long": ["CA"], "short": ["US"], "return_annual_frac": canada}])
    made = belief(*views, uses_posterior_covariance=True).estimate(world())
    np.testing.assert_allclose(100 * made.returns_frac, returns, atol=0.0501)
    best = np.linalg.solve(2.5 * made.covariance, made.returns_frac)
    np.testing.assert_allclose(100 * best, weights, atol=0.0501)


def test_without_views_the_published_equilibrium_remains():
    made = belief().estimate(world())
    np.testing.assert_allclose(100 * made.returns_frac, [3.9, 6.9, 8.4, 9.0, 4.3, 6.8, 7.6], atol=0.0501)
    assert "No views are given" in made.notes[-1]


def test_the_posterior_is_the_same_in_the_space_of_precisions():
    rng = np.random.default_rng(3)
    factor = rng.normal(size=(8, 8))
    prior_covariance = 0.05 * (factor @ factor.T + np.eye(8))
    rows, doubts = rng.normal(size=(3, 8)), rng.uniform(0.01, 0.2, 3)
    prior, asked = rng.normal(size=8), rng.normal(size=3)
    gain, left = posterior(prior_covariance, rows, doubts)
    precision = np.linalg.inv(prior_covariance) + rows.T @ np.diag(1 / doubts) @ rows
    second = np.linalg.solve(precision, np.linalg.solve(prior_covariance, prior) + rows.T @ (asked / doubts))
    np.testing.assert_allclose(prior + gain @ (asked - rows @ prior), second, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(left, np.linalg.inv(precision), rtol=1e-8, atol=1e-12)


def test_skfolio_finds_the_same_posterior():
    from skfolio.moments import EmpiricalCovariance, EquilibriumMu
    from skfolio.prior import BlackLitterman as Peer
    from skfolio.prior import EmpiricalPrior

    rng = np.random.default_rng(1)
    table = rng.normal(0.0005, 0.01, (400, 4)) + rng.normal(0, 0.01, (400, 1))
    covariance = np.cov(table.T)
    peer = Peer(
        views=["0 == 0.0008", "1 - 2 == 0.0002"],
        groups=None,
        prior_estimator=EmpiricalPrior(
            mu_estimator=EquilibriumMu(risk_aversion=2.0, covariance_estimator=EmpiricalCovariance())
        ),
        tau=0.05,
    )
    import pandas as pd

    reference = peer.fit(pd.DataFrame(table, columns=list("0123"))).return_distribution_
    data = EstimationData(
        tuple("0123"), table, 252, market_weights_frac=np.ones(4), covariance=covariance
    )  # fmt: skip
    made = belief(
        {"asset": "0", "return_annual_frac": 0.0008 * 252},
        {"long": ["1"], "short": ["2"], "return_annual_frac": 0.0002 * 252},
        risk_aversion=2.0,
        uses_posterior_covariance=True,
    ).estimate(data)
    np.testing.assert_allclose(made.returns_frac, reference.mu, rtol=1e-9)
    np.testing.assert_allclose(made.covariance, reference.covariance, rtol=1e-9)


@pytest.mark.parametrize("sure", [0.01, 0.25, 0.5, 0.9, 1.0])
def test_a_lone_view_moves_its_return_by_its_confidence(sure):
    data = world(rate=0.03)
    row = np.array([0, 0, 0, 0, 0, -1.0, 1.0])
    prior = row @ belief().estimate(data).returns_frac
    view = {"long": ["US"], "short": ["UK"], "return_annual_frac": 0.03, "confidence_frac": sure}
    after = row @ belief(view).estimate(data).returns_frac
    assert (after - prior) / (0.03 - prior) == pytest.approx(sure, abs=1e-9)


def test_confidence_near_zero_leaves_the_prior_and_certainty_holds_every_view_exactly():
    data = world(rate=0.02)
    prior = belief().estimate(data).returns_frac
    faint = belief({"asset": "JP", "return_annual_frac": 0.2, "confidence_frac": 1e-9}).estimate(data).returns_frac
    np.testing.assert_allclose(faint, prior, atol=1e-9)
    sure = {"confidence_frac": 1.0}
    made = (
        belief(
            {"asset": "JP", "return_annual_frac": 0.09, **sure},
            {"long": ["US"], "short": ["CA"], "return_annual_frac": 0.01, **sure},
            {"long": ["JP", "US"], "return_annual_frac": 0.085, **sure},
            {"asset": "US", "return_annual_frac": 0.08, **sure},
        )
        .estimate(data)
        .returns_frac
    )
    assert made[4] == pytest.approx(0.09, abs=1e-12)
    assert made[6] == pytest.approx(0.08, abs=1e-12)
    assert made[6] - made[1] == pytest.approx(0.01, abs=1e-12)


def test_absolute_views_are_total_returns_whatever_the_risk_free_rate():
    made = belief({"asset": "US", "return_annual_frac": 0.08, "confidence_frac": 1.0}).estimate(world(rate=0.05))
    assert made.returns_frac[6] == pytest.approx(0.08, abs=1e-12)


def test_forecasts_with_standard_errors_are_generalized_least_squares():
    data = world(rate=0.01)
    told, errors = np.array([0.06, 0.1]), np.array([0.02, 0.05])
    forecasts = [
        {"asset": name, "return_annual_frac": value, "standard_error_annual_frac": error}
        for name, value, error in zip(("JP", "US"), told, errors, strict=True)
    ]
    made = belief(forecasts=forecasts, tau=0.1).estimate(data)
    prior = belief().estimate(data).returns_frac
    rows = np.zeros((2, 7))
    rows[0, 4] = rows[1, 6] = 1.0
    design = np.vstack([np.eye(7), rows])
    noise = np.zeros((9, 9))
    noise[:7, :7], noise[7:, 7:] = 0.1 * published_covariance(), np.diag(errors**2)
    weight = np.linalg.inv(noise)
    expected = np.linalg.solve(design.T @ weight @ design, design.T @ weight @ np.concatenate([prior, told]))
    np.testing.assert_allclose(made.returns_frac, expected, rtol=1e-9)
    view = {"asset": "JP", "return_annual_frac": 0.06, "standard_error_annual_frac": 0.02}
    np.testing.assert_allclose(
        belief(view, tau=0.1).estimate(data).returns_frac,
        belief(forecasts=forecasts[:1], tau=0.1).estimate(data).returns_frac,
        rtol=1e-13,
    )


def test_a_given_prior_needs_no_market():
    prior = dict.fromkeys(COUNTRIES, 0.06)
    made = belief(prior_returns_annual_frac=prior).estimate(world(market_weights_frac=None))
    np.testing.assert_allclose(made.returns_frac, 0.06)
    short = belief(prior_returns_annual_frac={"AU": 6.0})
    found = short.problems(COUNTRIES)
    assert [one.path for one in found] == ["prior_returns_annual_frac.AU", "prior_returns_annual_frac"]


def test_a_view_without_risk_changes_nothing_and_is_said():
    covariance = published_covariance()
    covariance[4] = covariance[:, 4] = 0.0
    view = {"asset": "JP", "return_annual_frac": 0.09, "confidence_frac": 1.0}
    made = belief(view).estimate(world(covariance=covariance))
    np.testing.assert_array_equal(made.returns_frac, belief().estimate(world(covariance=covariance)).returns_frac)
    assert any("JP earns 9% a year changes nothing" in note for note in made.notes)


def test_every_view_is_told_with_prior_and_result_and_a_far_one_is_doubted():
    made = belief({"asset": "AU", "return_annual_frac": 0.9}).estimate(world())
    assert "View: AU earns 90% a year. The prior says 3.94%; both together 46.97%." in made.notes
    assert any("Check its figure" in note for note in made.notes)
    many = [{"asset": name, "return_annual_frac": 0.05} for name in COUNTRIES]
    many += [{"long": ["US"], "short": [name], "return_annual_frac": 0.01} for name in COUNTRIES[:6]]
    assert "3 further views and forecasts are not listed here." in belief(*many).estimate(world()).notes


def test_all_problems_of_views_are_found_at_once():
    wrong = belief(
        {"asset": "XX", "return_annual_frac": 0.05},
        {"asset": "US", "return_annual_frac": 0.05},
        {"asset": "US", "return_annual_frac": 0.07},
        {"long": ["US", "US"], "short": ["CA"], "return_annual_frac": 0.02},
        {"long": ["CA"], "short": ["US"], "return_annual_frac": 0.02},
        {"long": ["CA"], "short": ["CA"], "return_annual_frac": 0.02},
        {"short": ["CA"], "return_annual_frac": 0.02},
        {"asset": "JP", "long": ["CA"], "return_annual_frac": 0.02},
        {"asset": "UK", "return_annual_frac": 0.02, "confidence_frac": 0.5, "standard_error_annual_frac": 0.1},
        {"asset": "FR", "return_annual_frac": 0.05},
        {"asset": "FR", "return_annual_frac": 0.05},
        forecasts=[
            {"asset": "ZZ", "return_annual_frac": 0.05, "standard_error_annual_frac": 0.1},
            {"asset": "US", "return_annual_frac": 0.05, "standard_error_annual_frac": 0.1},
            {"asset": "US", "return_annual_frac": 0.06, "standard_error_annual_frac": 0.1},
        ],
    )
    found = {one.path: one.message for one in wrong.problems(COUNTRIES)}
    assert "XX is not among the assets" in found["views.0"]
    assert "contradicts view 2: US earns 7% a year, but US earns 5% a year" in found["views.2"]
    assert "US is named twice" in found["views.3"]
    assert "contradicts view 4" in found["views.4"]
    assert "CA is on both sides" in found["views.5"]
    assert "does not say which asset" in found["views.6"]
    assert "also `long` or `short`" in found["views.7"]
    assert "a confidence and a standard error" in found["views.8"]
    assert "repeats view 10" in found["views.10"]
    assert "ZZ is not among the assets" in found["forecasts.0"]
    assert "US has a forecast already" in found["forecasts.2"]
    assert all(one.advice for one in wrong.problems(COUNTRIES))
    with pytest.raises(InputRefused) as refusal:
        wrong.estimate(world())
    assert len(refusal.value.problems) == len(wrong.problems(COUNTRIES))
    assert refusal.value.problems[0].path.startswith("estimates.expected_returns.views.")


def test_views_held_for_certain_that_cannot_all_hold_are_refused_together():
    sure = {"confidence_frac": 1.0}
    views = [
        {"asset": "US", "return_annual_frac": 0.08, **sure},
        {"asset": "CA", "return_annual_frac": 0.06, **sure},
        {"long": ["US"], "short": ["CA"], "return_annual_frac": 0.05, **sure},
    ]
    found = belief(*views).problems(None)
    assert found[0].message == "This view says 5%, but views 1 and 2, held for certain, amount to 2%."
    views[2]["return_annual_frac"] = 0.02
    assert not belief(*views).problems(COUNTRIES)
    weighed = [
        {"long": ["FR", "UK"], "shares": "market", "return_annual_frac": 0.05, **sure},
        {"asset": "FR", "return_annual_frac": 0.05, **sure},
        {"asset": "UK", "return_annual_frac": 0.06, **sure},
    ]
    with pytest.raises(InputRefused, match="held for certain"):
        belief(*weighed).estimate(world())


def test_views_are_told_in_words_and_slips_are_asked_about():
    assert (
        View(long=("KO", "PEP"), short=("PG",), return_annual_frac=0.02).explain() == "KO and PEP beat PG by 2% a year"
    )
    assert View(long=("KO",), short=("PG",), return_annual_frac=-0.02).explain() == "PG beats KO by 2% a year"
    assert View(long=("KO", "PG"), return_annual_frac=0.02).explain() == "KO and PG together earn 2% a year"
    for field, value, hint in (
        ("return_annual_frac", 8, "Did you mean 8%"),
        ("confidence_frac", 60, "Did you mean 60%"),
    ):
        body = {"asset": "KO", "return_annual_frac": 0.05, field: value}
        with pytest.raises(ValueError, match=hint):
            View.model_validate_json(json.dumps(body))
    with pytest.raises(ValueError, match="above 0"):
        View.model_validate_json('{"asset":"KO","return_annual_frac":0.05,"confidence_frac":0}')


def test_a_view_weighed_by_an_unknown_market_is_refused():
    prior = dict.fromkeys(COUNTRIES, 0.06)
    with pytest.raises(InputRefused, match="market's weights are not known"):
        belief(GERMANY, prior_returns_annual_frac=prior).estimate(world(market_weights_frac=None))
