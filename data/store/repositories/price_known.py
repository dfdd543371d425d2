"""What was known of prices at an instant, by which deliveries, and what did every version say?"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, ColumnElement, Select, String, cast, func, literal, select, type_coerce
from sqlalchemy.dialects.postgresql import BIT

from data.store.repositories.price_reads import PriceReads, chosen
from data.store.repositories.price_versions import Versions
from data.store.repositories.price_writer import Packed, Tally, content_of
from data.store.repositories.series import CORRECTED_CODE, MINUTE, Series
from data.store.tables import Asset, PriceBar
from data.store.visibility import visible_ids

KnownBars = tuple[Series, np.ndarray[Any, Any]]
"""Bars with their event times in UTC."""


class PriceKnown(PriceReads):
    """Reads every version of every bar; `PriceReads` reads the latest ones, packed."""

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
        """Return bars of one asset as they were known at an instant (None: now), in order of time.

        A unit without a tenant reads only what all tenants share.
        """
        query = self._query().where(
            PriceBar.asset_id == asset_id,
            PriceBar.asset_id.in_(visible_ids(Asset, self._context.actor)),
            PriceBar.provider == provider,
            PriceBar.frequency == frequency,
        )
        if self._context.actor.tenant_id is None:
            query = query.where(PriceBar.tenant_scope == "")
        if known_at_utc is not None:
            query = query.where(PriceBar.knowledge_time_utc <= known_at_utc)
        if start is not None:
            query = query.where(PriceBar.session_date >= start)
        if end is not None:
            query = query.where(PriceBar.session_date <= end)
        return self.counting(self._all(query), frequency, known_at_utc)

    def versions(self, asset_id: str, session: date, *, provider: str, frequency: str = "1d") -> Sequence[PriceBar]:
        """Return every version of the bars of one day, shared ones first, the oldest knowledge first.

        Corrections that were taken back are among them.
        A unit without a tenant reads only what all tenants share.
        """
        query = self._query().where(
            PriceBar.asset_id == asset_id,
            PriceBar.asset_id.in_(visible_ids(Asset, self._context.actor)),
            PriceBar.provider == provider,
            PriceBar.frequency == frequency,
            PriceBar.session_date == session,
        )
        if self._context.actor.tenant_id is None:
            query = query.where(PriceBar.tenant_scope == "")
        return self._all(query.order_by(PriceBar.tenant_scope, PriceBar.knowledge_time_utc, PriceBar.event_time_utc))

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

    def batches_of(
        self,
        asset_ids: Sequence[str],
        provider: str,
        start: date,
        end: date,
        *,
        frequency: str = "1d",
        known_at_utc: datetime | None = None,
    ) -> dict[str, dict[str, int]]:
        """Return by which deliveries the bars of a window came, shared ones too: asset id to batch id to bars.

        Every version counts that is not taken back, also one that a later one stands over; `batches_used` tells of
        those that count alone.
        Bars that came without a delivery are left out.
        """
        counts = self._by_batch(asset_ids, provider, frequency, self._window(known_at_utc, start, end))
        named = {key: {batch: count for batch, count in one.items() if batch} for key, one in counts.items()}
        return {key: one for key, one in named.items() if one}

    def batches_used(
        self,
        asset_ids: Sequence[str],
        provider: str,
        start: date,
        end: date,
        *,
        frequency: str = "1d",
        known_at_utc: datetime | None = None,
    ) -> dict[str, dict[str, int]]:
        """Return which deliveries the bars of a window are of that count: asset id to batch id to bars.

        A version that another one stands over is no part of it: of each bar one version counts, the same as in `known`.
        Bars that came without a delivery are left out.
        """
        window = self._window(known_at_utc, start, end)
        counts: dict[str, dict[str | None, int]] = self._by_batch(asset_ids, provider, frequency, window)
        several = [key for key, one in counts.items() if len(one) > 1]  # one delivery says a bar once
        if several:
            counts |= self._by_batch(several, provider, frequency, window, is_latest=True)
            is_house = self._context.actor.tenant_id is not None
            table = (
                self._versions_of(several, provider, frequency, window, is_corrected_days=True) if is_house else None
            )
            places = () if table is None else zip(table.latest().tolist(), table.counting().tolist(), strict=True)
            for latest, counting in places:
                if table is None or latest == counting:
                    continue
                of_asset = counts[str(table.ids[latest])]  # the correction stands no more: the shared bar counts
                of_asset[table.batches[latest]] -= 1
                of_asset[table.batches[counting]] = of_asset.get(table.batches[counting], 0) + 1
        named = {key: {batch: count for batch, count in one.items() if batch and count} for key, one in counts.items()}
        return {key: one for key, one in named.items() if one}

    def _by_batch(
        self,
        asset_ids: Sequence[str],
        provider: str,
        frequency: str,
        window: Sequence[ColumnElement[bool]],
        *,
        is_latest: bool = False,
    ) -> dict[str, dict[str | None, int]]:
        """Return how many versions came by each delivery, or how many of those that are the latest of their bar."""
        if not asset_ids:
            return {}
        query = self._query().where(
            PriceBar.asset_id.in_(list(asset_ids)),
            PriceBar.provider == provider,
            PriceBar.frequency == frequency,
            *window,
        )
        if self._context.actor.tenant_id is None:
            query = query.where(PriceBar.tenant_scope == "")
        keys: tuple[Any, Any] = (PriceBar.asset_id, PriceBar.batch_id)
        columns: Select[Any] = query.with_only_columns(*keys, func.count())
        if is_latest:
            moment = PriceBar.event_time_utc if frequency == MINUTE else PriceBar.session_date
            last = (PriceBar.tenant_scope.desc(), PriceBar.knowledge_time_utc.desc(), PriceBar.event_time_utc.desc())
            place = func.row_number().over(partition_by=(PriceBar.asset_id, moment), order_by=last).label("place")
            ranked = query.with_only_columns(*keys, place).subquery()
            keys = (ranked.c.asset_id, ranked.c.batch_id)
            columns = select(*keys, func.count()).where(ranked.c.place == 1)
        found: dict[str, dict[str | None, int]] = {}
        for asset_id, batch_id, count in self._session.execute(columns.group_by(*keys).order_by(keys[1])):
            found.setdefault(asset_id, {})[batch_id] = int(count)
        return found

    def counts(
        self, asset_ids: Sequence[str], frequency: str, start: date, end: date, *, known_at_utc: datetime | None = None
    ) -> dict[str, int]:
        """Return how many versions of bars of a window the best provided source has, by asset id; none are read."""
        if not asset_ids:
            return {}
        found: dict[str, int] = {}
        for row in self._sources(asset_ids, frequency, self._window(known_at_utc, start, end)):
            found[row.asset_id] = max(found.get(row.asset_id, 0), int(row.bars_count))
        return found

    def known(
        self,
        asset_ids: Sequence[str],
        providers: Sequence[str] = (),
        *,
        known_at_utc: datetime | None = None,
        start: date | None = None,
        end: date | None = None,
        frequency: str = "1d",
    ) -> dict[str, KnownBars]:
        """Return bars as they were known at an instant with their event times in UTC (datetime64[us]), by asset id.

        Parameters
        ----------
        asset_ids : sequence of str
        providers : sequence of str
            Preference where several had prices by then.
        known_at_utc : datetime, optional
            What became known later is not read at all; None: now.
        start, end : date, optional
            First and last session, both included.
        frequency : str
            Any; the bars of minutes are read here alone.

        The fingerprint is of the bars of the window. An asset of which nothing was known is left out.
        """
        window = self._window(known_at_utc, start, end)
        # Whose figures counted then is told by all that was known; bars of minutes are too many for that.
        seen = window if frequency == MINUTE else self._window(known_at_utc, None, None)
        groups: dict[str, list[str]] = {}
        for asset_id, row in chosen(self._sources(asset_ids, frequency, seen), providers).items():
            groups.setdefault(row.provider, []).append(asset_id)
        found: dict[str, KnownBars] = {}
        for provider, ids in groups.items():
            found |= self._known_of(ids, provider, frequency, window, known_at_utc)
        return found

    def last_session(self, asset_id: str, providers: Sequence[str] = (), *, frequency: str = MINUTE) -> date | None:
        """Return the last session of which bars of a frequency are stored, by the source that counts; None without."""
        row = chosen(self._sources([asset_id], frequency, self._window(None, None, None)), providers).get(asset_id)
        return None if row is None else row.last_date

    def tally_of(self, batch_id: str, asset_ids: Sequence[str], provider: str, frequency: str) -> Tally:
        """Return count and checksum of the bars that carry one delivery, read back from the database."""
        query = self._query().where(
            PriceBar.asset_id.in_(list(asset_ids)),
            PriceBar.provider == provider,
            PriceBar.frequency == frequency,
            PriceBar.batch_id == batch_id,
        )
        tally = Tally()
        if self._context.dialect == "postgresql":  # adds up there, so that the rows need not travel
            sums = (
                func.sum(PriceBar.session_date - literal(date(1970, 1, 1))),
                func.sum(_bits(PriceBar.close)),
                func.sum(_bits(func.coalesce(PriceBar.volume, 0.0))),
            )
            found = self._session.execute(query.with_only_columns(func.count(), *sums)).one()
            tally.add_sums(*(int(value or 0) for value in found))
            return tally
        days = type_coerce(PriceBar.session_date, String)
        rows = self._session.execute(query.with_only_columns(days, PriceBar.close, PriceBar.volume))
        for part in rows.partitions(50_000):
            sessions, closes, volumes = zip(*part, strict=True)
            tally.add(np.array(sessions, dtype="datetime64[D]"), np.array(closes), np.array(volumes, dtype=np.float64))
        return tally

    def _sources(
        self, asset_ids: Sequence[str], frequency: str, conditions: Sequence[ColumnElement[bool]]
    ) -> Sequence[Any]:
        """Return who had bars of the assets, with the last session of each: a row an asset, provider and scope."""
        query = self._query().where(
            PriceBar.asset_id.in_(list(asset_ids)),
            PriceBar.asset_id.in_(visible_ids(Asset, self._context.actor)),
            PriceBar.frequency == frequency,
            *conditions,
        )
        if self._context.actor.tenant_id is None:
            query = query.where(PriceBar.tenant_scope == "")
        keys = (PriceBar.asset_id, PriceBar.provider, PriceBar.tenant_scope)
        figures = (func.max(PriceBar.session_date).label("last_date"), func.count().label("bars_count"))
        columns = query.with_only_columns(*keys, *figures).group_by(*keys)
        rows: Sequence[Any] = self._session.execute(columns).all()
        return rows

    def _known_of(
        self,
        asset_ids: Sequence[str],
        provider: str,
        frequency: str,
        window: Sequence[ColumnElement[bool]],
        known_at_utc: datetime | None,
    ) -> dict[str, KnownBars]:
        """Return what one provider had said, with the corrections of it: of each bar the version that counted."""
        table = self._versions_of(asset_ids, provider, frequency, window)
        if table is None:
            return {}
        counting = table.counting()
        ids = table.ids[counting]
        cuts = np.flatnonzero(ids[1:] != ids[:-1]) + 1
        tenant_id = self._context.actor.tenant_id or ""
        found: dict[str, KnownBars] = {}
        for places in np.split(counting, cuts):
            series, events = _known(table, places, provider, frequency, tenant_id)
            found[series.asset_id] = series, events
        raised = self._raised({key: one for key, (one, _) in found.items()}, frequency, known_at_utc)
        return {key: (raised[key], events) for key, (_, events) in found.items()}


def _known(table: Versions, places: Any, provider: str, frequency: str, tenant_id: str) -> KnownBars:
    """Return some versions of the bars of one asset as a series with event times; corrected bars are marked so."""
    columns = {name: values[places] for name, values in table.numbers.items()}
    known = {name: None if bool(np.isnan(values).all()) else values for name, values in columns.items()}
    is_corrected = table.is_correction[places]
    flags = np.where(is_corrected, CORRECTED_CODE, 0).astype(np.int8) if bool(is_corrected.any()) else None
    packed = Packed(
        table.days[places], columns["close"], columns["adjusted_close"], known["volume"], known["open"],
        known["high"], known["low"], flags,
    )  # fmt: skip
    events = table.events[places]
    for values in (*vars(packed).values(), events):
        if values is not None:
            values.setflags(write=False)
    latest: datetime = table.knowledge[places].max().astype("datetime64[us]").astype(datetime)
    series = Series(
        str(table.ids[places[0]]), provider, frequency, packed.dates, packed.close, packed.adjusted_close,
        packed.volume, bool(table.is_sample[places].any()), latest.replace(tzinfo=UTC), content_of(packed),
        packed.open, packed.high, packed.low, flags, 1, tenant_id if bool(table.is_own[places].any()) else "",
    )  # fmt: skip
    return series, events


def _bits(number: Any) -> Any:
    """Return the 64 bits of a number as an integer with a sign, in PostgreSQL's words."""
    digits = literal("x").concat(func.encode(func.float8send(number), "hex"))
    return cast(cast(digits, BIT(64)), BigInteger)
