"""Which returns of factors does a table bring, one a line: factor set, factor, day and return as a fraction?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from data.upload.cells import Cell, Line, Sheet
from data.upload.layout import Layout
from data.upload.line_reader import LineReader
from data.upload.problems import Problems, shown
from data.upload.values import Unreadable

RISK_FREE = "RF"
"""The name of the risk-free rate, which stands beside factors in a file and is none."""
NAME_MAX_LENGTH = 80
FACTORS_MAX_COUNT = 30
LOWEST_FRAC, HIGHEST_FRAC = -1.0, 1.0
TYPICAL_MAX_FRAC = 0.05
"""The average size of a day's return: above it the figures are percent. Below it as percent they are fractions."""
JUDGED_FROM_COUNT = 20


@dataclass
class FactorTable:
    """What a file says of one factor set.

    Parameters
    ----------
    first_line : int
        Where it is named first.
    returns : dict of str to dict of date to float
        Factor to its simple returns of days, as fractions: 0.01 is 1%. Days without one are left out.
    notes : list of str
        What a reader should know of how it was read.

    """

    first_line: int
    returns: dict[str, dict[date, float]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def days(self) -> list[date]:
        """The days of which it says something, in order."""
        return sorted({day for one in self.returns.values() for day in one})


def typical_size(returns: Mapping[str, Mapping[date, float]]) -> float | None:
    """Return the average size of all returns beside the risk-free rate; None where too few are given to judge by."""
    sizes = [abs(one) for name, days in returns.items() if name != RISK_FREE for one in days.values()]
    return sum(sizes) / len(sizes) if len(sizes) >= JUDGED_FROM_COUNT else None


class FactorReader(LineReader):
    """Reads the return of one factor on one day a line."""

    def __init__(self, sheet: Sheet, layout: Layout, problems: Problems, today: date) -> None:
        super().__init__(sheet, layout, problems, today)
        self.factors: dict[str, FactorTable] = {}
        self._lines: dict[tuple[str, str, date], int] = {}

    def read_line(self, line: Line) -> None:
        """Read one return."""
        name = self.cell(line, "factor_set", _name, is_repeated=True)
        factor = self.cell(line, "factor", _name, is_repeated=True)
        day = self.cell(line, "date", self.day, is_repeated=True)
        value = self.cell(line, "return_frac", self.any_number)
        if name is None or factor is None or day is None:
            return
        table = self.factors.setdefault(name, FactorTable(line.number))
        before = self._lines.setdefault((name, factor, day), line.number)
        if before != line.number:
            message = f"{factor} of {name} has a return of {day.isoformat()} in line {before} already."
            self.problems.add(line.number, self.heading("date"), message, "Keep one line for each factor and day.")
            return
        if value is None:
            return
        if not LOWEST_FRAC < value < HIGHEST_FRAC:
            message = f"{shown(self.text(line, 'return_frac'))} is no return of a day as a fraction."
            self.problems.add(line.number, self.heading("return_frac"), message, "Write 0.0123 for 1.23%.")
            return
        table.returns.setdefault(factor, {})[day] = value

    def finish(self) -> None:
        """Refuse percent that was given as fractions, and sets that are too wide."""
        for name, table in self.factors.items():
            size = typical_size(table.returns)
            if size is not None and size > TYPICAL_MAX_FRAC:
                said = f"{100 * size:.3g}% a day on average"
                message = f"The returns of {name} are {said}, read as fractions: they look like percent."
                advice = "Divide them by 100: write 0.0123 for 1.23%."
                self.problems.add(table.first_line, self.heading("return_frac"), message, advice)
            if len(table.returns) > FACTORS_MAX_COUNT:
                message = f"{name} has {len(table.returns)} factors, more than the {FACTORS_MAX_COUNT} allowed."
                self.problems.add(table.first_line, self.heading("factor"), message, "Split it into several sets.")


def _name(cell: Cell) -> str:
    """Return the name of a set or a factor.

    Raises
    ------
    Unreadable

    """
    text = " ".join(cell.text.split())
    if len(text) > NAME_MAX_LENGTH or not text.isprintable() or "," in text:
        raise Unreadable(
            f"{shown(cell.text)} is no name for factors.",
            f"Use up to {NAME_MAX_LENGTH} characters that can be printed, and no comma.",
        )
    return text
