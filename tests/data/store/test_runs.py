"""Runs: one worker gets one, late workers change nothing, nothing stays running for ever."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from data.errors import RowNotFound, RowReadOnly, StaleFence
from data.store.tables import Run


def test_of_eight_claimants_exactly_one_gets_the_run(store, first):
    barrier = threading.Barrier(8)

    def claim(number: int) -> int | None:
        barrier.wait()
        with store.system() as uow:
            run = uow.runs.claim(first.run_id, f"worker-{number}", 60)
            uow.commit()
        return None if run is None else number

    with ThreadPoolExecutor(8) as pool:
        winners = [number for number in pool.map(claim, range(8)) if number is not None]
    assert len(winners) == 1
    with store.system(read_only=True) as uow:
        run = uow.runs.get(first.run_id)
    assert (run.status, run.lease_owner, run.fence, run.attempts_count) == ("running", f"worker-{winners[0]}", 1, 1)
    assert run.row_version == 2


@pytest.fixture
def clock(store):
    """A clock that the test moves."""

    class Clock:
        now = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)

        def forward(self, seconds: float) -> None:
            self.now += timedelta(seconds=seconds)

    held = Clock()
    store.now_utc = lambda: held.now
    return held


def _claim(store, run_id, owner="worker", lease_s=30.0):
    with store.system() as uow:
        run = uow.runs.claim(run_id, owner, lease_s)
        uow.commit()
    return run


def test_a_finished_run_has_result_and_times(store, first):
    run = _claim(store, first.run_id)
    with store.system() as uow:
        uow.runs.progress(run.id, run.fence, 0.5, "solving")
        assert uow.runs.heartbeat(run.id, run.fence, 30) is False
        done = uow.runs.finish(run.id, run.fence, "succeeded", result={"a": 1}, lineage={"rows_count": 2})
        uow.commit()
    assert (done.status, done.progress_frac, done.lease_owner, done.lineage_json) == (
        "succeeded", 1.0, None, {"rows_count": 2},
    )  # fmt: skip
    assert done.started_at_utc <= done.finished_at_utc
    assert _claim(store, first.run_id) is None


def test_a_worker_that_was_replaced_changes_nothing(store, first, clock):
    slow = _claim(store, first.run_id)
    with store.system() as uow:
        assert uow.runs.expired() == []
        uow.runs.progress(first.run_id, slow.fence, 0.4, "Choosing positions")
        uow.commit()
    clock.forward(31)
    with store.system() as uow:
        assert [run.id for run in uow.runs.expired()] == [first.run_id]
        assert uow.runs.requeue(first.run_id, slow.fence, "Its worker stopped answering; it is tried again.")
        assert not uow.runs.requeue(first.run_id, slow.fence, "Twice.")
        uow.commit()
    quick = _claim(store, first.run_id, "second worker")
    assert (quick.fence, quick.attempts_count) == (slow.fence + 2, 2)
    assert (quick.stage, quick.progress_frac) == (None, 0.0), "what the dead worker did is not being done"
    for attempt in (
        lambda runs: runs.heartbeat(first.run_id, slow.fence, 30),
        lambda runs: runs.progress(first.run_id, slow.fence, 0.9, "solving"),
        lambda runs: runs.finish(first.run_id, slow.fence, "succeeded", result={"from": "slow"}),
    ):
        with store.system() as uow, pytest.raises(StaleFence):
            attempt(uow.runs)
    with store.system() as uow:
        uow.runs.finish(first.run_id, quick.fence, "succeeded", result={"from": "quick"})
        uow.commit()
    with store.read(first.portfolio_manager) as uow:
        assert uow.runs.result(first.run_id).document == {"from": "quick"}


def test_a_heartbeat_keeps_the_lease(store, first, clock):
    run = _claim(store, first.run_id)
    for _ in range(4):
        clock.forward(20)
        with store.system() as uow:
            uow.runs.heartbeat(run.id, run.fence, 30)
            assert uow.runs.expired() == []
            uow.commit()


def test_a_pending_run_is_cancelled_at_once_and_a_running_one_is_asked(store, first):
    with store.work(first.portfolio_manager) as uow:
        assert uow.runs.request_cancel(first.run_id).status == "cancelled"
        uow.commit()
    assert _claim(store, first.run_id) is None
    with store.work(first.portfolio_manager) as uow:
        other = uow.runs.add(_copy_of(uow.runs.get(first.run_id)))
        uow.commit()
    run = _claim(store, other.id)
    with store.work(first.portfolio_manager) as uow:
        asked = uow.runs.request_cancel(other.id)
        uow.commit()
    assert (asked.status, asked.cancel_requested) == ("running", True)
    with store.system() as uow:
        assert uow.runs.heartbeat(run.id, run.fence, 30) is True
        uow.runs.finish(run.id, run.fence, "cancelled", message="Cancelled.")
        uow.commit()


def _copy_of(run, **values):
    kept = {name: getattr(run, name) for name in ("kind", "request_json", "request_sha256", "seed", "portfolio_id")}
    return Run(**{**kept, **values})


def test_pages_hold_every_run_once_newest_first(store, first):
    with store.work(first.portfolio_manager) as uow:
        template = uow.runs.get(first.run_id)
        for number in range(24):
            uow.runs.add(_copy_of(template, name=f"run {number}", kind="optimization" if number % 2 else "frontier"))
        uow.commit()
    seen, cursor = [], None
    while True:
        with store.read(first.portfolio_manager) as uow:
            page = uow.runs.page(cursor=cursor, limit=7)
        seen.extend(page.rows)
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len({run.id for run in seen}) == len(seen) == 25
    assert seen == sorted(seen, key=lambda run: (run.created_at_utc, run.id), reverse=True)
    with store.read(first.portfolio_manager) as uow:
        assert {run.kind for run in uow.runs.page(kind="frontier").rows} == {"frontier"}
        assert uow.runs.count_open() == {"pending": 25, "running": 0}
        assert len(uow.runs.pending_with_room(25, 25)) == 25


def test_a_deleted_run_is_out_of_sight_and_comes_back(store, first):
    with store.work(first.portfolio_manager) as uow:
        uow.runs.delete(first.run_id)
        uow.commit()
    assert _claim(store, first.run_id) is None
    with store.work(first.portfolio_manager) as uow:
        with pytest.raises(RowNotFound):
            uow.runs.get(first.run_id)
        uow.runs.restore(first.run_id)
        uow.commit()
    with store.read(first.portfolio_manager) as uow:
        assert uow.runs.get(first.run_id).deleted_at_utc is None


def test_a_run_about_a_portfolio_is_read_by_those_who_see_the_portfolio(store, first):
    for person in (first.advisor, first.viewer, first.researcher, first.compliance):
        with store.read(person) as uow:
            assert uow.runs.get(first.run_id).id == first.run_id
    for person in (first.outsider, first.administrator):
        with store.read(person) as uow, pytest.raises(RowNotFound):
            uow.runs.get(first.run_id)
    for person in (first.viewer, first.compliance):
        with store.work(person) as uow, pytest.raises(RowReadOnly):
            uow.runs.request_cancel(first.run_id)


def test_a_run_without_a_portfolio_is_its_owners_alone(store, first):
    with store.work(first.outsider) as uow:
        run = uow.runs.add(_copy_of(_any_run(store, first), portfolio_id=None))
        uow.commit()
    assert run.owner_id == first.outsider.user_id
    with store.read(first.outsider) as uow:
        assert uow.runs.get(run.id).id == run.id
    with store.read(first.portfolio_manager) as uow, pytest.raises(RowNotFound):
        uow.runs.get(run.id)


def test_a_run_about_a_portfolio_out_of_sight_is_refused(store, first, second):
    for portfolio_id in (second.portfolio_id, "no such id"):
        with store.work(first.portfolio_manager) as uow, pytest.raises(RowNotFound):
            uow.runs.add(_copy_of(_any_run(store, first), portfolio_id=portfolio_id))
    with store.work(first.outsider) as uow, pytest.raises(RowNotFound):
        uow.runs.add(_copy_of(_any_run(store, first), portfolio_id=first.portfolio_id))


def _any_run(store, house):
    with store.system(read_only=True) as uow:
        return uow.runs.get(house.run_id)
