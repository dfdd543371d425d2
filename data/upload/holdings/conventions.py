"""How does a file write numbers, days and weights, and what must be asked because it may mean two things?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from data.upload.cells import Line
from data.upload.holdings.days import order_of
from data.upload.holdings.headings import FIELDS, IDENTIFIERS, plain
from data.upload.holdings.layout import DayOrder
from data.upload.holdings.numbers import NOTHING, mark_of, number_of
from data.upload.holdings.rows import HoldingRow, Question, TransactionRow
from data.upload.holdings.securities import Security, identifier_of, name_of, scheme_of, symbol_of
from data.upload.problems import shown
from data.upload.values import Unreadable

if TYPE_CHECKING:
    from data.upload.holdings.reading import RowReader

Row = TypeVar("Row", HoldingRow, TransactionRow)
FRACTIONS_MAX, PERCENT_MIN = Decimal(2), Decimal(20)
"""Sizes of weights that sum to no more are fractions, to no less percent; between the two nobody can tell."""
COARSE, FINE = {"summary": ("lot",)}, {"execution": ("order", "symbol summary", "asset summary", "closed lot")}
"""Level of detail that counts, with those that say the same once more."""


def find_conventions(reader: RowReader) -> None:
    """Find out how numbers, dates and weights are written, or ask."""
    _numbers(reader)
    _days(reader)
    _weights(reader)


def _numbers(reader: RowReader) -> None:
    numbers = [place for name, place in reader.columns.items() if FIELDS[name].is_number]
    texts = [
        line.cells[place].text
        for line in reader.body
        for place in numbers
        if place < len(line.cells) and not line.cells[place].is_native
    ]
    proven, open_number = mark_of(texts)
    if len(proven) == 1:
        reader.decimal = next(iter(proven))
    elif reader.wishes.decimal in {".", ","} or reader.layout.decimal:
        reader.decimal = reader.wishes.decimal or reader.layout.decimal
    elif open_number is not None:
        sentence = f"Is {shown(open_number)} a number in the thousands, or a number with three decimals?"
        mark = "," if "," in open_number else "."
        other = "." if mark == "," else ","
        options = ((other, "In the thousands"), (mark, "Three decimals"))
        reader.questions.append(Question("decimal", sentence, options))


def _days(reader: RowReader) -> None:
    place = reader.columns.get("date")
    days = [line.cells[place].text for line in reader.body if place is not None and place < len(line.cells)]
    orders, open_day = order_of(days)
    if len(orders) == 1:
        reader.order = next(iter(orders))
    elif reader.wishes.day_order or reader.layout.day_order:
        reader.order = reader.wishes.day_order or reader.layout.day_order or reader.order
    elif open_day is not None:
        sentence = f"Does the day or the month come first in {shown(open_day)}?"
        options = ((DayOrder.DAY_FIRST.value, "The day"), (DayOrder.MONTH_FIRST.value, "The month"))
        reader.questions.append(Question("day_order", sentence, options))


def _weights(reader: RowReader) -> None:
    """Say whether weights without a percent sign are percent, by heading and sum together; ask where they disagree."""
    sizes, example = Decimal(0), ""
    for line in reader.body if "weight" in reader.columns else ():
        cell = reader.cell(line, "weight")
        if "%" in cell.text or cell.is_percent:
            continue
        try:
            size = abs(number_of(cell.text, "." if cell.is_native else reader.decimal) or Decimal(0))
        except Unreadable:
            continue
        sizes += size
        example = example or (cell.text if size else "")
    if not example:
        return
    heading = plain(reader.heading("weight"))
    says_percent = "%" in reader.heading("weight") or "percent" in heading or "prozent" in heading
    if sizes >= PERCENT_MIN or (sizes <= FRACTIONS_MAX and not says_percent):
        reader.is_percent = sizes >= PERCENT_MIN
    elif reader.wishes.weight_unit:
        reader.is_percent = reader.wishes.weight_unit == "percent"
    else:
        sentence = f"Is a weight of {shown(example)} in percent, or a part of one?"
        options = (("percent", f"Percent: {example}%"), ("fraction", "A part of one: 1 is the whole"))
        reader.questions.append(Question("weight_unit", sentence, options))


def without_details(reader: RowReader, headings: Iterable[str], body: list[Line]) -> list[Line]:
    """Return the rows without those that a broker writes once more in another detail; they are told."""
    place = next((n for n, one in enumerate(headings) if plain(one).replace(" ", "") == "levelofdetail"), None)
    if place is None:
        return body
    levels = {line.number: plain(line.cells[place].text.replace("_", " ")) for line in body if place < len(line.cells)}
    found = set(levels.values())
    repeated = {level for main, others in (COARSE | FINE).items() if main in found for level in others}
    kept = [line for line in body if levels.get(line.number) not in repeated]
    if len(kept) < len(body):
        said = ", ".join(sorted(one.upper() for one in repeated & found))
        reader.notes.append(f"{len(body) - len(kept)} rows of level {said} repeat the others and are left out.")
    return kept


def named_in(reader: RowReader, line: Line) -> Security | None:
    """Return what a row that cannot be booked is about, as far as its cells say it; nothing is noted."""
    symbol, found = "", []
    for name in IDENTIFIERS[:-1]:
        text = reader.symbol(line) if name == "symbol" else reader.text(line, name)
        if not text or (name != "symbol" and text.casefold() in NOTHING):
            continue
        try:
            if name != "symbol":
                found.append((name, identifier_of(name, text)))
                continue
            symbol = symbol_of(text)
        except Unreadable:
            continue
        scheme = scheme_of(symbol)
        if scheme is not None:
            found.append((scheme, symbol))
            symbol = ""
    name = name_of(reader.text(line, "name"))
    return Security(symbol, tuple(dict.fromkeys(found)), name) if symbol or found or name else None


def told_apart(rows: list[Row]) -> list[Row]:
    """Return the rows with a key of its own for each security, where one symbol stands for several."""
    values: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        for scheme, value in () if row.security is None else row.security.identifiers:
            values.setdefault((row.security.symbol if row.security else "", scheme), set()).add(value)
    several = {symbol for (symbol, _), found in values.items() if symbol and len(found) > 1}
    if not several:
        return rows
    return [
        row
        if row.security is None or row.security.symbol not in several
        else replace(row, security=replace(row.security, is_apart=True))
        for row in rows
    ]


def is_pence(text: str) -> bool:
    """Return whether a currency is the hundredth part of a pound."""
    return plain(text) in {"gbx", "gbp pence", "gbpence"} or text.strip() == "GBp"
