"""Are the benchmark's constituents and the factors what their definitions say?"""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from services.errors import Conflict
from services.market_series import SeriesReader, StoredSeries
from services.messages.performance import AttributionRequest, PerformanceRequest
from services.performance_benchmark import held_begin_weights, read_benchmark
from services.performance_currency import in_currency
from services.performance_factors import read_factors
from services.performance_rates import risk_free_of
from services.portfolios_history import value_history
from tests.services.performance_records import record_of

SESSIONS = np.array(["2020-01-02", "2020-01-03", "2020-01-06", "2020-01-07"], dtype="datetime64[D]")


def _series(key: str, closes: list[float]) -> StoredSeries:
    values = np.array(closes)
    return StoredSeries(key, "USD", "test", SESSIONS, values, values, None, False, "0")


def test_weights_drift_with_prices_and_are_bought_anew_at_the_close_of_their_day():
    series = {"a": _series("a", [10, 11, 12, 12]), "b": _series("b", [20, 20, 20, 30])}
    dated = {date(2020, 1, 2): {"a": 0.5, "b": 0.5}, date(2020, 1, 6): {"a": 0.2, "b": 0.8}}
    found = held_begin_weights(dated, series, SESSIONS)
    assert np.isnan(found["a"][0])  # on the first day nothing was in force before its close
    assert found["a"][1] == pytest.approx(0.5)
    assert found["a"][2] == pytest.approx(0.55 / 1.05)
    assert found["a"][3] == pytest.approx(0.2)
    np.testing.assert_allclose(found["a"][1:] + found["b"][1:], 1.0)


def test_constituents_earn_what_the_benchmark_earned(shared_packed_house):
    """Weights and returns of the constituents against the level that is computed another way."""
    reader, actor = SeriesReader(shared_packed_house.ports), shared_packed_house.manager
    with shared_packed_house.ports.store.read(actor) as uow:
        row = next(one for one in uow.benchmarks.all() if one.kind == "weights")
        dates = reader.market_sessions(uow)
        dates = dates[dates >= np.datetime64("2012-01-03")]
        found = read_benchmark(uow, reader, row, dates, "USD")
    assert found.are_weights_known[1:].all()
    earned = np.nansum(found.weights_begin_frac[1:] * found.asset_returns_frac[1:], axis=1)
    np.testing.assert_allclose(earned, found.returns_frac[1:], atol=1e-12)
    assert found.returns_frac[0] == 0.0  # portfolio and comparison begin at its close


def test_a_benchmark_in_another_currency_is_brought_into_the_portfolios(shared_packed_house):
    reader, actor = SeriesReader(shared_packed_house.ports), shared_packed_house.manager
    with shared_packed_house.ports.store.read(actor) as uow:
        row = next(one for one in uow.benchmarks.all() if one.kind == "weights")
        rates = reader.rates(uow, "USD", "EUR")
        dates = rates.sessions[
            (rates.sessions >= np.datetime64("2015-01-05")) & (rates.sessions < np.datetime64("2016"))
        ]
        own, other = (read_benchmark(uow, reader, row, dates, currency) for currency in ("USD", "EUR"))
    place = np.searchsorted(rates.sessions, dates)
    moves = rates.closes[place][1:] / rates.closes[place][:-1]
    np.testing.assert_allclose(1 + other.returns_frac[1:], (1 + own.returns_frac[1:]) * moves, rtol=1e-12)
    assert any("brought from USD into EUR" in note for note in other.notes)


def test_factors_are_the_index_and_funds_beside_it(shared_packed_house):
    reader, actor = SeriesReader(shared_packed_house.ports), shared_packed_house.manager
    with shared_packed_house.ports.store.read(actor) as uow:
        sessions = reader.market_sessions(uow)
        dates = sessions[(sessions >= np.datetime64("2013-06-03")) & (sessions < np.datetime64("2016"))]
        found = read_factors(uow, reader, dates)
        momentum = reader.series(uow, [uow.assets.by_symbols(["MTUM"])["MTUM"].id])
    assert found.names == ("Market", "Momentum", "Quality", "Low volatility", "Value", "Size")
    assert np.isnan(found.returns_frac[5, 1])  # the funds begin in 2014
    (fund,) = momentum.values()
    place = np.searchsorted(fund.sessions, dates[-1])
    moved = fund.adjusted_closes[place] / fund.adjusted_closes[place - 1] - 1
    assert found.returns_frac[-1, 1] + found.returns_frac[-1, 0] == pytest.approx(moved, abs=1e-12)


def test_without_a_stored_series_no_rate_is_set(shared_packed_house):
    with shared_packed_house.ports.store.read(shared_packed_house.manager) as uow:
        assert not risk_free_of(uow, "USD").is_set
        assert risk_free_of(uow, "USD", 0.02).at() == 0.02


def test_in_another_currency_the_lines_still_sum_and_the_whole_moves_with_the_rate():
    history = record_of(fx=True).history
    levels = 0.9 * np.cumprod(1.0 + np.random.default_rng(3).normal(0, 0.005, history.dates.size))
    found = in_currency(history, levels)
    total = found.contributions_frac.sum(axis=1) + found.cash_frac - found.fees_frac
    np.testing.assert_allclose(total, found.returns_frac, atol=1e-15)
    grown = np.prod(1 + found.returns_frac) / np.prod(1 + history.returns_frac)
    assert grown == pytest.approx(levels[-1] / levels[0], rel=1e-12)
    gain = np.diff(found.values_ccy, prepend=0.0) - found.flows_ccy
    np.testing.assert_allclose(gain[1:] / found.bases_ccy[1:], found.returns_frac[1:], atol=1e-12)
    assert in_currency(history, np.ones(levels.size)).returns_frac == pytest.approx(history.returns_frac, abs=1e-15)


def test_a_report_in_euro_moves_with_the_stored_rate(performance, shared_packed_house, growth_id):
    actor = shared_packed_house.manager
    span = {"portfolio_id": growth_id, "start": date(2018, 1, 2), "end": date(2019, 1, 2)}
    own = performance.report(PerformanceRequest(**span), actor)
    other = performance.report(PerformanceRequest(**span, currency="EUR"), actor)
    reader = SeriesReader(shared_packed_house.ports)
    with shared_packed_house.ports.store.read(actor) as uow:
        rates = reader.rates(uow, "USD", "EUR")
    first, last = (
        rates.closes[np.searchsorted(rates.sessions, np.datetime64(day))] for day in (own.period.start, own.period.end)
    )
    assert 1 + other.return_frac == pytest.approx((1 + own.return_frac) * last / first, rel=1e-10)
    assert other.base_currency == "EUR"
    assert float(other.bridge.end_ccy) == pytest.approx(float(own.bridge.end_ccy) * last, rel=1e-8)
    bridge = other.bridge
    steps = bridge.paid_in_ccy - bridge.taken_out_ccy + bridge.gain_before_costs_ccy - bridge.costs_ccy
    assert bridge.start_ccy + steps - bridge.fees_ccy == bridge.end_ccy
    assert any("brought over from USD" in note for note in other.notes)
    assert performance.currencies(growth_id, actor)[:2] == ("USD", "EUR")
    why = performance.attribution(AttributionRequest(**span, currency="EUR"), actor)
    assert abs(why.currency.residual_frac) < 1e-10
    assert {one.currency for one in why.currency.currencies} == {"USD"}


def test_a_currency_without_rates_is_refused(performance, shared_packed_house, growth_id):
    request = PerformanceRequest(portfolio_id=growth_id, currency="CHF")
    with pytest.raises(Conflict, match="no rate from USD to CHF"):
        performance.report(request, shared_packed_house.manager)


def test_the_history_of_a_portfolio_brings_its_benchmark_into_the_portfolios_currency(shared_packed_house, growth_id):
    reader, actor = SeriesReader(shared_packed_house.ports), shared_packed_house.manager
    span = (date(2018, 1, 2), date(2019, 1, 2))
    with shared_packed_house.ports.store.read(actor) as uow:
        row = uow.portfolios.get(growth_id)
        abroad = SimpleNamespace(id=row.id, base_currency="EUR", benchmark_id=row.benchmark_id)
        own, other = (value_history(uow, reader, one, *span) for one in (row, abroad))
        rates = reader.rates(uow, "USD", "EUR")
    place = np.searchsorted(rates.sessions, np.array(own.dates, dtype="datetime64[D]"), side="right") - 1
    level = np.array(own.benchmark_index) * rates.closes[place] / rates.closes[place[0]]
    np.testing.assert_allclose(other.benchmark_index, level, rtol=1e-12)
    assert any("brought from USD into EUR" in note for note in other.notes)
    assert not any("brought" in note for note in own.notes)
