"""How are price series and rates read once and then shared, until new deliveries arrive?

Series are immutable arrays, remembered per tenant under the id of the latest delivery: a new delivery makes every
remembered one unreachable, and the oldest fall out.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from data.store import tables
from services.market_origins import Origin, origins_of
from services.ports import Ports
from services.valuation_prices import CloseSeries, PriceBook

if TYPE_CHECKING:
    from data.store.repositories.series import Series
    from data.store.unit_of_work import UnitOfWork

SERIES_KEPT_COUNT = 240
NOTHING_YET = "none"


@dataclass(frozen=True)
class StoredSeries:
    """The daily bars of one asset with its currency.

    Parameters
    ----------
    closes, adjusted_closes : array of float
        The price that was paid, and the one whose changes are total returns where the source gives it.

    """

    asset_id: str
    currency: str
    provider: str
    sessions: NDArray[np.datetime64]
    closes: NDArray[np.float64]
    adjusted_closes: NDArray[np.float64]
    volumes: NDArray[np.float64] | None
    is_sample: bool
    content_sha256: str
    origins: tuple[Origin, ...] = ()
    """The deliveries of the house's own that it is made of; empty for what all houses share."""
    knowledge_time_utc: datetime | None = None
    """When the latest of it became known."""


class SeriesReader:
    """Reads series through a small memory.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._preference = provider_order(ports)
        self._kept: OrderedDict[tuple[str, ...], Any] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def preference(self) -> tuple[str, ...]:
        """Providers in the order in which their figures count: real ones first, invented ones last."""
        return self._preference

    def version(self, uow: UnitOfWork) -> str:
        """Return a word that changes whenever a delivery comes in, goes on or is taken back."""
        return uow.ingest_batches.version() or NOTHING_YET

    def series(
        self, uow: UnitOfWork, asset_ids: Sequence[str], providers: tuple[str, ...] | None = None
    ) -> dict[str, StoredSeries]:
        """Return the daily series of assets, by id; assets without prices are left out.

        Parameters
        ----------
        providers : tuple of str or None
            Whose figures count, the first that has any; all in their usual order when None.

        """
        wanted = self._preference if providers is None else providers
        scope = (_scope(uow), self.version(uow), *(() if providers is None else ("of", *providers)))
        found = self._recall([(*scope, asset_id) for asset_id in asset_ids])
        absent = [asset_id for asset_id in asset_ids if (*scope, asset_id) not in found]
        if absent:
            rows = uow.prices.series_of(absent, wanted)
            assets = uow.assets.get_many(list(rows))
            origins = origins_of(uow, rows)
            fresh: dict[tuple[str, ...], Any] = {
                (*scope, key): _stored(row, assets[key].currency, origins.get(key, ()))
                for key, row in rows.items()
                if key in assets
            }
            self._remember(fresh)
            found |= fresh
        return {key[-1]: value for key, value in found.items()}

    def batches(
        self,
        unit: Callable[[], AbstractContextManager[UnitOfWork]],
        scope: str,
        series: Sequence[StoredSeries],
        start: date,
        end: date,
    ) -> dict[str, dict[str, int]]:
        """Return of which deliveries those bars of a window are that count: asset id to delivery to bars.

        They are remembered under what was read, so that a unit is opened only for series that are new.
        """
        window = (scope, "batches", start.isoformat(), end.isoformat())
        keys = {
            one.asset_id: (*window, one.asset_id, one.provider, one.content_sha256, str(one.knowledge_time_utc))
            for one in series
        }
        found = self._recall(list(keys.values()))
        absent = [one for one in series if keys[one.asset_id] not in found]
        if absent:
            with unit() as uow:
                for provider in sorted({one.provider for one in absent}):
                    ids = [one.asset_id for one in absent if one.provider == provider]
                    counted = uow.prices.batches_used(ids, provider, start, end)
                    fresh: dict[tuple[str, ...], Any] = {keys[one]: counted.get(one, {}) for one in ids}
                    self._remember(fresh)
                    found |= fresh
        return {asset_id: found[key] for asset_id, key in keys.items()}

    def rates(
        self, uow: UnitOfWork, currency: str, base_currency: str, *, known_at_utc: datetime | None = None
    ) -> CloseSeries | None:
        """Return units of the base currency for one unit of a currency, from either direction; None without rates.

        With ``known_at_utc`` what became known later is not read, and nothing is remembered.
        """
        if known_at_utc is not None:
            return _rates(uow, currency, base_currency, known_at_utc)
        key = (_scope(uow), self.version(uow), "fx", currency, base_currency)
        found = self._recall([key])
        if key in found:
            known: CloseSeries | None = found[key]
            return known
        series = _rates(uow, currency, base_currency, None)
        self._remember({key: series})
        return series

    def book(
        self, uow: UnitOfWork, base_currency: str, asset_ids: Sequence[str], currencies: Iterable[str]
    ) -> PriceBook:
        """Return the closes of assets with the rates that bring them into a base currency."""
        series = self.series(uow, asset_ids)
        needed = {*currencies, *(stored.currency for stored in series.values())} - {base_currency}
        rates = {currency: self.rates(uow, currency, base_currency) for currency in sorted(needed)}
        return PriceBook(
            base_currency,
            {
                key: CloseSeries(stored.sessions, stored.closes, stored.currency, stored.is_sample)
                for key, stored in series.items()
            },
            {currency: found for currency, found in rates.items() if found is not None},
            self.market_sessions(uow) if not series else np.empty(0, dtype="datetime64[D]"),
        )

    def market_sessions(self, uow: UnitOfWork) -> NDArray[np.datetime64]:
        """Return the sessions of the series with the most of them; empty while nothing is stored."""
        summaries = uow.prices.summaries(providers=self._preference)
        if not summaries:
            return np.empty(0, dtype="datetime64[D]")
        longest = max(summaries.values(), key=lambda found: (not found.is_sample, found.observations_count))
        return self.series(uow, [longest.asset_id])[longest.asset_id].sessions

    def _recall(self, keys: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], Any]:
        with self._lock:
            found = {key: self._kept[key] for key in keys if key in self._kept}
            for key in found:
                self._kept.move_to_end(key)
        return found

    def _remember(self, fresh: dict[tuple[str, ...], Any]) -> None:
        with self._lock:
            self._kept.update(fresh)
            while len(self._kept) > SERIES_KEPT_COUNT:
                self._kept.popitem(last=False)


def provider_order(ports: Ports) -> tuple[str, ...]:
    """Return the providers' names: what a house brought itself, what is fresh, what is built in, what is invented."""
    providers = list(ports.providers)
    ranked = sorted(
        providers,
        key=lambda p: (p.capabilities.is_sample, not p.capabilities.is_own, not p.capabilities.is_remote),
    )
    return tuple(p.name for p in ranked)


def _scope(uow: UnitOfWork) -> str:
    return uow.actor.tenant_id or ""


def _rates(uow: UnitOfWork, currency: str, base_currency: str, known_at_utc: datetime | None) -> CloseSeries | None:
    """Return rates of one direction, the direct one where it has any that count; None without any."""
    rows, is_inverse = _counting(uow, currency, base_currency, known_at_utc)
    if not rows:
        return None
    days = np.array(list(rows), dtype="datetime64[D]")
    values = np.array([row.rate for row in rows.values()], dtype=np.float64)
    if is_inverse:
        values = np.round(1.0 / values, 10)
    return CloseSeries(days, values, base_currency, any(row.is_sample for row in rows.values()))


def rate_of(
    uow: UnitOfWork, currency: str, base_currency: str, session: date, known_at_utc: datetime | None
) -> tables.FxRate:
    """Return the stored rate of one day that `SeriesReader.rates` made its figure of; a day that it has."""
    return _counting(uow, currency, base_currency, known_at_utc)[0][session]


def _counting(
    uow: UnitOfWork, currency: str, base_currency: str, known_at_utc: datetime | None
) -> tuple[dict[date, tables.FxRate], bool]:
    """Return the stored rates that count, by day, and whether they are of the inverse direction."""
    direct = uow.fx.series(currency, base_currency, known_at_utc=known_at_utc)
    if direct:
        return direct, False
    return uow.fx.series(base_currency, currency, known_at_utc=known_at_utc), True


def _stored(row: Series, currency: str, origins: tuple[Origin, ...]) -> StoredSeries:
    return StoredSeries(
        asset_id=row.asset_id,
        currency=currency,
        provider=row.provider,
        sessions=row.dates,
        closes=row.close,
        adjusted_closes=row.adjusted_close,
        volumes=row.volume,
        is_sample=row.is_sample,
        content_sha256=row.content_sha256,
        origins=origins,
        knowledge_time_utc=row.knowledge_time_utc,
    )
