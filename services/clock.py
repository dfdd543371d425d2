"""What time is it, for audit, sessions, leases and ages?

Business dates never come from here: they follow the data's own as-of date.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """The only source of the present time in services."""

    def now_utc(self) -> datetime:
        """Return the present moment as an aware datetime in UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let the given time pass."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now_utc(self) -> datetime:
        """Return the present moment as an aware datetime in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Let the calling thread sleep for the given time."""
        time.sleep(seconds)


class ManualClock:
    """A clock that moves only when told to, so that what depends on time can be shown without waiting.

    Parameters
    ----------
    start_utc : datetime
        An aware datetime in UTC.
    """

    def __init__(self, start_utc: datetime) -> None:
        if start_utc.tzinfo is None:
            raise ValueError("start_utc needs a time zone: use datetime(..., tzinfo=UTC).")
        self._now_utc = start_utc

    def now_utc(self) -> datetime:
        """Return the moment at which the clock was left."""
        return self._now_utc

    def sleep(self, seconds: float) -> None:
        """Advance by the given time without waiting."""
        self.advance(seconds=seconds)

    def advance(self, *, seconds: float = 0.0, minutes: float = 0.0, hours: float = 0.0, days: float = 0.0) -> None:
        """Move the clock forward."""
        self._now_utc += timedelta(seconds=seconds, minutes=minutes, hours=hours, days=days)
