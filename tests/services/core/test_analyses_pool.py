"""A worker process that is killed over a report does not cost the report."""

from __future__ import annotations

import dataclasses
import os
import signal
import threading
import time
from pathlib import Path
from types import SimpleNamespace

from data.queue.lazy import LazyPool
from data.store.tables import Portfolio
from services.analyses import Analyses
from services.analyses_kinds import kinds
from tests.services.core.quick_subject import KIND, Who


def test_a_report_whose_worker_was_killed_comes_from_the_next_one(ports, settings, manager, tmp_path, monkeypatch):
    monkeypatch.setitem(kinds(), "who", KIND)
    with ports.store.work(manager) as uow:
        portfolio_id = uow.portfolios.add(Portfolio(name="Core", base_currency="USD", strategy="long_only")).id
        uow.commit()
    environ = settings.to_environ() | {"PYTHONPATH": str(Path(__file__).parent), "LOG_LEVEL": "ERROR"}
    pool = LazyPool("quick_subject", environ)
    analyses = Analyses(
        dataclasses.replace(ports, quick_queue=pool, clock=SimpleNamespace(now_utc=ports.clock.now_utc))
    )
    analyses.attach(SimpleNamespace())
    pool.start()
    mark, told = tmp_path / "mark", []
    question = Who(portfolio_id=portfolio_id, mark=str(mark))
    asking = threading.Thread(target=lambda: told.append(analyses.answer("who", question, manager, wait_s=180.0)))
    try:
        asking.start()
        end_s = time.monotonic() + 90.0
        while not (mark.exists() and mark.read_text()) and time.monotonic() < end_s:
            time.sleep(0.02)
        killed = int(mark.read_text())
        os.kill(killed, signal.SIGKILL)
        asking.join(180.0)
    finally:
        pool.stop()
    assert told[0].is_ready
    assert told[0].document["process_id"] != killed
    assert told[0].document["actor"] == manager.name
