"""When does each exchange close, so that a daily bar knows its moment in UTC?

Nominal closing times of normal sessions; early closes are not told apart here.
"""

from __future__ import annotations

from datetime import datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

_NEW_YORK = ("America/New_York", time(16, 0))
CLOSES: dict[str, tuple[str, time]] = {
    "XNYS": _NEW_YORK,
    "XNAS": _NEW_YORK,
    "ARCX": _NEW_YORK,
    "BATS": _NEW_YORK,
}
DEFAULT = _NEW_YORK
"""Used where an asset has no exchange of its own, such as an index of New York stocks."""


def session_closes_utc(exchange_mic: str | None, sessions: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    """Return the moment in UTC at which each session closed, to the second.

    Parameters
    ----------
    exchange_mic : str or None
        ISO 10383 code.
    sessions : array of datetime64[D]
        Local session dates.

    """
    zone_name, closing = CLOSES.get(exchange_mic or "", DEFAULT)
    return _closes(zone_name, closing, sessions.astype("datetime64[D]").tobytes())


@lru_cache(maxsize=8)
def _closes(zone_name: str, closing: time, packed_sessions: bytes) -> NDArray[np.datetime64]:
    """Return the closes of one calendar; the series of one delivery mostly share theirs."""
    zone = ZoneInfo(zone_name)
    sessions = np.frombuffer(packed_sessions, dtype="datetime64[D]").tolist()
    seconds = [int(datetime.combine(session, closing, tzinfo=zone).timestamp()) for session in sessions]
    closes = np.asarray(seconds, dtype=np.int64).astype("datetime64[s]")
    closes.setflags(write=False)
    return closes
