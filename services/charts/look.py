"""How does somebody like charts: which theme, which number format, which colors for gain and loss?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services import formatting, reader
from services.charts.tokens import Signs, Theme, color
from services.formatting import NARROW_SPACE, Number, Style

_SEPARATORS: dict[Style, str] = {"comma": ".,", "point": ",.", "space": f",{NARROW_SPACE}"}
"""Number format -> Plotly's decimal mark and group mark, for axes and hover texts."""


@dataclass(frozen=True)
class Look:
    """A user's preferences as charts need them; the methods write numbers in that format."""

    theme: Theme = "light"
    style: Style = "comma"
    signs: Signs = "blue_orange"

    @property
    def separators(self) -> str:
        """Plotly's ``layout.separators``."""
        return _SEPARATORS[self.style]

    def color(self, name: str) -> str:
        """Return the color of a token."""
        return color(name, self.theme, self.signs)

    def weight(self, fraction: Number, *, signed: bool = False) -> str:
        """Return a weight with one decimal of percent."""
        return formatting.weight(fraction, style=self.style, signed=signed)

    def points(self, fraction: Number) -> str:
        """Return a signed difference of two weights, in percentage points with one decimal."""
        return formatting.points(fraction, style=self.style, signed=True)

    def part(self, fraction: float) -> str:
        """Return a signed part of a return, in percentage points with two decimals."""
        return f"{formatting.number(100 * fraction, 2, style=self.style, signed=True)} pp"

    def rate(self, fraction: Number) -> str:
        """Return a return, volatility or drawdown with two decimals of percent."""
        return formatting.rate(fraction, style=self.style)

    def number(self, value: Number, decimals: int = 2) -> str:
        """Return a grouped number."""
        return formatting.number(value, decimals, style=self.style)

    def money(self, amount: Number) -> str:
        """Return an amount in whole units of its currency; a mask where the reader hides amounts."""
        return formatting.money(amount, style=self.style, decimals=0)

    def money_axis(self) -> dict[str, Any]:
        """Return the properties of an axis of amounts: without its figures where the reader hides amounts."""
        return {"showticklabels": False} if reader.hides_amounts() else {"tickformat": ",.3~s"}

    @property
    def money_hover(self) -> str:
        """Return what a point of an amount says."""
        return formatting.MASK if reader.hides_amounts() else "%{y:,.0f}"

    def count(self, value: int, singular: str) -> str:
        """Return a counted noun."""
        return f"{self.number(value, 0)} {singular if value == 1 else singular + 's'}"
