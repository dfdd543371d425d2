"""Which prices, scores and facts about assets does a file bring, line by line?"""

from __future__ import annotations

from datetime import date

import numpy as np

from data.upload.cells import Line, Sheet
from data.upload.layout import FACTS, FIELDS, RANGE, Layout
from data.upload.line_reader import LineReader
from data.upload.problems import Problems, shown
from data.upload.remarks import remarks_on
from data.upload.symbol_figures import Bar, SymbolFigures
from data.upload.values import symbol_of


class FigureReader(LineReader):
    """Reads prices, scores and facts line by line, and goes on after each problem."""

    def __init__(self, sheet: Sheet, layout: Layout, problems: Problems, today: date) -> None:
        super().__init__(sheet, layout, problems, today)
        self.symbols: dict[str, SymbolFigures] = {}

    def finish(self) -> None:
        """Look at each symbol as a whole."""
        for symbol, figures in self.symbols.items():
            self._check_adjusted(symbol, figures)
        self.notes += remarks_on(self.symbols)

    def read_line(self, line: Line) -> None:
        """Read symbol, day and every figure of a line."""
        symbol = self.cell(line, "symbol", symbol_of, is_repeated=True)
        day = self.cell(line, "date", self.day, is_repeated=True)
        if symbol is not None:
            figures = self.symbols.setdefault(symbol, SymbolFigures(line.number))
            self.facts(line, symbol, FACTS, figures.facts, of="a symbol")
        if self.layout.has_prices:
            self._price(line, symbol, day)
        if self.layout.is_long:
            self._long(line, symbol, day)
        for name in self.layout.fields:
            if self.text(line, name):
                self._value(line, name, name, symbol, day)

    def _price(self, line: Line, symbol: str | None, day: date | None) -> None:
        """Read close, adjusted close, volume, open, high and low of a line."""
        close = self.number(line, "close", is_positive=True)
        adjusted = self._optional(line, "adjusted_close")
        volume = self._optional(line, "volume", is_positive=False)
        first, high, low = (self._optional(line, name) for name in RANGE)
        is_upside_down = high is not None and low is not None and high < low
        if is_upside_down:
            message = f"The high {shown(self.text(line, 'high'))} is below the low {shown(self.text(line, 'low'))}."
            self.problems.add(line.number, self.heading("high"), message, "Check whether the two are exchanged.")
        if symbol is None or day is None:
            return
        bars = self.symbols[symbol].bars
        if day in bars:
            message = f"{symbol} has a price of {day.isoformat()} in line {bars[day].line} already."
            self.problems.add(line.number, self.heading("date"), message, "Keep one line for each symbol and day.")
        elif None not in (close, volume, first, high, low) and not is_upside_down:
            is_given = bool(self.text(line, "adjusted_close"))
            figures = (close, adjusted if is_given else None, volume, first, high, low)
            bars[day] = Bar(line.number, *figures)  # type: ignore[arg-type]

    def _optional(self, line: Line, name: str, *, is_positive: bool = True) -> float | None:
        """Return a figure that may be absent, as NaN; None where it cannot be read."""
        return self.number(line, name, is_positive=is_positive) if self.text(line, name) else np.nan

    def _long(self, line: Line, symbol: str | None, day: date | None) -> None:
        """Read one named value."""
        text = self.text(line, "field")
        name = "_".join(text.casefold().replace("-", " ").split())
        if name == "esg":
            name = "esg_score"
        if name not in FIELDS:
            message = f"{shown(text)} is not a figure that the product knows." if text else "The field is empty."
            self.problems.add(line.number, self.heading("field"), message, f"Use one of {', '.join(FIELDS)}.")
            return
        self._value(line, "value", name, symbol, day)

    def _value(self, line: Line, column: str, name: str, symbol: str | None, day: date | None) -> None:
        """Read one figure beside prices, in its allowed range."""
        rule = FIELDS[name]
        value = self.cell(line, column, self.any_number)
        if value is not None and not rule.lowest <= value <= rule.highest:
            message = f"{shown(self.text(line, column))} is no {rule.label}."
            advice = f"It lies between {rule.lowest:g} and {rule.highest:g}."
            self.problems.add(line.number, self.heading(column), message, advice)
            return
        if symbol is None or day is None or value is None:
            return
        figures = self.symbols[symbol]
        if (name, day) in figures.values:
            before = figures.value_lines[name, day]
            message = f"{symbol} has an {rule.label} of {day.isoformat()} in line {before} already."
            self.problems.add(line.number, self.heading("date"), message, "Keep one line for each symbol and day.")
            return
        figures.values[name, day] = value
        figures.value_lines[name, day] = line.number

    def _check_adjusted(self, symbol: str, figures: SymbolFigures) -> None:
        """Refuse adjusted closes of some days only: the two kinds do not make one history."""
        lacking = [bar.line for bar in figures.bars.values() if bar.adjusted_close is None]
        if not lacking or len(lacking) == len(figures.bars):
            return
        message = f"{symbol} has adjusted closes on some days only; {len(lacking)} of its rows lack one."
        advice = "Fill in every row of the symbol, or leave the column empty for it."
        self.problems.add(min(lacking), self.heading("adjusted_close"), message, advice)
