"""Is the risk by factor the regression's, does it add up exactly, and are the right number of factors found?"""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from engine.decompose.factors import FactorReturns, factor_risk, fund_factors
from engine.decompose.statistical import statistical_factors
from engine.kernel.errors import InputRefused

NAMES = ("Market", "Size", "Value")


def factor_world(seed: int = 7, count: int = 12, days: int = 700) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    factors = rng.normal(0.0003, 0.01, (days, 3)) @ np.array([[1.0, 0.3, 0.0], [0.0, 0.6, 0.2], [0.0, 0.0, 0.5]])
    loadings = np.column_stack([rng.uniform(0.6, 1.4, count), rng.normal(0.0, 1.0, (count, 2))])
    returns = factors @ loadings.T + 0.006 * rng.standard_t(5, (days, count))
    return returns, factors, rng.dirichlet(np.ones(count))


def assets(count: int) -> tuple[str, ...]:
    return tuple(f"A{place}" for place in range(count))


@pytest.mark.requirement("4.1.A4")
def test_exposures_and_their_errors_are_those_of_statsmodels() -> None:
    returns, factors, weights = factor_world()
    result = factor_risk(returns, weights, assets(12), FactorReturns(NAMES, factors))
    fit = sm.OLS(returns @ weights, sm.add_constant(factors)).fit(
        cov_type="HAC", cov_kwds={"maxlags": result.lags_count, "use_correction": True}, use_t=True
    )
    np.testing.assert_allclose([line.exposure for line in result.factors], fit.params[1:], rtol=1e-9)
    np.testing.assert_allclose([line.standard_error for line in result.factors], fit.bse[1:], rtol=1e-8)
    np.testing.assert_allclose([(one.lower, one.upper) for one in result.factors], fit.conf_int()[1:], rtol=1e-7)
    assert result.intercept_frac == pytest.approx(fit.params[0], rel=1e-8)
    assert result.r_squared_frac == pytest.approx(fit.rsquared, rel=1e-10)


def test_factors_and_the_rest_are_exactly_the_volatility_of_the_portfolio() -> None:
    returns, factors, weights = factor_world()
    result = factor_risk(returns, weights, assets(12), FactorReturns(NAMES, factors))
    portfolio = returns @ weights
    assert result.volatility_frac == pytest.approx(portfolio.std(ddof=1), rel=1e-12)
    parts = [line.component_frac for line in result.factors]
    assert sum(parts) + result.specific_component_frac == pytest.approx(result.volatility_frac, abs=1e-12)
    exposures = np.array([line.exposure for line in result.factors])
    covariance = np.cov(factors, rowvar=False)
    np.testing.assert_allclose(parts, exposures * (covariance @ exposures) / portfolio.std(ddof=1), rtol=1e-9)
    for one in result.measures:
        assert sum(line.component_frac for line in one.assets) == pytest.approx(one.total_frac, abs=1e-12)
    loadings = np.array([line.exposures for line in result.assets])
    np.testing.assert_allclose(weights @ loadings, exposures, rtol=1e-9)


def test_active_factor_risk_is_that_of_the_difference() -> None:
    returns, factors, weights = factor_world()
    bench = returns.mean(axis=1)
    result = factor_risk(returns, weights, assets(12), FactorReturns(NAMES, factors), benchmark_returns_frac=bench)
    assert result.scope == "active"
    assert result.volatility_frac == pytest.approx((returns @ weights - bench).std(ddof=1), rel=1e-12)


def test_a_factor_that_says_nothing_of_its_own_is_left_out_by_name() -> None:
    returns, factors, weights = factor_world()
    given = FactorReturns((*NAMES, "Twin", "Still"), np.column_stack([factors, factors[:, 0] * 2, np.zeros(700)]))
    result = factor_risk(returns, weights, assets(12), given)
    assert [line.factor for line in result.factors] == list(NAMES)
    assert any("Twin and Still" in note for note in result.notes)


def test_an_asset_younger_than_the_window_has_exposures_over_its_own_days_or_none() -> None:
    returns, factors, weights = factor_world()
    returns[:500, 2] = np.nan
    returns[:-30, 3] = np.nan
    weights[3] = 0.0
    result = factor_risk(returns, weights, assets(12), FactorReturns(NAMES, factors))
    assert result.observations_count == 200
    own = sm.OLS(returns[500:, 2], sm.add_constant(factors[500:])).fit()
    np.testing.assert_allclose(result.assets[2].exposures, own.params[1:], rtol=1e-8)
    assert result.assets[2].r_squared_frac == pytest.approx(own.rsquared, rel=1e-8)
    assert result.assets[3].exposures is None


def test_funds_beside_their_index_are_factors() -> None:
    rng = np.random.default_rng(1)
    index, tilt = rng.normal(0.0, 0.01, 300), rng.normal(0.0, 0.004, 300)
    factors = fund_factors({"Momentum": index + tilt}, index)
    assert factors.names == ("Market", "Momentum")
    result = factor_risk((1.1 * index + 0.5 * tilt)[:, None], np.ones(1), ("Fund",), factors)
    assert [line.exposure for line in result.factors] == pytest.approx([1.1, 0.5])
    assert result.specific_share_frac == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("true_count", [1, 3])
def test_the_number_of_factors_is_found(true_count: int) -> None:
    rng = np.random.default_rng(11)
    common = rng.normal(0.0, 0.01, (800, true_count)) @ rng.normal(0.0, 1.0, (true_count, 40))
    returns = common + rng.normal(0.0, 0.01, (800, 40))
    for selection in ("bai_ng", "marchenko_pastur"):
        found = statistical_factors(returns, assets(40), selection=selection)
        assert len(found.names) == true_count, selection
    values = np.linalg.eigvalsh(np.corrcoef(returns, rowvar=False))[::-1]
    np.testing.assert_allclose(found.explained_frac, values[:true_count] / 40, rtol=1e-9)


def test_statistical_factors_are_uncorrelated_mixes_whose_first_is_the_market() -> None:
    returns, _, weights = factor_world()
    found = statistical_factors(returns, assets(12), selection=3)
    correlation = np.corrcoef(found.returns_frac, rowvar=False)
    np.testing.assert_allclose(correlation, np.eye(3), atol=1e-10)
    assert np.corrcoef(found.returns_frac[:, 0], returns.mean(axis=1))[0, 1] > 0.9
    again = statistical_factors(returns[:, ::-1], assets(12)[::-1], selection=3)
    np.testing.assert_allclose(again.returns_frac, found.returns_frac, atol=1e-12)
    result = factor_risk(returns, weights, assets(12), found)
    assert result.kind == "statistical"
    assert result.selection == "3 factors, as asked for."


def test_too_little_to_go_by_is_refused_in_words() -> None:
    returns, factors, weights = factor_world(days=50)
    with pytest.raises(InputRefused, match="60 are needed"):
        factor_risk(returns, weights, assets(12), FactorReturns(NAMES, factors))
    with pytest.raises(InputRefused, match="3 assets that move"):
        statistical_factors(returns[:, :2], assets(2))
    long, moving, weights = factor_world()
    with pytest.raises(InputRefused, match="No factor moves"):
        factor_risk(long, weights, assets(12), FactorReturns(("Still",), np.zeros((700, 1))))
    with pytest.raises(InputRefused, match="factors"):
        factor_risk(long, weights, assets(12), FactorReturns(NAMES, moving[:-1]))


@pytest.mark.parametrize("count", [3, 9, 12, 19, 25])
def test_of_few_assets_there_are_few_statistical_factors_and_a_part_stays_their_own(count: int) -> None:
    rng = np.random.default_rng(13)
    market = rng.normal(0.0, 0.01, 500)
    returns = np.outer(market, rng.uniform(0.5, 1.5, count)) + rng.normal(0.0, 0.01, (500, count))
    found = statistical_factors(returns, assets(count))
    assert 1 <= len(found.names) <= max(1, count // 3)
    result = factor_risk(returns, np.full(count, 1.0 / count), assets(count), found)
    assert result.specific_share_frac > 0.0
    assert ("Bai and Ng" in found.selection) == (count >= 20)
