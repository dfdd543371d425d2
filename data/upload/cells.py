"""Which cells stand in a file, and in which line: CSV in its usual dialects, or an Excel workbook?

The content decides, never the name. Nothing of a file is evaluated: a formula is a problem, not a number.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from data.upload.problems import Problems

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
CELL_MAX_LENGTH = 500
COLUMNS_MAX_COUNT = 60
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True)
class Limits:
    """How large a file may be, and what the door that it came through takes.

    Parameters
    ----------
    max_bytes, max_rows : int
    cell_max_length : int
        How many characters a cell may have.
    takes_workbooks : bool
        Whether an Excel workbook is read here; advice names nothing that would be refused.
    columns : str
        The first columns of a table of this kind, as an example.
    split : str
        How a file with too many rows becomes several.

    """

    max_bytes: int
    max_rows: int
    cell_max_length: int = CELL_MAX_LENGTH
    takes_workbooks: bool = True
    columns: str = "symbol,date,close"
    split: str = "Split it into several files, for example one per year."

    @property
    def kinds(self) -> str:
        """What may be sent, as it follows "neither" or "no"."""
        return "neither a CSV file nor an Excel workbook" if self.takes_workbooks else "no CSV file"

    @property
    def save_as(self) -> str:
        """The way out for a file of another kind."""
        if self.takes_workbooks:
            return "Save the table as “CSV UTF-8” or as an Excel workbook (.xlsx), then choose that file."
        return "Save the table as “CSV UTF-8” and choose that file, or copy its cells and paste them."


@dataclass(frozen=True)
class Cell:
    """One cell as text; ``is_native`` says that a workbook holds it as a number or a date, which needs no reading."""

    text: str
    is_native: bool = False


EMPTY = Cell("")


@dataclass(frozen=True)
class Line:
    """One line with its number in the file."""

    number: int
    cells: tuple[Cell, ...]

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it."""
        return all(not cell.text for cell in self.cells)


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


def read_cells(raw: bytes, limits: Limits, problems: Problems) -> Sheet:
    """Return the cells of a file; what keeps them from being read is added to ``problems``."""
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

        return read_workbook(raw, limits, problems)
    elif raw.startswith(OLD_EXCEL):
        problems.add(None, None, "This is a workbook in the old Excel format (.xls).", limits.save_as)
    else:
        text = _decoded(raw, limits, problems)
        if text is not None:
            return _read_csv(text, limits, problems)
    return Sheet()


def gather(lines: Iterator[Line], kind: str, limits: Limits, problems: Problems) -> Sheet:
    """Return header and lines, up to the row limit."""
    sheet = Sheet(kind)
    for line in lines:
        if line.is_blank:
            continue
        if sheet.header is None:
            sheet.header = line
            continue
        if len(sheet.lines) >= limits.max_rows:
            message = f"The file has more than the {limits.max_rows:,} rows allowed."
            problems.add(line.number, None, message, limits.split)
            break
        sheet.lines.append(line)
    return sheet


def _decoded(raw: bytes, limits: Limits, problems: Problems) -> str | None:
    """Return the text of a CSV file; UTF-8 with or without a mark at its beginning, or UTF-16 with one."""
    encoding = _WIDE.get(raw[:2], "utf-8-sig")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        if b"\x00" in raw[:4096]:
            problems.add(None, None, f"This is {limits.kinds}.", limits.save_as)
            return None
        line = raw.count(b"\n", 0, error.start) + 1
        message = "The file is not in UTF-8: a letter cannot be read."
        problems.add(line, None, message, "Save it as “CSV UTF-8”, then choose it again.")
        return None
    if "\x00" in text:
        problems.add(None, None, f"This is {limits.kinds}.", limits.save_as)
        return None
    return text


def _read_csv(text: str, limits: Limits, problems: Problems) -> Sheet:
    """Read comma, semicolon, tab or bar; a line ``sep=;`` as Excel writes it is obeyed."""
    head, _, rest = text.partition("\n")
    separator, offset = _separator(next((line for line in text.splitlines() if line.strip()), "")), 0
    if head.strip().lower().startswith("sep=") and len(head.strip()) == 5:
        separator, text, offset = head.strip()[4], rest, 1
    lines = _csv_lines(text, separator, offset, limits, problems)
    sheet = gather(lines, _csv_kind(separator), limits, problems)
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
        cells = [Cell(cell.text[:longest], cell.is_native) for cell in cells]
    return Line(number, tuple(cells))


def _separator(head: str) -> str:
    """Return what separates the columns of the header; a comma where nothing does."""
    return max(SEPARATORS, key=lambda one: (head.count(one), one == ","))


def _csv_kind(separator: str) -> str:
    return f"CSV, separated by {SEPARATORS.get(separator, separator)}"
