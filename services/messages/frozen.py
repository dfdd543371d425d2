"""What do all messages have in common?"""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

Item = TypeVar("Item")


class Message(BaseModel):
    """A frozen value between a service and its caller; unknown fields are refused, infinite numbers too."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Page(Message, Generic[Item]):
    """One page of a list: its items and the cursor of the next page, None on the last."""

    items: tuple[Item, ...]
    next_cursor: str | None = None

    @property
    def has_more(self) -> bool:
        """Whether there is a next page."""
        return self.next_cursor is not None
