"""Is somebody told once, at the right time, and nobody else?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.auth.roles import Role
from services.errors import Conflict, InvalidRequest, NotAllowed, NotFound


def see(house: Any, actor: Any, condition: str = "holds", **more: Any) -> Any:
    return house.alerts.raise_or_update(
        "limit", "warning", condition, "Limit passed", "Technology is 35.0%, above 30.0%.",
        tenant_id=actor.tenant_id, owner_id=actor.user_id, **more,
    )  # fmt: skip


def inbox(house: Any, actor: Any) -> list[str]:
    return [one.title for one in house.events.notifications(actor)]


def test_an_alert_fires_once_and_tells_its_owner_once(house, manager) -> None:
    assert see(house, manager).state == "firing"
    see(house, manager)
    see(house, manager)
    assert inbox(house, manager) == ["Limit passed"]


def test_a_condition_must_hold_for_its_time_before_it_fires(house, manager, clock) -> None:
    assert see(house, manager, for_s=60).state == "pending"
    assert inbox(house, manager) == []
    clock.advance(seconds=60)
    assert see(house, manager, for_s=60).state == "firing"
    assert inbox(house, manager) == ["Limit passed"]


def test_a_condition_that_passes_before_its_time_is_forgotten_silently(house, manager) -> None:
    see(house, manager, for_s=60)
    assert see(house, manager, "gone", for_s=60).state == "resolved"
    assert inbox(house, manager) == []
    assert see(house, manager, "gone") is None


def test_recovery_takes_its_time_and_a_relapse_fires_again(house, manager, clock) -> None:
    see(house, manager)
    assert see(house, manager, "gone", recover_for_s=60).state == "recovering"
    assert see(house, manager).state == "firing"
    see(house, manager, "gone", recover_for_s=60)
    clock.advance(seconds=61)
    assert see(house, manager, "gone", recover_for_s=60).state == "resolved"
    assert inbox(house, manager)[0] == "Resolved: Limit passed"


def test_an_alert_that_nobody_notes_is_told_again_after_a_day(house, manager, clock) -> None:
    see(house, manager)
    clock.advance(hours=23)
    see(house, manager)
    assert len(inbox(house, manager)) == 1
    clock.advance(hours=1)
    see(house, manager)
    assert len(inbox(house, manager)) == 2


def test_an_acknowledged_alert_stays_open_and_quiet(house, manager, clock) -> None:
    alert = see(house, manager)
    assert house.alerts.acknowledge(alert.id, manager).state == "acknowledged"
    clock.advance(days=3)
    assert see(house, manager).state == "acknowledged"
    assert len(inbox(house, manager)) == 1


def test_a_snoozed_alert_is_quiet_until_its_time(house, manager, clock) -> None:
    alert = see(house, manager)
    house.alerts.snooze(alert.id, clock.now_utc() + timedelta(hours=2), manager)
    clock.advance(hours=1)
    assert see(house, manager).state == "snoozed"
    assert house.alerts.wake_snoozed() == 0
    clock.advance(hours=1)
    assert house.alerts.wake_snoozed() == 1
    assert house.alerts.list(manager)[0].state == "firing"
    assert len(inbox(house, manager)) == 2
    with pytest.raises(InvalidRequest):
        house.alerts.snooze(alert.id, clock.now_utc(), manager)


def test_an_alert_keeps_the_way_to_what_it_is_about_also_when_it_wakes(house, manager, clock) -> None:
    alert = see(house, manager, link="/data-quality?symbol=X")
    assert alert.link == "/data-quality?symbol=X"
    house.alerts.snooze(alert.id, clock.now_utc() + timedelta(hours=8), manager)
    clock.advance(hours=9)
    assert house.alerts.wake_snoozed() == 1
    assert [one.link for one in house.alerts.list(manager)] == ["/data-quality?symbol=X"]
    assert {one.link for one in house.events.notifications(manager)} == {"/data-quality?symbol=X"}


def test_without_data_the_alert_says_so(house, manager) -> None:
    assert see(house, manager, "unknown").state == "no_data"
    assert see(house, manager).state == "firing"


def test_an_alert_without_owner_goes_to_the_administrators(house, manager, administrator) -> None:
    house.alerts.raise_or_update("disk", "soft", "holds", "Disk is full", "5 MiB left.", tenant_id=manager.tenant_id)
    assert inbox(house, administrator) == ["Disk is full"]
    assert inbox(house, manager) == []


def test_alerts_of_one_house_are_unknown_in_another(house, manager, stranger, person) -> None:
    alert = see(house, manager)
    assert house.alerts.list(stranger) == []
    with pytest.raises(NotFound):
        house.alerts.acknowledge(alert.id, stranger)
    with pytest.raises(NotAllowed):
        house.alerts.acknowledge(alert.id, person(Role.VIEWER))
    see(house, manager, "gone")
    with pytest.raises(Conflict):
        house.alerts.acknowledge(alert.id, manager)


def test_reading_marks_one_or_all(house, manager, person) -> None:
    see(house, manager)
    see(house, manager, "gone")
    first = house.events.notifications(manager)[0]
    with pytest.raises(NotFound):
        house.events.mark_read(first.id, person(name="Ben"))
    assert house.events.mark_read(first.id, manager) == 1
    assert house.events.unread_count(manager) == 1
    assert house.events.mark_read(None, manager) == 1
    assert house.events.unread_count(manager) == 0


def test_events_come_in_order_and_a_reader_goes_on_where_it_stopped(house, manager) -> None:
    for number in range(5):
        house.events.publish("market", "price", manager.tenant_id, {"number": number})
    all_of_them = house.events.since(0, manager.tenant_id)
    assert [event.data["number"] for event in all_of_them] == [0, 1, 2, 3, 4]
    assert [event.seq for event in all_of_them] == sorted({event.seq for event in all_of_them})
    assert house.events.since(all_of_them[2].seq, manager.tenant_id) == all_of_them[3:]


def test_events_of_a_user_and_of_a_house_stay_there(house, manager, stranger, person) -> None:
    house.events.publish("runs.1", "run.finished", manager.tenant_id, {}, user_id=manager.user_id)
    assert len(house.events.since_for(0, manager)) == 1
    assert house.events.since_for(0, person(name="Ben")) == []
    assert house.events.since(0, stranger.tenant_id) == []


def test_the_pump_hands_every_event_to_every_listener_though_one_fails(house, manager) -> None:
    seen: list[int] = []

    def fail(event: Any) -> None:
        raise RuntimeError("broken listener")

    pump = house.events._pump
    pump.subscribe(fail)
    pump.subscribe(lambda event: seen.append(event.data["number"]))
    pump.step()
    for number in range(3):
        house.events.publish("market", "price", manager.tenant_id, {"number": number})
    assert pump.step() == 3
    assert pump.step() == 0
    assert seen == [0, 1, 2]
    assert [event.data["number"] for event in house.events.recent(0) or []] == [0, 1, 2]


def test_a_committed_event_reaches_listeners_within_a_tenth_of_a_second(house, manager) -> None:
    import threading
    import time

    arrived = threading.Event()
    house.events.subscribe(lambda event: arrived.set())
    house.events.start()
    try:
        time.sleep(0.1)  # the pump begins with the next event
        started_s = time.perf_counter()
        house.events.publish("market", "price", manager.tenant_id, {})
        assert arrived.wait(2.0)
        assert time.perf_counter() - started_s < 0.5
    finally:
        house.events.stop()


def test_an_event_of_a_unit_that_fails_is_never_published(house, manager) -> None:
    from services.events_outbox import announce

    with house.ports.store.system(manager.tenant_id) as uow:
        announce(uow, "market", "price", {})
    assert house.events.since(0, manager.tenant_id) == []


def test_old_events_are_forgotten(house, manager, clock) -> None:
    house.events.publish("market", "price", manager.tenant_id, {})
    clock.advance(days=15)
    house.events.publish("market", "price", manager.tenant_id, {})
    assert house.events.prune() == 1
    assert len(house.events.since(0, manager.tenant_id)) == 1
