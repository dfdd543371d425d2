"""What did each holding close at on each day, as exact money, and how old is that close?"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

STALE_SESSIONS_MAX = 5
"""A close may stand in for at most this many later sessions; older ones are missing, never zero."""


@dataclass(frozen=True)
class CloseSeries:
    """The closes of one asset, or the rates of one currency.

    Parameters
    ----------
    sessions : array of datetime64[D]
        Strictly increasing.
    closes : array of float64
        In the asset's currency (or base currency per unit); NaN where missing.
    currency : str
    is_sample : bool

    """

    sessions: NDArray[np.datetime64] = field(repr=False)
    closes: NDArray[np.float64] = field(repr=False)
    currency: str
    is_sample: bool = False


@dataclass(frozen=True)
class Quote:
    """One close with the session it belongs to."""

    price: Decimal
    price_date: date
    currency: str
    is_sample: bool = False


@dataclass(frozen=True)
class PriceBook:
    """Closes of all assets of a portfolio and rates into its base currency.

    Parameters
    ----------
    base_currency : str
    series : mapping of asset id to CloseSeries
    rates : mapping of currency to CloseSeries
        Units of the base currency for one unit of the currency; the base currency itself needs none.
    market_sessions : array of datetime64[D]
        Sessions of the market, for a portfolio of cash alone.

    """

    base_currency: str
    series: Mapping[str, CloseSeries]
    rates: Mapping[str, CloseSeries] = field(default_factory=dict)
    market_sessions: NDArray[np.datetime64] = field(
        default_factory=lambda: np.empty(0, dtype="datetime64[D]"), repr=False
    )

    def quote(self, asset_id: str, day: date) -> Quote | None:
        """Return the latest close on or before a day, if it is not older than five of the calendar's sessions."""
        series = self.series.get(asset_id)
        if series is None:
            return None
        found = self._latest(series, day)
        if found is None:
            return None
        price, price_date = found
        return Quote(exact(price), price_date, series.currency, series.is_sample)

    def rate(self, currency: str, day: date) -> Decimal | None:
        """Return units of the base currency for one unit of a currency on a day; None when unknown or too old."""
        if currency == self.base_currency:
            return Decimal(1)
        series = self.rates.get(currency)
        found = self._latest(series, day) if series is not None else None
        return None if found is None else exact(found[0])

    def sample_rates(self, currencies: Collection[str] | None = None) -> tuple[str, ...]:
        """Return the currencies, of some or of all in the book, whose rates are fictitious, in alphabetical order."""
        return tuple(
            sorted(
                one
                for one, series in self.rates.items()
                if series.is_sample and (currencies is None or one in currencies)
            )
        )

    def calendar(self, asset_ids: frozenset[str] | None = None) -> NDArray[np.datetime64]:
        """Return every session on which at least one of the assets has a bar, and the market's sessions before those.

        The market's sessions are known only where cash lay in the portfolio before any of its assets had a price.
        """
        chosen = [s.sessions for key, s in self.series.items() if asset_ids is None or key in asset_ids]
        if not chosen:
            return self.market_sessions
        own = np.unique(np.concatenate(chosen)).astype("datetime64[D]")
        before = self.market_sessions.astype("datetime64[D]")
        return np.concatenate((before[before < own[0]], own)) if own.size else before

    def last_common_session(self, asset_ids: frozenset[str]) -> date | None:
        """Return the last session up to which every one of the assets has closes; None without any."""
        ends = [
            series.sessions[np.isfinite(series.closes)][-1]
            for key, series in self.series.items()
            if key in asset_ids and bool(np.isfinite(series.closes).any())
        ]
        return None if not ends else min(ends).astype("datetime64[D]").astype(object)

    def last_session(self) -> date | None:
        """Return the last session of any series; None without series."""
        sessions = self.calendar()
        return None if sessions.size == 0 else sessions[-1].astype("datetime64[D]").astype(object)

    def has_session(self, day: date) -> bool:
        """Return whether any series has a bar on a day."""
        return bool(np.isin(np.datetime64(day, "D"), self.calendar()))

    def fingerprint(self) -> str:
        """Return a word that changes with any close, rate or session in the book."""
        parts = hashlib.sha256(self.base_currency.encode())
        for kind, known in (("close", self.series), ("rate", self.rates)):
            for key in sorted(known):
                one = known[key]
                parts.update(f"{kind} {key} {one.currency} {one.sessions.size} ".encode())
                parts.update(one.sessions.astype("datetime64[D]").tobytes())
                parts.update(np.ascontiguousarray(one.closes, dtype=np.float64).tobytes())
        parts.update(self.market_sessions.astype("datetime64[D]").tobytes())
        return parts.hexdigest()

    def on_days(self, days: Sequence[date]) -> PriceBook:
        """Return a book that answers the same for these days, with every close looked up beforehand."""
        return _DayBook(self, days)

    def _latest(self, series: CloseSeries, day: date) -> tuple[float, date] | None:
        """Return the latest usable close on or before a day, with its session."""
        wanted = np.datetime64(day, "D")
        position = int(np.searchsorted(series.sessions, wanted, side="right")) - 1
        while position >= 0 and not np.isfinite(series.closes[position]):
            position -= 1
        if position < 0:
            return None
        session = series.sessions[position]
        if np.busday_count(session, wanted) > STALE_SESSIONS_MAX:
            return None
        return float(series.closes[position]), session.astype("datetime64[D]").astype(object)


class _DayBook(PriceBook):
    """The closes of fixed days, found for all days at once."""

    def __init__(self, book: PriceBook, days: Sequence[date]) -> None:
        super().__init__(book.base_currency, book.series, book.rates, book.market_sessions)
        wanted = np.array(list(days), dtype="datetime64[D]")
        fill = object.__setattr__
        fill(self, "_places", {day: place for place, day in enumerate(days)})
        fill(self, "_quotes", {key: _aligned(series, wanted) for key, series in book.series.items()})
        fill(self, "_rates", {key: _aligned(series, wanted) for key, series in book.rates.items()})

    def quote(self, asset_id: str, day: date) -> Quote | None:
        """Return the latest close on or before one of the days."""
        place = self._places.get(day)  # type: ignore[attr-defined]
        if place is None:
            return super().quote(asset_id, day)
        found = self._quotes.get(asset_id)  # type: ignore[attr-defined]
        if found is None or found[0][place] is None:
            return None
        series = self.series[asset_id]
        return Quote(exact(found[0][place]), found[1][place], series.currency, series.is_sample)

    def rate(self, currency: str, day: date) -> Decimal | None:
        """Return the rate on one of the days."""
        place = self._places.get(day)  # type: ignore[attr-defined]
        if currency == self.base_currency or place is None:
            return super().rate(currency, day)
        found = self._rates.get(currency)  # type: ignore[attr-defined]
        return None if found is None or found[0][place] is None else exact(found[0][place])


def _aligned(series: CloseSeries, wanted: NDArray[np.datetime64]) -> tuple[list[float | None], list[date | None]]:
    """Return for each day the latest usable close on or before it, with its session; None where there is none."""
    usable = np.isfinite(series.closes)
    sessions, closes = series.sessions[usable], series.closes[usable]
    if sessions.size == 0:
        return [None] * wanted.size, [None] * wanted.size
    place = np.searchsorted(sessions, wanted, side="right") - 1
    found = sessions[np.maximum(place, 0)]
    is_fresh = (place >= 0) & (np.busday_count(found, np.maximum(wanted, found)) <= STALE_SESSIONS_MAX)
    values = closes[np.maximum(place, 0)].tolist()
    days = found.astype("datetime64[D]").tolist()
    return (
        [value if fresh else None for value, fresh in zip(values, is_fresh.tolist(), strict=True)],
        [day if fresh else None for day, fresh in zip(days, is_fresh.tolist(), strict=True)],
    )


def exact(value: float) -> Decimal:
    """Return the shortest decimal number that reads back as this float: 129.652, not 129.65200000000001523."""
    return Decimal(repr(float(value)))
