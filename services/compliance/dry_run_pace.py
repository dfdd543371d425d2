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
    before_count : int
        How many of them an earlier stretch of the work judged.
    now_s : callable
        A clock that never goes back, in seconds.
    """

    def __init__(self, total_count: int, before_count: int = 0, *, now_s: Callable[[], float] = time.monotonic) -> None:
        self._total_count = total_count
        self._before_count = before_count
        self._now_s = now_s
        self._began_s = now_s()

    def stage(self, name: str, day: tuple[int, int], done_count: int, broken_count: int = 0) -> str:
        """Return what is being done, what was found so far and how long the rest will take; a long name is cut.

        Parameters
        ----------
        name : str
            Of the portfolio.
        day : (int, int)
            The number of the portfolio's day that is judged, from 1, and how many it has.
        done_count : int
            Days of all portfolios that were judged so far.
        broken_count : int
            Rules that some portfolio has broken so far.
        """
        number, of = (formatting.number(one, 0) for one in day)
        found = f"; {formatting.count(broken_count, 'rule')} broken so far" if broken_count else ""
        rest = f"{found}{self._left(done_count)}"
        before = f"Day {number} of {of}, "
        room = max(STAGE_LENGTH_MAX - len(before) - len(rest), 0)
        return f"{before}{_cut(name, room)}{rest}"[:STAGE_LENGTH_MAX]

    def _left(self, done_count: int) -> str:
        elapsed_s, here_count = self._now_s() - self._began_s, done_count - self._before_count
        if here_count < 1 or elapsed_s < SURE_AFTER_S:
            return ""
        left_s = elapsed_s / here_count * (self._total_count - done_count)
        if left_s < MINUTE_S:
            return "; less than a minute left"
        return f"; about {formatting.count(round(left_s / MINUTE_S), 'minute')} left"


def _cut(said: str, length: int) -> str:
    return said if len(said) <= length else f"{said[: max(length - 3, 0)]}..."
