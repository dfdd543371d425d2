"""Are betas, correlations and their intervals those of other routes, on odd series too?"""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from engine.dependence.benchmark import benchmark_dependence, fisher_interval
from engine.dependence.correlations import correlation_map, pairwise_correlations
from engine.dependence.rolling import rolling_dependence
from engine.kernel.errors import InputRefused


def pair(days: int = 600, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    bench = rng.normal(0.0003, 0.01, days)
    return 0.8 * bench + 0.3 * np.minimum(bench, 0.0) + rng.normal(0.0, 0.004, days), bench


@pytest.mark.requirement("4.1.F4")
def test_beta_and_correlation_with_their_intervals() -> None:
    portfolio, bench = pair()
    result = benchmark_dependence(portfolio, bench)
    fit = sm.OLS(portfolio, sm.add_constant(bench)).fit(
        cov_type="HAC", cov_kwds={"maxlags": 5, "use_correction": True}, use_t=True
    )
    assert result.beta.value == pytest.approx(fit.params[1], rel=1e-10)
    assert result.beta.standard_error == pytest.approx(fit.bse[1], rel=1e-8)
    assert (result.beta.lower, result.beta.upper) == pytest.approx(tuple(fit.conf_int()[1]), rel=1e-8)
    known = stats.pearsonr(portfolio, bench)
    interval = known.confidence_interval(0.95)
    assert result.correlation == pytest.approx(known.statistic, rel=1e-12)
    assert (result.correlation_lower, result.correlation_upper) == pytest.approx(
        (interval.low, interval.high), rel=1e-10
    )
    assert result.tracking_error_frac == pytest.approx((portfolio - bench).std(ddof=1), rel=1e-12)
    assert result.beta_down.value > result.beta.value > result.beta_up.value
    up = bench > 0.0
    assert result.beta_up.value == pytest.approx(np.polyfit(bench[up], portfolio[up], 1)[0], rel=1e-8)
    assert result.beta_up.observations_count + result.beta_down.observations_count == 600


def test_the_weighted_beta_is_a_weighted_regression() -> None:
    portfolio, bench = pair()
    weights = 0.97 ** np.arange(599, -1, -1.0)
    fit = sm.WLS(portfolio, sm.add_constant(bench), weights=weights).fit()
    assert benchmark_dependence(portfolio, bench).beta_ewma == pytest.approx(fit.params[1], rel=1e-9)


def test_days_missing_on_either_side_are_left_out() -> None:
    portfolio, bench = pair()
    whole = benchmark_dependence(portfolio[20:-1], bench[20:-1])
    holed, other = portfolio.copy(), bench.copy()
    holed[:20], other[-1] = np.nan, np.nan
    assert benchmark_dependence(holed, other) == whole


def test_a_benchmark_or_portfolio_that_does_not_move_is_answered_in_words() -> None:
    portfolio, bench = pair(100)
    still = benchmark_dependence(portfolio, np.full(100, 0.001))
    assert still.beta is None
    assert "did not move" in still.notes[0]
    cash = benchmark_dependence(np.zeros(100), bench)
    assert (cash.beta.value, cash.correlation) == (0.0, None)
    few = benchmark_dependence(portfolio[:10], bench[:10])
    assert few.beta is None
    assert "Only 10 days" in few.notes[0]
    itself = benchmark_dependence(bench, bench)
    assert itself.beta.value == pytest.approx(1.0)
    assert (itself.correlation_lower, itself.correlation_upper) == (pytest.approx(1.0), pytest.approx(1.0))
    with pytest.raises(InputRefused, match="benchmark_frac"):
        benchmark_dependence(portfolio, bench[:-1])


def test_the_interval_of_a_correlation_covers_it_nineteen_times_of_twenty() -> None:
    rng = np.random.default_rng(0)
    inside = 0
    for _ in range(1000):
        bench = rng.normal(size=50)
        found = float(np.corrcoef(0.6 * bench + 0.8 * rng.normal(size=50), bench)[0, 1])
        low, high = fisher_interval(found, 50)
        inside += low <= 0.6 <= high
    assert inside == pytest.approx(950, abs=21)  # three standard errors


def test_rolling_figures_are_those_of_each_window() -> None:
    portfolio, bench = pair(200)
    portfolio[50], bench[120] = np.nan, np.nan
    result = rolling_dependence(portfolio, bench, window_count=30, step_count=7)
    known = np.flatnonzero(np.isfinite(portfolio) & np.isfinite(bench))
    assert result.places[-1] == 199
    for place, volatility, beta, correlation in zip(
        result.places, result.volatility_frac, result.beta, result.correlation, strict=True
    ):
        rows = known[known <= place][-30:]
        assert volatility == pytest.approx(portfolio[rows].std(ddof=1), rel=1e-9)
        assert beta == pytest.approx(np.polyfit(bench[rows], portfolio[rows], 1)[0], rel=1e-8)
        assert correlation == pytest.approx(np.corrcoef(portfolio[rows], bench[rows])[0, 1], rel=1e-9)


def test_rolling_figures_of_quiet_stretches_and_short_series() -> None:
    portfolio, bench = pair(120)
    portfolio[40:80] = 0.0
    bench[60:] = 0.0
    result = rolling_dependence(portfolio, bench, window_count=20)
    at = {place: number for number, place in enumerate(result.places)}
    assert result.volatility_frac[at[70]] == 0.0
    assert result.correlation[at[70]] is None
    assert result.beta[at[100]] is None
    assert rolling_dependence(portfolio[:10], window_count=20).places == ()
    alone = rolling_dependence(portfolio, window_count=20)
    assert set(alone.beta) == {None}
    with pytest.raises(InputRefused, match="window_count"):
        rolling_dependence(portfolio, window_count=1)


def test_the_map_puts_alike_assets_side_by_side_and_numbers_them() -> None:
    rng = np.random.default_rng(4)
    first, second = rng.normal(0.0, 0.01, (300, 1)), rng.normal(0.0, 0.01, (300, 1))
    noise = rng.normal(0.0, 0.004, (300, 6))
    returns = np.where(np.arange(6) % 2 == 0, first, second) + noise
    result = correlation_map(returns, "ABCDEF")
    groups = {}
    for name, number in zip(result.assets, result.cluster_numbers, strict=True):
        groups.setdefault(number, set()).add(name)
    assert sorted(map(sorted, groups.values())) == [["A", "C", "E"], ["B", "D", "F"]]
    whole = np.corrcoef(returns, rowvar=False)
    np.testing.assert_allclose(result.correlations, whole[np.ix_(result.order, result.order)], atol=1e-12)
    assert result.average_correlation == pytest.approx(whole[np.triu_indices(6, 1)].mean(), rel=1e-10)
    values = np.linalg.eigvalsh(np.cov(returns, rowvar=False))
    assert result.absorption_factors_count == 1
    assert result.absorption_ratio_frac == pytest.approx(values[-1] / values.sum(), rel=1e-10)


def test_pairs_are_measured_on_the_days_that_they_share() -> None:
    rng = np.random.default_rng(6)
    returns = rng.normal(0.0, 0.01, (200, 4)) + rng.normal(0.0, 0.01, (200, 1))
    returns[:150, 1], returns[100:, 2], returns[:, 3] = np.nan, np.nan, 0.0123
    found, covariance = pairwise_correlations(returns)
    assert found[0, 1] == pytest.approx(np.corrcoef(returns[150:, 0], returns[150:, 1])[0, 1], rel=1e-10)
    assert covariance[0, 1] == pytest.approx(np.cov(returns[150:, 0], returns[150:, 1])[0, 1], rel=1e-10)
    assert np.isnan(found[1, 2])
    result = correlation_map(returns, "ABCD")
    assert result.assets[-1] == "D"
    assert any("D: fewer than 20 returns" in note for note in result.notes)
    assert any("1 pair of assets shares" in note for note in result.notes)
    assert result.model_dump_json()


@pytest.mark.parametrize("count", [0, 1])
def test_a_map_of_hardly_anything(count: int) -> None:
    result = correlation_map(np.random.default_rng(0).normal(0.0, 0.01, (50, count)), "A"[:count])
    assert len(result.assets) == count
    assert result.average_correlation is None
    assert result.absorption_ratio_frac is None


def test_the_intervals_of_rolling_slopes_are_those_of_least_squares_by_scipy() -> None:
    rng = np.random.default_rng(21)
    other = rng.normal(0.0, 0.01, 90)
    own = 0.7 * other + rng.normal(0.0, 0.006, 90)
    found = rolling_dependence(own, other, window_count=63, step_count=9)
    for n, place in enumerate(found.places):
        rows = slice(place - 62, place + 1)
        fit = stats.linregress(other[rows], own[rows])
        reach = stats.t.ppf(0.975, 61) * fit.stderr
        assert found.beta[n] == pytest.approx(fit.slope, rel=1e-9)
        assert found.beta_lower[n] == pytest.approx(fit.slope - reach, rel=1e-9)
        assert found.beta_upper[n] == pytest.approx(fit.slope + reach, rel=1e-9)
        low, high = stats.pearsonr(other[rows], own[rows]).confidence_interval(0.95)
        assert (found.correlation_lower[n], found.correlation_upper[n]) == pytest.approx((low, high), rel=1e-9)
