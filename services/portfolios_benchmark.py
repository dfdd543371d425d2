"""How did a benchmark do on the days of a portfolio's history?

An index is its own closes, or its members where it has none. Constituent weights are bought at the close of the day
from which they are in force and held until the next such day. A blend is brought back to its shares every day.
Total-return closes are used where the source has them; a price index stays one, and its name says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from data.store import tables
from services.market_series import SeriesReader, StoredSeries

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

BLEND_DEPTH_MAX = 4
SUM_TOLERANCE_FRAC = 0.005
FloatArray = NDArray[np.float64]


def benchmark_index(
    uow: UnitOfWork, reader: SeriesReader, benchmark: tables.Benchmark, days: Sequence[date], depth: int = 0
) -> FloatArray:
    """Return the benchmark's level on each day, 1.0 on the first; NaN where it has none.

    Parameters
    ----------
    days : sequence of date
        Increasing.

    """
    wanted = np.array(list(days), dtype="datetime64[D]")
    nothing = np.full(wanted.size, np.nan)
    if benchmark.kind == "index":
        series = None if benchmark.asset_id is None else reader.series(uow, [benchmark.asset_id])
        if series:
            return _rebased(_levels(series[str(benchmark.asset_id)], wanted))
    if benchmark.kind in ("index", "weights"):
        dated = uow.benchmarks.all_weights(benchmark.id)
        assets = sorted({asset_id for weights in dated.values() for asset_id in weights})
        return weighted_index(dated, reader.series(uow, assets), wanted)
    if depth >= BLEND_DEPTH_MAX:
        return nothing
    blends = uow.benchmarks.all_blends(benchmark.id)
    names = {component for shares in blends.values() for component in shares}
    components = {
        key: benchmark_index(uow, reader, row, days, depth + 1)
        for key, row in uow.benchmarks.get_many(sorted(names)).items()
    }
    dated_shares = {day: {key: float(share) for key, share in shares.items()} for day, shares in blends.items()}
    return blended_index(dated_shares, components, wanted)


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
    shares = uow.benchmarks.blend(benchmark.id, day)
    found: dict[str, float] = {}
    for key, row in uow.benchmarks.get_many(sorted(shares)).items():
        inner = benchmark_weights(uow, reader, row, day, depth + 1)
        if not inner:
            return {}
        for asset_id, weight in inner.items():
            found[asset_id] = found.get(asset_id, 0.0) + float(shares[key]) * weight
    return found if abs(sum(found.values()) - 1.0) <= SUM_TOLERANCE_FRAC else {}


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
        closes = _levels(series[asset_id], moments) if asset_id in series else np.full(2, np.nan)
        grown[asset_id] = weight * float(closes[1] / closes[0])
    total = sum(grown.values())
    if not np.isfinite(total) or total <= 0.0:
        return dict(weights)
    return {asset_id: value / total for asset_id, value in grown.items()}


def weighted_index(
    dated: Mapping[date, Mapping[str, float]], series: Mapping[str, StoredSeries], wanted: NDArray[np.datetime64]
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
            closes = _levels(series[asset_id], moments)
            growth += weight * closes / closes[0]
        out[inside] = level * growth[1 : 1 + inside.size]
        level *= float(growth[-1]) if end else 1.0
    return _rebased(out)


def blended_index(
    dated: Mapping[date, Mapping[str, float]], components: Mapping[str, FloatArray], wanted: NDArray[np.datetime64]
) -> FloatArray:
    """Return the level of a blend whose shares are restored every day."""
    out = np.full(wanted.size, np.nan)
    starts = np.array(list(dated), dtype="datetime64[D]")
    place = np.searchsorted(starts, wanted, side="right") - 1
    level = 1.0
    for number in range(wanted.size):
        if place[number] < 0:
            continue
        shares = dated[starts[place[number]].astype(object)]
        if any(key not in components for key in shares):
            continue
        if number and np.isfinite(out[number - 1]):
            level *= sum(share * components[key][number] / components[key][number - 1] for key, share in shares.items())
        out[number] = level
    return _rebased(out)


def _levels(series: StoredSeries, moments: NDArray[np.datetime64]) -> FloatArray:
    """Return the last adjusted close on or before each moment; NaN before the first."""
    place = np.searchsorted(series.sessions, moments, side="right") - 1
    return np.where(place >= 0, series.adjusted_closes[np.maximum(place, 0)], np.nan)


def _rebased(levels: FloatArray) -> FloatArray:
    """Return levels over the first one that exists."""
    known = np.flatnonzero(np.isfinite(levels))
    return levels if known.size == 0 else levels / levels[known[0]]
