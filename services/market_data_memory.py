"""Which bars were read before, so that the same question is answered from memory?

Whole series are remembered per house under the content and the revision of what is stored, so a remembered one can
never be an older one. The memory is bounded by bytes; the longest unused fall out.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

BYTES_MAX_COUNT = 256 * 1024 * 1024


class ArrayMemory:
    """Remembers values with their size.

    Parameters
    ----------
    bytes_max_count : int
        Sizes of all that is remembered together.

    """

    def __init__(self, bytes_max_count: int = BYTES_MAX_COUNT) -> None:
        self._bytes_max_count = bytes_max_count
        self._kept: OrderedDict[Hashable, tuple[int, Any]] = OrderedDict()
        self._bytes_count = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Any | None:
        """Return what is remembered, or None."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
        return None if found is None else found[1]

    def put(self, key: Hashable, value: Any, bytes_count: int) -> None:
        """Remember a value; one larger than the whole memory is not kept."""
        if bytes_count > self._bytes_max_count:
            return
        with self._lock:
            before = self._kept.pop(key, None)
            self._bytes_count += bytes_count - (0 if before is None else before[0])
            self._kept[key] = (bytes_count, value)
            while self._bytes_count > self._bytes_max_count:
                _, (size, _) = self._kept.popitem(last=False)
                self._bytes_count -= size

    def of(self, key: Hashable, make: Callable[[], Any], bytes_count: int) -> Any:
        """Return what is remembered, else what `make` returns, remembered from now on."""
        found = self.get(key)
        if found is None:
            found = make()
            self.put(key, found, bytes_count)
        return found
