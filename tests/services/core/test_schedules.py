"""Does what is to be repeated happen at its time, once, and with its owner's rights?"""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from services.auth.roles import Role
from services.errors import InvalidRequest, NotAllowed, NotFound, Unavailable
from services.messages.schedules import NewSchedule
from services.scheduler import Scheduler
from services.schedules_cron import next_fire_utc


class FakeMarket:
    """Delivers, or does not."""

    def __init__(self) -> None:
        self.is_away = False
        self.refreshed: list[str] = []

    def refresh(self, actor: Any) -> None:
        if self.is_away:
            raise Unavailable("The provider does not answer.", "It is tried again tomorrow.")
        self.refreshed.append(actor.tenant_id)


@pytest.fixture
def market() -> FakeMarket:
    return FakeMarket()


def scheduler_of(house: SimpleNamespace, market: FakeMarket) -> Scheduler:
    return Scheduler(
        house.ports, schedules=house.schedules, runs=house.runs, sessions=house.sessions, market=market,
        alerts=house.alerts, events=house.events, drops=SimpleNamespace(take_in=lambda: 0),
        providers=SimpleNamespace(
            refresh=lambda kind, house_id: None, is_online=lambda house_id: False, failing=lambda house_id: ()
        ),
        quality=SimpleNamespace(check_news=lambda: 0),
    )  # fmt: skip


def wish(**more: Any) -> NewSchedule:
    return NewSchedule(**({"name": "Every morning", "kind": "echo", "cron": "30 6 * * 1-5"} | more))


@pytest.mark.parametrize(
    ("cron", "zone", "after", "expected"),
    [
        ("30 6 * * 1-5", "UTC", "2026-03-02T09:00", "2026-03-03T06:30"),  # Monday -> Tuesday
        ("0 0 * * 0", "UTC", "2026-03-02T09:00", "2026-03-08T00:00"),  # 0 is Sunday
        ("0 0 * * 7", "UTC", "2026-03-02T09:00", "2026-03-08T00:00"),
        ("0 12 * * fri", "UTC", "2026-03-02T09:00", "2026-03-06T12:00"),
        ("0 9 * * *", "Europe/Berlin", "2026-03-28T09:00", "2026-03-29T07:00"),  # summer time begins that day
        ("0 12 * * 1/2", "UTC", "2026-03-06T13:00", "2026-03-09T12:00"),  # Monday, Wednesday, Friday: no Sunday
        ("*/90 * * * *", "UTC", "2026-03-02T09:00", "2026-03-02T10:00"),
        ("0 8-18/5 * feb,mar MON", "UTC", "2026-03-02T09:00", "2026-03-02T13:00"),
        ("0 9 last * *", "UTC", "2026-03-02T09:00", "2026-03-31T09:00"),
        ("0 9 29 2 *", "UTC", "2026-03-02T09:00", "2028-02-29T09:00"),
        ("30 6 * * 1-5", "UTC", "2026-03-03T06:30", "2026-03-04T06:30"),  # strictly after
    ],
)
def test_cron_times_are_those_of_cron(cron: str, zone: str, after: str, expected: str) -> None:
    after_utc = datetime.fromisoformat(after).replace(tzinfo=UTC)
    assert next_fire_utc(cron, zone, after_utc) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


FIVE_PARTS = "five parts: minute, hour, day of the month, month, weekday."
NO_WEEKDAY = "is no weekday: weekdays are 0 to 6, or sun to sat."


@pytest.mark.parametrize(
    ("cron", "said"),
    [
        ("", f"There is nothing of its {FIVE_PARTS}"),
        ("every day", f"“every day” has 2 of its {FIVE_PARTS}"),
        ("61 * * * *", "“61” is no minute: minutes are 0 to 59."),
        ("-5 * * * *", "“-5” is no minute: minutes are 0 to 59."),
        ("0 9,x * * *", "“9,x” is no hour: hours are 0 to 23."),
        ("0 9 L * *", "“L” is no day of the month: days are 1 to 31."),
        ("0 9 * 13 *", "“13” is no month: months are 1 to 12, or jan to dec."),
        ("* * * * 8", f"“8” {NO_WEEKDAY}"),
        ("* * * * ?", f"“?” {NO_WEEKDAY}"),
        ("* * * * 5-1", "“5-1” runs backwards: the smaller weekday comes first."),
        ("*/0 * * * *", "“*/0” has no usable step: a whole number from 1 stands behind the slash."),
    ],
)
def test_times_that_cannot_be_read_are_refused_in_plain_words_with_an_example(cron: str, said: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        next_fire_utc(cron, "UTC", datetime(2026, 1, 1, tzinfo=UTC))
    (problem,) = refusal.value.fields
    assert (problem.path, problem.message) == ("cron", said)
    assert "30 6 * * 1-5" in problem.advice


@pytest.mark.parametrize(("zone", "said"), [("", "No time zone is given."), ("Mars", "There is no time zone “Mars”.")])
def test_a_time_zone_that_is_left_out_or_unknown_is_refused(house, echo, manager, zone: str, said: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        house.schedules.create(wish(time_zone=zone), manager)
    (problem,) = refusal.value.fields
    assert (problem.path, problem.message) == ("time_zone", said)


def test_times_and_zone_are_refused_together(house, echo, manager) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        house.schedules.create(wish(cron="61 * * * *", time_zone=""), manager)
    assert [problem.path for problem in refusal.value.fields] == ["cron", "time_zone"]


def test_times_that_never_come_are_refused(house, echo, manager) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        house.schedules.create(wish(cron="0 9 30 2 *"), manager)
    assert refusal.value.fields[0].message == "No day ever fits “0 9 30 2 *”: nothing would be done."
    assert house.schedules.list(manager) == []


def test_wrong_zone_kind_or_request_are_refused_before_anything_is_stored(house, echo, manager) -> None:
    for more in ({"time_zone": "Mars/North"}, {"kind": "nonsense"}, {"name": "  "}):
        with pytest.raises(InvalidRequest):
            house.schedules.create(wish(**more), manager)
    assert house.schedules.list(manager) == []


def test_a_schedule_fires_once_for_one_instant_as_its_owner(house, echo, manager, queue) -> None:
    made = house.schedules.create(wish(), manager)
    assert made.next_fire_at_utc == datetime(2026, 3, 3, 6, 30, tzinfo=UTC)
    instant = made.next_fire_at_utc
    run = house.schedules.fire(made.id, instant)
    assert run.owner_id == manager.user_id
    assert house.schedules.fire(made.id, instant) is None
    assert queue.waiting == [run.id]
    assert house.schedules.list(manager)[0].last_fire_at_utc == instant


def test_a_schedule_of_a_disabled_owner_or_one_switched_off_stays_silent(house, echo, manager, administrator) -> None:
    off = house.schedules.create(wish(is_enabled=False), manager)
    on = house.schedules.create(wish(), manager)
    house.users.disable(manager.user_id, administrator)
    instant = datetime(2026, 3, 3, 6, 30, tzinfo=UTC)
    assert house.schedules.fire(off.id, instant) is None
    assert house.schedules.fire(on.id, instant) is None


def test_run_now_change_and_delete(house, echo, manager, queue) -> None:
    made = house.schedules.create(wish(), manager)
    assert house.schedules.run_now(made.id, manager).id in queue.waiting
    changed = house.schedules.update(made.id, wish(cron="0 7 * * *"), manager, made.row_version)
    assert changed.next_fire_at_utc == datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
    house.schedules.delete(made.id, manager, changed.row_version)
    assert house.schedules.list(manager) == []


def test_schedules_are_hidden_from_other_houses_and_viewers_may_not_make_any(
    house, echo, manager, stranger, person
) -> None:
    made = house.schedules.create(wish(), manager)
    assert house.schedules.list(stranger) == []
    with pytest.raises(NotFound):
        house.schedules.delete(made.id, stranger)
    with pytest.raises(NotAllowed):
        house.schedules.create(wish(), person(Role.VIEWER))


def test_of_two_schedulers_one_leads_and_the_other_takes_over_when_the_lease_ends(house, market, clock) -> None:
    first, second = scheduler_of(house, market), scheduler_of(house, market)
    assert first.lead()
    assert not second.lead()
    clock.advance(seconds=10)
    assert first.lead()
    clock.advance(seconds=10)
    assert not second.lead()
    clock.advance(seconds=6)
    assert second.lead()
    assert not first.lead()


def test_what_was_missed_while_nobody_led_is_made_up_for_once(house, echo, manager, market, clock, queue) -> None:
    house.schedules.create(wish(cron="0 10 * * *"), manager)
    clock.advance(hours=3)
    leader = scheduler_of(house, market)
    leader.lead()
    leader.lead()
    assert len(queue.waiting) == 1
    assert house.schedules.list(manager)[0].next_fire_at_utc == datetime(2026, 3, 3, 10, 0, tzinfo=UTC)


def test_prices_that_cannot_be_refreshed_raise_an_alert_that_the_next_success_resolves(
    house, market, administrator
) -> None:
    scheduler = scheduler_of(house, market)
    market.is_away = True
    scheduler.refresh_prices()
    (alert,) = house.alerts.list(administrator)
    assert (alert.state, alert.sentence) == (
        "firing",
        "The provider does not answer. It is tried again tomorrow.",
    )
    market.is_away = False
    scheduler.refresh_prices()
    assert market.refreshed == [administrator.tenant_id]
    assert house.alerts.list(administrator) == []


def test_an_unforeseen_error_in_one_house_costs_no_other_house_its_prices(
    house, market, administrator, monkeypatch
) -> None:
    asked: list[str] = []

    def refresh(actor: Any) -> None:
        asked.append(actor.tenant_id)
        raise ValueError("not foreseen")

    monkeypatch.setattr(market, "refresh", refresh)
    scheduler = scheduler_of(house, market)
    monkeypatch.setattr(scheduler, "_houses", lambda: [administrator.tenant_id, administrator.tenant_id])
    scheduler.refresh_prices()
    assert len(asked) == 2


def test_the_scheduler_starts_leads_and_stops_quickly(house, market) -> None:
    import time

    from services.clock import SystemClock

    scheduler = scheduler_of(house, market)
    object.__setattr__(house.ports, "clock", SystemClock())  # APScheduler itself knows no other clock
    scheduler.start()
    scheduler.start()
    end_s = time.monotonic() + 5
    while not scheduler.is_leader and time.monotonic() < end_s:
        time.sleep(0.02)
    assert scheduler.is_leader
    started_s = time.monotonic()
    scheduler.stop()
    assert time.monotonic() - started_s < 1.0
    assert scheduler_of(house, market).lead()  # the lease was given back


def test_the_leader_looks_for_deliveries_that_were_cut_off(house: SimpleNamespace, market: FakeMarket) -> None:
    scheduler = scheduler_of(house, market)
    scheduler.start()
    try:
        job = scheduler._background.get_job("cut-off")
        assert job.func.args == ("cut-off", scheduler._cut_off.take_up)
        assert job.trigger.interval.total_seconds() == 30
    finally:
        scheduler.stop()


def test_who_runs_for_minutes_at_a_time_has_the_audit_log_anchored_too(house, market) -> None:
    from services.clock import SystemClock

    scheduler = scheduler_of(house, market)
    object.__setattr__(house.ports, "clock", SystemClock())
    scheduler.start()
    try:
        job = scheduler._background.get_job("records")
        assert job.func.args == ("records", scheduler.keep_records)
        wait = job.next_run_time - house.ports.clock.now_utc()
        assert wait.total_seconds() <= 60
    finally:
        scheduler.stop()
