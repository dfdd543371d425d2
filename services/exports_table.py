"""How does a table become a CSV or Excel file that no spreadsheet mistakes for formulas?"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

Kind = Literal["text", "weight", "rate", "ratio", "money", "price", "quantity", "date", "moment", "count"]
Value = str | float | int | Decimal | date | datetime | None

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
FORMATS: dict[Kind, str] = {
    "text": "@",
    "weight": "0.0%",
    "rate": "0.00%",
    "ratio": "0.00",
    "money": "#,##0.00",
    "price": "#,##0.00",
    "quantity": "#,##0.####",
    "date": "d mmm yyyy",
    "moment": "d mmm yyyy hh:mm:ss",
    "count": "#,##0",
}
WIDTHS: dict[Kind, int] = {"text": 22, "money": 18, "date": 14, "moment": 22}


@dataclass(frozen=True)
class Shown:
    """A cell whose kind differs from that of its column."""

    value: Value
    kind: Kind


Cell = Value | Shown
Fact = str | date | int
"""What stands beside a name on the sheet of assumptions: a text, a day, a count."""


@dataclass(frozen=True)
class Column:
    """One column: its name for programs, its words for people, what its cells hold.

    Parameters
    ----------
    key : str
        Header of the CSV file, with the unit as suffix.
    header : str
        Header of the Excel sheet.
    kind : str
        Decides the number format.
    """

    key: str
    header: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Sheet:
    """One table; fractions stay fractions, what is missing is None."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]


def safe_text(text: str) -> str:
    """Return a text that a spreadsheet shows and never computes: an apostrophe before a leading formula character."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _csv_cell(cell: Cell) -> str:
    if isinstance(cell, Shown):
        cell = cell.value
    if cell is None:
        return ""
    if isinstance(cell, str):
        return safe_text(cell)
    if isinstance(cell, (date, datetime)):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return repr(cell)


def csv_bytes(sheet: Sheet) -> bytes:
    """Write a CSV file: UTF-8 with a mark that Excel needs, comma, CRLF; numbers with a point and all their digits."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([column.key for column in sheet.columns])
    writer.writerows([[_csv_cell(cell) for cell in row] for row in sheet.rows])
    return target.getvalue().encode("utf-8-sig")


def xlsx_bytes(
    sheets: Sequence[Sheet], assumptions: Sequence[tuple[str, Fact]], *, title: str, made_at_utc: datetime
) -> bytes:
    """Write an Excel file: texts as texts, real numbers and dates, frozen headers, filters, a sheet of assumptions.

    Parameters
    ----------
    sheets : sequence of Sheet
        The tables, in order.
    assumptions : sequence of (name, text)
        As-of day, sources, hash: what the numbers rest on.
    title : str
        Title in the file's properties.
    made_at_utc : datetime
        Stamp of the file.
    """
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {"title": title, "author": "Quantum Portfolio Optimizer", "created": made_at_utc.replace(tzinfo=None)}
    )
    strong = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
    formats = {kind: book.add_format({"num_format": code}) for kind, code in FORMATS.items()}
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        for n, column in enumerate(sheet.columns):
            page.write_string(0, n, column.header, strong)
            page.set_column(n, n, WIDTHS.get(column.kind, 13))
        for row_number, row in enumerate(sheet.rows, start=1):
            for n, (column, cell) in enumerate(zip(sheet.columns, row, strict=True)):
                shown = cell if isinstance(cell, Shown) else Shown(cell, column.kind)
                _write(page, row_number, n, shown.value, formats[shown.kind])
        page.freeze_panes(1, 1)
        page.autofilter(0, 0, max(1, len(sheet.rows)), len(sheet.columns) - 1)
    notes = book.add_worksheet("Assumptions")
    notes.set_column(0, 0, 28)
    notes.set_column(1, 1, 80)
    facts = {
        kind: book.add_format({"num_format": FORMATS[kind], "align": "left"})
        for kind in ("text", "date", "moment", "count")
    }
    for row_number, (name, text) in enumerate(assumptions):
        notes.write_string(row_number, 0, name, book.add_format({"bold": True}))
        kind: Kind = "count" if isinstance(text, int) else "date" if isinstance(text, date) else "text"
        kind = "moment" if isinstance(text, datetime) else kind
        _write(notes, row_number, 1, text, facts[kind])
    book.close()
    return target.getvalue()


def _write(page: Any, row: int, column: int, cell: Value, style: Any) -> None:
    if cell is None:
        page.write_blank(row, column, None, style)
    elif isinstance(cell, str):
        page.write_string(row, column, cell, style)
    elif isinstance(cell, (datetime, date)):
        page.write_datetime(row, column, cell, style)
    else:
        page.write_number(row, column, float(cell), style)
