"""Who is told of a limit, when, how often, and who else when nobody takes note; is nothing old ever green?"""

from __future__ import annotations

import pytest

from services.alerts import Alerts
from services.auth.actor import Actor
from services.auth.roles import Role
from services.messages.risk import RiskLimitInput, RiskLimitsInput
from tests.services.risk.judged import Judged, judged
from tests.services.risk.worlds import World, walk

__all__ = ["judged"]
BEYOND = "Mine: Volatility is beyond its limit"


def inbox(world: World, who: Actor) -> list[str]:
    with world.ports.store.read(who) as uow:
        return [one.title for one in uow.notifications.list(limit=100).rows]


@pytest.mark.requirement("4.1.A6")
def test_a_breach_is_told_again_after_a_day_although_no_data_come_and_no_more_once_it_is_noted(judged: Judged) -> None:
    world, alerts = judged.world, Alerts(judged.world.ports)
    assert judged.see(1.1) == ("red", [BEYOND])
    world.ports.clock.advance(hours=23, minutes=58)
    alerts.remind()
    assert inbox(world, world.manager).count(BEYOND) == 1
    world.ports.clock.advance(minutes=2)
    assert alerts.remind() >= 1
    assert inbox(world, world.manager).count(BEYOND) == 2
    alerts.remind()
    assert inbox(world, world.manager).count(BEYOND) == 2
    assert judged.see(1.1)[0] == "red"
    assert inbox(world, world.manager).count(BEYOND) == 2  # once, whoever told it
    (alert,) = alerts.list(world.manager)
    alerts.acknowledge(alert.id, world.manager)
    world.ports.clock.advance(days=1)
    assert alerts.remind() == 0
    assert judged.see(1.1)[0] == "red"
    assert inbox(world, world.manager).count(BEYOND) == 2


@pytest.mark.requirement("4.1.A6")
def test_a_hard_breach_that_nobody_notes_for_four_hours_is_told_to_compliance_once(judged: Judged) -> None:
    world, alerts = judged.world, Alerts(judged.world.ports)
    keeper, other = world.actors[Role.COMPLIANCE], world.actors[Role.VIEWER]
    judged.see(0.9)
    world.ports.clock.advance(hours=9)
    assert alerts.remind() == 0  # a warning is nobody else's matter
    judged.see(1.1)
    world.ports.clock.advance(hours=3, minutes=59)
    assert alerts.remind() == 0
    world.ports.clock.advance(minutes=1)
    assert alerts.remind() == 1
    assert inbox(world, keeper) == [f"Nobody took note: {BEYOND}"]
    assert inbox(world, other) == []
    world.ports.clock.advance(hours=6)
    assert alerts.remind() == 0
    assert len(inbox(world, keeper)) == 1
    assert judged.see(0.5)[0] == "green"
    judged.see(1.1)
    world.ports.clock.advance(hours=4)
    alerts.remind()
    assert len(inbox(world, keeper)) == 2  # another breach


def test_who_takes_note_in_time_keeps_it_to_himself(judged: Judged) -> None:
    world, alerts = judged.world, Alerts(judged.world.ports)
    judged.see(1.1)
    alerts.acknowledge(alerts.list(world.manager)[0].id, world.manager)
    world.ports.clock.advance(days=2)
    assert alerts.remind() == 0
    assert inbox(world, world.actors[Role.COMPLIANCE]) == []


@pytest.mark.requirement("4.1.A6")
def test_where_prices_stop_coming_nothing_stays_green_and_who_looks_or_not_sees_the_same(world: World) -> None:
    asset = world.asset("ONE", walk(120, 1))
    portfolio = world.portfolio({asset: 1.0})
    wanted = RiskLimitsInput(limits=(RiskLimitInput(metric="volatility_annual", value=5.0),))
    world.risk.report(portfolio, world.manager)
    world.risk.set_limits(portfolio, wanted, world.manager)

    def stands() -> tuple[str, str]:
        (limit,) = world.risk.limits(portfolio, world.manager).limits
        with world.ports.store.read(world.manager) as uow:
            return limit.state, str(uow.risk_limits.of(portfolio)[0].state)

    world.watch.keep_up()
    assert stands() == ("green", "green")  # prices of 28 December, on 2 January
    world.ports.clock.advance(days=2)
    world.watch.keep_up()
    assert stands() == ("green", "green")  # five business days: still told as they are
    world.ports.clock.advance(days=1)
    assert stands()[0] == "grey"
    world.watch.keep_up()
    assert stands() == ("grey", "grey")
    sentence = world.risk.limits(portfolio, world.manager).limits[0].sentence
    assert "rests on prices of 28 December 2022, 6 sessions old: not judged" in sentence
    world.ports.clock.advance(days=400)
    assert stands()[0] == "green"  # a house of the past is looked at as it was


def test_nobody_else_s_limits_are_seen_changed_or_used(world: World) -> None:
    from services.errors import NotFound

    asset = world.asset("ONE", walk(60, 1))
    mine, other = world.portfolio({asset: 1.0}), world.portfolio({asset: 1.0}, name="Other")
    wanted = RiskLimitsInput(limits=(RiskLimitInput(metric="volatility_annual", value=0.2),))
    (limit,) = world.risk.set_limits(mine, wanted, world.manager).limits
    for portfolio, who in ((other, world.manager), (mine, world.stranger)):
        with pytest.raises(NotFound):
            world.risk.constraint(portfolio, limit.id, who)
        with pytest.raises(NotFound):
            world.history.course(portfolio, limit.id, who)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 0.0, -0.1, 1e7])
def test_a_limit_that_is_no_number_or_absurd_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="value"):
        RiskLimitInput(metric="beta", value=value)


@pytest.mark.parametrize("share", [float("nan"), 0.0, 0.04, 1.0, 2.0, -1.0])
def test_a_warning_outside_of_the_limit_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="amber_use_frac"):
        RiskLimitInput(metric="beta", value=1.0, amber_use_frac=share)


def test_the_list_of_portfolios_counts_broken_limits_on_risk_apart(judged: Judged) -> None:
    def counted() -> tuple[int, int]:
        (one,) = judged.world.portfolios.list(judged.world.manager)
        return one.risk_breaches_count, one.risk_checks_count

    judged.see(0.5)
    assert counted() == (0, 1)
    judged.see(1.0)
    assert counted() == (1, 1)  # exactly at the limit is broken
    judged.see(None)
    assert counted() == (0, 0)  # what is not known says nothing
