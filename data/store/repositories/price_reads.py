"""What did assets close at, as far as is known today, for one asset or for a whole panel?"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypeVar

import numpy as np

from data.errors import RowRefused
from data.store.repositories.price_versions import PriceVersions
from data.store.repositories.price_writer import Packed, content_of, merged, taken
from data.store.repositories.series import (
    CORRECTED_CODE,
    Bars,
    Days,
    Floats,
    PricePanel,
    Series,
    SeriesSummary,
    to_date,
    unpack,
    unpack_codes,
    unpack_days,
)
from data.store.tables import Asset, PriceSeries
from data.store.visibility import visible, visible_ids

FIELDS = ("adjusted_close", "close", "volume", "open", "high", "low")
_CORE = (
    "tenant_scope", "asset_id", "provider", "frequency", "last_date", "dates", "close", "adjusted_close", "volume",
    "is_sample",
    "knowledge_time_utc", "content_sha256", "revision_count", "flags",
)  # fmt: skip
_SPREAD = ("open", "high", "low")
_SUMMARY = (
    "tenant_scope", "asset_id", "provider", "frequency", "first_date", "last_date", "observations_count",
    "last_close", "previous_close", "is_sample", "knowledge_time_utc", "content_sha256", "revision_count",
)  # fmt: skip
_Known = TypeVar("_Known", Series, SeriesSummary)


class PriceReads(PriceVersions):
    """Prices of visible assets: those that all tenants share, and those the tenant brought itself.

    Of several providers the first in ``providers`` counts, then the tenant's own, then the most recent. Where a tenant
    has bars of its own under the provider that counts, such as corrections, they stand over the shared ones day by day;
    corrections as long as the source says what it said when they were made.
    """

    def series(self, asset_id: str, providers: Sequence[str] = ()) -> Series | None:
        """Return the latest known daily bars of one asset with all columns; None when there are none."""
        return self._newest([asset_id], providers, "1d", is_whole=True).get(asset_id)

    def series_of(
        self,
        asset_ids: Sequence[str],
        providers: Sequence[str] = (),
        *,
        frequency: str = "1d",
        is_whole: bool = False,
    ) -> dict[str, Series]:
        """Return the latest known bars of several assets, by id; assets without prices are left out.

        Parameters
        ----------
        asset_ids : sequence of str
        providers : sequence of str
            Preference where several have prices.
        frequency : str
            ``1d``, ``1w`` or ``1mo``.
        is_whole : bool
            Whether opens, highs and lows are read as well.

        A unit without a tenant reads only what all tenants share, never what one of them brought.
        """
        return self._newest(asset_ids, providers, frequency, is_whole=is_whole, is_shared_only=True)

    def summaries(
        self, asset_ids: Sequence[str] | None = None, providers: Sequence[str] = (), *, frequency: str = "1d"
    ) -> dict[str, SeriesSummary]:
        """Return first and last day, last prices and count of each asset that has prices (None: of all).

        A unit without a tenant reads only what all tenants share, never what one of them brought.
        """
        rows = self._summary_rows(asset_ids, frequency)
        best = chosen(rows, providers)
        below = {
            row.asset_id
            for row in rows
            if row.tenant_scope == ""
            and best[row.asset_id].tenant_scope != ""
            and best[row.asset_id].provider == row.provider
        }
        found = {asset_id: _to_summary(row) for asset_id, row in best.items()}
        if below:
            for asset_id, one in self.series_of(sorted(below), providers, frequency=frequency, is_whole=True).items():
                found[asset_id] = _summary_of(one, best[asset_id])
        return self._raised(found, frequency)

    def panel(
        self,
        asset_ids: Sequence[str],
        *,
        start: date | None = None,
        end: date | None = None,
        field: str = "adjusted_close",
        providers: Sequence[str] = (),
    ) -> PricePanel:
        """Return the prices of several assets side by side.

        Parameters
        ----------
        asset_ids : sequence of str
            Columns; assets out of sight and assets without prices are all NaN.
        start, end : date, optional
            First and last day, both included.
        field : str
            ``adjusted_close``, ``close``, ``volume``, ``open``, ``high`` or ``low``.
        providers : sequence of str
            Preference where several have prices.
        """
        if field not in FIELDS:
            raise RowRefused(f"A panel has one of {', '.join(FIELDS)}, not {field!r}.")
        found = self.series_of(asset_ids, providers, is_whole=field in _SPREAD)
        summaries = self.summaries(asset_ids, providers)
        columns = [_cut(found.get(asset_id), field, start, end) for asset_id in asset_ids]
        dates = union_of([days for days, _ in columns])
        values = np.full((len(dates), len(columns)), np.nan)
        for number, (days, numbers) in enumerate(columns):
            if len(days) == len(dates):
                values[:, number] = numbers
            elif len(days):
                values[np.searchsorted(dates, days), number] = numbers
        prints = tuple(found[key].content_sha256 if key in found else None for key in asset_ids)
        return PricePanel(tuple(asset_ids), dates, values, tuple(summaries.get(key) for key in asset_ids), prints)

    def with_volume(self) -> frozenset[str]:
        """Return the ids of the assets of which some visible series has volumes."""
        query = visible(PriceSeries, self._context.actor).where(PriceSeries.volume.is_not(None))
        return frozenset(self._session.scalars(query.with_only_columns(PriceSeries.asset_id).distinct()).all())

    def _newest(
        self,
        asset_ids: Sequence[str],
        providers: Sequence[str],
        frequency: str,
        *,
        is_whole: bool,
        is_shared_only: bool = False,
    ) -> dict[str, Series]:
        """Return the series that counts of each asset, the tenant's own bars standing over the shared ones."""
        if not asset_ids:
            return {}
        rows = self._series_rows(asset_ids, frequency, is_whole=is_whole)
        if is_shared_only and self._context.actor.tenant_id is None:
            rows = [row for row in rows if row.tenant_scope == ""]
        best = chosen(rows, providers)
        shared = {(row.asset_id, row.provider): row for row in rows if row.tenant_scope == ""}
        found = {asset_id: to_series(row) for asset_id, row in best.items()}
        over = {key: one for key, one in found.items() if one.tenant_scope and (key, one.provider) in shared}
        fallen = self._fallen_of(over, frequency)
        for asset_id, own in over.items():
            found[asset_id] = laid_over(to_series(shared[asset_id, own.provider]), own, fallen.get(asset_id))
        return self._raised(found, frequency)

    def _raised(
        self, found: Mapping[str, _Known], frequency: str, known_at_utc: datetime | None = None
    ) -> dict[str, _Known]:
        """Return what was found, by asset id, as known since a correction of it was taken back at the earliest.

        Before that it said something else, so that an answer as of its knowledge time is the one that is shown.
        """
        taken_back = self._taken_back_at(frequency, known_at_utc) if found else {}
        raised = dict(found)
        for (asset_id, provider), at in taken_back.items():
            one = raised.get(asset_id)
            if one is not None and one.provider == provider and one.knowledge_time_utc < at:
                raised[asset_id] = replace(one, knowledge_time_utc=at)
        return raised

    def _fallen_of(self, over: Mapping[str, Series], frequency: str) -> dict[str, Days]:
        """Return the days on which corrections that lie over shared bars stand no more, by asset id."""
        corrected: dict[str, list[str]] = {}
        for own in over.values():
            if own.flags is not None and bool((own.flags == CORRECTED_CODE).any()):
                corrected.setdefault(own.provider, []).append(own.asset_id)
        found: dict[str, Days] = {}
        for provider, asset_ids in corrected.items():
            found |= self._fallen(asset_ids, provider, frequency)
        return found

    def _series_rows(self, asset_ids: Sequence[str], frequency: str, *, is_whole: bool) -> Sequence[Any]:
        query = visible(PriceSeries, self._context.actor).where(
            PriceSeries.asset_id.in_(list(asset_ids)),
            PriceSeries.asset_id.in_(visible_ids(Asset, self._context.actor)),
            PriceSeries.frequency == frequency,
        )
        names = (*_CORE, *_SPREAD) if is_whole else _CORE
        columns = query.with_only_columns(*(getattr(PriceSeries, name) for name in names))
        rows: Sequence[Any] = self._session.execute(columns).all()
        return rows

    def _summary_rows(self, asset_ids: Sequence[str] | None, frequency: str) -> Sequence[Any]:
        query = visible(PriceSeries, self._context.actor).where(
            PriceSeries.frequency == frequency, PriceSeries.asset_id.in_(visible_ids(Asset, self._context.actor))
        )
        if asset_ids is not None:
            query = query.where(PriceSeries.asset_id.in_(list(asset_ids)))
        if self._context.actor.tenant_id is None:
            query = query.where(PriceSeries.tenant_scope == "")
        columns = query.with_only_columns(
            *(getattr(PriceSeries, name) for name in _SUMMARY), PriceSeries.volume.is_not(None).label("has_volume")
        )
        rows: Sequence[Any] = self._session.execute(columns).all()
        return rows


def laid_over(shared: Series, own: Series, fallen: Days | None = None) -> Series:
    """Return a tenant's own bars over the shared ones: on a day that both have, its own counts as a whole.

    On the days in ``fallen`` the shared ones count.
    """
    news = Bars(
        own.asset_id, own.dates, own.close, own.adjusted_close, own.open, own.high, own.low, own.volume, None, own.flags
    )
    if fallen is not None:
        news = taken(news, ~np.isin(own.dates, fallen))
    both = merged(shared, news)
    for values in vars(both).values():
        if values is not None:
            values.setflags(write=False)
    return replace(
        own,
        dates=both.dates,
        close=both.close,
        adjusted_close=both.adjusted_close,
        volume=both.volume,
        open=both.open,
        high=both.high,
        low=both.low,
        flags=both.flags,
        knowledge_time_utc=max(shared.knowledge_time_utc, own.knowledge_time_utc),
        content_sha256=content_of(Packed(both.dates, both.close, both.adjusted_close, both.volume)),
        revision_count=shared.revision_count + own.revision_count,
    )


def to_series(row: Any) -> Series:
    """Return one packed row as read-only arrays."""

    def column(name: str) -> Floats | None:
        content = getattr(row, name, None)
        return None if content is None else unpack(content)

    return Series(
        row.asset_id, row.provider, row.frequency, unpack_days(row.dates), unpack(row.close),
        unpack(row.adjusted_close), column("volume"), row.is_sample, row.knowledge_time_utc, row.content_sha256,
        column("open"), column("high"), column("low"), None if row.flags is None else unpack_codes(row.flags),
        row.revision_count, row.tenant_scope,
    )  # fmt: skip


def union_of(columns: Sequence[np.ndarray[Any, Any]]) -> np.ndarray[Any, Any]:
    """Return all days that any column has, in order."""
    distinct: list[np.ndarray[Any, Any]] = []
    for days in columns:
        if len(days) and not any(len(days) == len(seen) and bool((days == seen).all()) for seen in distinct[-3:]):
            distinct.append(days)
    if not distinct:
        return np.empty(0, dtype="datetime64[D]")
    return distinct[0] if len(distinct) == 1 else np.unique(np.concatenate(distinct))


def rank_of(provider: str, providers: Sequence[str]) -> int:
    """Return the place of a provider in an order of preference, the last one where it is not named.

    What is named as feed stands for each feed:name.
    """
    for name in (provider, provider.partition(":")[0]):
        if name in providers:
            return list(providers).index(name)
    return len(providers)


def chosen(rows: Sequence[Any], providers: Sequence[str]) -> dict[str, Any]:
    """Return one row an asset: the preferred provider, then the tenant's own, then the most recent.

    Rows have asset_id, provider, tenant_scope and last_date.
    """

    def order(row: Any) -> tuple[int, bool, int, str]:
        return (
            rank_of(row.provider, providers),
            row.tenant_scope == "",
            -row.last_date.toordinal(),
            row.provider,
        )

    best: dict[str, Any] = {}
    for row in sorted(rows, key=order):
        best.setdefault(row.asset_id, row)
    return best


def _cut(
    series: Series | None, field: str, start: date | None, end: date | None
) -> tuple[np.ndarray[Any, Any], Floats]:
    numbers = None if series is None else getattr(series, field)
    if series is None or numbers is None:
        return np.empty(0, dtype="datetime64[D]"), np.empty(0)
    days = series.dates
    low = 0 if start is None else int(np.searchsorted(days, np.datetime64(start, "D"), side="left"))
    high = len(days) if end is None else int(np.searchsorted(days, np.datetime64(end, "D"), side="right"))
    return days[low:high], numbers[low:high]


def _to_summary(row: Any) -> SeriesSummary:
    return SeriesSummary(
        row.asset_id, row.provider, row.frequency, row.first_date, row.last_date, row.observations_count,
        row.last_close, row.previous_close, row.is_sample, row.knowledge_time_utc, row.has_volume,
        row.content_sha256, row.revision_count, row.tenant_scope,
    )  # fmt: skip


def _summary_of(series: Series, row: Any) -> SeriesSummary:
    """Return the summary of bars that stand over others."""
    close = series.close
    return replace(
        _to_summary(row),
        first_date=to_date(series.dates[0]),
        last_date=to_date(series.dates[-1]),
        observations_count=len(series.dates),
        last_close=float(close[-1]),
        previous_close=float(close[-2]) if len(close) > 1 else None,
        knowledge_time_utc=series.knowledge_time_utc,
        has_volume=series.volume is not None,
        content_sha256=series.content_sha256,
        revision_count=series.revision_count,
    )
