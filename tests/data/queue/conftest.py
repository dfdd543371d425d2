"""Which pool do the tests of the embedded queue use?"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.queue.pool import PoolQueue


class Listener:
    """Collects what the pool reports, and waits for it."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self.done: list[str] = []
        self.lost: list[str] = []

    def on_done(self, run_id: str) -> None:
        with self._change:
            self.done.append(run_id)
            self._change.notify_all()

    def on_lost(self, run_id: str) -> None:
        with self._change:
            self.lost.append(run_id)
            self._change.notify_all()

    def wait_done(self, *run_ids: str, timeout_s: float = 10.0) -> bool:
        with self._change:
            return self._change.wait_for(lambda: set(run_ids) <= set(self.done), timeout_s)

    def wait_lost(self, run_id: str, timeout_s: float = 10.0) -> bool:
        with self._change:
            return self._change.wait_for(lambda: run_id in self.lost, timeout_s)


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def pool(listener: Listener) -> Iterator[PoolQueue]:
    here = str(Path(__file__).parent)
    queue = PoolQueue("pool_subject", dict(os.environ) | {"PYTHONPATH": here}, backlog_count=5)
    queue.on_done, queue.on_lost = listener.on_done, listener.on_lost
    queue.start()
    assert queue.wait_until_ready(20.0)
    yield queue
    queue.stop()
