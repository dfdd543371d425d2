"""Which rules does every answer give the browser?

A strict content-security policy without `unsafe-eval`; Dash's few inline scripts are allowed by their hashes
(`registration.finish`). Pages of the account get a stricter policy without any script.
"""

from __future__ import annotations

from flask import Flask, Response, request

from services.settings import Settings

_ACCOUNT = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_DATA = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
_DOCS = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGES = "/<path:path>"
"""Dash answers every address that nobody else does, below ``/account/`` too: its page says that there is none."""
_CACHEABLE = ("/assets/", "/_dash-component-suites/", "/account/fs-static/", "/api/v1/docs/static/")


def page_policy(hashes: str, connect: str) -> str:
    """Return the policy of the product's pages.

    Parameters
    ----------
    hashes : str
        The allowed inline scripts.
    connect : str
        The address of the socket beside ``'self'``, which older browsers do not extend to sockets.
    """
    return (
        f"default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; "
        f"img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' {connect}; "
        "worker-src 'self' blob:; object-src 'none'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def register(server: Flask, settings: Settings) -> None:
    """Put the rules on every answer of the server; `server.extensions["qpo_hashes"]` is set once Dash exists."""
    socket = settings.public_url.replace("http", "ws", 1)

    def policy(response: Response) -> str:
        if request.path.startswith("/account/") and request.endpoint != _PAGES:
            return _ACCOUNT
        if request.path.rstrip("/") == "/api/v1/docs":
            return _DOCS
        if response.mimetype == "text/html":
            return page_policy(str(server.extensions.get("qpo_hashes", "")), socket)
        return _DATA

    def add(response: Response) -> Response:
        headers = response.headers
        headers["Content-Security-Policy"] = policy(response)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["X-Frame-Options"] = "DENY"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        if settings.is_https:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if not (request.path.startswith(_CACHEABLE) and response.status_code in (200, 304)):
            headers["Cache-Control"] = "no-store"
        if request.endpoint == "security.logout":
            headers["Clear-Site-Data"] = '"cache"'
        return response

    server.after_request(add)
