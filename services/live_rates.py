"""At which rate of exchange is a holding in another currency valued: a live one, or the last one stored?

A pair such as EURUSD=X is quoted in its second currency. Where a feed brings a price of a pair between the currency of
a holding and that of its portfolio, in either direction, the holding is valued at it; otherwise the rate of the as-of
date stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from data.feeds.ticks import Tick
from services.messages.live import LiveRate
from services.valuation_prices import PriceBook, exact

ONE = Decimal(1)


def pair_of(currency: str, base_currency: str) -> str:
    """Return the symbol of the rate from a currency to another, as the product writes it."""
    return f"{currency}{base_currency}=X"


@dataclass(frozen=True)
class Moved:
    """How a rate stands to the one of the as-of date.

    Parameters
    ----------
    now, before : Decimal
        The rate, and its previous close, each divided by the one of the as-of date; ``before`` is None where the rate
        is live and its previous close is not known.
    is_live : bool
    """

    now: Decimal = ONE
    before: Decimal | None = ONE
    is_live: bool = False


def rates_of(book: PriceBook, currencies: Iterable[str], as_of: date | None) -> tuple[LiveRate, ...]:
    """Return the stored rates of a day, by currency; those that are unknown or too old are left out."""
    found = []
    for currency in sorted(set(currencies) - {book.base_currency}):
        rate = None if as_of is None else book.rate(currency, as_of)
        if rate is None or as_of is None:
            continue
        days = book.rates[currency].sessions
        place = int(np.searchsorted(days, np.datetime64(as_of, "D"), side="right")) - 1
        day: date = days[place].astype("datetime64[D]").astype(object)
        symbol = pair_of(currency, book.base_currency)
        found.append(LiveRate(currency=currency, symbol=symbol, rate=rate, rate_date=day))
    return tuple(found)


def moved_rate(stored: LiveRate | None, base_currency: str, ticks: Mapping[str, Tick]) -> Moved:
    """Return how a rate has moved since the as-of date by the latest ticks; not at all where none is of its pair."""
    if stored is None:
        return Moved()
    tick = ticks.get(stored.symbol)
    if tick is not None and tick.currency == base_currency:
        before = None if tick.previous_close is None else exact(tick.previous_close) / stored.rate
        return Moved(exact(tick.price) / stored.rate, before, True)
    tick = ticks.get(pair_of(base_currency, stored.currency))
    if tick is not None and tick.currency == stored.currency:
        before = None if not tick.previous_close else ONE / exact(tick.previous_close) / stored.rate
        return Moved(ONE / exact(tick.price) / stored.rate, before, True)
    return Moved()


def rate_now(stored: LiveRate, base_currency: str, ticks: Mapping[str, Tick]) -> LiveRate:
    """Return the rate that counts at this moment."""
    moved = moved_rate(stored, base_currency, ticks)
    if not moved.is_live:
        return stored
    rate = round(stored.rate * moved.now, 10)
    return stored.model_copy(update={"rate": rate, "rate_date": None, "is_live": True})
