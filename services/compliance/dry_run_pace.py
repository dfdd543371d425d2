"""How much longer does a dry run take, told while it is done?

Each day of each portfolio takes about as long as another, however many rules are tried on it: what was done so far
tells what is left.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from services import formatting

SURE_AFTER_S = 5.0
"""Before, nothing is said of the time that is left: the first day reads what the others share."""
MINUTE_S = 60.0
STAGE_LENGTH_MAX = 80
"""As many characters as a run keeps."""


class Pace:
    """Counts days that were judged.

    Parameters
    ----------
    total_count : int
        How many days of portfolios there are; at least 1.
    now_s : callable
        A clock that never goes back, in seconds.
    """

    def __init__(self, total_count: int, now_s: Callable[[], float] = time.monotonic) -> None:
        self._total_count = total_count
        self._now_s = now_s
        self._began_s = now_s()

    def stage(self, name: str, done_count: int) -> str:
        """Return what is being done, and how long the rest will take; a long name is cut.

        Parameters
        ----------
        name : str
            Of the portfolio.
        done_count : int
            Days that were judged so far.
        """
        elapsed_s = self._now_s() - self._began_s
        if done_count < 1 or elapsed_s < SURE_AFTER_S:
            return _cut(f"Judging {name}")
        left_s = elapsed_s / done_count * (self._total_count - done_count)
        if left_s < MINUTE_S:
            return _cut(f"Less than a minute left; judging {name}")
        return _cut(f"About {formatting.count(round(left_s / MINUTE_S), 'minute')} left; judging {name}")


def _cut(said: str) -> str:
    return said if len(said) <= STAGE_LENGTH_MAX else f"{said[: STAGE_LENGTH_MAX - 3]}..."
