"""What does the help inside the product say about a screen, and about a term?"""

from __future__ import annotations

from services.messages.frozen import Message


class Key(Message):
    """A key or keys pressed one after the other, and what they do."""

    keys: str
    does: str


class Question(Message):
    """What people ask, and the answer."""

    question: str
    answer: str


class HelpPage(Message):
    """The help about one screen.

    `screen` names it in addresses (``/help/risk``); `path` is the address of the screen itself, with a star for what
    differs (``/portfolios/*``); `href` leads there and is None where the screen needs something chosen first.
    """

    screen: str
    title: str
    path: str
    href: str | None
    group: str
    purpose: str
    reading: tuple[str, ...]
    doing: tuple[str, ...]
    keys: tuple[Key, ...]
    questions: tuple[Question, ...]
    terms: tuple[str, ...]


class HelpList(Message):
    """The help about every screen, in the order of the rail."""

    data: tuple[HelpPage, ...]


class Term(Message):
    """A word of finance that a screen uses.

    `also` are other words for it, as they stand in headers and fields; `unit` and `sign` say how to read a figure,
    `screens` where it is shown, `source` who defined it; None where there is nothing to say.
    """

    term: str
    name: str
    definition: str
    also: tuple[str, ...] = ()
    formula: str | None = None
    unit: str | None = None
    sign: str | None = None
    screens: tuple[str, ...] = ()
    source: str | None = None


class Glossary(Message):
    """The terms that fit what was asked, by name."""

    data: tuple[Term, ...]
