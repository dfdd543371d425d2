"""Which deliveries were cut off, and how do they go on by themselves?

A delivery that keeps how far it came and gives no sign of life was left behind by a process that ended. The leader of
the scheduler takes it up where it stopped, from the file that it was read from: minutes after the product starts again,
without anybody's doing. One whose file is gone or has changed waits, and the list of deliveries says so.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

from services.errors import Conflict, InvalidRequest, NotFound, TakenOver
from services.market_pipeline import Pipeline
from services.ports import Ports

_log = logging.getLogger(__name__)
CUT_OFF_AFTER = timedelta(minutes=2)
"""How long a delivery that comes in may be silent: pieces are kept every few seconds."""


class CutOff:
    """Takes up what was cut off.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._pipeline = Pipeline(ports)
        self._tried: dict[str, Any] = {}

    def take_up(self) -> int:
        """Finish deliveries that were cut off; return how many. The scheduler calls this while it leads."""
        finished_count = 0
        for batch_id in self._pipeline.unfinished(self._ports.clock.now_utc() - CUT_OFF_AFTER):
            mark = self._mark(batch_id)
            if self._tried.get(batch_id) == mark:
                continue  # the file is still what could not be read
            try:
                outcome = self._pipeline.resume(batch_id)
            except (NotFound, TakenOver):
                continue  # somebody else finished it, or goes on with it
            except (Conflict, InvalidRequest) as error:
                self._tried[batch_id] = mark
                self._say(batch_id, f"Cut off. {error.message} {error.advice}".strip())
                continue
            _log.info("The delivery %s was cut off and is finished now: %s", batch_id, outcome.sentence)
            finished_count += 1
        return finished_count

    def _say(self, batch_id: str, reason: str) -> None:
        """Note why a delivery does not go on, for whoever looks at the list."""
        with self._ports.store.system() as uow:
            uow.ingest_batches.say(batch_id, reason)
            uow.commit()

    def _mark(self, batch_id: str) -> tuple[int, int] | str:
        """Return what changes when the file of a delivery does."""
        with self._ports.store.system(read_only=True) as uow:
            batch = uow.ingest_batches.find(batch_id)
        address = None if batch is None else batch.lineage.get("address")
        try:
            facts = Path(str(address)).stat()
        except OSError:
            return "absent"
        return facts.st_mtime_ns, facts.st_size
