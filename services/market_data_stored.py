"""Which stored bars answer a request, and what is known of where they come from?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from services.market_basis import FIRST_DAY, RAW, bases_of
from services.market_data_bars import Codes, Days, keys_of
from services.market_data_flags import marked_now, marked_then
from services.market_data_memory import ArrayMemory
from services.market_data_prices import Bars
from services.market_data_size import rows_about_count
from services.messages.market_data import DataRequest, Frequency

if TYPE_CHECKING:
    from data.store.repositories.series import Series, SeriesSummary
    from data.store.unit_of_work import UnitOfWork

STORED: dict[Frequency, str] = {"minute": "1m", "daily": "1d", "weekly": "1w", "monthly": "1mo"}
LAST_DAY = date(9999, 12, 31)
LEAD_DAYS = 14
"""Days before the window that are read as well: a dividend on its first day needs the close before it."""


@dataclass(frozen=True)
class Found:
    """The bars of one asset with their source.

    `frequency` is that of the bars, `keys` put them into rows. `batches` maps deliveries to their bars in the window.
    """

    bars: Bars
    keys: NDArray[np.int64]
    events_utc: Days | None
    frequency: Frequency
    provider: str
    knowledge_time_utc: datetime
    content_sha256: str
    is_sample: bool
    batches: Mapping[str, int]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Look:
    """What is known of bars before they are read: the daily series that count, and about how large an answer is."""

    daily: Mapping[str, SeriesSummary]
    symbols_count: int
    rows_count: int


class StoredBars:
    """Finds bars, from memory where they were read before.

    Parameters
    ----------
    preference : sequence of str
        Providers in the order in which their figures count.
    memory : ArrayMemory

    """

    def __init__(self, preference: Sequence[str], memory: ArrayMemory) -> None:
        self._preference = tuple(preference)
        self._memory = memory

    def find(self, uow: UnitOfWork, asset_ids: Sequence[str], request: DataRequest, look: Look) -> dict[str, Found]:
        """Return the bars that answer a request, by asset id; assets without any are left out.

        Weeks and months are made of daily bars; where an asset has none of those, its stored weeks or months count.
        """
        if not asset_ids:
            return {}
        if request.frequency == "minute":
            return self._known(uow, asset_ids, request, look)
        if request.as_of_utc is not None:
            then = self._known(uow, asset_ids, request, look)
            return marked_then(uow, then, self._preference, request.as_of_utc)
        found = self._latest(uow, look.daily, "daily", request)
        absent = [asset_id for asset_id in asset_ids if asset_id not in found]
        if absent and request.frequency != "daily":
            code = STORED[request.frequency]
            longer = uow.prices.summaries(absent, self._preference, frequency=code)
            found |= self._latest(uow, longer, request.frequency, request)
        return marked_now(uow, found)

    def look(self, uow: UnitOfWork, asset_ids: Sequence[str], request: DataRequest) -> Look:
        """Return what is known of the bars that answer a request, without reading one of them."""
        if request.frequency == "minute":
            window = (request.start or FIRST_DAY, request.end or LAST_DAY)
            counts = uow.prices.counts(asset_ids, STORED["minute"], *window, known_at_utc=request.as_of_utc)
            return Look({}, len(counts), max(counts.values(), default=0))
        daily = uow.prices.summaries(asset_ids, self._preference) if asset_ids else {}
        longer: Mapping[str, SeriesSummary] = {}
        absent = [asset_id for asset_id in asset_ids if asset_id not in daily]
        if absent and request.frequency != "daily":
            longer = uow.prices.summaries(absent, self._preference, frequency=STORED[request.frequency])
        return Look(daily, len(daily) + len(longer), rows_about_count([*daily.values(), *longer.values()], request))

    def _latest(
        self, uow: UnitOfWork, summaries: Mapping[str, SeriesSummary], frequency: Frequency, request: DataRequest
    ) -> dict[str, Found]:
        """Return the latest known bars, remembered under content and revision."""
        code = STORED[frequency]
        scope = uow.actor.tenant_id or ""
        keys = {asset_id: ("bars", scope, code, *_mark(one)) for asset_id, one in summaries.items()}
        found: dict[str, Found] = {key: kept for key in keys if (kept := self._memory.get(keys[key])) is not None}
        absent = [asset_id for asset_id in summaries if asset_id not in found]
        if absent:
            series = uow.prices.series_of(absent, self._preference, frequency=code, is_whole=True)
            bases = bases_of(uow, list(series.values()), code)
            for asset_id, one in series.items():
                found[asset_id] = _found(one, frequency, bases.get(asset_id, RAW))
                self._memory.put(keys[asset_id], found[asset_id], one.dates.size * 57)
        return self._with_batches(uow, found, keys, code, request)

    def _known(self, uow: UnitOfWork, asset_ids: Sequence[str], request: DataRequest, look: Look) -> dict[str, Found]:
        """Return bars as they were known at an instant, and bars of minutes."""
        frequency: Frequency = "minute" if request.frequency == "minute" else "daily"
        before = None if request.start is None else request.start - timedelta(days=LEAD_DAYS)
        window = (request.start, request.end) if frequency == "minute" else (before, None)
        found = {} if frequency == "minute" else self._unrevised(uow, look, request)
        absent = [asset_id for asset_id in asset_ids if asset_id not in found]
        known = self._known_at(uow, absent, frequency, window, request)
        absent = [asset_id for asset_id in absent if asset_id not in known]
        if absent and request.frequency in ("weekly", "monthly"):
            known |= self._known_at(uow, absent, request.frequency, window, request)
        return found | self._with_batches(uow, known, {}, STORED[frequency], request)

    def _unrevised(self, uow: UnitOfWork, look: Look, request: DataRequest) -> dict[str, Found]:
        """Return the latest daily bars of those assets of which nothing became known after the instant asked for.

        Their packed series are what was known then, so that the versions of each bar need not be read.
        """
        instant = request.as_of_utc
        still = {
            key: one for key, one in look.daily.items() if instant is not None and one.knowledge_time_utc <= instant
        }
        return self._latest(uow, still, "daily", request) if still else {}

    def _known_at(
        self,
        uow: UnitOfWork,
        asset_ids: Sequence[str],
        frequency: Frequency,
        window: tuple[date | None, date | None],
        request: DataRequest,
    ) -> dict[str, Found]:
        code = STORED[frequency]
        rows = uow.prices.known(
            asset_ids, self._preference, known_at_utc=request.as_of_utc, start=window[0], end=window[1], frequency=code
        )
        bases = bases_of(uow, [series for series, _ in rows.values()], code)
        found: dict[str, Found] = {}
        for asset_id, (series, events) in rows.items():
            one = _found(series, frequency, bases.get(asset_id, RAW))
            if frequency == "minute":
                seconds = events.astype("datetime64[s]")
                one = _with_events(one, seconds)
            found[asset_id] = one
        return found

    def _with_batches(
        self,
        uow: UnitOfWork,
        found: dict[str, Found],
        keys: Mapping[str, tuple[Any, ...]],
        code: str,
        request: DataRequest,
    ) -> dict[str, Found]:
        """Return the bars with the deliveries that they came by, counted within the window."""
        window = (request.start or FIRST_DAY, request.end or LAST_DAY)
        batches: dict[str, Mapping[str, int]] = {}
        for asset_id, key in keys.items():
            kept = self._memory.get(("batches", key, window))
            if kept is not None:
                batches[asset_id] = kept
        for provider in sorted({one.provider for one in found.values()}):
            ids = [key for key, one in found.items() if one.provider == provider and key not in batches]
            counted = uow.prices.batches_used(ids, provider, *window, frequency=code, known_at_utc=request.as_of_utc)
            for asset_id in ids:
                batches[asset_id] = counted.get(asset_id, {})
                if asset_id in keys:
                    self._memory.put(
                        ("batches", keys[asset_id], window), batches[asset_id], 120 * (1 + len(batches[asset_id]))
                    )
        return {asset_id: replace(one, batches=batches[asset_id]) for asset_id, one in found.items()}


def _mark(summary: SeriesSummary) -> tuple[Any, ...]:
    """Return what names the bars of one asset as they stand; knowledge grows when a correction is taken back."""
    return (
        summary.asset_id, summary.provider, summary.tenant_scope, summary.content_sha256, summary.revision_count,
        summary.knowledge_time_utc,
    )  # fmt: skip


def daily_found(series: Series) -> Found:
    """Return daily bars as an answer holds them, without their deliveries."""
    return _found(series, "daily", RAW)


def _found(series: Series, frequency: Frequency, basis: str) -> Found:
    flags: Codes = np.zeros(series.dates.size, dtype=np.int8) if series.flags is None else series.flags
    bars = Bars(
        series.dates, series.close, series.adjusted_close, series.volume, series.open, series.high, series.low, flags,
        basis,
    )  # fmt: skip
    keys = keys_of(series.dates, frequency)
    keys.setflags(write=False)
    return Found(
        bars, keys, None, frequency, series.provider, series.knowledge_time_utc, series.content_sha256,
        series.is_sample, {},
    )  # fmt: skip


def _with_events(found: Found, seconds: Days) -> Found:
    return replace(found, keys=seconds.astype(np.int64), events_utc=seconds)
