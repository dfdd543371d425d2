"""What should a reader look at in a file of prices, without being kept from importing it?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from data.upload.symbol_figures import SymbolFigures

JUMP_FACTOR = 3.0
REMARKS_MAX_COUNT = 20
"""So many of one kind are told one by one."""
MONTHLY_FROM_DAYS = 20
"""A history with so many days between its prices, in the middle, is one of months or longer."""
APPRAISED_MIN_COUNT = 3
CLOSE_ENOUGH = 1e-6
"""A close beyond the range of its day by no more than rounding is within it."""


def remarks_on(symbols: Mapping[str, SymbolFigures]) -> list[str]:
    """Return what to look at, as sentences."""
    found: list[str] = []
    for look, further in (
        (_jumps, "further prices change as much."),
        (_beyond_range, "further prices lie outside the range of their day."),
        (_weekends, "further symbols have prices on weekends."),
        (_rare, "further symbols have prices as rarely."),
    ):
        told = [one for symbol, figures in symbols.items() for one in look(symbol, figures)]
        found += told[:REMARKS_MAX_COUNT]
        if len(told) > REMARKS_MAX_COUNT:
            found.append(f"{len(told) - REMARKS_MAX_COUNT} {further}")
    return found


def _jumps(symbol: str, figures: SymbolFigures) -> list[str]:
    """Return the sentences about prices that change by more than a factor from one day to the next."""
    days = sorted(figures.bars)
    if len(days) < 2:
        return []
    bars = [figures.bars[day] for day in days]
    closes = np.array([bar.adjusted_close or bar.close for bar in bars])
    ratio = closes[1:] / closes[:-1]
    found = np.flatnonzero((ratio > JUMP_FACTOR) | (ratio < 1 / JUMP_FACTOR))
    return [
        f"Line {bars[n + 1].line}: {symbol} goes from {closes[n]:g} to {closes[n + 1]:g} on {days[n + 1].isoformat()}. "
        "Check that this is no slip of the decimal mark, and no split."
        for n in found.tolist()
    ]


def _beyond_range(symbol: str, figures: SymbolFigures) -> list[str]:
    """Return the sentences about opens and closes above the high or below the low of their day."""
    found = []
    for day, bar in figures.bars.items():
        for name, price in (("open", bar.open), ("close", bar.close)):
            if price > bar.high * (1 + CLOSE_ENOUGH) or price < bar.low * (1 - CLOSE_ENOUGH):
                what = f"the {name} of {symbol} on {day.isoformat()}, {price:g},"
                found.append(f"Line {bar.line}: {what} is not between low and high.")
    return found


def _weekends(symbol: str, figures: SymbolFigures) -> list[str]:
    """Return the sentence about prices on Saturdays and Sundays, which exchanges of securities do not have."""
    days = [day for day in sorted(figures.bars) if day.weekday() >= 5]
    if not days or figures.facts.get("asset_class") == "crypto":
        return []
    count = f"{len(days):,} price{'s' if len(days) > 1 else ''}"
    line = figures.bars[days[0]].line
    return [
        f"{symbol} has {count} on weekends, the first on {days[0].isoformat()} (line {line}). That is usual for "
        "cryptocurrencies; elsewhere check the dates."
    ]


def _rare(symbol: str, figures: SymbolFigures) -> list[str]:
    """Return the sentence about a history with prices once a month or more rarely, as appraisals are."""
    days = figures.sessions()
    if days.size < APPRAISED_MIN_COUNT:
        return []
    gap = float(np.median(np.diff(days).astype(np.int64)))
    if gap < MONTHLY_FROM_DAYS:
        return []
    return [
        f"{symbol} has a price every {gap:.0f} days only. Together with it, other assets are measured on its days: "
        "choose monthly returns for an optimization, and expect fewer of them."
    ]
