"""Which figures does a file bring, and what is wrong with it? Everything is found at once, with its line and column."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from functools import partial

import numpy as np
from numpy.typing import NDArray

from data.upload.baskets import Basket, BasketReader
from data.upload.cells import Limits, Line, Sheet, read_cells
from data.upload.layout import FACTS, FIELDS, Layout, find_layout
from data.upload.line_reader import LineReader
from data.upload.problems import FileProblem, Problems, shown
from data.upload.rates import RateReader
from data.upload.values import fact_of, symbol_of

JUMP_FACTOR = 3.0
JUMPS_MAX_COUNT = 20


@dataclass(frozen=True)
class Bar:
    """One price of one day with the line it stands in; volume is NaN where there is none."""

    line: int
    close: float
    adjusted_close: float | None
    volume: float


@dataclass
class SymbolFigures:
    """What a file says of one symbol.

    Parameters
    ----------
    first_line : int
        Where it is named first.
    bars : dict of date to Bar
    values : dict of (field, date) to float
    facts : dict of str to str
        Name, sector, country, currency and kind of asset, as far as they are given.

    """

    first_line: int
    bars: dict[date, Bar] = field(default_factory=dict)
    values: dict[tuple[str, date], float] = field(default_factory=dict)
    value_lines: dict[tuple[str, date], int] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def days(self) -> set[date]:
        """All days of which something is said."""
        return {*self.bars, *(day for _, day in self.values)}

    def sessions(self) -> NDArray[np.datetime64]:
        """Return the days with prices, increasing."""
        return np.array(sorted(self.bars), dtype="datetime64[D]")


@dataclass(frozen=True)
class FileReading:
    """A file as it was read.

    Parameters
    ----------
    name : str
    raw : bytes
    kind, content : str
        What the file is ("CSV, separated by commas") and what it holds ("prices").
    rows_count : int
        Lines below the header that are not blank.
    symbols : dict of str to SymbolFigures
    rates : dict of (base, quote) to dict of date to float
        Units of ``quote`` for one unit of ``base``.
    problems : tuple of FileProblem
        Everything that keeps it from being imported.
    problems_count : int
        How many there are; only the first few hundred are kept.
    notes : tuple of str
        What a reader should know and look at, without being kept from importing.
    headings : dict of str to str
        The product's name of a column to its heading in the file.
    baskets : dict of str to Basket
        The weights of each benchmark's members.

    """

    name: str
    raw: bytes = field(repr=False)
    kind: str
    content: str
    rows_count: int
    symbols: dict[str, SymbolFigures] = field(repr=False)
    rates: dict[tuple[str, str], dict[date, float]] = field(repr=False)
    problems: tuple[FileProblem, ...]
    problems_count: int
    notes: tuple[str, ...]
    headings: dict[str, str]
    baskets: dict[str, Basket] = field(default_factory=dict, repr=False)

    @property
    def sha256(self) -> str:
        """The hash of the file's bytes."""
        return hashlib.sha256(self.raw).hexdigest()


def read_file(raw: bytes, name: str, limits: Limits, today: date) -> FileReading:
    """Return what a file brings and what is wrong with it; never raises for what stands in the file.

    Parameters
    ----------
    raw : bytes
    name : str
        For people; nothing is concluded from it.
    limits : Limits
    today : date
        Later days are refused.

    """
    problems = Problems()
    sheet = read_cells(raw, limits, problems)
    broken = {one.line for one in problems.found}
    is_readable = sheet.header is not None and not broken & {None, sheet.header.number}
    layout = find_layout(sheet.header, problems) if sheet.header is not None and is_readable else None
    reader: LineReader | None = None
    notes = list(sheet.notes)
    if layout is not None:
        kind = BasketReader if layout.is_weights else RateReader if layout.is_rates else _FigureReader
        reader = kind(sheet, layout, problems, today)
        reader.read(broken)
        notes += reader.notes
    return FileReading(
        name=name,
        raw=raw,
        kind=sheet.kind,
        content="" if layout is None else layout.words,
        rows_count=len(sheet.lines),
        symbols=reader.symbols if isinstance(reader, _FigureReader) else {},
        rates=reader.rates if isinstance(reader, RateReader) else {},
        problems=problems.sorted(),
        problems_count=problems.total_count,
        notes=tuple(notes),
        headings={} if layout is None else layout.headings,
        baskets=reader.baskets if isinstance(reader, BasketReader) else {},
    )


class _FigureReader(LineReader):
    """Reads prices, scores and facts line by line, and goes on after each problem."""

    def __init__(self, sheet: Sheet, layout: Layout, problems: Problems, today: date) -> None:
        super().__init__(sheet, layout, problems, today)
        self.symbols: dict[str, SymbolFigures] = {}

    def finish(self) -> None:
        """Look at each symbol as a whole."""
        for symbol, figures in self.symbols.items():
            self._check_adjusted(symbol, figures)
        jumps = [one for symbol, figures in self.symbols.items() for one in _jumps(symbol, figures)]
        self.notes += jumps[:JUMPS_MAX_COUNT]
        if len(jumps) > JUMPS_MAX_COUNT:
            self.notes.append(f"{len(jumps) - JUMPS_MAX_COUNT} further prices change as much.")

    def read_line(self, line: Line) -> None:
        """Read symbol, day and every figure of a line."""
        symbol = self.cell(line, "symbol", symbol_of, is_repeated=True)
        day = self.cell(line, "date", self.day, is_repeated=True)
        if symbol is not None:
            self._facts(line, symbol)
        if self.layout.has_prices:
            self._price(line, symbol, day)
        if self.layout.is_long:
            self._long(line, symbol, day)
        for name in self.layout.fields:
            if self.text(line, name):
                self._value(line, name, name, symbol, day)

    def _price(self, line: Line, symbol: str | None, day: date | None) -> None:
        """Read close, adjusted close and volume of a line."""
        close = self.number(line, "close", is_positive=True)
        adjusted = self.number(line, "adjusted_close", is_positive=True) if self.text(line, "adjusted_close") else None
        volume = self.number(line, "volume", is_positive=False) if self.text(line, "volume") else np.nan
        if symbol is None or day is None:
            return
        bars = self.symbols[symbol].bars
        if day in bars:
            message = f"{symbol} has a price of {day.isoformat()} in line {bars[day].line} already."
            self.problems.add(line.number, self.heading("date"), message, "Keep one line for each symbol and day.")
        elif close is not None and volume is not None:
            bars[day] = Bar(line.number, close, adjusted, float(volume))

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

    def _facts(self, line: Line, symbol: str) -> None:
        """Read who the symbol is; two lines may not say two things."""
        figures = self.symbols.setdefault(symbol, SymbolFigures(line.number))
        for name in FACTS:
            if name not in self.layout.places:
                continue
            said = self.cell(line, name, partial(fact_of, name), is_repeated=True)
            if said is None:
                continue
            known = figures.facts.setdefault(name, said)
            if known != said:
                message = f"The {name.replace('_', ' ')} of {symbol} is {shown(known)} in an earlier line."
                advice = "Write the same in every line of a symbol, or only in the first."
                self.problems.add(line.number, self.heading(name), message, advice)

    def _check_adjusted(self, symbol: str, figures: SymbolFigures) -> None:
        """Refuse adjusted closes of some days only: the two kinds do not make one history."""
        lacking = [bar.line for bar in figures.bars.values() if bar.adjusted_close is None]
        if not lacking or len(lacking) == len(figures.bars):
            return
        message = f"{symbol} has adjusted closes on some days only; {len(lacking)} of its rows lack one."
        advice = "Fill in every row of the symbol, or leave the column empty for it."
        self.problems.add(min(lacking), self.heading("adjusted_close"), message, advice)


def _jumps(symbol: str, figures: SymbolFigures) -> list[str]:
    """Return the sentences about prices that change by more than a factor from one day to the next."""
    days = sorted(figures.bars)
    if len(days) < 2:
        return []
    bars = [figures.bars[day] for day in days]
    closes = np.array([bar.adjusted_close or bar.close for bar in bars])
    ratio = closes[1:] / closes[:-1]
    found = np.flatnonzero((ratio > JUMP_FACTOR) | (ratio < 1 / JUMP_FACTOR))
    return [
        f"Line {bars[n + 1].line}: {symbol} goes from {closes[n]:g} to {closes[n + 1]:g} on {days[n + 1].isoformat()}. "
        "Check that this is no slip of the decimal mark, and no split."
        for n in found.tolist()
    ]
