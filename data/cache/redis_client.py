"""How is Redis spoken to so that its absence, or its silence, costs a moment and not a stall?

The library's default retries sleep between tries; whoever calls from a request must hear "not there" at once instead.
A server that takes connections and never answers (frozen, or a network that swallows packets) would cost every call its
time limit, so one missed answer closes the way for some seconds, for all callers of the same server in this process.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

CONNECT_LIMIT_S = 0.3
ANSWER_LIMIT_S = 0.3
PAUSE_S = 5.0

Answer = TypeVar("Answer")


class Breaker:
    """Remembers that a server did not answer, and lets nobody wait for it again until a pause is over.

    Parameters
    ----------
    pause_s : float
        For how long calls are refused at once. Afterwards one caller tries while the others are still refused.
    """

    def __init__(self, pause_s: float = PAUSE_S) -> None:
        self._pause_s = pause_s
        self._lock = threading.Lock()
        self._closed_until_s = 0.0

    def call(self, work: Callable[[], Answer]) -> Answer:
        """Return what the call returns.

        Raises
        ------
        redis.ConnectionError
            At once while the pause lasts, otherwise whatever the call raises.
        """
        with self._lock:
            was_closed = self._closed_until_s > 0.0
            if time.monotonic() < self._closed_until_s:
                raise redis.ConnectionError("Redis did not answer a moment ago and is left alone for some seconds.")
            if was_closed:
                self._closed_until_s = time.monotonic() + self._pause_s  # this caller tries, the others do not wait
        try:
            answer = work()
        except (redis.TimeoutError, TimeoutError):
            self.trip()
            raise
        except Exception:  # a refusal costs nobody time, and ends with the server's return
            self._open(was_closed)
            raise
        self._open(was_closed)
        return answer

    def _open(self, was_closed: bool) -> None:
        if was_closed:
            with self._lock:
                self._closed_until_s = 0.0

    def trip(self) -> None:
        """Refuse calls from now on, for the pause."""
        with self._lock:
            self._closed_until_s = time.monotonic() + self._pause_s


_breakers: dict[str, Breaker] = {}
_lock = threading.Lock()


def breaker_of(url: str) -> Breaker:
    """Return the one breaker of this process for a server."""
    with _lock:
        return _breakers.setdefault(url, Breaker())


def impatient_options(answer_limit_s: float = ANSWER_LIMIT_S) -> dict[str, Any]:
    """Return the options of a client that gives up instead of waiting or trying again.

    Parameters
    ----------
    answer_limit_s : float
        Seconds until an answer counts as missing.
    """
    return {
        "socket_connect_timeout": CONNECT_LIMIT_S,
        "socket_timeout": answer_limit_s,
        "retry": Retry(NoBackoff(), 0),
    }


def impatient_client(url: str, answer_limit_s: float = ANSWER_LIMIT_S) -> redis.Redis:
    """Return a client that gives up after 0.3 s to connect and `answer_limit_s` for an answer.

    Parameters
    ----------
    url : str
        For example ``redis://127.0.0.1:6379/0``.
    answer_limit_s : float
        Seconds until an answer counts as missing.
    """
    return redis.Redis.from_url(url, **impatient_options(answer_limit_s))
