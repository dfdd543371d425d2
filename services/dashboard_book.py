"""What do all portfolios of a reader hold, how did their benchmarks do, and at which rates do they add up?

One reading for all parts of the dashboard: the portfolios with their holdings, the levels of their benchmarks, the
limits on risk with the figures they were judged by, and the rates into the currency that was chosen.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from services import formatting
from services.auth.actor import Actor
from services.errors import FieldProblem, InvalidRequest
from services.market_series import SeriesReader
from services.messages.portfolios import Holding
from services.portfolios_benchmark import benchmark_index, benchmark_weights
from services.portfolios_whole import Whole
from services.valuation_prices import PriceBook

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from services.portfolios import Portfolios
    from services.ports import Ports

FloatArray = NDArray[np.float64]
CASH = "Cash"
NO_SECTOR = "No sector known"


@dataclass(frozen=True)
class Entry:
    """One portfolio in the book.

    Parameters
    ----------
    rate : Decimal or None
        Units of the book's currency for one of the portfolio's, on its as-of date; None where there is none.
    benchmark : array of float64 or None
        Levels of its benchmark on the days of `whole.recent`, in the portfolio's currency; None without one.
    benchmark_sectors : mapping of sector to weight, or None
        None where the weights of the benchmark are not known.

    """

    whole: Whole
    rate: Decimal | None
    benchmark: FloatArray | None = field(default=None, repr=False)
    benchmark_sectors: Mapping[str, float] | None = field(default=None, repr=False)

    @property
    def why_left_out(self) -> str | None:
        """Why its value is in no total; None where it is."""
        one = self.whole.summary
        if one.value_ccy is None:
            return "it has no value, because something in it has no price or no rate"
        if self.rate is None:
            return f"there is no rate from {one.base_currency} on {formatting.day_short(one.as_of)}"
        return None

    def into(self, amount: Decimal | None) -> Decimal | None:
        """Bring an amount of the portfolio into the book's currency; None where it or the rate is not known."""
        return None if amount is None or self.rate is None else amount * self.rate


@dataclass(frozen=True)
class Book:
    """Everything that the parts of the dashboard are made of, for one reader and one currency.

    Parameters
    ----------
    rates : PriceBook
        Rates into `currency` on any day.
    filter_sector, filter_symbol : str or None
        What holdings are narrowed down to.

    """

    currency: str
    currencies: tuple[str, ...]
    entries: tuple[Entry, ...]
    rates: PriceBook = field(repr=False)
    filter_sector: str | None = None
    filter_symbol: str | None = None

    @property
    def counted(self) -> tuple[Entry, ...]:
        """The portfolios whose values add up."""
        return tuple(one for one in self.entries if one.why_left_out is None)

    @property
    def is_filtered(self) -> bool:
        """Whether holdings are narrowed down."""
        return self.filter_sector is not None or self.filter_symbol is not None

    def lets_through(self, held: Holding) -> bool:
        """Return whether the filter keeps a holding."""
        if self.filter_symbol is not None and held.symbol != self.filter_symbol:
            return False
        return self.filter_sector is None or sector_of(held) == self.filter_sector

    def total_ccy(self) -> Decimal:
        """Return the value of all counted portfolios, unrounded."""
        return sum((one.into(one.whole.summary.value_ccy) or Decimal(0) for one in self.counted), Decimal(0))


class Books:
    """Reads the book of a reader.

    Parameters
    ----------
    ports : Ports
    portfolios : Portfolios

    """

    def __init__(self, ports: Ports, portfolios: Portfolios) -> None:
        self._ports = ports
        self._portfolios = portfolios
        self._reader = SeriesReader(ports)

    def read(
        self, actor: Actor, currency: str | None, sector: str | None, symbol: str | None, is_compared: bool = True
    ) -> Book:
        """Return the reader's portfolios in a currency; the one that most of them have when None.

        Parameters
        ----------
        actor : Actor
        currency, sector, symbol : str or None
        is_compared : bool
            Whether benchmarks are read too; what is asked for anew while prices move does not need them.

        Raises
        ------
        InvalidRequest
            No portfolio has the currency, and none can be brought into it.

        """
        wholes = self._portfolios.wholes(actor)
        counts = Counter(one.summary.base_currency for one in wholes)
        own = tuple(sorted(counts))
        chosen = currency or (max(sorted(counts), key=lambda one: counts[one]) if counts else "USD")
        with self._ports.store.read(actor) as uow:
            rates = self._reader.book(uow, chosen, [], own)
            _refuse_unknown(chosen, own, rates)
            benchmarks = _Benchmarks(uow, self._reader) if is_compared else None
            entries = tuple(_entry(one, rates, benchmarks) for one in wholes)
        return Book(chosen, own, entries, rates, sector, symbol)


def sector_of(held: Holding) -> str:
    """Return the sector of a holding in words."""
    return held.sector or NO_SECTOR


def _refuse_unknown(chosen: str, own: Sequence[str], rates: PriceBook) -> None:
    if not own or chosen in own or rates.rates:
        return
    known = ", ".join(own)
    raise InvalidRequest(
        f"Nothing can be brought into {chosen}.",
        f"Choose one of {known}, or import rates of exchange.",
        fields=(FieldProblem("currency", f"There are no rates into {chosen}.", f"Choose one of {known}."),),
    )


def _entry(one: Whole, rates: PriceBook, benchmarks: _Benchmarks | None) -> Entry:
    summary = one.summary
    rate = None if summary.as_of is None else rates.rate(summary.base_currency, summary.as_of)
    if summary.as_of is None and summary.base_currency == rates.base_currency:
        rate = Decimal(1)
    if benchmarks is None or summary.benchmark_id is None or summary.as_of is None:
        return Entry(one, rate)
    days = tuple(point.day for point in one.recent)
    levels = benchmarks.levels(summary.benchmark_id, summary.base_currency, days)
    return Entry(one, rate, levels, benchmarks.sectors(summary.benchmark_id, summary.as_of))


class _Benchmarks:
    """Levels and sectors of benchmarks, each computed once although many portfolios share it."""

    def __init__(self, uow: UnitOfWork, reader: SeriesReader) -> None:
        self._uow, self._reader = uow, reader
        self._levels: dict[tuple[str, str, tuple[date, ...]], FloatArray | None] = {}
        self._sectors: dict[tuple[str, date], dict[str, float] | None] = {}

    def levels(self, benchmark_id: str, currency: str, days: tuple[date, ...]) -> FloatArray | None:
        """Return the levels on some days, 1 on the first; None where there is no level at all."""
        key = (benchmark_id, currency, days)
        if key not in self._levels:
            row = self._uow.benchmarks.find(benchmark_id) if days else None
            found = None if row is None else benchmark_index(self._uow, self._reader, row, days, currency)
            self._levels[key] = found if found is not None and bool(np.isfinite(found).any()) else None
        return self._levels[key]

    def sectors(self, benchmark_id: str, day: date) -> dict[str, float] | None:
        """Return the weights by sector at a close, summing to 1; None where the constituents are not known.

        What the benchmark holds as one asset without a sector, such as a fund, has none either: then none is known.
        """
        key = (benchmark_id, day)
        if key not in self._sectors:
            row = self._uow.benchmarks.find(benchmark_id)
            weights = {} if row is None else benchmark_weights(self._uow, self._reader, row, day)
            assets = self._uow.assets.get_many(sorted(weights))
            found: dict[str, list[float]] = {}
            for asset_id, weight in weights.items():
                sector = assets[asset_id].sector if asset_id in assets else None
                found.setdefault(sector or NO_SECTOR, []).append(weight)
            summed = {name: math.fsum(parts) for name, parts in found.items()}
            is_known = bool(summed) and set(summed) != {NO_SECTOR}
            self._sectors[key] = summed if is_known else None
        return self._sectors[key]
