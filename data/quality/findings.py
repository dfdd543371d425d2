"""What is a finding, and which kinds of them are there?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.providers.vocabulary import Flag

Days = NDArray[np.datetime64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


class Kind(StrEnum):
    """One way in which prices go wrong."""

    ORDER = "order"
    NONPOSITIVE = "nonpositive"
    OHLC = "ohlc"
    OFF_CALENDAR = "off_calendar"
    MISSING_SESSION = "missing_session"
    REPEATED = "repeated"
    STALE = "stale"
    UNIT = "unit"
    SPLIT = "split"
    DIVIDEND = "dividend"
    OUTLIER = "outlier"
    VOLUME_GAP = "volume_gap"
    CROSS_SOURCE = "cross_source"


FLAGS: dict[Kind, Flag] = {
    kind: Flag.STALE if kind is Kind.STALE else Flag.MISSING if kind is Kind.MISSING_SESSION else Flag.SUSPECT
    for kind in Kind
}
"""How the sessions of a finding are marked while nobody has decided."""

LABELS: dict[Kind, str] = {
    Kind.ORDER: "Bars out of order",
    Kind.NONPOSITIVE: "Zero or negative price",
    Kind.OHLC: "Open, high, low and close disagree",
    Kind.OFF_CALENDAR: "Bar on a day without trading",
    Kind.MISSING_SESSION: "Missing session",
    Kind.REPEATED: "Bar repeated",
    Kind.STALE: "Stale price",
    Kind.UNIT: "Wrong unit",
    Kind.SPLIT: "Missed split",
    Kind.DIVIDEND: "Wrong dividend adjustment",
    Kind.OUTLIER: "Spike and reversal",
    Kind.VOLUME_GAP: "Volume missing",
    Kind.CROSS_SOURCE: "Sources disagree",
}
"""Each kind in words."""


@dataclass(frozen=True)
class Finding:
    """Sessions of one series that look wrong for one reason.

    Parameters
    ----------
    kind : Kind
    symbol : str
    sessions : array of datetime64[D], shape (n,)
        The days concerned, increasing; days without a bar for missing sessions.
    raw : array of float, shape (n,)
        The close as it is; NaN where there is none. For dividends the adjusted close.
    proposed : array of float, shape (n,), or None
        What would be right; None where nobody can say from the data alone.
    method : str
        How the proposal, or the finding, was made, in a few words.
    confidence_frac : float
        How sure the finding is, 0 to 1. A rank made from the evidence, not a probability.
    reason : str
        One sentence.
    is_adjusted_only : bool
        Whether the proposal is for the adjusted close alone.
    """

    kind: Kind
    symbol: str
    sessions: Days
    raw: Floats
    proposed: Floats | None
    method: str
    confidence_frac: float
    reason: str
    is_adjusted_only: bool = False

    @property
    def flag(self) -> Flag:
        """How its sessions are marked."""
        return FLAGS[self.kind]


def day(value: Any) -> str:
    """Return one session in words: 20 October 2021."""
    found: date = np.datetime64(value, "D").astype(object)
    return f"{found.day} {found:%B %Y}"


MANY_COUNT = 10
"""Stretches of one kind in one series from which on a finding tells those of a whole year."""


def days(sessions: Days) -> str:
    """Return sessions in words: the first, and how many more."""
    more = len(sessions) - 1
    return day(sessions[0]) + (f" and {more:,} more session{'s' if more > 1 else ''}" if more else "")


def by_stretch(sessions: Days, mask: Mask) -> list[NDArray[np.int64]]:
    """Return the places of each stretch of True; of each year where there are more than ten stretches."""
    stretches = runs(mask)
    if len(stretches) <= MANY_COUNT:
        return [np.arange(low, high) for low, high in stretches]
    places = np.flatnonzero(mask)
    years = sessions[places].astype("datetime64[Y]")
    return [places[years == year] for year in np.unique(years)]


def runs(mask: Mask) -> list[tuple[int, int]]:
    """Return the stretches of True as (first, last + 1)."""
    if not mask.any():
        return []
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
