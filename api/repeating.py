"""How may a POST be repeated without having its effect twice?

The same `Idempotency-Key` of the same user with the same method, address and body gets the first answer again for 24
hours, byte for byte, marked with `Idempotency-Replayed: true`. What was refused was not done, so its key may be used
again. An answer that shows a secret is not kept: its repetition is told that the deed was done.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, request

from api.access import actor, services
from api.answers import idempotency_key
from services.errors import Conflict
from services.idempotency import own_key

_KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Retry-After")


def key_of_run() -> str | None:
    """Return the key under which the request's run is stored with it, which survives a broken process."""
    key = idempotency_key()
    return None if key is None else own_key(actor(), key, "run")


def _question() -> dict[str, Any]:
    """Return what was asked, whatever the spacing of its JSON; what is no JSON counts as it stands."""
    text = request.get_data(cache=True, as_text=True)
    try:
        body = json.dumps(json.loads(text), sort_keys=True) if text.strip() else ""
    except (ValueError, RecursionError):
        body = text
    return {
        "method": request.method,
        "path": request.path,
        "query": request.query_string.decode("latin1"),
        "body": body,
    }


def _sealed(response: Response, *, shows_secret: bool) -> str:
    """Return an answer as it is kept: without its body where that holds a secret."""
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    return json.dumps({"headers": headers, "body": None if shows_secret else response.get_data(as_text=True)})


def _opened(status: int, text: str) -> Response:
    """Return a kept answer.

    Raises
    ------
    Conflict
        The answer showed a secret and was therefore not kept.
    """
    kept = json.loads(text)
    if kept["body"] is None:
        raise Conflict(
            "This request was done before, and the secret that it made was shown that once.",
            "If the first answer was lost, withdraw what it made and ask with a new Idempotency-Key.",
            code="secret_shown_once",
        )
    response = Response(kept["body"], status)
    del response.headers["Content-Type"]
    response.headers.extend(kept["headers"])
    response.headers["Idempotency-Replayed"] = "true"
    return response


def repeatable(handler: Callable[..., Response], *, shows_secret: bool = False) -> Callable[..., Response]:
    """Make a handler honor ``Idempotency-Key``; `Resource.route_for` does so for every POST.

    Parameters
    ----------
    handler : callable
        Does the deed and answers.
    shows_secret : bool
        Whether the answer shows something that is shown only once.
    """

    @wraps(handler)
    def once(**inputs: Any) -> Response:
        key = idempotency_key()
        if key is None:
            return handler(**inputs)
        made: list[Response] = []

        def do() -> tuple[int, str]:
            made.append(handler(**inputs))
            return made[0].status_code, _sealed(made[0], shows_secret=shows_secret)

        kept = services().idempotency.once(actor(), key, _question(), do)
        return _opened(kept.status, kept.body) if kept.is_repeated else made[0]

    return once
