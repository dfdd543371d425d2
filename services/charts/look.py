"""How does somebody like charts: which theme, which number format, which colors for gain and loss?"""

from __future__ import annotations

from dataclasses import dataclass

from services import formatting
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

    def count(self, value: int, singular: str) -> str:
        """Return a counted noun."""
        return f"{self.number(value, 0)} {singular if value == 1 else singular + 's'}"
