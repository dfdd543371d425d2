"""Which dividends, splits, fundamentals and economic figures are known, now or as of an instant?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from data.store import tables
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.errors import NotFound
from services.messages.market_data import ActionView, FundamentalView, MacroPoint, MacroSeriesView, MacroView, Release
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork


class MarketFacts:
    """What is known of assets and economies beside prices.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def actions(
        self,
        symbols: Sequence[str],
        actor: Actor,
        start: date | None = None,
        end: date | None = None,
        as_of_utc: datetime | None = None,
    ) -> tuple[ActionView, ...]:
        """Return dividends and splits by ex-date; with `as_of_utc` what became known later is not read.

        Raises
        ------
        NotFound
            A symbol does not exist.

        """
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            names = {row.id: row.symbol for row in _assets(uow, symbols)}
            rows = uow.corporate_actions.between(
                list(names), start or date.min, end or date.max, known_at_utc=as_of_utc
            )
            return tuple(
                ActionView(
                    symbol=names[row.asset_id],
                    kind=row.kind,
                    ex_date=row.ex_date,
                    amount_ccy=None if row.amount_ccy is None else format(row.amount_ccy, "f"),
                    currency=row.currency,
                    ratio=None if row.ratio is None else format(row.ratio, "f"),
                    provider=row.provider,
                    knowledge_time_utc=row.knowledge_time_utc,
                    batch_id=row.batch_id,
                )
                for row in rows
            )

    def fundamentals(
        self,
        symbols: Sequence[str],
        actor: Actor,
        names: Sequence[str] | None = None,
        as_of_utc: datetime | None = None,
    ) -> tuple[FundamentalView, ...]:
        """Return dated facts of companies, by name and fiscal date; each as it was known at the instant.

        Raises
        ------
        NotFound
            A symbol does not exist.

        """
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            symbol_of = {row.id: row.symbol for row in _assets(uow, symbols)}
            told = uow.assets.attribute_history(list(symbol_of), names, as_of_utc)
            rows = {  # what the house brought stands over what its provider says to all
                (row.asset_id, row.name, row.valid_on, row.provider): row
                for row in sorted(told, key=lambda row: row.tenant_id is not None)
            }
            return tuple(
                FundamentalView(
                    symbol=symbol_of[row.asset_id],
                    name=row.name,
                    value=float(row.value),
                    unit=row.unit,
                    fiscal_date=row.valid_on,
                    knowledge_time_utc=row.knowledge_time_utc,
                    provider=row.provider,
                    batch_id=row.batch_id,
                    is_sample=row.is_sample,
                )
                for row in sorted(rows.values(), key=lambda row: (row.name, row.valid_on))
            )

    def macro_series(self, actor: Actor) -> tuple[MacroSeriesView, ...]:
        """Return the economic series that are stored, by id."""
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            return tuple(_series_view(row) for row in uow.macro.all_series())

    def macro(
        self,
        series_id: str,
        actor: Actor,
        start: date | None = None,
        end: date | None = None,
        as_of: date | None = None,
        release: Release = "latest",
    ) -> MacroView:
        """Return one economic series: as it stood on a day, with no figure published later, or as it stands.

        With the release ``first`` each figure is the first one that was published of its period, by `as_of` if given.

        Raises
        ------
        NotFound
            It is not stored.

        """
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            series = _macro(uow, series_id)
            rows: Sequence[tables.MacroObservation]
            if release == "first":
                rows = _first_releases(uow.macro.history(series_id, series.provider), start, end, as_of)
            else:
                rows = uow.macro.observations(series_id, series.provider, known_on=as_of, start=start, end=end)
            return MacroView(series=_series_view(series), as_of=as_of, points=tuple(_point(row) for row in rows))

    def vintages(self, series_id: str, event_date: date, actor: Actor) -> tuple[MacroPoint, ...]:
        """Return every figure that was ever published of one period, the first release first.

        Raises
        ------
        NotFound
            The series is not stored.

        """
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            series = _macro(uow, series_id)
            return tuple(_point(row) for row in uow.macro.vintages(series_id, series.provider, event_date))


def _assets(uow: UnitOfWork, symbols: Sequence[str]) -> list[tables.Asset]:
    rows = uow.assets.by_symbols(list(symbols))
    for symbol in symbols:
        if symbol not in rows:
            raise NotFound(f"There is no asset with the symbol {symbol!r}.", "Choose one from the list of assets.")
    return list(rows.values())


def _macro(uow: UnitOfWork, series_id: str) -> tables.MacroSeries:
    found = uow.macro.find_series(series_id)
    if found is None:
        raise NotFound(
            f"There is no economic series with the id {series_id!r}.", "See the list of series that are stored."
        )
    return found


def _first_releases(
    rows: Sequence[tables.MacroObservation], start: date | None, end: date | None, as_of: date | None
) -> list[tables.MacroObservation]:
    """Return the first release of each period of a window, published by a day; a house's own before the shared one."""
    first: dict[date, tables.MacroObservation] = {}
    for row in rows:
        is_inside = (start or date.min) <= row.event_date <= (end or date.max)
        if is_inside and (as_of is None or row.realtime_start <= as_of):
            kept = first.get(row.event_date)
            if kept is None or row.tenant_scope > kept.tenant_scope:
                first[row.event_date] = row
    return list(first.values())


def _series_view(row: tables.MacroSeries) -> MacroSeriesView:
    return MacroSeriesView(
        series_id=row.series_id,
        provider=row.provider,
        title=row.title,
        unit=row.unit,
        frequency=row.frequency,
        seasonal_adjustment=row.seasonal_adjustment,
        updated_at_utc=row.updated_at_utc,
    )


def _point(row: tables.MacroObservation) -> MacroPoint:
    return MacroPoint(
        event_date=row.event_date,
        value=row.value,
        realtime_start=row.realtime_start,
        realtime_end=row.realtime_end,
        batch_id=row.batch_id,
    )
