"""How old are the live prices, symbol by symbol, of what a house holds?

A feed is not fresh because one of its symbols is: ages are taken of the held symbols (of all with a price where nothing
held has one), and the middle one decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from data.feeds.ticks import Tick
from services.live_state import FRESH_MAX_S, Pulse


def with_ages(pulse: Pulse, ticks: Sequence[Tick], held: Sequence[str], now_utc: datetime) -> Pulse:
    """Return a pulse with the ages of the latest prices.

    Parameters
    ----------
    pulse : Pulse
    ticks : sequence of Tick
        The latest of each symbol; those without a time are left out.
    held : sequence of str
        The symbols by which the feed is judged.
    now_utc : datetime
    """
    times = {tick.symbol: tick.event_time_utc for tick in ticks if tick.event_time_utc is not None}
    watched = sorted(times[symbol] for symbol in held if symbol in times)
    is_by_held = bool(watched)
    watched = watched or sorted(times.values())
    if not watched:
        return replace(pulse, symbols_count=len(ticks))
    fresh_from_utc = now_utc - timedelta(seconds=FRESH_MAX_S)
    return replace(
        pulse,
        symbols_count=len(ticks),
        newest_utc=watched[-1],
        middle_utc=watched[(len(watched) - 1) // 2],  # of two, the older one
        oldest_utc=watched[0],
        fresh_count=sum(time >= fresh_from_utc for time in watched),
        watched_count=len(held) if is_by_held else len(watched),
        unpriced_count=len(held) - len(watched) if is_by_held else 0,
    )
