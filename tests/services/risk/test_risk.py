"""Does the report on risk hold together, for sample portfolios and for odd ones, and who is it shown to?"""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pytest

import services.risk_models as models
from data.store.tables import LedgerTransaction
from engine.volatility.result import GarchParameters
from services.auth.roles import Role
from services.errors import NotFound
from services.messages.risk import RiskAnswer, RiskReport, RiskRequest
from tests.services.risk.worlds import World, walk, weekdays

COUNT = 320
YEAR = 252.0


def report_of(samples, name: str) -> RiskReport:
    found = samples.risk.report(samples.house.named(name).id, samples.house.manager)
    assert found.state == "ready", found.message
    assert found.report is not None
    return found.report


@pytest.fixture(scope="module")
def growth(samples) -> RiskReport:
    return report_of(samples, "Aurora Growth")


@pytest.mark.requirement("4.1.A1", "4.1.A2", "4.1.D1", "4.1.F1", "4.1.F2")
def test_the_headline_is_the_leading_method_in_fractions_and_money(growth: RiskReport):
    assert growth.headline is not None
    assert growth.tails is not None
    assert [(one.level_frac, one.horizon_days) for one in growth.headline.losses] == [
        (0.95, 1), (0.99, 1), (0.95, 10), (0.99, 10),
    ]  # fmt: skip
    for loss in growth.headline.losses:
        figure = growth.tails.figure(growth.headline.method, loss.level_frac, loss.horizon_days)
        assert figure.is_default
        assert loss.var_frac == figure.value_at_risk.loss_frac
        assert float(loss.var_ccy) == pytest.approx(loss.var_frac * float(growth.value_ccy), abs=0.01)
        assert loss.es_frac >= loss.var_frac > 0
        assert loss.var_lower_frac < loss.var_frac < loss.var_upper_frac
    methods = {one.method for one in growth.tails.figures}
    assert methods == {
        "historical", "age_weighted", "normal", "student_t", "cornish_fisher", "ewma", "garch", "fhs", "monte_carlo",
    }  # fmt: skip


def test_the_historical_figures_are_those_of_the_last_five_hundred_returns(samples, growth: RiskReport):
    facts = samples.facts.read(growth.portfolio_id, samples.house.manager)
    recent = np.sort(facts.portfolio_returns()[-500:])
    one = growth.tails.figure("historical", 0.95, 1)
    assert one.value_at_risk.loss_frac == pytest.approx(-recent[24], abs=1e-15)
    assert one.expected_shortfall.loss_frac == pytest.approx(-recent[:25].mean(), abs=1e-15)
    assert growth.metrics["volatility_annual"] == pytest.approx(recent.std(ddof=1) * YEAR**0.5, rel=1e-9)


@pytest.mark.requirement("4.1.A4", "4.1.F5")
def test_every_decomposition_adds_up_by_asset_sector_country_currency_and_factor(samples):
    for name in ("Aurora Growth", "Cedar Balanced", "Meridian Long-Short"):
        report = report_of(samples, name)
        for found in (*report.decompositions, report.active):
            for measure in found.measures:
                assert sum(one.component_frac for one in measure.assets) == pytest.approx(measure.total_frac, rel=1e-9)
                assert set(measure.groups) == {"sector", "country", "currency", "issuer"}
                for lines in measure.groups.values():
                    total = sum(one.component_frac for one in lines)
                    assert total == pytest.approx(measure.total_frac, rel=1e-9)
        for factors in (report.factors, report.statistical_factors):
            total = sum(one.component_frac for one in factors.factors) + factors.specific_component_frac
            assert total == pytest.approx(factors.volatility_frac, rel=1e-9)


@pytest.mark.requirement("4.1.F3")
def test_drawdowns_are_those_of_todays_weights_over_their_history(samples, growth: RiskReport):
    facts = samples.facts.read(growth.portfolio_id, samples.house.manager)
    wealth = np.cumprod(1.0 + facts.portfolio_returns())
    deepest = float((1.0 - wealth / np.maximum(np.maximum.accumulate(wealth), 1.0)).max())
    assert growth.drawdowns.max_drawdown_frac == pytest.approx(deepest)
    assert growth.metrics["max_drawdown"] == growth.drawdowns.max_drawdown_frac
    assert growth.drawdowns.drawdowns[0].trough_date == date(2020, 3, 23)
    assert growth.drawdowns.drawdowns[0].to_recovery_count > 0
    assert min(growth.history.underwater_frac) == pytest.approx(-deepest)


@pytest.mark.requirement("4.1.F4")
def test_beta_and_correlation_come_with_intervals_and_over_time(samples, growth: RiskReport):
    facts = samples.facts.read(growth.portfolio_id, samples.house.manager)
    own, index = facts.portfolio_returns()[-500:], facts.benchmark_returns_frac[-500:]
    found = growth.benchmark.dependence
    covariance = np.cov(own, index)
    assert found.beta.value == pytest.approx(covariance[0, 1] / covariance[1, 1])
    assert found.beta.lower < found.beta.value < found.beta.upper
    assert found.correlation == pytest.approx(np.corrcoef(own, index)[0, 1])
    assert found.correlation_lower < found.correlation < found.correlation_upper
    assert growth.benchmark.name == "S&P 500 Index"
    assert growth.benchmark.rolling_dates[-1] == growth.as_of
    assert len(growth.benchmark.rolling_dates) == len(growth.benchmark.rolling.beta)


def test_long_short_is_measured_by_what_it_holds_not_by_what_is_left(samples):
    report = report_of(samples, "Meridian Long-Short")
    assert report.metrics["gross_exposure"] > 1.5
    assert abs(sum(one.weight_frac for one in report.decompositions[0].measures[0].assets)) < 0.2
    assert report.concentration.effective_count > 5
    assert report.tails.default(0.99, 1).value_at_risk.loss_frac > 0


@pytest.mark.requirement("4.1.F6")
def test_liquidity_rests_on_volumes_and_what_nobody_knows_is_not_called_liquid(world: World):
    count = 120
    liquid = world.asset("LIQUID", walk(count, 1), volumes=np.full(count, 1e6))
    slow = world.asset("SLOW", walk(count, 2), volumes=np.full(count, 1e3))
    silent = world.asset("SILENT", walk(count, 3))
    known = world.risk.compute(RiskRequest(portfolio_id=world.portfolio({liquid: 1e4, slow: 1e4})), world.manager)
    lines = {one.name: one for one in known.liquidity.assets}
    assert lines["SLOW"].days == pytest.approx(1e4 / (0.2 * 1e3))
    assert lines["LIQUID"].days == pytest.approx(1e4 / (0.2 * 1e6))
    assert lines["SLOW"].bucket == "illiquid"
    assert known.metrics["illiquid_share"] == pytest.approx(abs(lines["SLOW"].weight_frac))
    unknown = world.risk.compute(RiskRequest(portfolio_id=world.portfolio({liquid: 1.0, silent: 1.0})), world.manager)
    assert unknown.metrics["illiquid_share"] is None
    assert {one.name: one.bucket for one in unknown.liquidity.assets}["SILENT"] == "not_known"


def test_highs_and_lows_give_spreads_and_with_them_costs_and_a_liquidity_adjusted_loss(world: World):
    asset = world.asset("ONE", walk(COUNT, 1), volumes=np.full(COUNT, 1e6), spread_frac=0.02)
    bare = world.asset("BARE", walk(COUNT, 2), volumes=np.full(COUNT, 1e6))
    known = world.risk.compute(RiskRequest(portfolio_id=world.portfolio({asset: 1e4})), world.manager)
    (line,) = known.liquidity.assets
    assert line.spread_source != "not_known"
    assert line.cost_bps > 0.0
    assert known.metrics["liquidity_var_99_1d"] > known.metrics["var_99_1d"]
    mixed = world.risk.compute(RiskRequest(portfolio_id=world.portfolio({asset: 1e4, bare: 1e4})), world.manager)
    assert {one.name: one.spread_source for one in mixed.liquidity.assets}["BARE"] == "not_known"
    assert mixed.metrics.get("liquidity_var_99_1d") is None


def test_odd_portfolios_get_figures_with_flags_or_a_sentence(world: World):
    days = weekdays(COUNT)
    one = world.asset("ONE", walk(COUNT, 1), exchange="XNYS")
    two = world.asset("TWO", walk(COUNT, 2), exchange="XNYS")
    young = world.asset("YOUNG", walk(15, 3), weekdays(15), exchange="XNYS")
    late = world.asset("LATE", walk(COUNT, 4)[:-1], days[:-1], exchange="XNYS")
    asked = {
        "cash": world.portfolio({}, {"USD": 1000.0}),
        "one": world.portfolio({one: 5.0}),
        "net zero": world.portfolio({one: 5.0, two: -5.0 * walk(COUNT, 1)[-1] / walk(COUNT, 2)[-1]}, {"USD": 500.0}),
        "young": world.portfolio({one: 1.0, young: 1.0}),
        "late": world.portfolio({one: 1.0, late: 1.0}),
        "worthless": world.portfolio({one: -1.0}),
    }
    found = {name: world.risk.report(key, world.manager) for name, key in asked.items()}
    for answer in found.values():
        json.loads(answer.model_dump_json())
    assert found["worthless"].state == "failed"
    assert "not positive" in found["worthless"].message
    cash = found["cash"].report
    assert cash.tails.default(0.99, 1).value_at_risk.loss_frac == 0.0
    assert cash.concentration.herfindahl is None
    assert found["one"].report.concentration.effective_count == 1.0
    assert found["one"].report.correlations is None
    assert found["net zero"].report.metrics["gross_exposure"] == pytest.approx(
        10.0 * walk(COUNT, 1)[-1] / 500.0, rel=1e-3
    )
    assert found["young"].report.tails is None
    assert any("YOUNG" in note for note in found["young"].report.notes)
    assert found["late"].report.stale_assets == ("LATE",)
    assert found["late"].report.as_of == date(2022, 12, 27)


def test_doubling_a_portfolio_changes_no_fraction_and_order_changes_nothing(world: World):
    count = 120
    one, two = world.asset("ONE", walk(count, 1)), world.asset("TWO", walk(count, 2))
    single = world.risk.compute(RiskRequest(portfolio_id=world.portfolio({one: 3.0, two: 2.0})), world.manager)
    double = world.risk.compute(RiskRequest(portfolio_id=world.portfolio({two: 4.0, one: 6.0})), world.manager)
    assert float(double.value_ccy) == pytest.approx(2.0 * float(single.value_ccy))
    assert double.metrics.keys() == single.metrics.keys()
    known = {name: value for name, value in single.metrics.items() if value is not None}
    assert {name: double.metrics[name] for name in known} == pytest.approx(known, rel=1e-9)


def test_a_past_day_is_reported_with_what_was_held_then_and_leaves_nothing_behind(world: World):
    asset = world.asset("ONE", walk(COUNT, 1))
    portfolio = world.portfolio({asset: 1.0})
    found = world.risk.report(portfolio, world.manager, as_of=date(2022, 11, 30))
    assert found.report.as_of == date(2022, 11, 30)
    with world.ports.store.read(world.manager) as uow:
        assert uow.risk_forecasts.last_day(portfolio) is None
        assert uow.risk_models.latest(portfolio, "garch") is None


def test_the_volatility_model_is_fitted_once_a_week_and_anew_for_other_holdings(world: World, monkeypatch):
    asset = world.asset("ONE", walk(COUNT, 1))
    portfolio = world.portfolio({asset: 1.0})
    fits: list[date] = []

    def fit(facts, returns):
        fits.append(facts.as_of)
        variance = float(np.nanvar(returns))
        return GarchParameters(
            model="garch", innovation="normal", mean_frac=0.0, omega=0.05 * variance, alpha=0.05, beta=0.9,
            start_variance=variance, fitted_on=facts.as_of, observations_count=len(returns),
        )  # fmt: skip

    monkeypatch.setattr(models, "_fit", fit)
    request = RiskRequest(portfolio_id=portfolio)
    first = world.risk.compute(request, world.manager)
    assert first.tails.default_method == "fhs"
    for day, close in (("2022-12-29", 101.0), ("2023-01-03", 102.0)):
        world.more_closes(asset, np.array([day], dtype="datetime64[D]"), np.array([close]))
        world.risk.compute(request, world.manager)
    assert fits == [date(2022, 12, 28)]
    world.more_closes(asset, np.array(["2023-01-04"], dtype="datetime64[D]"), np.array([102.5]))
    world.risk.compute(request, world.manager)
    assert fits == [date(2022, 12, 28), date(2023, 1, 4)]
    with world.ports.store.work(world.manager) as uow:
        entry = LedgerTransaction(kind="deposit", trade_date=date(2023, 1, 4), amount_ccy=5, currency="USD")
        uow.ledger.append(portfolio, [entry])
        uow.commit()
    world.risk.compute(request, world.manager)
    assert len(fits) == 3


def test_reports_are_shared_by_those_who_may_see_the_portfolio_and_by_nobody_else(samples):
    house = samples.house
    portfolio = house.named("Aurora Growth").id
    samples.risk.report(portfolio, house.manager)
    before = len(samples.queue.handed_over)
    again = samples.risk.report(portfolio, house.actors[Role.COMPLIANCE])
    assert isinstance(again, RiskAnswer)
    assert again.report is not None
    assert len(samples.queue.handed_over) == before
    for actor in (house.stranger,):
        with pytest.raises(NotFound):
            samples.risk.report(portfolio, actor)
        with pytest.raises(NotFound):
            samples.risk.backtests(portfolio, actor)
        with pytest.raises(NotFound):
            samples.risk.limits(portfolio, actor)


@pytest.mark.requirement("4.1.A1")
def test_positions_far_larger_than_their_net_value_get_a_sentence_and_no_share_of_it(world: World):
    first, second = world.asset("LONG", walk(COUNT, 1)), world.asset("SHORT", walk(COUNT, 2))
    ends = walk(COUNT, 1)[-1], walk(COUNT, 2)[-1]
    portfolio = world.portfolio({first: 1000.0, second: -1000.0 * ends[0] / ends[1]}, {"USD": 400.0})
    report = world.risk.compute(RiskRequest(portfolio_id=portfolio), world.manager)
    assert (report.headline, report.tails, report.drawdowns) == (None, None, None)
    (why,) = [one for one in report.notes if one.startswith("Value at risk: ")]
    assert "times the net value in all, would have lost more than everything" in why
    assert report.history is not None
    assert report.history.underwater_frac == ()
    assert np.isfinite(report.history.returns_frac).all()
    volatility = report.decompositions[0].of("volatility")
    assert sum(one.component_frac for one in volatility.assets) == pytest.approx(volatility.total_frac, rel=1e-10)
    json.dumps(report.model_dump(mode="json"), allow_nan=False)


def test_all_cash_says_that_nothing_moved(world: World):
    world.asset("ONE", walk(COUNT, 1))
    report = world.risk.compute(RiskRequest(portfolio_id=world.portfolio({}, {"USD": 1e5})), world.manager)
    assert report.headline is not None
    assert report.headline.sentence.startswith("Nothing that is held moved in USD")
    assert report.metrics["volatility_annual"] == 0.0
