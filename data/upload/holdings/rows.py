"""What does a row of a file say, once its cells are read?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from data.upload.holdings.layout import DayOrder, FileKind, FileLayout
from data.upload.holdings.securities import Security
from data.upload.problems import FileProblem


@dataclass(frozen=True)
class HoldingRow:
    """One holding, or cash.

    Parameters
    ----------
    line : int
    account : str
        As in the file; empty where there is none.
    security : Security or None
        None for cash.
    quantity : Decimal or None
        Units; of cash the amount.
    weight_frac : Decimal or None
    price, value_ccy, unit_cost : Decimal or None
        In `currency`, as the file states them.
    currency : str
        Empty where nothing is said.
    day : date or None

    """

    line: int
    account: str
    security: Security | None
    quantity: Decimal | None
    weight_frac: Decimal | None
    price: Decimal | None
    value_ccy: Decimal | None
    unit_cost: Decimal | None
    currency: str
    day: date | None


@dataclass(frozen=True)
class TransactionRow:
    """One transaction, with the ledger's signs: what the holding and the cash grow by.

    `amount_ccy` is None where it follows from quantity, price and costs but the price is of another currency.
    """

    line: int
    account: str
    security: Security | None
    kind: str
    day: date
    quantity: Decimal
    price: Decimal | None
    amount_ccy: Decimal
    fees_ccy: Decimal
    currency: str
    note: str
    reference: str


@dataclass(frozen=True)
class Unread:
    """A row that cannot be read, with what it is about; None where its cells do not say it, and for cash."""

    line: int
    account: str
    security: Security | None


@dataclass(frozen=True)
class Dropped:
    """A line that is no row: a total, a footer, a repeated header."""

    line: int
    text: str
    why: str


@dataclass(frozen=True)
class Question:
    """Something that the file does not tell and that is asked once.

    Parameters
    ----------
    name : str
        ``day_order``, ``decimal`` or ``word:<plain word>``.
    sentence : str
    options : tuple of (value, words)

    """

    name: str
    sentence: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Wishes:
    """What a person said about a file; empty where the guesses hold.

    Parameters
    ----------
    kind : FileKind or None
    layout : str
    columns : dict of str to int, or None
        Field to the place of its column, from 0.
    day_order : DayOrder or None
    decimal : str
    words : dict of str to str
        Plain word of a type to the kind of entry.
    currency : str
        Of rows without one.
    weight_unit : str
        "percent" or "fraction" where heading and sum of the weights do not tell.

    """

    kind: FileKind | None = None
    layout: str = ""
    columns: dict[str, int] | None = None
    day_order: DayOrder | None = None
    decimal: str = ""
    words: dict[str, str] = field(default_factory=dict)
    currency: str = ""
    weight_unit: str = ""


@dataclass(frozen=True)
class FileRows:
    """A file of holdings or transactions as it was read.

    Parameters
    ----------
    kind : FileKind
    layout : FileLayout
    words : str
        What was read: "CSV, separated by semicolons".
    header_line : int
        0 where the file has no header.
    headings : tuple of str
    columns : dict of str to int
        Field to the place of its column.
    sample : tuple of tuples of str
        The first rows.
    holdings, transactions : tuples of rows
        Those without problems.
    unread : tuple of Unread
        The rows with problems.
    rows_count : int
        Rows below the header, dropped ones left out.
    lines : dict of int to tuple of str
        The cells of each row by its line, to hand rejected ones back.
    fingerprint : str
        The same for every file with this header.
    is_whole : bool
        Whether its lines could be told apart, all of them; where not, no answer helps, only another file.

    """

    kind: FileKind
    layout: FileLayout
    words: str
    header_line: int
    headings: tuple[str, ...]
    columns: dict[str, int]
    sample: tuple[tuple[str, ...], ...]
    holdings: tuple[HoldingRow, ...]
    transactions: tuple[TransactionRow, ...]
    unread: tuple[Unread, ...]
    rows_count: int
    lines: dict[int, tuple[str, ...]] = field(repr=False)
    dropped: tuple[Dropped, ...]
    questions: tuple[Question, ...]
    problems: tuple[FileProblem, ...]
    problems_count: int
    notes: tuple[str, ...]
    fingerprint: str
    is_whole: bool = True
