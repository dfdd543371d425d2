"""Who is asking, and may they do it?"""

from __future__ import annotations

from typing import cast

from flask_login import current_user

from services import wiring
from services.auth.actor import Actor
from services.auth.policy import is_allowed
from services.auth.roles import Permission
from services.errors import NotSignedIn
from services.messages.preferences import Preferences
from services.wiring import Services

__all__ = ["Permission", "actor", "may", "preferences", "services"]


def actor() -> Actor:
    """Return the person behind this request.

    Raises
    ------
    NotSignedIn
        Nobody is signed in; the gate refuses such requests before, this is the second fence.

    """
    if not current_user or not current_user.is_authenticated:
        raise NotSignedIn("Your session has ended.", "Sign in again; nothing that was saved is lost.")
    return cast(Actor, current_user.actor)


def services() -> Services:
    """Return the verbs of this installation."""
    return wiring.current()


def may(permission: Permission) -> bool:
    """Return whether the person may do this; used to hide what the service would refuse."""
    return is_allowed(actor(), permission)


def preferences() -> Preferences:
    """Return how the person likes numbers, signs, theme and density."""
    return services().preferences.get(actor())
