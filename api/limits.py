"""How often may somebody ask, and how is that told?

One shared budget per API key, user or address for the whole API, counted by flask-limiter in memory (one process) or in
Redis (several); if Redis is away, each process counts for itself. Sign-ins have their own rules in `session.throttle`.
Beside `X-RateLimit-*`, answers carry the `RateLimit` fields of the IETF draft.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from typing import Any

import structlog
from flask import Blueprint, Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.constants import HeaderNames
from flask_login import current_user
from limits import parse

from api.errors import is_api_path
from services.settings import Settings
from services.wiring_doors import limiter_options

_log = structlog.get_logger("api.limits")


def whose() -> str:
    """Return whose budget the request uses: the key's, else the user's, else the address's."""
    authorization = request.headers.get("Authorization", "")
    actor = getattr(current_user, "actor", None)
    if actor is not None and authorization:
        return "key:" + hashlib.sha256(authorization.encode()).hexdigest()[:32]
    return f"user:{actor.user_id}" if actor is not None else f"address:{request.remote_addr or 'unknown'}"


class WrongKeys:
    """How many wrong keys came from one address; the gate answers before the API's budget is looked at.

    Parameters
    ----------
    limiter : Limiter
        Where to count.
    """

    def __init__(self, limiter: Limiter) -> None:
        self._limiter = limiter
        self._allowed = parse("60 per minute")

    def is_spent(self, address: str) -> bool:
        """Count one wrong key and return whether there were too many."""
        try:
            return not self._limiter.limiter.hit(self._allowed, "wrong-key", address)
        except Exception as error:  # without its store nothing is counted; the key stays wrong all the same
            _log.warning("wrong_keys_not_counted", error=type(error).__name__)
            return False


def make(settings: Settings) -> Limiter:
    """Return the limiter, to be put into the server by `install`."""
    return Limiter(
        key_func=whose,
        storage_uri=settings.redis_url or "memory://",
        storage_options=limiter_options(settings),
        strategy="moving-window",
        headers_enabled=True,
        header_name_mapping={
            HeaderNames.LIMIT: "X-RateLimit-Limit",
            HeaderNames.REMAINING: "X-RateLimit-Remaining",
            HeaderNames.RESET: "X-RateLimit-Reset",
            HeaderNames.RETRY_AFTER: "Retry-After",
        },
        in_memory_fallback=[f"{settings.api_rate_per_min} per minute"] if settings.redis_url else None,
        key_prefix="qpo",
    )


def install(server: Flask, limiter: Limiter) -> None:
    """Count the server's requests, and tell the budget in both ways."""

    def standard_headers(response: Response) -> Response:
        if not is_api_path() or "X-RateLimit-Limit" not in response.headers:
            return response
        reset_s = max(0, int(float(response.headers["X-RateLimit-Reset"]) - time.time()))
        limit = response.headers["X-RateLimit-Limit"]
        response.headers["RateLimit-Policy"] = f'"default";q={limit};w=60'
        response.headers["RateLimit"] = f'"default";r={response.headers["X-RateLimit-Remaining"]};t={reset_s}'
        if response.status_code == 429:
            response.headers["Retry-After"] = str(max(1, reset_s))
        elif response.status_code == 202:
            response.headers["Retry-After"] = "1"  # the limiter wrote its own over that of the handler
        elif response.status_code != 503:
            response.headers.pop("Retry-After", None)
        return response

    server.after_request(standard_headers)  # before the limiter's own, because the later one runs first
    limiter.init_app(server)


def api_budget(limiter: Limiter, settings: Settings) -> Callable[[Blueprint], Any]:
    """Return the decorator that puts a blueprint under the API's shared budget."""
    return limiter.shared_limit(f"{settings.api_rate_per_min} per minute", scope="api", key_func=whose)
