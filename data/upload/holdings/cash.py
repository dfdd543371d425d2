"""Does a row of holdings speak of cash, going by its symbol and name?"""

from __future__ import annotations

from collections.abc import Sequence

from data.reference.currencies import CURRENCIES

CASH_WORDS = ("cash", "cash balance", "$cash", "bargeld", "liquiditat", "kontostand", "especes", "efectivo", "contanti")
"""How a row of cash is called, in the plain form of a text."""
_BESIDE = frozenset({
    "account", "accounts", "and", "as", "at", "available", "balance", "balances", "bank", "broker", "brokerage",
    "cash", "compte", "core", "credit", "currency", "deposit", "deposits", "dollar", "dollars", "equivalent",
    "equivalents", "euro", "euros", "franc", "francs", "free", "guthaben", "hand", "held", "in", "interest",
    "investments", "konto", "ledger", "market", "money", "of", "on", "position", "pound", "pounds", "s", "saldo",
    "settled", "sterling", "sweep", "swiss", "total", "u", "uninvested", "unsettled", "us", "yen",
})  # fmt: skip
"""What may stand behind such a word besides a currency; Cash Converters is a company."""


def speaks_of_cash(symbol: str, name: str, own_words: Sequence[str]) -> bool:
    """Return whether symbol or name, both in plain form, are those of cash.

    A symbol counts alone, unless the maker of the file has names of several words for cash.
    """
    words = (*CASH_WORDS, *own_words)
    if symbol:
        return symbol in words or symbol.partition(" ")[0] in words or any(
            name.startswith(one) for one in own_words if " " in one
        )  # fmt: skip
    if name in words or any(name.startswith(one + " ") for one in own_words if one not in CASH_WORDS):
        return True
    return any(name.startswith(one + " ") and _is_beside(name[len(one) :]) for one in CASH_WORDS)


def _is_beside(rest: str) -> bool:
    return all(word in _BESIDE or word.upper() in CURRENCIES for word in rest.split())
