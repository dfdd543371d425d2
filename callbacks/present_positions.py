"""Which positions did somebody paste, and what is wrong with the lines that are none?

One line a position: ``symbol, quantity`` or ``symbol, weight%``. Tabs (a copy from a spreadsheet), semicolons, commas
and blanks separate; a header line and a total line are passed over; every problem is told with its line, all at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from callbacks.present_typed import read_number
from callbacks.typed_marks import Doubt
from services.errors import FieldProblem

_HEADER_WORDS = frozenset({"symbol", "ticker", "isin", "asset", "name", "security", "instrument", "position"})
_TOTAL_WORDS = frozenset({"total", "sum", "totals", "subtotal"})
_QUANTITY_MAX = Decimal(10) ** 12
_WEIGHT_MAX = Decimal(1000)
_SHOWN_MAX = 40
_SPLIT = re.compile(r"\s*[\t;]\s*|\s*,\s+|\s{2,}|,(?=[^0-9])|(?<=[A-Za-z])\s*,\s*|\s+")


@dataclass(frozen=True)
class Line:
    """One position as written: a number of shares, or a weight where the number ended in a percent sign."""

    number: int
    symbol: str
    quantity: Decimal | None = None
    weight_frac: Decimal | None = None


@dataclass(frozen=True)
class Pasted:
    """What the text holds: positions and problems, both complete."""

    lines: tuple[Line, ...] = ()
    problems: tuple[FieldProblem, ...] = field(default=())

    @property
    def is_by_weight(self) -> bool:
        """Whether the amounts are weights; mixed texts have a problem."""
        return bool(self.lines) and self.lines[0].weight_frac is not None


def read(text: str | None, known: Iterable[str] = ()) -> Pasted:
    """Read pasted positions.

    Parameters
    ----------
    text : str or None
        The text as typed or pasted.
    known : iterable of str
        Symbols that have prices; empty skips that check.

    Returns
    -------
    Pasted
        Every line that could be read, and a problem for each that could not, with the line's number as its path.

    """
    lines: list[Line] = []
    problems: list[FieldProblem] = []
    for number, raw in enumerate((text or "").lstrip("\ufeff").splitlines(), start=1):
        parts = [part for part in _SPLIT.split(raw.strip(), maxsplit=1) if part]
        if not parts or _is_heading(parts) or parts[0].lower().rstrip(":") in _TOTAL_WORDS:
            continue
        found = _line(number, parts)
        (lines if isinstance(found, Line) else problems).append(found)  # type: ignore[arg-type]
    if not lines and not problems:
        problems.append(
            FieldProblem("positions", "There are no positions in the text.", "Write one line a position: AAPL, 120.")
        )
    problems.extend(_across(lines, {symbol.upper() for symbol in known}))
    return Pasted(tuple(lines), tuple(sorted(problems, key=_line_number)))


def _line_number(problem: FieldProblem) -> int:
    word, _, number = problem.path.partition(" ")
    return int(number) if word == "line" else 10**9


def _is_heading(parts: Sequence[str]) -> bool:
    return parts[0].strip('"').lower() in _HEADER_WORDS and not any(
        character.isdigit() for character in "".join(parts[1:])
    )


def _line(number: int, parts: Sequence[str]) -> Line | FieldProblem:
    symbol = parts[0].strip('"').upper()
    if len(parts) < 2:
        return FieldProblem(
            f"line {number}",
            f"Line {number} names {symbol} without an amount.",
            "Add a number of shares (120) or a weight (12.5%).",
        )
    written = parts[1].strip().strip('"')
    is_weight = written.endswith("%")
    amount = read_number(written.removesuffix("%").strip(), "percent" if is_weight else "quantity")
    if isinstance(amount, Doubt):
        return FieldProblem(
            f"line {number}", f"Line {number}: “{written}” of {symbol} can be read in two ways.", amount.way_out
        )
    if amount is None:
        return FieldProblem(
            f"line {number}",
            f"Line {number}: “{written[:_SHOWN_MAX]}” is not an amount.",
            "Write 1200, 1,200.5 or 12.5% after the symbol.",
        )
    if abs(amount) > (_WEIGHT_MAX if is_weight else _QUANTITY_MAX):
        most = "1,000%" if is_weight else "a trillion shares"
        return FieldProblem(
            f"line {number}",
            f"Line {number}: “{written[:_SHOWN_MAX]}” of {symbol} is more than {most}.",
            "Check the amount; no portfolio here can hold as much.",
        )
    if is_weight:
        return Line(number, symbol, weight_frac=amount / 100)
    return Line(number, symbol, quantity=amount)


def _across(lines: Sequence[Line], known: set[str]) -> Iterable[FieldProblem]:
    """Yield what is wrong with the lines taken together: unknown or repeated symbols, mixed units, too much weight."""
    first: dict[str, int] = {}
    for line in lines:
        path = f"line {line.number}"
        if line.symbol in first:
            yield FieldProblem(
                path,
                f"Line {line.number} repeats {line.symbol} of line {first[line.symbol]}.",
                "Add the amounts into one line.",
            )
        first.setdefault(line.symbol, line.number)
        if known and line.symbol not in known:
            yield FieldProblem(
                path,
                f"Line {line.number}: no prices are known for {line.symbol}.",
                "Check the spelling, or leave the line out.",
            )
        if line.quantity == 0 or line.weight_frac == 0:
            yield FieldProblem(path, f"Line {line.number}: the amount of {line.symbol} is zero.", "Leave the line out.")
    weights = [line.weight_frac for line in lines if line.weight_frac is not None]
    if weights and len(weights) != len(lines):
        yield FieldProblem(
            "positions",
            "Some lines give shares and others weights.",
            "Use one of both for all lines; weights end in %.",
        )
    elif weights and abs(sum(weights)) > Decimal("1.0005"):
        yield FieldProblem(
            "positions",
            f"The weights add up to {sum(weights) * 100:.1f}%.",
            "Lower them to 100% or less; what is missing becomes cash.",
        )
