"""What did an economic series say: as it was first published, as it was known on a day, as it stands?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from data.store import tables
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.errors import FieldProblem, InvalidRequest, NotFound
from services.lineage_deliveries import delivery_marks
from services.messages.economy import EconomicSeries, EconomicView, PeriodFigure, Reading
from services.ports import Ports
from services.source_names import source_names

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

Row = tables.MacroObservation


class Economy:
    """Economic series to look at, with every release.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def all_series(self, actor: Actor) -> tuple[EconomicSeries, ...]:
        """Return the stored series by id, each once: a house's own before the shared one."""
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            chosen: dict[str, tables.MacroSeries] = {}
            for row in uow.macro.all_series():
                if row.series_id not in chosen or row.tenant_scope > chosen[row.series_id].tenant_scope:
                    chosen[row.series_id] = row
            return tuple(self._listed(row, uow.macro.last(row.series_id, row.provider)) for row in chosen.values())

    def view(
        self, series_id: str, actor: Actor, *, reading: Reading = "latest", known_on: date | None = None
    ) -> EconomicView:
        """Return one series with the release of each period that a reading chooses.

        Parameters
        ----------
        series_id : str
        reading : {"latest", "first", "known"}
            ``latest`` leaves out figures that were withdrawn, ``known`` what was published later than a day.
        known_on : date or None
            The day of the reading ``known``.

        Raises
        ------
        InvalidRequest
            The reading ``known`` without a day.
        NotFound
            The series is not stored.

        """
        authorize(actor, Permission.MARKET_READ)
        if reading == "known" and known_on is None:
            problem = FieldProblem("known_on", "The day is missing.", "Name the day whose knowledge counts.")
            raise InvalidRequest("The view has a problem.", "Name a day.", fields=(problem,))
        with self._ports.store.read(actor) as uow:
            series = _series(uow, series_id)
            rows = uow.macro.history(series_id, series.provider)
            periods = [
                _figure(list(group), reading, known_on) for _, group in groupby(rows, key=lambda row: row.event_date)
            ]
            newest = max((row for row in rows if row.batch_id), key=lambda row: row.batch_id or "", default=None)
            marks = {} if newest is None else delivery_marks(uow, [str(newest.batch_id)])
            listed = self._listed(series, uow.macro.last(series_id, series.provider))
        shown = tuple(one for one in periods if one is not None)
        return EconomicView(
            series=listed,
            reading=reading,
            known_on=known_on if reading == "known" else None,
            periods=shown,
            revised_count=sum(1 for one in shown if one.first_value != one.latest_value),
            delivery=next(iter(marks.values()), None),
        )

    def _listed(self, row: tables.MacroSeries, last: Row | None) -> EconomicSeries:
        return EconomicSeries(
            series_id=row.series_id,
            title=row.title,
            unit=row.unit,
            frequency=row.frequency,
            seasonal_adjustment=row.seasonal_adjustment,
            provider=row.provider,
            provider_label=source_names([row.provider]),
            last_period=None if last is None else last.event_date,
            last_value=None if last is None else last.value,
            released_on=None if last is None else last.realtime_start,
            updated_at_utc=row.updated_at_utc,
            age_days=max(0, (self._ports.clock.now_utc().date() - row.updated_at_utc.date()).days),
            is_sample=row.is_sample,
        )


def _series(uow: UnitOfWork, series_id: str) -> tables.MacroSeries:
    found = uow.macro.find_series(series_id)
    if found is None:
        raise NotFound(
            f"There is no economic series with the id {series_id!r}.", "See the list of series that are stored."
        )
    return found


def _figure(rows: Sequence[Row], reading: Reading, known_on: date | None) -> PeriodFigure | None:
    """Return one period of its releases in order, as a reading chooses; None where it has nothing to choose.

    A house's own releases count before the shared ones of the same period.
    """
    scope = max(row.tenant_scope for row in rows)
    first = next(row for row in rows if row.tenant_scope == scope)
    latest = _preferred([row for row in rows if row.realtime_end is None])
    known = (
        None
        if known_on is None
        else _preferred(
            [
                row
                for row in rows
                if row.realtime_start <= known_on and (row.realtime_end is None or row.realtime_end >= known_on)
            ]
        )
    )
    shown = {"latest": latest, "first": first, "known": known}[reading]
    if shown is None:
        return None
    return PeriodFigure(
        period=shown.event_date,
        value=shown.value,
        released_on=shown.realtime_start,
        first_value=first.value,
        first_on=first.realtime_start,
        latest_value=None if latest is None else latest.value,
        releases_count=sum(1 for row in rows if row.tenant_scope == scope),
    )


def _preferred(rows: Sequence[Row]) -> Row | None:
    return max(rows, key=lambda row: (row.tenant_scope, row.realtime_start), default=None)
