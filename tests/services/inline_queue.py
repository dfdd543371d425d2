"""A queue whose worker is whoever hands something over: the work is done before `dispatch` returns."""

from __future__ import annotations

from collections.abc import Callable


class InlineQueue:
    """Executes at once, in the caller's thread.

    Parameters
    ----------
    execute : callable or None
        Takes an id; may be set later, when the services exist.
    """

    def __init__(self, execute: Callable[[str], None] | None = None) -> None:
        self.execute = execute
        self.handed_over: list[str] = []

    def dispatch(self, run_id: str) -> None:
        self.handed_over.append(run_id)
        assert self.execute is not None, "nobody was given the work"
        self.execute(run_id)

    def cancel(self, run_id: str) -> bool:
        return False

    def ping(self) -> None:
        pass

    def start(self) -> None:
        pass

    def stop(self) -> None:
        pass
