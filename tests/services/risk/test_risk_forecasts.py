"""Are forecasts kept once a day for good, and held against what came, apart from a walk over the past?"""

from __future__ import annotations

import math
from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from sqlalchemy import text

from services.errors import Conflict
from services.messages.risk import RiskRequest
from services.risk_forecasts import STORED_NEEDED_COUNT, backtests_of
from tests.services.risk.worlds import World, walk

COUNT = 620


def test_the_days_forecasts_are_written_with_the_report_and_never_again(world: World):
    asset = world.asset("ONE", walk(150, 1))
    portfolio = world.portfolio({asset: 1.0})
    first = world.risk.compute(RiskRequest(portfolio_id=portfolio), world.manager)
    with world.ports.store.read(world.manager) as uow:
        kept = {(row.method, row.level_frac): row.var_frac for row in uow.risk_forecasts.figures(portfolio, 1)}
        assert uow.risk_forecasts.last_day(portfolio) == first.as_of
    figures = {
        (one.method, one.level_frac): one.value_at_risk.loss_frac
        for one in first.tails.figures
        if one.horizon_days == 1 and one.status == "ok"
    }
    assert kept == figures
    world.more_closes(asset, np.array(["2022-12-28"], dtype="datetime64[D]"), np.array([55.0]))
    second = world.risk.compute(RiskRequest(portfolio_id=portfolio), world.manager)
    assert second.as_of == first.as_of
    assert second.metrics["var_99_1d"] != first.metrics["var_99_1d"]
    with world.ports.store.read(world.manager) as uow:
        again = {(row.method, row.level_frac): row.var_frac for row in uow.risk_forecasts.figures(portfolio, 1)}
    assert again == kept
    with pytest.raises(Conflict), world.ports.store.system(world.manager.tenant_id) as uow:
        uow._ctx.session.execute(text("UPDATE risk_forecast SET var_frac = 0.0"))


def test_stored_forecasts_meet_the_return_of_the_next_valued_day_and_are_never_mixed_with_the_walk(world: World):
    asset = world.asset("ONE", walk(COUNT, 1))
    facts = world.facts.read(world.portfolio({asset: 1.0}), world.manager)
    days = [date(2022, 1, 3) + timedelta(days=one) for one in range(300)]
    days = [day for day in days if day.weekday() < 5]
    rng = np.random.default_rng(7)
    returns = rng.normal(0.0, 0.01, len(days))
    values = [SimpleNamespace(valued_on=day, return_frac=float(one)) for day, one in zip(days, returns, strict=True)]
    forecasts = [
        SimpleNamespace(made_on=day, method="historical", level_frac=0.95, var_frac=0.0165, es_frac=0.0206)
        for day in days[:-1]
    ]
    late = SimpleNamespace(made_on=date(2021, 12, 1), method="historical", level_frac=0.95, var_frac=1.0, es_frac=1.0)
    found = backtests_of(facts, [late, *forecasts], values)
    (row,) = found.stored
    assert row.series.dates == tuple(days[1:])
    assert row.series.returns_frac == pytest.approx(returns[1:])
    assert row.report.exceptions_count == int((returns[1:] < -0.0165).sum())
    assert found.stored_days_count == len(days) - 1
    assert found.stored_days_count < STORED_NEEDED_COUNT
    assert any("stored forecasts can be held" in note for note in found.notes)
    walked = {(one.series.method, one.series.level_frac) for one in found.walk_forward}
    assert ("historical", 0.99) in walked
    assert ("hull_white", 0.95) in walked
    own = facts.portfolio_returns()
    historical = next(
        one for one in found.walk_forward if (one.series.method, one.series.level_frac) == ("historical", 0.95)
    )
    assert historical.series.dates[0] == facts.dates[500].astype(object)
    assert historical.series.var_frac[0] == pytest.approx(-np.sort(own[:500])[24])
    assert len(historical.series.dates) == facts.dates.size - 500


def test_forecasts_over_ten_days_are_tested_on_stretches_that_share_no_day(world: World):
    asset = world.asset("ONE", walk(COUNT, 1))
    facts = world.facts.read(world.portfolio({asset: 1.0}), world.manager)
    days = [day for n in range(400) if (day := date(2021, 6, 1) + timedelta(days=n)).weekday() < 5][:255]
    returns = np.random.default_rng(11).normal(0.0, 0.01, len(days))
    values = [SimpleNamespace(valued_on=day, return_frac=float(one)) for day, one in zip(days, returns, strict=True)]
    made = [
        SimpleNamespace(made_on=day, method="fhs", level_frac=0.95, var_frac=0.04, es_frac=0.05) for day in days[:-1]
    ]
    (row,) = backtests_of(facts, [], values, made).stored_stretches
    assert row.horizon_days == 10
    assert row.series.dates == tuple(days[10::10])
    came = [float(np.prod(1.0 + returns[1 + n : 11 + n]) - 1.0) for n in range(0, 250, 10)]
    assert row.series.returns_frac == pytest.approx(came, rel=1e-12)
    assert len(came) == 25
    assert row.report.exceptions_count == sum(one < -0.04 for one in came)
    assert "of 25 stretches of 10 days lost more" in row.report.sentence
    (note,) = row.report.notes
    chances = [math.comb(25, n) * 0.05**n * 0.95 ** (25 - n) for n in range(26)]
    rejected = [n for n, one in enumerate(chances) if sum(two for two in chances if two <= one) < 0.05]
    wrongly = 100 * sum(chances[n] for n in rejected)
    assert f"the exact test rejects from {rejected[0]} exceptions on, and wrongly so in {wrongly:.1f}% of cases" in note
    gap = [*values[:3], SimpleNamespace(valued_on=days[3], return_frac=None), *values[4:]]
    assert backtests_of(facts, [], gap, made).stored_stretches[0].series.dates[0] == days[13]


def test_too_short_a_past_says_so(world: World):
    asset = world.asset("ONE", walk(150, 1))
    found = world.risk.backtests(world.portfolio({asset: 1.0}), world.manager)
    assert found.state == "ready"
    assert found.backtests.stored == ()
    assert found.backtests.walk_forward == ()
    assert len(found.backtests.notes) >= 2


def test_the_watch_asks_for_what_changed_once_and_only_then(world: World):
    asset = world.asset("ONE", walk(150, 1))
    portfolio = world.portfolio({asset: 1.0})
    world.portfolio({}, name="Empty")
    assert world.watch.keep_up() == 1
    assert world.watch.keep_up() == 0
    with world.ports.store.read(world.manager) as uow:
        assert uow.risk_forecasts.last_day(portfolio) == date(2022, 12, 28)
    computed = len(world.queue.handed_over)
    world.risk.report(portfolio, world.manager)
    assert len(world.queue.handed_over) == computed
    world.more_closes(asset, np.array(["2022-12-29"], dtype="datetime64[D]"), np.array([101.0]))
    assert world.watch.keep_up() == 0
    world.ports.clock.advance(seconds=60)
    assert world.watch.keep_up() == 1
    with world.ports.store.read(world.manager) as uow:
        assert uow.risk_forecasts.last_day(portfolio) == date(2022, 12, 29)


def test_a_portfolio_on_screen_is_computed_anew_at_most_every_five_seconds(world: World):
    asset = world.asset("ONE", walk(150, 1))
    portfolio = world.portfolio({asset: 1.0})
    first = world.risk.report(portfolio, world.manager)
    world.more_closes(asset, np.array(["2022-12-29"], dtype="datetime64[D]"), np.array([101.0]))
    soon = world.risk.report(portfolio, world.manager)
    assert (soon.report.as_of, soon.is_current) == (first.report.as_of, False)
    world.ports.clock.advance(seconds=6)
    later = world.risk.report(portfolio, world.manager)
    assert (later.report.as_of, later.is_current) == (date(2022, 12, 29), True)
