"""Which figures does a file bring, and what is wrong with it? Everything is found at once, with its line and column."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date

from data.upload.baskets import Basket, BasketReader
from data.upload.cells import Limits, Sheet, read_cells
from data.upload.factor_library import CONTENT, KIND, LibraryFile, read_library
from data.upload.factors import FactorReader, FactorTable
from data.upload.figures import FigureReader
from data.upload.layout import Layout, find_layout, is_known
from data.upload.line_reader import LineReader
from data.upload.problems import FileProblem, Problems
from data.upload.rates import RateReader
from data.upload.symbol_figures import SymbolFigures


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
    factors : dict of str to FactorTable
        The returns of each factor set.
    broken_lines : dict of int to tuple of str
        The cells of the header and of each line with a problem that is kept, as they stand in the file.

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
    factors: dict[str, FactorTable] = field(default_factory=dict, repr=False)
    broken_lines: dict[int, tuple[str, ...]] = field(default_factory=dict, repr=False)

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
        For people; a file of a factor library calls its set so, and nothing else is concluded from it.
    limits : Limits
    today : date
        Later days are refused.

    """
    problems = Problems()
    library = read_library(raw, name, limits, problems, today)
    if library is not None:
        return _of_library(library, raw, name, problems)
    sheet = read_cells(raw, limits, problems, is_known)
    broken = {one.line for one in problems.found}
    is_readable = sheet.header is not None and not broken & {None, sheet.header.number}
    layout = find_layout(sheet.header, problems) if sheet.header is not None and is_readable else None
    reader: LineReader | None = None
    notes = list(sheet.notes)
    if layout is not None:
        reader = _kind_of(layout)(sheet, layout, problems, today)
        reader.read(broken)
        notes += reader.notes
    return FileReading(
        name=name,
        raw=raw,
        kind=sheet.kind,
        content="" if layout is None else layout.words,
        rows_count=len(sheet.lines),
        symbols=reader.symbols if isinstance(reader, FigureReader) else {},
        rates=reader.rates if isinstance(reader, RateReader) else {},
        problems=problems.sorted(),
        problems_count=problems.total_count,
        notes=tuple(notes),
        headings={} if layout is None else layout.headings,
        baskets=reader.baskets if isinstance(reader, BasketReader) else {},
        factors=reader.factors if isinstance(reader, FactorReader) else {},
        broken_lines=_broken_lines(sheet, problems),
    )


def _kind_of(layout: Layout) -> type[BasketReader | RateReader | FactorReader | FigureReader]:
    """Return what reads the lines of a layout."""
    if layout.is_weights:
        return BasketReader
    if layout.is_factors:
        return FactorReader
    return RateReader if layout.is_rates else FigureReader


def _of_library(found: LibraryFile, raw: bytes, name: str, problems: Problems) -> FileReading:
    """Return what a file of a factor library brings."""
    broken = {found.header_line: found.header, **found.broken_lines} if problems.found else {}
    return FileReading(
        name=name,
        raw=raw,
        kind=KIND,
        content=CONTENT,
        rows_count=found.rows_count,
        symbols={},
        rates={},
        problems=problems.sorted(),
        problems_count=problems.total_count,
        notes=(*found.table.notes, f"The factor set is called “{found.name}”, after the file."),
        headings={},
        factors={found.name: found.table},
        broken_lines=broken,
    )


def _broken_lines(sheet: Sheet, problems: Problems) -> dict[int, tuple[str, ...]]:
    """Return the lines that problems speak of, with the header, as they stand in the file."""
    numbers = {one.line for one in problems.found}
    lines = [sheet.header, *sheet.lines] if sheet.header is not None and numbers else []
    return {
        line.number: tuple(cell.text for cell in line.cells)
        for line in lines
        if line is sheet.header or line.number in numbers
    }
