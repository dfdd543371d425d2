"""Does a run tell what it does, and end at once, with the best it has found, when it is not wanted any more?"""

from __future__ import annotations

import threading
from typing import Any

from services.messages.runs import RunStatus
from tests.services.core.test_runs import submit


def test_a_pending_run_is_cancelled_at_once_and_never_executed(house, echo, manager, queue) -> None:
    run = submit(house, echo, manager)
    assert house.runs.cancel(run.id, manager).status is RunStatus.CANCELLED
    assert queue.waiting == []
    house.runs.execute(run.id)
    assert echo.executed == []


def test_a_running_run_that_heeds_the_wish_ends_as_cancelled(house, echo, manager) -> None:
    def wait_for_the_wish(context: Any) -> None:
        house.runs.cancel(context.run_id, manager)
        for step in range(400):
            threading.Event().wait(0.01)
            context.progress("Working", step / 400)

    echo.do = wait_for_the_wish
    run = submit(house, echo, manager)
    house.runs.execute(run.id)
    done = house.runs.get(run.id, manager)
    assert (done.status, done.message) == (RunStatus.CANCELLED, "Cancelled at your wish.")
    assert house.runs.result(run.id, manager) is None


def test_a_running_run_that_ignores_the_wish_is_ended_by_force_and_its_late_result_refused(
    house, echo, manager, queue
) -> None:
    def ignore(context: Any) -> None:
        house.runs.cancel(context.run_id, manager)
        house.runs._recovery.enforce_cancel(context.run_id)  # what the timer does after the grace

    echo.do = ignore
    run = submit(house, echo, manager)
    house.runs.execute(run.id)
    done = house.runs.get(run.id, manager)
    assert done.status is RunStatus.CANCELLED
    assert queue.cancelled == [run.id]
    assert house.runs.result(run.id, manager) is None


def test_the_best_that_was_found_is_told_while_the_work_goes_on_and_stays_when_it_is_cancelled(
    house, echo, manager
) -> None:
    best = "Best so far, not proven: 3 of 9 assets held."
    seen: list[str | None] = []

    def search(context: Any) -> None:
        context.keep(best)
        for step in range(400):
            threading.Event().wait(0.01)
            context.progress("Searching", step / 400)
            if not seen and (told := house.runs.get(context.run_id, manager).message):
                seen.append(told)
                house.runs.cancel(context.run_id, manager)

    echo.do = search
    run = submit(house, echo, manager)
    house.runs.execute(run.id)
    assert seen == [best]
    assert house.runs.get(run.id, manager).message == f"Cancelled at your wish. {best}"


def test_a_wish_that_the_work_has_no_time_to_hear_ends_the_run_before_the_work_ends(house, echo, manager) -> None:
    seen: list[Any] = []

    def deaf(context: Any) -> None:
        house.runs.cancel(context.run_id, manager)
        for _ in range(400):
            threading.Event().wait(0.01)
            if house.runs.get(context.run_id, manager).is_final:
                seen.append(house.runs.get(context.run_id, manager).status)
                return

    echo.do = deaf
    run = submit(house, echo, manager)
    house.runs.execute(run.id)
    assert seen == [RunStatus.CANCELLED]
    assert house.runs.result(run.id, manager) is None


def test_a_stage_said_right_after_another_is_told_although_nothing_is_said_after_it(house, echo, manager) -> None:
    seen: list[str | None] = []

    def compute(context: Any) -> None:
        context.progress("Loading prices", 0.0)
        context.progress("Solving", 0.1)
        for _ in range(400):
            threading.Event().wait(0.01)
            if (stage := house.runs.get(context.run_id, manager).stage) is not None:
                seen.append(stage)
                return

    echo.do = compute
    house.runs.execute(submit(house, echo, manager).id)
    assert seen == ["Solving"]
