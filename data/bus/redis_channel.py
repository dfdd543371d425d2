"""How does one channel of Redis carry messages between processes, through restarts of Redis?"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

import redis

from data.cache.redis_client import breaker_of, impatient_client

_log = logging.getLogger(__name__)

_POLL_S = 0.5
_PAUSES_S = (0.2, 0.5, 1.0, 2.0)


class RedisChannel:
    """Publish and subscribe on one channel; the subscription is renewed whenever Redis comes back.

    Parameters
    ----------
    url : str
        For example ``redis://127.0.0.1:6379/0``.
    channel : str
    hear : callable
        Gets each message; what it raises is logged and ends nothing.
    begins : callable
        Called whenever a subscription stands anew, because messages may have been lost before.
    """

    def __init__(
        self, url: str, channel: str, hear: Callable[[bytes], None], begins: Callable[[], None] = lambda: None
    ) -> None:
        self._client = impatient_client(url)
        self._followed = impatient_client(url, answer_limit_s=5.0)
        self._breaker = breaker_of(url)
        self._channel = channel
        self._hear = hear
        self._begins = begins
        self._starting = threading.Lock()
        self._stopping = threading.Event()
        self._is_losing = False
        self.thread: threading.Thread | None = None

    def publish(self, message: bytes | str) -> bool:
        """Send a message to every subscriber; False where Redis is away, and the message is lost."""
        try:
            self._breaker.call(lambda: self._client.publish(self._channel, message))
        except redis.RedisError as error:
            if not self._is_losing:  # said once, not twenty times a second
                _log.warning("Messages on %s are not passed on through Redis: %s", self._channel, error)
            self._is_losing = True
            return False
        self._is_losing = False
        return True

    def start(self) -> None:
        """Subscribe, in a thread of its own; calling it twice is harmless."""
        with self._starting:
            if self.thread is None:
                self.thread = threading.Thread(target=self._follow, name=self._channel, daemon=True)
                self.thread.start()

    def stop(self) -> None:
        """End the subscription."""
        self._stopping.set()
        if self.thread is not None:
            self.thread.join(timeout=2 * _POLL_S)
        self._client.close()
        self._followed.close()

    def _follow(self) -> None:
        failures_count = 0
        while not self._stopping.is_set():
            try:
                client: Any = self._followed  # its method has no types
                with client.pubsub(ignore_subscribe_messages=True) as subscription:
                    subscription.subscribe(self._channel)
                    self._guarded(self._begins)
                    failures_count = 0
                    while not self._stopping.is_set():
                        message = subscription.get_message(timeout=_POLL_S)
                        if message is not None:
                            data = message["data"]
                            raw = data if isinstance(data, bytes) else str(data).encode()
                            self._guarded(self._hear, raw)
            except (redis.RedisError, OSError) as error:
                pause_s = _PAUSES_S[min(failures_count, len(_PAUSES_S) - 1)]
                failures_count += 1
                if failures_count == 1:
                    _log.warning("The subscription to %s was lost and will be renewed: %s", self._channel, error)
                self._stopping.wait(pause_s)

    def _guarded(self, listener: Callable[..., None], *message: bytes) -> None:
        try:
            listener(*message)
        except Exception:  # one message's fault must not end the subscription
            _log.exception("A message on %s could not be read.", self._channel)
