"""How does one table that stands on a page become a sheet, with all digits, and units in its headers?"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import Field, ValidationError

from services.errors import FieldProblem, InvalidRequest
from services.exports_table import Cell, Column, Fact, Kind, Sheet, Shown
from services.messages.exports import TableFormat
from services.messages.frozen import Message
from services.told import DAY, FRACTION

ROWS_MAX_COUNT = 20_000
COLUMNS_MAX_COUNT = 80
SHEET_NAME_MAX_LENGTH = 31
_CURRENCY = re.compile(r"^[A-Z]{3}$")
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
_NO_KEY = re.compile(r"[^a-z0-9]+")
Text = Annotated[str, Field(max_length=2000)]


class TakenCell(Message):
    """A cell as the page shows it, with the value that its text tells and the unit of that, where it tells one."""

    text: Text = ""
    value: Annotated[str, Field(max_length=80)] | None = None
    unit: Annotated[str, Field(max_length=40)] = ""


class TakenTable(Message):
    """One table of a page: its caption, its headers, its rows, and as which file it is wanted."""

    caption: Annotated[str, Field(min_length=1, max_length=200)]
    heads: Annotated[
        tuple[Annotated[str, Field(max_length=200)], ...], Field(min_length=1, max_length=COLUMNS_MAX_COUNT)
    ]
    rows: Annotated[tuple[tuple[TakenCell, ...], ...], Field(max_length=ROWS_MAX_COUNT)]
    format: TableFormat
    count: int = 0
    """How many were asked for on this page before: the same table twice is asked for twice."""


class Provenance(Message):
    """What the figures of a page rest on: the page's path, a name and a day for files, and facts as name and text."""

    path: Annotated[str, Field(max_length=200)]
    subject: Annotated[str, Field(max_length=200)] = ""
    facts: Annotated[tuple[tuple[Annotated[str, Field(max_length=200)], str], ...], Field(max_length=200)] = ()


def taken_of(data: Any) -> TakenTable:
    """Return what a page handed over.

    Raises
    ------
    InvalidRequest
        It is no table, or too large for one.

    """
    try:
        return TakenTable.model_validate(data)
    except ValidationError:
        words = f"A table has up to {ROWS_MAX_COUNT:,} rows and {COLUMNS_MAX_COUNT} columns."
        problem = FieldProblem("table", words, "Take the page's Excel file instead.")
        raise InvalidRequest("This table cannot be taken along.", "", fields=(problem,)) from None


def sheet_of(table: TakenTable) -> Sheet:
    """Return a sheet of a table: numbers as numbers, days as days, the unit of a column in its header."""
    width = len(table.heads)
    rows = [row[:width] + (TakenCell(),) * (width - len(row)) for row in table.rows]
    units = [_unit(row[n] for row in rows) for n in range(width)]
    keys: Counter[str] = Counter()
    columns = []
    for head, unit in zip(table.heads, units, strict=True):
        key = _key(head or "row", unit)
        keys[key] += 1
        columns.append(Column(key if keys[key] == 1 else f"{key}_{keys[key]}", _head(head, unit), _kind(unit)))
    cells = [[_cell(one, unit) for one, unit in zip(row, units, strict=True)] for row in rows]
    name = _NO_SHEET_NAME.sub(" ", table.caption).strip()[:SHEET_NAME_MAX_LENGTH].strip() or "Table"
    return Sheet(name, columns, cells)


def facts_of(found: Provenance | None, caption: str, path: str) -> list[tuple[str, Fact]]:
    """Return what stands on the sheet of assumptions: the table, its page, and what the page's figures rest on."""
    own: list[tuple[str, Fact]] = [("Table", caption), ("Page", path)]
    return own if found is None or found.path != path else [*own, *found.facts]


def _unit(cells: Any) -> str | None:
    """Return the unit of a column's values; None for a column of texts, nothing for plain numbers and mixed units."""
    units = [one.unit for one in cells if one.value is not None]
    if not units:
        return None
    return units[0] if len(set(units)) == 1 else ""


def _kind(unit: str | None) -> Kind:
    if unit is None:
        return "text"
    if unit in (FRACTION, DAY):
        return "rate" if unit == FRACTION else "date"
    if _CURRENCY.match(unit):
        return "money"
    return "count" if unit else "ratio"


def _head(head: str, unit: str | None) -> str:
    return f"{head} ({unit})".strip() if unit and unit != DAY else head


def _key(head: str, unit: str | None) -> str:
    plain = _NO_KEY.sub("_", head.lower()).strip("_") or "column"
    if not unit or unit == DAY:
        return plain
    suffix = "frac" if unit == FRACTION else _NO_KEY.sub("_", unit.lower()).strip("_")
    return plain if plain == suffix or plain.endswith(f"_{suffix}") else f"{plain}_{suffix}"


def _cell(one: TakenCell, column_unit: str | None) -> Cell:
    if one.value is None:
        text = "" if one.text == "\N{EM DASH}" else one.text
        return Shown(text or None, "text") if column_unit is not None else (text or None)
    try:
        value: Any = date.fromisoformat(one.value) if one.unit == DAY else _number(one.value)
    except (ValueError, InvalidOperation):
        return Shown(one.text or None, "text")
    return Shown(value, _kind(one.unit))


def _number(text: str) -> int | float | Decimal:
    """Return an amount as it was written, and any other number as the whole number or the float that it was."""
    if text.lstrip("-").isdecimal() and len(text) <= 15:
        return int(text)
    value = float(text)
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError(text)
    exact = Decimal(text)
    return exact if float(exact) == value and "e" not in text.lower() and len(exact.as_tuple().digits) > 17 else value
