"""How do frames of live prices reach every process: at once inside one, through Redis between several?

Frames are news, not records: one that is lost is made good by the next. Nobody waits for a carrier.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, Protocol

_log = logging.getLogger(__name__)

CHANNEL = "qpo:quotes"
_POLL_S = 0.5
_PAUSES_S = (0.2, 0.5, 1.0, 2.0)

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
    """Publish and subscribe on one channel; the subscription is renewed whenever Redis comes back.

    Parameters
    ----------
    url : str
        For example ``redis://127.0.0.1:6379/0``.
    """

    def __init__(self, url: str) -> None:
        from data.cache.redis_client import breaker_of, impatient_client

        self._client = impatient_client(url)
        self._followed = impatient_client(url, answer_limit_s=5.0)
        self._breaker = breaker_of(url)
        self._listeners: list[Hear] = []
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()

    def send(self, frame: bytes) -> None:
        """Publish the frame; while Redis is away it is lost, and every light says so within five seconds."""
        import redis

        try:
            self._breaker.call(lambda: self._client.publish(CHANNEL, frame))
        except redis.RedisError as error:
            _log.warning("Live prices could not be passed on through Redis: %s", error)

    def listen(self, hear: Hear) -> None:
        """Add a listener."""
        self._listeners.append(hear)

    def start(self) -> None:
        """Subscribe, in a thread of its own."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._follow, name="quotes-carrier", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the subscription."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=2 * _POLL_S)
        self._client.close()
        self._followed.close()

    def _follow(self) -> None:
        import redis

        failures_count = 0
        while not self._stopping.is_set():
            try:
                client: Any = self._followed  # its method has no types
                with client.pubsub(ignore_subscribe_messages=True) as subscription:
                    subscription.subscribe(CHANNEL)
                    failures_count = 0
                    while not self._stopping.is_set():
                        message = subscription.get_message(timeout=_POLL_S)
                        if message is not None:
                            self._tell(message["data"])
            except (redis.RedisError, OSError) as error:
                pause_s = _PAUSES_S[min(failures_count, len(_PAUSES_S) - 1)]
                failures_count += 1
                if failures_count == 1:
                    _log.warning("Live prices lost their way through Redis, which will be renewed: %s", error)
                self._stopping.wait(pause_s)

    def _tell(self, frame: bytes | str) -> None:
        raw = frame if isinstance(frame, bytes) else frame.encode()
        for hear in list(self._listeners):
            try:
                hear(raw)
            except Exception:  # one frame's fault must not end the subscription
                _log.exception("A frame of live prices could not be read.")
