"""Which cells stand in the first sheet of an Excel workbook, and is the file safe to unpack?

A workbook is a zip of XML. Its unpacked size and number of parts are looked at before anything is unpacked, because a
small file can hold a hundred times its size.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from data.upload.cells import Cell, Knows, Limits, Line, Sheet, gather, line_of
from data.upload.problems import Problems

UNPACKED_MAX_BYTES = 50 * 1024 * 1024
UNPACKED_RATIO_MAX = 100
PARTS_MAX_COUNT = 200
ROWS_LAST, WIDTH_MAX = 1_048_576, 1000
"""The last row that a sheet of Excel has, and how far to the right a row is unfolded at most."""
MACROS = "xl/vbaProject.bin"
OTHERS = {
    "xl/workbook.bin": "an Excel workbook in the binary format (.xlsb)",
    "content.xml": "a document in the OpenDocument format (.ods)",
    "word/document.xml": "a text document (.docx)",
}
"""What a packed file without a workbook is, by a part of it."""
FORMULA_ADVICE = "Copy the column and paste it as values, then save the workbook again."


def read_workbook(raw: bytes, limits: Limits, problems: Problems, knows: Knows | None = None) -> Sheet:
    """Return the cells of the first sheet; formulas and error values are problems."""
    names = _safe_parts(raw, limits, problems)
    if not names:
        return Sheet()
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of styles and extensions that hold no figures
            book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
            try:
                sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
                if not sheets:
                    problems.add(None, None, "The workbook has no sheet.", limits.save_as)
                    return Sheet()
                read = gather(_lines(sheets[0], problems), "Excel workbook", limits, problems, knows)
                read.kind = f"Excel workbook, sheet “{sheets[0].title}”"
                if len(sheets) > 1:
                    read.notes.append(f"The workbook has {len(sheets)} sheets; only “{sheets[0].title}” is read.")
                if MACROS in names:
                    read.notes.append("The workbook has macros. They are not run; only its cells are read.")
            finally:
                book.close()
    except Exception:  # openpyxl has no error of its own: whatever it raises means that this is no workbook it can read
        problems.add(None, None, "The workbook is damaged, or protected by a password.", limits.save_as)
        return Sheet()
    if read.header is None and not problems.total_count:
        problems.add(None, None, f"The sheet “{sheets[0].title}” is empty.", "Put the table into the first sheet.")
    return read


def _safe_parts(raw: bytes, limits: Limits, problems: Problems) -> frozenset[str]:
    """Return the names of the parts of a workbook that unpacks to a size that can be handled; else none."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        problems.add(None, None, "The workbook is damaged.", limits.save_as)
        return frozenset()
    names = frozenset(part.filename for part in parts)
    if "xl/workbook.xml" not in names:
        what = next((words for part, words in OTHERS.items() if part in names), "a packed file, but no Excel workbook")
        problems.add(None, None, f"This is {what}.", limits.save_as)
        return frozenset()
    unpacked = sum(part.file_size for part in parts)
    if (
        len(parts) > PARTS_MAX_COUNT
        or unpacked > UNPACKED_MAX_BYTES
        or unpacked > UNPACKED_RATIO_MAX * max(len(raw), 10_000)
    ):
        message = f"The workbook unpacks to {unpacked / 1024 / 1024:.0f} MiB, more than can be handled."
        problems.add(None, None, message, "Save the table as “CSV UTF-8”, or split it.")
        return frozenset()
    return names


def _lines(sheet: Any, problems: Problems) -> Iterator[Line]:
    """Yield the rows as they stand; what the sheet says of its own size is not believed."""
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if number > ROWS_LAST or len(row) > WIDTH_MAX:
            message = f"The sheet reaches further than row {ROWS_LAST:,} or column {WIDTH_MAX:,}."
            problems.add(number, None, message, "Copy the table itself into a new workbook, or save it as CSV.")
            return
        if not row:
            continue
        cells = [_cell(one, number, problems) for one in row]
        while cells and not cells[-1].text:
            cells.pop()
        yield line_of(number, cells, problems)


def _cell(one: Any, number: int, problems: Problems) -> Cell:
    """Return one cell as text, in the forms that CSV files use."""
    value = one.value
    if value is None:
        return Cell("")
    if one.data_type == "f":
        problems.add(number, one.column_letter, "This cell holds a formula.", FORMULA_ADVICE)
        return Cell("")
    if one.data_type == "e":
        problems.add(number, one.column_letter, f"This cell holds the error {value}.", "Put the value in its place.")
        return Cell("")
    if isinstance(value, datetime):
        at_midnight = value.time() == time(0)
        return Cell(value.date().isoformat() if at_midnight else value.isoformat(sep=" "), is_native=at_midnight)
    if isinstance(value, date):
        return Cell(value.isoformat(), is_native=True)
    if isinstance(value, bool):
        return Cell(str(value))
    if isinstance(value, int | float):
        return Cell(repr(value), is_native=True, is_percent="%" in (one.number_format or ""))
    return Cell(str(value).strip())
