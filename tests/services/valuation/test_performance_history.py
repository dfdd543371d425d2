"""Does a portfolio's actual history add up to the stored daily return and index, line by line?"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from services.performance_history import history_of
from services.valuation_daily import value_daily
from services.valuation_prices import PriceBook

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
        entry("dividend", "2020-01-08", "5", "a"),
        entry("withdrawal", "2020-01-09", "-150"),
        entry("opening", "2020-01-09", "0", "b", "4", "30"),
    ]


def _both(ledger, book):
    path = value_daily(ledger, book, END)
    return path.days, history_of(ledger, path.days, book)


def test_the_lines_of_a_day_sum_to_the_stored_return(ledger, book):
    days, history = _both(ledger, book)
    total = history.contributions_frac.sum(axis=1) + history.cash_frac - history.fees_frac
    np.testing.assert_allclose(total, [day.return_frac for day in days], atol=1e-15)
    np.testing.assert_allclose(history.returns_frac, [day.return_frac for day in days])


def test_the_linked_returns_are_the_stored_index(ledger, book):
    days, history = _both(ledger, book)
    np.testing.assert_allclose(np.cumprod(1.0 + history.returns_frac), [day.twr_index for day in days], rtol=1e-14)


def test_what_a_holding_returned_follows_from_prices_rates_and_dividends_alone(ledger, book):
    _days, history = _both(ledger, book)
    a, b, e = (history.asset_ids.index(key) for key in "abe")
    moves = history.asset_returns_frac
    assert moves[1, a] == pytest.approx(11 / 10 - 1)
    assert np.isnan(moves[[0, 1], [a, b]]).all()  # bought, and sold short, at those closes
    assert moves[2, b] == pytest.approx(49.5 / 49 - 1)  # of the short holding the return is the asset's own
    assert history.weights_begin_frac[2, b] < 0
    assert moves[3, a] == pytest.approx(11 / 12.1 - 1)  # twenty were sold at the close: no trade in the return
    assert moves[4, a] == pytest.approx((10 + 5 / 30) / 11 - 1)  # a dividend of 5 on thirty
    assert moves[4, e] == pytest.approx(22 * 1.1 / (21 * 1.2) - 1)
    assert history.fx_returns_frac[4, e] == pytest.approx(1.1 / 1.2 - 1)
    assert (history.fx_returns_frac[:, a] == 0).all()


def test_costs_of_a_purchase_are_trades_and_a_fee_is_a_fee(ledger, book):
    days, history = _both(ledger, book)
    a = history.asset_ids.index("a")
    assert history.trades_frac[0, a] == pytest.approx(-1 / 1000)  # paid 501 for what closed at 500
    assert history.fees_frac[3] * history.bases_ccy[3] == pytest.approx(7.0)
    assert np.count_nonzero(history.fees_frac) == 1
    expected = [float((day.gains_ccy[""] + (7 if day.day == date(2020, 1, 7) else 0)) / day.base_ccy) for day in days]
    np.testing.assert_allclose(history.cash_frac, expected, atol=1e-15)
    np.testing.assert_allclose(history.gross_returns_frac - history.returns_frac, history.fees_frac, atol=1e-15)


def test_assets_that_come_in_at_the_close_earn_nothing_that_day(ledger, book):
    _, history = _both(ledger, book)
    b = history.asset_ids.index("b")
    assert history.trades_frac[5, b] == 0.0
    assert history.weights_begin_frac.shape == (6, 3)
    np.testing.assert_allclose(history.cash_weights_begin_frac, 1 - history.weights_begin_frac.sum(axis=1), atol=1e-15)


def test_a_split_is_no_return(entry, book):
    ledger = [
        entry("deposit", "2020-01-02", "1000"),
        entry("buy", "2020-01-02", "-500", "a", "50", "10"),
        entry("split", "2020-01-03", "0", "a", "5", None),
    ]
    _, history = _both(ledger, book)
    assert history.asset_returns_frac[1, 0] == pytest.approx(55 * 11 / 500 - 1)
    assert (history.trades_frac == 0).all()


def test_income_after_the_last_sale_still_counts(entry, book):
    ledger = [
        entry("deposit", "2020-01-02", "1000"),
        entry("buy", "2020-01-02", "-500", "a", "50", "10"),
        entry("sell", "2020-01-03", "550", "a", "-50", "11"),
        entry("dividend", "2020-01-07", "9", "a"),
    ]
    days, history = _both(ledger, book)
    assert history.trades_frac[3, 0] == pytest.approx(9 / 1050)
    total = history.contributions_frac.sum(axis=1) + history.cash_frac - history.fees_frac
    np.testing.assert_allclose(total, [day.return_frac for day in days], atol=1e-15)


def test_a_period_runs_from_close_to_close(ledger, book):
    _, history = _both(ledger, book)
    chosen = history.between(date(2020, 1, 3), date(2020, 1, 8))
    assert history.dates[chosen].astype(str).tolist() == ["2020-01-06", "2020-01-07", "2020-01-08"]


def test_an_empty_ledger_has_no_days(book):
    history = history_of((), (), book)
    assert history.dates.size == 0
    assert history.asset_ids == ()


def test_cash_alone_earns_its_interest(entry, book):
    ledger = [entry("deposit", "2020-01-02", "1000"), entry("interest", "2020-01-07", "2")]
    quiet = PriceBook("USD", {}, {}, book.series["a"].sessions)
    days, history = _both(ledger, quiet)
    assert history.asset_ids == ()
    assert history.cash_frac.sum() == pytest.approx(0.002)
    assert float(days[-1].value_ccy) == float(Decimal(1002))
