"""How does a single process keep values without any file?"""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict
from typing import Any


class MemoryCache:
    """A bounded cache in this process; values are kept as JSON text, so that a caller cannot change what is kept.

    Parameters
    ----------
    entries_max_count : int
        The least recently used entries go first.
    """

    def __init__(self, entries_max_count: int = 10_000) -> None:
        self._entries_max_count = entries_max_count
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, tuple[float, str]] = OrderedDict()

    def get(self, key: str) -> Any | None:
        """Return the kept value, or None when it is absent or expired."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            if entry[0] < time.monotonic():
                del self._entries[key]
                return None
            self._entries.move_to_end(key)
        return json.loads(entry[1])

    def put(self, key: str, value: Any, ttl_s: float) -> None:
        """Keep a JSON-native value for the given time."""
        text = json.dumps(value)
        with self._lock:
            self._entries[key] = (time.monotonic() + ttl_s, text)
            self._entries.move_to_end(key)
            while len(self._entries) > self._entries_max_count:
                self._entries.popitem(last=False)

    def drop(self, key: str) -> None:
        """Forget a value."""
        with self._lock:
            self._entries.pop(key, None)

    def close(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
