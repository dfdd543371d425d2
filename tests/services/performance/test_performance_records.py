"""Do odd portfolios give numbers with flags or a sentence, and does a known record give known figures?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from services.errors import InvalidRequest
from services.messages.performance import AttributionView, PerformanceView, PeriodsRequest, PeriodsView
from services.performance_money import CENT
from services.performance_period import choose_period
from services.performance_report import periods_parts, report_parts
from tests.services.performance_records import attribution_of, parts_of, record_of, report_request


def _report(record, **asked):
    return PerformanceView(**parts_of(record, report_request(**asked), report_parts))


def test_brinson_of_a_known_record_is_that_of_the_formula_by_hand():
    """One day: Brinson and Fachler by segment, computed here from weights and returns."""
    record = record_of(3)
    day = slice(2, 3)
    history, beside = record.history, record.benchmark
    start, end = (history.dates[n].astype(object) for n in (1, 2))
    found = AttributionView(**attribution_of(record, start=start, end=end)).brinson
    wp, wb, r = (
        one[day][0] for one in (history.weights_begin_frac, beside.weights_begin_frac, beside.asset_returns_frac)
    )
    total = float(wb @ r)
    energy_p, energy_b = float(wp[:2].sum()), float(wb[:2].sum())
    return_p, return_b = float(wp[:2] @ r[:2]) / energy_p, float(wb[:2] @ r[:2]) / energy_b
    energy = next(one for one in found.segments if one.key == "Energy")
    assert energy.allocation_frac == pytest.approx((energy_p - energy_b) * (return_b - total), abs=1e-15)
    assert energy.selection_frac == pytest.approx(energy_b * (return_p - return_b), abs=1e-15)
    assert energy.interaction_frac == pytest.approx((energy_p - energy_b) * (return_p - return_b), abs=1e-15)
    cash = next(one for one in found.segments if one.key == "Cash")
    assert cash.total_frac == pytest.approx(0.1 * (0.0 - total), abs=1e-15)


def test_currency_effect_is_told_where_something_is_held_in_another_currency():
    found = AttributionView(**attribution_of(record_of(fx=True)))
    assert {one.currency for one in found.currency.currencies} == {"USD", "EUR"}
    assert abs(found.currency.residual_frac) < 1e-10
    euro = next(one for one in found.currency.currencies if one.currency == "EUR")
    assert euro.currency_frac != 0.0
    assert AttributionView(**attribution_of(record_of())).currency is None


def test_a_missing_rate_is_named_and_nothing_is_guessed():
    record = record_of(fx=True)
    rates = record.history.fx_returns_frac.copy()
    rates[7, 2] = np.nan
    found = AttributionView(**attribution_of(replace(record, history=replace(record.history, fx_returns_frac=rates))))
    assert found.currency is None
    assert "rates of EUR are missing on 1 day" in found.currency_sentence


def test_weights_that_are_known_later_shorten_the_comparison():
    record = record_of()
    weights = record.benchmark.weights_begin_frac.copy()
    weights[:200] = np.nan
    late = replace(record, benchmark=replace(record.benchmark, weights_begin_frac=weights))
    found = AttributionView(**attribution_of(late))
    assert found.brinson.periods_count == 320
    assert any("known from" in note for note in found.brinson.notes)
    gone = replace(record, benchmark=replace(record.benchmark, weights_begin_frac=weights * np.nan))
    assert "are not stored" in AttributionView(**attribution_of(gone)).brinson_sentence


def test_without_a_benchmark_everything_else_is_told():
    record = record_of(has_benchmark=False)
    report = _report(record)
    assert report.benchmark is None
    assert report.benchmark_return_frac is None
    assert {one.key for one in report.rolling} == {"sharpe", "volatility", "return"}
    why = AttributionView(**attribution_of(record))
    assert "has no benchmark" in why.brinson_sentence
    assert "no index" in why.factors_sentence
    times = PeriodsView(**parts_of(record, PeriodsRequest(portfolio_id="p"), periods_parts))
    assert "has no benchmark" in times.periods_sentence


def test_all_cash_earns_nothing_and_says_so():
    record = record_of(80, has_benchmark=False)
    nothing = np.zeros((80, 0))
    flat = replace(
        record.history,
        asset_ids=(),
        returns_frac=np.zeros(80),
        values_ccy=np.full(80, 1000.0),
        weights_begin_frac=nothing,
        asset_returns_frac=nothing,
        fx_returns_frac=nothing,
        trades_frac=nothing,
    )
    report = _report(replace(record, history=flat))
    assert report.return_frac == 0.0
    assert report.figures.metric("volatility").value in (0.0, None)
    assert report.figures.drawdowns.max_drawdown_frac == 0.0
    why = AttributionView(**attribution_of(replace(record, history=flat)))
    assert why.contributions.return_frac == 0.0


def test_few_days_are_told_and_one_is_refused():
    report = _report(record_of(42))
    assert any(note.startswith("42 of 60 days") for note in report.notes)
    with pytest.raises(InvalidRequest) as refused:
        choose_period(record_of(1).history, report_request())
    assert refused.value.code == "history_too_short"


def test_doubling_the_money_changes_no_percentage():
    record = record_of()
    history = record.history
    twice = replace(
        history, values_ccy=2 * history.values_ccy, flows_ccy=2 * history.flows_ccy, bases_ccy=2 * history.bases_ccy
    )
    one, two = _report(record), _report(replace(record, history=twice))
    assert one.figures == two.figures
    assert one.money.rate_annual_frac == pytest.approx(two.money.rate_annual_frac, rel=1e-9)
    assert abs(two.bridge.end_ccy - 2 * one.bridge.end_ccy) <= CENT


def test_a_flow_at_the_start_makes_both_returns_the_same():
    """With one flow at the begin of a year the money-weighted return is the time-weighted one."""
    report = _report(record_of(366))
    assert report.period.start.isoformat() == "2019-12-31"
    days = (report.period.end - report.period.first_day).days
    grown = (1 + report.money.rate_annual_frac) ** (days / 365)
    assert grown == pytest.approx(1 + report.return_frac, rel=1e-6)


def test_long_and_short_that_cancel_have_effects_but_no_return():
    """Energy is held long and short by nearly the same: a net weight of 0.1% earns absurd returns."""
    record = record_of(90)
    weights = record.history.weights_begin_frac.copy()
    weights[1:] = [0.5, -0.499, 0.1]
    moves = np.nan_to_num(record.history.asset_returns_frac)
    odd = replace(record.history, weights_begin_frac=weights, returns_frac=(weights * moves).sum(axis=1))
    found = AttributionView(**attribution_of(replace(record, history=odd)))
    energy = next(one for one in found.brinson.segments if one.key == "Energy")
    assert energy.portfolio_return_frac is None
    assert any("no return of its own" in note for note in found.brinson.notes)
    assert abs(found.brinson.residual_frac) < 1e-9
    assert np.isfinite(energy.total_frac)
