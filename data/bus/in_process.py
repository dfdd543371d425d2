"""How is a nudge passed on inside one process?"""

from __future__ import annotations

import threading
from collections.abc import Callable


class InProcessBus:
    """The bus of the embedded mode; worker processes need none, because the outbox is polled as well."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], None]] = []

    def nudge(self, topic: str) -> None:
        """Tell every listener of this process at once."""
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            listener()

    def listen(self, on_nudge: Callable[[], None]) -> None:
        """Add a listener, which must return quickly."""
        with self._lock:
            self._listeners.append(on_nudge)

    def stop(self) -> None:
        """Forget the listeners."""
        with self._lock:
            self._listeners.clear()
