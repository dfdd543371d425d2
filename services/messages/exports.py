"""What does an export hand over?"""

from __future__ import annotations

from typing import Literal

from services.messages.frozen import Message

ChartFormat = Literal["pdf", "png", "svg"]
TableFormat = Literal["csv", "xlsx"]
Renderer = Literal["auto", "vector", "browser"]
DrawnBy = Literal["vector", "browser"]


class Export(Message):
    """A file that was made; `drawn_by` says which renderer drew a chart and is None for tables."""

    data: bytes
    filename: str
    media_type: str
    drawn_by: DrawnBy | None = None

    @property
    def content(self) -> bytes:
        """The bytes of the file."""
        return self.data
