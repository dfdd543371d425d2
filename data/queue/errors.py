"""How does a queue say that it cannot take an id at present?"""

from __future__ import annotations


class QueueUnavailable(Exception):
    """The queue is full, stopped or unreachable; the run stays pending and is handed over later."""
