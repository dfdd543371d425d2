"""What does the API answer at addresses that do not exist, and to methods that an address does not take?

Without this, the pages' catch-all would answer unknown API addresses with a page.
"""

from __future__ import annotations

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
unknown = Blueprint("api_unknown", __name__)


def _allowed() -> list[str]:
    """Return which methods the address takes, catch-alls left out."""
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None
    found = []
    for method in _METHODS:
        try:
            endpoint, _ = adapter.match(request.path, method=method)
        except HTTPException:
            continue
        if endpoint.startswith("api_") and not endpoint.startswith("api_unknown."):
            found.append(method)
    return [*found, "OPTIONS"] if found else []


@unknown.route("/api", defaults={"rest": ""}, methods=_METHODS)
@unknown.route("/api/<path:rest>", methods=_METHODS)
def answer_unknown(rest: str) -> ResponseReturnValue:
    """Refuse with 405 where the address exists for other methods, else with 404."""
    allowed = _allowed()
    if allowed:
        raise MethodNotAllowed(valid_methods=allowed)
    raise NotFound
