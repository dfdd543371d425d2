"""Where do time, waiting and chance come from, so that tests need neither wait nor guess?"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


def _machine_time() -> datetime:
    """Return the machine's time in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Timing:
    """The clock of the network.

    Parameters
    ----------
    monotonic : callable
        Seconds that never run backwards, for deadlines.
    sleep : callable
        Waits between tries.
    now_utc : callable
        The wall clock, for dates in headers.
    chance : callable
        A number in [0, 1), for the jitter between tries.

    """

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    now_utc: Callable[[], datetime] = _machine_time
    chance: Callable[[], float] = random.random


@dataclass(frozen=True)
class Deadline:
    """One moment after which nothing is waited for."""

    at_s: float
    monotonic: Callable[[], float]

    @classmethod
    def after(cls, seconds: float, timing: Timing) -> Deadline:
        """Return the deadline that many seconds from now."""
        return cls(timing.monotonic() + seconds, timing.monotonic)

    @property
    def left_s(self) -> float:
        """Seconds that are left; never negative."""
        return max(0.0, self.at_s - self.monotonic())
