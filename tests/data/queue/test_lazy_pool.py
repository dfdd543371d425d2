"""A lazy pool has no process until somebody needs one, and none after it was stopped."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from data.queue.errors import QueueUnavailable
from data.queue.lazy import LazyPool


def test_the_worker_is_spawned_by_the_first_id_and_replaced_after_its_death(listener, tmp_path: Path) -> None:
    pool = LazyPool("pool_subject", dict(os.environ) | {"PYTHONPATH": str(Path(__file__).parent)})
    pool.on_done, pool.on_lost = listener.on_done, listener.on_lost
    with pytest.raises(QueueUnavailable):
        pool.dispatch("touch:/nowhere")
    pool.start()
    assert pool.process_ids() == {}
    try:
        pool.dispatch(f"touch:{tmp_path / 'one'}")
        assert listener.wait_done(f"touch:{tmp_path / 'one'}")
        pool.dispatch("sleep:30")
        end_s = time.monotonic() + 5.0
        while "sleep:30" not in pool.process_ids().values() and time.monotonic() < end_s:
            time.sleep(0.005)
        assert pool.cancel("sleep:30")
        assert listener.wait_lost("sleep:30")
        pool.dispatch(f"touch:{tmp_path / 'two'}")
        assert listener.wait_done(f"touch:{tmp_path / 'two'}")
        assert (tmp_path / "one").read_text() != (tmp_path / "two").read_text()
    finally:
        pool.stop()
    with pytest.raises(QueueUnavailable):
        pool.dispatch("sleep:0")
    assert pool.process_ids() == {}
