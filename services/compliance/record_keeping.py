"""What is done for the records by itself: the anchors of each day, the retention of each month, the reports due?"""

from __future__ import annotations

import logging
from collections.abc import Callable

_log = logging.getLogger(__name__)


class RecordKeeping:
    """The product's own rounds over the records; the leading process asks for them.

    Parameters
    ----------
    *rounds : callable
        Each returns how much it did; what goes wrong in one does not keep the others from their turn.

    """

    def __init__(self, *rounds: Callable[[], int]) -> None:
        self._rounds = rounds

    def keep_up(self) -> int:
        """Do what is due; return how much was done."""
        done = 0
        for work in self._rounds:
            try:
                done += work()
            except Exception:  # the next turn may succeed; an anchor must not wait for a report that cannot be made
                _log.exception("A round over the records failed.")
        return done
