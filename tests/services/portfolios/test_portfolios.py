"""Can portfolios be made, read, changed and put aside, each figure agreeing with the ledger, by whom it concerns?"""

from __future__ import annotations

import json
import time
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from data.store.repositories.series import Bars
from services.auth.roles import Role
from services.charts import value_history as growth_chart
from services.errors import InvalidRequest, NotAllowed, NotFound, Stale
from services.messages.portfolios import (
    CashView,
    HouseLimits,
    LimitState,
    Mandate,
    NewPortfolio,
    PortfolioChanges,
    PositionInput,
    PositionsInput,
)
from services.portfolios_limits import check_limits
from tests.services.portfolios.portfolio_steps import made, paths

CENT = Decimal("0.01")


@pytest.mark.requirement("5.1.A3")
def test_a_manager_sees_an_overview_of_all_portfolios_with_value_return_and_risk(shared_house):
    summaries = shared_house.portfolios.list(shared_house.manager)
    assert [summary.name for summary in summaries] == ["Aurora Growth", "Cedar Balanced", "Meridian Long-Short"]
    for summary in summaries:
        assert summary.value_ccy > 0
        assert summary.as_of == date(2022, 12, 28)
        assert not summary.is_historical
        assert len(summary.sparkline) == 60
        assert summary.is_sample
        assert summary.benchmark_name == "S&P 500 Index"
        assert None not in (
            summary.day_pnl_ccy, summary.return_ytd_frac, summary.return_1y_frac, summary.volatility_1y_annual_frac
        )  # fmt: skip


def test_the_list_of_three_portfolios_is_warm_in_less_than_a_tenth_of_a_second(shared_house):
    shared_house.portfolios.list(shared_house.manager)
    times = []
    for _ in range(5):
        began = time.perf_counter()
        shared_house.portfolios.list(shared_house.manager)
        times.append(time.perf_counter() - began)
    assert min(times) < 0.100


def test_holdings_and_cash_sum_to_the_value_and_weights_to_one(shared_house):
    for summary in shared_house.portfolios.list(shared_house.manager):
        detail = shared_house.portfolios.get(summary.id, shared_house.manager)
        holdings = shared_house.portfolios.holdings(summary.id, shared_house.manager)
        total = sum((h.value_ccy for h in holdings), Decimal(0)) + sum(c.value_ccy for c in detail.cash)
        assert abs(total - detail.value_ccy) <= CENT * (len(holdings) + 1)
        weights = sum(h.weight_frac for h in holdings) + sum(c.weight_frac for c in detail.cash)
        assert weights == pytest.approx(1.0, abs=1e-12)
        days = sum(h.day_pnl_ccy for h in holdings)
        assert abs(days - detail.day_pnl_ccy) <= CENT * (len(holdings) + 1)


def test_summary_figures_agree_with_the_history(shared_house):
    for summary in shared_house.portfolios.list(shared_house.manager):
        history = shared_house.portfolios.history(summary.id, shared_house.manager)
        index = dict(zip(history.dates, history.twr_index, strict=True))
        value = dict(zip(history.dates, history.value_ccy, strict=True))
        assert value[date(2022, 12, 28)].quantize(CENT) == summary.value_ccy
        assert index[date(2022, 12, 28)] / index[date(2021, 12, 31)] - 1 == pytest.approx(summary.return_ytd_frac)
        assert index[date(2022, 12, 28)] / index[date(2021, 12, 28)] - 1 == pytest.approx(summary.return_1y_frac)
        assert value[date(2022, 12, 28)] - value[date(2022, 12, 27)] == pytest.approx(summary.day_pnl_ccy, abs=CENT)


def test_contributions_sum_to_the_year_to_date_return(shared_house):
    for summary in shared_house.portfolios.list(shared_house.manager):
        lines = shared_house.portfolios.contribution(
            summary.id, shared_house.manager, date(2021, 12, 31), date(2022, 12, 28)
        )
        assert sum(line.contribution_frac for line in lines) == pytest.approx(summary.return_ytd_frac, abs=1e-12)


def test_the_benchmark_is_the_index_over_its_first_day(shared_house):
    growth = shared_house.named("Aurora Growth")
    history = shared_house.portfolios.history(growth.id, shared_house.manager, date(2020, 1, 2), date(2020, 6, 30))
    closes = {p.session: p.close for p in shared_house.market.prices("SP500", shared_house.manager).points}
    assert history.twr_index[0] == history.benchmark_index[0] == 1.0
    for day, level in zip(history.dates, history.benchmark_index, strict=True):
        assert level == pytest.approx(closes[day] / closes[history.dates[0]], rel=1e-14)
    assert any("dividends" in note for note in history.notes)


def test_holdings_of_an_earlier_day_have_that_days_quantities_and_closes(shared_house):
    growth = shared_house.named("Aurora Growth")
    day = date(2016, 6, 30)
    holdings = shared_house.portfolios.holdings(growth.id, shared_house.manager, day)
    history = shared_house.portfolios.history(growth.id, shared_house.manager, day, day)
    closes = {p.session: p.close for p in shared_house.market.prices("GE", shared_house.manager).points}
    ge = next(h for h in holdings if h.symbol == "GE")
    assert float(ge.price) == closes[day]
    assert sum(h.value_ccy for h in holdings) < history.value_ccy[0]
    assert sum(h.weight_frac for h in holdings) == pytest.approx(
        float(sum(h.value_ccy for h in holdings) / history.value_ccy[0]), abs=1e-7
    )
    with pytest.raises(InvalidRequest, match="held nothing"):
        shared_house.portfolios.holdings(growth.id, shared_house.manager, date(2011, 1, 3))


def test_transactions_page_through_the_whole_ledger_once(shared_house):
    growth = shared_house.named("Aurora Growth")
    numbers, cursor = [], None
    while True:
        page = shared_house.portfolios.transactions(growth.id, shared_house.manager, cursor=cursor, limit=200)
        numbers += [row.entry_number for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


@pytest.mark.requirement("6.1.A4")
def test_a_portfolio_is_created_read_updated_deleted_and_restored(house):
    portfolio = made(house, name="  Mine  ", description="First")
    assert portfolio.name == "Mine"
    assert portfolio.value_ccy == Decimal(100000)
    assert portfolio.holdings_count == 0
    assert house.portfolios.get(portfolio.id, house.manager) == portfolio
    changed = house.portfolios.update(portfolio.id, PortfolioChanges(name="Ours"), house.manager, portfolio.row_version)
    assert (changed.name, changed.description) == ("Ours", "First")
    assert changed.row_version > portfolio.row_version
    with pytest.raises(Stale):
        house.portfolios.update(portfolio.id, PortfolioChanges(name="X"), house.manager, portfolio.row_version)
    with pytest.raises(Stale):
        house.portfolios.delete(portfolio.id, house.manager, portfolio.row_version)
    house.portfolios.delete(portfolio.id, house.manager, changed.row_version)
    with pytest.raises(NotFound):
        house.portfolios.get(portfolio.id, house.manager)
    assert house.portfolios.restore(portfolio.id, house.manager).name == "Ours"


def test_every_problem_of_a_new_portfolio_is_named_at_once(house):
    new = NewPortfolio(
        name=" ",
        client_id="nobody",
        benchmark_id="nothing",
        house_limits=HouseLimits(position_min_frac=0.5, position_max_frac=0.2),
        mandate=Mandate(cash_min_frac=0.5, cash_max_frac=0.1),
        initial_cash_ccy=Decimal(-5),
    )
    with pytest.raises(InvalidRequest) as caught:
        house.portfolios.create(new, house.manager)
    assert paths(caught) == [
        "name", "client_id", "benchmark_id", "house_limits.position_min_frac", "mandate.cash_min_frac",
        "initial_cash_ccy",
    ]  # fmt: skip
    assert all(problem.message and problem.advice for problem in caught.value.fields)


def test_a_target_gives_each_holding_its_drift_and_versions_stay(house):
    growth = house.named("Aurora Growth")
    weights = {"AAPL": 0.6, "KO": 0.4}
    first = house.portfolios.set_target(growth.id, weights, None, "Try", house.manager)
    assert (first.version, first.weights_frac) == (1, weights)
    assert house.portfolios.set_target(growth.id, {"AAPL": 1.0}, None, "Again", house.manager).version == 2
    for holding in house.portfolios.holdings(growth.id, house.manager):
        assert holding.target_weight_frac == (1.0 if holding.symbol == "AAPL" else 0.0)
        assert holding.drift_frac == holding.weight_frac - holding.target_weight_frac
    with pytest.raises(InvalidRequest) as caught:
        house.portfolios.set_target(growth.id, {"NOPE": 0.5, "KO": float("nan")}, None, "Bad", house.manager)
    assert paths(caught) == ["weights.NOPE", "weights.KO"]


@pytest.mark.requirement("5.1.A1")
def test_other_tenants_and_other_peoples_portfolios_do_not_exist(house):
    growth = house.named("Aurora Growth")
    assert house.portfolios.list(house.stranger) == ()
    for ask in (
        lambda: house.portfolios.get(growth.id, house.stranger),
        lambda: house.portfolios.holdings(growth.id, house.stranger),
        lambda: house.portfolios.history(growth.id, house.stranger),
        lambda: house.portfolios.transactions(growth.id, house.stranger),
        lambda: house.portfolios.update(growth.id, PortfolioChanges(name="X"), house.stranger),
        lambda: house.portfolios.delete(growth.id, house.stranger),
        lambda: house.portfolios.set_positions(growth.id, [], house.stranger),
    ):
        with pytest.raises(NotFound):
            ask()
    own = made(house, team_id=None)
    assert own.id not in {p.id for p in house.portfolios.list(house.actors[Role.ADVISOR])}
    with pytest.raises(NotFound):
        house.portfolios.get(own.id, house.actors[Role.ADVISOR])


def test_roles_see_what_their_part_needs_and_no_more(house):
    growth = house.named("Aurora Growth")
    assert house.portfolios.get(growth.id, house.actors[Role.VIEWER]).client_name.startswith("C-")
    assert house.portfolios.get(growth.id, house.actors[Role.RESEARCHER]).client_name.startswith("C-")
    assert house.portfolios.get(growth.id, house.actors[Role.COMPLIANCE]).client_name == "Hollis Family Office"
    with pytest.raises(NotAllowed):
        house.portfolios.list(house.actors[Role.ADMINISTRATOR])
    for role in (Role.VIEWER, Role.RESEARCHER, Role.COMPLIANCE):
        with pytest.raises(NotAllowed):
            house.portfolios.update(growth.id, PortfolioChanges(name="X"), house.actors[role])


def test_changes_leave_an_audit_row_each(house):
    portfolio = made(house)
    house.portfolios.update(portfolio.id, PortfolioChanges(name="Other"), house.manager)
    house.portfolios.delete(portfolio.id, house.manager)
    with house.ports.store.system(house.manager.tenant_id) as uow:
        actions = [row.action for row in uow.audit.page(object_id=portfolio.id).rows]
    assert actions == ["portfolio.delete", "portfolio.update", "portfolio.create"]


def test_an_old_as_of_date_reads_as_historical(house):
    house.ports.clock.advance(days=30)
    assert all(summary.is_historical for summary in house.portfolios.list(house.manager))


def test_stored_values_that_disagree_with_the_prices_are_written_anew(house):
    growth = house.named("Aurora Growth")
    with house.ports.store.system(house.manager.tenant_id) as uow:
        uow.valuations.replace_from(growth.id, date(2022, 12, 1), [])
        uow.commit()
    from services.portfolios import Portfolios

    fresh = Portfolios(house.ports)
    assert fresh.get(growth.id, house.actors[Role.VIEWER]).return_ytd_frac == growth.return_ytd_frac
    assert fresh.history(growth.id, house.manager).dates[-1] == date(2022, 12, 28)


def test_stored_values_follow_a_close_that_is_said_otherwise_years_later(house):
    from services.portfolios import Portfolios

    growth, day = house.named("Aurora Growth"), date(2019, 5, 15)
    before = house.portfolios.history(growth.id, house.manager)
    with house.ports.store.system() as uow:
        asset = uow.assets.by_symbols(["AAPL"])["AAPL"]
        series = uow.prices.series_of([asset.id])[asset.id]
        place = int(np.searchsorted(series.dates, np.datetime64(day)))
        bar = Bars(asset.id, series.dates[place : place + 1], series.close[place : place + 1] * 1.1)
        uow.prices.ingest([bar], provider=series.provider, knowledge_time_utc=house.ports.clock.now_utc())
        uow.commit()
    fresh = Portfolios(house.ports)
    assert fresh.get(growth.id, house.manager).row_version == growth.row_version
    after = fresh.history(growth.id, house.manager)
    both = zip(before.dates, before.value_ccy, after.value_ccy, strict=True)
    changed = {one: then / now for one, now, then in both if now != then}
    assert list(changed) == [day]
    assert 1.0 < changed[day] < Decimal("1.1")


def test_limits_turn_amber_at_eighty_percent_and_red_beyond_the_limit(house):
    portfolio = made(house, house_limits=HouseLimits(position_max_frac=0.25, sector_max_frac=0.5))
    for weight, state in (
        (0.19, LimitState.OK),
        (0.21, LimitState.AMBER),
        (0.25, LimitState.AMBER),
        (0.27, LimitState.RED),
    ):
        rows = [PositionInput(symbol="AAPL", weight_frac=weight), PositionInput(symbol="KO", weight_frac=0.1)]
        house.portfolios.set_positions(portfolio.id, rows, house.manager)
        check = next(c for c in house.portfolios.limit_checks(portfolio.id, house.manager) if c.kind == "position_max")
        assert check.state is state, (weight, check)
        assert check.scope == "AAPL"
    assert "above the limit" in check.sentence
    assert house.portfolios.get(portfolio.id, house.manager).breaches_count == 1


@pytest.mark.parametrize("code", ["XXX", "ABC", "XAU"])
def test_a_base_currency_is_one_that_exists(house, code):
    with pytest.raises(InvalidRequest) as caught:
        made(house, base_currency=code)
    assert paths(caught) == ["base_currency"]
    assert "USD" in caught.value.fields[0].advice


@pytest.mark.parametrize(
    ("value", "text"),
    [("0E-8", "0"), ("1E-8", "0.00000001"), ("0.00", "0.00"), ("1E+3", "1000"), ("-2.50", "-2.50"), ("0E-19", "0")],
)
def test_exact_numbers_are_written_in_plain_notation(value, text):
    view = CashView(currency="USD", amount=Decimal(value), value_ccy=None, weight_frac=None)
    assert json.loads(view.model_dump_json())["amount"] == text
    assert view.model_dump()["amount"] == Decimal(value)


def test_the_first_days_costs_are_part_of_the_growth(shared_house):
    """Second route: on the first day the index is what the money that came in was worth at the close."""
    costs_count = 0
    for summary in shared_house.portfolios.list(shared_house.manager):
        history = shared_house.portfolios.history(summary.id, shared_house.manager)
        paid_in = sum(flow.amount_ccy for flow in history.flows if flow.day == history.dates[0])
        first = float(history.value_ccy[0] / paid_in)
        assert history.twr_index[0] == pytest.approx(first, abs=1e-12)
        costs_count += first < 1.0
        later = shared_house.portfolios.history(summary.id, shared_house.manager, history.dates[1])
        assert later.twr_index[0] == 1.0
        figure = growth_chart(history.dates, history.twr_index, base=1.0)
        assert figure.data[-1].y[0] == pytest.approx(100 * first)
        assert f"{abs(history.twr_index[-1] - 1):.2%}" in figure.layout.title.text.replace(",", "")
    assert costs_count > 0


def test_a_limit_of_the_whole_portfolio_is_a_sentence(shared_house):
    checks = check_limits(HouseLimits(), Mandate(volatility_max_annual_frac=0.1), [], 0.0, 0.114)
    assert checks[0].sentence.startswith("The portfolio's volatility is 11.4%, ")


def test_a_portfolio_without_a_value_shows_no_return(house):
    """All money was taken out: a return up to an earlier day would stand beside a value of nothing."""
    one = made(house)
    house.portfolios.set_positions(one.id, PositionsInput(positions=(), cash_ccy=Decimal(0)), house.manager)
    summary = next(line for line in house.portfolios.list(house.manager) if line.id == one.id)
    assert summary.value_ccy == 0
    assert summary.return_ytd_frac is None
    assert summary.return_1y_frac is None
