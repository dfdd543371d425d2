"""Are followers bounded, kept apart by person and run, and refused to everybody else?"""

from __future__ import annotations

import stat
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import diskcache
import pytest
from dash.exceptions import PreventUpdate

from callbacks import jobs_managers
from callbacks.jobs_managers import FOLLOWERS_MAX_COUNT, EmbeddedFollowers
from callbacks.jobs_ticket import issue_ticket
from services.auth.actor import Actor, Role
from services.errors import NotFound

SECRET = "s" * 40
ANN = Actor("ann", "house", "Ann", Role.PORTFOLIO_MANAGER, "session")
BOB = replace(ANN, user_id="bob")


class World:
    """Who asks, and which runs there are: the number of a run's owner stands in front of its id."""

    def __init__(self) -> None:
        self.asker = ANN
        self.is_final = False
        self.release = threading.Event()

    def get(self, run_id: str, actor: Actor) -> Any:
        if not run_id.startswith(actor.user_id):
            raise NotFound.of("run", run_id)
        return SimpleNamespace(is_final=self.is_final)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made = World()
    services = SimpleNamespace(runs=made, ports=SimpleNamespace(secrets=SimpleNamespace(secret_key=SECRET)))

    def follow(report: Any, ticket: object, is_wanted: Any) -> dict[str, Any]:
        report({"status": "running"})
        while is_wanted() and not made.release.wait(0.005):
            pass
        return {"status": "succeeded"}

    monkeypatch.setattr(jobs_managers, "services", lambda: services)
    monkeypatch.setattr(jobs_managers, "actor", lambda: made.asker)
    monkeypatch.setattr(jobs_managers, "follow_run", follow)
    yield made
    made.release.set()


@pytest.fixture
def manager(tmp_path: Path, world: World) -> Iterator[EmbeddedFollowers]:
    made = EmbeddedFollowers(tmp_path / "followers")
    yield made
    world.release.set()
    for thread in threading.enumerate():
        if thread.name.startswith("follower-"):
            thread.join(5)
    made.handle.close()


def follow() -> None:
    """Stand in for the background callback; only its name matters here."""


def key(manager: EmbeddedFollowers, run_id: str, owner: Actor) -> str:
    return manager.build_cache_key(follow, [issue_ticket(run_id, owner, SECRET)], [], None)


def test_states_are_kept_apart_by_person_and_run(manager: EmbeddedFollowers, world: World) -> None:
    first, second = key(manager, "ann-1", ANN), key(manager, "ann-2", ANN)
    world.asker = BOB
    assert len({first, second, key(manager, "bob-1", BOB)}) == 3


def test_a_ticket_is_worth_nothing_in_other_hands(manager: EmbeddedFollowers, world: World) -> None:
    world.asker = BOB
    with pytest.raises(PreventUpdate):
        key(manager, "ann-1", ANN)


def test_a_genuine_ticket_for_a_run_that_is_not_one_s_own_is_refused(manager: EmbeddedFollowers) -> None:
    with pytest.raises(PreventUpdate):
        key(manager, "bob-1", ANN)


@pytest.mark.parametrize("forged", ["", "ann-1", None, 5, {"run": "ann-1"}])
def test_whatever_is_no_ticket_is_refused(manager: EmbeddedFollowers, forged: object) -> None:
    with pytest.raises(PreventUpdate):
        manager.build_cache_key(follow, [forged], [], None)


def test_a_run_that_has_ended_is_not_followed(manager: EmbeddedFollowers, world: World) -> None:
    world.is_final = True
    with pytest.raises(PreventUpdate):
        key(manager, "ann-1", ANN)


def test_no_more_than_twice_the_cores_follow_at_once(manager: EmbeddedFollowers, world: World) -> None:
    ticket = issue_ticket("ann-1", ANN, SECRET)
    jobs = [manager.call_job_fn(f"key-{n}", None, [ticket], {}) for n in range(FOLLOWERS_MAX_COUNT)]
    with pytest.raises(PreventUpdate):
        manager.call_job_fn("one-too-many", None, [ticket], {})
    manager.terminate_job(jobs[0])  # one leaves, and there is room again
    while manager.job_running(jobs[0]):
        threading.Event().wait(0.005)
    assert manager.call_job_fn("another", None, [ticket], {}) not in jobs


def test_a_follower_leaves_its_states_as_json_in_a_folder_of_its_own(
    manager: EmbeddedFollowers, world: World, tmp_path: Path
) -> None:
    job = manager.call_job_fn("key", None, [issue_ticket("ann-1", ANN, SECRET)], {})
    world.release.set()
    while manager.job_running(job):
        threading.Event().wait(0.005)
    assert manager.get_progress("key") == [{"status": "running"}]
    assert manager.get_result("key", job) == {"status": "succeeded"}
    assert isinstance(manager.handle.disk, diskcache.JSONDisk)
    assert stat.S_IMODE((tmp_path / "followers").stat().st_mode) == 0o700
