"""Do reports agree with what is stored, with each other, and with a second way of computing them?"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from services.auth.roles import Role
from services.errors import InvalidRequest, NotFound
from services.messages.performance import AttributionRequest, PerformanceRequest, PeriodsRequest
from services.performance_period import months_before


@pytest.fixture(scope="module")
def report(performance, shared_packed_house, growth_id):
    return performance.report(PerformanceRequest(portfolio_id=growth_id), shared_packed_house.manager)


@pytest.fixture(scope="module")
def stored(shared_packed_house, growth_id):
    with shared_packed_house.ports.store.read(shared_packed_house.manager) as uow:
        return list(uow.valuations.figures(growth_id))


@pytest.mark.requirement("2.3.A1", "2.3.D1")
def test_the_return_is_that_of_the_stored_index(report, stored):
    assert report.return_frac == pytest.approx(stored[-1].twr_index - 1.0, rel=1e-12)
    assert report.wealth.wealth[-1] == pytest.approx(stored[-1].twr_index, rel=1e-12)
    assert report.period.first_day == stored[0].valued_on
    assert report.period.last_day == stored[-1].valued_on


@pytest.mark.requirement("2.3.A2", "2.3.A3", "2.3.F1", "2.3.F2", "2.3.F3", "2.3.F4", "2.3.F5")
def test_a_report_holds_every_figure_that_is_asked_for(report):
    found = {one.key: one.value for one in report.figures.metrics}
    wanted = {
        "total_return", "annualized_return", "volatility", "sharpe", "information_ratio", "calmar", "max_drawdown",
        "recovery_count", "alpha", "beta", "r_squared", "var_95", "var_99", "cvar_95", "cvar_99", "tracking_error",
    }  # fmt: skip
    assert {key for key in wanted if found.get(key) is None} == set()
    returns = np.array(report.wealth.wealth[1:]) / np.array(report.wealth.wealth[:-1]) - 1.0
    assert found["volatility"] == pytest.approx(returns.std(ddof=1) * np.sqrt(252), rel=1e-9)
    wealth = np.array(report.wealth.wealth)
    assert found["max_drawdown"] == pytest.approx((1 - wealth / np.maximum.accumulate(wealth)).max(), rel=1e-9)


def test_the_bridge_closes_on_the_stored_values(report, stored):
    bridge = report.bridge
    assert bridge.start_ccy + bridge.flows_ccy + bridge.gain_ccy == bridge.end_ccy
    assert bridge.end_ccy == stored[-1].value_ccy.quantize(Decimal("0.01"))
    assert bridge.flows_ccy == sum(one.external_flow_ccy for one in stored).quantize(Decimal("0.01"))


def test_the_money_weighted_return_takes_the_value_to_the_end(report, stored):
    """Second route: every flow grows at the found rate to the value at the end."""
    rate, end = report.money.rate_annual_frac, stored[-1].valued_on
    grown = sum(
        float(one.external_flow_ccy) * (1 + rate) ** ((end - one.valued_on).days / 365)
        for one in stored
        if one.external_flow_ccy
    )
    assert grown == pytest.approx(float(stored[-1].value_ccy), rel=1e-6)
    assert report.course.value_ccy[-1] == pytest.approx(float(stored[-1].value_ccy))
    assert report.course.invested_ccy[-1] == pytest.approx(float(report.bridge.flows_ccy))


def test_gross_adds_the_booked_fees_back(performance, shared_packed_house, growth_id, report):
    gross = performance.report(PerformanceRequest(portfolio_id=growth_id, fees="gross"), shared_packed_house.manager)
    assert gross.return_frac > report.return_frac
    assert gross.bridge.fees_ccy == report.bridge.fees_ccy > 0
    assert "added back" in gross.fees_sentence
    assert "Net of the fees" in report.fees_sentence


@pytest.mark.requirement("2.3.A5", "2.3.D3")
def test_another_benchmark_can_be_chosen(performance, shared_packed_house, growth_id, weighted_id, report):
    other = performance.report(
        PerformanceRequest(portfolio_id=growth_id, benchmark_id=weighted_id), shared_packed_house.manager
    )
    assert report.benchmark.name == "S&P 500 Index"
    assert other.benchmark.id == weighted_id
    assert other.benchmark.has_weights
    assert other.benchmark_return_frac != report.benchmark_return_frac
    assert any("sample data" in note for note in other.notes)


def test_one_year_is_a_year_and_ends_on_the_last_day(performance, shared_packed_house, growth_id, stored):
    found = performance.report(PerformanceRequest(portfolio_id=growth_id, period="1y"), shared_packed_house.manager)
    assert found.period.is_year
    assert found.period.start == date(2021, 12, 28)
    assert found.period.end == date(2022, 12, 28)
    begin = next(one.twr_index for one in stored if one.valued_on == found.period.start)
    assert found.return_frac == pytest.approx(stored[-1].twr_index / begin - 1.0, rel=1e-10)
    assert next(one for one in found.figures.metrics if one.key == "sharpe").value is not None


def test_periods_that_follow_each_other_compound_to_the_whole(performance, shared_packed_house, growth_id, report):
    cut = date(2018, 6, 29)
    ask, actor = performance.report, shared_packed_house.manager
    first = ask(PerformanceRequest(portfolio_id=growth_id, end=cut), actor)
    second = ask(PerformanceRequest(portfolio_id=growth_id, start=cut), actor)
    assert (1 + first.return_frac) * (1 + second.return_frac) == pytest.approx(1 + report.return_frac, rel=1e-10)
    assert first.bridge.end_ccy == second.bridge.start_ccy


@pytest.mark.requirement("2.3.A4", "2.3.F6", "2.3.D2")
def test_attribution_closes_by_asset_sector_and_factor(performance, shared_packed_house, growth_id, weighted_id):
    for linking in ("carino", "menchero", "grap", "frongello", "geometric"):
        request = AttributionRequest(portfolio_id=growth_id, benchmark_id=weighted_id, period="3y", linking=linking)
        found = performance.attribution(request, shared_packed_house.manager)
        assert abs(found.brinson.residual_frac) < 1e-10
        assert found.brinson.linking == linking
    parts = sum(one.contribution_frac for one in found.contributions.assets) + found.contributions.trading_frac
    assert parts == pytest.approx(found.contributions.return_frac, abs=1e-12)
    assert found.contributions.trading_frac == pytest.approx(found.fees_frac, abs=1e-12)
    factors = found.factors
    whole = factors.cash_frac + factors.alpha_frac + factors.unexplained_frac
    whole += sum(one.contribution_frac for one in factors.factors)
    assert whole == pytest.approx(factors.return_frac, abs=1e-10)
    assert {one.key for one in factors.factors} == {"Market", "Momentum", "Quality", "Low volatility", "Value", "Size"}


def test_attribution_explains_the_return_of_the_report(performance, shared_packed_house, growth_id, weighted_id):
    common = {"portfolio_id": growth_id, "benchmark_id": weighted_id, "period": "1y"}
    actor = shared_packed_house.manager
    report = performance.report(PerformanceRequest(**common), actor)
    found = performance.attribution(AttributionRequest(**common, grouping="asset"), actor)
    assert found.brinson.portfolio_return_frac == pytest.approx(report.return_frac, rel=1e-10)
    assert found.brinson.benchmark_return_frac == pytest.approx(report.benchmark_return_frac, rel=1e-10)
    assert found.contributions.return_frac == pytest.approx(report.return_frac, rel=1e-10)
    assert {one.key for one in found.brinson.segments} >= {"AAPL", "MSFT", "Cash"}


def test_grouping_changes_no_total(performance, shared_packed_house, growth_id, weighted_id):
    totals = []
    for grouping in ("sector", "country", "currency", "asset_class"):
        request = AttributionRequest(
            portfolio_id=growth_id, benchmark_id=weighted_id, period="1y", grouping=grouping, is_interaction_folded=True
        )
        found = performance.attribution(request, shared_packed_house.manager)
        totals.append(found.brinson.active_return_frac)
        assert sum(one.portfolio_weight_frac for one in found.brinson.segments) == pytest.approx(1.0, abs=1e-9)
    assert totals == pytest.approx([totals[0]] * 4, abs=1e-12)


@pytest.mark.requirement("5.1.F2")
def test_the_result_of_the_last_day_is_taken_apart(performance, shared_packed_house, growth_id, stored):
    """What each holding gained that day over the value before is its contribution; all sum to the day's return."""
    actor = shared_packed_house.manager
    request = AttributionRequest(portfolio_id=growth_id, start=stored[-2].valued_on)
    found = performance.attribution(request, actor)
    held = shared_packed_house.portfolios.holdings(growth_id, actor)
    before = float(stored[-2].value_ccy)
    parts = {found.names[one.key]: one.contribution_frac for one in found.contributions.assets}
    for one in held:
        assert parts[one.symbol] == pytest.approx(float(one.day_pnl_ccy) / before, abs=1e-8)
    assert found.contributions.return_frac == pytest.approx(stored[-1].return_frac, abs=1e-12)
    assert sum(parts.values()) + found.contributions.trading_frac == pytest.approx(stored[-1].return_frac, abs=1e-12)


def test_without_constituents_segments_are_refused_and_contributions_stay(performance, shared_packed_house, growth_id):
    found = performance.attribution(AttributionRequest(portfolio_id=growth_id), shared_packed_house.manager)
    assert found.brinson is None
    assert "constituents of S&P 500 Index are not stored" in found.brinson_sentence
    assert found.contributions.assets
    assert found.currency is None
    assert "USD" in found.currency_sentence


@pytest.mark.requirement("2.3.A6")
def test_periods_of_outperformance_are_found_and_tested(performance, shared_packed_house, growth_id):
    found = performance.periods(PeriodsRequest(portfolio_id=growth_id, period="3y"), shared_packed_house.manager)
    kinds = {(one.kind, one.is_better) for one in found.periods.periods}
    assert {("stretch", True), ("active_drawdown", False)} <= kinds
    assert all(one.p_value is None or 0.0 <= one.p_value <= 1.0 for one in found.periods.periods)
    best = next(one for one in found.periods.periods if one.kind == "stretch")
    assert best.active_return_frac == pytest.approx(best.portfolio_return_frac - best.benchmark_return_frac)


def test_regimes_have_figures_of_each_state(performance, shared_packed_house, growth_id):
    found = performance.regimes(PeriodsRequest(portfolio_id=growth_id, period="5y"), shared_packed_house.manager)
    calm, wild = found.regimes.regimes
    assert calm.volatility_annual_frac < wild.volatility_annual_frac
    assert calm.periods_count + wild.periods_count == found.period.sessions_count


def test_a_period_without_days_is_refused(performance, shared_packed_house, growth_id):
    actor = shared_packed_house.manager
    with pytest.raises(InvalidRequest, match="no days"):
        performance.report(
            PerformanceRequest(portfolio_id=growth_id, start=date(2020, 5, 1), end=date(2020, 4, 1)), actor
        )
    with pytest.raises(InvalidRequest, match="no days"):
        performance.report(PerformanceRequest(portfolio_id=growth_id, start=date(2030, 1, 1)), actor)


def test_a_start_before_the_beginning_begins_with_the_portfolio(performance, shared_packed_house, growth_id):
    request = PerformanceRequest(portfolio_id=growth_id, start=date(2000, 1, 1), end=date(2013, 1, 2))
    found = performance.report(request, shared_packed_house.manager)
    assert found.period.is_from_start
    assert any("first day is 3 Jan 2012" in note for note in found.notes)


def test_nobody_sees_what_is_not_theirs(performance, shared_packed_house, growth_id, weighted_id):
    with pytest.raises(NotFound):
        performance.report(PerformanceRequest(portfolio_id=growth_id), shared_packed_house.stranger)
    with pytest.raises(NotFound):
        performance.report(
            PerformanceRequest(portfolio_id=growth_id, benchmark_id="unknown"), shared_packed_house.manager
        )


def test_viewers_may_read(performance, shared_packed_house, growth_id, report):
    seen = performance.report(PerformanceRequest(portfolio_id=growth_id), shared_packed_house.actors[Role.VIEWER])
    assert seen.return_frac == report.return_frac


def test_a_rate_that_is_given_counts_alone(performance, shared_packed_house, growth_id, report):
    request = PerformanceRequest(portfolio_id=growth_id, risk_free_annual_frac=0.03)
    found = performance.report(request, shared_packed_house.manager)
    assert "3% a year" in found.risk_free_sentence
    assert found.figures.metric("sharpe").value < report.figures.metric("sharpe").value
    wild = PerformanceRequest(portfolio_id=growth_id, risk_free_annual_frac=3.0)
    with pytest.raises(InvalidRequest):
        performance.report(wild, shared_packed_house.manager)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2022, 12, 28), 12, date(2021, 12, 28)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2022, 3, 31), 1, date(2022, 2, 28)),
        (date(2022, 1, 15), 3, date(2021, 10, 15)),
    ],
)
def test_a_month_earlier_is_the_same_day_or_the_last_of_the_month(day, months, expected):
    assert months_before(day, months) == expected
