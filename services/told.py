"""How does a formatted text remember the number, the amount or the day that it tells?

Tables show texts and leave as files with all digits: each cell's text carries what it was made of. Joined to other
words it is plain text again.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

Value = float | int | Decimal | date
FRACTION, NUMBER, DAY = "fraction", "", "date"
"""What a value is counted in, beside codes of currencies, and nouns of what is counted."""


class Told(str):
    """A text for people with the value that it tells, and the unit of that.

    Parameters
    ----------
    text : str
        As it is shown.
    value : float, int, Decimal or date
        All of its digits: a fraction where the text says percent, percentage points or basis points.
    unit : str
        ``fraction``, ``date``, the code of a currency, a noun for what is counted, or nothing for a plain number.
    """

    __slots__ = ("unit", "value")

    value: Value
    unit: str

    def __new__(cls, text: str, value: Value, unit: str = NUMBER) -> Told:
        """Make a text that remembers."""
        made = super().__new__(cls, text)
        made.value = value
        made.unit = unit
        return made

    @property
    def exact(self) -> str:
        """The value with all of its digits, or as an ISO day, as a file has it."""
        if isinstance(self.value, date):
            return self.value.isoformat()
        if isinstance(self.value, Decimal):
            return f"{self.value:f}"
        return repr(self.value) if isinstance(self.value, int) else repr(float(self.value))

    def __deepcopy__(self, _memo: dict[int, Any]) -> Told:
        """Return the same text: nothing in it changes."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Carry the value along to another process."""
        return Told, (str(self), self.value, self.unit)
