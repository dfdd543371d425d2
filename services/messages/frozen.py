"""What do all messages have in common?"""

from __future__ import annotations

from typing import Any, Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict

Item = TypeVar("Item")


class Message(BaseModel):
    """A frozen value between a service and its caller; unknown fields are refused, infinite numbers too."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @classmethod
    def trusted(cls, **row: Any) -> Self:
        """Return a message of values that the product computed itself, without checking them again.

        Parameters
        ----------
        **row
            Every field, in its order, of exactly its type.

        """
        one, put = cls.__new__(cls), object.__setattr__
        put(one, "__dict__", row)
        put(one, "__pydantic_fields_set__", set(row))
        put(one, "__pydantic_extra__", None)
        put(one, "__pydantic_private__", None)
        return one


class Page(Message, Generic[Item]):
    """One page of a list: its items and the cursor of the next page, None on the last."""

    items: tuple[Item, ...]
    next_cursor: str | None = None

    @property
    def has_more(self) -> bool:
        """Whether there is a next page."""
        return self.next_cursor is not None
