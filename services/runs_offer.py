"""How does a run that had to wait for a free place get it at once?

A worker that finds a user's or a house's limit reached leaves the run pending. Whenever a run ends, the web process
hears of it and hands over what there is room for; the scheduler's sweep remains for what nobody heard of.
"""

from __future__ import annotations

import logging
import threading

from services.messages.events import EventView
from services.runs_recover import Recovery

_log = logging.getLogger(__name__)


class Offers:
    """Hands waiting runs over when places become free, from a thread that lives only while there is something to do.

    Parameters
    ----------
    recovery : Recovery
        Knows which runs wait, and the queue.
    """

    def __init__(self, recovery: Recovery) -> None:
        self._recovery = recovery
        self._asked: set[str | None] = set()
        self._is_busy = False
        self._lock = threading.Lock()

    def hear(self, event: EventView) -> None:
        """Take note of an event of any tenant; returns at once."""
        if event.type in ("run.finished", "run.paused"):
            self.look(event.tenant_id)

    def look(self, tenant_id: str | None = None) -> None:
        """Have the waiting runs of a tenant, or of all when None, looked at soon; returns at once."""
        with self._lock:
            self._asked.add(tenant_id)
            if self._is_busy:
                return
            self._is_busy = True
        threading.Thread(target=self._run, name="run-offers", daemon=True).start()

    def _run(self) -> None:
        while (asked := self._take()) is not None:
            for tenant_id in {None} if None in asked else asked:
                try:
                    self._recovery.hand_over_pending(tenant_id=tenant_id, is_urgent=True)
                except Exception as error:  # the database may be away, or the product about to stop: the sweep follows
                    _log.warning("Waiting runs could not be handed over yet: %s", error)

    def _take(self) -> set[str | None] | None:
        with self._lock:
            asked, self._asked = self._asked, set()
            self._is_busy = bool(asked)
            return asked or None
