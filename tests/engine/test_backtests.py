"""Do the tests of forecasts judge right, wrong and odd forecasts as they should?"""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine.backtests.forecasts import FORECAST_METHODS, rolling_forecasts
from engine.backtests.report import backtest
from engine.backtests.shortfall import fissler_ziegel, implied_degrees, p_value_of, z1, z2, z2_when_right
from engine.kernel.errors import InputRefused
from engine.risk import PortfolioSample
from engine.risk.historical_cvar import HistoricalCvar
from engine.risk.historical_var import HistoricalVar
from engine.tails.closed_forms import normal_loss, student_t_loss
from engine.volatility.ewma import ewma_variances
from engine.volatility.filter import standardized
from engine.volatility.result import GarchParameters
from tests.engine.tail_worlds import garch_returns, student_returns


def targeted(past: np.ndarray) -> GarchParameters:
    """Return a model with fixed weights, so that a walk through the past takes no fits."""
    variance = float(past.var())
    return GarchParameters(
        model="garch",
        innovation="student_t",
        degrees_of_freedom=6.0,
        mean_frac=float(past.mean()),
        omega=0.02 * variance,
        alpha=0.08,
        beta=0.9,
        start_variance=variance,
        observations_count=len(past),
    )


@pytest.mark.requirement("4.1.D1")
def test_right_forecasts_hold_and_wrong_ones_fail() -> None:
    returns = student_returns(1000, seed=3)
    loss = student_t_loss(0.0004, 0.01, 5.0, 0.99)
    right = backtest(returns, np.full(1000, loss.var), np.full(1000, loss.es), level=0.99)
    assert right.verdict == "holds"
    assert right.coverage == "kupiec"
    wrong = backtest(returns, np.full(1000, 0.6 * loss.var), np.full(1000, 0.6 * loss.es), level=0.99)
    assert wrong.verdict == "fails"
    assert wrong.traffic_light.zone == "red"
    assert "underestimated" in wrong.sentence
    assert wrong.test("z2").is_rejected
    assert right.mean_score < wrong.mean_score
    careful = backtest(returns, np.full(1000, 3.0 * loss.var), np.full(1000, 3.0 * loss.es), level=0.99)
    assert careful.verdict == "fails"
    assert "overestimated" in careful.sentence
    json.dumps(right.to_document(), allow_nan=False)


def test_the_exact_test_decides_below_500_days() -> None:
    returns = student_returns(250, seed=3)
    report = backtest(returns, np.full(250, 0.03), level=0.99)
    assert report.coverage == "binomial"
    assert report.traffic_light.multiplier is not None
    assert report.mean_score is None
    assert {one.kind for one in report.tests} == {"binomial", "kupiec", "independence", "conditional_coverage"}


def test_clusters_are_in_doubt() -> None:
    returns = np.full(500, 0.001)
    returns[100:105] = -0.05
    report = backtest(returns, np.full(500, 0.02), level=0.99)
    assert report.exceptions_count == 5
    assert report.exception_places == (100, 101, 102, 103, 104)
    assert report.test("independence").is_rejected
    assert report.verdict == "in doubt"
    assert "clusters" in report.sentence


def test_exceptions_that_are_too_large_are_in_doubt() -> None:
    returns = np.full(1000, 0.001)
    returns[::100] = -0.2  # ten exceptions, as many as expected, each four times the shortfall
    report = backtest(returns, np.full(1000, 0.04), np.full(1000, 0.05), level=0.99)
    assert not report.test("kupiec").is_rejected
    assert report.test("z1").statistic == pytest.approx(1.0 - 4.0)
    assert report.test("z2").statistic == pytest.approx(1.0 - 4.0)
    assert report.test("z1").is_rejected
    assert report.verdict == "in doubt"
    assert "larger" in report.sentence


def test_days_without_forecast_or_return_are_left_out() -> None:
    returns = student_returns(300)
    var = np.full(300, 0.02)
    returns[5], var[:3] = np.nan, np.nan
    report = backtest(returns, var, level=0.95)
    assert report.days_count == 296
    assert "4 days" in report.notes[0]
    empty = backtest(np.full(5, np.nan), np.full(5, 0.02), level=0.95)
    assert (empty.verdict, empty.days_count, empty.traffic_light) == ("too short", 0, None)
    few = backtest(student_returns(40, seed=9) * 0.1, np.full(40, 0.02), level=0.99)
    assert few.verdict == "too short"


def test_forecasts_that_are_no_losses_are_not_tested_for_size() -> None:
    report = backtest(student_returns(300), np.full(300, 0.02), np.full(300, -0.001), level=0.95)
    assert report.test("z2").is_rejected is None
    assert report.test("z2").note


def test_the_statistics_of_acerbi_and_szekely_by_hand() -> None:
    returns = np.array([0.01, -0.03, -0.06, 0.0])
    var, es = np.full(4, 0.02), np.full(4, 0.03)
    assert z1(returns, var, es) == pytest.approx(1.0 - (1.0 + 2.0) / 2.0)
    assert z2(returns, var, es, 0.75) == pytest.approx(1.0 - (1.0 + 2.0) / (4 * 0.25))
    assert z1(np.zeros(4), var, es) is None


def test_the_drawn_z2_is_that_of_whole_drawn_histories() -> None:
    rng = np.random.default_rng(5)
    returns = rng.standard_t(5.0, (4000, 250))
    loss = student_t_loss(0.0, 1.0, 5.0, 0.975)
    struck = -returns > loss.var
    whole = 1.0 + (returns * struck).sum(axis=1) / loss.es / (250 * 0.025)
    quick = z2_when_right(250, 0.975, 5.0, draws_count=20_000)
    for share in (0.05, 0.25, 0.5, 0.9):
        assert np.quantile(quick, share) == pytest.approx(np.quantile(whole, share), abs=0.05)
    assert p_value_of(float(np.quantile(quick, 0.05)), quick) == pytest.approx(0.05, abs=1e-3)


def test_degrees_of_freedom_come_back_from_the_forecasts() -> None:
    for degrees in (3.0, 6.0, 20.0):
        loss = student_t_loss(0.0, 0.01, degrees, 0.99)
        assert implied_degrees(np.full(9, loss.var), np.full(9, loss.es), 0.99) == pytest.approx(degrees, rel=1e-6)
    normal = normal_loss(0.0, 0.01, 0.99)
    assert implied_degrees(np.full(9, normal.var), np.full(9, normal.es), 0.99) > 400.0


def test_the_truth_has_the_best_score() -> None:
    returns = 0.01 * np.random.default_rng(6).standard_t(5.0, 200_000)
    loss = student_t_loss(0.0, 0.01, 5.0, 0.975)

    def score(var: float, es: float) -> float:
        return fissler_ziegel(returns, np.full(len(returns), var), np.full(len(returns), es), 0.975)

    best = score(*loss)
    for var, es in ((0.9, 1.0), (1.1, 1.0), (1.0, 0.9), (1.0, 1.1), (0.8, 0.8), (1.2, 1.2)):
        assert best < score(var * loss.var, es * loss.es)


@pytest.mark.parametrize("method", ["historical", "hull_white", "normal", "ewma", "fhs", "garch"])
def test_a_rolling_forecast_is_the_one_made_by_hand_on_that_day(method: str) -> None:
    returns, window, day, level = garch_returns(700), 300, 523, 0.95
    made = rolling_forecasts(returns, method, level, window, refit_days=1, fit=targeted)
    past = returns[day - window : day]
    if method == "historical":
        sample = PortfolioSample(past, 0.0, 0.0)
        expected = (HistoricalVar(level=level).compute(sample), HistoricalCvar(level=level).compute(sample))
    elif method == "normal":
        expected = normal_loss(past.mean(), past.std(ddof=1), level)
    elif method == "ewma":
        expected = normal_loss(0.0, np.sqrt(ewma_variances(returns[:day])[-1]), level)
    elif method == "hull_white":
        variances = ewma_variances(returns[:day])
        scaled = past / np.sqrt(variances[day - window : day]) * np.sqrt(variances[-1])
        sample = PortfolioSample(scaled, 0.0, 0.0)
        expected = (HistoricalVar(level=level).compute(sample), HistoricalCvar(level=level).compute(sample))
    else:
        parameters = targeted(past)
        surprises, next_variance = standardized(past, parameters)
        if method == "fhs":
            sample = PortfolioSample(parameters.mean_frac + np.sqrt(next_variance) * surprises, 0.0, 0.0)
            expected = (HistoricalVar(level=level).compute(sample), HistoricalCvar(level=level).compute(sample))
        else:
            expected = student_t_loss(parameters.mean_frac, np.sqrt(next_variance * 4.0 / 6.0), 6.0, level)
    assert (made.var_frac[day], made.es_frac[day]) == pytest.approx(tuple(expected), rel=1e-9)


@pytest.mark.parametrize("method", FORECAST_METHODS)
def test_no_forecast_knows_what_comes_after(method: str) -> None:
    returns, day = garch_returns(420), 380
    other = returns.copy()
    other[day:] = -0.5 * other[day:] + 0.01
    first, second = rolling_forecasts(returns, method, 0.95, 250), rolling_forecasts(other, method, 0.95, 250)
    assert np.isnan(first.var_frac[:250]).all()
    assert np.isfinite(first.var_frac[250:]).all()
    assert np.array_equal(first.var_frac[250 : day + 1], second.var_frac[250 : day + 1])
    assert np.array_equal(first.es_frac[250 : day + 1], second.es_frac[250 : day + 1])
    assert not np.array_equal(first.var_frac[day + 1 :], second.var_frac[day + 1 :])
    assert (first.es_frac[250:] >= first.var_frac[250:]).all()


def test_unknown_days_are_passed_over() -> None:
    returns = student_returns(400)
    gapped = np.insert(returns, 300, np.nan)
    plain, over = (
        rolling_forecasts(returns, "historical", 0.95, 250),
        rolling_forecasts(gapped, "historical", 0.95, 250),
    )
    assert np.isnan(over.var_frac[300])
    assert np.array_equal(np.delete(over.var_frac, 300)[250:], plain.var_frac[250:])


def test_a_fitted_walk_covers_as_promised() -> None:
    returns = garch_returns(900)
    made = rolling_forecasts(returns, "fhs", 0.95, 500)
    report = backtest(returns, made.var_frac, made.es_frac, level=0.95, method="fhs")
    assert report.days_count == 400
    assert not report.test("binomial").is_rejected
    assert any("every 21 days" in note for note in made.notes)


def test_windows_that_are_too_short_give_no_forecasts_but_a_sentence() -> None:
    assert "too few" in rolling_forecasts(student_returns(100), "normal", 0.95, 250).notes[0]
    assert "too short" in rolling_forecasts(student_returns(300), "historical", 0.99, 90).notes[0]
    with pytest.raises(InputRefused):
        rolling_forecasts(student_returns(300), "normal", 95.0, 250)
    with pytest.raises(InputRefused):
        backtest(np.zeros(5), np.zeros(6), level=0.95)


@pytest.mark.parametrize("method", FORECAST_METHODS)
def test_cash_that_never_moves_is_forecast_too(method: str) -> None:
    returns = np.zeros(400)
    made = rolling_forecasts(returns, method, 0.95, 250)
    assert np.allclose(made.var_frac[250:], 0.0)
    report = backtest(returns, made.var_frac, made.es_frac, level=0.95)
    assert report.exceptions_count == 0
