"""Which security does a row mean: what scheme is an identifier of, and under which other symbols may it be known?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from stdnum import cusip, figi, isin
from stdnum.de import wkn
from stdnum.exceptions import ValidationError
from stdnum.gb import sedol

from data.upload.holdings.numbers import NOTHING
from data.upload.problems import shown
from data.upload.values import Unreadable

NAME_MAX_LENGTH = 200
"""So much of a name is kept, and of its plain form, by which a choice is sent."""
CHECKED = {"isin": isin, "cusip": cusip, "sedol": sedol, "figi": figi, "wkn": wkn}
"""Schemes whose identifiers can be checked, each with the module that knows its check digit."""
_SHAPES = {
    "isin": re.compile(r"[A-Z]{2}[A-Z0-9]{9}\d"),
    "figi": re.compile(r"BBG[A-Z0-9]{9}"),
    "cusip": re.compile(r"[0-9][0-9A-Z]{7}\d"),
    "sedol": re.compile(r"[B-DF-HJ-NP-TV-Z0-9]{6}\d"),
}
SUFFIXES: dict[str, str] = {
    "L": "GBP", "DE": "EUR", "F": "EUR", "PA": "EUR", "AS": "EUR", "MI": "EUR", "MC": "EUR", "BR": "EUR", "VI": "EUR",
    "LS": "EUR", "HE": "EUR", "IR": "EUR", "SW": "CHF", "ST": "SEK", "OL": "NOK", "CO": "DKK", "TO": "CAD", "V": "CAD",
    "T": "JPY", "HK": "HKD", "AX": "AUD", "NS": "INR", "BO": "INR", "KS": "KRW", "SS": "CNY", "SZ": "CNY", "SI": "SGD",
    "SA": "BRL", "MX": "MXN", "JO": "ZAR", "NZ": "NZD", "US": "USD", "N": "USD", "O": "USD", "OQ": "USD", "UN": "USD",
    "UW": "USD",
}  # fmt: skip
"""Suffixes of exchanges behind a point or a blank, with the currency that is traded there."""
_VENUE = re.compile(r"^(?:NASDAQ|NYSE|NYSEARCA|ARCA|BATS|AMEX|XNAS|XNYS)[:/]")
_FUND_SIGNS = re.compile(r"\*+$")
_T212 = re.compile(r"_(US|DE|UK|FR|NL|ES|IT|CH)?_?EQ$", re.IGNORECASE)
_SYMBOL = re.compile(r"[A-Z0-9^$][A-Z0-9.^/&_ :$*-]{0,59}")


@dataclass(frozen=True)
class Security:
    """Which security a row names, in the words of the file.

    Rows with one `key` are about one security. Equal ones have the same key: where the file has neither symbol nor
    identifier the name alone tells securities apart, so it is compared too.

    Parameters
    ----------
    symbol : str
        As in the file, in capitals; empty where it has none.
    identifiers : tuple of (scheme, value)
        Checked ones.
    name, currency, asset_class : str
        Empty where nothing is said.
    is_apart : bool
        Whether the file has the symbol for several securities, which only their identifiers tell apart.

    """

    symbol: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    name: str = ""
    currency: str = field(default="", compare=False)
    asset_class: str = field(default="", compare=False)
    is_apart: bool = False

    @property
    def key(self) -> str:
        """What the file calls it, the same for every row about it."""
        if self.is_apart and self.identifiers:
            return f"{self.symbol} {self.identifiers[0][1]}"
        return self.symbol or (self.identifiers[0][1] if self.identifiers else self._plain_name)

    @property
    def _plain_name(self) -> str:
        return " ".join(self.name.casefold().split())[:NAME_MAX_LENGTH]


def scheme_of(text: str) -> str | None:
    """Return the scheme of an identifier by its shape and check digit; None for a symbol."""
    for scheme, shape in _SHAPES.items():
        if shape.fullmatch(text) and CHECKED[scheme].is_valid(text):
            return scheme
    return None


def identifier_of(scheme: str, text: str) -> str:
    """Return an identifier in its usual form, with its check digit checked.

    Raises
    ------
    Unreadable

    """
    compact = text.replace(" ", "").upper()
    try:
        return str(CHECKED[scheme].validate(compact))
    except ValidationError:
        label = scheme.upper()
        if scheme == "isin" and _SHAPES["isin"].fullmatch(compact):
            raise Unreadable(
                f"{shown(text)} is no {label}: its check digit should be {isin.calc_check_digit(compact[:-1])}.",
                "Compare it with the statement; a digit is mistyped.",
            ) from None
        raise Unreadable(
            f"{shown(text)} is no {label}: its length, signs or check digit are wrong.",
            "Compare it with the statement, or leave the cell empty and give a symbol.",
        ) from None


def name_of(text: str) -> str:
    """Return what a cell calls a security; empty where it holds a sign for nothing, such as a dash."""
    return "" if text.casefold() in NOTHING else text[:NAME_MAX_LENGTH]


def symbol_of(text: str) -> str:
    """Return a symbol as the file writes it, in capitals.

    Raises
    ------
    Unreadable

    """
    found = _FUND_SIGNS.sub("", text.strip()).upper()
    if not found.isprintable() or text.startswith(("=", "@", "+", "-")) or not _SYMBOL.fullmatch(found):
        raise Unreadable(
            f"{shown(text)} is not a symbol.",
            "Use up to 60 letters, digits and . - _ / &, beginning with a letter or a digit.",
        )
    return found


def other_symbols(symbol: str) -> tuple[tuple[str, str], ...]:
    """Return under which symbols a security may be known here, with the currency that the suffix implies.

    "SAP.DE" may be SAP in EUR, "BRK.B" may be BRK-B, "AAPL US EQUITY" and "NASDAQ:AAPL" may be AAPL.
    """
    found: list[tuple[str, str]] = []
    plain = _VENUE.sub("", symbol)
    words = plain.split()
    if len(words) > 1:
        currency = SUFFIXES.get(words[1], "")
        plain = words[0]
        found.append((plain, currency))
    elif plain != symbol:
        found.append((plain, ""))
    without = _T212.sub("", plain)
    if without != plain:
        found.append((without, "USD" if "_US_" in plain else ""))
        plain = without
    head, mark, tail = plain.rpartition(".")
    if mark and head and tail in SUFFIXES:
        found.append((head, SUFFIXES[tail]))
    for left, right in ((".", "-"), ("/", "-"), (" ", "-"), ("-", "."), ("/", ".")):
        if left in plain:
            found.append((plain.replace(left, right), ""))
    return tuple(dict.fromkeys(one for one in found if one[0] != symbol))


def asset_class_of(words: str) -> str:
    """Return the kind of asset that plain words begin with, in the product's terms; empty where it is another."""
    return next((kind for begin, kind in _CLASSES if words.startswith(begin)), "")


_CLASSES = (
    ("etf", "etf"), ("mutual fund", "etf"), ("fund", "etf"), ("bond", "bond"), ("fixed income", "bond"),
    ("crypto", "crypto"), ("stk", "equity"), ("equit", "equity"), ("stock", "equity"), ("commodit", "commodity"),
)  # fmt: skip
