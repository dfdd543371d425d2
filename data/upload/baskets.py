"""Which weights of a benchmark's members does a file bring, as fractions or as percent?

The weights of one day say themselves which of the two they are: they sum to 1 or to 100, within half a percent. What
sums to neither is a problem. They are scaled to sum to exactly 1, so that a rounded file brings about no return.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from data.upload.cells import Line, Sheet
from data.upload.layout import Layout
from data.upload.line_reader import LineReader
from data.upload.problems import Problems
from data.upload.values import symbol_of

TOLERANCE_FRAC = 0.005
ROUNDING = 1e-9
NOTED_FROM = 1e-6
UNIT = Decimal("0.000000000001")
WHO = ("name", "currency")


@dataclass
class Basket:
    """What a file says of one benchmark.

    Parameters
    ----------
    first_line : int
        Where it is named first.
    weights : dict of date to dict of symbol to Decimal
        From each day on; the weights of a day sum to exactly 1, and what weighs nothing is left out.
    lines : dict of symbol to int
        Where each member is named first.
    facts : dict of str to str
        Name and currency, as far as they are given.

    """

    first_line: int
    weights: dict[date, dict[str, Decimal]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)


@dataclass
class _Day:
    """The lines of one benchmark and day."""

    first_line: int
    weights: dict[str, float] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    is_broken: bool = False


class BasketReader(LineReader):
    """Reads one weight a line."""

    def __init__(self, sheet: Sheet, layout: Layout, problems: Problems, today: date) -> None:
        super().__init__(sheet, layout, problems, today)
        self.baskets: dict[str, Basket] = {}
        self._days: dict[tuple[str, date], _Day] = {}

    def read_line(self, line: Line) -> None:
        """Read the weight of one member on one day."""
        code = self.cell(line, "benchmark", symbol_of, is_repeated=True)
        symbol = self.cell(line, "symbol", symbol_of, is_repeated=True)
        day = self.cell(line, "date", self.day, is_repeated=True)
        weight = self.number(line, "weight", is_positive=False)
        if code is None:
            return
        basket = self.baskets.setdefault(code, Basket(line.number))
        self.facts(line, code, WHO, basket.facts, of="a benchmark")
        if symbol is not None:
            basket.lines.setdefault(symbol, line.number)
        if day is None:
            return
        of_day = self._days.setdefault((code, day), _Day(line.number))
        if symbol is None or weight is None:
            of_day.is_broken = True
        elif symbol in of_day.lines:
            of_day.is_broken = True
            message = f"{symbol} has a weight in {code} of {day.isoformat()} in line {of_day.lines[symbol]} already."
            self.problems.add(line.number, self.heading("date"), message, "Keep one line for each member and day.")
        else:
            of_day.weights[symbol], of_day.lines[symbol] = weight, line.number

    def finish(self) -> None:
        """Tell fractions from percent day by day."""
        percent_count = scaled_count = 0
        for (code, day), found in self._days.items():
            if found.is_broken:
                continue
            total = sum(found.weights.values())
            whole = next((one for one in (1.0, 100.0) if abs(total / one - 1.0) <= TOLERANCE_FRAC + ROUNDING), None)
            if whole is None:
                message = f"The weights of {code} on {day.isoformat()} sum to {total:.6g}: neither to 1 nor to 100."
                advice = (
                    "Complete or correct the lines of that day: as fractions its weights sum to 1, as percent to 100, "
                    "within half a percent."
                )
                self.problems.add(found.first_line, self.heading("weight"), message, advice)
                continue
            percent_count += whole == 100.0
            scaled_count += abs(total / whole - 1.0) > NOTED_FROM
            self.baskets[code].weights[day] = _scaled(found.weights, total)
        days_count = len(self._days)
        if percent_count:
            of = "all days" if percent_count == days_count else f"{percent_count} of {days_count} days"
            self.notes.append(f"The weights of {of} sum to 100 and are read as percent.")
        if scaled_count:
            of = f"{scaled_count} of {days_count} days"
            self.notes.append(f"The weights of {of} do not sum to exactly 1; they are scaled to do so.")


def _scaled(weights: dict[str, float], total: float) -> dict[str, Decimal]:
    """Return weights that sum to exactly 1, without those of zero; the largest takes what rounding leaves."""
    found = {symbol: Decimal(repr(one / total)).quantize(UNIT) for symbol, one in weights.items() if one > 0.0}
    largest = max(found, key=lambda symbol: found[symbol])
    found[largest] += 1 - sum(found.values(), Decimal(0))
    return {symbol: one for symbol, one in found.items() if one > 0}
