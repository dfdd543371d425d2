"""How is one cell read as a date, a number or a word, and what is wrong with one that cannot be?

Numbers have no marks between thousands, because “1,234” is read differently in different countries. A decimal comma is
understood where the file as a whole uses it. Nothing is guessed: what could mean two things is a problem.
"""

from __future__ import annotations

import math
import re
from collections.abc import Container, Sequence
from datetime import date

from data.reference.currencies import CURRENCIES
from data.upload.cells import Cell
from data.upload.problems import shown

FIRST_DAY = date(1900, 1, 1)
NUMBER_MAX = 1e15
PLAIN_MAX_LENGTH = 15
_POINT = re.compile(r"[+-]?\d*\.\d+(?:[eE][+-]?\d+)?|[+-]?\d+\.|[+-]?\d+[eE][+-]?\d+")
_WHOLE = re.compile(r"[+-]?\d+")
_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
_TWO_WAYS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
"""A number whose mark may stand before decimals or between thousands."""
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:([,.' \u00a0\u202f])\d{3})+(?:[,.]\d+)?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T]00:00(?::00(?:\.0+)?)?)?")
_DOTS = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_SLASHES = re.compile(r"\d{1,4}[/-]\d{1,2}[/-]\d{1,4}")
_SYMBOL = re.compile(r"[A-Z0-9^][A-Z0-9.^/&_-]{0,39}")
_NO_SYMBOLS = frozenset({"N/A", "NAN", "NONE", "NULL"})
"""What programs write where there is no symbol; NA may be one."""
_COUNTRY = re.compile(r"[A-Z]{2}")
FORMULA = "This looks like a formula."
FORMULA_ADVICE = "Write the value itself, without =, + or @ at its beginning."


class Unreadable(Exception):
    """A cell cannot be read; the sentence says why and the advice how to write it."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


def has_decimal_comma(texts: list[str]) -> bool:
    """Return whether the numbers of a file are written with a decimal comma.

    They are when a number has a comma that cannot stand between thousands, and none has a point that cannot. Where
    every mark has three digits behind it and one to three before it, nothing tells; those numbers are then refused one
    by one.
    """
    return _is_proven(texts, ",", _COMMA) and not _is_proven(texts, ".", _POINT)


def is_point_open(texts: list[str], separator: str) -> bool:
    """Return whether 1.234 may mean 1234: where a comma does not separate cells, and no number proves its mark."""
    return separator == ";" and not any(_is_proven(texts, *one) for one in ((",", _COMMA), (".", _POINT)))


def _is_proven(texts: list[str], mark: str, own: re.Pattern[str]) -> bool:
    return any(mark in text and own.fullmatch(text) and not _TWO_WAYS.fullmatch(text) for text in texts)


def number_of(cell: Cell, is_comma: bool, *, is_point_open: bool = False) -> float:
    """Return a finite number.

    Parameters
    ----------
    cell : Cell
    is_comma : bool
        Whether the numbers of the file have a decimal comma.
    is_point_open : bool
        Whether a point may stand between thousands, so that 1.234 is refused.

    Raises
    ------
    Unreadable

    """
    text = cell.text
    if is_point_open and not cell.is_native and "." in text and _TWO_WAYS.fullmatch(text):
        raise _not_a_number(text, is_comma)
    if not is_comma and len(text) <= PLAIN_MAX_LENGTH and text.isascii() and text.replace(".", "", 1).isdigit():
        return float(text)  # nearly all cells of a long file: the careful way would take four times as long
    if text.startswith(("=", "@")):
        raise Unreadable(FORMULA, FORMULA_ADVICE)
    own = _COMMA if is_comma and not cell.is_native else _POINT
    if not (_WHOLE.fullmatch(text) or own.fullmatch(text) or (cell.is_native and _is_float(text))):
        raise _not_a_number(text, is_comma)
    value = float(text.replace(",", "."))
    if not math.isfinite(value):
        raise Unreadable(f"{shown(text)} is not a finite number.", "Write the number, or leave the row out.")
    if abs(value) > NUMBER_MAX:
        raise Unreadable(f"{shown(text)} is too large to be such a figure.", "Check the number of digits.")
    return value


def _is_float(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _not_a_number(text: str, is_comma: bool) -> Unreadable:
    """Say why a text is no number here."""
    if text.lower().lstrip("+-") in {"nan", "inf", "infinity", "#n/a", "n/a", "na", "null", "none", "-", ""}:
        return Unreadable(f"{shown(text)} is not a number.", "Leave the row out where there is no figure.")
    if _POINT.fullmatch(text) or _COMMA.fullmatch(text):
        if _THOUSANDS.fullmatch(text):
            return Unreadable(
                f"{shown(text)} can be read in two ways.",
                "Write it without a mark between thousands: 1234.5; where the mark is the decimal one, with a zero "
                "behind it: 1.2340.",
            )
        mark = "comma" if is_comma else "point"
        return Unreadable(
            f"{shown(text)} has another decimal mark than the rest of the file, which uses a {mark}.",
            "Write all numbers with the same mark.",
        )
    if _THOUSANDS.fullmatch(text):
        return Unreadable(f"{shown(text)} has marks between thousands.", "Write it without them, such as 1234.5.")
    return Unreadable(f"{shown(text)} is not a number.", "Write digits only, such as 101.25, without a currency sign.")


def date_of(cell: Cell, today: date) -> date:
    """Return a day that is over or is today.

    Raises
    ------
    Unreadable

    """
    text = cell.text
    if text.startswith(("=", "@", "+")):
        raise Unreadable(FORMULA, FORMULA_ADVICE)
    iso, dots = _ISO.fullmatch(text), _DOTS.fullmatch(text)
    parts = iso.groups() if iso else dots.groups()[::-1] if dots else None
    if parts is None:
        if _SLASHES.fullmatch(text):
            message = f"{shown(text)} can be read in two ways: day first or month first."
            raise Unreadable(message, "Write year, month and day: 2022-12-28.")
        raise Unreadable(f"{shown(text)} is not a date.", "Write year, month and day: 2022-12-28.")
    return past_day(text, [int(part) for part in parts], today, "Check day and month.")


def past_day(text: str, parts: Sequence[int], today: date, advice: str) -> date:
    """Return the day of year, month and day if it exists, is over or is today, and lies in no century of typing errors.

    Parameters
    ----------
    text : str
        As it stands in the cell, for the sentence.
    parts : sequence of int
    today : date
    advice : str
        What to do about a day that does not exist.

    Raises
    ------
    Unreadable

    """
    try:
        found = date(*parts)
    except ValueError:
        raise Unreadable(f"{shown(text)} is a day that does not exist.", advice) from None
    if found > today:
        raise Unreadable(f"{shown(text)} lies in the future.", "Leave the row out: only what has happened counts.")
    if found < FIRST_DAY:
        raise Unreadable(f"{shown(text)} lies before 1900.", "Check the year.")
    return found


def symbol_of(cell: Cell) -> str:
    """Return a symbol in capitals.

    Raises
    ------
    Unreadable

    """
    found = cell.text.upper()
    if found.startswith(("=", "@", "+")):
        raise Unreadable(FORMULA, FORMULA_ADVICE)
    if not found:
        raise Unreadable("The symbol is empty.", "Write the asset's symbol, such as AAPL.")
    if found in _NO_SYMBOLS:
        raise Unreadable(f"{shown(cell.text)} names no asset.", "Write the asset's symbol, or leave the row out.")
    if not _SYMBOL.fullmatch(found):
        raise Unreadable(
            f"{shown(cell.text)} is not a symbol.",
            "Use up to 40 letters, digits and . - _ ^ / &, beginning with a letter, a digit or ^.",
        )
    return found


def fact_of(name: str, cell: Cell) -> str | None:
    """Return one fact about an asset; None where nothing is said.

    Raises
    ------
    Unreadable

    """
    text = cell.text
    if not text:
        return None
    if text.startswith(("=", "@", "+", "-")):
        raise Unreadable(FORMULA, FORMULA_ADVICE)
    if not text.isprintable():
        raise Unreadable(f"{shown(text)} holds a character that no screen shows.", "Type it anew.")
    if name == "currency":
        return _one_of(
            text.upper(), CURRENCIES, "a currency that the product knows", "three letters, such as USD or EUR"
        )
    if name == "country":
        if not _COUNTRY.fullmatch(text.upper()):
            raise Unreadable(f"{shown(text)} is not a country code.", "Write two letters, such as US or DE.")
        return text.upper()
    if name == "asset_class":
        kind = "_".join(text.lower().split())
        return _one_of(CLASS_WORDS.get(kind, kind), CLASSES, "a kind of asset", f"one of {', '.join(CLASSES)}")
    longest = 200 if name == "name" else 80
    if len(text) > longest:
        raise Unreadable(f"This {name} has {len(text)} characters.", f"Use at most {longest}.")
    return text


CLASSES = ("equity", "etf", "index", "bond", "commodity", "crypto")
CLASS_WORDS = {"stock": "equity", "share": "equity", "fund": "etf", "common_stock": "equity"}


def _one_of(found: str, known: Container[str], what: str, how: str) -> str:
    if found not in known:
        raise Unreadable(f"{shown(found)} is not {what}.", f"Write {how}.")
    return found
