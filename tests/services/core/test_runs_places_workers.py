"""Does a run that had to wait begin at once when there is room, with real worker processes of both kinds?"""

from __future__ import annotations

import importlib.util
import shutil
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

import data.store.tables.user as user_tables
from data.queue.celery_queue import QUEUE_NAME
from data.queue.pool import PoolQueue
from data.store.tables.tenant import Tenant
from services import wiring
from services.auth.actor import Actor, Role
from services.messages.runs import RunStatus
from services.runs_kinds import kinds
from services.settings import load_settings
from tests.servers import celery_worker, redis_server

HERE = Path(__file__).parent
PROMPT_S = 5.0
"""Well below the 15 seconds after which the sweep would offer the run again by itself."""
ONE_AT_A_TIME = {"USER_RUNNING_MAX_COUNT": "1"}
SMALL_PROBLEM = """{
    "problem": {"assets": ["A", "B"], "expected_returns_frac": [0.001, 0.002], "covariance": [[1e-4, 0], [0, 4e-4]]},
    "objective": {"kind": "max_sharpe"}, "constraints": [{"kind": "position_bounds", "min_frac": 0, "max_frac": 1}]
}"""


def wait_until(condition: Callable[[], bool], timeout_s: float = 60.0) -> None:
    end_s = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end_s, "the condition never came true"
        time.sleep(0.01)


def make_owner(house: Any) -> Actor:
    with house.ports.store.system() as uow:
        tenant = uow.tenants.add(Tenant(name="first"))
        user = uow.users.add(
            user_tables.User(
                tenant_id=tenant.id, email="a@example.com", name="Ann", role="portfolio_manager", fs_uniquifier="a" * 32
            )
        )
        uow.commit()
    return Actor(user.id, tenant.id, "Ann", Role.PORTFOLIO_MANAGER, "session")


def pause_s(earlier: Any, later: Any) -> float:
    """Return how long after the end of one run the other one began."""
    return float((later.started_at_utc - earlier.finished_at_utc).total_seconds())


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
    settings = load_settings({"VAR_DIR": str(tmp_path / "var"), "WORKERS_COUNT": "2", **ONE_AT_A_TIME})
    settings.var_dir.mkdir(mode=0o700)
    shutil.copy(empty_database, settings.var_dir / "qpo.sqlite3")
    queue = PoolQueue("pool_house", settings.to_environ() | {"PYTHONPATH": str(HERE)}, workers_count=2)
    house = parts.make_house(settings, queue)
    queue.start()
    assert queue.wait_until_ready(30.0)
    yield house
    queue.stop()
    kinds().pop("slow", None)
    house.ports.store.dispose()


def test_in_the_pool_the_next_run_of_a_user_begins_as_soon_as_the_one_before_has_ended(
    pooled: SimpleNamespace, parts: ModuleType, tmp_path: Path
) -> None:
    owner = make_owner(pooled)
    requests = [parts.SlowRequest(path=str(tmp_path / f"pids-{number}"), first_s=0.5) for number in range(4)]
    submitted = [pooled.runs.submit("slow", request, owner) for request in requests]
    wait_until(lambda: all(pooled.runs.get(run.id, owner).is_final for run in submitted))
    ended = sorted((pooled.runs.get(run.id, owner) for run in submitted), key=lambda run: run.started_at_utc)
    assert all(run.status is RunStatus.SUCCEEDED for run in ended)
    pauses_s = [pause_s(earlier, later) for earlier, later in pairwise(ended)]
    print(f"pauses in the pool: {[round(one * 1000) for one in pauses_s]} ms")
    assert all(0.0 <= one < PROMPT_S for one in pauses_s)


@pytest.fixture
def scaled(tmp_path: Path, empty_database: Path) -> Iterator[Any]:
    """The web process's services and two Celery workers, without the scheduler whose sweep would help out."""
    folder = tmp_path / "var"
    folder.mkdir(mode=0o700)
    shutil.copy(empty_database, folder / "qpo.sqlite3")
    with redis_server() as redis_url:
        environ = {
            "VAR_DIR": str(folder),
            "REDIS_URL": redis_url,
            "DATABASE_URL": f"sqlite:///{folder / 'qpo.sqlite3'}",
            "SECRET_KEY": "s" * 40,
            "AUDIT_KEY": "a" * 40,
            "TOTP_KEY": "t" * 40,
            **ONE_AT_A_TIME,
        }
        house = wiring.build(load_settings(environ))
        with celery_worker(environ, "--concurrency", "2", log=tmp_path / "worker.log"):
            house.events.start()
            yield house
        house.events.stop()
        house.ports.bus.stop()
        house.ports.queue.stop()
        house.ports.cache.close()
        house.ports.store.dispose()


def test_under_celery_a_run_that_a_worker_put_back_begins_as_soon_as_the_one_before_has_ended(
    scaled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import redis

    owner = make_owner(scaled)
    request = kinds()["optimization"].parse(SMALL_PROBLEM)
    broker = redis.Redis.from_url(scaled.ports.settings.redis_url)

    def is_idle() -> bool:
        return not broker.llen(QUEUE_NAME) and not broker.hlen("unacked")

    warm = scaled.runs.submit("optimization", request, owner)
    wait_until(lambda: scaled.runs.get(warm.id, owner).is_final and is_idle())
    with monkeypatch.context() as kept_from_the_workers:  # the test itself holds the first run
        kept_from_the_workers.setattr(scaled.ports.queue, "dispatch", lambda run_id: None)
        before = scaled.runs.submit("optimization", request, owner)
    with scaled.ports.store.system() as uow:
        fence = uow.runs.claim(before.id, "elsewhere:1:ab", 60.0).fence
        uow.commit()
    waiting = scaled.runs.submit("optimization", request, owner)
    wait_until(is_idle)
    time.sleep(0.3)
    assert scaled.runs.get(waiting.id, owner).status is RunStatus.PENDING  # taken by a worker, and put back
    with scaled.ports.store.system(read_only=True) as uow:
        row = uow.runs.get(before.id)
    assert row.fence == fence
    scaled.runs._recovery.end(row, RunStatus.FAILED, "Ended by the test.")
    wait_until(lambda: scaled.runs.get(waiting.id, owner).is_final)
    paused_s = pause_s(scaled.runs.get(before.id, owner), scaled.runs.get(waiting.id, owner))
    broker.close()
    print(f"pause under Celery: {paused_s * 1000:.0f} ms")
    assert 0.0 <= paused_s < PROMPT_S
