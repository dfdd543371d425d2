"""Of several versions of a bar, which one counts, and does a house's correction still stand?

A house's own version counts before a shared one, and of several the one that became known last. One rule limits that:
a correction of a shared bar stands only while the shared bar known just before it says what the shared bar says now,
close and adjusted close. Once the source has changed them, the correction speaks of figures that are gone, and the
shared bar counts again. What the house has taken back is no version any more. Every reader of prices asks here;
questions about an earlier instant follow the same rules with what was known by then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, String, and_, type_coerce
from sqlalchemy.orm import aliased

from data.store.repositories.price_withdrawals import PriceWithdrawals
from data.store.repositories.series import MINUTE
from data.store.tables import Asset, IngestBatch, PriceBar
from data.store.visibility import visible, visible_ids

CORRECTION = "correction"
"""Kind of the deliveries that correct what a provider said."""
SAME_FRAC = 1e-6
"""Up to which relative difference two words about a price are the same but for rounding."""
NAMED_MAX_COUNT = 500
"""Up to how many deliveries a query names one by one; beyond that it asks for more and chooses among them."""
NUMBERS = ("close", "adjusted_close", "volume", "open", "high", "low")


@dataclass(frozen=True)
class Versions:
    """Versions of bars of several assets as columns of equal length, in whatever order.

    Attributes
    ----------
    ids : array of str
        Assets.
    moments : array
        What makes two versions speak of one bar: its session, for bars of minutes its end.
    is_own, is_correction : array of bool
        Whether a house's own version, and whether a correction.
    knowledge, events : array of datetime64[us]
        When the version became known, and when the bar ended.
    days : array of datetime64[D]
    is_sample : array of bool
    numbers : dict of str to array of float
        At least ``close`` and ``adjusted_close``; NaN where unknown.
    batches : array of str or None
        Deliveries that the versions came with.
    """

    ids: Any
    moments: Any
    is_own: Any
    is_correction: Any
    knowledge: Any
    events: Any
    days: Any
    is_sample: Any
    numbers: dict[str, Any]
    batches: Any

    def counting(self) -> Any:
        """Return the places of the versions that count, one a bar, by asset and time."""
        order, is_first, starts, last = self._by_bar()
        is_own, is_correction = self.is_own[order], self.is_correction[order]
        asked = is_own[last] & is_correction[last]
        if not bool(asked.any()):
            return order[last]
        # A correction of what the house itself brought has nothing to do with the shared bar.
        asked &= ~np.logical_or.reduceat(is_own & ~is_correction, starts)
        shared_count = np.add.reduceat((~is_own).astype(np.int64), starts)
        asked &= shared_count > 0
        known_first = self.knowledge[order] < self.knowledge[order][last][np.cumsum(is_first) - 1]
        before_count = np.add.reduceat((~is_own & known_first).astype(np.int64), starts)
        now, before = starts + np.maximum(shared_count, 1) - 1, starts + np.maximum(before_count, 1) - 1
        stands = before_count > 0
        for name in ("close", "adjusted_close"):
            values = self.numbers[name][order]
            stands &= np.isclose(values[now], values[before], rtol=SAME_FRAC, atol=0.0)
        return order[np.where(asked & ~stands, now, last)]

    def latest(self) -> Any:
        """Return the places of the last versions, a house's own before shared ones, in the order of `counting`."""
        order, _, _, last = self._by_bar()
        return order[last]

    def _by_bar(self) -> tuple[Any, Any, Any, Any]:
        """Return the order by bar, which places in it are the first of their bar, and where bars start and end."""
        order = np.lexsort((self.events, self.knowledge, self.is_own, self.moments, self.ids))
        ids, moments = self.ids[order], self.moments[order]
        is_first = np.ones(order.size, dtype=bool)
        is_first[1:] = (ids[1:] != ids[:-1]) | (moments[1:] != moments[:-1])
        starts = np.flatnonzero(is_first)
        return order, is_first, starts, np.append(starts[1:], order.size) - 1


class PriceVersions(PriceWithdrawals):
    """Reads versions of bars and tells which of them count."""

    def counting(
        self, rows: Sequence[PriceBar], frequency: str = "1d", known_at_utc: datetime | None = None
    ) -> list[PriceBar]:
        """Return those of all versions of some bars that counted at an instant (None: now), in order of time.

        Versions that became known after it are left out by whoever asks about it; one a bar is returned.
        """
        gone = self.taken_back(known_at_utc) if rows else {}
        rows = [row for row in rows if row.batch_id not in gone]
        if not rows:
            return []
        corrections = self._corrections({row.batch_id for row in rows if row.batch_id})
        days = np.array([row.session_date for row in rows], dtype="datetime64[D]")
        events = instants([row.event_time_utc for row in rows])
        table = Versions(
            ids=np.array([row.asset_id for row in rows]),
            moments=events if frequency == MINUTE else days,
            is_own=np.array([row.tenant_scope != "" for row in rows]),
            is_correction=np.array([row.batch_id in corrections for row in rows]),
            knowledge=instants([row.knowledge_time_utc for row in rows]),
            events=events,
            days=days,
            is_sample=np.array([row.is_sample for row in rows]),
            numbers={name: np.array([getattr(row, name) for row in rows]) for name in ("close", "adjusted_close")},
            batches=np.array([row.batch_id for row in rows], dtype=object),
        )
        return [rows[place] for place in table.counting()]

    def _corrections(self, batch_ids: set[str]) -> set[str]:
        """Return which of some deliveries are corrections, shared ones and the house's own."""
        if not batch_ids:
            return set()
        query = visible(IngestBatch, self._context.actor).where(IngestBatch.kind == CORRECTION)
        if len(batch_ids) <= NAMED_MAX_COUNT:
            query = query.where(IngestBatch.id.in_(sorted(batch_ids)))
        return batch_ids & set(self._session.scalars(query.with_only_columns(IngestBatch.id)).all())

    def _versions_of(
        self,
        asset_ids: Sequence[str],
        provider: str,
        frequency: str,
        conditions: Sequence[ColumnElement[bool]],
        *,
        is_corrected_days: bool = False,
    ) -> Versions | None:
        """Return every version that one provider and its corrections gave of bars of assets; None without any.

        The conditions leave out what was taken back, as those of `_window` do. A unit without a tenant reads only what
        all tenants share. With ``is_corrected_days`` only days are read that the tenant corrected, each version as
        often as it did.
        """
        tenant_id = self._context.actor.tenant_id
        query = self._query().where(PriceBar.provider == provider, PriceBar.frequency == frequency, *conditions)
        if tenant_id is None:
            query = query.where(PriceBar.tenant_scope == "")
        named: Any = PriceBar
        if is_corrected_days:  # the few corrections lead to the other versions; the other way round all would be read
            named = aliased(PriceBar)
            made = visible(IngestBatch, self._context.actor).where(IngestBatch.kind == CORRECTION)
            query = query.join(
                named,
                and_(
                    named.tenant_scope == tenant_id,
                    named.asset_id == PriceBar.asset_id,
                    named.provider == provider,
                    named.frequency == frequency,
                    named.session_date == PriceBar.session_date,
                    named.batch_id.in_(made.with_only_columns(IngestBatch.id)),
                ),
            )
        query = query.where(
            named.asset_id.in_(list(asset_ids)), named.asset_id.in_(visible_ids(Asset, self._context.actor))
        )
        columns = query.with_only_columns(
            PriceBar.asset_id,
            PriceBar.tenant_scope,
            type_coerce(PriceBar.session_date, String),
            type_coerce(PriceBar.event_time_utc, String),
            type_coerce(PriceBar.knowledge_time_utc, String),
            PriceBar.batch_id,
            PriceBar.is_sample,
            *(getattr(PriceBar, name) for name in NUMBERS),
        )
        rows = self._session.execute(columns).all()
        if not rows:
            return None
        ids, scopes, days, events, knowledge, batches, samples, *numbers = zip(*rows, strict=True)
        corrections = self._corrections({batch for batch in batches if batch})
        is_correction = np.zeros(len(ids), dtype=bool)
        if corrections:
            is_correction[:] = [batch in corrections for batch in batches]
        sessions = np.array(days, dtype="datetime64[D]")
        ends = instants(events)
        return Versions(
            ids=np.array(ids),
            moments=ends if frequency == MINUTE else sessions,
            is_own=np.array(scopes) != "",
            is_correction=is_correction,
            knowledge=instants(knowledge),
            events=ends,
            days=sessions,
            is_sample=np.array(samples, dtype=bool),
            numbers={name: np.array(values, dtype=np.float64) for name, values in zip(NUMBERS, numbers, strict=True)},
            batches=np.array(batches, dtype=object),
        )

    def _fallen(self, asset_ids: Sequence[str], provider: str, frequency: str) -> dict[str, Any]:
        """Return on which days corrections of shared bars stand no more, by asset id."""
        still = self._window(None, None, None)
        table = self._versions_of(asset_ids, provider, frequency, still, is_corrected_days=True)
        if table is None:
            return {}
        places = table.counting()
        owned = {
            (key, day) for key, day in zip(table.ids[table.is_own], table.days[table.is_own].tolist(), strict=True)
        }
        found: dict[str, list[date]] = {}
        for place in places[~table.is_own[places]]:
            key, day = str(table.ids[place]), table.days[place].item()
            if (key, day) in owned:
                found.setdefault(key, []).append(day)
        return {key: np.array(fallen, dtype="datetime64[D]") for key, fallen in found.items()}


def instants(values: Sequence[Any]) -> Any:
    """Return instants as datetime64[us]: of text as SQLite keeps them, or of datetimes in UTC."""
    if isinstance(values[0], datetime):
        values = [value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value for value in values]
    return np.array(values, dtype="datetime64[us]")
