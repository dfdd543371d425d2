"""What is a piece of a large delivery, and how is a file of bars read piece by piece?

A piece is a table of columns with as many rows as the delivery has in it; its text is kept beside the numbers, so that
a refused row can be shown as it came.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from services.errors import FieldProblem, InvalidRequest

Floats = NDArray[np.float64]
PRICES = ("open", "high", "low", "close", "adjusted_close")
NUMBERS = (*PRICES, "volume")
SYMBOL, DAY, MOMENT = "symbol", "date", "event_time_utc"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""A whole day: years and months alone are none, though they can be read as their first."""


@dataclass(frozen=True)
class RowPiece:
    """Rows of a delivery as columns.

    Parameters
    ----------
    symbols : sequence of str
    days : array of datetime64[D]
        NaT where the text is no date.
    numbers : mapping of column to float array
        NaN where the cell is empty; infinite where it is no number.
    moments : array of datetime64[s] or None
        The end of each bar in UTC, for bars of minutes.
    first_row : int
        Number of the first row in the delivery, counted from 1.
    texts : sequence
        One row as it came each: its cells, in the order of ``header``; empty where rows are not text.
    header : sequence of str

    """

    symbols: Sequence[str]
    days: NDArray[np.datetime64]
    numbers: dict[str, Floats]
    moments: NDArray[np.datetime64] | None
    first_row: int
    texts: Sequence[Sequence[str]] = ()
    header: Sequence[str] = ()

    @property
    def rows_count(self) -> int:
        """How many rows there are."""
        return len(self.symbols)

    def raw(self, place: int) -> dict[str, Any]:
        """Return one row as it came, JSON-native."""
        if self.texts:
            return dict(zip(self.header, self.texts[place], strict=False))
        shown: dict[str, Any] = {SYMBOL: self.symbols[place], DAY: str(self.days[place])}
        for name, values in self.numbers.items():
            value = float(values[place])
            shown[name] = value if np.isfinite(value) else str(value)
        return shown


class BarSource(Protocol):
    """A delivery that can be read piece by piece, and again from its beginning."""

    @property
    def dataset(self) -> str:
        """What it is, without secrets: a file's name, a feed's."""
        ...

    @property
    def sha256(self) -> str:
        """Hash of its bytes, by which it is recognized when it is read again."""
        ...

    @property
    def address(self) -> str | None:
        """Where it can be read again after a stop; None where it cannot."""
        ...

    def pieces(self, rows_count: int) -> Iterator[RowPiece]:
        """Return its rows in order, so many at a time."""
        ...


class ArraySource:
    """A delivery that is in memory already, in pieces of whatever size.

    Parameters
    ----------
    dataset : str
    pieces : iterable of RowPiece
    sha256 : str

    """

    address = None

    def __init__(self, dataset: str, pieces: Iterable[RowPiece], sha256: str = "") -> None:
        self.dataset = dataset
        self.sha256 = sha256
        self._pieces = pieces

    def pieces(self, rows_count: int) -> Iterator[RowPiece]:
        """Return the pieces as they were given."""
        return iter(self._pieces)


class CsvBars:
    """A CSV file with one bar a line: symbol, date or event_time_utc, and any of the prices and the volume.

    Parameters
    ----------
    path : Path

    Raises
    ------
    InvalidRequest
        The file cannot be read, or its first line lacks a column.

    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.dataset = path.name
        self.address = str(path.resolve())
        try:
            with path.open("rb") as content:
                self.sha256 = hashlib.file_digest(content, "sha256").hexdigest()
            with path.open(encoding="utf-8-sig", newline="") as lines:
                self._header = [name.strip().lower() for name in next(csv.reader(lines), [])]
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise InvalidRequest(
                f"The file {path.name} cannot be read.", "Check its path, and that it is CSV in UTF-8."
            ) from error
        _check_header(self._header)

    def pieces(self, rows_count: int) -> Iterator[RowPiece]:
        """Return the lines in order, so many at a time."""
        with self._path.open(encoding="utf-8-sig", newline="", errors="replace") as lines:
            reader = csv.reader(lines)
            next(reader, None)
            first = 1
            while rows := self._rows(reader, rows_count):
                yield self._piece(rows, first)
                first += len(rows)

    def _rows(self, reader: Any, rows_count: int) -> list[list[str]]:
        try:
            return list(islice(reader, rows_count))
        except csv.Error as error:
            raise InvalidRequest(
                f"The file {self._path.name} cannot be read beyond line {reader.line_num}.",
                "A cell there is far too long, most often because a quote is never closed. Correct it.",
                fields=(FieldProblem(f"line {reader.line_num}", "This is no line of CSV.", "Correct it."),),
            ) from error

    def _piece(self, rows: list[list[str]], first: int) -> RowPiece:
        width = len(self._header)
        for row in rows:
            if len(row) != width:
                row[:] = (row + [""] * width)[:width]
        columns = dict(zip(self._header, zip(*rows, strict=True), strict=True))
        moments = _moments(columns[MOMENT]) if MOMENT in columns else None
        days = _days(columns[DAY]) if DAY in columns else None
        if days is None:
            assert moments is not None
            days = moments.astype("datetime64[D]")
        numbers = {name: _numbers(columns[name]) for name in NUMBERS if name in columns}
        return RowPiece(columns[SYMBOL], days, numbers, moments, first, rows, self._header)


def _check_header(header: Sequence[str]) -> None:
    problems = [
        FieldProblem(name, f"The first line has no column {name!r}.", "Name the columns in the first line.")
        for name in (SYMBOL, "close")
        if name not in header
    ]
    if DAY not in header and MOMENT not in header:
        problems.append(FieldProblem(DAY, f"The first line has neither {DAY!r} nor {MOMENT!r}.", "Add one of them."))
    if len(set(header)) != len(header):
        problems.append(FieldProblem("header", "A column appears twice in the first line.", "Name each once."))
    if problems:
        raise InvalidRequest("The file has not the columns of bars.", "Correct its first line.", fields=tuple(problems))


def _numbers(texts: Sequence[str]) -> Floats:
    if not any("_" in text for text in texts):  # Python reads 1_80 as 180
        try:
            return np.array(texts, dtype=np.float64)
        except ValueError:
            pass
    return np.array([_number(text) for text in texts])


def _number(text: str) -> float:
    if not text.strip():
        return np.nan
    try:
        value = np.inf if "_" in text else float(text)
    except ValueError:
        return np.inf
    return value if np.isfinite(value) else np.inf


def _days(texts: Sequence[str]) -> NDArray[np.datetime64]:
    whole = [text if _DAY.fullmatch(text) else "NaT" for text in map(str.strip, texts)]
    try:
        return np.array(whole, dtype="datetime64[D]")
    except ValueError:
        return np.array([_instant(text, "D") for text in whole], dtype="datetime64[D]")


def _moments(texts: Sequence[str]) -> NDArray[np.datetime64]:
    plain = [text.removesuffix("Z") if _DAY.match(text) else "NaT" for text in map(str.strip, texts)]
    try:
        return np.array(plain, dtype="datetime64[s]")
    except ValueError:
        return np.array([_instant(text, "s") for text in plain], dtype="datetime64[s]")


def _instant(text: str, unit: Any) -> np.datetime64:
    try:
        return np.datetime64(text.strip() or "NaT", unit)
    except ValueError:
        return np.datetime64("NaT", unit)
