"""How does a program that cannot send headers open a socket?

It asks for a ticket over the API and puts it into the address. A ticket works once, within thirty seconds.
"""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass

from services.auth.actor import Actor

VALID_S = 30.0
_KEPT_MAX_COUNT = 10_000


@dataclass(frozen=True)
class _Ticket:
    actor: Actor
    secret: str | None
    expires_at_s: float


class Tickets:
    """The unused tickets of this process; at scale, clients behind a balancer use an API key instead."""

    def __init__(self) -> None:
        self._unused: dict[str, _Ticket] = {}
        self._lock = threading.Lock()

    def issue(self, actor: Actor, secret: str | None) -> str:
        """Return a new ticket; the key it was asked for with, if any, keeps the socket open."""
        now_s = time.monotonic()
        ticket = secrets.token_urlsafe(32)
        with self._lock:
            if len(self._unused) >= _KEPT_MAX_COUNT:
                self._unused = {key: one for key, one in self._unused.items() if one.expires_at_s > now_s}
            self._unused[ticket] = _Ticket(actor, secret, now_s + VALID_S)
        return ticket

    def redeem(self, ticket: str) -> tuple[Actor, str | None] | None:
        """Return whose ticket it is and by which key, once; None if it is unknown, spent or too old."""
        with self._lock:
            found = self._unused.pop(ticket, None)
        if found is None or found.expires_at_s <= time.monotonic():
            return None
        return found.actor, found.secret
