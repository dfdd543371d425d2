"""How may a POST be repeated without having its effect twice?

The same `Idempotency-Key` with the same method, address and body gets the first answer again for 24 hours, marked with
`Idempotency-Replayed: true`. What was refused was not done, so its key may be used again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, request

from api.access import actor, services
from api.answers import idempotency_key

_KEPT_HEADERS = ("Location", "ETag")


def _question() -> dict[str, Any]:
    """Return what was asked, whatever the spacing of its JSON."""
    text = request.get_data(cache=True, as_text=True)
    return {"method": request.method, "path": request.path, "body": json.loads(text) if text.strip() else None}


def _sealed(response: Response) -> str:
    """Return an answer as it is kept."""
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    return json.dumps({"headers": headers, "body": response.get_data(as_text=True)})


def _opened(status: int, text: str) -> Response:
    """Return a kept answer."""
    kept = json.loads(text)
    response = Response(kept["body"], status, mimetype="application/json")
    response.headers.extend(kept["headers"])
    response.headers["Idempotency-Replayed"] = "true"
    return response


def repeatable(handler: Callable[..., Response]) -> Callable[..., Response]:
    """Make a handler honor ``Idempotency-Key``."""

    @wraps(handler)
    def once(**inputs: Any) -> Response:
        key = idempotency_key()
        if key is None:
            return handler(**inputs)
        made: list[Response] = []

        def do() -> tuple[int, str]:
            made.append(handler(**inputs))
            return made[0].status_code, _sealed(made[0])

        kept = services().idempotency.once(actor(), key, _question(), do)
        return _opened(kept.status, kept.body) if kept.is_repeated else made[0]

    return once
