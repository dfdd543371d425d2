"""How many requests did a question really send, tries that were repeated included?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Sent:
    """A counter of one question."""

    def __init__(self) -> None:
        self.count = 0


_RUNNING: ContextVar[Sent | None] = ContextVar("sent_requests", default=None)


@contextmanager
def sent_requests() -> Iterator[Sent]:
    """Count the requests that this thread sends until the block ends."""
    sent = Sent()
    token = _RUNNING.set(sent)
    try:
        yield sent
    finally:
        _RUNNING.reset(token)


def before_try(_source: str) -> None:
    """Count one request; the way to the network calls this before each one."""
    running = _RUNNING.get()
    if running is not None:
        running.count += 1
