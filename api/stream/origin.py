"""Who opens the socket: a page of this site, a program, or a page of another site?"""

from __future__ import annotations

from flask import request

from services.settings import Settings


def is_own_origin(settings: Settings) -> bool:
    """Return whether the socket is opened by a page of this site, or by a program, which sends no origin."""
    origin = request.headers.get("Origin")
    if origin is None:
        return "Authorization" in request.headers or "ticket" in request.args
    own = {settings.public_url}
    if settings.is_loopback or (settings.is_everywhere and not settings.is_https):
        own.add(f"http://{request.host}")  # one of the trusted names, or the request would not have come this far
    return origin in own
