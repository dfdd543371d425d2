"""How do numbers and dates read, the same on screen, in the API's exports and in PDF?

Weights have one decimal of percent; returns and risks two; money is grouped and loses its cents from 10,000 on, in a
column for all of its amounts together; a negative number carries the true minus sign; what is missing is an em dash.
Each text remembers the value that it tells (`services.told`), for tables that leave as files.
Amounts and numbers of shares that are written for a reader (`style` is given) are masked where the reader hides them;
canonical sentences, which may be kept, are not: `services.number_style` masks those where they are shown.
`GRID_SPECS` gives the browser the same rules, and `tests/services` holds both sides to the same examples.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Literal

from services import reader
from services.messages.preferences import DateFormat
from services.messages.zones import local, offset_words
from services.told import DAY, FRACTION, NUMBER, Told

MINUS = "\u2212"
MISSING = "\u2014"
NARROW_SPACE = "\u202f"
MASK = "\u2022\u2022\u2022\u2022"
"""What stands for an amount while amounts are hidden."""

EXACT_MOST = 2.0**50
"""From it on floats are written by way of their exact decimal value."""

Number = float | int | Decimal | None
Style = Literal["comma", "point", "space"]
"""The number format a user prefers: 1,234.5 (comma), 1.234,5 (point), 1 234,5 (space)."""

NUMBER_MARKS: dict[Style, tuple[str, str]] = {"comma": (",", "."), "point": (".", ","), "space": (NARROW_SPACE, ",")}
"""Style -> the marks that group thousands and that begin the decimals."""


def number(value: Number, decimals: int = 2, *, style: Style = "comma", signed: bool = False) -> str:
    """Return a grouped number with the given decimals.

    Parameters
    ----------
    value : float, int, Decimal or None
        None, NaN and infinities read as missing.
    decimals : int
        Digits after the decimal mark. Rounding is half away from zero on the exact value, as browsers do.
    style : {"comma", "point", "space"}
        Which grouping and decimal marks to use.
    signed : bool
        Whether a positive number carries a plus sign.

    Returns
    -------
    str
        Never ``-0``: what rounds to zero has no sign.
    """
    text = _written(value, decimals, style, signed)
    return MISSING if text is None else _told(text, value)


def _written(value: Number, decimals: int, style: Style, signed: bool) -> str | None:
    """Return a number as `number` does, without its value; None where it is missing."""
    sign: float | Decimal
    if type(value) is float and _is_written_alike(value, decimals):
        text = f"{abs(value):,.{decimals}f}"
        sign = value if text.strip("0.,") else 0.0
    else:
        exact = _exact(value)
        if exact is None:
            return None
        rounded = exact.quantize(_quantum(decimals), rounding=ROUND_HALF_UP)
        text, sign = f"{abs(rounded):,.{decimals}f}", rounded
    if style != "comma":  # as Python writes it
        group, mark = NUMBER_MARKS[style]
        text = text.replace(",", "\0").replace(".", mark).replace("\0", group)
    if sign < 0:
        return MINUS + text
    return f"+{text}" if signed and sign > 0 else text


def _is_written_alike(value: float, decimals: int) -> bool:
    """Return whether Python writes a float with so many decimals as it is written here, which is several times faster.

    Both round its exact value; they differ only where that lies in the middle of two numbers. A float that lies there
    is a whole number of ``2 ** -(decimals + 1)``.
    """
    return -EXACT_MOST < value < EXACT_MOST and not (value * 2.0 ** (decimals + 1)).is_integer()


@lru_cache(maxsize=64)
def _quantum(decimals: int) -> Decimal:
    """Return one unit of the last decimal."""
    return Decimal(1).scaleb(-decimals)


def _told(text: str, value: Number, unit: str = NUMBER) -> str:
    return text if value is None else Told(text, value, unit)


def _exact(value: Number, factor: int = 1) -> Decimal | None:
    """Return the exact decimal value of `factor * value`; a float is multiplied in binary, as the browser does."""
    if value is None:
        return None
    if isinstance(value, Decimal):
        return value * factor if value.is_finite() else None
    scaled = value * factor
    return Decimal(scaled) if math.isfinite(scaled) else None


def percent(fraction: Number, decimals: int = 2, *, style: Style = "comma", signed: bool = False) -> str:
    """Return a fraction as percent: 0.25 reads 25.00%."""
    exact = fraction * 100 if type(fraction) is float else _exact(fraction, 100)
    text = _written(exact, decimals, style, signed)
    return MISSING if text is None else _told(f"{text}%", fraction, FRACTION)


def weight(fraction: Number, *, style: Style = "comma", signed: bool = False) -> str:
    """Return a weight with one decimal of percent."""
    return percent(fraction, 1, style=style, signed=signed)


def points(fraction: Number, *, style: Style = "comma", signed: bool = False, decimals: int = 1) -> str:
    """Return a difference of two shares in percentage points: 0.25 reads 25.0 pp, which is not 25% of either."""
    exact = _exact(fraction, 100)
    if exact is None:
        return MISSING
    return _told(number(exact, decimals, style=style, signed=signed) + " pp", fraction, FRACTION)


def rate(fraction: Number, *, style: Style = "comma", signed: bool = False) -> str:
    """Return a return, volatility, VaR or drawdown with two decimals of percent."""
    return percent(fraction, 2, style=style, signed=signed)


def ratio(value: Number, *, style: Style = "comma") -> str:
    """Return a ratio such as Sharpe with two decimals."""
    return number(value, 2, style=style)


def basis_points(fraction: Number, *, style: Style = "comma", signed: bool = False) -> str:
    """Return a small fraction in basis points: 0.0025 reads 25 bp, 0.00002 reads 0.2 bp, and less is never nothing."""
    exact = _exact(fraction, 10_000)
    if exact is None:
        return MISSING
    if 0 < abs(exact) < _LEAST_BP / 2:
        side = "<" if exact > 0 else ">"
        return _told(f"{side}{number(_LEAST_BP.copy_sign(exact), 1, style=style)} bp", fraction, FRACTION)
    decimals = 1 if 0 < abs(exact) < 1 else 0
    return _told(number(exact, decimals, style=style, signed=signed) + " bp", fraction, FRACTION)


_LEAST_BP = Decimal("0.1")
"""The smallest number of basis points that is written as it is."""


def money(
    amount: Number,
    currency: str | None = None,
    *,
    style: Style | None = None,
    signed: bool = False,
    decimals: int | None = None,
) -> str:
    """Return an amount, grouped, without cents from 10,000 on, followed by its currency if one is given.

    With a `style` it is written for a reader, who may hide amounts: then it is a mask and remembers no value.

    In a column `decimals` is that of `money_decimals`, so that its amounts can be read against each other.
    """
    exact = _exact(amount)
    if exact is None:
        return MISSING
    if style is not None and reader.hides_amounts():
        return f"{MASK} {currency}" if currency else MASK
    digits = money_decimals([exact]) if decimals is None else decimals
    text = number(exact, digits, style=style or "comma", signed=signed)
    return _told(f"{text} {currency}" if currency else text, amount, currency or NUMBER)


def money_decimals(amounts: Iterable[Number]) -> int:
    """Return with how many decimals a column of amounts is written: cents, unless one of them has five digits."""
    return min((0 if abs(exact) >= 10_000 else 2 for one in amounts if (exact := _exact(one)) is not None), default=2)


def quantity(value: Number, *, style: Style | None = None) -> str:
    """Return a number of shares: whole if it is whole, else up to four decimals; with a `style` as `money` masks."""
    exact = _exact(value)
    if exact is None:
        return MISSING
    if style is not None and reader.hides_amounts():
        return MASK
    shown = exact.quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP).normalize()
    exponent = shown.as_tuple().exponent
    shown_text = number(exact, max(0, -exponent) if isinstance(exponent, int) else 0, style=style or "comma")
    return _told(shown_text, value)


def count(value: int | None, singular: str, plural: str | None = None, *, style: Style = "comma") -> str:
    """Return a counted noun: 1 stock, 20 stocks, 1,250 days."""
    if value is None:
        return MISSING
    noun = plural or singular + "s"
    return Told(f"{number(value, 0, style=style)} {singular if value == 1 else noun}", value, noun)


def day(value: date | None) -> str:
    """Return a date in words that cannot be misread, 28 December 2022, or as its reader prefers it."""
    return MISSING if value is None else Told(_day(value, "%B"), value, DAY)


def day_short(value: date | None) -> str:
    """Return a date for tables, 28 Dec 2022, or as its reader prefers it."""
    return MISSING if value is None else Told(_day(value, "%b"), value, DAY)


def moment(value: datetime | None) -> str:
    """Return a moment: 28 Dec 2022, 14:05 UTC, or on its reader's clock in their zone, 28 Dec 2022, 3:05 pm UTC+1."""
    if value is None:
        return MISSING
    here = local(value, reader.time_zone())
    return f"{day_short(here.date())}, {_hours(here)} {offset_words(here)}"


def _hours(here: datetime) -> str:
    if reader.clock() == "h24":
        return f"{here:%H:%M}"
    return f"{here.hour % 12 or 12}:{here:%M} {'am' if here.hour < 12 else 'pm'}"


DAY_MARKS: dict[DateFormat, str] = {"iso": "%Y-%m-%d", "day_first": "%d/%m/%Y", "month_first": "%m/%d/%Y"}
"""Date format -> how it is written, where it is not in words."""


def _day(value: date, month: str) -> str:
    marks = DAY_MARKS.get(reader.date_format())
    return f"{value:{marks}}" if marks else f"{value.day} {value:{month} %Y}"


def day_marks(*, has_year: bool = True) -> str:
    """Return the d3 format of days on axes and in hover texts, as their reader prefers them."""
    marks = DAY_MARKS.get(reader.date_format())
    if marks is None:
        return "%-d %b %Y" if has_year else "%-d %b"
    return marks if has_year else marks.replace("%Y-", "").replace("/%Y", "")


def duration(elapsed_ms: Number, *, style: Style = "comma") -> str:
    """Return a duration in the unit that reads best: 38 ms, 1.24 s, 3 min 5 s."""
    exact = _exact(elapsed_ms)
    if exact is None:
        return MISSING
    if exact < 1000:
        return f"{number(exact, 0, style=style)} ms"
    if exact < 60_000:
        return f"{number(exact / 1000, 2, style=style)} s"
    minutes, seconds = divmod(int(exact / 1000), 60)
    return f"{minutes} min {seconds} s"


@dataclass(frozen=True)
class GridSpec:
    """How the browser writes one kind of number: the d3 format, what it multiplies by before, and what follows."""

    d3_format: str
    factor: float = 1.0
    suffix: str = ""

    def value_formatter(self) -> str:
        """Return the AG Grid expression that gives the same text as this module (d3 writes the true minus sign)."""
        scaled = "params.value" if self.factor == 1.0 else f"params.value * {self.factor:g}"
        return f"params.value == null ? '{MISSING}' : d3.format('{self.d3_format}')({scaled}) + '{self.suffix}'"


GRID_SPECS: dict[str, GridSpec] = {
    "weight": GridSpec(",.1f", 100.0, "%"),
    "rate": GridSpec(",.2f", 100.0, "%"),
    "ratio": GridSpec(",.2f"),
    "money_whole": GridSpec(",.0f"),
    "money_cents": GridSpec(",.2f"),
    "price": GridSpec(",.2f"),
    "quantity": GridSpec(",.4~f"),
}
"""Kind of number -> what the browser needs to write it as this module does."""

PLOTLY_FORMATS: dict[str, str] = {
    "weight": ".1%",
    "rate": ".2%",
    "ratio": ",.2f",
    "money_whole": ",.0f",
}
"""Kind of number -> the d3 format of chart axes and hover texts."""
