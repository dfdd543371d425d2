"""What does each source call the assets that the product knows by its own symbols?

The product writes symbols in one way: ``AAPL``, a class of shares as ``BRK.B``, an exchange as a suffix (``VOD.L``,
``MUV2.DE``), an index as ``^GSPC``, a rate of exchange as ``EURUSD=X``, a cryptocurrency as ``BTC-USD``, a future as
``GC=F``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from data.reference.currencies import CURRENCIES

Kind = Literal["security", "index", "fx", "crypto", "future"]

MINOR_UNITS: dict[str, str] = {"GBp": "GBP", "GBX": "GBP", "ZAc": "ZAR", "ZAC": "ZAR", "ILA": "ILS", "ILX": "ILS"}
"""Hundredths in which some exchanges quote, to the currency itself."""

INDICES: dict[str, str] = {"SP500": "^GSPC"}
"""The product's own names of indices, to Yahoo's."""

_ALPHA_VANTAGE_EXCHANGES: dict[str, tuple[str, str]] = {
    "L": ("LON", "GBX"),
    "DE": ("DEX", "EUR"),
    "TO": ("TRT", "CAD"),
    "V": ("TRV", "CAD"),
    "BO": ("BSE", "INR"),
    "SS": ("SHH", "CNY"),
    "SZ": ("SHZ", "CNY"),
}
"""Suffix of an exchange to Alpha Vantage's suffix and to the unit in which it quotes there."""

_SHAPE = re.compile(r"\^?[A-Z0-9][A-Z0-9.\-]{0,17}(=[XF])?")
_CLASSES = frozenset("ABCK")
_FICTITIOUS = "X"
_SERIES = re.compile(r"[A-Z0-9_]{1,40}")


@dataclass(frozen=True)
class AlphaVantageSymbol:
    """How Alpha Vantage is asked for an asset.

    Parameters
    ----------
    kind : "security", "fx" or "crypto"
    code : str
        The security, or the currency that is priced.
    quote : str
        What a price is in: a currency, or a hundredth of one such as ``GBX``.

    """

    kind: Kind
    code: str
    quote: str


def kind_of(symbol: str) -> Kind | None:
    """Return what kind of thing a symbol writes, or None when it is no symbol, or one of an invented asset."""
    if not _SHAPE.fullmatch(symbol) or (symbol.rpartition(".")[2] == _FICTITIOUS and "." in symbol):
        return None
    if symbol.startswith("^") or symbol in INDICES:
        return "index"
    if symbol.endswith("=F"):
        return "future"
    if symbol.endswith("=X"):
        return "fx" if currency_pair(symbol) else None
    if "-" in symbol and symbol.rpartition("-")[2] in CURRENCIES:
        return "crypto"
    return "security"


def currency_pair(symbol: str) -> tuple[str, str] | None:
    """Return base and quote of ``EURUSD=X``, or None."""
    base, quote = symbol[:3], symbol[3:6]
    return (base, quote) if len(symbol) == 8 and base in CURRENCIES and quote in CURRENCIES else None


def yahoo_symbol(symbol: str) -> str | None:
    """Return Yahoo's symbol, or None when it cannot have one."""
    if kind_of(symbol) is None:
        return None
    root, dot, suffix = symbol.rpartition(".")
    if dot and suffix in _CLASSES:
        return f"{root}-{suffix}"
    return INDICES.get(symbol, symbol)


def alpha_vantage_symbol(symbol: str) -> AlphaVantageSymbol | None:
    """Return how Alpha Vantage is asked, or None for indices, futures and exchanges that it does not have."""
    kind = kind_of(symbol)
    if kind == "fx":
        return AlphaVantageSymbol("fx", symbol[:3], symbol[3:6])
    if kind == "crypto":
        code, _, quote = symbol.rpartition("-")
        return AlphaVantageSymbol("crypto", code, quote)
    if kind != "security":
        return None
    root, dot, suffix = symbol.rpartition(".")
    if not dot:
        return AlphaVantageSymbol("security", symbol, "USD")
    if suffix in _CLASSES:
        return AlphaVantageSymbol("security", f"{root}-{suffix}", "USD")
    if suffix in _ALPHA_VANTAGE_EXCHANGES:
        theirs, unit = _ALPHA_VANTAGE_EXCHANGES[suffix]
        return AlphaVantageSymbol("security", f"{root}.{theirs}", unit)
    return None


def is_fred_series(series_id: str) -> bool:
    """Return whether FRED could have a series of this id."""
    return bool(_SERIES.fullmatch(series_id))
