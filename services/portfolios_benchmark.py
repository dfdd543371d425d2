"""How did a benchmark do on the days of a portfolio's history?

An index is its own closes, or its members where it has none. Constituent weights are bought at the close of the day
from which they are in force and held until the next such day. A blend is brought back to its shares by its own rule
(`services.blends`).
Total-return closes are used where the source has them; a price index stays one, and its name says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from data.store import tables
from services.blends import DAILY, blend_path, with_anchor
from services.market_series import SeriesReader, StoredSeries
from services.portfolio_facts_panel import Aligner

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

BLEND_DEPTH_MAX = 4
SUM_TOLERANCE_FRAC = 0.005
FloatArray = NDArray[np.float64]
LevelsOf = Callable[[StoredSeries, NDArray[np.datetime64]], FloatArray]
"""Returns the level of a series at each moment."""


def benchmark_index(
    uow: UnitOfWork,
    reader: SeriesReader,
    benchmark: tables.Benchmark,
    days: Sequence[date],
    currency: str | None = None,
    depth: int = 0,
) -> FloatArray:
    """Return the benchmark's level on each day, 1.0 on the first; NaN where it has none, or where a rate is missing.

    Parameters
    ----------
    days : sequence of date
        Increasing.
    currency : str or None
        What everything is brought into at each day's rate, as an investor there would have earned it; the benchmark's
        own when None.

    """
    into = currency or benchmark.currency
    wanted = np.array(list(days), dtype="datetime64[D]")
    nothing = np.full(wanted.size, np.nan)
    bring = Brought(uow, reader, into)
    if benchmark.kind == "index":
        series = None if benchmark.asset_id is None else reader.series(uow, [benchmark.asset_id])
        if series:
            return _rebased(bring.levels(series[str(benchmark.asset_id)], wanted))
    if benchmark.kind in ("index", "weights"):
        dated = uow.benchmarks.all_weights(benchmark.id)
        assets = sorted({asset_id for weights in dated.values() for asset_id in weights})
        return weighted_index(dated, reader.series(uow, assets), wanted, bring.levels)
    if depth >= BLEND_DEPTH_MAX:
        return nothing
    days = list(days)
    shares = blend_shares(uow, benchmark)
    known = with_anchor(shares, days, benchmark.rebalancing)
    path = blend_path(shares, component_levels(uow, reader, shares, known, into, depth), known, benchmark.rebalancing)
    return _rebased(path.levels[len(known) - len(days) :])


def blend_shares(uow: UnitOfWork, benchmark: tables.Benchmark) -> dict[date, dict[str, float]]:
    """Return the shares of a blend's components by the day from which they are in force."""
    blends = uow.benchmarks.all_blends(benchmark.id)
    return {day: {key: float(share) for key, share in shares.items()} for day, shares in blends.items()}


def component_levels(
    uow: UnitOfWork,
    reader: SeriesReader,
    shares: Mapping[date, Mapping[str, float]],
    days: Sequence[date],
    currency: str,
    depth: int = 0,
) -> dict[str, FloatArray]:
    """Return the levels of a blend's components in one currency, by id."""
    names = sorted({component for one in shares.values() for component in one})
    return {
        key: benchmark_index(uow, reader, row, days, currency, depth + 1)
        for key, row in uow.benchmarks.get_many(names).items()
    }


def benchmark_currencies(
    uow: UnitOfWork, reader: SeriesReader, benchmark: tables.Benchmark, depth: int = 0
) -> frozenset[str]:
    """Return the currencies in which what a benchmark is made of is quoted."""
    if benchmark.kind == "blend":
        if depth >= BLEND_DEPTH_MAX:
            return frozenset()
        names = sorted({key for shares in uow.benchmarks.all_blends(benchmark.id).values() for key in shares})
        rows = uow.benchmarks.get_many(names).values()
        return frozenset().union(*(benchmark_currencies(uow, reader, row, depth + 1) for row in rows))
    ids = [] if benchmark.asset_id is None or benchmark.kind != "index" else [benchmark.asset_id]
    found = reader.series(uow, ids) if ids else {}
    if not found:
        dated = uow.benchmarks.all_weights(benchmark.id)
        found = reader.series(uow, sorted({key for weights in dated.values() for key in weights}))
    return frozenset(one.currency for one in found.values())


def currency_notes(uow: UnitOfWork, reader: SeriesReader, benchmark: tables.Benchmark, currency: str) -> list[str]:
    """Return what a reader must know of bringing a benchmark into a currency; nothing where all is quoted in it."""
    foreign = sorted(benchmark_currencies(uow, reader, benchmark) - {currency})
    missing = [one for one in foreign if reader.rates(uow, one, currency) is None]
    if missing:
        return [f"There are no rates from {' and '.join(missing)} to {currency}, so {benchmark.name} is left out."]
    if not foreign:
        return []
    invented = sample_rates(uow, reader, foreign, currency)
    mark = f", at fictitious rates of {' and '.join(invented)}: sample data" if invented else ""
    return [f"{benchmark.name} is brought from {' and '.join(foreign)} into {currency}{mark}."]


def sample_rates(uow: UnitOfWork, reader: SeriesReader, currencies: Iterable[str], into: str) -> list[str]:
    """Return those of the currencies that fictitious rates bring into another, in alphabetical order."""
    found = {one: reader.rates(uow, one, into) for one in currencies if one != into}
    return sorted(one for one, rates in found.items() if rates is not None and rates.is_sample)


class Brought:
    """Brings series into one currency at the rate of each moment.

    Parameters
    ----------
    uow, reader
        Where rates come from.
    currency
        The one wanted.

    """

    def __init__(self, uow: UnitOfWork, reader: SeriesReader, currency: str) -> None:
        self._uow, self._reader, self._currency = uow, reader, currency

    def levels(self, series: StoredSeries, moments: NDArray[np.datetime64]) -> FloatArray:
        """Return the last adjusted close on or before each moment at its rate; NaN without a fresh rate."""
        closes = own_levels(series, moments)
        if series.currency == self._currency:
            return closes
        rates = self._reader.rates(self._uow, series.currency, self._currency)
        if rates is None or not rates.sessions.size:
            return np.full(moments.size, np.nan)
        found: FloatArray = closes * Aligner(moments).levels(rates.sessions, rates.closes)
        return found


def benchmark_weights(
    uow: UnitOfWork, reader: SeriesReader, benchmark: tables.Benchmark, day: date, depth: int = 0
) -> dict[str, float]:
    """Return the weights of the constituents at the close of a day, by asset id, summing to 1.

    Empty where they are not known, as for an index. What is held as one asset, such as a fund, is its own constituent.
    """
    if benchmark.kind in ("index", "weights"):
        dated = {start: weights for start, weights in uow.benchmarks.all_weights(benchmark.id).items() if start <= day}
        if dated:
            start = max(dated)
            return held_weights(dated[start], reader.series(uow, sorted(dated[start])), start, day)
        asset_id = benchmark.asset_id
        asset = None if asset_id is None else uow.assets.get_many([asset_id]).get(asset_id)
        return {} if asset is None or asset.asset_class == "index" else {asset.id: 1.0}
    if depth >= BLEND_DEPTH_MAX:
        return {}
    shares = shares_at(uow, reader, benchmark, day, depth)
    found: dict[str, float] = {}
    for key, row in uow.benchmarks.get_many(sorted(shares)).items():
        inner = benchmark_weights(uow, reader, row, day, depth + 1)
        if not inner:
            return {}
        for asset_id, weight in inner.items():
            found[asset_id] = found.get(asset_id, 0.0) + float(shares[key]) * weight
    return found if abs(sum(found.values()) - 1.0) <= SUM_TOLERANCE_FRAC else {}


def shares_at(
    uow: UnitOfWork, reader: SeriesReader, benchmark: tables.Benchmark, day: date, depth: int = 0
) -> dict[str, float]:
    """Return the shares of a blend's components at a close, as they have drifted; empty where none are in force."""
    shares = {start: one for start, one in blend_shares(uow, benchmark).items() if start <= day}
    if not shares or benchmark.rebalancing == DAILY:
        return shares[max(shares)] if shares else {}
    days = with_anchor(shares, [day, day + timedelta(days=1)], benchmark.rebalancing)
    levels = component_levels(uow, reader, shares, days, benchmark.currency, depth)
    found = {
        key: float(one[-1]) for key, one in blend_path(shares, levels, days, benchmark.rebalancing).begin_shares.items()
    }
    return {key: share for key, share in found.items() if share} if all(np.isfinite(list(found.values()))) else {}


def weight_deliveries(uow: UnitOfWork, benchmark: tables.Benchmark, day: date, depth: int = 0) -> set[str]:
    """Return of which own deliveries the weights up to a day are made, those of a blend's components included."""
    if benchmark.kind != "blend":
        return set(uow.benchmarks.deliveries(benchmark.id, day))
    if depth >= BLEND_DEPTH_MAX:
        return set()
    names = {component for shares in uow.benchmarks.all_blends(benchmark.id).values() for component in shares}
    components = uow.benchmarks.get_many(sorted(names)).values()
    return {one for row in components for one in weight_deliveries(uow, row, day, depth + 1)}


def held_weights(
    weights: Mapping[str, float], series: Mapping[str, StoredSeries], start: date, day: date
) -> dict[str, float]:
    """Return weights bought at one close as they stand at a later one; as bought where a price is missing.

    Empty where they do not sum to 1 within half a percent: then constituents are missing.
    """
    if abs(sum(weights.values()) - 1.0) > SUM_TOLERANCE_FRAC:
        return {}
    moments = np.array([start, day], dtype="datetime64[D]")
    grown: dict[str, float] = {}
    for asset_id, weight in weights.items():
        closes = own_levels(series[asset_id], moments) if asset_id in series else np.full(2, np.nan)
        grown[asset_id] = weight * float(closes[1] / closes[0])
    total = sum(grown.values())
    if not np.isfinite(total) or total <= 0.0:
        return dict(weights)
    return {asset_id: value / total for asset_id, value in grown.items()}


def weighted_index(
    dated: Mapping[date, Mapping[str, float]],
    series: Mapping[str, StoredSeries],
    wanted: NDArray[np.datetime64],
    levels_of: LevelsOf,
) -> FloatArray:
    """Return the level of a basket that is reset to the given weights on their days and held in between."""
    out = np.full(wanted.size, np.nan)
    starts = np.array(list(dated), dtype="datetime64[D]")
    place = np.searchsorted(starts, wanted, side="right") - 1
    level = 1.0
    for number in range(int(place.min(initial=0)), starts.size):
        inside = np.flatnonzero(place == number)
        weights = dated[starts[number].astype(object)]
        if number < 0 or any(asset_id not in series for asset_id in weights):
            continue
        end = [starts[number + 1]] if number + 1 < starts.size else []
        moments = np.concatenate(([starts[number]], wanted[inside], np.array(end, dtype="datetime64[D]")))
        growth = np.zeros(moments.size)
        for asset_id, weight in weights.items():
            closes = levels_of(series[asset_id], moments)
            growth += weight * closes / closes[0]
        out[inside] = level * growth[1 : 1 + inside.size]
        level *= float(growth[-1]) if end else 1.0
    return _rebased(out)


def own_levels(series: StoredSeries, moments: NDArray[np.datetime64]) -> FloatArray:
    """Return the last adjusted close on or before each moment; NaN before the first."""
    place = np.searchsorted(series.sessions, moments, side="right") - 1
    return np.where(place >= 0, series.adjusted_closes[np.maximum(place, 0)], np.nan)


def _rebased(levels: FloatArray) -> FloatArray:
    """Return levels over the first one that exists."""
    known = np.flatnonzero(np.isfinite(levels))
    return levels if known.size == 0 else levels / levels[known[0]]
