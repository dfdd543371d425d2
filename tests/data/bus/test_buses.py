"""Do nudges arrive, and does the subscription survive a restart of Redis?"""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable

import pytest
import redis

from data.bus.in_process import InProcessBus
from data.bus.redis_bus import RedisBus
from data.bus.redis_channel import RedisChannel


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_redis(port: int) -> subprocess.Popen[bytes]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed here")
    server = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
    )
    end_s = time.monotonic() + 10
    client = redis.Redis(port=port)
    while True:
        try:
            client.ping()
            client.close()
            return server
        except redis.ConnectionError:
            assert time.monotonic() < end_s
            time.sleep(0.02)


def wait_until(condition: Callable[[], bool], timeout_s: float = 10.0) -> None:
    end_s = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end_s, "the condition never came true"
        time.sleep(0.02)


def test_inside_one_process_every_listener_is_told_at_once() -> None:
    bus, told = InProcessBus(), []
    bus.listen(lambda: told.append("a"))
    bus.listen(lambda: told.append("b"))
    bus.nudge("runs")
    assert told == ["a", "b"]
    bus.stop()
    bus.nudge("runs")
    assert told == ["a", "b"]


def test_nudges_travel_through_redis_and_again_after_its_restart() -> None:
    port = free_port()
    server = start_redis(port)
    sender, receiver = RedisBus(f"redis://127.0.0.1:{port}/0"), RedisBus(f"redis://127.0.0.1:{port}/0")
    arrived = threading.Event()
    try:
        receiver.listen(arrived.set)
        wait_until(arrived.is_set)  # told once when the subscription stands
        arrived.clear()
        sender.nudge("runs")
        assert arrived.wait(2.0)
        server.terminate()
        server.wait(timeout=5)
        arrived.clear()
        sender.nudge("runs")  # lost, and no error for whoever sends
        server = start_redis(port)
        assert arrived.wait(10.0)  # the renewed subscription tells to look, because nudges may have been lost
        arrived.clear()
        sender.nudge("runs")
        assert arrived.wait(2.0)
    finally:
        receiver.stop()
        sender.stop()
        server.terminate()
        server.wait(timeout=5)


def test_stopping_takes_little_time() -> None:
    port = free_port()
    server = start_redis(port)
    bus = RedisBus(f"redis://127.0.0.1:{port}/0")
    bus.listen(lambda: None)
    started_s = time.monotonic()
    bus.stop()
    assert time.monotonic() - started_s < 1.5
    server.terminate()
    server.wait(timeout=5)


def test_without_redis_messages_are_lost_without_an_error_and_it_is_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    channel = RedisChannel(f"redis://127.0.0.1:{free_port()}/0", "qpo:trial", lambda _message: None)
    assert [channel.publish(b"news") for _ in range(3)] == [False, False, False]
    assert len([record for record in caplog.records if "not passed on" in record.message]) == 1
    channel.stop()
