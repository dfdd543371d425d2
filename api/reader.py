"""Whose preferences decide how amounts and dates read in what is answered?

Pages and files follow the person who is signed in, or whose key asks; the API's JSON stays canonical.
"""

from __future__ import annotations

from flask import Flask, request
from flask_login import current_user

from api.errors import is_api_path
from services import reader
from services.messages.preferences import Preferences
from services.wiring import Services


def _is_file() -> bool:
    """Return whether the address names the format of a file: it is for a person, unlike JSON."""
    return any(name.endswith("_format") for name in request.view_args or {})


def register(server: Flask, services: Services) -> None:
    """Have each request of a page read by who is signed in, and by nobody once it has ended."""

    def begin() -> None:
        is_read = _is_file() if is_api_path() else not request.path.startswith("/assets/")
        reader.read_by(ask if is_read and current_user.is_authenticated else None)

    def ask() -> Preferences:
        return services.preferences.get(current_user.actor)

    def end(_error: BaseException | None) -> None:
        reader.read_by(None)

    server.before_request(begin)
    server.teardown_request(end)
