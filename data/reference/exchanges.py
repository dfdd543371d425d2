"""When does each exchange close, so that a daily bar knows its moment in UTC?

The hours of New York stand here, with its early closes in ``early_closes.csv``, because almost every start of the
product needs them; those of other exchanges come from ``calendars.py``, which takes a second to load. A coin's day ends
at midnight in UTC, that of a currency at 17:00 in New York.
"""

from __future__ import annotations

import csv
from datetime import date, datetime, time
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

ALWAYS_OPEN, FX_MARKET = "24/7", "24/5"
"""What stands for an exchange where there is none: of coins and of currencies."""
NEW_YORK = "America/New_York"
NEW_YORK_MICS = frozenset({"XNYS", "XNAS", "ARCX", "BATS"})
USUAL_CLOSE, FX_CLOSE = time(16, 0), time(17, 0)
NO_EXCHANGE = "XXXX"
"""ISO 10383's own code for "no exchange"."""


def session_closes_utc(exchange_mic: str | None, sessions: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    """Return the moment in UTC at which each session closed, to the second; early closes count.

    Parameters
    ----------
    exchange_mic : str or None
        ISO 10383 code, or ``24/7`` and ``24/5`` for coins and currencies. An asset without an exchange, such as an
        index of New York stocks, and an exchange of which no calendar is known, take the hours of New York.
    sessions : array of datetime64[D]
        Local session dates. One on which the exchange was closed takes the usual hour.

    """
    days = sessions.astype("datetime64[D]")
    if exchange_mic == ALWAYS_OPEN:
        return (days + 1).astype("datetime64[s]")
    if exchange_mic == FX_MARKET:
        return _closes(FX_CLOSE, days.tobytes())
    if exchange_mic is not None and exchange_mic not in (NO_EXCHANGE, *NEW_YORK_MICS):
        from data.reference.calendars import closes_utc, is_known

        if is_known(exchange_mic):
            return closes_utc(exchange_mic, days)
    return _closes(USUAL_CLOSE, days.tobytes())


@cache
def early_closes() -> dict[date, time]:
    """Return the sessions on which New York closed before 16:00, with the hour."""
    path = Path(__file__).with_name("early_closes.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        return {date.fromisoformat(row["session"]): time.fromisoformat(row["close"]) for row in csv.DictReader(lines)}


@lru_cache(maxsize=8)
def _closes(closing: time, packed_sessions: bytes) -> NDArray[np.datetime64]:
    """Return the closes of one calendar; the series of one delivery mostly share theirs."""
    zone = ZoneInfo(NEW_YORK)
    early = early_closes() if closing == USUAL_CLOSE else {}
    sessions = np.frombuffer(packed_sessions, dtype="datetime64[D]").tolist()
    seconds = [
        int(datetime.combine(session, early.get(session, closing), tzinfo=zone).timestamp()) for session in sessions
    ]
    closes = np.asarray(seconds, dtype=np.int64).astype("datetime64[s]")
    closes.setflags(write=False)
    return closes
