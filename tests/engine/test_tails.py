"""Do the methods for value at risk and shortfall give what their definitions say, with errors that are true?"""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine.kernel.errors import InputRefused
from engine.risk import PortfolioSample
from engine.risk.historical_cvar import HistoricalCvar
from engine.risk.historical_var import HistoricalVar
from engine.tails.closed_forms import student_t_loss
from engine.tails.report import METHODS, tail_report
from engine.tails.result import TailReport
from engine.tails.sampling import binomial_places, quantile_spread
from engine.tails.student_t import fit_student_t
from engine.volatility.filter import standardized
from engine.volatility.fit import fit_garch
from engine.volatility.result import GarchParameters
from tests.engine.tail_worlds import garch_returns, student_returns

LEVELS = (0.95, 0.99)


@pytest.fixture(scope="module")
def returns() -> np.ndarray:
    return garch_returns(2500)


@pytest.fixture(scope="module")
def parameters(returns: np.ndarray) -> GarchParameters:
    return fit_garch(returns)


@pytest.fixture(scope="module")
def report(returns: np.ndarray, parameters: GarchParameters) -> TailReport:
    return tail_report(returns, garch=parameters, resamples_count=200)


@pytest.mark.requirement("4.1.F1", "4.1.F2", "4.1.A3")
def test_every_method_gives_both_levels_and_horizons_with_an_error(report: TailReport) -> None:
    assert len(report.figures) == len(METHODS) * 4
    for one in report.figures:
        assert one.status == "ok" or one.reason
        if (one.method, one.horizon_days) == ("age_weighted", 10):
            assert one.status == "refused"
            continue
        for estimate in (one.value_at_risk, one.expected_shortfall):
            assert estimate is not None
            assert estimate.standard_error_frac is not None
            assert 0.0 < estimate.standard_error_frac < estimate.loss_frac
            assert estimate.error_kind != "none"
            if estimate.lower_frac is not None and estimate.upper_frac is not None:
                assert estimate.lower_frac <= estimate.loss_frac <= estimate.upper_frac


def test_the_historical_figures_are_those_of_the_optimizer(returns: np.ndarray, report: TailReport) -> None:
    sample = PortfolioSample(returns, 0.0, 0.0)
    for level in LEVELS:
        one = report.figure("historical", level, 1)
        assert one.value_at_risk.loss_frac == HistoricalVar(level=level).compute(sample)
        assert one.expected_shortfall.loss_frac == pytest.approx(HistoricalCvar(level=level).compute(sample), rel=1e-12)


def test_ten_days_are_overlapping_compounded_returns(returns: np.ndarray, report: TailReport) -> None:
    wealth = np.concatenate(([1.0], np.cumprod(1.0 + returns)))
    sample = PortfolioSample(wealth[10:] / wealth[:-10] - 1.0, 0.0, 0.0)
    one = report.figure("historical", 0.95, 10)
    assert one.scaling == "overlapping"
    assert one.value_at_risk.loss_frac == pytest.approx(HistoricalVar(level=0.95).compute(sample), rel=1e-9)


def test_the_interpolated_quantile_is_numpys(returns: np.ndarray) -> None:
    report = tail_report(returns, methods=["historical"], quantile="linear", resamples_count=0, horizons_days=(1,))
    for level in LEVELS:
        expected = -np.quantile(returns, round(1.0 - level, 12))
        assert report.figure("historical", level, 1).value_at_risk.loss_frac == pytest.approx(expected, rel=1e-12)


def test_filtered_simulation_of_one_day_is_its_definition(
    returns: np.ndarray, parameters: GarchParameters, report: TailReport
) -> None:
    surprises, next_variance = standardized(returns, parameters)
    tomorrow = PortfolioSample(parameters.mean_frac + np.sqrt(next_variance) * surprises, 0.0, 0.0)
    for level in LEVELS:
        one = report.figure("fhs", level, 1)
        assert one.value_at_risk.loss_frac == pytest.approx(HistoricalVar(level=level).compute(tomorrow), rel=1e-12)
        assert one.expected_shortfall.loss_frac == pytest.approx(
            HistoricalCvar(level=level).compute(tomorrow), rel=1e-12
        )


def test_monte_carlo_of_one_day_is_student_t_up_to_drawing(report: TailReport) -> None:
    for level in LEVELS:
        drawn, exact = report.figure("monte_carlo", level, 1), report.figure("student_t", level, 1)
        for name in ("value_at_risk", "expected_shortfall"):
            one = getattr(drawn, name)
            assert abs(one.loss_frac - getattr(exact, name).loss_frac) < 4.0 * one.standard_error_frac


def test_the_default_says_why(returns: np.ndarray, report: TailReport) -> None:
    assert report.default_method == "fhs"
    assert [one.method for one in report.figures if one.is_default] == ["fhs"] * 4
    without = tail_report(returns, resamples_count=0, methods=["historical", "garch", "fhs"])
    assert without.default_method == "historical"
    assert "no fitted volatility model" in without.default_reason
    assert {one.status for one in without.figures if one.method == "garch"} == {"refused"}
    assert {one.status for one in without.figures if one.method == "fhs"} == {"fallback"}


def test_the_square_root_of_time_only_when_asked(returns: np.ndarray, report: TailReport) -> None:
    assert not [one for one in report.figures if one.scaling == "sqrt"]
    asked = tail_report(returns, methods=["normal"], horizon_rule="sqrt")
    for level in LEVELS:
        day, ten = asked.figure("normal", level, 1), asked.figure("normal", level, 10)
        assert ten.scaling == "sqrt"
        assert ten.value_at_risk.loss_frac == pytest.approx(np.sqrt(10.0) * day.value_at_risk.loss_frac)
        assert ten.notes


def test_cornish_fisher_falls_back_outside_its_domain() -> None:
    rng = np.random.default_rng(4)
    skewed = np.where(rng.random(1500) < 0.02, -0.08, 0.002) + rng.normal(0.0, 0.004, 1500)
    report = tail_report(skewed, methods=["historical", "cornish_fisher"], resamples_count=0)
    for level in LEVELS:
        one, historical = report.figure("cornish_fisher", level, 1), report.figure("historical", level, 1)
        assert one.status == "fallback"
        assert "does not rise" in one.reason
        assert one.value_at_risk == historical.value_at_risk


def test_too_short_a_history_for_99_is_refused_in_words() -> None:
    report = tail_report(student_returns(90), resamples_count=0)
    refused = report.figure("historical", 0.99, 1)
    assert refused.status == "refused"
    assert refused.value_at_risk is None
    assert "needs 100" in refused.reason
    assert report.figure("historical", 0.95, 1).status == "ok"
    assert report.figure("historical", 0.95, 1).notes  # under 250 days: a thin sample
    assert report.figure("historical", 0.95, 10).status == "refused"


def test_the_same_seed_gives_the_same_report(returns: np.ndarray, parameters: GarchParameters) -> None:
    kept = {"garch": parameters, "resamples_count": 60, "draws_count": 2000, "paths_count": 2000}
    first, second = tail_report(returns, **kept), tail_report(returns, **kept)
    assert first.to_document() == second.to_document()
    assert tail_report(returns, **kept, seed=8).to_document() != first.to_document()
    json.dumps(first.to_document(), allow_nan=False)


def test_the_student_t_fit_agrees_with_scipy() -> None:
    from scipy import stats

    returns = student_returns(2500)
    degrees, location, scale = stats.t.fit(returns)
    ours = fit_student_t(returns)
    assert ours.degrees_of_freedom == pytest.approx(degrees, rel=1e-3)
    assert ours.mean_frac == pytest.approx(location, abs=1e-7)
    assert ours.scale_frac == pytest.approx(scale, rel=1e-4)


def test_the_tail_is_never_fatter_than_a_variance_allows() -> None:
    wild = 0.01 * np.random.default_rng(6).standard_t(1.2, 800)
    fitted = fit_student_t(np.clip(wild, -0.9, None))
    assert fitted.degrees_of_freedom == pytest.approx(2.1)
    assert fitted.bound == 2.1


def test_the_binomial_interval_is_scipys() -> None:
    from scipy.stats import binom

    for trials, tail in ((250, 0.05), (1000, 0.01), (2520, 0.01), (500, 0.025)):
        lower, upper = binomial_places(trials, tail, 0.025)
        assert binom.cdf(lower - 1, trials, tail) <= 0.025 < binom.cdf(lower, trials, tail)
        assert binom.sf(upper - 1, trials, tail) <= 0.025 < binom.sf(upper - 2, trials, tail)


def test_the_quantiles_error_is_that_of_resampling() -> None:
    sample = np.sort(student_returns(1000))
    spread = quantile_spread(sample, 49, 0.05, 0.95, 1000)
    drawn = np.sort(np.random.default_rng(7).choice(sample, (4000, 1000)), axis=1)[:, 49]
    assert spread.standard_error == pytest.approx(drawn.std(), rel=0.05)


@pytest.mark.parametrize("method", ["historical", "normal", "student_t"])
def test_intervals_hold_the_truth_about_as_often_as_they_say(method: str) -> None:
    """Independent Student-t returns: only the historical and the Student-t method know this law."""
    degrees = 5.0
    truth = student_t_loss(0.0004, 0.01, degrees, 0.95)
    held_var = held_es = 0
    worlds = 120
    for seed in range(worlds):
        report = tail_report(
            student_returns(1000, seed=100 + seed),
            levels=(0.95,),
            horizons_days=(1,),
            methods=[method],
            resamples_count=0,
        )
        one = report.figures[0]
        held_var += one.value_at_risk.lower_frac <= truth.var <= one.value_at_risk.upper_frac
        held_es += one.expected_shortfall.lower_frac <= truth.es <= one.expected_shortfall.upper_frac
    if method == "normal":
        assert held_es < 0.75 * worlds  # the wrong law: its shortfall is too small
    else:
        assert held_var >= 0.89 * worlds
        assert held_es >= 0.86 * worlds


@pytest.mark.parametrize(
    "wrong",
    [
        {"levels": (95,)},
        {"levels": ()},
        {"horizons_days": (0,)},
        {"horizons_days": (500,)},
        {"confidence_frac": 1.0},
        {"resamples_count": 3},
        {"draws_count": 5},
    ],
)
def test_options_out_of_range_are_refused_in_words(wrong: dict[str, object]) -> None:
    with pytest.raises(InputRefused) as refusal:
        tail_report(student_returns(300), **wrong)
    assert refusal.value.problems[0].advice


def test_the_volatility_has_an_interval_that_holds_the_truth_about_as_often_as_promised() -> None:
    held = []
    for seed in range(300):
        sample = np.random.default_rng(seed).normal(0.0, 0.01, 500)
        found = tail_report(sample, methods=("normal",), levels=(0.95,), horizons_days=(1,))
        held.append(found.volatility_lower_frac <= 0.01 * np.sqrt(252) <= found.volatility_upper_frac)
        expected = 0.01 * np.sqrt(252) / np.sqrt(2 * 500)  # of independent normal days
        assert found.volatility_standard_error_frac == pytest.approx(expected, rel=0.45)
    assert 0.90 <= np.mean(held) <= 0.99
