"""What stands in for the queue in a process that never hands work over?"""

from __future__ import annotations


class PassiveQueue:
    """The queue of workers and followers: the web process takes up what they leave pending."""

    def dispatch(self, run_id: str) -> None:
        """Leave the run pending; the web process's sweep hands it over."""

    def cancel(self, run_id: str) -> bool:
        """Return False: there is nothing here to end."""
        return False

    def ping(self) -> None:
        """Nothing to ask."""

    def start(self) -> None:
        """Nothing to start."""

    def stop(self) -> None:
        """Nothing to stop."""
