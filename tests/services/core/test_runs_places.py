"""Does a house run no more at once than it may, and does who had to wait begin as soon as there is room?"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from services.messages.runs import RunStatus
from services.runs_lease import LEASE_S
from services.settings import Settings, load_settings

HOUSE_MAX_COUNT = 3


@pytest.fixture(params=["embedded", "scaled"])
def settings(request: pytest.FixtureRequest, tmp_path: Any) -> Settings:
    environ = {"VAR_DIR": str(tmp_path / "var"), "TENANT_RUNNING_MAX_COUNT": str(HOUSE_MAX_COUNT)}
    if request.param == "scaled":
        path = tmp_path / "var" / "qpo.sqlite3"
        environ |= {"REDIS_URL": "redis://127.0.0.1:1/0", "DATABASE_URL": f"sqlite:///{path}"}
    return load_settings(environ)


@pytest.fixture
def pumping(house: Any) -> Iterator[Any]:
    house.events.start()
    yield house
    house.events.stop()


def submit(house: Any, echo: Any, actor: Any) -> str:
    return str(house.runs.submit("echo", echo.parse("{}"), actor).id)


def claim(house: Any, run_id: str) -> int:
    with house.ports.store.system() as uow:
        row = uow.runs.claim(run_id, "elsewhere:1:ab", LEASE_S)
        uow.commit()
    return int(row.fence)


def wait_until(condition: Callable[[], bool], timeout_s: float = 5.0) -> float:
    """Return after how many seconds the condition came true."""
    started_s = time.monotonic()
    while not condition():
        assert time.monotonic() - started_s < timeout_s, "the condition never came true"
        time.sleep(0.005)
    return time.monotonic() - started_s


def test_a_house_runs_no_more_at_once_than_it_may_and_another_house_is_not_held_up(
    house, echo, person, stranger
) -> None:
    others = [submit(house, echo, person(name=f"Person {number}")) for number in range(HOUSE_MAX_COUNT)]
    for run_id in others:
        claim(house, run_id)
    late = person(name="Late")
    run_id = submit(house, echo, late)
    house.runs.execute(run_id)
    assert house.runs.get(run_id, late).status is RunStatus.PENDING
    house.runs.execute(submit(house, echo, stranger))
    assert len(echo.executed) == 1
    with house.ports.store.system() as uow:
        uow.runs.finish(others[0], 1, "failed", message="ended")
        uow.commit()
    house.runs.execute(run_id)
    assert house.runs.get(run_id, late).status is RunStatus.SUCCEEDED


def test_a_run_that_waited_for_another_of_its_user_is_offered_again_within_a_second(
    pumping, echo, manager, queue
) -> None:
    running = submit(pumping, echo, manager)
    begun, may_end = threading.Event(), threading.Event()
    echo.do = lambda context: (begun.set(), may_end.wait(10.0)) if context.run_id == running else None
    worker = threading.Thread(target=pumping.runs.execute, args=(running,))
    worker.start()
    assert begun.wait(5.0)
    claim(pumping, submit(pumping, echo, manager))
    waiting = submit(pumping, echo, manager)
    pumping.runs.reconcile()  # the sweep has just handed over what it may
    pumping.runs.execute(waiting)  # a worker took the id and found both places of the user taken
    queue.waiting.clear()
    pumping.runs.reconcile()
    assert queue.waiting == []
    may_end.set()
    elapsed_s = wait_until(lambda: queue.waiting == [waiting])
    worker.join()
    assert elapsed_s < 5.0  # the sweep alone would take up to 15
    pumping.runs.execute(waiting)
    assert pumping.runs.get(waiting, manager).status is RunStatus.SUCCEEDED


def test_a_run_that_waited_for_another_user_of_its_house_is_offered_too(pumping, echo, person, queue) -> None:
    people = [person(name=f"Person {number}") for number in range(HOUSE_MAX_COUNT)]
    taken = [submit(pumping, echo, one) for one in people]
    for run_id in taken:
        claim(pumping, run_id)
    late = person(name="Late")
    waiting = submit(pumping, echo, late)
    pumping.runs.execute(waiting)
    queue.waiting.clear()
    pumping.runs.cancel(taken[0], people[0])
    pumping.runs._recovery.enforce_cancel(taken[0])
    assert wait_until(lambda: queue.waiting == [waiting]) < 5.0


def test_what_has_no_room_is_not_handed_over_again_and_again(house, echo, manager, queue) -> None:
    for _ in range(2):
        claim(house, submit(house, echo, manager))
    submit(house, echo, manager)
    queue.waiting.clear()
    assert house.runs.reconcile() == 0
    assert queue.waiting == []
