"""Do the parts of a risk add up to it, by two routes, and does nothing change that should not?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decompose.result import MEASURES, DecompositionResult
from engine.decompose.tails import losses
from engine.decompose.total import decompose, decompose_at
from engine.kernel.errors import CovarianceRefused, InputRefused
from engine.risk import PortfolioSample
from engine.risk.historical_cvar import HistoricalCvar
from engine.risk.historical_var import HistoricalVar

SETTINGS = settings(max_examples=40, deadline=None, derandomize=True)
DIMENSIONS = (("sector", 4), ("country", 3), ("currency", 2), ("issuer", 7))


def world(seed: int = 7, count: int = 8, days: int = 400) -> tuple[np.ndarray, np.ndarray, tuple[str, ...], dict]:
    """Fat-tailed returns with a common part, weights of both signs, and labels of which some are not known."""
    rng = np.random.default_rng(seed)
    returns = 0.01 * rng.standard_t(4, (days, count)) + rng.normal(0.0002, 0.008, (days, 1))
    weights = rng.uniform(-0.1, 0.3, count)
    groups = {
        name: [None if place % 5 == 4 else f"{name} {place % size}" for place in range(count)]
        for name, size in DIMENSIONS
    }
    return returns, weights, tuple(f"A{place}" for place in range(count)), groups


def components(result: DecompositionResult, measure: str) -> np.ndarray:
    return np.array([line.component_frac for line in result.of(measure).assets])


@pytest.mark.requirement("4.1.A4")
@given(seed=st.integers(0, 2**31), count=st.integers(1, 12), level=st.sampled_from([0.9, 0.95, 0.975, 0.99]))
@SETTINGS
def test_parts_add_up_to_the_whole_for_every_measure_and_grouping(seed: int, count: int, level: float) -> None:
    returns, weights, names, groups = world(seed, count, 300)
    result = decompose(returns, weights, names, groups=groups, level_frac=level)
    assert tuple(one.measure for one in result.measures) == MEASURES
    for one in result.measures:
        scale = sum(abs(line.component_frac) for line in one.assets)
        assert sum(line.component_frac for line in one.assets) == pytest.approx(
            one.total_frac, abs=1e-12 * max(scale, 1)
        )
        for dimension, lines in one.groups.items():
            labels = [label or "Not known" for label in groups[dimension]]
            for line in lines:
                inside = [part for part, label in zip(one.assets, labels, strict=True) if label == line.name]
                assert line.component_frac == pytest.approx(sum(part.component_frac for part in inside), abs=1e-15)
                assert line.weight_frac == pytest.approx(sum(part.weight_frac for part in inside), abs=1e-15)
            assert [line.component_frac for line in lines] == sorted(
                (line.component_frac for line in lines), reverse=True
            )
        shares = [line.share_frac for line in one.assets]
        if None not in shares:
            assert sum(shares) == pytest.approx(1.0, abs=1e-9 * max(1.0, scale / abs(one.total_frac)))


def test_totals_are_those_of_the_measures_of_the_optimizer() -> None:
    returns, weights, names, _ = world()
    portfolio = returns @ weights
    result = decompose(returns, weights, names)
    sample = PortfolioSample(returns_frac=portfolio, mean_frac=0.0, volatility_frac=0.0)
    assert result.of("volatility").total_frac == pytest.approx(portfolio.std(ddof=1), rel=1e-13)
    assert result.of("historical_var").total_frac == pytest.approx(HistoricalVar(level=0.95).compute(sample), rel=1e-13)
    assert result.of("expected_shortfall").total_frac == pytest.approx(
        HistoricalCvar(level=0.95).compute(sample), rel=1e-13
    )
    assert result.of("normal_var").total_frac == pytest.approx(
        1.6448536269514722 * portfolio.std(ddof=1) - portfolio.mean(), rel=1e-12
    )
    assert result.of("expected_shortfall").total_frac >= result.of("historical_var").total_frac


def test_expected_shortfall_by_asset_is_the_mean_over_the_tail_days() -> None:
    returns, weights, names, _ = world(days=250)
    result = decompose(returns, weights, names, level_frac=0.95)
    order = np.argsort(returns @ weights)
    counts = np.zeros(250)
    counts[order[:12]] = 1.0
    counts[order[12]] = 0.5  # 250 x 0.05 is 12.5
    np.testing.assert_allclose(
        components(result, "expected_shortfall"), -weights * (counts @ returns) / 12.5, rtol=1e-12, atol=1e-16
    )
    assert result.of("expected_shortfall").scenarios_count == 13


def test_marginals_are_derivatives() -> None:
    returns, weights, names, _ = world()
    base = decompose(returns, weights, names)
    step = 1e-7
    for place in range(len(weights)):
        moved = weights.copy()
        moved[place] += step
        after = decompose(returns, moved, names)
        for measure in ("volatility", "normal_var", "expected_shortfall"):
            slope = (after.of(measure).total_frac - base.of(measure).total_frac) / step
            assert base.of(measure).assets[place].marginal_frac == pytest.approx(slope, abs=2e-6)


def test_incremental_figures_are_full_revaluations() -> None:
    returns, weights, names, _ = world()
    base = decompose(returns, weights, names)
    for place in range(len(weights)):
        without = weights.copy()
        without[place] = 0.0
        after = decompose(returns, without, names)
        alone = np.where(np.arange(len(weights)) == place, weights, 0.0)
        for one in base.measures:
            line = one.assets[place]
            assert line.incremental_frac == pytest.approx(one.total_frac - after.of(one.measure).total_frac, abs=1e-14)
            apart = decompose(returns, alone, names).of(one.measure).total_frac
            assert line.standalone_frac == pytest.approx(apart, abs=1e-14)


def test_historical_parts_show_their_scale_and_follow_the_days_near_the_quantile() -> None:
    returns, weights, names, _ = world(days=2000)
    one = decompose(returns, weights, names).of("historical_var")
    assert one.scale_factor == pytest.approx(1.0, abs=0.1)
    assert 20 < one.scenarios_count < 600
    normal = np.random.default_rng(3).multivariate_normal(np.zeros(3), np.diag([1.0, 4.0, 9.0]) * 1e-4, 60_000)
    shares = [line.share_frac for line in decompose(normal, np.ones(3) / 3, "ABC").of("historical_var").assets]
    np.testing.assert_allclose(shares, [1 / 14, 4 / 14, 9 / 14], atol=0.02)  # Euler's shares of a normal world


def test_a_hedge_is_named_and_takes_risk_away() -> None:
    rng = np.random.default_rng(1)
    stock = rng.normal(0.0, 0.01, 500)
    returns = np.column_stack([stock, stock + rng.normal(0.0, 0.001, 500)])
    result = decompose(returns, np.array([1.0, -0.5]), ("Stock", "Future"))
    for one in result.measures:
        assert [line.is_hedge for line in one.assets] == [False, True]
        assert one.assets[1].incremental_frac < 0.0
        assert one.diversification_benefit_frac > 0.0


@given(seed=st.integers(0, 2**31))
@SETTINGS
def test_order_of_assets_changes_nothing_and_risk_doubles_with_the_weights(seed: int) -> None:
    returns, weights, names, groups = world(seed, 6, 200)
    returns[:, 2] = np.round(returns[:, 2], 2)  # many equal days
    order = np.random.default_rng(seed).permutation(6)
    base = decompose(returns, weights, names, groups=groups)
    mixed = decompose(
        returns[:, order],
        weights[order],
        [names[place] for place in order],
        groups={name: [labels[place] for place in order] for name, labels in groups.items()},
    )
    twice = decompose(returns, 2.0 * weights, names, groups=groups)
    for one in base.measures:
        other = {line.name: line.component_frac for line in mixed.of(one.measure).assets}
        for line in one.assets:
            assert other[line.name] == pytest.approx(line.component_frac, abs=1e-13)
        assert twice.of(one.measure).total_frac == pytest.approx(2.0 * one.total_frac, abs=1e-13)
    assert mixed.torsion_bets_count == pytest.approx(base.torsion_bets_count, rel=1e-9)


def test_diversification_figures_of_known_portfolios() -> None:
    equal = np.eye(4) * 0.0004
    still = np.zeros((30, 4))
    result = decompose(still, np.full(4, 0.25), "ABCD", covariance=equal)
    assert result.diversification_ratio == pytest.approx(2.0)  # √n of equal uncorrelated assets
    assert result.effective_bets_count == pytest.approx(4.0)
    assert result.torsion_bets_count == pytest.approx(4.0)
    one = decompose(still, np.array([1.0, 0.0, 0.0, 0.0]), "ABCD", covariance=equal)
    assert (one.diversification_ratio, one.effective_bets_count) == pytest.approx((1.0, 1.0))
    alike = decompose(still, np.full(4, 0.25), "ABCD", covariance=np.full((4, 4), 0.0004))
    assert alike.diversification_ratio == pytest.approx(1.0)
    assert alike.of("volatility").diversification_benefit_frac == pytest.approx(0.0, abs=1e-15)


def test_missing_returns_are_told_and_the_parts_still_add_up() -> None:
    returns, weights, names, _ = world(days=500)
    returns[:400, 1] = np.nan  # younger than the window
    returns[-1, 2] = np.nan  # a gap on the last day
    result = decompose(returns, weights, names)
    assert result.covariance_kind == "pairwise"
    assert result.scenarios_count == 99
    assert any("401 of 500 days" in note for note in result.notes)
    for one in result.measures:
        assert np.isfinite(one.total_frac)
        assert sum(line.component_frac for line in one.assets) == pytest.approx(one.total_frac, abs=1e-12)
    pair = returns[400:499]
    both = np.cov(pair[:, 1], pair[:, 2])[0, 1]
    known = decompose(returns[:, 1:3], np.array([1.0, 1.0]), "AB").of("volatility").total_frac ** 2
    ones = np.nanvar(returns[:, 1], ddof=1) + np.nanvar(returns[:, 2], ddof=1)
    assert known == pytest.approx(ones + 2.0 * both, rel=1e-10)


def test_covariances_that_do_not_fit_together_are_repaired_and_told() -> None:
    rng = np.random.default_rng(5)
    days = 90
    returns = np.full((days, 3), np.nan)
    base = rng.normal(0.0, 0.01, days)
    returns[:30, 0], returns[:30, 1] = base[:30], base[:30]
    returns[30:60, 1], returns[30:60, 2] = base[30:60], base[30:60]
    returns[60:, 0], returns[60:, 2] = base[60:], -base[60:]
    result = decompose(returns, np.array([1.0, -1.0, 1.0]), "ABC")
    assert result.covariance_change_frac > 0.0
    assert any("do not fit together" in note for note in result.notes)
    assert result.of("volatility").total_frac >= 0.0
    assert result.of("historical_var") is None
    assert any("0 days have a return of every position" in note for note in result.notes)


def test_an_asset_without_history_is_left_out_by_name() -> None:
    returns, weights, names, groups = world()
    returns[:-5, 3] = np.nan
    result = decompose(returns, weights, names, groups=groups)
    assert result.left_out == ("A3",)
    assert result.left_out_weight_frac == pytest.approx(abs(weights[3]))
    assert "A3" not in [line.name for line in result.of("volatility").assets]
    assert any("A3" in note and "fewer than 20 returns" in note for note in result.notes)


@pytest.mark.parametrize("count", [0, 3])
def test_all_cash_has_no_risk_and_says_so(count: int) -> None:
    result = decompose(np.full((50, count), 0.01), np.zeros(count), [f"A{place}" for place in range(count)])
    assert [one.total_frac for one in result.measures] == [0.0] * 4
    assert result.effective_bets_count is None
    assert any("Nothing that carries risk" in note for note in result.notes)
    assert result.model_dump_json()


def test_a_market_neutral_book_of_twins_has_no_volatility() -> None:
    stock = np.random.default_rng(2).normal(0.0, 0.01, 300)
    result = decompose(np.column_stack([stock, stock]), np.array([0.5, -0.5]), ("Long", "Short"))
    assert result.of("volatility").total_frac == 0.0
    assert result.of("volatility").assets[0].share_frac is None
    assert result.of("historical_var").total_frac == pytest.approx(0.0, abs=1e-15)
    assert result.model_dump_json()


def test_losses_of_many_streams_are_the_measures_one_by_one() -> None:
    streams = np.random.default_rng(0).standard_t(3, (5, 77))
    levels = (0.9, 0.95, 0.99)
    for level, (at_risk, shortfall) in zip(levels, losses(streams.copy(), levels), strict=True):
        for place in range(5):
            sample = PortfolioSample(returns_frac=streams[place], mean_frac=0.0, volatility_frac=0.0)
            assert at_risk[place] == HistoricalVar(level=level).compute(sample)
            assert shortfall[place] == pytest.approx(HistoricalCvar(level=level).compute(sample), rel=1e-12)


def test_several_levels_at_once_are_those_one_by_one() -> None:
    returns, weights, names, groups = world()
    together = decompose_at((0.95, 0.99), returns, weights, names, groups=groups)
    apart = [decompose(returns, weights, names, groups=groups, level_frac=level) for level in (0.95, 0.99)]
    for one, other in zip(together, apart, strict=True):
        for measure in MEASURES:
            np.testing.assert_allclose(components(one, measure), components(other, measure), rtol=1e-12)
            assert one.of(measure).level_frac == other.of(measure).level_frac
        assert one.notes == other.notes


def test_what_cannot_be_used_is_refused_with_its_field() -> None:
    returns, weights, names, _ = world()
    with pytest.raises(InputRefused, match="returns_frac"):
        decompose(returns, weights[:-1], names)
    with pytest.raises(InputRefused, match=r"groups\.sector"):
        decompose(returns, weights, names, groups={"sector": ["A"]})
    with pytest.raises(InputRefused, match="level_frac"):
        decompose(returns, weights, names, level_frac=95)
    with pytest.raises(CovarianceRefused, match="covariance"):
        decompose(returns, weights, names, covariance=np.full((8, 8), np.nan))
