"""Which recorded bars of minutes does a replay play, where they are stored of its first day?

A slot is a minute in which something was recorded. Prices are adjusted like the daily ones, by the factor of their
session. Who has no bars of minutes on those days, such as a rate of exchange, is told once a session, with its daily
close in the last minute.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from data.feeds.replay import MINUTE_SLOT_S, Tape
from services.market_series import SeriesReader, StoredSeries

if TYPE_CHECKING:
    from data.store.repositories.price_known import KnownBars
    from data.store.unit_of_work import UnitOfWork

SYMBOLS_MAX_COUNT = 100
DAYS_SPAN = timedelta(days=6)
"""So many days after the first one are played: a week of minutes."""


def stored_minutes(uow: UnitOfWork, reader: SeriesReader, ids: Mapping[str, str], day: date) -> dict[str, KnownBars]:
    """Return the bars of minutes of a week by symbol; none where nothing is stored of its first day."""
    wanted = dict(list(ids.items())[:SYMBOLS_MAX_COUNT])
    found = uow.prices.known(list(wanted.values()), reader.preference, start=day, end=day + DAYS_SPAN, frequency="1m")
    is_of_day = any(bool((series.dates == np.datetime64(day, "D")).any()) for series, _ in found.values())
    return {symbol: found[key] for symbol, key in wanted.items() if key in found} if is_of_day else {}


def minute_tape(
    daily: Mapping[str, StoredSeries], adjusted: Mapping[str, NDArray[np.float64]], minutes: Mapping[str, KnownBars]
) -> Tape:
    """Return the tape of bars of minutes, with the daily closes of those that have none.

    Parameters
    ----------
    daily : mapping of symbol to series
        Of every symbol that is played.
    adjusted : mapping of symbol to array
        The playable closes of the same sessions.
    minutes : mapping of symbol to bars
        Of some of them.
    """
    times = np.unique(np.concatenate([_seconds(events) for _, events in minutes.values()]))
    sessions = np.full(times.size, np.datetime64("NaT"), dtype="datetime64[D]")
    for series, events in minutes.values():
        sessions[np.searchsorted(times, _seconds(events))] = series.dates
    earlier = [one.sessions[one.sessions < sessions[0]] for one in daily.values()]
    before = max((found[-1] for found in earlier if found.size), default=sessions[0] - np.timedelta64(1, "D"))
    prices = np.full((times.size + 1, len(daily)), np.nan)
    for column, (symbol, one) in enumerate(daily.items()):
        prices[0, column] = _last_at(one, adjusted[symbol], before)
        if symbol in minutes:
            series, events = minutes[symbol]
            rows = np.searchsorted(times, _seconds(events)) + 1
            prices[rows, column] = series.close * _factors(one, adjusted[symbol], series.dates)
        else:
            for place in np.flatnonzero(np.append(sessions[1:] != sessions[:-1], True)):
                inside = np.flatnonzero(one.sessions == sessions[place])
                if inside.size:
                    prices[place + 1, column] = adjusted[symbol][inside[-1]]
    return Tape(
        symbols=tuple(daily),
        currencies=tuple(one.currency for one in daily.values()),
        times=np.concatenate([[before.astype("datetime64[s]")], times]),
        prices=np.where(prices > 0, np.round(prices, 10), np.nan),
        slot_s=MINUTE_SLOT_S,
        first_slot=1,
        days=np.maximum.accumulate(np.concatenate([[before], sessions])),
    )


def _seconds(events: NDArray[Any]) -> NDArray[np.datetime64]:
    return events.astype("datetime64[s]")


def _last_at(one: StoredSeries, values: NDArray[np.float64], day: np.datetime64) -> float:
    """Return the last usable close up to a day; NaN without one."""
    known = values[: int(np.searchsorted(one.sessions, day, side="right"))]
    usable = known[np.isfinite(known)]
    return float(usable[-1]) if usable.size else float("nan")


def _factors(one: StoredSeries, values: NDArray[np.float64], sessions: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Return by what each session's prices are adjusted: as its close is, or the one before where it has none yet."""
    if not one.sessions.size:
        return np.ones(sessions.size)
    ratio = np.where(one.closes > 0, values / one.closes, np.nan)
    places = np.clip(np.searchsorted(one.sessions, sessions, side="right") - 1, 0, one.sessions.size - 1)
    found = ratio[places]
    return np.where(np.isfinite(found), found, 1.0)
