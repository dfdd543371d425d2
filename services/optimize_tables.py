"""What does a table of assets say that was pasted or saved as CSV: one row an asset, one column a group or a factor?

The first line names the columns; where these are assets too, as in a covariance, their order does not matter.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from services.formatting import count
from services.limit_kinds import DIMENSIONS, normalized

TABLE_MAX_BYTES: Final = 4 * 1024 * 1024
NAME_MAX_LENGTH: Final = 64
NAMES_SHOWN_COUNT: Final = 5
KNOWN_GROUPINGS: Final = {normalized(words): name for name, words in {**DIMENSIONS, "sector": "Sector"}.items()}
"""Headings that mean a grouping which the product has itself: what is given then comes first."""

_NOTHING: Final = "There is nothing in the text."
_HEADINGS: Final = "Name the columns in the first line: asset, then one name for each column."


@dataclass
class AssetTable:
    """What a table says.

    Attributes
    ----------
    cells
        Column to asset to text; numbers with a decimal point. Empty cells are left out.
    assets_count
        How many assets something was read for.
    notes
        What of it was not read, in sentences.

    """

    cells: dict[str, dict[str, str]] = field(default_factory=dict)
    assets_count: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """What was taken over, then what was not."""
        taken = f"{count(self.assets_count, 'asset')} and {count(len(self.cells), 'column')} taken over."
        return " ".join([taken if self.cells else "Nothing was changed.", *self.notes])


def read_table(raw: bytes, assets: Iterable[str], *, is_square: bool = False, has_numbers: bool = True) -> AssetTable:
    """Return what a table says of these assets; what is not understood is told and left out.

    Parameters
    ----------
    raw
        UTF-8 text with tabs, semicolons or commas between the cells.
    assets
        The chosen assets; symbols are recognized whatever their case.
    is_square
        Whether the columns are assets too.
    has_numbers
        Whether the cells are numbers; all of a table are then read with the same decimal mark.

    """
    table = AssetTable()
    if len(raw) > TABLE_MAX_BYTES:
        table.notes.append(f"The text is larger than {TABLE_MAX_BYTES // 1024**2} MiB. Send it by the API.")
        return table
    lines = _lines(raw)
    known = {symbol.upper(): symbol for symbol in assets}
    names = _columns(lines, known, table, is_square=is_square)
    if not names:
        return table
    has_comma = has_numbers and _is_comma(lines[1:])
    strangers: list[str] = []
    read: set[str] = set()
    twice: list[str] = []
    for line in lines[1:]:
        asset = known.get(line[0].upper())
        if asset is None:
            strangers.append(line[0] or "a row without a symbol")
            continue
        told = {name: line[place] for place, name in names.items() if place < len(line) and line[place]}
        for name, text in told.items():
            cell = text.replace(",", ".") if has_comma else text
            column = table.cells.setdefault(name, {})
            if column.get(asset, cell) != cell:
                twice.append(asset)
            column[asset] = cell
            read.add(asset)
    table.assets_count = len(read)
    _tell_twice(twice, table)
    _tell_strangers(strangers, table)
    if not read and not strangers:
        table.notes.append(_NOTHING if len(lines) < 2 else "Its cells are empty.")
    return table


def grouping_of(heading: str) -> str:
    """Return the grouping that a heading means: one of the product's own by its words, else exactly what it says."""
    return KNOWN_GROUPINGS.get(normalized(heading), heading)


def _lines(raw: bytes) -> list[list[str]]:
    """Return the cells of each line that holds something."""
    text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", errors="replace")
    head = next((line for line in text.splitlines() if line.strip()), "")
    separator = next((mark for mark in "\t;," if mark in head), ",")
    cells = ([cell.strip() for cell in line] for line in csv.reader(io.StringIO(text), delimiter=separator))
    return [line for line in cells if any(line)]


def _columns(
    lines: Sequence[Sequence[str]], known: Mapping[str, str], table: AssetTable, *, is_square: bool
) -> dict[int, str]:
    """Return the place of each column that is read, by the names in the first line."""
    if not lines:
        table.notes.append(f"{_NOTHING} {_HEADINGS}")
        return {}
    head = lines[0]
    if not any(head[1:]) or (not is_square and head[0].upper() in known):
        table.notes.append(f"The first line names no columns. {_HEADINGS}")
        return {}
    named = {place: name for place, name in enumerate(head) if place and name}
    if is_square:
        found = {place: known[name.upper()] for place, name in named.items() if name.upper() in known}
        _tell_strangers([name for name in named.values() if name.upper() not in known], table)
    else:
        long = [name for name in named.values() if len(name) > NAME_MAX_LENGTH]
        found = {place: name for place, name in named.items() if name not in long}
        table.notes += [
            f"“{name[:30]}…” is too long for a name; use at most {NAME_MAX_LENGTH} characters." for name in long
        ]
    repeated = sorted({name for name in found.values() if list(found.values()).count(name) > 1})
    table.notes += [f"The column {name} stands there more than once; the last one counts." for name in repeated]
    return found


def _tell_twice(assets: Sequence[str], table: AssetTable) -> None:
    """Note the assets that stand on several lines which do not say the same."""
    once = list(dict.fromkeys(assets))
    if once:
        more = f" and {len(once) - NAMES_SHOWN_COUNT} more" if len(once) > NAMES_SHOWN_COUNT else ""
        said = f"On several lines, which do not say the same: {', '.join(once[:NAMES_SHOWN_COUNT])}{more}"
        table.notes.append(f"{said}; the last line counts.")


def _tell_strangers(names: Sequence[str], table: AssetTable) -> None:
    once = list(dict.fromkeys(names))
    if not once:
        return
    more = f" and {len(once) - NAMES_SHOWN_COUNT} more" if len(once) > NAMES_SHOWN_COUNT else ""
    note = f"Not among the chosen assets: {', '.join(name[:30] for name in once[:NAMES_SHOWN_COUNT])}{more}."
    if note not in table.notes:
        table.notes.append(note)


def _is_comma(lines: Sequence[Sequence[str]]) -> bool:
    """Return whether the numbers have a decimal comma: some have a comma, and none has a point."""
    texts = [cell for line in lines for cell in line[1:]]
    return any("," in text for text in texts) and not any("." in text for text in texts)
