"""Which rules does every answer give the browser?

A strict content-security policy without `unsafe-eval`; Dash's few inline scripts are allowed by their hashes, which are
complete only once the first request was set up, so they are computed then and kept. Pages of the account get a stricter
policy without any script.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

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
_CACHEABLE = ("/assets/", "/_dash-component-suites/", "/account/fs-static/", "/api/v1/docs/static/")


class ScriptHashes:
    """The hashes of the inline scripts that Dash needs, computed once, after its set-up is complete.

    Parameters
    ----------
    source : callable
        Returns the quoted hashes; `Dash.csp_hashes`.
    is_complete : callable
        Whether the set-up inside the first request is over.
    """

    def __init__(self, source: Callable[[], Sequence[str]], is_complete: Callable[[], bool]) -> None:
        self._source = source
        self._is_complete = is_complete
        self._lock = threading.Lock()
        self._kept: str | None = None

    def text(self) -> str:
        """Return the hashes as they stand in the policy."""
        if self._kept is not None:
            return self._kept
        with self._lock:
            found = " ".join(dict.fromkeys(self._source()))
            if self._is_complete():
                self._kept = found
        return found


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
        f"default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        f"font-src 'self' data:; connect-src 'self' {connect}; worker-src 'self' blob:; object-src 'none'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def register(server: Flask, settings: Settings) -> None:
    """Put the rules on every answer of the server; `server.extensions["qpo_hashes"]` is set once Dash exists."""
    socket = settings.public_url.replace("http", "ws", 1)

    def policy(response: Response) -> str:
        if request.path.startswith("/account/"):
            return _ACCOUNT
        if request.path.rstrip("/") == "/api/v1/docs":
            return _DOCS
        if response.mimetype == "text/html":
            hashes: ScriptHashes | None = server.extensions.get("qpo_hashes")
            return page_policy(hashes.text() if hashes else "", socket)
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
