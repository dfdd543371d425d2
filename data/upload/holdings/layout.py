"""How does a broker or a program write holdings and transactions: which columns, which words, which conventions?

A layout is data. `headings` and `needs` are compared in the plain form of `headings.plain`: lower case, without accents
and signs. Adding a layout is adding one file below `layouts/` that defines ``LAYOUTS``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class FileKind(StrEnum):
    """What the rows of a file are."""

    HOLDINGS = "holdings"
    TRANSACTIONS = "transactions"


class DayOrder(StrEnum):
    """How a date such as 03/04/2022 is read."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


@dataclass(frozen=True)
class FileLayout:
    """One way of writing a file.

    Parameters
    ----------
    name, label : str
        For programs, and for people.
    kind : FileKind
    needs : tuple of str
        Plain headings that all stand in the header of such a file, and together in no other.
    headings : mapping of str to tuple of str
        Field to its plain headings, in order of preference; what is missing here falls back on the general words.
    beside : mapping of str to str
        Field to the plain heading whose right neighbor, a column without a heading, holds it.
    words : mapping of str to str
        How the plain text of a type begins -> kind of entry; longer beginnings are tried first.
    cash_words : tuple of str
        How the plain symbol or name of a row of cash begins, beside the general words.
    skip_words : tuple of str
        How the first plain text of a line begins that is neither holding nor transaction.
    day_order : DayOrder or None
        How the maker writes dates with slashes or hyphens; what the dates themselves prove counts more.
    decimal : str
        The decimal mark of the maker where the numbers do not tell; empty where it depends on the person.
    account_line, day_line : str
        Regular expressions with one group that find the account and the day in the lines above the header.
    is_signed : bool
        Whether the sign of a quantity without a type says which way it went.

    """

    name: str
    label: str
    kind: FileKind
    needs: tuple[str, ...] = ()
    headings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    cash_words: tuple[str, ...] = ()
    skip_words: tuple[str, ...] = ()
    day_order: DayOrder | None = None
    decimal: str = ""
    account_line: str = ""
    day_line: str = ""
    is_signed: bool = False
