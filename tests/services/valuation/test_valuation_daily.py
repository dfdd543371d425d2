"""Do values, flows and returns obey the identities that define them, and agree with a second route?"""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.valuation_daily import value_cash, value_daily, value_holdings
from services.valuation_ledger import LedgerEntry, average_costs, cash, fifo_lots, positions
from services.valuation_prices import CloseSeries, PriceBook
from services.valuation_returns import chained, contributions, one_year, since, volatility, year_to_date

END = date(2020, 1, 9)


@pytest.fixture
def ledger(entry):
    return [
        entry("deposit", "2020-01-02", "1000"),
        entry("buy", "2020-01-02", "-501", "a", "50", "10"),
        entry("sell", "2020-01-03", "489", "b", "-10", "49"),
        entry("deposit", "2020-01-06", "300"),
        entry("buy", "2020-01-06", "-100", "e", "5", "20", currency="EUR"),
        entry("deposit", "2020-01-06", "100", currency="EUR"),
        entry("sell", "2020-01-07", "220", "a", "-20", "11"),
        entry("fee", "2020-01-07", "-7"),
        entry("dividend", "2020-01-08", "5", "a", "-0.5", "10"),
        entry("withdrawal", "2020-01-09", "-150"),
        entry("opening", "2020-01-09", "0", "b", "4", "30"),
    ]


def test_the_sum_of_holdings_and_cash_is_the_value_on_every_day(ledger, book):
    for day in value_daily(ledger, book, END).days:
        held = value_holdings(positions(ledger, day.day), book, day.day)
        money = value_cash(cash(ledger, day.day), book, day.day)
        assert sum((h.value_ccy for h in held), money) == day.value_ccy
        assert money == day.cash_ccy


def test_the_change_of_value_is_gain_plus_flows(ledger, book):
    before = Decimal(0)
    for day in value_daily(ledger, book, END).days:
        assert day.value_ccy - before == sum(day.gains_ccy.values()) + day.external_flow_ccy
        before = day.value_ccy


def test_the_gain_of_each_holding_follows_from_prices_and_trades_alone(ledger, book):
    """Second route: quantity before times the change of price, plus what trades of the day made against the close."""
    path = value_daily(ledger, book, END).days
    for before, day in pairwise(path):
        held = positions(ledger, before.day)
        for asset in ("a", "b"):
            move = book.quote(asset, day.day).price - book.quote(asset, before.day).price
            expected = held.get(asset, Decimal(0)) * move
            for e in ledger:
                if e.asset_id == asset and e.trade_date == day.day and e.kind != "opening":
                    expected += e.quantity * book.quote(asset, day.day).price + e.amount_ccy
            assert day.gains_ccy.get(asset, Decimal(0)) == expected


def test_what_is_left_to_cash_is_fees_and_the_change_of_rates(ledger, book):
    fees_day = next(d for d in value_daily(ledger, book, END).days if d.day == date(2020, 1, 7))
    euro_before = cash(ledger, date(2020, 1, 6)).get("EUR", Decimal(0))
    assert euro_before == 0
    assert fees_day.gains_ccy[""] == Decimal(-7)


def test_the_index_chains_the_daily_returns(ledger, book):
    days = value_daily(ledger, book, END).days
    assert days[-1].twr_index == pytest.approx(1 + chained([d.return_frac for d in days]), rel=1e-14)


def test_time_weighted_return_does_not_depend_on_the_size_of_flows(entry, book):
    """A portfolio that always holds only `a` earns what `a` earns, whatever comes in and goes out."""
    quiet = [entry("deposit", "2020-01-02", "100"), entry("buy", "2020-01-02", "-100", "a", "10", "10")]
    busy = [
        *quiet,
        entry("opening", "2020-01-06", "0", "a", "25", "1"),
        entry("transfer", "2020-01-08", "0", "a", "-17"),
    ]
    expected = 10.5 / 10.0
    assert value_daily(quiet, book, END).days[-1].twr_index == pytest.approx(expected, rel=1e-14)
    assert value_daily(busy, book, END).days[-1].twr_index == pytest.approx(expected, rel=1e-14)


def test_money_that_comes_back_after_everything_was_taken_out_starts_afresh(entry, book):
    entries = [
        entry("deposit", "2020-01-02", "100"),
        entry("withdrawal", "2020-01-03", "-100"),
        entry("deposit", "2020-01-07", "40"),
        entry("buy", "2020-01-07", "-22", "a", "2", "11"),
    ]
    days = value_daily(entries, book, END).days
    assert [d.return_frac for d in days[:3]] == [0.0, 0.0, None]
    assert days[-1].twr_index == pytest.approx(1 + (2 * (10.5 - 11.0)) / 40, rel=1e-14)


def test_contributions_add_up_to_the_linked_return(ledger, book):
    days = value_daily(ledger, book, END).days
    start = date(2020, 1, 3)
    parts = contributions(days, start, END)
    expected = since([d.day for d in days], [d.twr_index for d in days], start, END)
    assert math.fsum(parts.values()) == pytest.approx(expected, abs=1e-13)


def test_a_missing_close_leaves_the_day_out_and_names_the_asset(entry):
    sessions = np.arange("2020-01-06", "2020-02-08", dtype="datetime64[D]")
    sessions = sessions[np.is_busday(sessions)]
    gappy = np.full(sessions.size, 10.0)
    gappy[4:15] = np.nan
    book = PriceBook(
        "USD", {"a": CloseSeries(sessions, gappy, "USD"), "b": CloseSeries(sessions, gappy * 0 + 5.0, "USD")}
    )
    full = CloseSeries(sessions, np.full(sessions.size, 5.0), "USD")
    book = PriceBook("USD", {"a": book.series["a"], "b": full})
    entries = [
        entry("deposit", "2020-01-06", "100"),
        entry("buy", "2020-01-06", "-50", "a", "5", "10"),
        entry("buy", "2020-01-06", "-50", "b", "10", "5"),
    ]
    path = value_daily(entries, book, date(2020, 2, 7))
    assert {d.value_ccy for d in path.days} == {Decimal(100)}
    assert list(path.unvalued.values()) == [("a",)] * 6
    assert len(path.days) + len(path.unvalued) == sessions.size
    assert path.days[4].day == sessions[4].astype(object)
    assert sessions[9].astype(object) in path.unvalued


def test_an_asset_that_was_never_priced_has_no_value_instead_of_zero(book):
    (holding,) = value_holdings({"unknown": Decimal(3)}, book, END)
    assert holding.value_ccy is None
    assert holding.quote is None


def test_average_cost_gain_matches_by_hand_on_both_sides_of_zero(entry):
    entries = [
        entry("buy", "2020-01-02", "-100", "a", "10", "10"),
        entry("buy", "2020-01-03", "-120", "a", "10", "12"),
        entry("sell", "2020-01-06", "65", "a", "-5", "13"),
        entry("sell", "2020-01-07", "300", "a", "-20", "15"),
    ]
    basis = average_costs(entries, date(2020, 1, 6))["a"]
    assert (basis.quantity, basis.cost_ccy, basis.realized_ccy) == (Decimal(15), Decimal(165), Decimal(10))
    turned = average_costs(entries)["a"]
    assert (turned.quantity, turned.cost_ccy) == (Decimal(-5), Decimal(-75))
    assert turned.realized_ccy == Decimal(10) + Decimal(15 * 15) - Decimal(165)


amounts = st.integers(min_value=-40, max_value=40).filter(lambda q: q != 0)


@given(st.lists(st.tuples(amounts, st.integers(min_value=1, max_value=50)), min_size=1, max_size=25))
@settings(max_examples=150, deadline=None)
def test_realized_and_unrealized_gain_are_all_the_gain_there_is(trades):
    entries = [
        LedgerEntry(str(i), i, "buy", date(2020, 1, 2), "a", Decimal(q), Decimal(-q * p), Decimal(0), Decimal(p), "USD")
        for i, (q, p) in enumerate(trades, 1)
    ]
    price = Decimal(17)
    basis = average_costs(entries)["a"]
    total = basis.realized_ccy + basis.quantity * price - basis.cost_ccy
    paid = sum(e.amount_ccy for e in entries) + sum(e.quantity for e in entries) * price
    assert abs(total - paid) < Decimal("1e-18")
    lots = fifo_lots(entries)
    assert sum((lot.quantity for lot in lots), Decimal(0)) == basis.quantity
    assert len({lot.quantity > 0 for lot in lots}) <= 1


def test_first_in_first_out_leaves_the_newest_purchases(entry):
    entries = [
        entry("buy", "2020-01-02", "-100", "a", "10", "10"),
        entry("buy", "2020-01-03", "-120", "a", "10", "12"),
        entry("sell", "2020-01-06", "195", "a", "-15", "13"),
    ]
    (lot,) = fifo_lots(entries)
    assert (lot.acquired_on, lot.quantity, lot.cost_ccy) == (date(2020, 1, 3), Decimal(5), Decimal(60))


def test_year_to_date_counts_from_the_last_close_of_the_year_before():
    days = [date(2019, 12, 30), date(2019, 12, 31), date(2020, 1, 2), date(2020, 6, 30)]
    index = [1.0, 1.25, 1.3, 1.5]
    assert year_to_date(days, index, date(2020, 6, 30)) == pytest.approx(1.5 / 1.25 - 1)
    assert one_year(days, index, date(2020, 6, 30)) is None
    assert one_year(days, index, date(2020, 12, 31)) == pytest.approx(1.5 / 1.25 - 1)


def test_volatility_is_the_sample_deviation_times_the_root_of_252():
    rng = np.random.default_rng(3)
    returns = rng.normal(0, 0.01, 100).tolist()
    days = [np.datetime64("2020-01-01") + i for i in range(100)]
    days = [d.astype(object) for d in days]
    mean = math.fsum(returns) / 100
    by_hand = math.sqrt(math.fsum((r - mean) ** 2 for r in returns) / 99) * math.sqrt(252)
    assert volatility(days, returns, days[-1]) == pytest.approx(by_hand, rel=1e-12)
    assert volatility(days[:10], returns[:10], days[-1]) is None


@given(st.integers(min_value=0, max_value=2**31), st.integers(min_value=1, max_value=60))
@settings(max_examples=60, deadline=None)
def test_closes_looked_up_for_all_days_at_once_are_those_looked_up_one_by_one(seed, gaps_count):
    rng = np.random.default_rng(seed)
    every = np.arange("2020-01-01", "2020-04-30", dtype="datetime64[D]")
    weekdays = every[np.is_busday(every)]
    closes = rng.uniform(5, 50, weekdays.size).round(3)
    closes[rng.integers(0, weekdays.size, gaps_count)] = np.nan
    kept = np.sort(rng.choice(weekdays.size, weekdays.size // 2, replace=False))
    book = PriceBook(
        "USD",
        {"a": CloseSeries(weekdays, closes, "EUR"), "b": CloseSeries(weekdays[kept], closes[kept], "USD")},
        {"EUR": CloseSeries(weekdays, np.where(np.isnan(closes), np.nan, 1.1), "USD")},
    )
    days = every.tolist()
    fast = book.on_days(days)
    for day in days:
        assert fast.rate("EUR", day) == book.rate("EUR", day)
        for asset in ("a", "b", "c"):
            assert fast.quote(asset, day) == book.quote(asset, day)
