"""What was filled, as somebody typed or pasted it, one order a line?

A line is a symbol, the units, and if they differ from the proposal the price and the fees. Cells of a spreadsheet are
set apart by tabs or semicolons; cells that are typed, by blanks.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from callbacks.present_typed import Typed
from callbacks.typed_marks import Kind
from services.errors import FieldProblem, InvalidRequest
from services.messages.rebalancing import ROWS_MAX_COUNT, Fill

_CELLS: Final = re.compile(r"[\t;]")
_HEADS: Final = frozenset({"asset", "instrument", "name", "security", "symbol", "ticker"})
"""First words of a head above pasted rows."""
_ADVICE: Final = "Write a symbol, the units, and if you like price and fees, such as “AAPL 100 130.25 1.50”."
_COLUMNS: Final[tuple[tuple[str, str, Kind, float], ...]] = (
    ("quantity", "The units of {}", "quantity", 1e12),
    ("price", "The price of {}", "amount", 1e12),
    ("fees_ccy", "The fees of {}", "amount", 1e9),
)


def read_fills(text: str | None) -> tuple[Fill, ...] | None:
    """Return what was filled; None where nothing is written, which means all of it as proposed.

    Raises
    ------
    InvalidRequest
        With every line that cannot be read.

    """
    lines = [(n, line.strip()) for n, line in enumerate((text or "").splitlines(), 1) if line.strip()]
    if lines and _cells(lines[0][1])[0].lower() in _HEADS:
        lines = lines[1:]
    if not lines:
        return None
    if len(lines) > ROWS_MAX_COUNT:
        raise _refused([FieldProblem("fills", f"There are more than {ROWS_MAX_COUNT} lines.", "Leave some out.")])
    problems: list[FieldProblem] = []
    fills = [one for n, line in lines if (one := _fill(f"line {n}", line, problems)) is not None]
    if problems:
        raise _refused(problems)
    return tuple(fills)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in (_CELLS.split(line) if _CELLS.search(line) else line.split())]


def _fill(where: str, line: str, problems: list[FieldProblem]) -> Fill | None:
    symbol, *cells = _cells(line)
    if not symbol or len(symbol) > 40 or not cells or not cells[0] or len(cells) > len(_COLUMNS):
        problems.append(FieldProblem(where, f"“{line[:60]}” is no fill.", _ADVICE))
        return None
    typed = Typed()
    said: dict[str, Decimal | None] = {}
    for cell, (name, words, kind, most) in zip(cells, _COLUMNS, strict=False):
        if cell:
            found = typed.number(
                where,
                words.format(symbol),
                cell,
                kind=kind,
                low=None if name == "quantity" else 0.0,
                high=most,
                is_low_allowed=name != "price",
            )
            said[name] = None if found is None else abs(found)
    problems.extend(typed.problems)
    return None if typed.problems else Fill(symbol=symbol.upper(), **said)


def _refused(problems: list[FieldProblem]) -> InvalidRequest:
    return InvalidRequest("Some fills cannot be read.", "Correct what is named.", fields=tuple(problems))
