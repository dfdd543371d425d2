"""What does a file say of one symbol?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Bar(NamedTuple):
    """One price of one day with the line it stands in; what is not given, is NaN, an adjusted close None."""

    line: int
    close: float
    adjusted_close: float | None
    volume: float
    open: float = np.nan
    high: float = np.nan
    low: float = np.nan


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
        Name, sector, industry, country, currency, kind of asset and issuer, as far as they are given.

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
