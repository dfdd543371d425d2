"""What happens to sessions when somebody signs in, signs out, or changes what they sign in with?"""

from __future__ import annotations

from typing import Any

from flask import Flask, g, request, session
from flask_login import user_logged_out
from flask_security.signals import (
    password_changed,
    password_reset,
    tf_disabled,
    tf_profile_changed,
    user_authenticated,
)

from api.access import services


def _begin(app: Flask, user: Any, **_: Any) -> None:
    """Open a new session with a new random id, and a new form token with it; the old ones are worth nothing."""
    _end_present("signed_in_again")
    session["sid"] = services().sessions.open(user.id, request.headers.get("User-Agent", ""), request.remote_addr or "")
    session.permanent = True
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)
    session["fs_cc"] = "set"


def _end_present(reason: str) -> None:
    """End the session that the cookie holds, if any."""
    sid = session.pop("sid", None)
    if isinstance(sid, str):
        services().sessions.end(sid, reason)


def _end(app: Flask, user: Any = None, **_: Any) -> None:
    """End the session at sign-out."""
    _end_present("signed_out")


def _end_others(app: Flask, user: Any, **_: Any) -> None:
    """End every other session after a change of password or second factor."""
    sid = session.get("sid")
    services().sessions.end_others(user.id, sid if isinstance(sid, str) else None, "credentials_changed")


def _forget_codes(app: Flask, user: Any, **_: Any) -> None:
    """Take the recovery codes away with the second factor that they stand in for."""
    services().users.sign_in.set_recovery_codes(user.id, [])


def register(server: Flask) -> None:
    """Connect; strongly, because signals forget functions that nobody else holds."""
    user_authenticated.connect(_begin, server, weak=False)
    user_logged_out.connect(_end, server, weak=False)
    for signal in (password_changed, password_reset, tf_profile_changed, tf_disabled):
        signal.connect(_end_others, server, weak=False)
    tf_disabled.connect(_forget_codes, server, weak=False)
