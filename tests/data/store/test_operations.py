"""Schedules, leases, alerts, notifications, events, idempotency, preferences, templates, settings."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from data.errors import RowDuplicate, RowNotFound, RowReadOnly, UnitMisused
from data.store.tables import Alert, MailMessage, Notification, Schedule, Template

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


@pytest.fixture
def now(store):
    held = [NOW]
    store.now_utc = lambda: held[0]
    return held


def test_a_schedule_fires_once_for_one_instant(store, first):
    with store.work(first.portfolio_manager) as uow:
        schedule = uow.schedules.add(
            Schedule(name="Daily", kind="optimization", request_json="{}", trigger={"kind": "interval"})
        )
        uow.commit()
    barrier = threading.Barrier(6)

    def fire(_: int) -> bool:
        barrier.wait()
        with store.system() as uow:
            won = uow.schedules.claim_fire(schedule.id, NOW, NOW + timedelta(days=1))
            uow.commit()
        return won

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(fire, range(6))) == [False] * 5 + [True]
    with store.system() as uow:
        uow.schedules.note_run(schedule.id, NOW, first.run_id)
        assert uow.schedules.claim_fire(schedule.id, NOW + timedelta(days=1))
        row = uow.schedules.all(is_enabled=True)[0]
        assert row.last_fire_utc == NOW + timedelta(days=1)


def test_one_leader_at_a_time_and_another_after_its_lease(store, now):
    def acquire(holder: str) -> bool:
        with store.system() as uow:
            done = uow.leases.acquire("scheduler", holder, 30)
            uow.commit()
        return done

    assert acquire("a")
    assert not acquire("b")
    now[0] += timedelta(seconds=20)
    assert acquire("a")
    now[0] += timedelta(seconds=29)
    assert not acquire("b")
    with store.system() as uow:
        assert uow.leases.holder("scheduler") == "a"
    now[0] += timedelta(seconds=2)
    assert acquire("b")
    assert not acquire("a")
    with store.system() as uow:
        uow.leases.release("scheduler", "a")
        uow.leases.release("scheduler", "b")
        assert uow.leases.holder("scheduler") is None
        uow.commit()
    assert acquire("a")


def alert(**values):
    return Alert(
        **{
            "key": "prices:stale", "severity": "warning", "state": "firing", "title": "t", "sentence": "s",
            "last_seen_at_utc": NOW, "state_since_utc": NOW, **values,
        }
    )  # fmt: skip


def test_one_open_alert_a_key_and_a_new_one_after_it_is_resolved(store, first, now):
    with store.system(first.tenant_id) as uow:
        row = uow.alerts.add(alert())
        uow.commit()
    with store.system(first.tenant_id) as uow, pytest.raises(RowDuplicate):
        uow.alerts.add(alert())
    with store.work(first.advisor) as uow:
        assert uow.alerts.find_open("prices:stale").id == row.id
        uow.alerts.set_state(row.id, "acknowledged")
        uow.commit()
    with store.system(first.tenant_id) as uow:
        seen = uow.alerts.seen_again(uow.alerts.find_open("prices:stale"), {"sentence": "again"})
        assert (seen.occurrences_count, seen.acknowledged_by_id) == (2, first.advisor.user_id)
        uow.alerts.set_state(row.id, "resolved")
        assert uow.alerts.find_open("prices:stale") is None
        uow.alerts.add(alert())
        uow.commit()
    with store.read(first.viewer) as uow:
        assert [a.state for a in uow.alerts.page().rows] == ["firing", "resolved"]
        assert len(uow.alerts.page(states=["firing"]).rows) == 1


def test_a_snooze_ends(store, first, now):
    with store.system(first.tenant_id) as uow:
        row = uow.alerts.add(alert(owner_id=first.advisor.user_id))
        uow.alerts.set_state(row.id, "snoozed", snoozed_until_utc=NOW + timedelta(hours=1))
        assert uow.alerts.snoozed_until(NOW) == []
        assert [a.id for a in uow.alerts.snoozed_until(NOW + timedelta(hours=1))] == [row.id]
        uow.commit()
    with store.read(first.viewer) as uow:
        assert uow.alerts.page().rows == []
    with store.work(first.compliance) as uow, pytest.raises(RowReadOnly):
        uow.alerts.set_state(row.id, "acknowledged")


def test_notifications_are_read_by_the_one_they_are_for(store, first):
    with store.system(first.tenant_id) as uow:
        for _ in range(3):
            row = uow.notifications.add(
                Notification(user_id=first.viewer.user_id, severity="info", title="t", sentence="s")
            )
        uow.commit()
    with store.work(first.compliance) as uow:
        assert uow.notifications.count_unread() == 0
        assert uow.notifications.mark_read() == 0
    with store.work(first.viewer) as uow:
        assert uow.notifications.count_unread() == 3
        assert uow.notifications.mark_read([row.id]) == 1
        assert len(uow.notifications.page(is_unread=True).rows) == 2
        assert uow.notifications.mark_read() == 2
        uow.commit()


def test_mail_waits_until_it_is_sent(store, first):
    with store.work(first.viewer) as uow:
        row = uow.mail.add(MailMessage(recipient="a@example.com", subject="s", body="b"))
        assert uow.mail.waiting() == []
        uow.commit()
    with store.system() as uow:
        assert [m.id for m in uow.mail.waiting()] == [row.id]
        assert uow.mail.mark(row.id, "sent").attempts_count == 1
        assert uow.mail.waiting() == []


def test_events_reach_those_who_may_see_what_they_are_about(store, first, second):
    with store.work(first.portfolio_manager) as uow:
        uow.events.append("all", "t", {"n": 1})
        uow.events.append("mine", "t", {"n": 2}, user_id=first.portfolio_manager.user_id)
        uow.events.append("portfolio", "t", {"n": 3}, portfolio_id=first.portfolio_id)
        uow.commit()
    seen = {
        name: _numbers(store, first.people[name])
        for name in ("portfolio_manager", "viewer", "outsider", "administrator", "compliance")
    }
    assert seen == {
        "portfolio_manager": [1, 2, 3], "viewer": [1, 3], "outsider": [1], "administrator": [1],
        "compliance": [1, 2, 3],
    }  # fmt: skip
    assert _numbers(store, second.portfolio_manager) == []
    with store.system(read_only=True) as uow:
        assert [e.data["n"] for e in uow.events.since(0, topics=["mine"])] == [2]
        assert [e.data["n"] for e in uow.events.since(0, 2)] == [1, 2]


def _numbers(store, person):
    with store.read(person) as uow:
        return [event.data["n"] for event in uow.events.since(0)]


def test_events_of_a_unit_that_failed_never_happened(store, first):
    with store.work(first.portfolio_manager) as uow:
        uow.events.append("all", "t", {"n": 1})
    assert _numbers(store, first.portfolio_manager) == []


def test_who_reads_up_to_a_number_has_missed_nothing_before_it(store, first):
    """Writers commit at the same time; a reader that only asks for what comes after its last number gets all."""
    done = threading.Event()
    seen = []

    def read() -> None:
        last = 0
        while True:
            is_last_round = done.is_set()
            with store.system(read_only=True) as uow:
                for event in uow.events.since(last):
                    seen.append(event.data["n"])
                    last = event.seq
            if is_last_round:
                return

    def write(number: int) -> None:
        for turn in range(20):
            with store.work(first.portfolio_manager) as uow:
                uow.events.append("all", "t", {"n": number * 100 + turn})
                uow.commit()

    reader = threading.Thread(target=read)
    reader.start()
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(write, range(5)))
    done.set()
    reader.join(timeout=30)
    assert sorted(seen) == sorted(number * 100 + turn for number in range(5) for turn in range(20))


def test_old_events_are_forgotten_and_numbers_never_come_again(store, first, now):
    def add() -> int:
        with store.work(first.portfolio_manager) as uow:
            uow.events.append("all", "t", {})
            uow.commit()
        with store.system(read_only=True) as uow:
            return uow.events.last_seq()

    before = add()
    with store.system() as uow:
        assert uow.events.forget_before(NOW + timedelta(seconds=1)) == 1
        assert uow.events.last_seq() == 0
        uow.commit()
    assert add() > before


def test_a_request_made_twenty_times_at_once_begins_once(store, first):
    def begin(_: int) -> bool:
        with store.work(first.advisor) as uow:
            is_new = uow.idempotency.begin("key", "a" * 64) is None
            uow.commit()
        return is_new

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(begin, range(20))) == 1


def test_an_answer_is_kept_for_a_day_for_the_one_who_asked(store, first, second, now):
    with store.work(first.advisor) as uow:
        assert uow.idempotency.begin("key", "a" * 64) is None
        uow.idempotency.finish("key", response_status=201, response_body="{}", resource_id=first.run_id)
        uow.commit()
    with store.work(first.advisor) as uow:
        earlier = uow.idempotency.begin("key", "b" * 64)
        assert (earlier.body_sha256, earlier.response_status, earlier.response_body) == ("a" * 64, 201, "{}")
    with store.work(first.viewer) as uow:
        taken = uow.idempotency.begin("key", "a" * 64)
        assert (taken.response_body, taken.resource_id, taken.body_sha256) == (None, None, "")
    with store.work(second.advisor) as uow:
        assert uow.idempotency.begin("key", "a" * 64) is None
    now[0] += timedelta(hours=24, seconds=1)
    with store.work(first.advisor) as uow:
        assert uow.idempotency.begin("key", "b" * 64) is None
        uow.idempotency.forget("key")
        assert uow.idempotency.begin("key", "c" * 64) is None


def test_preferences_are_ones_own_and_can_be_taken_back(store, first):
    with store.work(first.viewer) as uow:
        assert uow.preferences.read() == {}
        assert uow.preferences.change({"theme": "dark", "density": "compact"}) == {
            "theme": "dark",
            "density": "compact",
        }
        assert uow.preferences.change({"theme": None}) == {"density": "compact"}
        uow.commit()
    with store.read(first.administrator) as uow:
        assert uow.preferences.read() == {}
    with store.system(first.tenant_id) as uow, pytest.raises(UnitMisused):
        uow.preferences.change({"theme": "dark"})


def test_templates_have_versions_and_are_private_unless_shared(store, first):
    with store.work(first.advisor) as uow:
        row = uow.templates.create(Template(name="T", sharing="private"), '{"a":1}')
        uow.templates.save_version(row.id, '{"a":2}', note="better")
        uow.commit()
    with store.read(first.advisor) as uow:
        assert uow.templates.version(row.id).request_json == '{"a":2}'
        assert uow.templates.version(row.id, 1).request_json == '{"a":1}'
        assert [t.id for t in uow.templates.all()] == [row.id]
    with store.read(first.portfolio_manager) as uow, pytest.raises(RowNotFound):
        uow.templates.get(row.id)
    with store.work(first.advisor) as uow:
        uow.templates.update(row.id, {"sharing": "house"})
        uow.commit()
    with store.work(first.portfolio_manager) as uow:
        assert uow.templates.get(row.id).current_version == 2
        with pytest.raises(RowReadOnly):
            uow.templates.save_version(row.id, "{}")


def test_settings_are_read_by_all_and_set_by_administrators(store, first):
    with store.work(first.administrator) as uow:
        uow.settings.put("limits", {"amber_frac": 0.8})
        uow.settings.put("limits", {"amber_frac": 0.75})
        uow.commit()
    with store.read(first.viewer) as uow:
        assert uow.settings.all() == {"limits": {"amber_frac": 0.75}}
        assert uow.settings.value("other", 3) == 3
