"""How do the processes of several machines share cached values?"""

from __future__ import annotations

import json
import logging
from typing import Any

import redis

from data.cache.redis_client import breaker_of, impatient_client

_log = logging.getLogger(__name__)


class RedisCache:
    """A cache in Redis. While Redis is away everything is absent, because nothing here is the only copy.

    Parameters
    ----------
    url : str
        For example ``redis://127.0.0.1:6379/0``.
    prefix : str
        Put before every key.
    """

    def __init__(self, url: str, prefix: str = "qpo:cache:") -> None:
        self._client = impatient_client(url)
        self._breaker = breaker_of(url)
        self._prefix = prefix

    def get(self, key: str) -> Any | None:
        """Return the kept value, or None when it is absent, expired, or Redis is away."""
        try:
            text: Any = self._breaker.call(lambda: self._client.get(self._prefix + key))
        except redis.RedisError as error:
            _log.warning("The cache in Redis cannot be read at present: %s", error)
            return None
        return None if text is None else json.loads(text)

    def put(self, key: str, value: Any, ttl_s: float) -> None:
        """Keep a JSON-native value for the given time."""
        text = json.dumps(value)
        try:
            self._breaker.call(lambda: self._client.set(self._prefix + key, text, px=max(1, int(ttl_s * 1000))))
        except redis.RedisError as error:
            _log.warning("The cache in Redis cannot be written at present: %s", error)

    def drop(self, key: str) -> None:
        """Forget a value; while Redis is away it ends by its own expiry."""
        try:
            self._breaker.call(lambda: self._client.delete(self._prefix + key))
        except redis.RedisError as error:
            _log.warning("The cache in Redis cannot be cleared at present: %s", error)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
