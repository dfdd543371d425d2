"""Is the course of a limit kept one row a day, filled in from the holdings of each day, marked, and bounded?"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from data.store import tables
from services.charts.risk_limits import limit_course
from services.errors import NotFound
from services.exports_risk_limits import course_facts, course_sheet
from services.messages.risk import RiskLimitInput, RiskLimitsInput, RiskRequest
from services.messages.risk_history import LimitCourse
from services.risk_history import KEEP_DAYS, SHOWN_COUNT
from services.risk_history_fill import TURN_MAX_COUNT
from tests.services.risk.worlds import LAST, World, walk, weekdays

COUNT = 200


def limited(world: World, portfolio: str, metric: str = "volatility_annual", value: float = 0.2, **more: str) -> str:
    wanted = RiskLimitInput(metric=metric, value=value, **more)
    return world.risk.set_limits(portfolio, RiskLimitsInput(limits=(wanted,)), world.manager).limits[0].id


def all_days(world: World, portfolio: str) -> LimitCourse:
    """Look until nothing is missing any more."""
    for _ in range(8):
        (course,) = world.history.courses(portfolio, world.manager)
        if not course.is_filling:
            return course
    raise AssertionError("it never ends")


@pytest.mark.requirement("4.1.A5", "5.1.F3")
def test_missing_days_are_filled_in_turn_by_turn_from_what_was_held_then_and_say_so(world: World) -> None:
    one, two = world.asset("ONE", walk(COUNT, 1)), world.asset("TWO", walk(COUNT, 2, 0.03))
    days = weekdays(COUNT).astype("datetime64[D]").astype(object).tolist()
    portfolio = world.portfolio({one: 10.0}, day=days[10])
    changed = days[-6]
    with world.ports.store.work(world.manager) as uow:
        entry = tables.LedgerTransaction(
            kind="opening", trade_date=changed, asset_id=two, quantity=Decimal(10), price=Decimal(1),
            amount_ccy=Decimal(0), currency="USD",
        )  # fmt: skip
        uow.ledger.append(portfolio, [entry])
        uow.commit()
    world.risk.report(portfolio, world.manager)
    limit = limited(world, portfolio)
    (first,) = world.history.courses(portfolio, world.manager)
    assert first.is_filling
    course = all_days(world, portfolio)
    assert [one.day for one in course.days] == days[-SHOWN_COUNT:]
    assert [one.is_recomputed for one in course.days] == [True] * (SHOWN_COUNT - 1) + [False]
    assert (course.limit_id, course.begins_on, course.written_since) == (limit, days[-SHOWN_COUNT], LAST)
    assert "29 days recomputed from the holdings of that day" in course.sentence
    for place in (-30, -7, -6, -2):
        day = days[place]
        report = world.risk.report(portfolio, world.manager, as_of=day).report
        (told,) = [one for one in course.days if one.day == day]
        assert told.value == pytest.approx(report.metrics["volatility_annual"], rel=1e-12)
        assert told.use_frac == pytest.approx(told.value / 0.2)
    before, after = (next(one.value for one in course.days if one.day == days[n]) for n in (-7, -6))
    assert after > 1.5 * before  # the second, wilder asset came that day


def test_a_portfolio_that_is_young_begins_when_it_was_opened(world: World) -> None:
    asset = world.asset("ONE", walk(COUNT, 1))
    days = weekdays(COUNT).astype("datetime64[D]").astype(object).tolist()
    portfolio = world.portfolio({asset: 10.0}, day=days[-4])
    world.risk.report(portfolio, world.manager)
    limited(world, portfolio)
    course = all_days(world, portfolio)
    assert [one.day for one in course.days] == days[-4:]
    assert course.sentence.startswith("History begins 23 December 2022.")


def test_losses_of_the_past_use_a_model_that_knew_only_the_days_before(world: World) -> None:
    asset = world.asset("ONE", walk(700, 1))
    portfolio = world.portfolio({asset: 10.0}, day=date(2021, 6, 1))
    world.risk.report(portfolio, world.manager)
    limited(world, portfolio, "var_99_1d", 0.05)
    course = all_days(world, portfolio)
    assert len(course.days) == SHOWN_COUNT
    day = course.days[-TURN_MAX_COUNT - 1]  # the first of a turn: its model is fitted on that very day
    report = world.risk.report(portfolio, world.manager, as_of=day.day).report
    assert day.value == pytest.approx(report.metrics["var_99_1d"], rel=0.02)


@pytest.mark.requirement("5.1.F3")
def test_the_last_report_of_a_day_is_its_row_and_what_was_written_is_never_recomputed(world: World) -> None:
    asset = world.asset("ONE", walk(COUNT, 1))
    portfolio = world.portfolio({asset: 10.0}, day=LAST - timedelta(days=1))
    world.risk.report(portfolio, world.manager)
    limited(world, portfolio)
    all_days(world, portfolio)
    world.more_closes(asset, np.array([np.datetime64(LAST, "D") + 1]), np.array([150.0]))
    world.ports.clock.advance(minutes=5)
    world.risk.report(portfolio, world.manager)
    course = all_days(world, portfolio)
    assert [(one.day, one.is_recomputed) for one in course.days] == [
        (LAST - timedelta(days=1), True), (LAST, False), (LAST + timedelta(days=1), False),
    ]  # fmt: skip
    jumped = course.days[-1].value
    world.more_closes(asset, np.array([np.datetime64(LAST, "D") + 1]), np.array([100.0]))
    world.ports.clock.advance(minutes=5)
    report = world.risk.report(portfolio, world.manager).report
    last = all_days(world, portfolio).days[-1]
    assert last.value == report.metrics["volatility_annual"] != jumped


def test_days_are_bounded_and_only_of_what_is_limited(world: World) -> None:
    asset = world.asset("ONE", walk(COUNT, 1))
    portfolio = world.portfolio({asset: 10.0}, day=LAST)
    world.risk.report(portfolio, world.manager)
    limited(world, portfolio)
    old = LAST - timedelta(days=KEEP_DAYS + 1)
    with world.ports.store.system(world.manager.tenant_id) as uow:
        for day in (old, old + timedelta(days=1)):
            uow.risk_days.keep(portfolio, day, {"volatility_annual": 0.1}, is_stale=False, engine_version="1")
        uow.commit()
    world.risk.compute(RiskRequest(portfolio_id=portfolio), world.manager)
    with world.ports.store.read(world.manager) as uow:
        rows = uow.risk_days.since(portfolio, date(1900, 1, 1))
    assert [(row.metric, row.measured_on) for row in rows] == [
        ("volatility_annual", old + timedelta(days=1)), ("volatility_annual", LAST),
    ]  # fmt: skip


def test_grey_days_days_beyond_every_number_and_hysteresis_are_told_as_the_limit_would_have(world: World) -> None:
    asset = world.asset("ONE", walk(COUNT, 1))
    portfolio = world.portfolio({asset: 10.0}, day=LAST)
    limit = limited(world, portfolio, "days_to_95", 10.0)
    figures = [9.9, 10.0, 9.6, float("inf"), None, 9.7, 7.0]
    with world.ports.store.system(world.manager.tenant_id) as uow:
        for place, value in enumerate(figures):
            day = LAST - timedelta(days=len(figures) - place)
            uow.risk_days.keep(portfolio, day, {"days_to_95": value}, is_stale=False, engine_version="1")
        uow.commit()
    course = world.history.course(portfolio, limit, world.manager, days_count=20)
    assert [one.word for one in course.days[:7]] == [
        "Near", "Breached", "Breached", "Breached", "Not known", "Breached", "Within",
    ]  # fmt: skip
    assert [one.is_unbounded for one in course.days[:7]] == [False] * 3 + [True] + [False] * 3
    assert course.days[3].use_frac is None
    sheet = course_sheet(course)
    assert sheet.rows[3][1] == "beyond every number"
    assert sheet.rows[4][1:3] == [None, None]
    assert dict(course_facts(course, "comma"))["Limit"] == "Days to sell 95%, at most 10 days"
    figure = limit_course(course)
    assert figure.layout.title.text == "Days to sell 95% was beyond its limit on 4 days; now 70% is used"
    assert list(figure.data[0].y[:3]) == [pytest.approx(0.99), 1.0, pytest.approx(0.96)]
    assert figure.data[0].y[3] is None
    assert len(figure.layout.meta["table"][1]) == len(course.days)


def test_a_stranger_sees_no_course_and_an_unknown_limit_has_none(world: World) -> None:
    asset = world.asset("ONE", walk(COUNT, 1))
    portfolio = world.portfolio({asset: 10.0}, day=LAST)
    limit = limited(world, portfolio)
    for who, which in ((world.stranger, limit), (world.manager, "nothing")):
        with pytest.raises(NotFound):
            world.history.course(portfolio, which, who)
    world.risk.set_limits(portfolio, RiskLimitsInput(limits=()), world.manager)
    assert world.history.courses(portfolio, world.manager) == ()
