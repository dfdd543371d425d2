"""Which returns of factors does a file of Kenneth French's data library bring, or one that is laid out like it?

Some lines of text, a line that names the factors (nothing or "date" over the days), and a line a day in percent.
-99.99 and -999 mean that there is none. A monthly file has further tables below, by year; a note says where they begin.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from data.upload.cells import Cell, Limits
from data.upload.encodings import decoded, kind_of, kind_of_text
from data.upload.factors import NAME_MAX_LENGTH, RISK_FREE, TYPICAL_MAX_FRAC, FactorTable, typical_size
from data.upload.problems import Problems, shown
from data.upload.values import Unreadable, date_of

Found = TypeVar("Found")
KIND = "CSV of a factor library, in percent"
CONTENT = "factor returns"
KNOWN = frozenset({"mkt-rf", "mktrf", "smb", "hml", "rmw", "mom", "umd", "wml", "st_rev", "lt_rev"})
"""Names in the header of which one is enough to know a file of the library; CMA and RF are symbols of shares too."""
ABSENT_PCT = frozenset({-99.99, -999.0})
HEADER_WITHIN_LINES = 60
DAY = re.compile(r"\d{8}|\d{4}-\d{2}-\d{2}")
MONTH = re.compile(r"\d{6}|\d{4}-\d{2}")
YEAR = re.compile(r"\d{4}")
TEXT_MAX_LENGTH = 200
LOWEST_PCT, HIGHEST_PCT = -100.0, 100.0
DAILY_ADVICE = (
    "Risk and attribution are measured by day: take the file of the same name that ends in “_daily” from the library."
)


@dataclass
class LibraryFile:
    """A file of the library as it was read.

    Parameters
    ----------
    name : str
        What the factor set is called, by the name of the file.
    table : FactorTable
    rows_count : int
    header : tuple of str
        The cells of the line that names the factors.
    header_line : int
    broken_lines : dict of int to tuple of str
        The cells of each line with a problem.

    """

    name: str
    table: FactorTable
    rows_count: int
    header: tuple[str, ...]
    header_line: int
    broken_lines: dict[int, tuple[str, ...]] = field(default_factory=dict)


def read_library(raw: bytes, name: str, limits: Limits, problems: Problems, today: date) -> LibraryFile | None:
    """Return what a file of the library says; None where it is none, and is to be read as another table.

    Parameters
    ----------
    raw : bytes
    name : str
        The file's name, after which the set is called.
    limits : Limits
    problems : Problems
        Where everything wrong is added.
    today : date
        Later days are refused.

    """
    if len(raw) > limits.max_bytes or kind_of(raw):
        return None
    text = decoded(raw)
    if text is None or kind_of_text(text.text):
        return None
    lines = text.text.splitlines()
    head = _header(lines)
    if head is None:
        return None
    names = [one.strip() for one in lines[head].split(",")]
    reader = _Reader(names, problems, limits, today)
    reader.read(lines, head)
    reader.judge(head + 1)
    return LibraryFile(set_name(name), reader.table, reader.rows_count, tuple(names), head + 1, reader.broken)


def set_name(file_name: str) -> str:
    """Return what a set is called by the name of its file, without the endings that say nothing."""
    name = re.sub(r"\.(csv|txt)$", "", file_name.strip(), flags=re.IGNORECASE)
    name = re.sub(r"[ _-]csv$", "", name, flags=re.IGNORECASE).replace(",", " ")
    return " ".join(name.split())[:NAME_MAX_LENGTH] or "Factors"


def _header(lines: list[str]) -> int | None:
    """Return the place of the line that names factors, with one that begins with a day, month or year below it."""
    for place, line in enumerate(lines[:HEADER_WITHIN_LINES]):
        first, *others = (one.strip().strip('"') for one in line.split(","))
        if first.casefold() not in ("", "date") or not any(one.casefold() in KNOWN for one in others):
            continue
        below = next((one for one in lines[place + 1 :] if one.strip()), "")
        start = below.split(",")[0].strip().strip('"')
        if any(form.fullmatch(start) for form in (DAY, MONTH, YEAR)):
            return place
    return None


class _Reader:
    """Reads the first table of the file line by line."""

    def __init__(self, names: list[str], problems: Problems, limits: Limits, today: date) -> None:
        self.names = [one.strip('"') for one in names]
        self.table = FactorTable(first_line=1)
        self.rows_count = 0
        self.broken: dict[int, tuple[str, ...]] = {}
        self._problems = problems
        self._limits = limits
        self._today = today
        self._lines: dict[date, int] = {}
        self._absent_count = 0

    def read(self, lines: list[str], head: int) -> None:
        """Read the lines below the header up to the end of the first table."""
        self.table.first_line = head + 1
        if head:
            what = "Line 1 is" if head == 1 else f"{head} lines are"
            self.table.notes.append(f"{what} skipped: the factors are named in line {head + 1}.")
        if not self._names_are_usable(head + 1):
            return
        for number, line in enumerate(lines[head + 1 :], start=head + 2):
            cells = [one.strip().strip('"') for one in line.split(",")]
            if not any(cells):
                continue
            if not self._line(number, cells):
                self._told_rest(number, lines)
                return

    def judge(self, header_line: int) -> None:
        """Look at the whole: is there anything, and is it percent?"""
        returns = self.table.returns
        self.table.returns = {name: returns[name] for name in self.names[1:] if name in returns}
        if self._problems.total_count:
            return
        if not self.table.returns:
            self._problems.add(header_line, None, "There are no returns below the header.", "Add at least one day.")
            return
        size = typical_size(self.table.returns)
        if size is not None and 100.0 * size < TYPICAL_MAX_FRAC:
            message = f"The returns are {100 * size:.3g}% a day on average, as percent: they look like fractions."
            advice = (
                "Files of the library are in percent: multiply by 100, or use the columns factor_set, factor, date and "
                "return_frac."
            )
            self._problems.add(header_line, None, message, advice)
        elif size is not None and size > TYPICAL_MAX_FRAC:
            message = f"The figures are {100 * size:.3g} on average: too large for returns of a day in percent."
            advice = "If they are prices, import them with the columns symbol, date and close."
            self._problems.add(header_line, None, message, advice)
        self.table.notes.append("The figures are read as percent: 0.45 is 0.45%.")
        if self._absent_count:
            cells = "1 figure is" if self._absent_count == 1 else f"{self._absent_count:,} figures are"
            self.table.notes.append(f"{cells} -99.99 or -999, which means that there is none.")
        if RISK_FREE in self.table.returns:
            self.table.notes.append(f"{RISK_FREE} is the risk-free rate: it is stored, and is no factor.")

    def _names_are_usable(self, line: int) -> bool:
        named = self.names[1:]
        while named and not named[-1]:
            named.pop()
        self.names = [self.names[0], *named]
        twice = sorted({one for one in named if named.count(one) > 1})
        if twice or not all(named):
            what = f"The factor {shown(twice[0])} stands twice" if twice else "A column has no name"
            self._problems.add(line, None, f"{what} in the header.", "Give each factor one name of its own.")
        return not twice and all(named)

    def _line(self, number: int, cells: list[str]) -> bool:
        """Read one line; False where the table ends before it."""
        start = cells[0]
        if MONTH.fullmatch(start) or YEAR.fullmatch(start):
            what = "months" if MONTH.fullmatch(start) else "years"
            if not self.rows_count:
                self._problem(number, cells, self.names[0], f"The file holds returns of {what}.", DAILY_ADVICE)
            return False
        if not DAY.fullmatch(start) and not start.replace("-", "").replace("/", "").replace(".", "").isdigit():
            return False
        if self.rows_count >= self._limits.max_rows:
            message = f"The file has more than the {self._limits.max_rows:,} rows allowed."
            self._problem(number, cells, None, message, self._limits.split)
            return False
        self.rows_count += 1
        if len([one for one in cells if one]) > len(self.names) or len(cells) < len(self.names):
            message = f"This line has {len(cells)} columns, the header has {len(self.names)}."
            self._problem(number, cells, None, message, "Complete the line, or leave it out.")
            return True
        iso = f"{start[:4]}-{start[4:6]}-{start[6:]}" if len(start) == 8 and start.isdigit() else start
        day = self._value(number, cells, 0, lambda: date_of(Cell(iso), self._today))
        if day is None:
            return True
        if day in self._lines:
            message = f"{day.isoformat()} stands in line {self._lines[day]} already."
            self._problem(number, cells, self.names[0] or "date", message, "Keep one line for each day.")
            return True
        self._lines[day] = number
        for place, name in enumerate(self.names[1:], start=1):
            self._take(number, cells, place, name, day)
        return True

    def _take(self, number: int, cells: list[str], place: int, name: str, day: date) -> None:
        """Take in one return."""
        percent = self._value(number, cells, place, lambda: _percent(cells[place]))
        if percent is None:
            return
        if percent in ABSENT_PCT:
            self._absent_count += 1
        elif not LOWEST_PCT < percent < HIGHEST_PCT:
            message = f"{shown(cells[place])} is no return of a day in percent."
            self._problem(number, cells, name, message, "Correct it, or write -99.99 where there is none.")
        else:
            self.table.returns.setdefault(name, {})[day] = _fraction(cells[place], percent)

    def _value(self, number: int, cells: list[str], place: int, read: Callable[[], Found]) -> Found | None:
        try:
            return read()
        except Unreadable as found:
            self._problem(number, cells, self.names[place] or "date", found.message, found.advice)
            return None

    def _problem(self, number: int, cells: list[str], column: str | None, message: str, advice: str) -> None:
        self.broken[number] = tuple(cells)
        self._problems.add(number, column or None, message, advice)

    def _told_rest(self, number: int, lines: list[str]) -> None:
        """Say what follows the table, beside the line of copyright."""
        rest = [one.strip() for one in lines[number - 1 :] if one.strip(", \t")]
        if len(rest) > 1 and self.rows_count:
            title = rest[0].strip(", ")[:TEXT_MAX_LENGTH]
            self.table.notes.append(f"From line {number} on further tables follow ({shown(title)}); they are not read.")


def _fraction(text: str, percent: float) -> float:
    """Return percent as a fraction, the nearest number to what is written: 0.28 / 100 is not 0.0028."""
    return float(f"{text}e-2") if "e" not in text.casefold() else percent / 100.0


def _percent(text: str) -> float:
    """Return a number with a decimal point.

    Raises
    ------
    Unreadable

    """
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found) or "_" in text:
        raise Unreadable(
            f"{shown(text)} is no number." if text else "The return is empty.",
            "Write it in percent with a decimal point, such as -0.45, or -99.99 where there is none.",
        )
    return found
