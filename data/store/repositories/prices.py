"""How do prices come into the store, how are they marked, and what lies below a correction?"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import numpy as np
from sqlalchemy import update

from data.errors import RowRefused
from data.store.repositories.price_packing import PricePacking, next_revision
from data.store.repositories.price_rows import BarRows, rows_of, write_bars
from data.store.repositories.price_writer import (
    OPTIONAL,
    Packed,
    Tally,
    changed,
    merged,
    same_figures,
    series_row,
    taken,
    write_series,
)
from data.store.repositories.series import (
    CORRECTED_CODE,
    MINUTE,
    Bars,
    Codes,
    Days,
    Series,
    pack_codes,
    to_date,
    to_days,
)
from data.store.tables import Asset, PriceBar, PriceSeries
from data.store.visibility import visible

_ROWS_AT_ONCE_COUNT = 50_000


class Prices(PricePacking):
    """Prices of visible assets: those that all tenants share, and those the tenant brought itself.

    ``price_bar`` keeps every version of every bar. ``price_series`` keeps the latest version of each asset packed
    into arrays; panels and charts read that one, point-in-time questions read the bars.
    """

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
        tally: Tally | None = None,
    ) -> int:
        """Write bars; those that say nothing new are left out. The unit's tenant owns them; without one all share them.

        A figure that a standing correction was made for is no news when it comes again unchanged: the correction stays.
        Bars with flags carry them into the packed series; bars without count as ok.

        Parameters
        ----------
        bars : iterable of Bars
            One entry an asset.
        provider : str
            Who delivered them.
        knowledge_time_utc : datetime
            When they became known; a correction needs a later one than what it corrects.
        frequency : str
            ``1m``, ``1d``, ``1w`` or ``1mo``; all but minutes have a packed series.
        batch_id : str, optional
            Delivery they came with.
        is_sample : bool
            Whether the figures are fictitious.
        with_repeats : bool
            Whether bars that say nothing new are written as well, so that each delivery can be withdrawn by itself.
        tally : Tally, optional
            Counts what is written.

        Returns
        -------
        int
            Number of bars that were written.
        """
        scope = self._context.actor.tenant_id or ""
        incoming = list(bars)
        self._check_assets([entry.asset_id for entry in incoming])
        current = self._own_series([entry.asset_id for entry in incoming], scope, provider, frequency)
        key = {"scope": scope, "provider": provider, "frequency": frequency}
        written = 0
        waiting: list[BarRows] = []
        waiting_count = 0
        late: list[tuple[Bars, datetime]] = []
        packed: list[dict[str, Any]] = []
        for entry in incoming:
            if frequency != MINUTE and not entry.is_one_a_day:
                raise RowRefused(f"Bars of {entry.asset_id}: the dates must increase strictly.")
            known = current.get(entry.asset_id)
            news = entry
            if not with_repeats:
                news = self._minute_news(entry, key) if frequency == MINUTE else self._news(entry, known, key)
            if not len(news.dates):
                continue
            block = rows_of(
                news,
                **key,
                knowledge_time_utc=knowledge_time_utc,
                batch_id=batch_id,
                is_sample=is_sample,
            )
            waiting.append(block)
            waiting_count += len(block)
            written += len(news.dates)
            if tally is not None:
                tally.add(news.dates, news.close, news.volume)
            if waiting_count >= _ROWS_AT_ONCE_COUNT:
                write_bars(self._context, waiting)
                waiting, waiting_count = [], 0
            if frequency == MINUTE:
                continue
            if known is not None and knowledge_time_utc < known.knowledge_time_utc:
                late.append((entry, known.knowledge_time_utc))
                continue
            packed.append(
                series_row(
                    asset_id=entry.asset_id, **key, packed=merged(known, news), knowledge_time_utc=knowledge_time_utc,
                    is_sample=is_sample, revision_count=next_revision(known),
                )
            )  # fmt: skip
        write_bars(self._context, waiting)
        write_series(self._context, packed)
        for entry, knowledge in late:
            self._pack_anew(entry.asset_id, key, current.get(entry.asset_id), knowledge, is_sample)
        return written

    def set_flags(self, scope: str, asset_id: str, provider: str, frequency: str, sessions: Days, codes: Codes) -> int:
        """Mark bars of the packed series; return how many. Prices stay as they are, and so does their fingerprint.

        Parameters
        ----------
        scope : str
            Empty for what all tenants share, else the tenant's id.
        asset_id, provider, frequency : str
        sessions : array of datetime64[D]
            Days to mark; days of which there is no bar are passed over.
        codes : array of int8
            One a day, in the order of ``vocabulary.Flag``.
        """
        known = self._own_series([asset_id], scope, provider, frequency).get(asset_id)
        if known is None or not len(sessions):
            return 0
        days = np.asarray(sessions).astype("datetime64[D]")
        spot = np.minimum(np.searchsorted(known.dates, days), len(known.dates) - 1)
        is_there = known.dates[spot] == days
        flags = np.zeros(len(known.dates), dtype=np.int8) if known.flags is None else known.flags.copy()
        flags[spot[is_there]] = np.asarray(codes, dtype=np.int8)[is_there]
        self._session.execute(
            update(PriceSeries)
            .where(
                PriceSeries.tenant_scope == scope,
                PriceSeries.asset_id == asset_id,
                PriceSeries.provider == provider,
                PriceSeries.frequency == frequency,
            )
            .values(flags=pack_codes(flags), revision_count=next_revision(known))
        )
        return int(is_there.sum())

    def as_said(self, series: Series) -> Series:
        """Return a series with what its provider said on the days that the unit's tenant corrected, marked ok."""
        if series.flags is None or not bool((series.flags == CORRECTED_CODE).any()):
            return series
        scope = self._context.actor.tenant_id or ""
        key = {"scope": scope, "provider": series.provider, "frequency": series.frequency}
        own = self._latest(series.asset_id, key, is_raw=True)
        shared = self._own_series([series.asset_id], "", series.provider, series.frequency).get(series.asset_id)
        columns: dict[str, Any] = {
            name: np.array(values)
            for name in ("close", "adjusted_close", *OPTIONAL)
            if (values := getattr(series, name)) is not None
        }
        flags = series.flags.copy()
        for raw in (own, shared):
            if raw is None:
                continue
            spot = np.minimum(np.searchsorted(raw.dates, series.dates), len(raw.dates) - 1)
            is_said = (flags == CORRECTED_CODE) & (raw.dates[spot] == series.dates)
            for name, values in columns.items():
                said = getattr(raw, name)
                values[is_said] = np.nan if said is None else said[spot[is_said]]
            flags[is_said] = 0
        return replace(series, **columns, flags=flags, content_sha256="")

    def own_versions(self, asset_id: str, provider: str, days: Days, frequency: str = "1d") -> list[PriceBar]:
        """Return every version that the unit's tenant has of the bars of some days, the oldest knowledge first."""
        query = self._query().where(
            PriceBar.asset_id == asset_id,
            PriceBar.provider == provider,
            PriceBar.tenant_scope == (self._context.actor.tenant_id or ""),
            PriceBar.frequency == frequency,
            PriceBar.session_date >= to_date(days.min()),
            PriceBar.session_date <= to_date(days.max()),
        )
        wanted = {to_date(day) for day in days}
        return [row for row in self._all(query.order_by(PriceBar.knowledge_time_utc)) if row.session_date in wanted]

    def days_brought(self, batch_id: str, asset_id: str, provider: str, frequency: str = "1d") -> Days:
        """Return of which days the unit's tenant has bars that came with one delivery, in order."""
        query = self._query().where(
            PriceBar.asset_id == asset_id,
            PriceBar.provider == provider,
            PriceBar.tenant_scope == (self._context.actor.tenant_id or ""),
            PriceBar.frequency == frequency,
            PriceBar.batch_id == batch_id,
        )
        days = self._session.scalars(query.with_only_columns(PriceBar.session_date).distinct()).all()
        return to_days(sorted(days))

    def standing_corrections(self, asset_id: str, provider: str, days: Days, frequency: str = "1d") -> list[PriceBar]:
        """Return the unit's corrections of bars that it has heard nothing about since, by when they became known.

        Of several versions of one correction of a bar the last is returned; none of what was taken back.
        """
        rows = self.own_versions(asset_id, provider, days, frequency)
        made = self._corrections({row.batch_id for row in rows if row.batch_id})
        gone = self.taken_back() if made else {}
        found: dict[date, dict[str, PriceBar]] = {}
        for row in rows:
            if row.batch_id not in made:
                found.pop(row.session_date, None)
            elif row.batch_id not in gone:
                found.setdefault(row.session_date, {})[str(row.batch_id)] = row
        standing = [row for of_day in found.values() for row in of_day.values()]
        return sorted(standing, key=lambda row: (row.knowledge_time_utc, row.session_date))

    def _news(self, entry: Bars, known: Series | None, key: dict[str, str]) -> Bars:
        """Return what says something new, without the raw figures that a standing correction was made for."""
        news = changed(entry, known)
        if known is None or known.flags is None or not len(news.dates):
            return news
        days = news.dates.astype("datetime64[D]")
        spot = np.minimum(np.searchsorted(known.dates, days), len(known.dates) - 1)
        is_corrected = (known.dates[spot] == days) & (known.flags[spot] == CORRECTED_CODE)
        if not bool(is_corrected.any()):
            return news
        raw = self._latest(entry.asset_id, key, is_raw=True)
        is_news = np.ones(len(days), dtype=bool)
        if raw is not None:
            is_news = np.isin(days, changed(news, _as_series(raw, known)).dates)
        return taken(news, ~is_corrected | is_news)

    def _minute_news(self, entry: Bars, key: dict[str, str]) -> Bars:
        """Return those bars of minutes whose last version of the same scope and provider says something else."""
        if entry.event_times_utc is None or not len(entry.dates):
            return entry
        window = (
            PriceBar.tenant_scope == key["scope"],
            PriceBar.session_date >= to_date(entry.dates.min()),
            PriceBar.session_date <= to_date(entry.dates.max()),
        )
        held = self._known_of([entry.asset_id], key["provider"], MINUTE, window, None).get(entry.asset_id)
        if held is None:
            return entry
        series, moments = held
        by_moment = replace(series, dates=moments.astype("datetime64[us]").astype(np.int64))
        asked = entry.event_times_utc.astype("datetime64[us]").astype(np.int64)
        return taken(entry, ~same_figures(entry, by_moment, asked))

    def _check_assets(self, asset_ids: Sequence[str]) -> None:
        wanted = set(asset_ids)
        query = visible(Asset, self._context.actor).where(Asset.id.in_(wanted)).with_only_columns(Asset.id)
        missing = sorted(wanted - set(self._session.scalars(query).all()))
        if missing:
            raise RowRefused(f"Prices name assets that do not exist: {', '.join(missing[:5])}.")


def _as_series(packed: Packed, like: Series) -> Series:
    """Return packed columns as a series, to compare a delivery with."""
    return Series(
        like.asset_id, like.provider, like.frequency, packed.dates, packed.close, packed.adjusted_close, packed.volume,
        like.is_sample, like.knowledge_time_utc, "", packed.open, packed.high, packed.low,
    )  # fmt: skip
