"""How do frames of live prices reach every process: at once inside one, through Redis between several?

Frames are news, not records: one that is lost is made good by the next. Nobody waits for a carrier.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

_log = logging.getLogger(__name__)

CHANNEL = "qpo:quotes"

Hear = Callable[[bytes], None]


class Carrier(Protocol):
    """Brings frames to all processes, this one included."""

    def send(self, frame: bytes) -> None:
        """Send a frame to every process; never raises, never waits for long."""
        ...

    def listen(self, hear: Hear) -> None:
        """Call a function with each frame, once started."""
        ...

    def start(self) -> None:
        """Begin to hear other processes; calling it twice is harmless."""
        ...

    def stop(self) -> None:
        """End listening."""
        ...


class InProcessCarrier:
    """The carrier of the embedded mode: the sender's own thread calls every listener."""

    def __init__(self) -> None:
        self._listeners: list[Hear] = []

    def send(self, frame: bytes) -> None:
        """Hand the frame to every listener of this process."""
        for hear in list(self._listeners):
            hear(frame)

    def listen(self, hear: Hear) -> None:
        """Add a listener, which must be quick."""
        self._listeners.append(hear)

    def start(self) -> None:
        """There is nobody else to hear."""

    def stop(self) -> None:
        """Nothing waits here."""


class RedisCarrier:
    """Frames on one channel of Redis.

    Parameters
    ----------
    url : str
        For example ``redis://127.0.0.1:6379/0``.
    """

    def __init__(self, url: str) -> None:
        from data.bus.redis_channel import RedisChannel  # only where there is a Redis

        self._channel = RedisChannel(url, CHANNEL, self._tell)
        self._listeners: list[Hear] = []

    def send(self, frame: bytes) -> None:
        """Publish the frame; while Redis is away it is lost, and every light says so within five seconds."""
        self._channel.publish(frame)

    def listen(self, hear: Hear) -> None:
        """Add a listener."""
        self._listeners.append(hear)

    def start(self) -> None:
        """Subscribe, in a thread of its own."""
        self._channel.start()

    def stop(self) -> None:
        """End the subscription."""
        self._channel.stop()

    def _tell(self, frame: bytes) -> None:
        for hear in list(self._listeners):
            try:
                hear(frame)
            except Exception:  # one frame's fault, or one listener's, must not keep the others from it
                _log.exception("A frame of live prices could not be read.")
