"""Which rates of exchange does a file bring?"""

from __future__ import annotations

from datetime import date

from data.reference.currencies import CURRENCIES
from data.upload.cells import Cell, Line, Sheet
from data.upload.layout import Layout
from data.upload.line_reader import LineReader
from data.upload.problems import Problems, shown
from data.upload.values import Unreadable


class RateReader(LineReader):
    """Reads units of ``quote`` for one unit of ``base``, one line a pair and day."""

    def __init__(self, sheet: Sheet, layout: Layout, problems: Problems, today: date) -> None:
        super().__init__(sheet, layout, problems, today)
        self.rates: dict[tuple[str, str], dict[date, float]] = {}
        self._lines: dict[tuple[str, str, date], int] = {}

    def read_line(self, line: Line) -> None:
        """Read one rate."""
        base = self.cell(line, "base", _currency, is_repeated=True)
        quote = self.cell(line, "quote", _currency, is_repeated=True)
        day = self.cell(line, "date", self.day, is_repeated=True)
        rate = self.number(line, "rate", is_positive=True)
        if base is None or quote is None or day is None:
            return
        if base == quote:
            message = f"{base} has no rate to itself."
            self.problems.add(line.number, self.heading("quote"), message, "Name two currencies, or leave the row out.")
            return
        before = self._lines.get((base, quote, day), self._lines.get((quote, base, day)))
        if before is not None:
            message = f"{base} and {quote} have a rate of {day.isoformat()} in line {before} already."
            self.problems.add(line.number, self.heading("date"), message, "Keep one line for each pair and day.")
            return
        self._lines[base, quote, day] = line.number
        if rate is not None:
            self.rates.setdefault((base, quote), {})[day] = rate

    def finish(self) -> None:
        """Refuse a pair that is given in both directions: one of them would be left out."""
        for base, quote in self.rates:
            if (quote, base) in self.rates and base < quote:
                line = min(number for key, number in self._lines.items() if key[:2] == (quote, base))
                message = f"{base} and {quote} stand in both directions."
                self.problems.add(line, self.heading("base"), message, f"Give all of them as {base} to {quote}.")


def _currency(cell: Cell) -> str:
    """Return a currency code.

    Raises
    ------
    Unreadable

    """
    code = cell.text.upper()
    if code not in CURRENCIES:
        raise Unreadable(
            f"{shown(cell.text)} is not a currency that the product knows.", "Write three letters, such as USD or EUR."
        )
    return code
