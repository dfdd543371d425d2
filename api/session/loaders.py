"""Who is behind the present request?

A browser is known by the random session id in its signed cookie, a program by `Authorization: Bearer qpo_...`. For the
API a key always beats a cookie, and a cookie never suffices for a change.
"""

from __future__ import annotations

from typing import Any

from flask import Request, g, request, session

from api.access import services
from api.session import samples
from api.session.person import KeyHolder, Person

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
BACKGROUND_HEADER = "X-Background"
PASSIVE_INPUTS = ("shell-event", "shell-resync", "shell-connection", "shell-run-view")
TOKEN_PREFIX = "qpo_session_"  # noqa: S105 - a prefix, not a secret


def _is_api(path: str) -> bool:
    """Return whether the address belongs to the API."""
    return path == "/api" or path.startswith("/api/")


def _is_activity() -> bool:
    """Return whether the request shows that the person is there; timers, sockets and followers of runs do not."""
    if request.path == "/ws" or BACKGROUND_HEADER in request.headers:
        return False
    if request.path != "/_dash-update-component":
        return True
    if "cacheKey" in request.args or "job" in request.args:
        return False
    try:
        said = request.get_json(silent=True)
    except RecursionError:  # nested to exhaust the stack; refused where the body is read
        return True
    changed = said.get("changedPropIds") if isinstance(said, dict) else None
    if not isinstance(changed, list) or not changed:
        return True
    return not all(str(one).endswith(".n_intervals") or str(one).startswith(PASSIVE_INPUTS) for one in changed)


def _person(sid: str, via: str) -> Person | None:
    """Return the person behind a live session."""
    found = services().sessions.load(sid)
    if found is None or found.user is None or samples.is_refused(found.user.email):
        return None
    if _is_activity():
        services().sessions.touch(sid)
    return Person(found.user, via, found.key)


def load_from_cookie(uniquifier: str) -> Person | None:
    """Return the signed-in person, or None; called by Flask-Login with what the cookie holds."""
    is_change = request.method not in SAFE_METHODS
    if _is_api(request.path) and ("Authorization" in request.headers or is_change):
        return None
    sid = session.get("sid")
    person = _person(sid, "session") if isinstance(sid, str) else None
    if person is None or person.fs_uniquifier != uniquifier:
        return None
    g.fs_authn_via = "session"
    g.fs_paa = session.get("fs_paa", 0)
    return person


def load_from_request(sent: Request) -> Any:
    """Return the owner of the key, token or socket ticket that was sent, or None."""
    if not _is_api(sent.path) and sent.path != "/ws":
        return None
    if sent.path == "/ws" and "ticket" in sent.args:
        from api.stream.service import tickets

        found = tickets().redeem(sent.args["ticket"])
        return KeyHolder(*found) if found is not None else None
    scheme, _, secret = sent.headers.get("Authorization", "").partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret.startswith("qpo_") or len(secret) > 200:
        return None
    g.fs_authn_via = "key"
    if secret.startswith(TOKEN_PREFIX):
        return _person(secret.removeprefix(TOKEN_PREFIX), "token")
    actor = services().api_keys.authenticate(secret)
    return KeyHolder(actor, secret) if actor is not None else None
