"""How do committed events reach the functions of this process that listen?

A thread reads the outbox every 50 ms, and at once after a nudge. It never skips: its number moves on only after the
listeners have had the event, and it goes on where it stopped when the database comes back.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence

from services.messages.events import EventView
from services.ports import Ports

_log = logging.getLogger(__name__)

POLL_S = 0.05
PAUSE_MAX_S = 5.0
RING_COUNT = 2000


class EventPump:
    """Reads the outbox for one process.

    Parameters
    ----------
    ports : Ports
    read_after : callable
        Returns the events after a number, in order.
    head : callable
        Returns the newest number.
    """

    def __init__(self, ports: Ports, read_after: Callable[[int], Sequence[EventView]], head: Callable[[], int]) -> None:
        self._ports = ports
        self._read_after = read_after
        self._head = head
        self._callbacks: list[Callable[[EventView], None]] = []
        self._ring: deque[EventView] = deque(maxlen=RING_COUNT)
        self._ring_start_seq = 0
        self._seq: int | None = None
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def subscribe(self, callback: Callable[[EventView], None]) -> None:
        """Add a listener."""
        with self._lock:
            self._callbacks = [*self._callbacks, callback]

    def start(self) -> None:
        """Begin with the next event; calling it twice is harmless."""
        with self._lock:
            if self._thread is not None:
                return
            self._stopping.clear()
            self._thread = threading.Thread(target=self._run, name="event-pump", daemon=True)
        self._ports.bus.listen(self._wake.set)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=1.0)
            self._thread = None

    def passed(self) -> int:
        """Return the number up to which every listener has had every event; 0 before the first look."""
        return self._seq or 0

    def recent(self, after_seq: int) -> list[EventView] | None:
        """Return the kept events after a number; None when older ones would be needed."""
        with self._lock:
            if self._seq is None or after_seq < self._ring_start_seq:
                return None
            return [event for event in self._ring if event.seq > after_seq]

    def step(self) -> int:
        """Hand over what is new; return how many events that were."""
        if self._seq is None:
            self._seq = self._ring_start_seq = self._head()
        events = self._read_after(self._seq)
        for event in events:
            with self._lock:
                if len(self._ring) == RING_COUNT:
                    self._ring_start_seq = self._ring[0].seq
                self._ring.append(event)
                callbacks = self._callbacks
            for callback in callbacks:
                try:
                    callback(event)
                except Exception:  # one listener's fault must not keep the others from their events
                    _log.exception("A listener failed on event %s (%s).", event.seq, event.type)
            self._seq = event.seq
        return len(events)

    def _run(self) -> None:
        pause_s = POLL_S
        while not self._stopping.is_set():
            try:
                self.step()
                pause_s = POLL_S
            except Exception as error:  # the database may be away for a while
                if pause_s == POLL_S:
                    _log.warning("The outbox cannot be read at present: %s", error)
                pause_s = min(pause_s * 2, PAUSE_MAX_S)
            self._wake.wait(pause_s)
            self._wake.clear()
