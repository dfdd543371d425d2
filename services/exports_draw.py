"""How is one chart drawn in a process of its own, whose memory goes with it?

``python -m services.exports_draw`` reads one order as JSON from standard input, draws it by matplotlib, and writes the
file to standard output. What a user must be told leaves as JSON with the exit code `TOLD_CODE`. Matplotlib and its
fonts need some 150 MB that a serving process would keep for good.
"""

from __future__ import annotations

import contextlib
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

TOLD_CODE = 4
MEMORY_CODE = 5
MEMORY_MAX_BYTES = 1024 * 2**20


def _limit_memory(max_bytes: int) -> None:
    """Let this process fail rather than take the memory of others; a system without such limits goes without."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (max_bytes, hard))


def serve(order: dict[str, Any], target: BinaryIO) -> int:
    """Draw one order and return the exit code."""
    from services.errors import ServiceError

    _limit_memory(int(order.get("memory_max_bytes") or MEMORY_MAX_BYTES))
    try:
        from services.exports_vector import draw

        data = draw(
            order["figure"],
            order["kind"],
            made_at_utc=datetime.fromisoformat(order["made_at_utc"]),
            cache_dir=Path(order["cache_dir"]),
        )
    except ServiceError as error:
        target.write(json.dumps({"message": error.message, "advice": error.advice, "code": error.code}).encode())
        return TOLD_CODE
    except (MemoryError, ImportError, OSError) as error:
        if isinstance(error, MemoryError) or "allocate" in str(error) or "map segment" in str(error):
            return MEMORY_CODE
        raise
    target.write(data)
    return 0


def main() -> int:
    """Serve standard input and output."""
    return serve(json.load(sys.stdin.buffer), sys.stdout.buffer)


if __name__ == "__main__":
    sys.exit(main())
