"""How is a line read cell by cell, with every problem noted and nothing given up after the first?"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import partial
from typing import TypeVar, cast

from data.upload.cells import EMPTY, Cell, Line, Sheet
from data.upload.layout import FACTS, FIELDS, PRICES, Layout
from data.upload.problems import Problems, shown
from data.upload.values import Unreadable, date_of, fact_of, has_decimal_comma, is_point_open, number_of

Found = TypeVar("Found")
NUMBERS = (*PRICES, "value", "rate", "weight", "return_frac", *FIELDS)
TOTALS = frozenset({"total", "totals", "grand total", "sum", "summe", "gesamt", "insgesamt", "gesamtsumme"})
"""How a line begins that adds up the others."""


class LineReader(ABC):
    """Reads all lines of a sheet.

    Parameters
    ----------
    sheet : Sheet
    layout : Layout
    problems : Problems
        Where everything wrong is added.
    today : date
        Later days are refused.

    """

    def __init__(self, sheet: Sheet, layout: Layout, problems: Problems, today: date) -> None:
        self.notes: list[str] = []
        self.layout = layout
        self.problems = problems
        self._sheet = sheet
        self._today = today
        self._is_comma, self._is_point_open = False, False
        self._known: dict[tuple[str, str], object] = {}

    @abstractmethod
    def read_line(self, line: Line) -> None:
        """Read one line."""

    @abstractmethod
    def finish(self) -> None:
        """Look at everything that was read."""

    def read(self, broken: Collection[int | None] = ()) -> None:
        """Read every line, then look at the whole.

        Parameters
        ----------
        broken : collection of int
            Lines whose cells could not be taken out: the others are read, and the whole, which lacks them, is not
            judged.

        """
        header = self._sheet.header
        assert header is not None
        if not self._sheet.lines:
            self.problems.add(header.number, None, "There are no rows below the header.", "Add at least one.")
        places = [self.layout.places[name] for name in NUMBERS if name in self.layout.places]
        texts = [line.cells[place].text for line in self._sheet.lines for place in places if place < len(line.cells)]
        self._is_comma = has_decimal_comma(texts)
        self._is_point_open = is_point_open(texts, self._sheet.separator)
        width = len(header.cells)
        for line in self._sheet.lines:
            if line.number in broken or self._is_total(line):
                continue
            if len(line.cells) > width and any(cell.text for cell in line.cells[width:]):
                message = f"This line has {len(line.cells)} columns, the header has {width}."
                advice = "Put texts that hold the separator into quotation marks; with commas, write a decimal point."
                self.problems.add(line.number, None, message, advice)
            else:
                self.read_line(line)
        if not broken:
            self.finish()
        if self.layout.ignored:
            names = ", ".join(shown(one) for one in self.layout.ignored)
            self.notes.append(f"Not read, because the product does not know these columns: {names}.")

    def _is_total(self, line: Line) -> bool:
        """Return whether a line without a day only adds up others, and say that it is left out."""
        first = next((cell.text for cell in line.cells if cell.text), "")
        if first.casefold().rstrip(": ") not in TOTALS or self.text(line, "date"):
            return False
        self.notes.append(f"Line {line.number} is left out: it holds a total.")
        return True

    def number(self, line: Line, name: str, *, is_positive: bool) -> float | None:
        """Return a number that is above zero, or at least not below it."""
        value = self.cell(line, name, self.any_number)
        if value is not None and (value < 0 or (is_positive and value == 0)):
            what = "negative" if value < 0 else "zero"
            advice = "Prices are above zero; leave out days without one." if is_positive else "Use zero or more."
            message = f"The {name.replace('_', ' ')} is {what}: {shown(self.text(line, name))}."
            self.problems.add(line.number, self.heading(name), message, advice)
            return None
        return value

    def facts(self, line: Line, who: str, names: Sequence[str], known: dict[str, str], *, of: str) -> None:
        """Read who something is into ``known``; two lines may not say two things of it.

        Parameters
        ----------
        line : Line
        who : str
            The symbol or benchmark.
        names : sequence of str
            The facts that are looked for.
        known : dict
            What earlier lines said; completed here.
        of : str
            What it is, for the advice: "a symbol".

        """
        for name in names:
            if name not in self.layout.places:
                continue
            said = self.cell(line, name, partial(fact_of, name), is_repeated=True)
            if said is None:
                continue
            before = known.setdefault(name, said)
            if before != said:
                message = f"The {name.replace('_', ' ')} of {who} is {shown(before)} in an earlier line."
                advice = f"Write the same in every line of {of}, or only in the first."
                self.problems.add(line.number, self.heading(name), message, advice)

    def day(self, cell: Cell) -> date:
        """Return the day in a cell; raises `Unreadable`."""
        return date_of(cell, self._today)

    def any_number(self, cell: Cell) -> float:
        """Return the number in a cell; raises `Unreadable`."""
        return number_of(cell, self._is_comma, is_point_open=self._is_point_open)

    def cell(self, line: Line, name: str, read: Callable[[Cell], Found], *, is_repeated: bool = False) -> Found | None:
        """Return what a cell says; None with the problem noted where it cannot be read.

        What stands in many lines of a column, such as a symbol or a day, is read once and remembered.
        """
        place = self.layout.places[name]
        cell = line.cells[place] if place < len(line.cells) else EMPTY
        if not cell.text and name not in FACTS:
            message = f"The {name.replace('_', ' ')} is empty."
            self.problems.add(line.number, self.heading(name), message, "Fill it in, or leave the row out.")
            return None
        if is_repeated and (name, cell.text) in self._known:
            return cast("Found", self._known[name, cell.text])
        try:
            found_here = read(cell)
            if is_repeated:
                self._known[name, cell.text] = found_here
            return found_here
        except Unreadable as found:
            self.problems.add(line.number, self.heading(name), found.message, found.advice)
            return None

    def text(self, line: Line, name: str) -> str:
        """Return what stands in a column of a line; empty where there is no such column."""
        place = self.layout.places.get(name)
        return "" if place is None or place >= len(line.cells) else line.cells[place].text

    def heading(self, name: str) -> str:
        """Return how the file calls a column."""
        return self.layout.headings.get(name, name)
