"""Which page of help belongs to a screen, and what does a term mean?"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Final

from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.errors import NotFound
from services.messages.help import Glossary, HelpList, HelpPage, Term

_PAGES: Final = ("portfolios", "optimize", "analysis", "data", "house")
_TERMS: Final = (
    "portfolio", "optimize", "results", "risk", "stress", "performance", "returns", "market", "compliance",
    "rebalance",
)  # fmt: skip


@cache
def all_pages() -> tuple[HelpPage, ...]:
    """Return the help about every screen; read at the first question, because a server starts without it."""
    return tuple(page for name in _PAGES for page in import_module(f"services.help.pages_{name}").PAGES)


@cache
def all_terms() -> tuple[Term, ...]:
    """Return every term, by name; it is shown on its own screens, and on those whose help names it."""
    named: dict[str, list[str]] = {}
    for page in all_pages():
        for key in page.terms:
            named.setdefault(key, []).append(page.screen)
    found = [
        one.model_copy(update={"screens": tuple(dict.fromkeys((*one.screens, *named.get(one.term, ()))))})
        for name in _TERMS
        for one in import_module(f"services.help.terms_{name}").TERMS
    ]
    return tuple(sorted(found, key=lambda one: one.name.casefold()))


class HelpBook:
    """Answers what help says; the same for everybody who is signed in, because it holds nobody's data."""

    def pages(self, actor: Actor) -> HelpList:
        """Return the help about every screen."""
        authorize(actor, Permission.ACCOUNT_OWN)
        return HelpList(data=all_pages())

    def page(self, screen: str, actor: Actor) -> HelpPage:
        """Return the help about one screen.

        Raises
        ------
        NotFound
            Where no screen has that name.
        """
        authorize(actor, Permission.ACCOUNT_OWN)
        for one in all_pages():
            if one.screen == screen:
                return one
        raise NotFound("There is no help about such a screen.", "Open /help: it lists every screen.")

    def glossary(self, actor: Actor, text: str = "", screen: str | None = None) -> Glossary:
        """Return the terms that fit: those called so, those with a name that holds it, those whose definition does.

        Parameters
        ----------
        text : str
            Part of a name, of another word for it, or of the definition; case does not matter. Empty: all terms.
        screen : str or None
            Only terms that this screen shows.
        """
        authorize(actor, Permission.ACCOUNT_OWN)
        wanted = " ".join(text.casefold().split())
        called: list[Term] = []
        named: list[Term] = []
        told: list[Term] = []
        for one in all_terms():
            if screen is not None and screen not in one.screens:
                continue
            names = [words.casefold() for words in (one.name, *one.also)]
            if names[0].startswith(wanted):
                called.append(one)
            elif any(wanted in words for words in names):
                named.append(one)
            elif wanted in one.definition.casefold():
                told.append(one)
        return Glossary(data=(*called, *named, *told))
