"""How long may a server take, how much may it send, and how often is it asked again?"""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class HttpLimits:
    """The bounds of one question to a server.

    Parameters
    ----------
    try_s : float
        Seconds that one try may take in all: finding the address, connecting, sending and reading to the last byte.
    overall_s : float
        Seconds that all tries and the waits between them may take together.
    max_bytes : int
        Size of an answer, as declared, as sent and after decompression.
    tries_count : int
        How often a question is asked at most.
    backoff_s, backoff_max_s : float
        The wait before try n + 1 is drawn evenly from 0 to ``min(backoff_max_s, backoff_s * 2**n)``.

    """

    try_s: float = 5.0
    overall_s: float = 15.0
    max_bytes: int = 20 * MEGABYTE
    tries_count: int = 3
    backoff_s: float = 0.5
    backoff_max_s: float = 8.0
