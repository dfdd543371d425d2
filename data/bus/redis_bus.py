"""How do several machines nudge each other, through restarts of Redis?"""

from __future__ import annotations

import threading
from collections.abc import Callable

from data.bus.redis_channel import RedisChannel

CHANNEL = "qpo:outbox"


class RedisBus:
    """Nudges on one channel. One that is lost costs one polling interval, never an event.

    Parameters
    ----------
    url : str
        For example ``redis://127.0.0.1:6379/0``.
    """

    def __init__(self, url: str) -> None:
        self._channel = RedisChannel(url, CHANNEL, lambda _topic: self._tell(), begins=self._tell)
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], None]] = []

    def nudge(self, topic: str) -> None:
        """Publish the topic; while Redis is away the readers' own polling does its work."""
        self._channel.publish(topic)

    def listen(self, on_nudge: Callable[[], None]) -> None:
        """Add a listener; it is told to look whenever the subscription stands anew."""
        with self._lock:
            self._listeners.append(on_nudge)
        self._channel.start()

    def stop(self) -> None:
        """End the subscription."""
        self._channel.stop()

    def _tell(self) -> None:
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            listener()
