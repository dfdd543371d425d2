"""How do several machines nudge each other, through restarts of Redis?"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

import redis

from data.cache.redis_client import breaker_of, impatient_client

_log = logging.getLogger(__name__)

CHANNEL = "qpo:outbox"
_POLL_S = 0.5
_PAUSES_S = (0.2, 0.5, 1.0, 2.0)


class RedisBus:
    """Publish and subscribe on one channel. A nudge that is lost costs one polling interval, never an event.

    Parameters
    ----------
    url : str
        For example ``redis://127.0.0.1:6379/0``.
    """

    def __init__(self, url: str) -> None:
        self._client = impatient_client(url)
        self._breaker = breaker_of(url)
        self._followed = impatient_client(url, answer_limit_s=5.0)
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], None]] = []
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()

    def nudge(self, topic: str) -> None:
        """Publish the topic; while Redis is away the readers' own polling does its work."""
        try:
            self._breaker.call(lambda: self._client.publish(CHANNEL, topic))
        except redis.RedisError as error:
            _log.warning("A nudge through Redis failed; readers will find the event by polling: %s", error)

    def listen(self, on_nudge: Callable[[], None]) -> None:
        """Add a listener; the subscription is renewed whenever Redis comes back."""
        with self._lock:
            self._listeners.append(on_nudge)
            if self._thread is None:
                self._thread = threading.Thread(target=self._follow, name="redis-bus", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the subscription."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=2 * _POLL_S)
        self._client.close()
        self._followed.close()

    def _follow(self) -> None:
        failures_count = 0
        while not self._stopping.is_set():
            try:
                client: Any = self._followed  # its method has no types
                with client.pubsub(ignore_subscribe_messages=True) as subscription:
                    subscription.subscribe(CHANNEL)
                    self._tell()  # whatever was published before the subscription
                    failures_count = 0
                    while not self._stopping.is_set():
                        if subscription.get_message(timeout=_POLL_S) is not None:
                            self._tell()
            except (redis.RedisError, OSError) as error:
                pause_s = _PAUSES_S[min(failures_count, len(_PAUSES_S) - 1)]
                failures_count += 1
                if failures_count == 1:
                    _log.warning("The subscription to Redis was lost and will be renewed: %s", error)
                self._stopping.wait(pause_s)

    def _tell(self) -> None:
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            listener()
