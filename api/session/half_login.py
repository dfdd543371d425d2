"""How long may somebody who gave the password take for the second factor?

Flask-Security keeps this state in the cookie without an end. It is stamped in the very answer that makes it, and
refused five minutes later.
"""

from __future__ import annotations

import time

from flask import Flask, Response, session

VALID_S = 300
_STATE = ("tf_state", "tf_user_id", "tf_primary_method", "tf_remember_login", "tf_totp_secret", "tf_select")
_STAMP = "tf_since"


def _expire() -> None:
    """Forget a state that is too old or carries no stamp."""
    if "tf_user_id" not in session:
        return
    since_s = session.get(_STAMP)
    if not isinstance(since_s, int | float) or not 0 <= time.time() - since_s <= VALID_S:
        for name in (*_STATE, _STAMP):
            session.pop(name, None)


def _stamp(response: Response) -> Response:
    """Put the time on a new state, and take it off when the state is gone."""
    if "tf_user_id" in session and _STAMP not in session:
        session[_STAMP] = time.time()
    elif "tf_user_id" not in session and _STAMP in session:
        session.pop(_STAMP)
    return response


def register(server: Flask) -> None:
    """Watch over the state on every request."""
    server.before_request(_expire)
    server.after_request(_stamp)
