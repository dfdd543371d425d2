"""What keeps a socket open: a session, a token or a key, each of which may end while the socket is open?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from services.auth.actor import Actor
from services.wiring import Services


@dataclass(frozen=True)
class SignIn:
    """The way in behind a socket.

    Parameters
    ----------
    key : str
        Equal for sockets that share it, so that it is asked for once.
    is_alive : callable
        Whether it still counts.
    """

    key: str
    is_alive: Callable[[], bool]


def sign_in_of(actor: Actor, secret: str | None, services: Services) -> SignIn:
    """Return what to ask about an actor's sign-in.

    Parameters
    ----------
    actor : Actor
        Who listens.
    secret : str or None
        The API key, for actors without a session.
    services : Services
        Who knows.
    """
    if actor.via != "key":
        session_key = actor.session_key or ""
        return SignIn(session_key, lambda: services.sessions.is_alive(session_key))
    key = secret or ""
    return SignIn(hashlib.sha256(key.encode()).hexdigest(), lambda: services.api_keys.authenticate(key) is not None)
