"""Which request was it, what came of it, and how long did it take?

Every request has an id: the caller's `X-Request-ID` where it is well formed, else one of our own. The id is bound to
every log line of the request, returned to the caller and shown in every problem; audit rows carry it with the address
that asked. Logs hold no bodies, no query strings, no cookies, no keys and no links that work once.
"""

from __future__ import annotations

import re
import secrets
import time

import structlog
from flask import Flask, Response, g, has_request_context, request
from flask_login import current_user

from services.audit_notes import NOWHERE, REQUEST_FACTS, RequestFacts

_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")
_QUIET = frozenset({"health.healthz", "health.readyz", "static"})
_ADDRESS_MAX_COUNT = 64
_log = structlog.get_logger("api.requests")


def request_id() -> str:
    """Return the id of the present request, or an empty text outside of one."""
    return str(getattr(g, "request_id", "")) if has_request_context() else ""


def _begin() -> None:
    """Give the request its id and its start time."""
    sent = request.headers.get("X-Request-ID", "")
    g.request_id = sent if _WELL_FORMED.fullmatch(sent) else secrets.token_hex(16)
    g.started_s = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    address = (request.remote_addr or "")[:_ADDRESS_MAX_COUNT] or None
    REQUEST_FACTS.set(RequestFacts(address, g.request_id, _has_second_factor))


def _has_second_factor() -> bool:
    """Return whether whoever asks had to show a code besides the password when signing in."""
    return has_request_context() and bool(getattr(current_user, "has_totp", False))


def _forget(_: BaseException | None) -> None:
    """Leave nothing behind for what the thread does after the request."""
    REQUEST_FACTS.set(NOWHERE)


def _shown_path() -> str:
    """Return the path for the log, without the secret of a link that works once."""
    token = str((request.view_args or {}).get("token", ""))
    return (request.path.replace(token, "...") if token else request.path)[:200]


def _end(response: Response) -> Response:
    """Return the id and write one line."""
    response.headers["X-Request-ID"] = request_id()
    endpoint = request.endpoint or "unknown"
    if endpoint in _QUIET or endpoint.startswith(("_dash_assets", "bundle_", "/_dash-component-suites")):
        return response
    elapsed_ms = (time.perf_counter() - getattr(g, "started_s", time.perf_counter())) * 1000.0
    level = _log.warning if response.status_code >= 500 else _log.info
    level(
        "request",
        method=request.method,
        endpoint=endpoint,
        path=_shown_path(),
        status=response.status_code,
        code=getattr(g, "problem_code", None),
        user=getattr(g, "actor_id", None),
        address=request.remote_addr,
        elapsed_ms=round(elapsed_ms, 1),
    )
    return response


def register(server: Flask) -> None:
    """Identify and record every request of the server."""
    server.before_request(_begin)
    server.after_request(_end)
    server.teardown_request(_forget)
