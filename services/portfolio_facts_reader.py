"""How is what a portfolio holds read once, and found again in memory until ledger, prices or rates change?"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from data.store import tables
from services import formatting
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.market_marks import facts_note
from services.market_panel import PanelSource, lineage_of
from services.market_series import SeriesReader, StoredSeries
from services.market_views import day_of
from services.market_volumes import stated_volumes, usual_volumes
from services.portfolio_facts import CASH_CLASS, FloatArray, HeldAsset, PortfolioFacts
from services.portfolio_facts_benchmark import BenchmarkFacts, held_assets, read_benchmark
from services.portfolio_facts_panel import Column, Days, calendar, returns_tables
from services.portfolio_facts_refusals import refuse_unusable
from services.ports import Ports
from services.valuation import PortfolioState, Valuator
from services.valuation_prices import STALE_SESSIONS_MAX

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

SESSIONS_COUNT = 2520
LONG_COUNT = 2520
"""From so many returns on, ten years, a history is long enough not to be spoken of."""
FACTS_KEPT_COUNT = 32
VOLUMES_KEPT_COUNT = 5_000
VOLUMES_FRESH_DAYS_MAX = 30
VOLUMES_WORD = "volumes"
VERSION_HEX_COUNT = 32
Volumes = dict[str, tuple[float, bool]]
"""Usual volume in units by asset id, and whether it was invented."""


@dataclass(frozen=True)
class _Span:
    """What the lineage tells of the window."""

    start: date
    end: date
    observations_count: int
    notes: tuple[str, ...] = ()


class PortfolioFactsReader:
    """Reads what a portfolio holds with the history of exactly that; the one reader of risk, stress and performance.

    Parameters
    ----------
    ports : Ports
    reader : SeriesReader or None
        A memory of series to share; one of its own when None.
    valuator : Valuator or None
        A memory of valued portfolios to share, over the same reader.

    """

    def __init__(self, ports: Ports, *, reader: SeriesReader | None = None, valuator: Valuator | None = None) -> None:
        self._ports = ports
        self._reader = reader or SeriesReader(ports)
        self._valuator = valuator or Valuator(ports, self._reader)
        self._kept: OrderedDict[tuple[Any, ...], PortfolioFacts] = OrderedDict()
        self._volumes_kept: OrderedDict[tuple[Any, ...], tuple[float, bool] | None] = OrderedDict()
        self._market_days: dict[tuple[str, str], date | None] = {}
        self._lock = threading.Lock()

    @property
    def reader(self) -> SeriesReader:
        """The memory of series that the facts are read from."""
        return self._reader

    @property
    def valuator(self) -> Valuator:
        """The memory of valued portfolios that the facts are read from."""
        return self._valuator

    def data_version(self, portfolio_id: str, actor: Actor) -> str:
        """Return a word that changes whenever the portfolio, its ledger, its benchmark, any price or any rate does.

        Raises
        ------
        NotFound
            There is no such portfolio for this actor.

        """
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            return self.version_in(uow, uow.portfolios.get(portfolio_id))

    def read(
        self,
        portfolio_id: str,
        actor: Actor,
        *,
        as_of: date | None = None,
        sessions_count: int = SESSIONS_COUNT,
        state: PortfolioState | None = None,
    ) -> PortfolioFacts:
        """Return today's holdings over history; the arrays are shared, and read-only.

        Parameters
        ----------
        portfolio_id : str
        actor : Actor
        as_of : date or None
            Day of holdings, closes and rates; the portfolio's own as-of date when None.
        sessions_count : int
            Number of returns wanted; fewer are given where no holding has a longer history.
        state : PortfolioState or None
            The portfolio at that day, where it was valued already.

        Raises
        ------
        NotFound
            There is no such portfolio for this actor.
        Conflict
            It holds nothing, some holding or cash has no usable close or rate, or its net value is not positive, so
            that fractions of it mean nothing.

        """
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            row = uow.portfolios.get(portfolio_id)
            key = (actor.tenant_id, row.id, self.version_in(uow, row), as_of, sessions_count)
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
            if state is None and as_of is not None:
                state = self._valuator.state_on(uow, row, as_of)
        if state is None:
            state = self._valuator.state(actor, row)
        with self._ports.store.read(actor) as uow:
            facts = self._build(uow, row, state, sessions_count, as_of)
        with self._lock:
            self._kept[key] = facts
            while len(self._kept) > FACTS_KEPT_COUNT:
                self._kept.popitem(last=False)
        return facts

    def version_in(self, uow: UnitOfWork, row: tables.Portfolio) -> str:
        """Return `data_version` of a portfolio that was read already."""
        benchmark = None if row.benchmark_id is None else uow.benchmarks.find(row.benchmark_id)
        parts = (
            row.id,
            str(row.row_version),
            str(uow.ledger.last_entries([row.id]).get(row.id, 0)),
            self._reader.version(uow),
            "" if benchmark is None else f"{benchmark.id} {benchmark.row_version}",
        )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:VERSION_HEX_COUNT]

    def _build(
        self, uow: UnitOfWork, row: tables.Portfolio, state: PortfolioState, sessions_count: int, until: date | None
    ) -> PortfolioFacts:
        """Put the facts of a state together."""
        as_of = refuse_unusable(uow, row, state, until, None if until is None else self.market_day(uow))
        assert state.value_ccy is not None
        ordered = sorted(state.holdings, key=lambda held: (-abs(held.value_ccy or Decimal(0)), held.asset_id))
        foreign = sorted(one for one, amount in state.balances.items() if amount and one != row.base_currency)
        ids = [held.asset_id for held in ordered]
        series = self._reader.series(uow, ids)
        rows = uow.assets.get_many(ids)
        held = held_assets(uow, [rows[key] for key in ids])
        columns = [Column(series[asset.asset_id], series[asset.asset_id].currency) for asset in held]
        columns += [Column(None, currency) for currency in foreign]
        sessions = [column.series.sessions for column in columns if column.series is not None]
        market = sessions or [state.book.market_sessions]
        days = calendar(market, np.datetime64(as_of, "D"), sessions_count)
        returns, local, fx = returns_tables(columns, state.book.rates, row.base_currency, days)
        market_day = self.market_day(uow)
        assets = (*_dated(held, state, series, rows, market_day, until), *(_cash_asset(one, as_of) for one in foreign))
        rates = [_rate(state, one, as_of) for one in foreign]
        prices = [_price(state, key, as_of) for key in ids] + rates
        amounts = [state.balances[one] for one in foreign]
        values = [one.value_ccy or Decimal(0) for one in ordered]
        values += [amount * Decimal(repr(rate)) for amount, rate in zip(amounts, rates, strict=True)]
        volumes = self.volumes(uow, ids, as_of)
        units = [volumes.get(key, (np.nan, False))[0] for key in ids] + [np.inf] * len(foreign)
        benchmark = read_benchmark(uow, self._reader, row.benchmark_id, row.base_currency, days, as_of)
        cash = {
            currency: float(amount * Decimal(repr(_rate(state, currency, as_of))) / state.value_ccy)
            for currency, amount in sorted(state.balances.items())
        }
        facts = PortfolioFacts(
            portfolio_id=row.id,
            name=row.name,
            base_currency=row.base_currency,
            as_of=as_of,
            value_ccy=state.value_ccy,
            assets=assets,
            weights_frac=_fixed([float(value / state.value_ccy) for value in values]),
            quantities=_fixed([float(one.quantity) for one in ordered] + [float(amount) for amount in amounts]),
            cash_weight_frac=cash.get(row.base_currency, 0.0),
            cash_currencies=cash,
            dates=_frozen(days[1:]),
            returns_frac=_frozen(returns),
            local_returns_frac=_frozen(local),
            fx_returns_frac=_frozen(fx),
            benchmark_id=benchmark.id,
            benchmark_name=benchmark.name,
            benchmark_returns_frac=None if benchmark.returns_frac is None else _frozen(benchmark.returns_frac),
            benchmark_weights_frac=benchmark.weights_frac or {},
            benchmark_assets=benchmark.assets,
            adv_units=_fixed(units),
            adv_ccy=_fixed(np.asarray(units) * np.asarray(prices) if prices else []),
            price_ccy=_fixed(prices),
            market_day=market_day,
            notes=(),
            lineage={},
        )
        facts = replace(facts, lineage=self._lineage(facts, series, state, days))
        invented = [asset.symbol for asset in held if volumes.get(asset.asset_id, (0.0, False))[1]]
        facts = replace(facts, lineage=_marked(facts.lineage, invented))
        return replace(facts, notes=_notes(facts, benchmark, sessions_count))

    def volumes(self, uow: UnitOfWork, ids: list[str], as_of: date) -> Volumes:
        """Return the usual volumes; remembered by asset, because many sources may have to be asked."""
        scope = (uow.actor.tenant_id or "", self._reader.version(uow), as_of)
        with self._lock:
            known = {key: self._volumes_kept[*scope, key] for key in ids if (*scope, key) in self._volumes_kept}
        absent = [key for key in ids if key not in known]
        if absent:
            found = self._read_volumes(uow, absent, as_of)
            known |= {key: found.get(key) for key in absent}
            with self._lock:
                self._volumes_kept.update({(*scope, key): known[key] for key in absent})
                while len(self._volumes_kept) > VOLUMES_KEPT_COUNT:
                    self._volumes_kept.popitem(last=False)
        return {key: one for key, one in known.items() if one is not None}

    def _read_volumes(self, uow: UnitOfWork, ids: list[str], as_of: date) -> Volumes:
        stated = {key: (float(row.value), False) for key, row in stated_volumes(uow, ids, as_of).items()}
        absent = [key for key in ids if key not in stated]
        return stated | usual_volumes(uow, self._reader, absent, as_of, np.median, VOLUMES_FRESH_DAYS_MAX)

    def market_day(self, uow: UnitOfWork) -> date | None:
        """Return the last day of the market; remembered until deliveries change."""
        key = (uow.actor.tenant_id or "", self._reader.version(uow))
        if key not in self._market_days:
            ends = [found.last_date for found in uow.prices.summaries(providers=self._reader.preference).values()]
            self._market_days = {key: day_of(ends)}
        return self._market_days[key]

    def _lineage(
        self, facts: PortfolioFacts, series: dict[str, StoredSeries], state: PortfolioState, days: Days
    ) -> dict[str, Any]:
        held = [asset for asset in facts.assets if not asset.is_cash]
        if not held or days.size < 2:
            return {"currency": facts.base_currency, "as_of": facts.as_of.isoformat(), "notes": [], "is_sample": False}
        sources = [PanelSource(asset.symbol, series[asset.asset_id]) for asset in held]
        span = _Span(days[1].astype(object), days[-1].astype(object), int(days.size - 1))
        found = lineage_of(sources, state.book.rates, span, facts.base_currency, span.observations_count)
        known = [one.knowledge_time_utc for one in series.values() if one.knowledge_time_utc is not None]
        return found | {"knowledge_time_utc": max(known).isoformat() if known else None}


def _marked(lineage: dict[str, Any], invented: list[str]) -> dict[str, Any]:
    """Return the lineage with a mark where traded volumes were invented."""
    if not invented:
        return lineage
    mark = facts_note(VOLUMES_WORD, invented)
    return lineage | {
        "is_sample": True,
        "sample_facts": [VOLUMES_WORD],
        "sample_notes": [*(lineage.get("sample_notes") or ()), mark],
        "notes": [mark, *(lineage.get("notes") or ())],
    }


def _dated(
    held: tuple[HeldAsset, ...],
    state: PortfolioState,
    series: dict[str, StoredSeries],
    rows: dict[str, tables.Asset],
    market_day: date | None,
    until: date | None,
) -> list[HeldAsset]:
    """Return the assets with the dates of their closes, marked where those are too old.

    Parameters
    ----------
    until : date or None
        The day that was asked for: what came later counts for nothing, and the market's day is that one.

    """
    quotes = {one.asset_id: one.quote for one in state.holdings}
    ends = {key: _last_close(one, until) for key, one in series.items()}
    places = {key: rows[key].exchange or one.currency for key, one in series.items()}
    newest = {place: max(end for key, end in ends.items() if places[key] == place) for place in set(places.values())}
    market = max(newest.values()) if market_day is None or until is not None else np.datetime64(market_day, "D")
    made = []
    for asset in held:
        quote, end = quotes[asset.asset_id], ends[asset.asset_id]
        behind = int(np.busday_count(end, max(newest.values())))
        behind_market = int(np.busday_count(end, market))
        is_stale = end < newest[places[asset.asset_id]] or behind > 1 or behind_market > STALE_SESSIONS_MAX
        made.append(
            replace(
                asset,
                price_date=None if quote is None else quote.price_date,
                is_stale=bool(is_stale),
                behind_days=max(behind, behind_market, 0),
                is_sample=asset.is_sample or (quote is not None and quote.is_sample),
            )
        )
    return made


def _last_close(series: StoredSeries, until: date | None) -> np.datetime64:
    is_usable = np.isfinite(series.closes)
    if until is not None:
        is_usable = is_usable & (series.sessions <= np.datetime64(until, "D"))
    usable = np.flatnonzero(is_usable)
    found: np.datetime64 = series.sessions[usable[-1]].astype("datetime64[D]")
    return found


def _cash_asset(currency: str, as_of: date) -> HeldAsset:
    return HeldAsset(
        asset_id=f"cash:{currency}",
        symbol=f"CASH {currency}",
        name=f"Cash in {currency}",
        asset_class=CASH_CLASS,
        sector=None,
        country=None,
        currency=currency,
        issuer=None,
        is_sample=False,
        price_date=as_of,
        is_stale=False,
    )


def _price(state: PortfolioState, asset_id: str, as_of: date) -> float:
    quote = state.book.quote(asset_id, as_of)
    return np.nan if quote is None else float(quote.price) * _rate(state, quote.currency, as_of)


def _rate(state: PortfolioState, currency: str, as_of: date) -> float:
    rate = state.book.rate(currency, as_of)
    return np.nan if rate is None else float(rate)


def _notes(facts: PortfolioFacts, benchmark: BenchmarkFacts, sessions_count: int) -> tuple[str, ...]:
    notes: list[str] = list(facts.lineage.get("notes") or ())
    if facts.stale:
        notes.append(
            f"Stale: {', '.join(facts.stale)} {'has' if len(facts.stale) == 1 else 'have'} no new close although "
            f"others do; all figures are as of {formatting.day(facts.as_of)}."
        )
    known = np.isfinite(facts.returns_frac)
    if facts.assets and known.size:
        firsts = [(int(np.argmax(known[:, k])) if known[:, k].any() else known.shape[0]) for k in range(known.shape[1])]
        youngest = int(np.argmax(firsts))
        returns_count = int(known[:, youngest].sum())
        if returns_count < LONG_COUNT and (firsts[youngest] > 0 or facts.dates.size < sessions_count):
            count = formatting.count(returns_count, "daily return")
            notes.append(f"The shortest history is that of {facts.assets[youngest].symbol}: {count}.")
    unknown = [asset.symbol for asset, units in zip(facts.assets, facts.adv_units, strict=True) if np.isnan(units)]
    if unknown:
        notes.append(f"No traded volumes are known of {', '.join(unknown)}.")
    return (*notes, *benchmark.notes)


def _fixed(values: Any) -> FloatArray:
    made: FloatArray = _frozen(np.asarray(values, dtype=np.float64))
    return made


def _frozen(array: Any) -> Any:
    array = np.ascontiguousarray(array)
    array.setflags(write=False)
    return array
