"""Which assets are there, what do they cost, and where do the figures come from?"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from data.store import tables
from engine.kernel.errors import PanelRefused
from engine.kernel.frames import PricePanel, ReturnsPanel
from services import formatting
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.errors import FieldProblem, InvalidRequest, NotFound
from services.market_benchmarks import benchmark_views
from services.market_gaps import find_gaps
from services.market_history import Frequency, price_history
from services.market_panel import PanelSource, base_currency_of, build_panel, build_prices, first_possible_day
from services.market_refresh import Refresh
from services.market_series import SeriesReader
from services.market_views import asset_view, day_of, provider_status, with_attributes
from services.messages.frozen import Page
from services.messages.market import AssetView, BenchmarkView, DataGap, IngestReport, PriceSeriesView, ProviderStatus
from services.ports import Ports
from services.valuation_prices import CloseSeries

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

ASSETS_MAX_COUNT = 5000
ISIN = "isin"


class Market:
    """Market data, each figure with its source.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._reader = SeriesReader(ports)
        self._refresh = Refresh(ports)

    def assets(
        self,
        actor: Actor,
        *,
        query: str | None = None,
        sector: str | None = None,
        asset_class: str | None = None,
        currency: str | None = None,
        cursor: str | None = None,
        limit: int = 200,
    ) -> Page[AssetView]:
        """Return assets by symbol, with their latest close.

        Parameters
        ----------
        query : str or None
            Part of the symbol or of the name, or a whole ISIN; case does not matter.
        sector, asset_class, currency : str or None
            Exact matches.
        cursor : str or None
            `next_cursor` of the page before.
        limit : int
            Most assets of a page.

        """
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            page = uow.assets.search(
                text=query,
                sector=sector,
                asset_class=asset_class,
                currency=currency,
                cursor=cursor,
                limit=min(limit, ASSETS_MAX_COUNT),
            )
            rows = list(page.rows)
            if query and cursor is None and not rows:
                named = uow.assets.find_by_identifier(ISIN, query.strip().upper(), self._ports.clock.now_utc().date())
                rows = [named] if named is not None and _is_like(named, sector, asset_class, currency) else []
            return Page(items=self._shown(uow, rows), next_cursor=page.next_cursor)

    def asset(self, symbol: str, actor: Actor) -> AssetView:
        """Return one asset with its latest close and its other facts.

        Raises
        ------
        NotFound
            There is no such symbol for this actor.

        """
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            row = _one(uow, symbol)
            (view,) = self._shown(uow, [row])
            as_of = self._as_of(uow)
            now_utc = self._ports.clock.now_utc()
            return view if as_of is None else with_attributes(view, uow, as_of, now_utc)

    def sectors(self, actor: Actor) -> tuple[str, ...]:
        """Return the sectors that occur, in alphabetical order."""
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            return tuple(uow.assets.sectors())

    def as_of(self, actor: Actor) -> date | None:
        """Return the last day on which most assets have prices; None while nothing is stored.

        See `market_views.day_of`: neither an asset no longer traded nor one newer file moves the day of all others.
        """
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            return self._as_of(uow)

    def last_day(self) -> date | None:
        """Return the last common session of the prices that all houses share; None while nothing is stored."""
        with self._ports.store.system(read_only=True) as uow:
            return self._as_of(uow)

    def benchmarks(self, actor: Actor) -> tuple[BenchmarkView, ...]:
        """Return what portfolios can be measured against, by name."""
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            return benchmark_views(uow, self._reader)

    def prices(
        self,
        symbol: str,
        actor: Actor,
        start: date | None = None,
        end: date | None = None,
        frequency: Frequency = "daily",
    ) -> PriceSeriesView:
        """Return closes of one asset with their source.

        Parameters
        ----------
        frequency : {"daily", "weekly", "monthly"}
            A week or month has the close of its last session.

        Raises
        ------
        NotFound
            There is no such symbol, or nothing is stored of it.
        InvalidRequest
            The window ends before it begins.

        """
        authorize(actor, Permission.MARKET_READ)
        if start is not None and end is not None and end < start:
            raise InvalidRequest(
                "The window ends before it begins.",
                "Choose an end on or after the start.",
                fields=(FieldProblem("end", f"{end.isoformat()} lies before {start.isoformat()}."),),
            )
        with self._ports.store.read(actor) as uow:
            return price_history(uow, _one(uow, symbol), self._reader, start, end, frequency)

    def returns_panel(
        self,
        symbols: Sequence[str],
        as_of: date | None = None,
        lookback_days: int = 1260,
        actor: Actor | None = None,
        base_currency: str | None = None,
    ) -> tuple[ReturnsPanel, dict[str, Any]]:
        """Return simple returns of assets over their common window, with lineage.

        Parameters
        ----------
        symbols : sequence of str
            Columns, in this order.
        as_of : date or None
            Last day that counts; the last common session of these assets when None.
        lookback_days : int
            Number of returns wanted.
        actor : Actor or None
            For whom; without one only what all tenants share is used.
        base_currency : str or None
            Currency of the returns; the one that all assets share when None, dollars when they share none.

        Raises
        ------
        InvalidRequest
            Naming every symbol that is unknown, has no prices, or whose currency has no rates; or when the assets have
            fewer than two common sessions.

        """
        if lookback_days < 2:
            raise InvalidRequest(
                "The window is too short.",
                "Use at least 2 days.",
                fields=(FieldProblem("lookback_days", f"{lookback_days} returns cannot be used."),),
            )
        sources, rates, currency = self._priced(symbols, actor, base_currency)
        day = as_of or min(source.series.sessions[-1] for source in sources).astype("datetime64[D]").astype(object)
        try:
            panel, lineage = build_panel(sources, rates, currency, day, lookback_days)
            return panel, lineage | self._deliveries_of(sources, panel, actor)
        except PanelRefused as refusal:
            first = None if as_of is None else first_possible_day(sources, rates, currency)
            if as_of is not None and first is not None and as_of < first:
                problems = [_too_early(as_of, first)]
            else:
                problems = [
                    FieldProblem("as_of" if as_of else "asset_ids", p.message, p.advice or "") for p in refusal.problems
                ]
            raise InvalidRequest(
                "These assets do not have enough common history.",
                "Choose other assets or a later date.",
                fields=tuple(problems),
            ) from refusal

    def _deliveries_of(
        self, sources: Sequence[PanelSource], panel: ReturnsPanel, actor: Actor | None
    ) -> dict[str, Any]:
        """Return by which deliveries the closes of the window came, by symbol, and when the last of it became known."""
        before = [_session_before(source.series.sessions, panel.start) for source in sources]
        scope = "" if actor is None else actor.tenant_id
        series = [source.series for source in sources]
        found = self._reader.batches(lambda: self._unit(actor), scope, series, min(before), panel.end)
        known = [one for source in sources if (one := source.series.knowledge_time_utc) is not None]
        return {
            "batches": {source.symbol: found[source.series.asset_id] for source in sources},
            "knowledge_time_utc": max(known).isoformat() if known else None,
        }

    def _unit(self, actor: Actor | None) -> AbstractContextManager[UnitOfWork]:
        return self._ports.store.system(read_only=True) if actor is None else self._ports.store.read(actor)

    def price_panel(
        self, symbols: Sequence[str], as_of: date, actor: Actor | None = None, base_currency: str | None = None
    ) -> PricePanel:
        """Return all stored closes of assets up to a day, in one currency; a day without a close of an asset is NaN.

        Parameters as for `returns_panel`, and the same refusals of symbols.

        """
        return build_prices(*self._priced(symbols, actor, base_currency), as_of)

    def _priced(
        self, symbols: Sequence[str], actor: Actor | None, base_currency: str | None
    ) -> tuple[list[PanelSource], dict[str, CloseSeries], str]:
        """Return the series of the assets, the rates that they need and the currency of their returns."""
        with self._unit(actor) as uow:
            sources, problems = self._sources(uow, symbols, is_shared_only=actor is None)
            _refuse(problems)
            currency = base_currency_of(sources, base_currency)
            rates: dict[str, CloseSeries] = {}
            for number, source in enumerate(sources):
                if source.series.currency == currency or source.series.currency in rates:
                    continue
                found = self._reader.rates(uow, source.series.currency, currency)
                if found is None:
                    problems.append(_no_rate(number, source, currency))
                else:
                    rates[source.series.currency] = found
            _refuse(problems)
        return sources, rates, currency

    def providers(self, actor: Actor) -> tuple[ProviderStatus, ...]:
        """Return how each source of market data stands."""
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            summaries = list(uow.prices.summaries(providers=self._reader.preference).values())
            return tuple(provider_status(provider, uow, summaries) for provider in self._ports.providers)

    def gaps(self, actor: Actor) -> tuple[DataGap, ...]:
        """Return which figures the stored data lack for this actor, each with the ways to get them."""
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            return find_gaps(uow, self._reader)

    def load_history(self) -> IngestReport:
        """Take in what the providers can list, for the first start; what is stored already is left alone."""
        return self._refresh.load()

    def refresh(self, actor: Actor) -> IngestReport:
        """Ask the providers for news, store them and tell everybody in the tenant.

        Raises
        ------
        Unavailable
            A provider cannot be reached.

        """
        authorize(actor, Permission.MARKET_REFRESH)
        return self._refresh.refresh(actor)

    def _as_of(self, uow: UnitOfWork) -> date | None:
        ends = [found.last_date for found in uow.prices.summaries(providers=self._reader.preference).values()]
        return day_of(ends)

    def _shown(self, uow: UnitOfWork, rows: Sequence[tables.Asset]) -> tuple[AssetView, ...]:
        summaries = uow.prices.summaries([row.id for row in rows], self._reader.preference)
        issuers = uow.issuers.get_many(sorted({row.issuer_id for row in rows if row.issuer_id is not None}))
        isins = uow.assets.names_on([row.id for row in rows], ISIN, self._ports.clock.now_utc().date())
        return tuple(
            asset_view(row, summaries.get(row.id), issuers.get(row.issuer_id or ""), isins.get(row.id)) for row in rows
        )

    def _sources(
        self, uow: UnitOfWork, symbols: Sequence[str], *, is_shared_only: bool
    ) -> tuple[list[PanelSource], list[FieldProblem]]:
        """Return the series of each symbol, and what is wrong with those that have none."""
        rows = uow.assets.by_symbols(list(symbols))
        if is_shared_only:
            rows = {symbol: row for symbol, row in rows.items() if row.tenant_id is None}
        series = self._reader.series(uow, [row.id for row in rows.values()])
        sources: list[PanelSource] = []
        problems: list[FieldProblem] = []
        if not symbols:
            problems.append(FieldProblem("asset_ids", "No assets were chosen.", "Choose at least one."))
        for number, symbol in enumerate(symbols):
            row = rows.get(symbol)
            path = f"asset_ids[{number}]"
            if row is None:
                problems.append(
                    FieldProblem(path, f"There is no asset with the symbol {symbol!r}.", "Choose one from the list.")
                )
            elif row.id not in series:
                problems.append(
                    FieldProblem(path, f"No prices of {symbol} are stored.", "Import its prices, or leave it out.")
                )
            elif symbol in symbols[:number]:
                problems.append(FieldProblem(path, f"{symbol} appears twice.", "Name each asset once."))
            else:
                sources.append(PanelSource(symbol, series[row.id]))
        return sources, problems


def _one(uow: UnitOfWork, symbol: str) -> tables.Asset:
    """Return the asset with a symbol."""
    row = uow.assets.by_symbols([symbol]).get(symbol)
    if row is None:
        raise NotFound(f"There is no asset with the symbol {symbol!r}.", "Choose one from the list of assets.")
    return row


def _is_like(row: tables.Asset, sector: str | None, asset_class: str | None, currency: str | None) -> bool:
    """Return whether an asset that was found by its name is of what else was asked for."""
    asked = ((row.sector, sector), (row.asset_class, asset_class), (row.currency, currency))
    return row.is_active and all(wanted is None or own == wanted for own, wanted in asked)


def _no_rate(number: int, source: PanelSource, currency: str) -> FieldProblem:
    return FieldProblem(
        f"asset_ids[{number}]",
        f"{source.symbol} is quoted in {source.series.currency}, and there are no rates to {currency}.",
        "Import rates, load the sample pack, or leave it out.",
    )


def _too_early(as_of: date, first: date) -> FieldProblem:
    return FieldProblem(
        "as_of",
        f"Up to {formatting.day(as_of)} these assets have no two days with prices in common.",
        f"The first possible date is {formatting.day(first)} ({first.isoformat()}); choose it or a later one, "
        "or leave out the assets with the shortest histories.",
    )


def _refuse(problems: Sequence[FieldProblem]) -> None:
    if problems:
        raise InvalidRequest(
            "These assets cannot be used together.", "Correct the assets named below.", fields=tuple(problems)
        )


def _session_before(sessions: NDArray[np.datetime64], day: date) -> date:
    """Return the session that a return of a day is measured from; the day itself where there is none before."""
    place = max(int(np.searchsorted(sessions, np.datetime64(day, "D"))) - 1, 0)
    found: date = sessions[place].astype("datetime64[D]").astype(object)
    return found
