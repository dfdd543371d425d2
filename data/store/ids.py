"""How does a row get a primary key that sorts by the time it was made?"""

import secrets
import threading
import time

_lock = threading.Lock()
_last_tick = 0


def new_id() -> str:
    """Return a UUID of version 7 as 36 characters of lower-case text.

    The first 60 payload bits are the Unix time in milliseconds followed by a 12-bit counter, so ids of one
    process increase strictly and ids of several processes increase to the millisecond.

    Returns
    -------
    str
        For example ``0199f6c1-2b7e-7a01-9c3d-5f0e8b2a4c11``.

    References
    ----------
    RFC 9562 (2024), section 5.7 and section 6.2, method 1.
    """
    global _last_tick
    with _lock:
        tick = (time.time_ns() // 1_000_000) << 12
        _last_tick = max(tick, _last_tick + 1)
        tick = _last_tick
    value = (tick >> 12) << 80 | 0x7 << 76 | (tick & 0xFFF) << 64 | 0b10 << 62 | secrets.randbits(62)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
