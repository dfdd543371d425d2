"""What does the command bar find, and where does each find lead?"""

from __future__ import annotations

from typing import Literal

from services.messages.frozen import Message

FoundKind = Literal["deed", "portfolio", "client", "asset", "help"]


class Found(Message):
    """One find: `title` and `detail` for the reader, `href` the address in the product that it leads to.

    `kind` is ``deed`` where a verb was typed before a portfolio's name ("optimize aurora"), ``help`` for a page of help
    or a term of the glossary.
    """

    kind: FoundKind
    title: str
    detail: str
    href: str


class FoundList(Message):
    """The finds of a text, the best first within a kind; `is_cut` says that there are more than were asked for."""

    data: tuple[Found, ...]
    is_cut: bool
