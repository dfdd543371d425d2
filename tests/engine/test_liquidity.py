"""Are days, buckets and costs what hand arithmetic says, and is nothing unknown ever liquid?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kernel.errors import InputRefused
from engine.liquidity.given import Bars, Holdings, LiquidityOptions
from engine.liquidity.measure import liquidity
from engine.liquidity.speed import days_until, sold_waterfall

SETTINGS = settings(max_examples=60, deadline=None, derandomize=True)


def holdings(**changes: object) -> Holdings:
    """Ten million: a liquid half, a slow third, a tenth that nobody knows, and a tenth of cash."""
    given = {
        "assets": ("Fast", "Slow", "Unknown"),
        "weights_frac": np.array([0.5, 0.3, 0.1]),
        "value_ccy": 10e6,
        "volumes_ccy": np.array([50e6, 1.5e6, np.nan]),
        "cash_weight_frac": 0.1,
        "volatilities_frac": np.array([0.01, 0.02, 0.03]),
        "quoted_spreads_frac": np.array([0.0004, 0.004, np.nan]),
    }
    return Holdings(**{**given, **changes})


@pytest.mark.requirement("4.1.F6")
def test_days_costs_and_the_profile_by_hand() -> None:
    result = liquidity(holdings())
    fast, slow, unknown = result.assets
    assert (fast.volume_share, fast.days, fast.stressed_days) == pytest.approx((0.1, 0.5, 1.0))
    assert (slow.volume_share, slow.days, slow.stressed_days) == pytest.approx((2.0, 10.0, 20.0))
    assert (unknown.days, unknown.is_traded, unknown.bucket) == (None, None, "not_known")
    assert fast.half_spread_cost_bps == pytest.approx(2.0)
    assert fast.impact_cost_bps == pytest.approx(100.0 * 0.1**0.5)
    assert slow.cost_bps == pytest.approx(20.0 + 200.0 * 2.0**0.5)
    assert slow.cost_ccy == pytest.approx(3e6 * slow.cost_bps / 1e4)
    assert result.cost_ccy == pytest.approx(fast.cost_ccy + slow.cost_ccy)
    assert result.cost_bps == pytest.approx(1e4 * result.cost_ccy / 8e6)
    assert result.cost_covered_frac == pytest.approx(8 / 9)
    day, three, _, _, month = result.profile
    assert day.waterfall_frac == pytest.approx(0.1 + 0.5 + 0.03)
    assert three.waterfall_frac == pytest.approx(0.1 + 0.5 + 0.09)
    assert month.waterfall_frac == pytest.approx(0.9)
    assert day.waterfall_stressed_frac == pytest.approx(0.1 + 0.5 + 0.015)
    assert [step.pro_rata_frac for step in result.profile] == pytest.approx([0.1] * 5)  # the unknown keeps the pace
    known = liquidity(holdings(volumes_ccy=np.array([50e6, 1.5e6, 50e6])))
    assert known.profile[1].pro_rata_frac == pytest.approx(0.1 + 0.9 * 0.3)
    assert result.days_to_half == pytest.approx(0.4 / (0.5 / 0.5 + 0.3 / 10.0))
    assert result.days_to_95 is None
    assert known.days_to_95 == pytest.approx(10.0 * 0.25 / 0.3)
    assert any("Unknown (10% of NAV) is not known; it is not counted as liquid" in note for note in result.notes)


@pytest.mark.parametrize(
    ("days", "settlement", "bucket"),
    [
        (0.0, 1, "highly_liquid"), (2.0, 1, "highly_liquid"), (2.01, 1, "moderately_liquid"), (1.0, 2, "highly_liquid"),
        (4.0, 1, "moderately_liquid"), (4.5, 1, "less_liquid"), (5.0, 1, "less_liquid"), (1.0, 5, "less_liquid"),
        (5.01, 1, "illiquid"), (40.0, 1, "illiquid"), (np.inf, 1, "illiquid"),
    ],
)  # fmt: skip
def test_buckets_count_days_to_sell_and_to_settle(days: float, settlement: int, bucket: str) -> None:
    volume = 0.0 if np.isinf(days) else 1e12 if days == 0.0 else 1e6 / (0.2 * days)
    one = Holdings(("A",), np.array([1.0]), 1e6, np.array([volume]))
    found = liquidity(one, LiquidityOptions(settlement_days=settlement))
    assert found.assets[0].bucket == bucket
    assert {share.bucket: share.share_frac for share in found.buckets}[bucket] == pytest.approx(1.0)


def test_buckets_follow_the_size_that_is_sold_and_a_week_with_a_holiday() -> None:
    one = Holdings(("A",), np.array([1.0]), 1e6, np.array([1e6]))  # five days
    assert liquidity(one).assets[0].bucket == "less_liquid"
    assert liquidity(one, LiquidityOptions(week_business_days=4)).assets[0].bucket == "illiquid"
    assert liquidity(one, LiquidityOptions(anticipated_size_frac=0.4)).assets[0].bucket == "highly_liquid"


@given(seed=st.integers(0, 2**31), count=st.integers(0, 12))
@SETTINGS
def test_statements_that_hold_for_every_portfolio(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    volumes = 10.0 ** rng.uniform(4, 9, count)
    volumes[rng.random(count) < 0.2] = np.nan
    volumes[rng.random(count) < 0.1] = 0.0
    weights = rng.normal(0.1, 0.2, count)
    names = [f"A{place}" for place in range(count)]
    cash = float(rng.choice([0.0, 0.2, -0.1]))
    base = liquidity(Holdings(names, weights, 1e7, volumes, cash))
    assert sum(share.share_frac for share in base.buckets) == pytest.approx(1.0 if count or cash > 0 else 0.0)
    steps = [step.waterfall_frac for step in base.profile]
    assert steps == sorted(steps)
    for step in base.profile:
        assert step.waterfall_frac >= step.pro_rata_frac - 1e-12
        assert step.waterfall_frac >= step.waterfall_stressed_frac - 1e-12
        assert step.waterfall_frac <= 1.0 - base.not_known_share_frac + 1e-9
    if base.days_to_95 is not None:
        sizes = np.abs(weights)
        days = np.array([np.nan if one.days is None else one.days for one in base.assets])
        reached = sold_waterfall(base.days_to_95, days, sizes, max(cash, 0.0))
        assert reached >= 0.95 - 1e-6
        if base.days_to_95 > 1e-6:
            assert sold_waterfall(base.days_to_95 * (1 - 1e-6), days, sizes, max(cash, 0.0)) < 0.95 + 1e-9
        assert base.stressed_days_to_95 == pytest.approx(2.0 * base.days_to_95)
    order = rng.permutation(count)
    mixed = liquidity(Holdings([names[place] for place in order], weights[order], 1e7, volumes[order], cash))
    assert mixed.illiquid_share_frac == pytest.approx(base.illiquid_share_frac)
    assert {one.name: one.bucket for one in mixed.assets} == {one.name: one.bucket for one in base.assets}
    assert base.model_dump_json()


def test_days_until_a_share_against_a_search() -> None:
    rng = np.random.default_rng(9)
    days, sizes = rng.uniform(0.0, 20.0, 15), rng.dirichlet(np.ones(15))
    grid = np.linspace(0.0, 20.0, 200_001)
    for share in (0.3, 0.5, 0.95, 1.0):
        found = days_until(share, days, sizes, 0.05)
        sold = np.minimum(grid[:, None] / days, 1.0) @ sizes + 0.05
        assert found == pytest.approx(grid[np.argmax(sold >= share * 1.05 - 1e-12)], abs=2e-4)


def test_cash_and_foreign_balances_are_liquid_at_once() -> None:
    result = liquidity(
        Holdings(("CASH EUR",), np.array([0.4]), 1e6, np.array([np.inf]), 0.6, volatilities_frac=np.array([0.005]))
    )
    line = result.assets[0]
    assert (line.days, line.cost_bps, line.bucket) == (0.0, 0.0, "highly_liquid")
    assert result.days_to_95 == 0.0
    assert result.profile[0].pro_rata_frac == pytest.approx(1.0)
    alone = liquidity(Holdings((), np.empty(0), 1e6, np.empty(0), 1.0))
    assert (alone.days_to_95, alone.cost_bps, alone.cost_covered_frac) == (0.0, None, 1.0)


def test_value_at_risk_with_the_cost_of_leaving() -> None:
    result = liquidity(holdings(), var_frac=0.02).liquidity_var
    assert result.spread_cost_frac == pytest.approx(0.5 * (0.5 * 0.0004 + 0.3 * 0.004))
    assert result.liquidity_var_frac == pytest.approx(0.02 + result.spread_cost_frac)
    assert result.covered_frac == pytest.approx(8 / 9)
    rng = np.random.default_rng(2)
    close = 100 * np.exp(np.cumsum(rng.normal(0.0, 0.01, (252, 3)), axis=0))
    width = 1 + 0.01 * rng.random((252, 3)) * np.linspace(0.5, 2.0, 252)[:, None]
    bars = Bars(close * width, close / width, close)
    wide = liquidity(holdings(quoted_spreads_frac=None, bars=bars), var_frac=0.02)
    assert {line.spread_source for line in wide.assets} == {"corwin_schultz"}
    calm = liquidity(
        holdings(quoted_spreads_frac=None, bars=bars), LiquidityOptions(spread_multiplier=0.0), var_frac=0.02
    )
    mean = 0.5 * sum(abs(line.weight_frac) * line.spread_frac for line in wide.assets)
    assert calm.liquidity_var.spread_cost_frac == pytest.approx(mean)
    assert wide.liquidity_var.spread_cost_frac > mean
    other = liquidity(holdings(bars=bars), LiquidityOptions(spread_estimator="abdi_ranaldo"))
    assert [line.spread_source for line in other.assets] == ["quoted", "quoted", "abdi_ranaldo"]


def test_shares_outstanding_choose_the_fitted_impact() -> None:
    result = liquidity(holdings(inverse_turnovers=np.array([200.0, np.nan, np.nan])))
    temporary = 0.142 * 0.01 * 0.2**0.6  # a fifth of the volume as long as it takes
    permanent = 0.5 * 0.314 * 0.01 * 0.1 * 200.0**0.25
    assert result.assets[0].impact_cost_bps == pytest.approx(1e4 * (temporary + permanent))
    assert result.assets[1].impact_cost_bps == pytest.approx(200.0 * 2.0**0.5)


def test_what_cannot_be_used_is_refused() -> None:
    with pytest.raises(InputRefused, match="volumes_ccy"):
        liquidity(holdings(volumes_ccy=np.ones(2)))
    with pytest.raises(InputRefused, match="value_ccy"):
        liquidity(holdings(value_ccy=0.0))
    with pytest.raises(InputRefused, match="participation_frac"):
        liquidity(holdings(), LiquidityOptions(participation_frac=20.0))
    with pytest.raises(InputRefused, match="bars"):
        liquidity(holdings(bars=Bars(np.ones((5, 3)), np.ones((5, 2)), np.ones((5, 3)))))


def test_where_no_spread_is_known_the_cost_of_leaving_is_unknown_and_not_zero() -> None:
    result = liquidity(holdings(quoted_spreads_frac=None), var_frac=0.02).liquidity_var
    assert (result.spread_cost_frac, result.liquidity_var_frac, result.covered_frac) == (None, None, 0.0)
    cash = liquidity(Holdings((), np.empty(0), 1e6, np.empty(0), 1.0), var_frac=0.0).liquidity_var
    assert (cash.spread_cost_frac, cash.liquidity_var_frac) == (0.0, 0.0)


@pytest.mark.requirement("4.1.F6")
def test_twenty_quotes_tell_how_much_a_spread_moves_and_fewer_do_not() -> None:
    rng = np.random.default_rng(9)
    series = np.full((61, 3), np.nan)
    series[:, 0] = 0.001 + 0.0002 * rng.standard_normal(61)
    series[-19:, 1] = 0.004
    result = liquidity(holdings(quoted_series_frac=series), var_frac=0.02)
    wide = series[:, 0].mean() + 3.0 * series[:, 0].std(ddof=1)
    assert result.liquidity_var.spread_cost_frac == pytest.approx(0.5 * (0.5 * wide + 0.3 * 0.004))
    assert result.assets[0].half_spread_cost_bps == pytest.approx(2.0)  # leaving now costs the spread of now
    assert [note for note in result.notes if "quotes" in note] == [
        "For the spread of Slow there are fewer than 20 quotes of late, which do not tell how much it moves: value at "
        "risk with the cost of leaving counts it as it is now."
    ]
    series[-20:, 1] = 0.004
    still = liquidity(holdings(quoted_series_frac=series), var_frac=0.02)
    assert still.liquidity_var.spread_cost_frac == pytest.approx(result.liquidity_var.spread_cost_frac)
    assert not [note for note in still.notes if "quotes" in note]
    with pytest.raises(InputRefused, match="quoted_series_frac"):
        liquidity(holdings(quoted_series_frac=np.ones((30, 2))))
