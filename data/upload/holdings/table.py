"""Which lines does a file have, which of them is the header, and where does its table end?

Brokers put titles above the header, totals and disclaimers below the rows, and sometimes a second table. The header is
the line with the most known headings; a separator is right when it makes one.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

from data.upload import cells
from data.upload.cells import SEPARATORS, ZIP, Cell, Limits, Line
from data.upload.encodings import decoded, kind_of, kind_of_text
from data.upload.holdings.headings import general_meaning, plain, without_currency
from data.upload.holdings.layout import FileKind, FileLayout
from data.upload.holdings.numbers import bare
from data.upload.holdings.registry import all_layouts, recognized
from data.upload.problems import Problems
from data.upload.values import Unreadable

HEADER_WITHIN_LINES = 60
SAMPLE_BYTES = 20_000
END = "\x00"
"""Read behind the last line; no text has it, because a file that does is no text."""
TOTAL_WORDS = (
    "total", "totals", "account total", "grand total", "subtotal", "sub total", "summe", "gesamt", "gesamtsumme",
    "zwischensumme", "endsumme", "totaal", "totale", "somme", "suma", "transactions total", "portfolio total",
    "total portfolio", "positions total", "total positions", "holdings total", "total holdings", "total account",
)  # fmt: skip
_CURRENCY_BEHIND = re.compile(r"(?:[ :]*\([A-Z]{3}\)|[ :]+(?:in )?[A-Z]{3})[: ]*$")


@dataclass
class FileTable:
    """The lines of a file.

    Parameters
    ----------
    words : str
        What was read: "CSV, separated by semicolons".
    separator : str
        Of a CSV file; empty for a workbook.
    lines : list of Line
        Every line that is not blank.
    notes : list of str

    """

    words: str = ""
    separator: str = ""
    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Header:
    """The header that was found.

    Parameters
    ----------
    place : int
        Where it stands among the lines; -1 where the file has none.
    headings : tuple of str
        As in the file; "Column 1" and so on where it has none.
    layout : FileLayout or None
        Whose header it is.

    """

    place: int
    headings: tuple[str, ...]
    layout: FileLayout | None

    @property
    def plain(self) -> tuple[str, ...]:
        """The headings in their plain form."""
        return tuple(plain(one) for one in self.headings)


def read_table(raw: bytes, limits: Limits, problems: Problems) -> FileTable:
    """Return the lines of a file; what keeps them from being read is added to ``problems``."""
    if len(raw) > limits.max_bytes or raw.startswith((ZIP, cells.OLD_EXCEL, cells.PARQUET)):
        sheet = cells.read_cells(raw, limits, problems)
        lines = ([sheet.header] if sheet.header is not None else []) + sheet.lines
        return FileTable(sheet.kind, "", lines, list(sheet.notes))
    if not raw.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        problems.add(None, None, "The file is empty.", "Choose a file with a header line and at least one row.")
        return FileTable()
    what = kind_of(raw)
    found = None if what else decoded(raw)
    if found is not None:
        what = kind_of_text(found.text)
    if found is None or what is not None:
        message = f"This is {limits.kinds}" + (f", but {what}." if what else ".")
        problems.add(None, None, message, limits.save_as)
        return FileTable()
    separator, text, offset = _separator(found.text)
    table = FileTable(f"CSV, separated by {SEPARATORS.get(separator, separator)}", separator)
    if found.page:
        table.words = f"{table.words}, {found.page}"
        table.notes.append(f"The file is not in UTF-8 and is read as {found.page}: look at names with accents.")
    _fill(table, text, offset, limits, problems)
    return table


def _fill(table: FileTable, text: str, offset: int, limits: Limits, problems: Problems) -> None:
    ended = chain(io.StringIO(text, newline=""), [END])
    reader = csv.reader(ended, delimiter=table.separator)
    before = 0
    try:
        for row in reader:
            number, before = before + 1 + offset, reader.line_num
            if row == [END]:
                return
            found = cells.line_of(number, [Cell(one.strip()) for one in row], problems, limits.cell_max_length)
            if found.is_blank:
                continue
            if len(table.lines) > limits.max_rows:
                message = f"The file has more than the {limits.max_rows:,} rows allowed."
                problems.add(None, None, message, limits.split)
                return
            table.lines.append(found)
    except csv.Error:
        message = f"Line {before + 1 + offset} has a cell that is too long to be one."
        problems.add(None, None, message, "Look for a quotation mark that is not closed.")
        return
    # the mark of the end stands inside a cell: everything since that cell's line was taken for one text
    message = f"A quotation mark in line {number} is not closed, so the lines below cannot be told apart."
    problems.add(None, None, message, "Close it or take it out, then bring the file again.")


def _separator(text: str) -> tuple[str, str, int]:
    """Return the separator, the text below a line ``sep=``, and how many lines that took."""
    head, _, rest = text.partition("\n")
    told = re.fullmatch(r"sep=(.)", head.strip(), re.IGNORECASE)
    if told:
        return told[1], rest, 1
    sample = text[:SAMPLE_BYTES]

    def worth(separator: str) -> tuple[int, int]:
        try:
            rows = list(csv.reader(io.StringIO(sample, newline=""), delimiter=separator))[:HEADER_WITHIN_LINES]
        except csv.Error:
            return (0, 0)
        known = max((_known_count([plain(one) for one in row]) for row in rows), default=0)
        wide = sum(len(row) > 1 for row in rows)
        return (known, wide)

    return max(SEPARATORS, key=lambda one: (*worth(one), one == ",")), text, 0


def _known_count(headings: Sequence[str]) -> int:
    """Return how many plain headings mean something in any file."""
    if recognized(headings) is not None:
        return 100 + len(headings)
    return len({meaning for one in headings if (meaning := _meaning(one)) is not None})


def _meaning(heading: str) -> str | None:
    for kind in FileKind:
        for words in (heading, without_currency(heading)[0]):
            if (found := general_meaning(words, kind)) is not None:
                return found
    return None


def find_header(table: FileTable, kind: FileKind | None) -> Header:
    """Return the header of a file, of the wanted kind where it has tables of several."""
    near = table.lines[:HEADER_WITHIN_LINES]
    for wanted in (kind, None):
        for place, line in enumerate(table.lines if wanted is not None else near):
            layout = recognized([plain(cell.text) for cell in line.cells], wanted) if len(line.cells) > 2 else None
            if layout is not None:
                return Header(place, _headings(line), layout)
    counts = [_known_count([plain(cell.text) for cell in line.cells]) for line in near]
    best = max(counts, default=0)
    if best >= 2:
        place = counts.index(best)
        return Header(place, _headings(near[place]), None)
    if len(near) > 1 and not _has_number(near[0]) and _has_number(near[1]):
        return Header(0, _headings(near[0]), None)  # words above figures are headings, whatever they mean
    width = max((len(line.cells) for line in near), default=0)
    return Header(-1, tuple(f"Column {n + 1}" for n in range(width)), None)


def _has_number(line: Line) -> bool:
    for cell in line.cells:
        try:
            bare(cell.text)
        except Unreadable:
            continue
        return True
    return False


def _headings(line: Line) -> tuple[str, ...]:
    return tuple(cell.text for cell in line.cells)


def is_other_header(line: Line, header: Header) -> bool:
    """Return whether a line below a header begins another table."""
    first = next((cell.text for cell in line.cells if cell.text), "")
    if not first or first[0].isdigit():
        return False  # a row begins with a figure or a date far more often than a heading does
    found = [plain(cell.text) for cell in line.cells]
    return len(found) > 2 and header.layout is not None and recognized(found, _other(header.layout.kind)) is not None


def _other(kind: FileKind) -> FileKind:
    return FileKind.TRANSACTIONS if kind is FileKind.HOLDINGS else FileKind.HOLDINGS


def total_word(line: Line) -> bool:
    """Return whether a line states a total instead of a row."""
    first = next((cell.text for cell in line.cells if cell.text), "")
    return plain(_CURRENCY_BEHIND.sub("", first).rstrip(": ")) in TOTAL_WORDS


def known_layouts() -> tuple[FileLayout, ...]:
    """Return every layout, for a list to choose from."""
    return tuple(all_layouts().values())
