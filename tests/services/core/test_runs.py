"""Do runs happen once, end always, and belong to their owner?"""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from dataclasses import replace
from typing import Any

import pytest

from services.auth.actor import Role
from services.errors import Conflict, InvalidRequest, NotAllowed, NotFound, Stale, TooMany
from services.messages.runs import RunStatus
from services.runs_kinds import kind_of
from services.runs_lease import LEASE_S


def submit(house: Any, echo: Any, actor: Any, text: str = "hello", **more: Any) -> Any:
    return house.runs.submit("echo", echo.parse(f'{{"text": "{text}"}}'), actor, **more)


def test_a_submitted_run_is_pending_audited_announced_and_in_the_queue(house, echo, manager, queue) -> None:
    run = submit(house, echo, manager)
    assert run.status is RunStatus.PENDING
    assert queue.waiting == [run.id]
    assert [event.type for event in house.runs.events(run.id, manager)] == ["run.submitted"]
    with house.ports.store.system(manager.tenant_id, read_only=True) as uow:
        assert [row.action for row in uow.audit.page(object_id=run.id).rows] == ["run.submit"]


def test_an_executed_run_has_result_lineage_and_a_fingerprint_of_its_request(house, echo, manager) -> None:
    run = submit(house, echo, manager)
    house.runs.execute(run.id)
    done = house.runs.get(run.id, manager)
    assert (done.status, done.progress_frac, done.attempts_count) == (RunStatus.SUCCEEDED, 1.0, 1)
    assert done.message == "Said hello."
    assert house.runs.result(run.id, manager)["text"] == "hello"
    assert len(done.request_sha256) == 64
    kinds = [event.type for event in house.runs.events(run.id, manager)]
    assert kinds == ["run.submitted", "run.started", "run.finished"]


def test_a_run_that_is_dispatched_twice_runs_once(house, echo, manager) -> None:
    run = submit(house, echo, manager)
    house.runs.execute(run.id)
    house.runs.execute(run.id)
    assert echo.executed == [run.id]


def test_of_eight_workers_that_claim_at_once_exactly_one_works(house, echo, manager) -> None:
    run = submit(house, echo, manager)
    start = threading.Barrier(8)

    def work() -> None:
        start.wait()
        house.runs.execute(run.id)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert echo.executed == [run.id]


def test_a_failure_ends_as_failed_with_a_sentence_and_tells_the_owner(house, echo, manager) -> None:
    def fail(context: Any) -> None:
        raise RuntimeError("a secret detail")

    echo.do = fail
    run = submit(house, echo, manager)
    house.runs.execute(run.id)
    done = house.runs.get(run.id, manager)
    assert done.status is RunStatus.FAILED
    assert run.id in done.message
    assert "secret detail" not in done.message
    (told,) = house.events.notifications(manager)
    assert told.link == f"/runs/{run.id}"
    (alert,) = house.alerts.list(manager)
    assert alert.state == "firing"


def test_the_alert_of_a_failure_is_resolved_by_the_next_success(house, echo, manager) -> None:
    def fail(context: Any) -> None:
        raise InvalidRequest("The weights do not fit.", "Change them.")

    echo.do = fail
    first = submit(house, echo, manager)
    house.runs.execute(first.id)
    assert house.runs.get(first.id, manager).message == "The weights do not fit. Change them."
    echo.do = None
    second = submit(house, echo, manager)
    house.runs.execute(second.id)
    assert house.alerts.list(manager) == []
    assert [alert.state for alert in house.alerts.list(manager, "resolved")] == ["resolved"]


def test_a_success_asked_for_by_a_program_leaves_the_inbox_alone(house, echo, manager) -> None:
    run = submit(house, echo, replace(manager, via="key"))
    house.runs.execute(run.id)
    assert house.events.notifications(manager) == []


def claim(house: Any, run_id: str, owner: str = "elsewhere:1:ab") -> int:
    with house.ports.store.system() as uow:
        row = uow.runs.claim(run_id, owner, LEASE_S)
        uow.commit()
    assert row is not None
    return row.fence


def test_a_dead_workers_run_is_taken_up_again_when_its_lease_is_over(house, echo, manager, queue, clock) -> None:
    run = submit(house, echo, manager)
    claim(house, run.id)
    queue.waiting.clear()
    house.runs.reconcile()
    assert queue.waiting == []
    clock.advance(seconds=LEASE_S + 1)
    house.runs.reconcile()
    assert queue.waiting == [run.id]
    house.runs.execute(run.id)
    done = house.runs.get(run.id, manager)
    assert (done.status, done.attempts_count) == (RunStatus.SUCCEEDED, 2)


def test_a_late_worker_with_an_old_fence_changes_nothing(house, echo, manager, clock) -> None:
    run = submit(house, echo, manager)

    def be_slow(context: Any) -> None:
        echo.do = None
        clock.advance(seconds=LEASE_S + 1)
        house.runs.reconcile()
        house.runs.execute(context.run_id)  # the second worker is faster

    echo.do = be_slow
    house.runs.execute(run.id)
    assert len(echo.executed) == 2
    assert house.runs.get(run.id, manager).status is RunStatus.SUCCEEDED
    assert [event.type for event in house.runs.events(run.id, manager)].count("run.finished") == 1
    assert house.runs.result(run.id, manager)["elapsed_ms"] == 2.0


def test_a_worker_process_of_this_host_that_is_gone_is_noticed_before_its_lease_is_over(
    house, echo, manager, queue
) -> None:
    gone = subprocess.Popen([sys.executable, "-c", "pass"])
    gone.wait()
    run = submit(house, echo, manager)
    claim(house, run.id, f"{socket.gethostname()}:{gone.pid}:ab")
    queue.waiting.clear()
    house.runs.reconcile()
    assert queue.waiting == [run.id]


def test_a_run_whose_worker_dies_three_times_fails_with_a_sentence(house, echo, manager, clock) -> None:
    run = submit(house, echo, manager)
    for _ in range(3):
        claim(house, run.id)
        clock.advance(seconds=LEASE_S + 1)
        house.runs.reconcile()
    done = house.runs.get(run.id, manager)
    assert done.status is RunStatus.FAILED
    assert "died 3 times" in done.message


def test_a_run_beyond_its_time_is_ended_with_a_sentence(house, echo, manager, clock, queue) -> None:
    run = submit(house, echo, manager)
    fence = claim(house, run.id)
    clock.advance(seconds=61)
    with house.ports.store.system() as uow:
        uow.runs.heartbeat(run.id, fence, LEASE_S)
        uow.commit()
    house.runs.reconcile()
    done = house.runs.get(run.id, manager)
    assert done.status is RunStatus.FAILED
    assert "longer than the 60 s" in done.message
    assert queue.cancelled == [run.id]


def test_a_run_handed_in_while_the_queue_is_away_is_handed_over_by_the_next_sweep(house, echo, manager, queue) -> None:
    queue.is_away = True
    run = submit(house, echo, manager)
    assert run.status is RunStatus.PENDING
    queue.is_away = False
    house.runs.reconcile()
    assert queue.waiting == [run.id]


def test_a_start_takes_up_what_was_left_pending(house, echo, manager, queue) -> None:
    run = submit(house, echo, manager)
    queue.waiting.clear()
    house.runs.resume()
    assert queue.waiting == [run.id]


def test_a_user_with_a_full_line_is_told_when_to_come_back(house, echo, manager, person) -> None:
    for _ in range(3):
        submit(house, echo, manager)
    with pytest.raises(TooMany) as refusal:
        submit(house, echo, manager)
    assert refusal.value.retry_after_s > 0
    submit(house, echo, person())  # others are not held up


def test_a_third_run_of_a_user_waits_until_one_of_two_has_ended(house, echo, manager) -> None:
    runs = [submit(house, echo, manager) for _ in range(3)]
    fences = [claim(house, run.id) for run in runs[:2]]
    house.runs.execute(runs[2].id)
    assert house.runs.get(runs[2].id, manager).status is RunStatus.PENDING
    with house.ports.store.system() as uow:
        uow.runs.finish(runs[0].id, fences[0], "failed", message="ended")
        uow.commit()
    house.runs.execute(runs[2].id)
    assert house.runs.get(runs[2].id, manager).status is RunStatus.SUCCEEDED


def test_another_house_finds_nothing(house, echo, manager, stranger) -> None:
    run = submit(house, echo, manager)
    house.runs.execute(run.id)
    for look in (house.runs.get, house.runs.result, house.runs.events, house.runs.cancel, house.runs.delete):
        with pytest.raises(NotFound):
            look(run.id, stranger)
    assert house.runs.list(stranger).items == ()


def test_a_colleague_without_a_grant_finds_nothing_either(house, echo, manager, person) -> None:
    run = submit(house, echo, manager)
    with pytest.raises(NotFound):
        house.runs.get(run.id, person(name="Ben"))


@pytest.mark.requirement("X.AU2")
def test_a_viewer_may_not_start_work(house, echo, person) -> None:
    with pytest.raises(NotAllowed, match="Viewer may not start"):
        submit(house, echo, person(Role.VIEWER))


def test_the_same_key_gives_the_same_run_and_another_request_is_refused(house, echo, manager) -> None:
    first = submit(house, echo, manager, idempotency_key="k-1")
    assert submit(house, echo, manager, idempotency_key="k-1").id == first.id
    with pytest.raises(InvalidRequest) as refusal:
        submit(house, echo, manager, text="other", idempotency_key="k-1")
    assert refusal.value.code == "idempotency_mismatch"


def test_twenty_equal_posts_at_once_make_one_run(house, echo, manager) -> None:
    start = threading.Barrier(20)
    ids: list[str] = []

    def post() -> None:
        start.wait()
        ids.append(submit(house, echo, manager, idempotency_key="k-2").id)

    threads = [threading.Thread(target=post) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 20
    assert len(set(ids)) == 1


def test_waiting_returns_as_soon_as_the_run_has_ended(house, echo, manager) -> None:
    run = submit(house, echo, manager)
    threading.Timer(0.1, house.runs.execute, args=(run.id,)).start()
    assert house.runs.wait(run.id, manager, 10.0).status is RunStatus.SUCCEEDED
    other = submit(house, echo, manager)
    assert house.runs.wait(other.id, manager, 0.05).status is RunStatus.PENDING


def test_renaming_needs_the_version_that_was_read(house, echo, manager) -> None:
    run = submit(house, echo, manager)
    renamed = house.runs.rename(run.id, "  Spring   review ", manager, run.row_version)
    assert renamed.name == "Spring review"
    with pytest.raises(Stale):
        house.runs.rename(run.id, "Again", manager, run.row_version)
    with pytest.raises(InvalidRequest):
        house.runs.rename(run.id, " ", manager)


def test_a_finished_run_can_be_deleted_and_brought_back_an_open_one_cannot(house, echo, manager) -> None:
    run = submit(house, echo, manager)
    with pytest.raises(Conflict):
        house.runs.delete(run.id, manager)
    house.runs.execute(run.id)
    house.runs.delete(run.id, manager)
    with pytest.raises(NotFound):
        house.runs.get(run.id, manager)
    assert house.runs.restore(run.id, manager).id == run.id


def test_lists_go_on_where_a_page_ended(house, echo, manager, clock) -> None:
    made = []
    for _ in range(3):
        made.append(submit(house, echo, manager).id)
        clock.advance(seconds=1)
    first = house.runs.list(manager, kind="echo", limit=2)
    second = house.runs.list(manager, kind="echo", limit=2, cursor=first.next_cursor)
    assert [run.id for run in (*first.items, *second.items)] == made[::-1]
    assert second.next_cursor is None


def test_a_repeated_run_sees_the_first_ones_data_and_its_answer_is_compared(house, echo, manager) -> None:
    run = submit(house, echo, manager)
    house.runs.execute(run.id)
    repeat = house.runs.replay(run.id, manager)
    house.runs.execute(repeat.id)
    assert echo.contexts[-1].lineage["as_of"] == "2022-12-28"
    report = house.runs.replay_report(repeat.id, manager)
    assert report.is_identical
    assert report.stored_sha256 == report.replayed_sha256


def test_the_work_of_a_disabled_owner_fails(house, echo, manager, administrator) -> None:
    run = submit(house, echo, manager)
    house.users.disable(manager.user_id, administrator)
    house.runs.execute(run.id)
    assert "disabled" in house.runs.get(run.id, manager).message
    assert echo.executed == []


def test_an_unknown_kind_names_the_known_ones(house, echo, manager) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        house.runs.submit("nonsense", echo.parse("{}"), manager)
    assert "optimization" in refusal.value.advice


def test_whoever_may_start_a_kind_of_work_may_end_it_too(house, administrator) -> None:
    request = kind_of("price_refresh").parse("{}")
    run = house.runs.submit("price_refresh", request, administrator)
    assert house.runs.cancel(run.id, administrator).status is RunStatus.CANCELLED


def test_only_those_who_may_start_a_kind_of_work_may_end_it(house, echo, manager, person) -> None:
    run = submit(house, echo, manager)
    viewer = replace(manager, role=Role.VIEWER)
    with pytest.raises(NotAllowed):
        house.runs.cancel(run.id, viewer)
