"""Do runs survive the death of their worker process, and end when nobody wants them?"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from data.queue.pool import PoolQueue
from services.messages.runs import RunStatus
from services.runs_kinds import kinds
from services.settings import load_settings

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


@pytest.fixture(scope="module")
def parts() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pool_house", HERE / "pool_house.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def pooled(tmp_path: Path, empty_database: Path, parts: ModuleType) -> Iterator[SimpleNamespace]:
    settings = load_settings({"VAR_DIR": str(tmp_path / "var"), "WORKERS_COUNT": "1"})
    settings.var_dir.mkdir(mode=0o700)
    shutil.copy(empty_database, settings.var_dir / "qpo.sqlite3")
    queue = PoolQueue("pool_house", settings.to_environ() | {"PYTHONPATH": str(HERE)})
    house = parts.make_house(settings, queue)
    queue.start()
    assert queue.wait_until_ready(30.0)
    house.queue = queue
    house.path = tmp_path / "pids"
    yield house
    queue.stop()
    kinds().pop("slow", None)
    house.ports.store.dispose()


@pytest.fixture
def owner(pooled: SimpleNamespace) -> Any:
    import data.store.tables.user as user_tables
    from data.store.tables.tenant import Tenant
    from services.auth.actor import Actor, Role

    with pooled.ports.store.system() as uow:
        tenant = uow.tenants.add(Tenant(name="first"))
        user = uow.users.add(
            user_tables.User(
                tenant_id=tenant.id, email="a@example.com", name="Ann", role="portfolio_manager", fs_uniquifier="a" * 32
            )
        )
        uow.commit()
    return Actor(user.id, tenant.id, "Ann", Role.PORTFOLIO_MANAGER, "session")


def submit(house: SimpleNamespace, parts: ModuleType, owner: Any, first_s: float, *, heeds: bool = True) -> Any:
    request = parts.SlowRequest(path=str(house.path), first_s=first_s, heeds=heeds)
    return house.runs.submit("slow", request, owner)


def wait_until(condition: Callable[[], bool], timeout_s: float = 15.0) -> None:
    end_s = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end_s, "the condition never came true"
        time.sleep(0.01)


def pids(house: SimpleNamespace) -> list[int]:
    return [int(line) for line in house.path.read_text().split()] if house.path.exists() else []


def test_a_run_whose_worker_is_killed_in_the_middle_is_taken_up_again_at_once(pooled, parts, owner) -> None:
    run = submit(pooled, parts, owner, 60.0)
    wait_until(lambda: len(pids(pooled)) == 1)
    killed_s = time.monotonic()
    os.kill(pids(pooled)[0], signal.SIGKILL)
    done = pooled.runs.wait(run.id, owner, 15.0)
    assert done.status is RunStatus.SUCCEEDED
    assert done.attempts_count == 2
    assert time.monotonic() - killed_s < 15.0
    assert len(set(pids(pooled))) == 2
    types = [event.type for event in pooled.runs.events(run.id, owner)]
    assert types.count("run.retried") == 1
    assert types.count("run.finished") == 1


def test_a_cancelled_run_that_heeds_the_wish_ends_without_killing_its_worker(pooled, parts, owner) -> None:
    run = submit(pooled, parts, owner, 60.0)
    wait_until(lambda: len(pids(pooled)) == 1)
    pooled.runs.cancel(run.id, owner)
    assert pooled.runs.wait(run.id, owner, 5.0).status is RunStatus.CANCELLED
    assert set(pooled.queue.process_ids()) == set(pids(pooled))


def test_a_cancelled_run_that_ignores_the_wish_ends_at_once_and_its_worker_is_killed_after_two_seconds(
    pooled, parts, owner
) -> None:
    run = submit(pooled, parts, owner, 60.0, heeds=False)
    wait_until(lambda: len(pids(pooled)) == 1)
    asked_s = time.monotonic()
    pooled.runs.cancel(run.id, owner)
    assert pooled.runs.wait(run.id, owner, 10.0).status is RunStatus.CANCELLED
    shown_s = time.monotonic() - asked_s
    wait_until(lambda: not Path(f"/proc/{pids(pooled)[0]}").exists())
    assert time.monotonic() - asked_s > 1.5
    assert shown_s < 0.5 * (time.monotonic() - asked_s)  # nobody waits for the worker
    after = submit(pooled, parts, owner, 0.0)
    assert pooled.runs.wait(after.id, owner, 15.0).status is RunStatus.SUCCEEDED
    assert pooled.runs.get(run.id, owner).status is RunStatus.CANCELLED


def test_long_work_that_yields_lets_a_short_run_through_the_only_worker_and_ends_as_well(pooled, parts, owner) -> None:
    request = parts.SlowRequest(path=str(pooled.path), first_s=4.0, yields_s=0.5)
    long = pooled.runs.submit("slow", request, owner)
    wait_until(lambda: len(pids(pooled)) == 1)
    short = submit(pooled, parts, owner, 0.0)
    assert pooled.runs.wait(short.id, owner, 10.0).status is RunStatus.SUCCEEDED
    assert not pooled.runs.get(long.id, owner).is_final
    done = pooled.runs.wait(long.id, owner, 20.0)
    assert (done.status, done.attempts_count) == (RunStatus.SUCCEEDED, 1)
    types = [event.type for event in pooled.runs.events(long.id, owner)]
    assert types.count("run.paused") >= 1
    assert types.count("run.finished") == 1


def test_runs_in_hand_when_the_product_stops_are_taken_up_at_its_next_start(pooled, parts, owner) -> None:
    run = submit(pooled, parts, owner, 60.0)
    wait_until(lambda: len(pids(pooled)) == 1)
    pooled.queue.stop()
    wait_until(lambda: pooled.runs.get(run.id, owner).status is RunStatus.PENDING)
    pooled.queue.start()
    pooled.runs.resume()
    assert pooled.runs.wait(run.id, owner, 20.0).status is RunStatus.SUCCEEDED


def test_going_through_the_pool_costs_less_than_starting_a_process_for_it(pooled, parts, owner) -> None:
    pooled.runs.wait(submit(pooled, parts, owner, 0.0).id, owner, 15.0)
    through_pool_s, fresh_s = [], []
    for _ in range(3):  # by turns, so that both meet the same load
        started_s = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import services.runs_worker"], check=True, cwd=ROOT)
        fresh_s.append(time.perf_counter() - started_s)
        for _ in range(3):
            started_s = time.perf_counter()
            run = submit(pooled, parts, owner, 0.0)
            assert pooled.runs.wait(run.id, owner, 15.0).status is RunStatus.SUCCEEDED
            through_pool_s.append(time.perf_counter() - started_s)
    assert statistics.median(through_pool_s) < statistics.median(fresh_s)
