"""How does a pool wait with its worker processes until somebody needs them?"""

from __future__ import annotations

from data.queue.errors import QueueUnavailable
from data.queue.pool import PoolQueue


class LazyPool(PoolQueue):
    """A pool whose workers are spawned when the first id comes in: a product that nobody asks pays no memory for them.

    Parameters and attributes are those of `PoolQueue`.
    """

    _is_allowed = False

    def start(self) -> None:
        """Allow the workers to be spawned."""
        self._is_allowed = True

    def dispatch(self, run_id: str) -> None:
        """Put an id in line, and spawn the workers if there are none yet.

        Raises
        ------
        QueueUnavailable
            When the pool is not started, or as many ids wait as may.
        """
        if not self._is_allowed:
            raise QueueUnavailable("The worker processes are not started.")
        super().start()
        super().dispatch(run_id)

    def stop(self, patience_s: float = 1.0) -> None:
        """End all workers, if there are any; nothing spawns them again."""
        self._is_allowed = False
        super().stop(patience_s)
