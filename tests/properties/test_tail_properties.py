"""Which statements about losses hold for every series, and not only for the ones thought of?"""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.backtests.coverage import at_most, binomial_p_value, kupiec
from engine.backtests.forecasts import rolling_forecasts
from engine.backtests.zones import traffic_light
from engine.tails.closed_forms import cornish_fisher_loss, is_rising, student_t_loss
from engine.tails.report import tail_report
from engine.volatility.fit import fit_garch

SETTINGS = settings(max_examples=12, deadline=None, derandomize=True)
FEW = {"resamples_count": 0, "draws_count": 1000, "paths_count": 1000}


@st.composite
def series(draw: st.DrawFn) -> np.ndarray:
    """Returns of any shape: fat or thin tails, skewed, still stretches, unknown days."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count = draw(st.integers(120, 900))
    scale = draw(st.sampled_from([1e-5, 0.003, 0.01, 0.03]))
    returns = scale * rng.standard_t(draw(st.sampled_from([2.5, 4.0, 30.0])), count)
    returns += draw(st.sampled_from([0.0, 0.0005, -0.002]))
    if draw(st.booleans()):
        returns -= 0.3 * scale * rng.exponential(1.0, count)
    if draw(st.booleans()):
        returns[rng.random(count) < 0.05] = np.nan
    if draw(st.booleans()):
        begin = int(rng.integers(0, count - 20))
        returns[begin : begin + 20] = 0.0
    return np.clip(returns, -0.9, 3.0)


@given(series(), st.booleans())
@SETTINGS
def test_higher_confidence_never_means_a_smaller_loss_and_shortfalls_are_never_below(
    returns: np.ndarray, has_model: bool
) -> None:
    garch = None
    if has_model:  # a short history: the variance-targeted model, which needs no fit by likelihood
        garch = fit_garch(returns[np.isfinite(returns)][:200])
    report = tail_report(returns, levels=(0.9, 0.95, 0.99), garch=garch, **FEW)
    for days in (1, 10):
        for method in {one.method for one in report.figures}:
            told = [report.figure(method, level, days) for level in (0.9, 0.95, 0.99)]
            known = [one for one in told if one.value_at_risk is not None]
            losses = [one.value_at_risk.loss_frac for one in known]
            shortfalls = [one.expected_shortfall.loss_frac for one in known]
            assert losses == sorted(losses)
            assert shortfalls == sorted(shortfalls)
            assert all(es >= var for var, es in zip(losses, shortfalls, strict=True))


@given(series(), st.sampled_from([0.25, 2.0]))
@SETTINGS
def test_one_days_loss_grows_with_the_position(returns: np.ndarray, by: float) -> None:
    """Positive homogeneity, which every method keeps over one day; losses of the large one stay above -100%."""
    small = np.clip(returns, -0.4, 1.0)
    methods = ["historical", "normal", "student_t", "cornish_fisher", "ewma", "fhs"]
    kept = {"methods": methods, "horizons_days": (1,), **FEW}
    first, second = tail_report(small, **kept), tail_report(by * small, **kept)
    for one, other in zip(first.figures, second.figures, strict=True):
        assert one.status == other.status
        if one.value_at_risk is not None:
            tolerance = 2e-4 * abs(one.expected_shortfall.loss_frac) + 1e-12
            assert abs(by * one.value_at_risk.loss_frac - other.value_at_risk.loss_frac) <= by * tolerance
            assert abs(by * one.expected_shortfall.loss_frac - other.expected_shortfall.loss_frac) <= by * tolerance


@given(series(), st.sampled_from(["historical", "normal", "ewma", "hull_white", "cornish_fisher"]), st.data())
@SETTINGS
def test_changing_the_future_never_changes_a_past_forecast(
    returns: np.ndarray, method: str, data: st.DataObject
) -> None:
    day = data.draw(st.integers(61, len(returns) - 1))
    other = returns.copy()
    other[day:] = data.draw(st.sampled_from([-0.2, 0.0, 0.1]))
    first = rolling_forecasts(returns, method, 0.95, 60)
    second = rolling_forecasts(other, method, 0.95, 60)
    assert np.array_equal(first.var_frac[:day], second.var_frac[:day], equal_nan=True)
    assert np.array_equal(first.es_frac[:day], second.es_frac[:day], equal_nan=True)


@given(st.floats(-3.0, 3.0), st.floats(-2.0, 12.0))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_where_cornish_fisher_holds_its_losses_rise(skewness: float, kurtosis: float) -> None:
    if not is_rising(skewness, kurtosis):
        return
    losses = [cornish_fisher_loss(0.0, 1.0, skewness, kurtosis, level) for level in (0.6, 0.9, 0.95, 0.99, 0.999)]
    assert [one.var for one in losses] == sorted(one.var for one in losses)
    assert all(one.es >= one.var - 1e-9 for one in losses)


@given(st.floats(2.1, 200.0), st.floats(0.51, 0.999))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_the_student_t_shortfall_is_beyond_the_value_at_risk(degrees: float, level: float) -> None:
    loss = student_t_loss(0.0, 1.0, degrees, level)
    assert loss.es > loss.var


@given(st.integers(20, 1500), st.sampled_from([0.9, 0.95, 0.975, 0.99]), st.data())
@settings(max_examples=40, deadline=None, derandomize=True)
def test_more_exceptions_are_never_a_better_zone(days: int, level: float, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, days - 1))
    order = {"green": 0, "yellow": 1, "red": 2}
    light, next_light = traffic_light(count, days, level), traffic_light(count + 1, days, level)
    assert order[light.zone] <= order[next_light.zone]
    assert (light.zone == "green") == (count < light.yellow_from_count)
    assert (light.zone == "red") == (count >= light.red_from_count)
    assert 0.0 <= binomial_p_value(count, days, level) <= 1.0
    assert kupiec(count, days, level).statistic >= 0.0
    assert at_most(count, days, level) <= at_most(count + 1, days, level)
