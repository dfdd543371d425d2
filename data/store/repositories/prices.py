"""What did assets close at, for one asset or for a whole panel?"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
from sqlalchemy import delete, func

from data.errors import RowRefused
from data.store.repositories.price_writer import changed, merged, rows_of, write_bars, write_series
from data.store.repositories.repository import Repository
from data.store.repositories.series import (
    Bars,
    Floats,
    PricePanel,
    Series,
    SeriesSummary,
    to_days,
    unpack,
    unpack_days,
)
from data.store.tables import Asset, PriceBar, PriceSeries
from data.store.visibility import visible, visible_ids

FIELDS = ("adjusted_close", "close", "volume")


class Prices(Repository[PriceBar]):
    """Prices of visible assets: those that all tenants share, and those the tenant brought itself.

    ``price_bar`` keeps every version of every bar. ``price_series`` keeps the latest version of each asset packed
    into arrays; panels and charts read that one, point-in-time questions read the bars.
    """

    model = PriceBar
    kind = "price"

    def ingest(
        self,
        bars: Iterable[Bars],
        *,
        provider: str,
        knowledge_time_utc: datetime,
        frequency: str = "1d",
        batch_id: str | None = None,
        is_sample: bool = False,
        with_repeats: bool = False,
    ) -> int:
        """Write bars; those that say nothing new are left out. The unit's tenant owns them; without one all share them.

        Parameters
        ----------
        bars : iterable of Bars
            One entry an asset.
        provider : str
            Who delivered them.
        knowledge_time_utc : datetime
            When they became known; a correction needs a later one than what it corrects.
        frequency : str
            ``1d``; only daily bars have a packed series.
        batch_id : str, optional
            Delivery they came with.
        is_sample : bool
            Whether the figures are fictitious.
        with_repeats : bool
            Whether bars that say nothing new are written as well, so that each delivery can be withdrawn by itself.

        Returns
        -------
        int
            Number of bars that were written.
        """
        scope = self._context.actor.tenant_id or ""
        incoming = list(bars)
        self._check_assets([entry.asset_id for entry in incoming])
        current = {
            row.asset_id: _to_series(row)
            for row in self._series_rows([entry.asset_id for entry in incoming], frequency)
            if row.tenant_scope == scope and row.provider == provider
        }
        written = 0
        for entry in incoming:
            known = current.get(entry.asset_id)
            news = entry if with_repeats else changed(entry, known)
            if not len(news.dates):
                continue
            rows = rows_of(
                self._context,
                news,
                scope=scope,
                provider=provider,
                frequency=frequency,
                knowledge_time_utc=knowledge_time_utc,
                batch_id=batch_id,
                is_sample=is_sample,
            )
            write_bars(self._context, rows)
            written += len(rows)
            if frequency != "1d":
                continue
            is_late = known is not None and knowledge_time_utc < known.knowledge_time_utc
            arrays = self._latest(entry.asset_id, provider, scope) if is_late else merged(known, news)
            latest_knowledge = max(knowledge_time_utc, known.knowledge_time_utc) if known else knowledge_time_utc
            write_series(
                self._context,
                scope=scope,
                asset_id=entry.asset_id,
                provider=provider,
                frequency=frequency,
                arrays=arrays,
                knowledge_time_utc=latest_knowledge,
                is_sample=is_sample,
            )
        return written

    def deliveries(self, asset_ids: Sequence[str]) -> dict[tuple[str, str], tuple[str, ...]]:
        """Return by which of the tenant's own deliveries the bars came: (asset id, provider) to ids, the oldest first.

        Bars that all tenants share are left out; a unit without a tenant gets nothing.
        """
        tenant_id = self._context.actor.tenant_id
        if tenant_id is None or not asset_ids:
            return {}
        query = self._query().where(
            PriceBar.tenant_scope == tenant_id, PriceBar.asset_id.in_(list(asset_ids)), PriceBar.batch_id.is_not(None)
        )
        columns = query.with_only_columns(PriceBar.asset_id, PriceBar.provider, PriceBar.batch_id).distinct()
        found: dict[tuple[str, str], list[str]] = {}
        for asset_id, provider, batch_id in self._session.execute(columns.order_by(PriceBar.batch_id)):
            found.setdefault((asset_id, provider), []).append(batch_id)
        return {key: tuple(batch_ids) for key, batch_ids in found.items()}

    def with_volume(self) -> frozenset[str]:
        """Return the ids of the assets of which some visible series has volumes."""
        query = visible(PriceSeries, self._context.actor).where(PriceSeries.volume.is_not(None))
        return frozenset(self._session.scalars(query.with_only_columns(PriceSeries.asset_id).distinct()).all())

    def withdraw(self, batch_id: str, asset_ids: Sequence[str], provider: str) -> int:
        """Take back the tenant's own bars that came with one delivery, and pack the series anew; return how many.

        What earlier and later deliveries said of the same days counts again.
        """
        scope = self._require_tenant()
        written = 0
        for asset_id in asset_ids:
            mine = (PriceBar.tenant_scope == scope, PriceBar.asset_id == asset_id, PriceBar.provider == provider)
            done = self._session.execute(delete(PriceBar).where(*mine, PriceBar.batch_id == batch_id))
            written += int(done.rowcount)
            left = self._all(self._query().where(*mine, PriceBar.frequency == "1d").order_by(None).limit(1))
            if left:
                latest = self._session.scalar(
                    self._query().where(*mine).with_only_columns(func.max(PriceBar.knowledge_time_utc))
                )
                write_series(
                    self._context,
                    scope=scope,
                    asset_id=asset_id,
                    provider=provider,
                    frequency="1d",
                    arrays=self._latest(asset_id, provider, scope),
                    knowledge_time_utc=latest,
                    is_sample=left[0].is_sample,
                )
                continue
            packed = (PriceSeries.tenant_scope == scope, PriceSeries.asset_id == asset_id)
            self._session.execute(delete(PriceSeries).where(*packed, PriceSeries.provider == provider))
        return written

    def series(self, asset_id: str, providers: Sequence[str] = ()) -> Series | None:
        """Return the latest known daily bars of one asset; None when there are none.

        Of several providers the first in ``providers`` counts, then the tenant's own, then the most recent.
        """
        best = _choose(self._series_rows([asset_id], "1d"), providers)
        return _to_series(best[asset_id]) if asset_id in best else None

    def series_of(self, asset_ids: Sequence[str], providers: Sequence[str] = ()) -> dict[str, Series]:
        """Return the latest known daily bars of several assets, by id; assets without prices are left out.

        A unit without a tenant reads only what all tenants share, never what one of them brought.
        """
        if not asset_ids:
            return {}
        rows = self._series_rows(asset_ids, "1d")
        if self._context.actor.tenant_id is None:
            rows = [row for row in rows if row.tenant_scope == ""]
        best = _choose(rows, providers)
        return {asset_id: _to_series(row) for asset_id, row in best.items()}

    def summaries(
        self, asset_ids: Sequence[str] | None = None, providers: Sequence[str] = ()
    ) -> dict[str, SeriesSummary]:
        """Return first and last day, last prices and count of each asset that has prices (None: of all).

        A unit without a tenant reads only what all tenants share, never what one of them brought.
        """
        best = _choose(self._summary_rows(asset_ids), providers)
        return {asset_id: _to_summary(row) for asset_id, row in best.items()}

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
            ``adjusted_close``, ``close`` or ``volume``.
        providers : sequence of str
            Preference where several have prices.
        """
        if field not in FIELDS:
            raise RowRefused(f"A panel has one of {', '.join(FIELDS)}, not {field!r}.")
        best = _choose(self._summary_rows(asset_ids), providers)
        contents = self._contents(best, field)
        columns = [_cut(contents.get(asset_id), start, end) for asset_id in asset_ids]
        dates = _union([days for days, _ in columns])
        values = np.full((len(dates), len(columns)), np.nan)
        for number, (days, numbers) in enumerate(columns):
            if len(days) == len(dates):
                values[:, number] = numbers
            elif len(days):
                values[np.searchsorted(dates, days), number] = numbers
        sources = tuple(_to_summary(best[key]) if key in best else None for key in asset_ids)
        prints = tuple(best[key].content_sha256 if key in best else None for key in asset_ids)
        return PricePanel(tuple(asset_ids), dates, values, sources, prints)

    def bars(
        self,
        asset_id: str,
        *,
        provider: str,
        known_at_utc: datetime | None = None,
        start: date | None = None,
        end: date | None = None,
        frequency: str = "1d",
    ) -> Sequence[PriceBar]:
        """Return bars of one asset as they were known at an instant (None: now), in order of time."""
        query = self._query().where(
            PriceBar.asset_id == asset_id,
            PriceBar.asset_id.in_(visible_ids(Asset, self._context.actor)),
            PriceBar.provider == provider,
            PriceBar.frequency == frequency,
        )
        if known_at_utc is not None:
            query = query.where(PriceBar.knowledge_time_utc <= known_at_utc)
        if start is not None:
            query = query.where(PriceBar.session_date >= start)
        if end is not None:
            query = query.where(PriceBar.session_date <= end)
        order = (PriceBar.session_date, PriceBar.event_time_utc, PriceBar.tenant_scope, PriceBar.knowledge_time_utc)
        latest = {(row.session_date, row.event_time_utc): row for row in self._all(query.order_by(*order))}
        return list(latest.values())

    def _check_assets(self, asset_ids: Sequence[str]) -> None:
        wanted = set(asset_ids)
        query = visible(Asset, self._context.actor).where(Asset.id.in_(wanted)).with_only_columns(Asset.id)
        missing = sorted(wanted - set(self._session.scalars(query).all()))
        if missing:
            raise RowRefused(f"Prices name assets that do not exist: {', '.join(missing[:5])}.")

    def _latest(self, asset_id: str, provider: str, scope: str) -> Any:
        query = self._query().where(
            PriceBar.asset_id == asset_id,
            PriceBar.provider == provider,
            PriceBar.tenant_scope == scope,
            PriceBar.frequency == "1d",
        )
        rows = {row.session_date: row for row in self._all(query.order_by(PriceBar.knowledge_time_utc))}
        ordered = [rows[day] for day in sorted(rows)]
        volumes = np.array([np.nan if row.volume is None else row.volume for row in ordered])
        return (
            to_days([row.session_date for row in ordered]),
            np.array([row.close for row in ordered]),
            np.array([row.adjusted_close for row in ordered]),
            None if bool(np.isnan(volumes).all()) else volumes,
        )

    def _series_rows(self, asset_ids: Sequence[str], frequency: str) -> Sequence[PriceSeries]:
        query = visible(PriceSeries, self._context.actor).where(
            PriceSeries.asset_id.in_(list(asset_ids)),
            PriceSeries.asset_id.in_(visible_ids(Asset, self._context.actor)),
            PriceSeries.frequency == frequency,
        )
        rows: Sequence[PriceSeries] = self._session.scalars(query.execution_options(populate_existing=True)).all()
        return rows

    def _summary_rows(self, asset_ids: Sequence[str] | None) -> Sequence[Any]:
        query = visible(PriceSeries, self._context.actor).where(
            PriceSeries.frequency == "1d", PriceSeries.asset_id.in_(visible_ids(Asset, self._context.actor))
        )
        if asset_ids is not None:
            query = query.where(PriceSeries.asset_id.in_(list(asset_ids)))
        if self._context.actor.tenant_id is None:
            query = query.where(PriceSeries.tenant_scope == "")
        columns = query.with_only_columns(
            PriceSeries.tenant_scope,
            PriceSeries.asset_id,
            PriceSeries.provider,
            PriceSeries.frequency,
            PriceSeries.first_date,
            PriceSeries.last_date,
            PriceSeries.observations_count,
            PriceSeries.last_close,
            PriceSeries.previous_close,
            PriceSeries.is_sample,
            PriceSeries.knowledge_time_utc,
            PriceSeries.content_sha256,
            PriceSeries.volume.is_not(None).label("has_volume"),
        )
        rows: Sequence[Any] = self._session.execute(columns).all()
        return rows

    def _contents(self, best: dict[str, Any], field: str) -> dict[str, tuple[np.ndarray[Any, Any], Floats]]:
        query = (
            visible(PriceSeries, self._context.actor)
            .where(PriceSeries.asset_id.in_(list(best)), PriceSeries.frequency == "1d")
            .with_only_columns(
                PriceSeries.tenant_scope,
                PriceSeries.asset_id,
                PriceSeries.provider,
                PriceSeries.dates,
                getattr(PriceSeries, field),
            )
        )
        return {
            asset_id: (unpack_days(days), unpack(content))
            for scope, asset_id, provider, days, content in self._session.execute(query)
            if content is not None and (best[asset_id].tenant_scope, best[asset_id].provider) == (scope, provider)
        }


def _choose(rows: Sequence[Any], providers: Sequence[str]) -> dict[str, Any]:
    """Return one row an asset: the preferred provider, then the tenant's own, then the most recent."""
    rank = {name: number for number, name in enumerate(providers)}

    def order(row: Any) -> tuple[int, bool, int, str]:
        return (rank.get(row.provider, len(rank)), row.tenant_scope == "", -row.last_date.toordinal(), row.provider)

    best: dict[str, Any] = {}
    for row in sorted(rows, key=order):
        best.setdefault(row.asset_id, row)
    return best


def _cut(
    column: tuple[np.ndarray[Any, Any], Floats] | None, start: date | None, end: date | None
) -> tuple[np.ndarray[Any, Any], Floats]:
    if column is None:
        return np.empty(0, dtype="datetime64[D]"), np.empty(0)
    days, numbers = column
    low = 0 if start is None else int(np.searchsorted(days, np.datetime64(start, "D"), side="left"))
    high = len(days) if end is None else int(np.searchsorted(days, np.datetime64(end, "D"), side="right"))
    return days[low:high], numbers[low:high]


def _union(columns: Sequence[np.ndarray[Any, Any]]) -> np.ndarray[Any, Any]:
    distinct: list[np.ndarray[Any, Any]] = []
    for days in columns:
        if len(days) and not any(len(days) == len(seen) and bool((days == seen).all()) for seen in distinct[-3:]):
            distinct.append(days)
    if not distinct:
        return np.empty(0, dtype="datetime64[D]")
    return distinct[0] if len(distinct) == 1 else np.unique(np.concatenate(distinct))


def _to_series(row: PriceSeries) -> Series:
    return Series(
        row.asset_id, row.provider, row.frequency, unpack_days(row.dates), unpack(row.close),
        unpack(row.adjusted_close), None if row.volume is None else unpack(row.volume), row.is_sample,
        row.knowledge_time_utc, row.content_sha256,
    )  # fmt: skip


def _to_summary(row: Any) -> SeriesSummary:
    return SeriesSummary(
        row.asset_id, row.provider, row.frequency, row.first_date, row.last_date, row.observations_count,
        row.last_close, row.previous_close, row.is_sample, row.knowledge_time_utc, row.has_volume,
    )  # fmt: skip
