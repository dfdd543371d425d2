"""In which shape is it kept which columns of a table a user sees, and in which order?"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from services.messages.frozen import Message

GridName = Literal["holdings"]
ColumnKey = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Columns = Annotated[tuple[ColumnKey, ...], Field(max_length=60)]


class GridChoice(Message):
    """The columns that are shown beside those that always are, and the order of all of them, by their keys."""

    shown: Columns
    order: Columns = ()


class GridColumns(Message):
    """What is kept of a table; `choice` is None while it stands as it came."""

    grid: GridName
    choice: GridChoice | None
