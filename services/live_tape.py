"""Which recorded prices does a replay play, and which symbols does a house follow?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from data.feeds.replay import Tape
from data.feeds.ticks import LastClose
from services import formatting
from services.errors import FieldProblem, InvalidRequest
from services.live_minutes import minute_tape, stored_minutes
from services.live_rates import pair_of
from services.market_series import SeriesReader, StoredSeries
from services.market_views import day_of
from services.ports import Ports
from services.valuation_prices import CloseSeries

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

PLAYED_MAX_COUNT = 500
"""Most symbols of one tape; those that portfolios hold come first."""
POLLED_MAX_COUNT = 200
LEAD_SESSIONS_COUNT = 10
"""Sessions before the first one played, for what stood before."""
USUAL_LEAD = timedelta(days=365)
ASSETS_MAX_COUNT = 5000
FX = "fx"


@dataclass(frozen=True)
class Followed:
    """The assets of a house by symbol, and the rates of exchange that value what it holds.

    Parameters
    ----------
    currencies, classes, exchanges : dict
        By symbol, of assets and of pairs.
    ids : dict of str to str
        Of assets alone.
    held : tuple of str
    pairs : dict of str to (str, str)
        Currency and base currency of each pair, such as EURUSD=X.
    closes : dict of str to LastClose
        The last stored ones, by symbol of assets and pairs, as far as they were asked for.
    """

    currencies: dict[str, str]
    classes: dict[str, str]
    ids: dict[str, str]
    held: tuple[str, ...]
    exchanges: dict[str, str | None] = field(default_factory=dict)
    pairs: dict[str, tuple[str, str]] = field(default_factory=dict)
    closes: dict[str, LastClose] = field(default_factory=dict)

    def first(self, count: int) -> list[str]:
        """Return the symbols that matter most: what is held, the rates that value it, then the others."""
        ahead = dict.fromkeys((*self.held, *self.pairs))
        return [*ahead, *(symbol for symbol in self.currencies if symbol not in ahead)][:count]


def followed(ports: Ports, tenant_id: str) -> Followed:
    """Return what a house can see; nothing of another house is among it."""
    with ports.store.system(tenant_id, read_only=True) as uow:
        rows = uow.assets.search(limit=ASSETS_MAX_COUNT).rows
        chosen = uow.assets.by_symbols([row.symbol for row in rows])  # a house's own asset hides a shared one
        held_ids = _held(uow)
        bases = {row.base_currency for row in uow.portfolios.all()}
    ids = {symbol: row.id for symbol, row in sorted(chosen.items())}
    held = tuple(symbol for symbol, asset_id in ids.items() if asset_id in held_ids)
    currencies = {symbol: chosen[symbol].currency for symbol in ids}
    classes = {symbol: chosen[symbol].asset_class for symbol in ids}
    exchanges = {symbol: chosen[symbol].exchange for symbol in ids}
    pairs = {
        pair_of(currency, base): (currency, base)
        for currency in sorted({currencies[symbol] for symbol in held})
        for base in sorted(bases - {currency})
    }
    # an asset of that name that is something else keeps its name, and the rate stays the stored one
    pairs = {symbol: pair for symbol, pair in pairs.items() if classes.get(symbol, FX) == FX}
    for symbol, (_, base) in pairs.items():
        currencies.setdefault(symbol, base)
        classes.setdefault(symbol, FX)
        exchanges.setdefault(symbol, None)
    return Followed(currencies, classes, ids, held, exchanges, pairs)


def _held(uow: UnitOfWork) -> set[str]:
    portfolio_ids = [row.id for row in uow.portfolios.all()]
    found: dict[str, Any] = dict(uow.ledger.positions(portfolio_ids)) if portfolio_ids else {}
    return {asset_id for one in found.values() for asset_id, quantity in one.quantities.items() if quantity}


def make_tape(
    ports: Ports, reader: SeriesReader, tenant_id: str, start_on: date | None, *, is_daily: bool = False
) -> Tape:
    """Return a house's recorded prices from a day on: bars of minutes where they are stored of it, else daily ones.

    Prices are adjusted for splits and dividends back from the last close, so that today's number of shares can be
    valued all along the way and a split is no loss.

    Parameters
    ----------
    start_on : date or None
        None is a year before the last day on which most assets have prices, with daily bars: a few series that reach
        further, such as imported ones, do not have nearly all others miss.
    is_daily : bool
        Whether daily bars are played in any case.

    Raises
    ------
    InvalidRequest
        Nothing is recorded from that day on; the last possible day is named.
    """
    known = followed(ports, tenant_id)
    wanted = known.first(PLAYED_MAX_COUNT)
    with ports.store.system(tenant_id, read_only=True) as uow:
        ids = {symbol: known.ids[symbol] for symbol in wanted if symbol in known.ids}
        series = reader.series(uow, list(ids.values()))
        rates = {symbol: reader.rates(uow, *pair) for symbol, pair in known.pairs.items() if symbol not in ids}
        ends = [found.last_date for found in uow.prices.summaries(providers=reader.preference).values()]
    columns = {symbol: series[asset_id] for symbol, asset_id in ids.items() if asset_id in series}
    columns |= {symbol: _as_series(rate, known.pairs[symbol][1]) for symbol, rate in rates.items() if rate is not None}
    columns = dict(sorted(columns.items()))
    if start_on is not None and not is_daily:
        every = [one.sessions for one in columns.values()]
        later = [sessions[sessions >= np.datetime64(start_on, "D")] for sessions in every]
        day = min((found[0].astype(object) for found in later if found.size), default=start_on)
        with ports.store.system(tenant_id, read_only=True) as uow:
            minutes = stored_minutes(uow, reader, {symbol: ids[symbol] for symbol in ids if symbol in columns}, day)
        if minutes:
            return minute_tape(columns, {symbol: _playable(one) for symbol, one in columns.items()}, minutes)
    return tape_of(columns, start_on, day_of(ends))


def _as_series(rate: CloseSeries, base_currency: str) -> StoredSeries:
    """Return stored rates as the daily bars of their pair."""
    return StoredSeries("", base_currency, "", rate.sessions, rate.closes, rate.closes, None, rate.is_sample, "")


def tape_of(series: dict[str, StoredSeries], start_on: date | None, market_day: date | None) -> Tape:
    """Return the tape of some series by symbol, from a day on; without one from a year before the market's day."""
    every = [one.sessions for one in series.values() if one.sessions.size]
    if not every:
        raise InvalidRequest("No prices are stored that could be replayed.", "Import prices, or load the sample pack.")
    sessions = np.unique(np.concatenate(every)).astype("datetime64[D]")
    last: date = sessions[-1].astype(object)
    begin = start_on or max(min(market_day or last, last) - USUAL_LEAD, sessions[0].astype(object))
    first = int(np.searchsorted(sessions, np.datetime64(begin, "D")))
    if first >= sessions.size:
        raise InvalidRequest(
            f"Nothing is recorded on or after {formatting.day(begin)}.",
            f"Choose a day up to {formatting.day(last)}, the last one with prices.",
            fields=(FieldProblem("start_on", f"{begin.isoformat()} lies after {last.isoformat()}."),),
        )
    low = max(0, first - LEAD_SESSIONS_COUNT)
    times = sessions[low:]
    prices = np.full((times.size, len(series)), np.nan)
    for column, one in enumerate(series.values()):
        inside = one.sessions >= times[0]
        prices[np.searchsorted(times, one.sessions[inside]), column] = _playable(one)[inside]
    return Tape(
        symbols=tuple(series),
        currencies=tuple(one.currency for one in series.values()),
        times=times.astype("datetime64[s]"),
        prices=prices,
        first_slot=first - low,
    )


def _playable(one: StoredSeries) -> np.ndarray[Any, Any]:
    """Return the adjusted closes, scaled so that the last one is the price that was paid."""
    usable = np.isfinite(one.adjusted_closes) & np.isfinite(one.closes) & (one.adjusted_closes > 0) & (one.closes > 0)
    if not usable.any():
        return np.full(one.closes.shape, np.nan)
    place = int(np.flatnonzero(usable)[-1])
    scaled = one.adjusted_closes * (one.closes[place] / one.adjusted_closes[place])
    return np.where(scaled > 0, np.where(scaled < 1, np.round(scaled, 10), np.round(scaled, 6)), np.nan)
