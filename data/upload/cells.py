"""Which cells stand in a file, and in which line: CSV in its usual dialects, an Excel workbook, or Parquet?

The content decides, never the name. Nothing of a file is evaluated: a formula is a problem, not a number. Whoever knows
the headings of a table hands them in; then lines above the header, as exports of banks have them, are skipped and told.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from data.upload.encodings import decoded, kind_of, kind_of_text
from data.upload.problems import Problems

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
CELL_MAX_LENGTH = 500
COLUMNS_MAX_COUNT = 60
ZIP, OLD_EXCEL, PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1"
HEADER_WITHIN_LINES = 20
"""So far down a header is looked for; lines that are blank do not count."""
HEADINGS_MIN_COUNT = 2
"""A line with so many known headings is a header."""

Knows = Callable[[str], bool]
"""Whether a heading is one that is known."""


@dataclass(frozen=True)
class Limits:
    """How large a file may be, and what the door that it came through takes.

    Parameters
    ----------
    max_bytes, max_rows : int
    cell_max_length : int
        How many characters a cell may have.
    takes_workbooks, takes_parquet : bool
        Whether an Excel workbook or a Parquet file is read here; advice names nothing that would be refused.
    columns : str
        The first columns of a table of this kind, as an example.
    split : str
        How a file with too many rows becomes several.

    """

    max_bytes: int
    max_rows: int
    cell_max_length: int = CELL_MAX_LENGTH
    takes_workbooks: bool = True
    takes_parquet: bool = False
    columns: str = "symbol,date,close"
    split: str = "Split it into several files, for example one per year."

    @property
    def kinds(self) -> str:
        """What may be sent, as it follows "neither" or "no"."""
        if not self.takes_workbooks:
            return "no CSV file"
        more = " nor a Parquet file" if self.takes_parquet else ""
        return f"neither a CSV file nor an Excel workbook{more}"

    @property
    def save_as(self) -> str:
        """The way out for a file of another kind."""
        if self.takes_workbooks:
            return "Save the table as “CSV UTF-8” or as an Excel workbook (.xlsx), then choose that file."
        return "Save the table as “CSV UTF-8” and choose that file, or copy its cells and paste them."


class Cell(NamedTuple):
    """One cell as text; ``is_native`` says that a workbook holds it as a number or a date, which needs no reading.

    A tuple, because a file has millions of them: the collector of garbage forgets tuples of plain values.
    """

    text: str
    is_native: bool = False
    is_percent: bool = False
    """Whether a workbook shows the number in percent: 0.4 is 40%."""


EMPTY = Cell("")


class Line(NamedTuple):
    """One line with its number in the file."""

    number: int
    cells: tuple[Cell, ...]

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it."""
        return not any(cell.text for cell in self.cells)


@dataclass
class Sheet:
    """The cells of a file.

    Parameters
    ----------
    kind : str
        What was read, in words: "CSV, separated by semicolons".
    header : Line or None
        The first line that is not blank; None too where it cannot name columns.
    lines : list of Line
        What follows it, blank lines left out.
    notes : list of str
        What a reader must know, such as which of several sheets was read.
    separator : str
        What stands between the cells of a CSV file.

    """

    kind: str = ""
    header: Line | None = None
    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    separator: str = ""


def read_cells(raw: bytes, limits: Limits, problems: Problems, knows: Knows | None = None) -> Sheet:
    """Return the cells of a file; what keeps them from being read is added to ``problems``.

    Parameters
    ----------
    raw : bytes
    limits : Limits
    problems : Problems
    knows : callable or None
        Tells whether a heading is known; then the header is the first of the first lines with two known headings, and
        what stands above it is skipped and told. Without it the first line that is not blank is the header.

    """
    if len(raw) > limits.max_bytes:
        size = f"{len(raw) / 1024 / 1024:.1f} MiB"
        allowed = f"{limits.max_bytes / 1024 / 1024:.0f} MiB"
        problems.add(None, None, f"The file has {size}, more than the {allowed} allowed.", "Split it into several.")
    elif not raw.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        problems.add(None, None, "The file is empty.", "Choose a file with a header line and at least one row.")
    elif raw.startswith(ZIP) and not limits.takes_workbooks:
        problems.add(None, None, "This is an Excel workbook, or another packed file.", limits.save_as)
    elif raw.startswith(ZIP):
        from data.upload.workbook import read_workbook  # openpyxl is slow to import, and most files are CSV

        return read_workbook(raw, limits, problems, knows)
    elif raw.startswith(OLD_EXCEL):
        problems.add(None, None, "This is a workbook in the old Excel format (.xls).", limits.save_as)
    elif raw.startswith(PARQUET) and not limits.takes_parquet:
        problems.add(None, None, "This is a Parquet file.", limits.save_as)
    elif raw.startswith(PARQUET):
        from data.upload.parquet import read_parquet  # pyarrow is slow to import too

        return read_parquet(raw, limits, problems)
    else:
        return _read_text(raw, limits, problems, knows)
    return Sheet()


def gather(lines: Iterator[Line], kind: str, limits: Limits, problems: Problems, knows: Knows | None = None) -> Sheet:
    """Return header and lines, up to the row limit."""
    sheet = Sheet(kind)
    above: list[Line] = []
    for line in lines:
        if line.is_blank:
            continue
        if sheet.header is None:
            if is_header(line, knows):
                sheet.header = line
                if above:
                    sheet.notes.append(_skipped(above, line))
            else:
                above.append(line)
                if len(above) >= HEADER_WITHIN_LINES:
                    sheet.header, *sheet.lines = above
            continue
        if len(sheet.lines) >= limits.max_rows:
            message = f"The file has more than the {limits.max_rows:,} rows allowed."
            problems.add(line.number, None, message, limits.split)
            break
        sheet.lines.append(line)
    if sheet.header is None and above:
        sheet.header, *sheet.lines = above
    return sheet


def is_header(line: Line, knows: Knows | None) -> bool:
    """Return whether a line names columns; the first one does where no heading is known."""
    return knows is None or len({one.text for one in line.cells if knows(one.text)}) >= HEADINGS_MIN_COUNT


def _skipped(above: list[Line], header: Line) -> str:
    what = f"Line {above[0].number} is" if len(above) == 1 else f"{len(above)} lines are"
    return f"{what} skipped: the header stands in line {header.number}."


def _read_text(raw: bytes, limits: Limits, problems: Problems, knows: Knows | None) -> Sheet:
    """Read a file of text, and say what was made of its letters."""
    what = kind_of(raw)
    found = None if what else decoded(raw)
    if found is not None:
        what = kind_of_text(found.text)
    if found is None or what is not None:
        message = f"This is {limits.kinds}" + (f", but {what}." if what else ".")
        problems.add(None, None, message, limits.save_as)
        return Sheet()
    sheet = _read_csv(found.text, limits, problems, knows)
    if found.page:
        sheet.kind = f"{sheet.kind}, {found.page}"
        sheet.notes.append(
            f"The file is not in UTF-8 and is read as {found.page} ({found.languages}): look at names with accents."
        )
    return sheet


def _read_csv(text: str, limits: Limits, problems: Problems, knows: Knows | None) -> Sheet:
    """Read comma, semicolon, tab or bar; a line ``sep=;`` as Excel writes it is obeyed."""
    head, _, rest = text.partition("\n")
    offset = 0
    if head.strip().lower().startswith("sep=") and len(head.strip()) == 5:
        separator, text, offset = head.strip()[4], rest, 1
    else:
        separator = _separator(text, knows)
    lines = _csv_lines(text, separator, offset, limits, problems)
    sheet = gather(lines, _csv_kind(separator), limits, problems, knows)
    sheet.separator = separator
    if sheet.header is not None and len(sheet.header.cells) == 1:
        message = "The first line has only one column."
        advice = f"Separate columns by comma or semicolon; the first line names them: {limits.columns}."
        problems.add(sheet.header.number, None, message, advice)
        sheet.header = None
    return sheet


def _csv_lines(text: str, separator: str, offset: int, limits: Limits, problems: Problems) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    before = 0
    try:
        for row in reader:
            number = before + 1 + offset
            before = reader.line_num
            yield line_of(number, [Cell(cell.strip()) for cell in row], problems, limits.cell_max_length)
    except csv.Error:
        message = "A quotation mark is not closed, or something follows a closed one."
        problems.add(before + 1 + offset, None, message, "Put quotation marks around whole cells only.")


def line_of(number: int, cells: list[Cell], problems: Problems, longest: int = CELL_MAX_LENGTH) -> Line:
    """Return one line of any format, cut to what a line may hold."""
    if len(cells) > COLUMNS_MAX_COUNT:
        message = f"This line has {len(cells)} columns, more than the {COLUMNS_MAX_COUNT} allowed."
        problems.add(number, None, message, "Keep the columns that are described, and leave out the others.")
        cells = cells[:COLUMNS_MAX_COUNT]
    if any(len(cell.text) > longest for cell in cells):
        message = f"A cell has more than {longest:,} characters."
        problems.add(number, None, message, "Shorten it, or check for a missing quotation mark.")
        cells = [cell._replace(text=cell.text[:longest]) for cell in cells]
    return Line(number, tuple(cells))


def _separator(text: str, knows: Knows | None) -> str:
    """Return what separates the columns of the header; a comma where nothing does."""
    heads: list[str] = []
    for line in io.StringIO(text):
        if line.strip():
            heads.append(line[: CELL_MAX_LENGTH * 4])
        if len(heads) >= (1 if knows is None else HEADER_WITHIN_LINES):
            break
    for head in heads if knows is not None else []:
        known = {one: _known_count(head, one, knows) for one in SEPARATORS}
        best = max(known, key=lambda one: known[one])
        if known[best] >= HEADINGS_MIN_COUNT:
            return best
    first = heads[0] if heads else ""
    return max(SEPARATORS, key=lambda one: (first.count(one), one == ","))


def _known_count(head: str, separator: str, knows: Knows | None) -> int:
    """Return how many known headings a line has when it is cut by a separator."""
    return 0 if knows is None else len({one for one in head.split(separator) if knows(one.strip().strip('"'))})


def _csv_kind(separator: str) -> str:
    return f"CSV, separated by {SEPARATORS.get(separator, separator)}"
