"""Which portfolio, client, asset, deed or page of help does a person mean by a few letters?"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote

from services.auth.actor import Actor
from services.auth.policy import authorize, is_allowed
from services.auth.roles import Permission
from services.help.book import all_pages, all_terms
from services.messages.finder import Found, FoundList
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

SHOWN_COUNT: Final = 12
TEXT_MAX_CHARS: Final = 100


class Deed(NamedTuple):
    """What can be done with a portfolio: words that are typed for it, its address, and who may."""

    words: tuple[str, ...]
    title: str
    href: str
    needs: Permission


DEEDS: Final[tuple[Deed, ...]] = (
    Deed(("optimize", "optimise"), "Optimize {}", "/optimize?portfolio={}", Permission.RUNS_WRITE),
    Deed(("rebalance",), "Rebalance {}", "/rebalance?portfolio={}", Permission.PORTFOLIOS_READ),
    Deed(("frontier",), "Frontier of {}", "/frontier?portfolio={}", Permission.PORTFOLIOS_READ),
    Deed(("risk", "analyze", "analyse"), "Risk of {}", "/risk?portfolio={}", Permission.PORTFOLIOS_READ),
    Deed(("stress",), "Stress {}", "/stress?portfolio={}", Permission.PORTFOLIOS_READ),
    Deed(("performance",), "Performance of {}", "/performance?portfolio={}", Permission.PORTFOLIOS_READ),
    Deed(("compliance", "check"), "Compliance of {}", "/compliance?portfolio={}", Permission.COMPLIANCE_READ),
    Deed(("holdings", "open", "edit"), "Holdings of {}", "/portfolios/{}", Permission.PORTFOLIOS_READ),
    Deed(("limits",), "Limits of {}", "/portfolios/{}?tab=limits", Permission.PORTFOLIOS_READ),
)
DEED_MIN_CHARS: Final = 3
"""A verb is recognized from this many letters on: "opt aurora"."""


class Finder:
    """Finds by name what a person may see; nothing else is found, and nothing tells that it is there."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def find(self, text: str, actor: Actor, *, limit: int = SHOWN_COUNT) -> FoundList:
        """Return what fits a text: deeds first, then portfolios, clients, assets and help.

        Parameters
        ----------
        text : str
            Beginnings of words, in any order; case and accents do not matter. Empty: the first portfolios by name.
        limit : int
            Most finds of each kind.

        """
        authorize(actor, Permission.ACCOUNT_OWN)
        words = _words(text)
        with self._ports.store.read(actor) as uow:
            rows = uow.portfolios.all() if is_allowed(actor, Permission.PORTFOLIOS_READ) else ()
            portfolios = [(row.id, row.name) for row in rows]
            clients = _clients(uow, actor, words)
            assets = _assets(uow, actor, text, limit + 1) if words else []
        groups = (
            _deeds(portfolios, words, actor),
            _named(((f"/portfolios/{one}", name) for one, name in portfolios), words),
            clients,
            assets,
            _help(words),
        )
        return FoundList(
            data=tuple(found for group in groups for found in group[:limit]),
            is_cut=any(len(group) > limit for group in groups),
        )


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text[:TEXT_MAX_CHARS]).casefold()
    return "".join(letter if letter.isalnum() else " " for letter in plain if not unicodedata.combining(letter)).split()


def _rank(name: str, words: Sequence[str]) -> int | None:
    """Return how well a name fits: 0 in order from its start, 1 beginnings of words, 2 somewhere; None not at all."""
    parts = _words(name)
    if " ".join(parts).startswith(" ".join(words)):
        return 0
    if all(any(part.startswith(word) for part in parts) for word in words):
        return 1
    whole = " ".join(parts)
    return 2 if all(word in whole for word in words) else None


def _named(rows: Iterable[tuple[str, str]], words: Sequence[str]) -> list[Found]:
    ranked = [(rank, name, href) for href, name in rows if (rank := _rank(name, words)) is not None]
    return [Found(kind="portfolio", title=name, detail="Portfolio", href=href) for _, name, href in sorted(ranked)]


def _deeds(portfolios: Sequence[tuple[str, str]], words: Sequence[str], actor: Actor) -> list[Found]:
    """Return deeds whose verb is the first or the last word, for each portfolio that the other words name."""
    found = []
    for verb, rest in ((words[0], words[1:]), (words[-1], words[:-1])) if words else ():
        if len(verb) < DEED_MIN_CHARS:
            continue
        for deed in DEEDS:
            if not any(word.startswith(verb) for word in deed.words) or not is_allowed(actor, deed.needs):
                continue
            ranked = sorted((rank, name, one) for one, name in portfolios if (rank := _rank(name, rest)) is not None)
            found += [
                Found(kind="deed", title=deed.title.format(name), detail="Go there", href=deed.href.format(one))
                for _, name, one in ranked
            ]
    return list(dict.fromkeys(found))


def _clients(uow: UnitOfWork, actor: Actor, words: Sequence[str]) -> list[Found]:
    if not words or not is_allowed(actor, Permission.CLIENTS_READ):
        return []
    rows = [(one.client.id, one.display_name, one.client.reference) for one in uow.clients.records()]
    ranked = [(rank, name, key) for key, name, code in rows if (rank := _rank(f"{name} {code}", words)) is not None]
    return [
        Found(kind="client", title=name, detail="Client", href=f"/clients?client={key}")
        for _, name, key in sorted(ranked)
    ]


def _assets(uow: UnitOfWork, actor: Actor, text: str, limit: int) -> list[Found]:
    if not is_allowed(actor, Permission.MARKET_READ):
        return []
    wanted = text.strip()[:TEXT_MAX_CHARS]
    exact = uow.assets.by_symbols([wanted.upper()])
    rows = [*exact.values(), *(row for row in uow.assets.search(text=wanted, limit=limit).rows)]
    by_symbol = {row.symbol: row for row in rows}
    return [
        Found(kind="asset", title=symbol, detail=row.name, href=f"/market/{quote(symbol, safe='')}")
        for symbol, row in by_symbol.items()
    ]


def _help(words: Sequence[str]) -> list[Found]:
    """Return pages of help, then terms, whose words begin as was typed; a part inside a word is not enough for them."""
    if not words:
        return []
    typed = [word for word in words if word != "help"] or list(words)
    pages = [(one.title, f"/help/{one.screen}") for one in all_pages() if _begins((one.title,), typed)]
    terms = [
        (one.name, f"/help/glossary?term={one.term}") for one in all_terms() if _begins((one.name, *one.also), typed)
    ]
    if typed == ["help"]:
        pages = [("All screens", "/help"), ("Glossary", "/help/glossary")]
    return [
        *(Found(kind="help", title=f"Help: {title}", detail="Help", href=href) for title, href in pages),
        *(Found(kind="help", title=name, detail="Glossary", href=href) for name, href in terms),
    ]


def _begins(names: Sequence[str], words: Sequence[str]) -> bool:
    return any((rank := _rank(name, words)) is not None and rank <= 1 for name in names)
