"""Does the Celery adapter send ids only, say so when Redis is away, and keep the settings that lose nothing?"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator

import pytest
import redis

from data.queue.celery_queue import QUEUE_NAME, CeleryQueue, make_celery
from data.queue.errors import QueueUnavailable


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed here")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
    )
    client = redis.Redis(port=port)
    end_s = time.monotonic() + 10
    while True:
        try:
            client.ping()
            break
        except redis.ConnectionError:
            assert time.monotonic() < end_s
            time.sleep(0.02)
    client.close()
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait(timeout=5)


def test_a_message_carries_the_runs_id_and_is_json(redis_url: str) -> None:
    queue = CeleryQueue(make_celery(redis_url))
    queue.dispatch("run-1")
    client = redis.Redis.from_url(redis_url)
    (raw,) = client.lrange(QUEUE_NAME, 0, -1)
    message = json.loads(raw)
    assert message["content-type"] == "application/json"
    assert message["headers"]["task"] == "runs.execute"
    assert message["headers"]["argsrepr"] == "['run-1']"
    client.flushall()
    client.close()
    queue.stop()


def test_without_redis_a_dispatch_is_refused_within_two_seconds() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    queue = CeleryQueue(make_celery(f"redis://127.0.0.1:{port}/0"))
    started_s = time.monotonic()
    with pytest.raises(QueueUnavailable):
        queue.dispatch("run-1")
    assert time.monotonic() - started_s < 2.0


def test_a_redis_that_accepts_but_never_answers_does_not_hold_the_caller_for_long() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(8)
        queue = CeleryQueue(make_celery(f"redis://127.0.0.1:{deaf.getsockname()[1]}/0"))
        started_s = time.monotonic()
        with pytest.raises(QueueUnavailable):
            queue.dispatch("run-1")
        assert time.monotonic() - started_s < 2.0


def test_the_settings_that_let_nothing_get_lost_are_set() -> None:
    conf = make_celery("redis://127.0.0.1:1/0").conf
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1
    assert conf.worker_proc_alive_timeout >= 30  # loading the services takes longer than the 4 s it would be
    assert conf.accept_content == ["json"]
    assert conf.broker_transport_options["unacked_restore_throttle"] == 1
    assert conf.broker_transport_options["visibility_timeout"] >= 3600
