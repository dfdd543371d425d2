"""Do frames of live prices reach other processes through a real Redis, and does one that dies hurt nobody?"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from data.feeds.carrier import RedisCarrier
from tests.servers import redis_server


def until(condition: Callable[[], bool], again: Callable[[], None]) -> None:
    end_s = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end_s
        again()
        time.sleep(0.05)


@pytest.mark.scale
def test_a_frame_reaches_every_process_and_a_listener_that_fails_keeps_nobody_from_it() -> None:
    def fails(_frame: bytes) -> None:
        raise ValueError("unreadable")

    heard: list[bytes] = []
    own: list[bytes] = []
    with redis_server() as url:
        sender, other = RedisCarrier(url), RedisCarrier(url)
        other.listen(fails)
        other.listen(heard.append)
        sender.listen(own.append)
        sender.start()
        other.start()
        other.start()
        until(lambda: b"probe" in heard and b"probe" in own, lambda: sender.send(b"probe"))
        sender.send(b"\xff last")  # not text: frames are bytes all the way
        until(lambda: heard[-1] == own[-1] == b"\xff last", lambda: None)
    sender.send(b"lost")  # Redis is gone: nothing is raised
    for one in (sender, other):
        one.stop()
        assert one._channel.thread is not None
        until(lambda thread=one._channel.thread: not thread.is_alive(), lambda: None)  # type: ignore[misc]
    assert b"lost" not in heard
