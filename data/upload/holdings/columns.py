"""Which column holds what: as the layout says, as the headings say, or as the cells look?"""

from __future__ import annotations

from collections.abc import Sequence

from data.upload.cells import Line
from data.upload.holdings.headings import FIELDS, general_meaning, without_currency
from data.upload.holdings.layout import FileKind, FileLayout
from data.upload.holdings.numbers import bare
from data.upload.holdings.table import Header
from data.upload.values import Unreadable


def guess(header: Header, layout: FileLayout, first: Sequence[Line]) -> tuple[dict[str, int], list[str]]:
    """Return the place of each field, and sentences about columns that mean the same.

    Parameters
    ----------
    header : Header
    layout : FileLayout
    first : sequence of Line
        The first rows, for a file without headings.

    """
    if header.place < 0:
        return _by_cells(first), []
    headings = header.plain
    found: dict[str, int] = {}
    for name, words in layout.headings.items():
        for word in words:
            if (place := _place(headings, word)) is not None and place not in found.values():
                found[name] = place
                break
    notes = []
    for place, heading in enumerate(headings):
        if place in found.values() or not heading:
            continue
        meaning = general_meaning(heading, layout.kind)
        meaning = meaning or general_meaning(without_currency(heading)[0], layout.kind)
        if meaning is None:
            continue
        if meaning not in found:
            found[meaning] = place
        elif headings[found[meaning]] == heading:
            notes.append(
                f"Two columns are called “{header.headings[place]}”; the first one is read. Change it if the other "
                "one is meant."
            )
    for name, word in layout.beside.items():
        place = _place(headings, word)
        if place is not None and place + 1 < len(headings) and not headings[place + 1]:
            found[name] = place + 1
    return found, notes


def currencies(header: Header, columns: dict[str, int]) -> dict[str, str]:
    """Return the currency that the heading of an amount states: "Value in EUR" -> {"value": "EUR"}."""
    return {
        name: currency
        for name, place in columns.items()
        if place < len(header.plain) and (currency := without_currency(header.plain[place])[1])
    }


def _place(headings: Sequence[str], word: str) -> int | None:
    if word in headings:
        return headings.index(word)
    bare_headings = [without_currency(one)[0] for one in headings]
    return bare_headings.index(word) if word in bare_headings else None


def _by_cells(first: Sequence[Line]) -> dict[str, int]:
    """Guess symbol and quantity of pasted rows without headings: the first text, the first number."""
    found: dict[str, int] = {}
    for line in first[:1]:
        for place, cell in enumerate(line.cells):
            try:
                _, _, is_percent = bare(cell.text)
            except Unreadable:
                if cell.text and "symbol" not in found:
                    found["symbol"] = place
                continue
            name = "weight" if is_percent else "quantity"
            if "quantity" not in found and "weight" not in found:
                found[name] = place
    return found


def fits(columns: dict[str, int], kind: FileKind, width: int) -> dict[str, int]:
    """Return the chosen columns that exist and make sense for the kind."""
    return {
        name: place
        for name, place in columns.items()
        if name in FIELDS and kind in FIELDS[name].kinds and 0 <= place < width
    }


def lacking(columns: dict[str, int], kind: FileKind) -> list[str]:
    """Return what no column holds although every file of the kind needs it, in words."""
    found = []
    if not any(name in columns for name in ("symbol", "isin", "wkn", "cusip", "sedol", "figi", "name")):
        found.append("a symbol or an ISIN")
    if kind is FileKind.HOLDINGS and not any(name in columns for name in ("quantity", "weight")):
        found.append("a quantity or a weight")
    if kind is FileKind.TRANSACTIONS:
        if "date" not in columns:
            found.append("a date")
        if "type" not in columns and "quantity" not in columns:
            found.append("a type or a signed quantity")
        if "quantity" not in columns and "amount" not in columns:
            found.append("a quantity or an amount")
    return found
