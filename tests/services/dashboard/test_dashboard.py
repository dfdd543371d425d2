"""Do the parts of the dashboard say what the portfolios' own pages say, add up, and fail one by one?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from data.feeds.ticks import Tick
from data.store import tables
from engine.risk_limits.metrics import METRICS
from services.auth.roles import Role
from services.dashboard_limits import RiskLimitsRead, used_of
from services.dashboard_rows import drift_of
from services.errors import InvalidRequest, NotAllowed, Unavailable
from services.messages.portfolios import NewPortfolio, PositionInput

CENT = Decimal("0.01")


@pytest.mark.requirement("5.1.F1")
def test_the_total_is_the_sum_of_the_portfolios_to_the_cent(desk) -> None:
    view = desk.read()
    listed = desk.house.portfolios.list(desk.house.manager)
    assert not view.problems
    assert view.summary.value_ccy == sum(one.value_ccy for one in listed)
    assert view.summary.day_pnl_ccy == sum(one.day_pnl_ccy for one in listed)
    before = view.summary.value_ccy - view.summary.day_pnl_ccy
    assert view.summary.day_frac == pytest.approx(float(view.summary.day_pnl_ccy / before), rel=1e-12)
    assert (view.summary.counted_count, view.summary.left_out) == (len(listed), ())
    assert [one.name for one in view.portfolios] == [one.name for one in listed]


@pytest.mark.requirement("5.1.F1")
def test_each_row_says_what_the_portfolios_own_page_says(desk) -> None:
    for row in desk.read(parts=("portfolios",)).portfolios:
        page = desk.house.portfolios.get(row.id, desk.house.manager)
        for name in ("value_ccy", "day_pnl_ccy", "return_ytd_frac", "volatility_1y_annual_frac", "breaches_count"):
            assert getattr(row, name) == getattr(page, name), name
        start = page.as_of.replace(month=1, day=1) - timedelta(days=1)
        history = desk.house.portfolios.history(row.id, desk.house.manager)
        days = [day for day in history.dates if day <= start]
        beside = dict(zip(history.dates, history.benchmark_index, strict=True))
        expected = beside[history.dates[-1]] / beside[days[-1]] - 1.0
        assert row.benchmark_ytd_frac == pytest.approx(expected, rel=1e-12)
        assert row.active_ytd_frac == pytest.approx(row.return_ytd_frac - expected, rel=1e-12)


@pytest.mark.requirement("5.1.F3")
def test_the_risk_used_is_the_worst_limit_of_any_portfolio(desk) -> None:
    view = desk.read(parts=("summary", "portfolios"))
    checks = {
        (row.name, check.name): check.used_frac
        for row in view.portfolios
        for check in desk.house.portfolios.limit_checks(row.id, desk.house.manager)
    }
    worst = max(checks, key=lambda key: checks[key])
    used = view.summary.risk_used
    assert (used.portfolio_name, used.limit) == worst
    assert used.used_frac == checks[worst]
    assert used.is_over
    by_name = {row.name: row for row in view.portfolios}
    assert by_name["Aurora Growth"].limit_light == "red"
    assert by_name["Cedar Balanced"].limit_light == "ok"


@pytest.mark.requirement("5.1.F4")
def test_the_same_asset_in_several_portfolios_is_one_line(desk) -> None:
    view = desk.read(parts=("holdings", "summary")).holdings
    held = {}
    for one in desk.house.portfolios.list(desk.house.manager):
        for holding in desk.house.portfolios.holdings(one.id, desk.house.manager):
            held.setdefault(holding.symbol, []).append((holding.value_ccy, one.name, holding.weight_frac))
    total = sum(one.value_ccy for one in desk.house.portfolios.list(desk.house.manager))
    assert view.assets_count == len(held)
    sizes = [abs(one.value_ccy) for one in view.holdings]
    assert sizes == sorted(sizes, reverse=True)
    for line in view.holdings:
        parts = held[line.symbol]
        assert line.value_ccy == sum(value for value, _, _ in parts)
        assert line.portfolios_count == len(parts)
        assert line.weight_frac == pytest.approx(float(line.value_ccy / total), rel=1e-12)
        largest = max(parts, key=lambda part: (abs(part[0]), part[1]))
        assert (line.most_portfolio_name, line.most_weight_frac) == (largest[1], largest[2])


@pytest.mark.requirement("5.1.F4")
def test_sectors_sum_to_everything_and_stand_beside_known_benchmarks(packed_desk) -> None:
    view = packed_desk.read(parts=("sectors",)).sectors
    assert sum(one.weight_frac for one in view.sectors) == pytest.approx(1.0, abs=1e-9)
    assert any(one.sector == "Cash" for one in view.sectors)
    known = packed_desk.house.market.benchmarks(packed_desk.house.manager)
    weighted = next(one for one in known if one.kind == "weights")
    one = packed_desk.house.named("Aurora Growth")
    from services.messages.portfolios import PortfolioChanges

    packed_desk.house.portfolios.update(one.id, PortfolioChanges(benchmark_id=weighted.id), packed_desk.house.manager)
    view = packed_desk.read(parts=("sectors",)).sectors
    assert view.compared_count == 1
    assert sum(each.benchmark_frac for each in view.sectors) == pytest.approx(1.0, abs=1e-9)
    assert sum(each.compared_frac for each in view.sectors) == pytest.approx(1.0, abs=1e-9)
    assert sum(each.active_frac for each in view.sectors) == pytest.approx(0.0, abs=1e-9)
    assert "1 of 3" in view.notes[0]


@pytest.mark.requirement("5.1.F2")
def test_the_day_of_the_stored_session_adds_up_and_names_the_ends(desk) -> None:
    view = desk.read(parts=("today", "summary"))
    day = view.today
    assert not day.is_live
    assert day.day_pnl_ccy == view.summary.day_pnl_ccy
    parts = sum(one.day_pnl_ccy for one in (*day.ups, *day.downs)) + day.other_pnl_ccy
    assert parts == day.day_pnl_ccy
    gains = [one.day_pnl_ccy for one in day.ups]
    losses = [one.day_pnl_ccy for one in day.downs]
    assert gains == sorted(gains, reverse=True)
    assert losses == sorted(losses)
    assert all(one > 0 for one in gains)
    assert all(one < 0 for one in losses)
    assert day.return_frac == pytest.approx(view.summary.day_frac, rel=1e-12)


def test_a_portfolio_without_a_day_is_named_and_not_its_assets_whose_day_others_know(desk) -> None:
    known = {one.symbol for one in desk.read(parts=("today",)).today.ups}
    held = sorted(known)[0]
    portfolios, manager = desk.house.portfolios, desk.house.manager
    mine = portfolios.create(NewPortfolio(name="Bought today", initial_cash_ccy=Decimal(100_000)), manager)
    portfolios.set_positions(mine.id, [PositionInput(symbol=held, quantity=Decimal(10))], manager)
    day = desk.read(parts=("today",)).today
    assert "The day of Bought today is not known and not in the sum." in day.notes
    assert held not in day.unknown_symbols


@pytest.mark.requirement("5.1.A5")
def test_a_live_price_moves_the_day_by_the_units_held_over_all_portfolios(desk) -> None:
    manager = desk.house.manager
    held = [
        (one, holding)
        for one in desk.house.portfolios.list(manager)
        for holding in desk.house.portfolios.holdings(one.id, manager)
        if holding.symbol == "MSFT"
    ]
    close = held[0][1].price
    moment = datetime(2022, 12, 29, 15, 0, tzinfo=UTC)
    tick = Tick("MSFT", float(close) + 2.0, "USD", moment, previous_close=float(close))
    book = desk.services.live.houses.of(manager.tenant_id)
    book.latest = lambda: [tick]
    day = desk.read(parts=("today",)).today
    assert day.is_live
    expected = sum((holding.value_ccy / holding.price * 2 for _, holding in held), Decimal(0))
    (only,) = day.ups
    assert only.symbol == "MSFT"
    assert only.portfolios_count == len(held)
    assert abs(only.day_pnl_ccy - expected) <= CENT * len(held)


def test_a_filter_keeps_what_is_held_of_it_everywhere(desk) -> None:
    whole = desk.read()
    only = desk.read(symbol="MSFT")
    assert {one.symbol for one in only.holdings.holdings} == {"MSFT"}
    assert {one.symbol for one in (*only.today.ups, *only.today.downs)} <= {"MSFT"}
    holders = [
        one.name
        for one in desk.house.portfolios.list(desk.house.manager)
        if any(held.symbol == "MSFT" for held in desk.house.portfolios.holdings(one.id, desk.house.manager))
    ]
    assert [one.name for one in only.portfolios] == holders
    assert all(one.share_frac for one in only.portfolios)
    assert only.summary == whole.summary
    sector = next(one.sector for one in only.holdings.holdings)
    wider = desk.read(sector=sector)
    assert {one.sector for one in wider.holdings.holdings} == {sector}
    assert len(wider.portfolios) >= len(only.portfolios)


def test_drift_is_what_trading_back_turns_over_with_what_is_not_held_and_cash(house) -> None:
    mine = house.portfolios.create(NewPortfolio(name="Drifted", initial_cash_ccy=Decimal(1_000_000)), house.manager)
    house.portfolios.set_positions(
        mine.id,
        [PositionInput(symbol="AAPL", weight_frac=0.6), PositionInput(symbol="KO", weight_frac=0.2)],
        house.manager,
    )
    house.portfolios.set_target(mine.id, {"AAPL": 0.5, "MSFT": 0.3, "KO": 0.2}, None, "Even", house.manager)
    whole = next(one for one in house.portfolios.wholes(house.manager) if one.summary.id == mine.id)
    weights = {one.symbol: one.weight_frac for one in whole.holdings}
    cash = 1.0 - sum(weights.values())
    expected = 0.5 * (abs(weights["AAPL"] - 0.5) + 0.3 + abs(weights["KO"] - 0.2) + abs(cash - 0.0))
    drift = drift_of(whole)
    assert drift.total_frac == pytest.approx(expected, rel=1e-9)
    assert drift.total_frac == pytest.approx(0.3, abs=0.01)
    assert drift.most_symbol == "AAPL"
    bare = next(one for one in house.portfolios.wholes(house.manager) if one.target_frac is None)
    assert drift_of(bare) is None


def test_one_reading_tells_the_same_as_many(house) -> None:
    growth = house.named("Aurora Growth")
    house.portfolios.set_target(growth.id, {"AAPL": 0.6, "KO": 0.4}, None, "Try", house.manager)
    for one in house.portfolios.wholes(house.manager):
        assert one.summary == next(p for p in house.portfolios.list(house.manager) if p.id == one.summary.id)
        assert one.holdings == house.portfolios.holdings(one.summary.id, house.manager)
        assert one.checks == house.portfolios.limit_checks(one.summary.id, house.manager)
    assert house.portfolios.count(house.manager) == len(house.portfolios.list(house.manager))


def test_a_portfolio_in_another_currency_counts_at_the_rate_of_its_day(packed_desk) -> None:
    manager = packed_desk.house.manager
    alone = packed_desk.read(parts=("summary",)).summary
    made = packed_desk.house.portfolios.create(
        NewPortfolio(name="Euro cash", base_currency="EUR", initial_cash_ccy=Decimal(1000)), manager
    )
    view = packed_desk.read(parts=("summary",)).summary
    one = packed_desk.house.portfolios.get(made.id, manager)
    if made.id in view.rates:
        expected = alone.value_ccy + one.value_ccy * view.rates[made.id]
        assert abs(view.value_ccy - expected) <= CENT
        assert "EUR is brought into USD" in " ".join(view.notes)
    else:
        assert view.value_ccy == alone.value_ccy
        assert view.left_out[0].name == "Euro cash"
        assert any("Euro cash is in no total" in note for note in view.notes)
    assert view.currencies == ("EUR", "USD")


def test_a_currency_without_any_rate_is_refused_with_what_can_be_chosen(desk) -> None:
    with pytest.raises(InvalidRequest, match="XYZ") as caught:
        desk.read(currency="XYZ")
    assert caught.value.fields[0].path == "currency"


@pytest.mark.requirement("5.1.F5")
def test_what_happened_and_what_waits_are_told_in_words(desk) -> None:
    growth = desk.house.named("Aurora Growth")
    desk.house.portfolios.set_target(growth.id, {"AAPL": 1.0}, None, "All in one", desk.house.manager)
    view = desk.read(parts=("tasks", "activity"))
    latest = view.activity[0]
    assert (latest.kind, latest.title, latest.who) == ("target", "Aurora Growth", desk.house.manager.name)
    assert latest.sentence == "Target “All in one” was set, version 1."
    assert latest.link == f"/portfolios/{growth.id}?tab=targets"
    assert view.tasks.sentence == "Nothing waits for you."
    moments = [one.at_utc for one in view.activity]
    assert moments == sorted(moments, reverse=True)


def test_nobody_sees_what_is_not_theirs(desk) -> None:
    growth = desk.house.named("Aurora Growth")
    desk.house.portfolios.set_target(growth.id, {"AAPL": 1.0}, None, "Ours alone", desk.house.manager)
    stranger = desk.services.dashboards.read(desk.house.stranger)
    assert stranger.portfolios == ()
    assert stranger.summary.value_ccy is None
    assert stranger.holdings.holdings == ()
    assert stranger.activity == ()
    assert stranger.tasks.tasks == ()
    text = stranger.model_dump_json()
    assert "Aurora" not in text
    assert "Ours alone" not in text
    with pytest.raises(NotAllowed):
        desk.services.dashboards.read(desk.house.actors[Role.ADMINISTRATOR])


def test_a_reader_of_clients_without_names_sees_none(desk) -> None:
    rows = desk.services.dashboards.read(desk.house.actors[Role.RESEARCHER], parts=("portfolios",)).portfolios
    named = {one.client_name for one in desk.read(parts=("portfolios",)).portfolios}
    assert not named & {one.client_name for one in rows if one.client_name}


def test_a_part_that_fails_takes_no_other_with_it(desk, monkeypatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise Unavailable("The rules cannot be read.", "Try again in a minute.")

    def burst(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(desk.services.dashboards._matrix, "matrix", refuse, raising=True)
    monkeypatch.setattr(desk.services.dashboards._day, "read", burst)
    view = desk.read()
    told = {one.part: one for one in view.problems}
    assert set(told) == {"portfolios", "today"}
    assert told["portfolios"].sentence == "The rules cannot be read."
    assert "reference" in told["today"].advice
    assert view.portfolios is None
    assert view.today is None
    assert view.summary is not None
    assert view.holdings.holdings


def test_when_the_book_cannot_be_read_tasks_still_are(desk, monkeypatch) -> None:
    monkeypatch.setattr(desk.services.dashboards._books, "read", lambda *_: 1 / 0)
    view = desk.read()
    assert {one.part for one in view.problems} == {
        "summary", "portfolios", "today", "holdings", "sectors", "attention",
    }  # fmt: skip
    assert view.tasks is not None
    assert view.activity is not None
    with pytest.raises(ZeroDivisionError):
        desk.read(parts=("summary",))


def test_a_limit_on_risk_counts_by_the_figure_that_it_was_judged_by(house) -> None:
    row = SimpleNamespace(
        portfolio_id="p", metric="volatility_annual_frac", value=0.10, direction="max", is_hard=True,
        amber_use_frac=0.8, state="red", last_known_state="red",
    )  # fmt: skip
    figure = SimpleNamespace(value=0.12, is_unbounded=False, is_stale=False, measured_on=datetime(2022, 12, 28).date())
    metric = next(key for key in METRICS if "vol" in key)
    row.metric = metric
    read = RiskLimitsRead.__new__(RiskLimitsRead)
    read._limits, read._figures = {"p": [row]}, {("p", metric): figure}
    (used,) = read.used("p")
    assert (used.light, used.used_frac) == ("red", pytest.approx(1.2))
    whole = replace(house.portfolios.wholes(house.manager)[0], checks=())
    summary = whole.summary.model_copy(update={"id": "p"})
    (only,) = used_of(replace(whole, summary=summary), read)
    assert only.link == "/risk?portfolio=p"
    figure.is_stale, row.state = True, "grey"
    assert read.used("p") == []


@pytest.mark.requirement("5.1.F3")
def test_limits_on_risk_light_up_by_the_last_day_that_a_report_kept(desk) -> None:
    manager, cedar = desk.house.manager, desk.house.named("Cedar Balanced")
    metric = next(key for key in METRICS if "volatility" in key)
    with desk.house.ports.store.work(manager) as uow:
        limit = tables.RiskLimit(metric=metric, value=0.10, direction="max", is_hard=True, amber_use_frac=0.8)
        uow.risk_limits.replace(cedar.id, [limit], [])
        for day, value in ((date(2022, 12, 27), 0.30), (date(2022, 12, 28), 0.095)):
            uow.risk_days.keep(cedar.id, day, {metric: value}, is_stale=False, engine_version="test")
        uow.risk_limits.judged(limit.id, "amber", "amber", is_transition=True)
        uow.commit()
    row = next(one for one in desk.read(parts=("portfolios",)).portfolios if one.id == cedar.id)
    assert (row.limit_light, row.limit_name) == ("amber", METRICS[metric].label)
    assert row.limit_used_frac == pytest.approx(0.95)
    assert row.risk_checks_count == 1


def test_the_dashboard_is_read_once_a_house_before_anybody_asks_and_is_the_same_after(desk) -> None:
    first = desk.read()
    with desk.house.ports.store.system(read_only=True) as uow:
        houses_count = len(uow.tenants.list().rows)
    assert desk.services.dashboards.warm() == houses_count
    again = desk.read()
    assert (again.portfolios, again.activity, again.problems) == (first.portfolios, first.activity, ())
