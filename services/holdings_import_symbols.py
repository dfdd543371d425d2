"""Which asset does each name in a file mean: remembered, known, guessed from its suffix, chosen, new, or unknown?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from data.reference.currencies import CURRENCIES
from data.store import tables
from data.upload.cells import Cell
from data.upload.holdings.securities import Security, other_symbols
from data.upload.values import CLASSES, Unreadable, symbol_of
from services.messages.holdings_import import Candidate, NewAsset, SymbolChoice

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

CANDIDATES_COUNT = 4
SEARCHED_MAX_COUNT = 40
ALIAS_MAX_LENGTH = 120
INDEX = "index"


@dataclass
class Meaning:
    """What one name in the file means.

    Parameters
    ----------
    security : Security
    rows_count : int
    status : str
        As in `FileSymbol`.
    asset : tables.Asset or None
        The asset; None while it is new, unknown or left out.
    new : NewAsset or None
        What is to be made.
    candidates : tuple of Candidate
    problem : tuple of (message, advice) or None
        What is wrong with the choice.
    caution : str
        Where the symbol alone tells which asset it is, although the file has an identifier: a sentence.

    """

    security: Security
    rows_count: int = 0
    status: str = "unknown"
    asset: tables.Asset | None = None
    new: NewAsset | None = None
    candidates: tuple[Candidate, ...] = ()
    problem: tuple[str, str] | None = None
    caution: str = ""
    currency: str = field(default="")

    @property
    def symbol(self) -> str | None:
        """The symbol here; None where there is none."""
        if self.asset is not None:
            return self.asset.symbol
        return None if self.new is None else self.new.symbol


def alias_texts(security: Security) -> tuple[str, ...]:
    """Return under which texts the meaning of a security is remembered, the most particular first."""
    found = [f"{scheme}:{value}" for scheme, value in security.identifiers]
    if security.symbol and not security.is_apart:
        found += [_quoted(security)] if security.currency else []
        found.append(f"symbol:{security.symbol}")
    found += [f"name:{security.key}"] if not found and security.name else []
    return tuple(_bounded(one) for one in found)


def _bounded(text: str) -> str:
    """Return a text as it is remembered: two long names that begin alike stay two."""
    if len(text) <= ALIAS_MAX_LENGTH:
        return text
    mark = hashlib.sha256(text.encode()).hexdigest()[:16]
    return f"{text[: ALIAS_MAX_LENGTH - 17]}#{mark}"


def _quoted(security: Security) -> str:
    return _bounded(f"symbol:{security.symbol}@{security.currency}")


def resolve(
    uow: UnitOfWork, securities: Mapping[Security, int], choices: Mapping[str, SymbolChoice], today: date, currency: str
) -> dict[str, Meaning]:
    """Return what each security means, by its key.

    Parameters
    ----------
    securities : mapping of Security to int
        With the number of rows that name it.
    choices : mapping of key to SymbolChoice
        What the person said.
    today : date
        On which identifiers are valid.
    currency : str
        Of new assets whose currency the file does not tell.

    """
    found: dict[str, Meaning] = {}
    for security, count in securities.items():
        meaning = found.setdefault(security.key, Meaning(security, currency=currency))
        meaning.rows_count += count
        if len(security.identifiers) > len(meaning.security.identifiers):
            meaning.security = security
    known = _by_symbol(uow, found.values(), choices)
    aliases = uow.import_aliases.asset_ids([text for one in found.values() for text in alias_texts(one.security)])
    remembered = uow.assets.get_many(sorted(set(aliases.values())))
    searched = 0
    for key, meaning in found.items():
        if key in choices:
            _choose(meaning, choices[key], known)
        else:
            _recognize(uow, meaning, known, aliases, remembered, today)
        if meaning.status == "unknown" and searched < SEARCHED_MAX_COUNT:
            searched += 1
            meaning.candidates = (*meaning.candidates, *_search(uow, meaning))[:CANDIDATES_COUNT]
    return found


def suggestion(meaning: Meaning) -> NewAsset:
    """Return how a new asset of this name could be called."""
    security = meaning.security
    try:
        symbol = symbol_of(Cell((security.symbol or security.key).replace(" ", "-")))
    except Unreadable:
        symbol = ""
    kind = security.asset_class if security.asset_class in CLASSES else "equity"
    currency = security.currency or meaning.currency or "USD"
    return NewAsset(symbol=symbol, name=(security.name or symbol)[:200], currency=currency, asset_class=kind)


def _by_symbol(
    uow: UnitOfWork, meanings: Iterable[Meaning], choices: Mapping[str, SymbolChoice]
) -> dict[str, tables.Asset]:
    symbols: set[str] = set()
    for meaning in meanings:
        symbol = meaning.security.symbol
        symbols |= {symbol, *(other for other, _ in other_symbols(symbol))} if symbol else set()
    for choice in choices.values():
        symbols |= {choice.asset.upper()} if choice.asset else set()
        symbols |= {choice.new.symbol.upper()} if choice.new else set()
    return uow.assets.by_symbols(sorted(symbols))


def _choose(meaning: Meaning, choice: SymbolChoice, known: Mapping[str, tables.Asset]) -> None:
    """Take what the person said, if it can be taken."""
    if choice.skip:
        meaning.status = "skipped"
    elif choice.asset is not None:
        asset = known.get(choice.asset.upper())
        if asset is None:
            meaning.problem = (f"There is no asset with the symbol “{choice.asset}”.", "Choose one from the list.")
        elif asset.asset_class == INDEX:
            meaning.problem = (f"{asset.symbol} is an index and cannot be held.", "Choose a fund that follows it.")
        else:
            meaning.status, meaning.asset = "chosen", asset
    elif choice.new is not None:
        meaning.problem = _new_problem(choice.new, known)
        if meaning.problem is None:
            wished = choice.new
            meaning.new = wished.model_copy(update={"symbol": wished.symbol.upper(), "name": wished.name.strip()})
            meaning.status = "new"


def _new_problem(new: NewAsset, known: Mapping[str, tables.Asset]) -> tuple[str, str] | None:
    try:
        symbol = symbol_of(Cell(new.symbol.strip()))
    except Unreadable as error:
        return error.message, error.advice
    if symbol in known:
        return f"There is an asset {symbol} already: {known[symbol].name}.", "Choose it, or use another symbol."
    if not new.name.strip() or not new.name.isprintable():
        return f"{symbol} needs a name.", "Write what it is called."
    if new.currency not in CURRENCIES:
        return f"“{new.currency}” is no currency here.", f"Use one of: {', '.join(CURRENCIES)}."
    if new.asset_class not in CLASSES or new.asset_class == INDEX:
        return (
            f"“{new.asset_class}” is no kind of asset that can be held.",
            "Use equity, etf, bond, commodity or crypto.",
        )
    return None


def _recognize(
    uow: UnitOfWork,
    meaning: Meaning,
    known: Mapping[str, tables.Asset],
    aliases: Mapping[str, str],
    remembered: Mapping[str, tables.Asset],
    today: date,
) -> None:
    """Find the asset without asking."""
    security = meaning.security
    named = {_bounded(f"{scheme}:{value}") for scheme, value in security.identifiers}
    for text in alias_texts(security):
        asset = remembered.get(aliases.get(text, ""))
        if asset is None or (named and text not in named):
            continue  # an identifier in the file says more than what a symbol once meant
        if text in {*named, _quoted(security)} or security.currency in {"", asset.currency}:
            meaning.status, meaning.asset = "remembered", asset
            return
        why = f"meant before, but quoted in {asset.currency} here, in {security.currency} in the file"
        meaning.candidates = (_candidate(asset, why),)
    for scheme, value in security.identifiers:
        asset = uow.assets.find_by_identifier(scheme, value, today)
        if asset is not None and asset.asset_class != INDEX:
            meaning.status, meaning.asset = "known", asset
            return
    asset = known.get(security.symbol)
    if asset is not None and asset.asset_class != INDEX:
        if _is_other(uow, asset, security, today):
            meaning.candidates = (_candidate(asset, "has this symbol, but not the identifier in the file"),)
            return
        if security.currency in {"", asset.currency}:
            meaning.status, meaning.asset, meaning.caution = "known", asset, _caution(security)
            return
        why = f"quoted in {asset.currency} here, in {security.currency} in the file"
        meaning.candidates = (_candidate(asset, why),)
    for symbol, currency in other_symbols(security.symbol) if security.symbol else ():
        asset = known.get(symbol)
        if asset is None or asset.asset_class == INDEX or _is_other(uow, asset, security, today):
            continue
        stated = security.currency or currency
        if stated in {"", asset.currency}:
            meaning.status, meaning.asset, meaning.caution = "guessed", asset, _caution(security)
            return
        why = f"quoted in {asset.currency} here, not in {stated}"
        meaning.candidates = (*meaning.candidates, _candidate(asset, why))


def _is_other(uow: UnitOfWork, asset: tables.Asset, security: Security, today: date) -> bool:
    """Return whether the file's identifiers say that the asset of the same symbol is another one.

    Where one file has a symbol for several securities, the symbol alone says of none which it is.
    """
    if not security.identifiers:
        return False
    own = uow.assets.identifiers(asset.id)
    valid = [one for one in own if one.valid_to is None or one.valid_to >= today]
    for scheme, value in security.identifiers:
        values = {one.value for one in valid if one.scheme == scheme}
        if values:
            return value not in values
    return security.is_apart


def _caution(security: Security) -> str:
    """Return what is to be looked at where no identifier of the file is stored for the asset of its symbol."""
    if not security.identifiers:
        return ""
    scheme, value = security.identifiers[0]
    return f"Matched by symbol only: the file's {scheme.upper()} {value} is not stored here."


def _candidate(asset: tables.Asset, why: str) -> Candidate:
    return Candidate(symbol=asset.symbol, name=asset.name, currency=asset.currency, why=why)


def _search(uow: UnitOfWork, meaning: Meaning) -> list[Candidate]:
    """Look the name up, by its first word of some length."""
    words = [one for one in meaning.security.name.replace(",", " ").split() if len(one) > 3]
    if not words:
        return []
    told = {one.symbol for one in meaning.candidates}
    rows = uow.assets.search(text=words[0], limit=CANDIDATES_COUNT + len(told)).rows
    return [
        _candidate(row, "has a similar name") for row in rows if row.symbol not in told and row.asset_class != INDEX
    ]
