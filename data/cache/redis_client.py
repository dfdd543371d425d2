"""How is Redis spoken to so that its absence costs a moment and not a stall?

The library's default retries sleep between tries; whoever calls from a request must hear "not there" at once instead.
"""

from __future__ import annotations

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

CONNECT_LIMIT_S = 0.5
ANSWER_LIMIT_S = 1.0


def impatient_client(url: str, answer_limit_s: float = ANSWER_LIMIT_S) -> redis.Redis:
    """Return a client that gives up after half a second to connect and `answer_limit_s` for an answer.

    Parameters
    ----------
    url : str
        For example ``redis://127.0.0.1:6379/0``.
    answer_limit_s : float
        Seconds until an answer counts as missing.
    """
    return redis.Redis.from_url(
        url,
        socket_connect_timeout=CONNECT_LIMIT_S,
        socket_timeout=answer_limit_s,
        retry=Retry(NoBackoff(), 0),
    )
