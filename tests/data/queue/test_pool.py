"""Does the embedded pool execute, survive and stop as promised?"""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from data.queue.errors import QueueUnavailable
from data.queue.pool import PoolQueue


def wait_until(condition: Any, timeout_s: float = 10.0) -> None:
    end_s = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end_s, "the condition never came true"
        time.sleep(0.005)


def busy_pid(pool: PoolQueue, run_id: str) -> int:
    wait_until(lambda: run_id in pool.process_ids().values())
    return next(pid for pid, busy in pool.process_ids().items() if busy == run_id)


def test_a_dispatched_id_is_executed_in_another_process(pool, listener, tmp_path: Path) -> None:
    pool.dispatch(f"touch:{tmp_path / 'file'}")
    assert listener.wait_done(f"touch:{tmp_path / 'file'}")
    assert int((tmp_path / "file").read_text()) != os.getpid()


def test_workers_compute_with_one_thread_step_back_and_never_import_the_parents_main(pool, listener, tmp_path) -> None:
    pool.dispatch(f"env:{tmp_path / 'facts'}")
    assert listener.wait_done(f"env:{tmp_path / 'facts'}")
    facts = json.loads((tmp_path / "facts").read_text())
    assert facts["omp"] == "1"
    assert facts["nice"] >= 10
    assert facts["main"].endswith("child.py")
    assert not facts["has_pytest"]


def test_a_trivial_job_goes_there_and_back_in_under_fifteen_milliseconds(pool, listener) -> None:
    elapsed_ms = []
    for number in range(20):
        started_s = time.perf_counter()
        pool.dispatch(f"nothing:{number}")
        assert listener.wait_done(f"nothing:{number}")
        elapsed_ms.append((time.perf_counter() - started_s) * 1000)
    assert statistics.median(elapsed_ms) < 15


def test_a_job_that_raises_does_not_end_its_worker(pool, listener) -> None:
    before = set(pool.process_ids())
    pool.dispatch("fail")
    assert listener.wait_done("fail")
    assert set(pool.process_ids()) == before


def test_what_a_job_prints_is_not_taken_for_an_answer(pool, listener, tmp_path) -> None:
    pool.dispatch("print")
    pool.dispatch(f"touch:{tmp_path / 'after'}")
    assert listener.wait_done("print", f"touch:{tmp_path / 'after'}")
    assert (tmp_path / "after").exists()


def test_a_worker_killed_in_the_middle_is_reported_and_replaced(pool, listener) -> None:
    pool.dispatch("sleep:30")
    os.kill(busy_pid(pool, "sleep:30"), signal.SIGKILL)
    assert listener.wait_lost("sleep:30")
    pool.dispatch("nothing:after")
    assert listener.wait_done("nothing:after")


def test_an_idle_worker_that_died_is_reported_with_the_next_id_and_replaced(pool, listener) -> None:
    (pid,) = pool.process_ids()
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.05)
    pool.dispatch("nothing:1")
    assert listener.wait_lost("nothing:1")
    pool.dispatch("nothing:1")
    assert listener.wait_done("nothing:1")


def test_cancelling_a_running_id_kills_its_worker_within_a_second(pool, listener) -> None:
    pool.dispatch("sleep:30")
    busy_pid(pool, "sleep:30")
    started_s = time.monotonic()
    assert pool.cancel("sleep:30")
    assert listener.wait_lost("sleep:30")
    assert time.monotonic() - started_s < 1.0


def test_cancelling_a_waiting_id_takes_it_out_of_the_line(pool, listener, tmp_path) -> None:
    pool.dispatch("sleep:0.3")
    busy_pid(pool, "sleep:0.3")
    waiting = f"touch:{tmp_path / 'never'}"
    pool.dispatch(waiting)
    assert pool.cancel(waiting)
    pool.dispatch("nothing:last")
    assert listener.wait_done("nothing:last")
    assert not (tmp_path / "never").exists()
    assert not pool.cancel("unknown")


def test_an_id_that_waits_or_runs_is_not_put_in_line_again(pool, listener) -> None:
    pool.dispatch("sleep:0.2")
    pool.dispatch("sleep:0.2")
    pool.dispatch("nothing:then")
    pool.dispatch("nothing:then")
    assert listener.wait_done("nothing:then")
    pool.dispatch("nothing:end")
    assert listener.wait_done("nothing:end")
    assert sorted(listener.done) == ["nothing:end", "nothing:then", "sleep:0.2"]


def test_a_full_line_refuses_instead_of_growing(pool) -> None:
    pool.dispatch("sleep:30")
    busy_pid(pool, "sleep:30")
    for number in range(5):
        pool.dispatch(f"nothing:{number}")
    with pytest.raises(QueueUnavailable, match="5 runs wait"):
        pool.dispatch("nothing:6")


def test_stopping_takes_less_than_two_seconds_even_with_a_busy_worker(pool, listener) -> None:
    pool.dispatch("sleep:30")
    pid = busy_pid(pool, "sleep:30")
    started_s = time.monotonic()
    pool.stop()
    assert time.monotonic() - started_s < 2.0
    wait_until(lambda: not Path(f"/proc/{pid}").exists())
    assert listener.wait_lost("sleep:30")


def test_a_stopped_pool_refuses_new_ids(listener) -> None:
    queue = PoolQueue("pool_subject", dict(os.environ))
    with pytest.raises(QueueUnavailable, match="not started"):
        queue.dispatch("nothing")


def test_idle_workers_leave_when_their_parent_was_killed() -> None:
    here = str(Path(__file__).parent)
    script = (
        "import os, time\n"
        "from data.queue.pool import PoolQueue\n"
        "queue = PoolQueue('pool_subject', os.environ)\n"
        "queue.start(); queue.wait_until_ready(20)\n"
        "print(*queue.process_ids(), flush=True)\n"
        "time.sleep(60)\n"
    )
    root = str(Path(__file__).parents[3])
    environ = dict(os.environ) | {"PYTHONPATH": os.pathsep.join((root, here))}
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environ)
    assert parent.stdout is not None
    child_pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    wait_until(lambda: is_gone(child_pid))


def is_gone(pid: int) -> bool:
    """Return whether a process has ended; one that nobody has collected yet counts as ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"
