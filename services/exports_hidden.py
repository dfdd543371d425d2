"""What do files hold in place of amounts while their reader hides them?

Money and numbers of shares leave as a mask in each format, and the file says so; fractions and prices of the market
stay. Orders for an order system are not touched: without quantities they would be none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from services import reader
from services.exports_page import PageDocument
from services.exports_table import Cell, Column, Fact, Sheet, Shown
from services.formatting import MASK

_SHARES = ("quantity", "shares_count")


def foot() -> str:
    """Return the sentence that a file carries while amounts are hidden; nothing otherwise."""
    return reader.HIDDEN if reader.hides_amounts() else ""


def sheets_for_reader(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Return the tables with each amount masked where the reader hides amounts, else as they are."""
    return [_masked(one) for one in sheets] if reader.hides_amounts() else list(sheets)


def facts_for_reader(facts: Sequence[tuple[str, Fact]]) -> list[tuple[str, Fact]]:
    """Return what a file rests on, and that amounts are hidden if they are."""
    return [*facts, *([("Privacy", foot())] if foot() else [])]


def page_for_reader(document: PageDocument) -> PageDocument:
    """Return a page whose foot says that amounts are hidden, if they are."""
    if not foot() or foot() in document.source:
        return document
    return replace(document, source=" · ".join(one for one in (foot(), document.source) if one))


def _masked(sheet: Sheet) -> Sheet:
    rows = [[_cell(column, one) for column, one in zip(sheet.columns, row, strict=True)] for row in sheet.rows]
    return replace(sheet, rows=rows)


def _cell(column: Column, cell: Cell) -> Cell:
    kind, value = (cell.kind, cell.value) if isinstance(cell, Shown) else (column.kind, cell)
    is_amount = kind == "money" or (kind == "quantity" and column.key.endswith(_SHARES))
    return Shown(MASK, "text") if is_amount and value is not None and not isinstance(value, str) else cell
