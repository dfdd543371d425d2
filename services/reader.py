"""How does the person behind the present request want amounts, dates and times to read?

Whoever answers a person says once, by `read_by`, whose preferences hold; `services.formatting` and
`services.number_style` ask here, so that no page and no file can forget them. Without a person (workers, schedules,
sentences that are kept) everything reads as delivered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from services.errors import ServiceError
from services.messages.preferences import Clock, DateFormat, Preferences

Ask = Callable[[], Preferences]

HIDDEN = "Amounts are hidden."
"""What files say at their foot while amounts are masked."""

_AS_DELIVERED = Preferences()
_ask: ContextVar[Ask | None] = ContextVar("reader", default=None)


def read_by(ask: Ask | None) -> None:
    """Have texts follow these preferences from now on; they are asked for once, and only if a text needs them.

    Parameters
    ----------
    ask : callable or None
        Returns the preferences of the person behind the request; None ends it.
    """
    _ask.set(None if ask is None else cache(ask))


@contextmanager
def reading(ask: Ask | None) -> Iterator[None]:
    """Have texts follow these preferences within a block: a file for a person, or, with None, what is kept."""
    token = _ask.set(None if ask is None else cache(ask))
    try:
        yield
    finally:
        _ask.reset(token)


def _likes() -> Preferences:
    ask = _ask.get()
    if ask is None:
        return _AS_DELIVERED
    try:
        return ask()
    except ServiceError:  # the session has just ended, or a key may not read preferences
        return _AS_DELIVERED


def hides_amounts() -> bool:
    """Return whether money and numbers of shares are masked for the reader."""
    return _likes().amounts == "hidden"


def date_format() -> DateFormat:
    """Return how the reader likes days to be written."""
    return _likes().date_format


def time_zone() -> str:
    """Return the name of the zone on whose clocks the reader likes moments to be told."""
    return _likes().time_zone


def clock() -> Clock:
    """Return whether the reader counts hours to 24 or twice to 12."""
    return _likes().clock
