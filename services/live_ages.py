"""How old are the live prices, symbol by symbol, of what a house holds?

A feed is not fresh because one of its symbols is: ages are taken of the held symbols (of all with a price where nothing
held has one), and the middle one decides. A price is not old because its market is closed: such a symbol *rests* with a
price of the last hour of the last session, and is *behind* with an older one. The others are judged, and where all rest
the feed is closed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from data.feeds.ticks import Tick
from services.live_hours import Trading
from services.live_state import DELAY_MAX_S, FRESH_MAX_S, Pulse

TradingOf = Callable[[str], Trading | None]
"""Returns how the market of a symbol stands; None around the clock, and where nothing is known."""


def around_the_clock(_symbol: str) -> Trading | None:
    """Return that a symbol may trade at any time."""
    return None


def with_ages(
    pulse: Pulse,
    ticks: Sequence[Tick],
    held: Sequence[str],
    now_utc: datetime,
    trading_of: TradingOf = around_the_clock,
) -> Pulse:
    """Return a pulse with the ages of the latest prices.

    Parameters
    ----------
    pulse : Pulse
    ticks : sequence of Tick
        The latest of each symbol; those without a time are left out.
    held : sequence of str
        The symbols by which the feed is judged.
    now_utc : datetime
    trading_of : callable
    """
    times = {tick.symbol: tick.event_time_utc for tick in ticks if tick.event_time_utc is not None}
    priced = {symbol: times[symbol] for symbol in held if symbol in times}
    is_by_held = bool(priced)
    priced = priced or times
    if not priced:
        return replace(pulse, symbols_count=len(ticks))
    fresh_from_utc = now_utc - timedelta(seconds=FRESH_MAX_S)
    closed = {
        symbol: trading
        for symbol, time in priced.items()
        if time < fresh_from_utc and (trading := trading_of(symbol)) is not None and trading.closed_utc is not None
    }
    resting = [symbol for symbol, trading in closed.items() if priced[symbol] >= _last_hour(trading)]
    watched = sorted(time for symbol, time in priced.items() if symbol not in closed) or sorted(priced.values())
    openings = [trading.opens_utc for trading in closed.values() if trading.opens_utc is not None]
    return replace(
        pulse,
        symbols_count=len(ticks),
        newest_utc=watched[-1],
        middle_utc=watched[(len(watched) - 1) // 2],  # of two, the older one
        oldest_utc=watched[0],
        fresh_count=sum(time >= fresh_from_utc for time in watched),
        watched_count=len(held) if is_by_held else len(priced),
        unpriced_count=len(held) - len(priced) if is_by_held else 0,
        resting_count=len(resting),
        behind_count=len(closed) - len(resting),
        is_closed=len(closed) == len(priced),
        rested_utc=max((priced[symbol] for symbol in resting), default=None),
        opens_utc=min(openings, default=None),
    )


def _last_hour(trading: Trading) -> datetime:
    """Return from when on a price counts as one of the end of a session."""
    assert trading.closed_utc is not None
    return max(trading.opened_utc, trading.closed_utc - timedelta(seconds=DELAY_MAX_S))
