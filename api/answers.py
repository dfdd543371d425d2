"""How does a result of a service become an HTTP answer?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response, request
from pydantic_core import to_json

from services.errors import InvalidRequest, PreconditionRequired, Stale


def answer(
    body: object,
    status: int = 200,
    *,
    row_version: int | None = None,
    location: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the body as JSON.

    Parameters
    ----------
    body : object
        A frozen message, or a dict or list of them. Money is text, market numbers are numbers, NaN becomes null.
    status : int
        HTTP status.
    row_version : int, optional
        The version of the row: becomes the ``ETag`` and answers ``If-None-Match``.
    location : str, optional
        Where the result lives.
    headers : mapping, optional
        Further headers.
    """
    response = Response(to_json(body, inf_nan_mode="null"), status, mimetype="application/json")
    response.headers.extend(dict(headers or {}))
    if location is not None:
        response.headers["Location"] = location
    if row_version is not None:
        response.set_etag(str(row_version))
        if request.method in ("GET", "HEAD"):
            _heed_conditions(response, str(row_version))
    return response


def _heed_conditions(response: Response, tag: str) -> None:
    """Answer a reading that depends on the version: first ``If-Match``, then ``If-None-Match`` (RFC 9110, 13.2.2).

    Raises
    ------
    Stale
        ``If-Match`` names other versions only; ``*`` stands for whatever version there is.
    """
    wanted = request.if_match
    if "If-Match" in request.headers and not (wanted.star_tag or wanted.is_strong(tag)):
        raise Stale(
            "The object has another version than those in 'If-Match'.",
            "Read it without 'If-Match', or with '*' for whatever version it has.",
        )
    response.make_conditional({name: value for name, value in request.environ.items() if name != "HTTP_IF_MATCH"})


def nothing() -> Response:
    """Return the empty answer of a deletion."""
    return Response(status=204)


def expected_version() -> int | None:
    """Return the row version that the caller's change is based on, from ``If-Match`` (RFC 9110, section 13.1.1).

    None stands for ``*``: whatever version there is.

    Raises
    ------
    PreconditionRequired
        There is no ``If-Match``.
    Stale
        It is weak, or names a version that this product never gave out.
    """
    sent = request.headers.get("If-Match", "").strip()
    if sent == "*":
        return None
    if not sent:
        raise PreconditionRequired(
            "This change needs the version it is based on.",
            "Read the object, then send its ETag as 'If-Match', or '*' for whatever version it has.",
        )
    if sent.startswith("W/"):
        raise Stale(
            "A weak tag does not tell for sure which version it means.",
            "Send the ETag as it was given, without 'W/'.",
            code="weak_tag",
        )
    text = sent[1:-1] if len(sent) > 2 and sent[0] == sent[-1] == '"' else sent
    if not (text.isascii() and text.isdecimal()) or len(text) > 12:
        raise Stale(
            "No version of this object has that ETag.", "Read the object again, then send its ETag as 'If-Match'."
        )
    return int(text)


def prefers_async() -> bool:
    """Return whether the caller asked not to wait (RFC 7240)."""
    return any(part.strip().lower() == "respond-async" for part in request.headers.get("Prefer", "").split(","))


def idempotency_key() -> str | None:
    """Return the caller's ``Idempotency-Key``, if there is one.

    Raises
    ------
    InvalidRequest
        It is longer than 128 characters or not printable.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not key.strip() or len(key) > 128 or not key.isprintable():
        raise InvalidRequest(
            "The header 'Idempotency-Key' cannot be used.", "Send 1 to 128 printable characters, such as a UUID."
        )
    return key


def attachment(data: bytes, media_type: str, filename: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return a file that browsers save and never show in place.

    Parameters
    ----------
    data : bytes
        The content.
    media_type : str
        Its type.
    filename : str
        The name to save under; other characters than letters, digits, ``.``, ``-``, ``_`` are replaced.
    headers : mapping, optional
        Further headers.
    """
    safe = "".join(one if one.isascii() and (one.isalnum() or one in ".-_") else "-" for one in filename)[:120]
    response = Response(data, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{safe}"'
    response.headers.extend(dict(headers or {}))
    return response


def streamed(pieces: Iterable[bytes], media_type: str, filename: str) -> Response:
    """Return a file that is sent piece by piece as it is made, and that browsers save."""
    response = attachment(b"", media_type, filename)
    response.response = pieces
    response.headers.pop("Content-Length", None)
    return response


def as_dict(message: Any) -> dict[str, Any]:
    """Return a frozen message as a dict of Python values, to be extended before it is answered."""
    return dict(message.model_dump(mode="python"))
