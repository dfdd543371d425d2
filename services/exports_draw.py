"""How is one chart, or the document of a whole page, drawn in a process of its own, whose memory goes with it?

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
NEARLY_FRAC = 0.8
"""Of the address space: a failure beyond this share of it counts as one for want of memory."""


def _limit_memory(max_bytes: int) -> None:
    """Let this process fail rather than take the memory of others; a system without such limits goes without."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (max_bytes, hard))


def _peak_bytes() -> int:
    """Return the largest address space so far; 0 where the system does not tell."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmPeak:"):
                return int(line.split()[1]) * 1024
    return 0


def serve(order: dict[str, Any], target: BinaryIO) -> int:
    """Draw one order and return the exit code."""
    from services.errors import ServiceError

    max_bytes = int(order.get("memory_max_bytes") or MEMORY_MAX_BYTES)
    _limit_memory(max_bytes)
    try:
        from services.exports_vector import draw, draw_document

        made_at_utc, cache_dir = datetime.fromisoformat(order["made_at_utc"]), Path(order["cache_dir"])
        if order.get("document") is not None:
            data = draw_document(order["document"], order["kind"], made_at_utc=made_at_utc, cache_dir=cache_dir)
        else:
            data = draw(order["figure"], order["kind"], made_at_utc=made_at_utc, cache_dir=cache_dir)
    except ServiceError as error:
        target.write(json.dumps({"message": error.message, "advice": error.advice, "code": error.code}).encode())
        return TOLD_CODE
    except Exception as error:  # what libraries raise when they get no memory is of every kind
        if isinstance(error, MemoryError) or _peak_bytes() > NEARLY_FRAC * max_bytes:
            return MEMORY_CODE
        raise
    target.write(data)
    return 0


def main() -> int:
    """Serve standard input and output."""
    return serve(json.load(sys.stdin.buffer), sys.stdout.buffer)


if __name__ == "__main__":
    sys.exit(main())
