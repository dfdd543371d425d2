"""Of what are the fields of positions wanted, and what was found?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from services.compliance.stated_facts import Stated

if TYPE_CHECKING:
    from data.store import tables
    from services.compliance.state_lines import Line
    from services.valuation import PortfolioState

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """Of what the fields are wanted.

    Parameters
    ----------
    portfolio : tables.Portfolio
    lines : tuple of Line
    state : PortfolioState
    day : date
        Of the closes.
    on : date
        On which lists and facts about assets are read: today, or the day of the past that was asked for.
    known_at_utc : datetime
        What became known later is not read.
    wanted : collection of str
        Names of fields.
    is_past : bool
        Whether a day of the past was asked for.
    trades : mapping of str to Decimal
        Units to be traded by symbol, for the locates of short sales and trades against other portfolios.
    stated : dict
        What somebody stated of the portfolio and its house (`services.compliance.stated_facts`).

    """

    portfolio: tables.Portfolio
    lines: tuple[Line, ...]
    state: PortfolioState
    day: date
    on: date
    known_at_utc: datetime
    wanted: Collection[str]
    is_past: bool
    trades: Mapping[str, Decimal]
    stated: Stated


@dataclass(frozen=True)
class Fields:
    """What was found: fields by name, what one unit adds to some of them, and whether any of it was invented."""

    given: dict[str, Sequence[Any]]
    per_unit: dict[str, Floats]
    is_sample: bool
