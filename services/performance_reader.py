"""Which record of a portfolio do all figures of its performance come from: history, benchmark, rate, names, read once?

A record is remembered until its ledger or any delivery of prices, rates or weights changes; who may see the portfolio
is asked anew each time.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.kernel.risk_free import RiskFree
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.errors import NotFound
from services.market_series import SeriesReader
from services.performance_benchmark import BenchmarkHistory, read_benchmark
from services.performance_currency import read_in_currency
from services.performance_factors import FactorSeries, read_factors
from services.performance_history import PerformanceHistory, read_history
from services.performance_rates import risk_free_of
from services.portfolios_benchmark import benchmark_currencies, sample_rates
from services.ports import Ports
from services.valuation import Valuator

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork

RECORDS_KEPT_COUNT = 6
NOT_CLASSIFIED = "Not classified"


@dataclass(frozen=True)
class NamedAsset:
    """What an asset is called and which groups it belongs to."""

    asset_id: str
    symbol: str
    name: str
    asset_class: str
    sector: str
    country: str
    currency: str
    is_sample: bool


@dataclass(frozen=True, eq=False)
class PerformanceRecord:
    """Everything that figures of performance are computed from.

    Attributes
    ----------
    history
        The actual days; without any when nothing was booked or valued.
    benchmark, benchmark_id
        None without a benchmark.
    assets
        Whatever portfolio or benchmark ever held, by id.
    base_currency, own_currency
        The currency of all figures, and the portfolio's own.
    sample_rates
        Currencies of portfolio and benchmark whose rates are fictitious.

    """

    portfolio_id: str
    name: str
    base_currency: str
    own_currency: str
    is_sample: bool
    history: PerformanceHistory = field(repr=False)
    benchmark_id: str | None
    benchmark: BenchmarkHistory | None = field(repr=False)
    assets: dict[str, NamedAsset] = field(repr=False)
    risk_free: RiskFree = field(repr=False)
    sample_rates: tuple[str, ...] = ()

    @property
    def sample_symbols(self) -> tuple[str, ...]:
        """Return the holdings of any day whose prices were invented."""
        held = (self.assets[key] for key in self.history.asset_ids if key in self.assets)
        return tuple(sorted(one.symbol for one in held if one.is_sample))


class PerformanceReader:
    """Reads records through a small memory.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._series = SeriesReader(ports)
        self._valuator = Valuator(ports, self._series)
        self._kept: OrderedDict[tuple[object, ...], PerformanceRecord] = OrderedDict()
        self._lock = threading.Lock()

    def read(
        self,
        portfolio_id: str,
        actor: Actor,
        *,
        benchmark_id: str | None = None,
        risk_free_annual_frac: float | None = None,
        currency: str | None = None,
    ) -> PerformanceRecord:
        """Return the record of one portfolio.

        Parameters
        ----------
        benchmark_id
            Another benchmark than the portfolio's own.
        risk_free_annual_frac
            One rate in place of the stored series.
        currency
            Another currency than the portfolio's own.

        Raises
        ------
        Conflict
            A rate into that currency is missing.
        NotFound
            There is no such portfolio or benchmark, or none for this actor.
        NotAllowed

        """
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            row = uow.portfolios.get(portfolio_id)
            wanted = benchmark_id or row.benchmark_id
            benchmark = None if wanted is None else uow.benchmarks.find(wanted)
            if benchmark_id is not None and benchmark is None:
                raise NotFound.of("benchmark", benchmark_id)
            key = (
                actor.tenant_id,
                row.id,
                row.row_version,
                uow.ledger.last_entries([row.id]).get(row.id, 0),
                self._series.version(uow),
                None if benchmark is None else (benchmark.id, benchmark.row_version),
                risk_free_annual_frac,
                currency or row.base_currency,
            )
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
            record = self._load(uow, row, benchmark, risk_free_annual_frac, currency or row.base_currency)
        with self._lock:
            self._kept[key] = record
            while len(self._kept) > RECORDS_KEPT_COUNT:
                self._kept.popitem(last=False)
        return record

    def currencies(self, portfolio_id: str, actor: Actor) -> tuple[str, ...]:
        """Return a portfolio's own currency, and those between which and it rates are stored, in alphabetical order."""
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            own = uow.portfolios.get(portfolio_id).base_currency
            return (own, *sorted(uow.fx.partners(own) - {own}))

    def factors(self, record: PerformanceRecord, actor: Actor, factor_sets: Sequence[str] = ()) -> FactorSeries | None:
        """Return the returns of factors on the record's days, of sets where named; None where none is stored."""
        with self._ports.store.read(actor) as uow:
            return read_factors(uow, self._series, record.history.dates, factor_sets)

    def _load(
        self,
        uow: UnitOfWork,
        row: tables.Portfolio,
        benchmark: tables.Benchmark | None,
        rate: float | None,
        currency: str,
    ) -> PerformanceRecord:
        own = read_history(uow, self._valuator, row)
        history = read_in_currency(uow, self._series, own, row.base_currency, currency)
        beside = None
        if benchmark is not None and history.dates.size:
            beside = read_benchmark(uow, self._series, benchmark, history.dates, currency)
        ids = {*history.asset_ids, *(beside.asset_ids if beside is not None else ())}
        return PerformanceRecord(
            portfolio_id=row.id,
            name=row.name,
            base_currency=currency,
            own_currency=row.base_currency,
            is_sample=row.is_sample,
            history=history,
            benchmark_id=None if benchmark is None else benchmark.id,
            benchmark=beside,
            assets={key: _named(asset) for key, asset in uow.assets.get_many(sorted(ids)).items()},
            risk_free=risk_free_of(uow, currency, rate),
            sample_rates=self._sample_rates(uow, row, None if beside is None else benchmark, currency),
        )

    def _sample_rates(
        self, uow: UnitOfWork, row: tables.Portfolio, benchmark: tables.Benchmark | None, currency: str
    ) -> tuple[str, ...]:
        """Return the currencies of ledger and benchmark, and the portfolio's own, that fictitious rates bring over."""
        book = self._valuator.book_of(uow, row, self._valuator.entries(uow, row.id))
        beside = frozenset() if benchmark is None else benchmark_currencies(uow, self._series, benchmark)
        brought = sample_rates(uow, self._series, {row.base_currency, *beside}, currency)
        return tuple(sorted({*book.sample_rates(), *brought}))


def _named(asset: tables.Asset) -> NamedAsset:
    return NamedAsset(
        asset_id=asset.id,
        symbol=asset.symbol,
        name=asset.name,
        asset_class=asset.asset_class,
        sector=asset.sector or NOT_CLASSIFIED,
        country=asset.country or NOT_CLASSIFIED,
        currency=asset.currency,
        is_sample=asset.is_sample,
    )
