"""How is a long list handed out in pieces?

`{"data": [...], "next_cursor": ..., "has_more": ...}`: no offsets, no counts. A cursor is opaque, signed, and valid
only for the list, the filters and the tenant it was given for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from pydantic import BaseModel, ConfigDict, Field

from api.access import actor
from api.reading import Query
from services.errors import FieldProblem, InvalidRequest

Item = TypeVar("Item")

LIMIT_MAX_COUNT = 200


class Page(BaseModel, Generic[Item]):
    """One piece of a list."""

    model_config = ConfigDict(frozen=True)

    data: list[Item] = Field(description="The entries of this piece.")
    next_cursor: str | None = Field(default=None, description="Send it as `cursor` to get the next piece.")
    has_more: bool = Field(default=False, description="Whether there is a next piece.")

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """Return the name of the piece in the document: ``RunViewPage``."""
        return f"{params[0].__name__}Page"


class PageQuery(Query):
    """Which piece of a list is wanted."""

    cursor: str | None = Field(default=None, max_length=1000, description="The `next_cursor` of the piece before.")
    limit: int = Field(default=50, ge=1, le=LIMIT_MAX_COUNT, description="Entries per piece, 1 to 200.")


def _serializer() -> URLSafeSerializer:
    """Return the signer for the present list, filters and tenant."""
    filters = sorted((name, value) for name, value in request.args.items() if name not in ("cursor", "limit"))
    scope = f"{actor().tenant_id}|{request.path}|{filters}"
    return URLSafeSerializer(str(current_app.secret_key), salt="cursor:" + hashlib.sha256(scope.encode()).hexdigest())


def open_cursor(sent: str | None) -> Any:
    """Return what the cursor stands for, None for the first piece.

    Raises
    ------
    InvalidRequest
        The cursor was changed, or belongs to another list or other filters.
    """
    if sent is None:
        return None
    try:
        return _serializer().loads(sent)
    except BadSignature:
        problem = FieldProblem("cursor", "This is no cursor of this list with these filters.", "Leave it out.")
        raise InvalidRequest(
            "The cursor does not belong to this list.",
            "Start again without a cursor, and keep the filters the same while paging.",
            fields=(problem,),
        ) from None


def page(items: Sequence[object], position: Any | None) -> dict[str, object]:
    """Return one piece as the service cut it.

    Parameters
    ----------
    items : sequence
        The entries.
    position : JSON value or None
        Where the next piece begins, in the service's own words; None at the end.
    """
    sealed = None if position is None else _serializer().dumps(position)
    return {"data": list(items), "next_cursor": sealed, "has_more": sealed is not None}


def cut(items: Sequence[Item], query: PageQuery, key: Callable[[Item], str]) -> dict[str, object]:
    """Return one piece of a list that a service hands out whole.

    Parameters
    ----------
    items : sequence
        The whole list, in its order.
    query : PageQuery
        Which piece.
    key : callable
        The identity of an entry; the next piece begins after the last one that was shown, wherever it stands by then.
    """
    after = open_cursor(query.cursor)
    start = 0
    if after is not None:
        keys = [key(item) for item in items]
        start = keys.index(after["after"]) + 1 if after["after"] in keys else min(int(after["at"]), len(items))
    piece = items[start : start + query.limit]
    end = start + len(piece)
    position = {"after": key(piece[-1]), "at": end} if piece and end < len(items) else None
    return page(piece, position)
