"""How does a long list continue where the last page ended?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, tuple_

from data.errors import RowRefused
from data.store.session import StoreSession

R = TypeVar("R")


@dataclass(frozen=True)
class Page(Generic[R]):
    """One page of rows, newest first, and where the next one begins (None: this was the last)."""

    rows: Sequence[R]
    next_cursor: str | None


def newest_first(session: StoreSession, query: Select[R], model: Any, cursor: str | None, limit: int) -> Page[R]:
    """Return one page ordered by (created_at_utc, id) descending.

    Parameters
    ----------
    session : StoreSession
        Session to read with.
    query : Select
        Rows to page through.
    model : type
        Mapped class with ``created_at_utc`` and ``id``.
    cursor : str, optional
        ``next_cursor`` of the page before.
    limit : int
        Most rows of a page, 1 to 1000.

    Raises
    ------
    RowRefused
        When the cursor is not one of ours.
    """
    key = tuple_(model.created_at_utc, model.id)
    if cursor is not None:
        instant, row_id = _parse(cursor)
        query = query.where(key < tuple_(instant, row_id))
    size = max(1, min(limit, 1000))
    rows = session.scalars(query.order_by(model.created_at_utc.desc(), model.id.desc()).limit(size + 1)).all()
    if len(rows) <= size:
        return Page(rows, None)
    last = rows[size - 1]
    return Page(rows[:size], f"{last.created_at_utc.astimezone(UTC).isoformat()}~{last.id}")


def _parse(cursor: str) -> tuple[datetime, str]:
    instant_text, _, row_id = cursor.partition("~")
    try:
        instant = datetime.fromisoformat(instant_text)
        if instant.tzinfo is None or not row_id:
            raise ValueError(cursor)
    except ValueError as error:
        raise RowRefused("The cursor is not one that this list handed out; start from the first page.") from error
    return instant, row_id
