"""Does a run that waits say why, and how many are before it?"""

from __future__ import annotations

from typing import Any

import pytest

from services.messages.runs import RunStatus
from services.runs_lease import LEASE_S
from services.runs_waiting import Limits, Place, sentence
from services.settings import Settings, load_settings


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    return load_settings({"VAR_DIR": str(tmp_path / "var"), "TENANT_RUNNING_MAX_COUNT": "3"})


def submit(house: Any, echo: Any, actor: Any) -> str:
    return str(house.runs.submit("echo", echo.parse("{}"), actor).id)


def claim(house: Any, run_id: str) -> int:
    with house.ports.store.system() as uow:
        row = uow.runs.claim(run_id, "elsewhere:1:ab", LEASE_S)
        uow.commit()
    return int(row.fence)


def test_who_uses_all_own_places_reads_so_and_how_many_are_before(house, echo, manager) -> None:
    runs = [submit(house, echo, manager) for _ in range(5)]
    for run_id in runs[:2]:
        claim(house, run_id)
    assert [house.runs.get(run_id, manager).message for run_id in runs] == [
        None,
        None,
        "Two of your runs are being worked on; this one starts when one of them ends.",
        "Two of your runs are being worked on, and one more is before this one.",
        "Two of your runs are being worked on, and two more are before this one.",
    ]
    listed = {one.id: one.message for one in house.runs.list(manager).items}
    assert listed == {run_id: house.runs.get(run_id, manager).message for run_id in runs}


def test_the_sentence_follows_what_ends_and_is_gone_when_the_work_begins(house, echo, manager, queue) -> None:
    runs = [submit(house, echo, manager) for _ in range(3)]
    fence = claim(house, runs[0])
    claim(house, runs[1])
    with house.ports.store.system(manager.tenant_id) as uow:
        uow.runs.finish(runs[0], fence, RunStatus.SUCCEEDED.value, message="Done.")
        uow.commit()
    assert (
        house.runs.get(runs[2], manager).message == "This run is the next one; it starts as soon as a worker is free."
    )
    claim(house, runs[2])
    assert house.runs.get(runs[2], manager).message is None


def test_a_house_that_uses_all_its_places_reads_so_and_learns_nothing_of_others(
    house, echo, manager, person, stranger
) -> None:
    for number in range(3):
        claim(house, submit(house, echo, person(name=f"Person {number}")))
    waiting = submit(house, echo, manager)
    assert house.runs.get(waiting, manager).message == (
        "Three of your house's runs are being worked on; this one starts when one of them ends."
    )
    elsewhere = submit(house, echo, stranger)
    assert "next one" in house.runs.get(elsewhere, stranger).message  # runs without a place are not before it


def test_runs_of_others_that_begin_earlier_are_counted(house, echo, manager, person) -> None:
    for number in range(2):
        submit(house, echo, person(name=f"Person {number}"))
    waiting = submit(house, echo, manager)
    assert house.runs.get(waiting, manager).message == "All workers are busy; 2 runs are before this one."


def test_a_run_that_is_tried_again_says_that_too(house, echo, manager) -> None:
    run_id = submit(house, echo, manager)
    fence = claim(house, run_id)
    with house.ports.store.system(manager.tenant_id) as uow:
        assert uow.runs.requeue(run_id, fence, "The worker died; attempt 2 of 3 follows.")
        uow.commit()
    message = house.runs.get(run_id, manager).message
    assert message.startswith("The worker died; attempt 2 of 3 follows. This run is the next one")


def test_whoever_waits_for_the_end_gets_the_reason_and_the_store_is_asked_once(
    house, echo, manager, monkeypatch
) -> None:
    for run_id in [submit(house, echo, manager) for _ in range(2)]:
        claim(house, run_id)
    waiting = submit(house, echo, manager)
    asked: list[int] = []
    explain = house.runs._line.explain
    monkeypatch.setattr(house.runs._line, "explain", lambda views: asked.append(1) or explain(views))
    view = house.runs.wait(waiting, manager, timeout_s=0.2)
    assert (view.status, len(asked)) == (RunStatus.PENDING, 1)
    assert "this one starts when one of them ends" in view.message


def test_one_place_reads_in_the_singular() -> None:
    only = Limits(1, 1)
    assert sentence(Place(1, 1, 0, 0), only) == ("One of your runs is being worked on; this one starts when it ends.")
    assert sentence(Place(0, 1, 0, 0), only).startswith("One of your house's runs is being worked on")
    assert sentence(Place(12, 12, 11, 11), Limits(12, 20)) == (
        "12 of your runs are being worked on, and 11 more are before this one."
    )
