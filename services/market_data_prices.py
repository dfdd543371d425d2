"""By what are stored bars multiplied to answer a request: for splits and dividends, and for another currency?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from services import formatting
from services.explorer_adjust import factors_of, split_factors
from services.market_actions import with_actions
from services.market_data_bars import MISSING_CODE, Codes, Column, Days, Floats
from services.messages.explorer import Adjust
from services.messages.market_data import Adjustment
from services.valuation_prices import CloseSeries

if TYPE_CHECKING:
    from data.store import tables

RATE_AGE_MAX_DAYS = 5
FILLED_CODE = 1
_WORDS: dict[Adjustment, Adjust] = {"raw": "raw", "splits": "splits", "splits_and_dividends": "total"}
_MEANINGS = {
    "raw": "the prices as they were paid",
    "splits": "prices with splits alone",
    "splits_and_dividends": "prices with splits and dividends",
}


@dataclass(frozen=True)
class Bars:
    """The bars of one asset as they are stored, on whole days.

    `basis` says what a close already contains. Arrays have one length; None where the source has no such column.
    """

    sessions: Days
    close: Floats
    adjusted_close: Floats
    volume: Floats | None
    open: Floats | None
    high: Floats | None
    low: Floats | None
    flags: Codes
    basis: str


def adjusted(
    bars: Bars, actions: Sequence[tables.CorporateAction], wanted: Adjustment, symbol: str
) -> tuple[Bars, str, tuple[str, ...]]:
    """Return bars adjusted as asked for, what they contain then, and notes where that is something else.

    Opens, highs and lows are multiplied by the factor of their day's close, volumes divided by that of splits alone.
    Adjusted closes stay as they are.
    """
    stored = with_actions(bars.sessions, bars.close, bars.adjusted_close, bars.basis, actions)
    if bars.basis == wanted and wanted != "splits_and_dividends":
        return bars, bars.basis, ()
    factors = factors_of(stored, _WORDS[wanted])
    if factors is None:
        return bars, bars.basis, (_impossible(symbol, bars.basis, wanted),)
    if bars.basis == "splits_and_dividends":
        return bars, bars.basis, ()
    # Volumes lose the jump of splits where prices do.
    to_split = split_factors(bars.sessions, stored.splits)
    volume = bars.volume
    if volume is not None and bars.basis == "raw":
        volume = volume / to_split
    elif volume is not None and wanted == "raw":
        volume = volume * to_split

    def scaled(values: Floats | None) -> Floats | None:
        return None if values is None else values * factors

    changed = replace(
        bars,
        close=bars.close * factors,
        open=scaled(bars.open),
        high=scaled(bars.high),
        low=scaled(bars.low),
        volume=volume,
    )
    return changed, wanted, ()


def _impossible(symbol: str, basis: str, wanted: Adjustment) -> str:
    if basis == "splits_and_dividends":
        return f"{symbol}: the source delivers {_MEANINGS[basis]} alone, so {_MEANINGS[wanted]} cannot be told."
    return f"{symbol}: neither adjusted closes nor dividends are stored, so these are {_MEANINGS[basis]}."


def as_column(bars: Bars, fields: Sequence[str], keys: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Column:
    """Return the columns asked for; NaN where the source has none."""
    absent = np.full(bars.sessions.size, np.nan)
    values = {name: absent if getattr(bars, name) is None else getattr(bars, name) for name in fields}
    return Column(keys, bars.sessions, values, bars.flags)


def in_currency(column: Column, rates: CloseSeries, symbol: str, currency: str) -> tuple[Column, tuple[str, ...]]:
    """Return prices in another currency at each session's rate; volumes stay units.

    A session without a rate takes the last one of the five days before and is marked as filled; without such a rate
    it has no price and is marked as missing.
    """
    place = np.searchsorted(rates.sessions, column.sessions, side="right") - 1
    age = np.full(place.size, RATE_AGE_MAX_DAYS + 1)
    known = place >= 0
    age[known] = (column.sessions[known] - rates.sessions[place[known]]).astype(np.int64)
    usable = known & (age <= RATE_AGE_MAX_DAYS)
    factor = np.where(usable, rates.closes[np.maximum(place, 0)], np.nan)
    filled = usable & (age > 0)
    flags = np.where(filled & (column.flags == 0), np.int8(FILLED_CODE), column.flags).astype(np.int8)
    flags[~usable] = MISSING_CODE
    values = {name: one if name == "volume" else one * factor for name, one in column.values.items()}
    notes = []
    if bool(filled.any()):
        days = formatting.count(int(filled.sum()), "session")
        notes.append(f"{symbol}: {days} without a rate to {currency} took the last one before.")
    if bool((~usable).any()):
        days = formatting.count(int((~usable).sum()), "session")
        notes.append(f"{symbol}: {days} have no rate to {currency} and so no price.")
    return replace(column, values=values, flags=flags), tuple(notes)
