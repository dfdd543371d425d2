"""Who is asking, and which services answer?"""

from __future__ import annotations

from flask import g
from flask_login import current_user

from services.auth.actor import Actor
from services.errors import NotSignedIn
from services.wiring import Services, current


def services() -> Services:
    """Return the verbs of the product."""
    return current()


def actor() -> Actor:
    """Return on whose behalf the present request acts.

    Raises
    ------
    NotSignedIn
        Nobody is signed in. The gate refuses such requests earlier; this is the second lock.
    """
    found = getattr(current_user, "actor", None)
    if not isinstance(found, Actor):
        raise NotSignedIn("Nobody is signed in.", "Sign in, or send a valid key.")
    g.actor_id = found.user_id
    return found
