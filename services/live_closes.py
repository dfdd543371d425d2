"""Against which stored close is a live price held, and from which one does its day count?

A feed that names a price's previous close is believed. Where it does not, the last stored close counts only if it is of
the session before: a day that spans a week, or years, is none, and its result stays unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from data.feeds.ticks import LastClose, Tick
from services.live_hours import Hours
from services.market_series import SeriesReader
from services.ports import Ports

if TYPE_CHECKING:
    from services.live_tape import Followed

NAMED_MAX_COUNT = 3


def last_closes(ports: Ports, reader: SeriesReader, tenant_id: str, known: Followed) -> dict[str, LastClose]:
    """Return the last stored close of each symbol of a house, and the last stored rate of each pair it needs."""
    with ports.store.system(tenant_id, read_only=True) as uow:
        stored = uow.prices.summaries(providers=reader.preference)
        pairs = {symbol: pair for symbol, pair in known.pairs.items() if known.ids.get(symbol) not in stored}
        rates = {symbol: reader.rates(uow, *pair) for symbol, pair in pairs.items()}
    found = {
        symbol: LastClose(stored[asset_id].last_close, stored[asset_id].last_date)
        for symbol, asset_id in known.ids.items()
        if asset_id in stored
    }
    for symbol, rate in rates.items():
        if rate is not None and rate.sessions.size:
            day: date = rate.sessions[-1].astype("datetime64[D]").astype(object)
            found[symbol] = LastClose(float(rate.closes[-1]), day)
    return {symbol: close for symbol, close in found.items() if close.price > 0}


def with_previous(tick: Tick, known: Followed, hours: Hours) -> Tick:
    """Return a tick with the stored close of the session before where its source named none; as it is otherwise."""
    close = known.closes.get(tick.symbol)
    if tick.previous_close is not None or tick.event_time_utc is None or close is None:
        return tick
    kind = known.classes.get(tick.symbol, "")
    before = hours.session_before(known.exchanges.get(tick.symbol), kind, tick.event_time_utc)
    return replace(tick, previous_close=close.price) if close.session == before else tick


def day_note(symbols: Sequence[str]) -> str | None:
    """Return why a day's result is unknown, by the holdings that lack the close before; None where none does."""
    if not symbols:
        return None
    more_count = len(symbols) - NAMED_MAX_COUNT
    named = ", ".join(symbols[:NAMED_MAX_COUNT]) + (f" and {more_count} more" if more_count > 0 else "")
    return (
        f"The day's result is unknown: the close or rate of the session before is not known of {named}. Send"
        " previous_close with the price, or import that close."
    )
