"""How is a page of help or a term written down briefly?"""

from __future__ import annotations

from collections.abc import Sequence

from services.messages.help import HelpPage, Key, Question, Term


def page(
    screen: str,
    title: str,
    path: str,
    group: str,
    *,
    purpose: str,
    reading: Sequence[str],
    doing: Sequence[str],
    questions: Sequence[tuple[str, str]],
    terms: str = "",
    keys: Sequence[tuple[str, str]] = (),
) -> HelpPage:
    """Return the help about a screen; a star in `path` is what differs, and then nothing leads there by itself.

    `terms` are keys of the glossary, separated by blanks.
    """
    return HelpPage(
        screen=screen,
        title=title,
        path=path,
        href=None if "*" in path else path,
        group=group,
        purpose=purpose,
        reading=tuple(reading),
        doing=tuple(doing),
        keys=tuple(Key(keys=pressed, does=does) for pressed, does in keys),
        questions=tuple(Question(question=asked, answer=answer) for asked, answer in questions),
        terms=tuple(terms.split()),
    )


def term(
    key: str,
    name: str,
    definition: str,
    screens: str = "",
    *,
    also: Sequence[str] = (),
    formula: str | None = None,
    unit: str | None = None,
    sign: str | None = None,
    source: str | None = None,
) -> Term:
    """Return a term; `screens` are separated by blanks."""
    return Term(
        term=key,
        name=name,
        definition=definition,
        also=tuple(also),
        formula=formula,
        unit=unit,
        sign=sign,
        screens=tuple(screens.split()),
        source=source,
    )
