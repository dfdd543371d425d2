"""What was known of prices at an instant, by which deliveries, and what did every version say?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, String, func, type_coerce

from data.store.repositories.price_reads import PriceReads, chosen
from data.store.repositories.price_writer import Packed, Tally, content_of
from data.store.repositories.series import MINUTE, Series
from data.store.tables import Asset, PriceBar
from data.store.visibility import visible_ids

KnownBars = tuple[Series, np.ndarray[Any, Any]]
"""Bars with their event times in UTC."""
_NUMBERS = ("close", "adjusted_close", "volume", "open", "high", "low")


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
        order: tuple[Any, ...] = (
            PriceBar.session_date,
            PriceBar.event_time_utc,
            PriceBar.tenant_scope,
            PriceBar.knowledge_time_utc,
        )
        if frequency != MINUTE:
            order = (PriceBar.session_date, PriceBar.tenant_scope, PriceBar.knowledge_time_utc, PriceBar.event_time_utc)
        rows = self._all(query.order_by(*order))
        latest = {(row.session_date, row.event_time_utc if frequency == MINUTE else None): row for row in rows}
        return list(latest.values())

    def versions(self, asset_id: str, session: date, *, provider: str, frequency: str = "1d") -> Sequence[PriceBar]:
        """Return every version of the bars of one day, shared ones first, the oldest knowledge first."""
        query = self._query().where(
            PriceBar.asset_id == asset_id,
            PriceBar.asset_id.in_(visible_ids(Asset, self._context.actor)),
            PriceBar.provider == provider,
            PriceBar.frequency == frequency,
            PriceBar.session_date == session,
        )
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

        Every version counts, also one that a later one stands over. Bars that came without a delivery are left out.
        """
        if not asset_ids:
            return {}
        query = self._query().where(
            PriceBar.asset_id.in_(list(asset_ids)),
            PriceBar.provider == provider,
            PriceBar.frequency == frequency,
            PriceBar.session_date >= start,
            PriceBar.session_date <= end,
            PriceBar.batch_id.is_not(None),
        )
        if self._context.actor.tenant_id is None:
            query = query.where(PriceBar.tenant_scope == "")
        if known_at_utc is not None:
            query = query.where(PriceBar.knowledge_time_utc <= known_at_utc)
        columns = query.with_only_columns(PriceBar.asset_id, PriceBar.batch_id, func.count())
        found: dict[str, dict[str, int]] = {}
        for asset_id, batch_id, count in self._session.execute(
            columns.group_by(PriceBar.asset_id, PriceBar.batch_id).order_by(PriceBar.batch_id)
        ):
            found.setdefault(asset_id, {})[batch_id] = int(count)
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
        window = _window(known_at_utc, start, end)
        # Whose figures counted then is told by all that was known; bars of minutes are too many for that.
        seen = window if frequency == MINUTE else _window(known_at_utc, None, None)
        groups: dict[str, list[str]] = {}
        for asset_id, row in chosen(self._sources(asset_ids, frequency, seen), providers).items():
            groups.setdefault(row.provider, []).append(asset_id)
        found: dict[str, KnownBars] = {}
        for provider, ids in groups.items():
            found |= self._known_of(ids, provider, frequency, window)
        return found

    def tally_of(self, batch_id: str, asset_ids: Sequence[str], provider: str, frequency: str) -> Tally:
        """Return count and checksum of the bars that carry one delivery, read back from the database."""
        query = self._query().where(
            PriceBar.asset_id.in_(list(asset_ids)),
            PriceBar.provider == provider,
            PriceBar.frequency == frequency,
            PriceBar.batch_id == batch_id,
        )
        days = type_coerce(PriceBar.session_date, String)
        tally = Tally()
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
        columns = query.with_only_columns(*keys, func.max(PriceBar.session_date).label("last_date")).group_by(*keys)
        rows: Sequence[Any] = self._session.execute(columns).all()
        return rows

    def _known_of(
        self, asset_ids: Sequence[str], provider: str, frequency: str, window: Sequence[ColumnElement[bool]]
    ) -> dict[str, KnownBars]:
        """Return what one provider had said: of each bar the tenant's own version, and of several the last known."""
        query = self._query().where(
            PriceBar.asset_id.in_(list(asset_ids)),
            PriceBar.asset_id.in_(visible_ids(Asset, self._context.actor)),
            PriceBar.provider == provider,
            PriceBar.frequency == frequency,
            *window,
        )
        if self._context.actor.tenant_id is None:
            query = query.where(PriceBar.tenant_scope == "")
        columns = query.with_only_columns(
            PriceBar.asset_id,
            PriceBar.tenant_scope,
            type_coerce(PriceBar.session_date, String),
            type_coerce(PriceBar.event_time_utc, String),
            type_coerce(PriceBar.knowledge_time_utc, String),
            PriceBar.is_sample,
            *(getattr(PriceBar, name) for name in _NUMBERS),
        )
        rows = self._session.execute(columns).all()
        if not rows:
            return {}
        ids, scopes, days, events, knowledge, samples, *numbers = zip(*rows, strict=True)
        table = _Versions(
            np.array(ids),
            np.array(scopes) != "",
            np.array(days, dtype="datetime64[D]"),
            _instants(events),
            _instants(knowledge),
            np.array(samples, dtype=bool),
            {name: np.array(values, dtype=np.float64) for name, values in zip(_NUMBERS, numbers, strict=True)},
        )
        return table.latest(provider, frequency, self._context.actor.tenant_id or "")


@dataclass(frozen=True)
class _Versions:
    """Versions of bars of several assets as columns of equal length."""

    ids: Any
    is_own: Any
    days: Any
    events: Any
    knowledge: Any
    is_sample: Any
    numbers: dict[str, Any]

    def latest(self, provider: str, frequency: str, tenant_id: str) -> dict[str, KnownBars]:
        """Return of each bar one version, by asset id: the tenant's own before a shared one, then the last known."""
        moments = self.events if frequency == MINUTE else self.days.astype("datetime64[s]")
        order = np.lexsort((self.events, self.knowledge, self.is_own, moments, self.ids))
        ids, moments = self.ids[order], moments[order]
        is_last = np.ones(order.size, dtype=bool)
        is_last[:-1] = (ids[1:] != ids[:-1]) | (moments[1:] != moments[:-1])
        chosen, ids = order[is_last], ids[is_last]
        cuts = np.flatnonzero(ids[1:] != ids[:-1]) + 1
        return {
            str(self.ids[places[0]]): self._one(places, provider, frequency, tenant_id)
            for places in np.split(chosen, cuts)
        }

    def _one(self, places: Any, provider: str, frequency: str, tenant_id: str) -> KnownBars:
        columns = {name: values[places] for name, values in self.numbers.items()}
        known = {name: None if bool(np.isnan(values).all()) else values for name, values in columns.items()}
        packed = Packed(
            self.days[places], columns["close"], columns["adjusted_close"], known["volume"], known["open"],
            known["high"], known["low"],
        )  # fmt: skip
        events = self.events[places]
        for values in (*vars(packed).values(), events):
            if values is not None:
                values.setflags(write=False)
        latest: datetime = self.knowledge[places].max().astype("datetime64[us]").astype(datetime)
        series = Series(
            str(self.ids[places[0]]), provider, frequency, packed.dates, packed.close, packed.adjusted_close,
            packed.volume, bool(self.is_sample[places].any()), latest.replace(tzinfo=UTC), content_of(packed),
            packed.open, packed.high, packed.low, None, 1, tenant_id if bool(self.is_own[places].any()) else "",
        )  # fmt: skip
        return series, events


def _window(known_at_utc: datetime | None, start: date | None, end: date | None) -> list[ColumnElement[bool]]:
    """Return the conditions of a window of sessions and of knowledge."""
    conditions: list[ColumnElement[bool]] = []
    if known_at_utc is not None:
        conditions.append(PriceBar.knowledge_time_utc <= known_at_utc)
    if start is not None:
        conditions.append(PriceBar.session_date >= start)
    if end is not None:
        conditions.append(PriceBar.session_date <= end)
    return conditions


def _instants(values: Sequence[Any]) -> Any:
    """Return instants read past the mapped type: text on SQLite, datetimes in UTC on PostgreSQL."""
    if isinstance(values[0], datetime):
        values = [value.replace(tzinfo=None) for value in values]
    return np.array(values, dtype="datetime64[us]")
