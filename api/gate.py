"""Who may pass at all?

Closed by default, by endpoint: what is not on the short list answers only to somebody who is signed in. Signed out, a
navigating browser is led to the sign-in page; everything else (callbacks, layouts, scripts, sockets, API, unknown
addresses, foreign hosts) gets 401 and learns nothing. Only a socket of one of our own pages is opened, told that the
sign-in ended, and closed. Who may do what is decided later, in the services.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import quote

from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from api.errors import is_api_path, plain_problem, problem_response
from api.limits import WrongKeys
from api.stream.origin import is_own_origin
from services.settings import Settings

OPEN_ENDPOINTS = frozenset(
    {
        "health.healthz",
        "health.readyz",
        "api_health.read_health",
        "api_auth.create_token",
        "account.accept_invitation",
        "security.login",
        "security.logout",
        "security.two_factor_token_validation",
        "security.two_factor_setup",
        "security.two_factor_rescue",
        "security.tf_select",
        "security.mf_recovery",
        "security.forgot_password",
        "security.reset_password",
    }
)
_HEALTH = frozenset({"health.healthz", "health.readyz", "api_health.read_health"})
_LOOKS = (".css", ".woff2", ".woff", ".svg", ".png", ".ico", ".ttf")
_NEVER_PAGES = ("/_", "/assets/", "/ws", "/download/")
SIGN_IN = "/account/login"


def is_open() -> bool:
    """Return whether the present address answers to anybody.

    The sign-in pages need their style sheets, fonts and pictures; scripts stay closed.
    """
    if request.endpoint in OPEN_ENDPOINTS:
        return True
    return request.endpoint == "_dash_assets.static" and request.path.lower().endswith(_LOOKS)


def _is_from_this_machine() -> bool:
    """Return whether the connection comes from this machine."""
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _goes_to_sign_in() -> bool:
    """Return whether a person navigates, who is then led to the sign-in page."""
    if request.method != "GET" or is_api_path() or request.path.startswith(_NEVER_PAGES):
        return False
    return "text/html" in request.headers.get("Accept", "")


def _is_page_without_sign_in(settings: Settings) -> bool:
    """Return whether one of our pages asks for its socket: it can read why a socket closed, not why none opened."""
    by_program = "Authorization" in request.headers or "ticket" in request.args
    return request.path == "/ws" and not by_program and is_own_origin(settings)


def _next() -> str:
    """Return where to come back to after signing in: a path of this site."""
    target = request.full_path.rstrip("?") if request.query_string else request.path
    return "" if target == "/" else "?next=" + quote(target, safe="")


def register(server: Flask, settings: Settings, wrong_keys: WrongKeys) -> None:
    """Close the server to whoever is not signed in, and to plain http where the public address is https."""

    def refuse_plain_http() -> ResponseReturnValue | None:
        if not settings.is_https or request.is_secure:
            return None
        if request.endpoint in _HEALTH and _is_from_this_machine():
            return None
        return problem_response(403, "https_required", "Encrypted connections only", f"Use {settings.public_url}.")

    def gate() -> ResponseReturnValue | None:
        if is_open() or current_user.is_authenticated or _is_page_without_sign_in(settings):
            return None
        if request.endpoint is None and request.routing_exception is not None and request.routing_exception.code == 400:
            return plain_problem(400, "This address is not served here.")
        if _goes_to_sign_in() and request.endpoint is not None:
            return redirect(SIGN_IN + _next())
        if "Authorization" in request.headers and wrong_keys.is_spent(request.remote_addr or "unknown"):
            return plain_problem(429, headers={"Retry-After": "60"})
        return plain_problem(401)

    server.before_request(refuse_plain_http)
    server.before_request(gate)
