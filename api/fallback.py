"""What does the API answer at addresses that do not exist, and to methods that an address does not take?

Without this, the pages' catch-all would answer unknown API addresses with a page, and ``GET /optimizations/preview``
would be asked for the optimization "preview".
"""

from __future__ import annotations

from flask import Blueprint, Flask, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import MapAdapter

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
unknown = Blueprint("api_unknown", __name__)


def _allowed() -> list[str]:
    """Return which methods the address takes, catch-alls left out."""
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None
    found = []
    for method in _METHODS:
        if _is_matched(adapter, request.path, method):
            found.append(method)
    return [*found, "OPTIONS"] if found else []


def close_fixed_addresses(server: Flask) -> None:
    """Refuse, at every fixed address, the methods that only an address with a variable part would take there."""
    taken: dict[str, set[str]] = {}
    for rule in server.url_map.iter_rules():
        if rule.endpoint.startswith("api_") and not rule.arguments and not rule.endpoint.startswith("api_unknown."):
            taken.setdefault(rule.rule, set()).update(rule.methods or ())
    adapter = server.url_map.bind("")
    for address, methods in taken.items():
        others = [one for one in _METHODS if one not in methods and _is_matched(adapter, address, one)]
        if others:
            server.add_url_rule(
                address, f"{unknown.name}.answer_unknown", methods=others, provide_automatic_options=False
            )


def _is_matched(adapter: MapAdapter, address: str, method: str) -> bool:
    """Return whether a resource's own address with a variable part takes the method here."""
    try:
        endpoint, _ = adapter.match(address, method=method)
    except HTTPException:
        return False
    return bool(endpoint.startswith("api_") and not endpoint.startswith("api_unknown."))


@unknown.route("/api", defaults={"rest": ""}, methods=_METHODS)
@unknown.route("/api/<path:rest>", methods=_METHODS)
def answer_unknown(rest: str = "") -> ResponseReturnValue:
    """Refuse with 405 where the address exists for other methods, else with 404."""
    allowed = _allowed()
    if allowed:
        raise MethodNotAllowed(valid_methods=allowed)
    raise NotFound
