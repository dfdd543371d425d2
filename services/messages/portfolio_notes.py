"""In which shapes are notes about portfolios written and shown?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from services.messages.frozen import Message

TEXT_MAX_COUNT = 5000


class NoteInput(Message):
    """What a note says."""

    text: Annotated[str, Field(max_length=TEXT_MAX_COUNT)]


class NoteView(Message):
    """One note; `written_by_name` is None where the reader may not see who it was, `is_own` whether it is theirs."""

    id: str
    portfolio_id: str
    text: str
    written_by_id: str | None
    written_by_name: str | None
    written_at_utc: datetime
    is_edited: bool
    is_own: bool
    row_version: int
