"""How do the processes of one machine share cached values without a server?

diskcache unpickles what it reads unless it is told otherwise (CVE-2025-69872), so only its JSON disk is used, in a
folder that nobody else may enter.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import diskcache


class DiskCache:
    """A cache in a folder of this machine.

    Parameters
    ----------
    folder : Path
        Made with mode 0700 if absent.
    size_max_bytes : int
        The least recently stored entries go first.
    """

    def __init__(self, folder: Path, size_max_bytes: int = 256 * 1024 * 1024) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        self._cache = diskcache.Cache(str(folder), disk=diskcache.JSONDisk, size_limit=size_max_bytes)

    def get(self, key: str) -> Any | None:
        """Return the kept value, or None when it is absent or expired."""
        return self._cache.get(key)

    def put(self, key: str, value: Any, ttl_s: float) -> None:
        """Keep a JSON-native value for the given time."""
        self._cache.set(key, value, expire=ttl_s)

    def drop(self, key: str) -> None:
        """Forget a value."""
        self._cache.delete(key)

    def close(self) -> None:
        """Close the files of this thread."""
        self._cache.close()
