"""Does long work let other runs go first, and go on where it stood?"""

from __future__ import annotations

import pytest

from services.messages.runs import RunStatus
from services.runs_kinds import RunPaused
from services.runs_lease import LOOK_S
from tests.services.core.conftest import EchoRequest


@pytest.fixture
def manager(person):
    return person()


def long_work(context) -> None:
    """Count to three, and let others go first after each step."""
    counted = (context.checkpoint or {"counted": 0})["counted"] + 1
    if counted < 3:
        raise RunPaused(f"{counted} of 3 counted.", counted / 3, {"counted": counted})


def test_what_waits_goes_first_and_the_rest_goes_on_where_it_stood(house, echo, manager, queue) -> None:
    long = house.runs.submit("echo", EchoRequest(text="long"), manager)
    short = house.runs.submit("echo", EchoRequest(text="short"), manager)
    echo.do = lambda context: long_work(context) if context.run_id == long.id else None
    queue.waiting.remove(long.id)
    house.runs.execute(long.id)
    stands = house.runs.get(long.id, manager)
    assert (stands.status, stands.attempts_count) == (RunStatus.PENDING, 0)
    assert stands.progress_frac == pytest.approx(1 / 3)
    assert stands.message is not None
    assert stands.message.startswith("1 of 3 counted.")
    assert echo.contexts[0].others_wait()
    house.runs.reconcile()
    assert queue.waiting == [short.id, long.id]
    house.runs.execute(short.id)
    house.runs.execute(long.id)
    house.runs.execute(long.id)
    ended = house.runs.get(long.id, manager)
    assert (ended.status, ended.attempts_count) == (RunStatus.SUCCEEDED, 1)
    assert [one.checkpoint for one in echo.contexts if one.run_id == long.id] == [
        None, {"counted": 1}, {"counted": 2},
    ]  # fmt: skip
    assert not echo.contexts[-1].others_wait()
    said = [one.sentence for one in house.runs.events(long.id, manager)]
    assert said.count("The work began.") == 1
    assert said.count("The work goes on.") == 2
    with house.ports.store.system(read_only=True) as uow:
        assert uow.runs.checkpoint(long.id) is None


def test_a_worker_that_dies_loses_no_more_than_its_own_stretch(house, echo, manager) -> None:
    run = house.runs.submit("echo", EchoRequest(), manager)
    echo.do = long_work
    house.runs.execute(run.id)
    with house.ports.store.system() as uow:
        row = uow.runs.claim(run.id, "gone:1:x", 30.0)
        uow.commit()
    house.runs._recovery.take_up_again(row)
    house.runs.execute(run.id)
    assert echo.contexts[-1].checkpoint == {"counted": 1}
    assert house.runs.get(run.id, manager).status is RunStatus.PENDING


def test_who_cancels_while_it_lets_others_go_first_ends_it_at_once(house, echo, manager, queue) -> None:
    run = house.runs.submit("echo", EchoRequest(), manager)
    echo.do = long_work
    house.runs.execute(run.id)
    ended = house.runs.cancel(run.id, manager)
    assert (ended.status, ended.message) == (RunStatus.CANCELLED, "Cancelled while it waited.")
    house.runs.execute(run.id)
    assert len(echo.contexts) == 1


def test_a_wish_to_cancel_that_comes_in_before_it_pauses_is_heeded(house, echo, manager) -> None:
    run = house.runs.submit("echo", EchoRequest(), manager)

    def cancelled_meanwhile(context) -> None:
        house.runs.cancel(run.id, manager)
        long_work(context)

    echo.do = cancelled_meanwhile
    house.runs.execute(run.id)
    ended = house.runs.get(run.id, manager)
    assert (ended.status, ended.message) == (RunStatus.CANCELLED, "Cancelled at your wish.")
    assert LOOK_S <= 0.3  # so often a worker looks for such a wish
