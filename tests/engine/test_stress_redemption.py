"""Is a redemption paid as by hand, the cheapest first or everything alike, and is it said when it cannot be?"""

from __future__ import annotations

import numpy as np
import pytest

from engine.kernel.errors import InputRefused
from engine.liquidity.impact import sale_cost_frac
from engine.stress.redemption import Markets, redeem
from tests.engine.stress_worlds import portfolio


def markets(shares, spread=0.001, volatility=0.02) -> Markets:
    shares = np.array(shares, dtype=float)
    return Markets(shares, np.full(len(shares), spread), np.full(len(shares), volatility))


def free(shares) -> Markets:
    return markets(shares, 0.0, 0.0)


@pytest.mark.requirement("4.2.F6")
def test_the_waterfall_by_hand():
    # A0 holds 60% and four days' volume: at 20% of half of it 1.5% a day. A1 holds 30% and sells in a day.
    held = portfolio([0.6, 0.3], cash=0.1)
    answer = redeem(held, free([4.0, 0.1]), redemption_frac=0.3, days_count=2)
    waterfall = answer.ways[0]
    assert waterfall.is_paid
    assert waterfall.cost_frac == 0.0
    assert waterfall.raised_frac[-1] == pytest.approx(0.3)
    assert waterfall.coverage_ratio == pytest.approx((0.1 + 2 * 0.015 + 0.3) / 0.3)
    assert waterfall.first_unpaid_day is None
    assert sum(one.sold_frac for one in waterfall.sales) == pytest.approx(0.2)


def test_what_is_due_each_day_may_come_too_late():
    held = portfolio([0.6, 0.4])
    answer = redeem(held, free([4.0, 8.0]), redemption_frac=0.3, days_count=5)
    waterfall = answer.ways[0]
    daily = 0.2 * 0.5 * (0.6 / 4.0 + 0.4 / 8.0)
    assert not waterfall.is_paid
    assert waterfall.first_unpaid_day == 1
    assert waterfall.raised_frac == pytest.approx([daily * day for day in range(1, 6)])
    assert waterfall.shortfall_frac == pytest.approx(0.3 - 5 * daily)
    assert waterfall.coverage_ratio == pytest.approx(5 * daily / 0.3)


def test_pro_rata_keeps_the_mix_and_is_as_slow_as_the_slowest():
    held = portfolio([0.5, 0.4], cash=0.1)
    deep = redeem(held, free([0.01, 0.01]), redemption_frac=0.2, days_count=5).ways[1]
    assert {one.asset: one.sold_frac for one in deep.sales} == pytest.approx({"A0": 0.1, "A1": 0.08})
    assert deep.is_paid
    assert deep.raised_frac[-1] == pytest.approx(0.2)
    thin = redeem(held, free([0.01, 50.0]), redemption_frac=0.2, days_count=5).ways[1]
    assert not thin.is_paid
    assert thin.raised_frac[-1] == pytest.approx(0.1 + 0.02 + 5 * 0.2 * 0.5 * 0.4 / 50.0)
    assert thin.shortfall_frac == pytest.approx(0.2 - thin.raised_frac[-1])


def test_costs_are_raised_too_and_are_those_of_the_sale():
    held = portfolio([1.0])
    answer = redeem(held, markets([0.5]), redemption_frac=0.2, days_count=10, spread_scale=3.0)
    for way in answer.ways:
        sold = way.sales[0].sold_frac
        rate = float(sale_cost_frac(sold / (0.5 * 1.0 / 0.5), 0.003, 0.02))
        assert way.cost_frac == pytest.approx(sold * rate)
        assert way.cost_bps == pytest.approx(1e4 * rate)
        assert sold - way.cost_frac == pytest.approx(0.2, abs=1e-9)
        assert way.raised_frac[-1] == pytest.approx(0.2, abs=1e-9)
        assert way.is_paid


def test_the_waterfall_costs_no_more_than_pro_rata():
    rng = np.random.default_rng(0)
    for _ in range(20):
        weights = rng.dirichlet(np.ones(6)) * 0.95
        answer = redeem(
            portfolio(weights, cash=0.05),
            Markets(rng.uniform(0.01, 0.5, 6), rng.uniform(0.0002, 0.01, 6), rng.uniform(0.005, 0.03, 6)),
            redemption_frac=0.1,
            days_count=20,
        )
        waterfall, pro_rata = answer.ways
        assert waterfall.cost_frac <= pro_rata.cost_frac + 1e-12
        assert waterfall.coverage_ratio >= pro_rata.coverage_ratio - 1e-9


def test_unknown_volume_cannot_be_sold_and_is_named():
    answer = redeem(portfolio([0.5, 0.5]), free([0.1, np.nan]), redemption_frac=0.2, days_count=5)
    assert answer.uncovered == ("A1",)
    assert answer.covered_frac == pytest.approx(0.5)
    assert "A1" in answer.notes[0]
    assert answer.ways[0].is_paid
    assert answer.ways[0].residual_illiquid_before_frac == pytest.approx(0.5)
    assert answer.ways[0].residual_illiquid_frac == pytest.approx(0.5 / 0.8)
    assert not answer.ways[1].is_paid


def test_costs_of_what_is_known_are_a_lower_bound():
    held, shares, nothing = portfolio([1.0]), np.array([0.5]), np.array([np.nan])
    whole = redeem(held, Markets(shares, np.array([0.001]), np.array([0.02])), redemption_frac=0.1).ways[0]
    for spread, volatility, words in (
        (np.array([0.001]), nothing, "volatility"),
        (nothing, np.array([0.02]), "spread"),
    ):
        part = redeem(held, Markets(shares, spread, volatility), redemption_frac=0.1)
        assert 0.0 < part.ways[0].cost_frac < whole.cost_frac
        assert f"No {words} is known" in part.notes[0]


def test_more_volume_never_makes_it_worse():
    held = portfolio([0.5, 0.4], cash=0.1)
    ratios = [
        redeem(held, markets([3.0, 9.0]), redemption_frac=0.3, volume_scale=scale).ways[0].coverage_ratio
        for scale in (0.25, 0.5, 1.0, 2.0)
    ]
    assert ratios == sorted(ratios)


def test_odd_portfolios_are_answered():
    only_cash = redeem(portfolio([], cash=1.0), Markets.unknown(0), redemption_frac=0.3)
    assert [way.is_paid for way in only_cash.ways] == [True, True]
    assert only_cash.ways[0].cost_bps == 0.0
    neutral = redeem(portfolio([1.0, -1.0], cash=1.0), free([0.1, 0.1]), redemption_frac=0.2)
    assert {one.asset: one.sold_frac for one in neutral.ways[1].sales} == pytest.approx({"A0": 0.2, "A1": -0.2})
    assert "short positions" in " ".join(neutral.notes)
    foreign_cash = redeem(portfolio([0.5, 0.5]), free([0.0, 2.0]), redemption_frac=0.4, days_count=1)
    assert foreign_cash.ways[0].sales[0].days == 0.0
    with pytest.raises(InputRefused, match="above zero"):
        redeem(portfolio([1.0]), free([1.0]), redemption_frac=0.0)
    with pytest.raises(InputRefused, match="one volume for each"):
        redeem(portfolio([1.0]), free([1.0, 2.0]))
