"""What did economic series say, and what of it was known on a day?"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import or_

from data.store.repositories.inserts import upsert
from data.store.repositories.repository import Repository
from data.store.tables import MacroObservation, MacroSeries
from data.store.visibility import visible


class Macro(Repository[MacroSeries]):
    """Economic series with every version of their figures, shared and of the tenant."""

    model = MacroSeries
    kind = "economic series"

    def describe(self, rows: Sequence[dict[str, Any]]) -> None:
        """Insert or replace what series are; the unit's tenant owns them, all share them when it has none."""
        scope = self._context.actor.tenant_id or ""
        upsert(self._context, MacroSeries, [{"tenant_scope": scope, **row} for row in rows])

    def ingest(self, rows: Sequence[dict[str, Any]]) -> int:
        """Insert or replace observations by their natural key; return how many.

        Parameters
        ----------
        rows : sequence of dict
            ``provider, series_id, event_date, realtime_start, realtime_end, value, batch_id``.
        """
        scope = self._context.actor.tenant_id or ""
        upsert(self._context, MacroObservation, [{"tenant_scope": scope, **row} for row in rows])
        return len(rows)

    def find_series(self, series_id: str) -> MacroSeries | None:
        """Return what one series is: the tenant's own description before the shared one."""
        mine = self._query().where(MacroSeries.series_id == series_id)
        return self._one(mine.order_by(MacroSeries.tenant_scope.desc(), MacroSeries.provider).limit(1))

    def all_series(self) -> Sequence[MacroSeries]:
        """Return all visible series by id."""
        return self._all(self._query().order_by(MacroSeries.series_id, MacroSeries.provider))

    def observations(
        self,
        series_id: str,
        provider: str,
        *,
        known_on: date | None = None,
        start: date | None = None,
        end: date | None = None,
    ) -> Sequence[MacroObservation]:
        """Return one figure a period, in order: as it stood on a day, or as it stands.

        What was published after ``known_on`` is not read; a figure that had been taken back by then is left out.
        """
        query = visible(MacroObservation, self._context.actor).where(
            MacroObservation.series_id == series_id, MacroObservation.provider == provider
        )
        if known_on is None:
            query = query.where(MacroObservation.realtime_end.is_(None))
        else:
            stood = or_(MacroObservation.realtime_end.is_(None), MacroObservation.realtime_end >= known_on)
            query = query.where(MacroObservation.realtime_start <= known_on, stood)
        if start is not None:
            query = query.where(MacroObservation.event_date >= start)
        if end is not None:
            query = query.where(MacroObservation.event_date <= end)
        order = (MacroObservation.event_date, MacroObservation.tenant_scope, MacroObservation.realtime_start)
        rows: Sequence[MacroObservation] = self._session.scalars(query.order_by(*order)).all()
        return list({row.event_date: row for row in rows}.values())

    def history(self, series_id: str, provider: str) -> Sequence[MacroObservation]:
        """Return every figure ever published of every period, by period and day of publication."""
        query = visible(MacroObservation, self._context.actor).where(
            MacroObservation.series_id == series_id, MacroObservation.provider == provider
        )
        order = (MacroObservation.event_date, MacroObservation.realtime_start, MacroObservation.tenant_scope)
        rows: Sequence[MacroObservation] = self._session.scalars(query.order_by(*order)).all()
        return rows

    def last(self, series_id: str, provider: str) -> MacroObservation | None:
        """Return the figure of the last period that has one that stands; the tenant's own before the shared one."""
        query = visible(MacroObservation, self._context.actor).where(
            MacroObservation.series_id == series_id,
            MacroObservation.provider == provider,
            MacroObservation.realtime_end.is_(None),
            MacroObservation.value.is_not(None),
        )
        order = (MacroObservation.event_date.desc(), MacroObservation.tenant_scope.desc())
        row: MacroObservation | None = self._session.scalars(query.order_by(*order).limit(1)).first()
        return row

    def vintages(self, series_id: str, provider: str, event_date: date) -> Sequence[MacroObservation]:
        """Return every figure ever published of one period, the first release first."""
        query = visible(MacroObservation, self._context.actor).where(
            MacroObservation.series_id == series_id,
            MacroObservation.provider == provider,
            MacroObservation.event_date == event_date,
        )
        rows: Sequence[MacroObservation] = self._session.scalars(query.order_by(MacroObservation.realtime_start)).all()
        return rows
