"""Is the return of all portfolios together that of one pot, whatever flows in and whatever currencies they are in?"""

from __future__ import annotations

import math
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.dashboard_returns import Member, composite, values_on_days
from services.valuation import DayPoint
from services.valuation_returns import year_to_date

START = date(2022, 12, 31)


def course(returns: list[float], first: date, value: float = 100.0, flows: dict[int, float] | None = None) -> Member:
    """Return a member whose portfolio began on a day with a value, and had these returns on the days after it."""
    points = [DayPoint(first, Decimal(str(value)), Decimal(str(value)), 0.0, 1.0)]
    level = 1.0
    for place, move in enumerate(returns, start=1):
        level *= 1.0 + move
        value = value * (1.0 + move) + (flows or {}).get(place, 0.0)
        day = first + timedelta(days=place)
        flow = Decimal(str((flows or {}).get(place, 0.0)))
        points.append(DayPoint(day, Decimal(repr(value)), flow, move, level))
    return Member(points, np.ones(len(points)))


moves = st.lists(st.floats(-0.2, 0.25), min_size=1, max_size=30)


@settings(deadline=None, max_examples=60)
@given(moves, st.floats(1.0, 1e9))
def test_of_one_portfolio_it_is_its_own_time_weighted_return(returns: list[float], value: float) -> None:
    one = course(returns, date(2022, 12, 20), value)
    end = one.points[-1].day
    own = year_to_date([p.day for p in one.points], [p.twr_index for p in one.points], end)
    if end <= START:
        return
    assert composite([one], START, end).return_frac == pytest.approx(own, rel=1e-12, abs=1e-12)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.floats(-0.2, 0.25), st.floats(-0.2, 0.25)), min_size=1, max_size=20))
def test_without_flows_it_is_that_of_one_pot(pairs: list[tuple[float, float]]) -> None:
    first = course([a for a, _ in pairs], START, 300.0)
    second = course([b for _, b in pairs], START, 100.0)
    end = first.points[-1].day
    begin = float(first.points[0].value_ccy + second.points[0].value_ccy)
    last = float(first.points[-1].value_ccy + second.points[-1].value_ccy)
    assert composite([first, second], START, end).return_frac == pytest.approx(last / begin - 1.0, rel=1e-11, abs=1e-12)


def test_a_deposit_counts_as_no_gain_and_weighs_from_the_next_day_on() -> None:
    calm = course([0.0, 0.0], START, 100.0)
    lucky = course([0.0, 0.10], START, 100.0, flows={1: 900.0})
    found = composite([calm, lucky], START, calm.points[-1].day)
    assert found.return_frac == pytest.approx(0.10 * 1000.0 / 1100.0, rel=1e-12)


def test_a_currency_that_gains_is_a_gain_for_who_counts_in_another() -> None:
    home = course([0.0, 0.0], START, 100.0)
    abroad = course([0.0, 0.0], START, 100.0)
    abroad = Member(abroad.points, np.array([2.0, 2.2, 2.2]))
    found = composite([home, abroad], START, home.points[-1].day)
    assert found.return_frac == pytest.approx((100.0 + 220.0) / (100.0 + 200.0) - 1.0, rel=1e-12)


def test_who_begins_during_the_year_joins_on_its_first_day_with_that_days_costs() -> None:
    old = course([0.0, 0.0, 0.0], START, 100.0)
    points = [
        DayPoint(START + timedelta(days=2), Decimal("99"), Decimal("100"), -0.01, 0.99),
        DayPoint(START + timedelta(days=3), Decimal("99"), Decimal("0"), 0.0, 0.99),
    ]
    found = composite([old, Member(points, np.ones(2))], START, old.points[-1].day)
    assert found.return_frac == pytest.approx(199.0 / 200.0 - 1.0, rel=1e-12)


def test_a_day_on_which_only_one_market_trades_leaves_the_other_standing_with_its_weight() -> None:
    daily = course([0.01, 0.01], START, 100.0)
    points = [one for one in course([0.0, 0.02], START, 100.0).points if one.day != START + timedelta(days=1)]
    found = composite([daily, Member(points, np.ones(2))], START, daily.points[-1].day)
    first = (101.0 + 100.0) / 200.0
    second = (101.0 * 1.01 + 102.0) / 201.0
    assert found.return_frac == pytest.approx(first * second - 1.0, rel=1e-12)


def test_benchmarks_are_compared_only_with_those_that_have_one() -> None:
    returns = [0.10]
    with_one = course(returns, START, 100.0)
    with_one = Member(with_one.points, with_one.rates, np.array([1.0, 1.04]))
    without = course([-0.50], START, 900.0)
    broken = Member(without.points, without.rates, np.array([1.0, math.nan]))
    found = composite([with_one, without, broken], START, with_one.points[-1].day)
    assert found.compared_count == 1
    assert found.compared_frac == pytest.approx(0.10, rel=1e-12)
    assert found.benchmark_frac == pytest.approx(0.04, rel=1e-12)
    assert found.active_frac == pytest.approx(0.06, rel=1e-12)
    assert found.return_frac == pytest.approx((110.0 + 450.0 + 450.0) / 1900.0 - 1.0, rel=1e-12)


def test_who_has_no_rate_on_one_of_its_days_is_left_out() -> None:
    home = course([0.01], START, 100.0)
    abroad = Member(course([0.5], START, 100.0).points, np.array([1.0, math.nan]))
    found = composite([home, abroad], START, home.points[-1].day)
    assert found.return_frac == pytest.approx(0.01, rel=1e-12)
    assert values_on_days([home, abroad], home.points[-1].day) == pytest.approx((100.0, 101.0))


def test_nothing_measured_is_none_and_not_zero() -> None:
    found = composite([], START, date(2023, 1, 5))
    assert (found.return_frac, found.benchmark_frac, found.active_frac, found.index) == (None, None, None, ())
