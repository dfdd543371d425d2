"""What did the benchmark return on the days of a portfolio's history, and which of its constituents brought that about?

Returns are brought into the portfolio's base currency with the rates of the same closes. Constituents are known where
weights are stored (or where the benchmark is one fund); everywhere else only the total is, and a sentence says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from services.blends import blend_path, with_anchor
from services.performance_history import Days, Vector
from services.portfolios_benchmark import (
    BLEND_DEPTH_MAX,
    SUM_TOLERANCE_FRAC,
    Brought,
    LevelsOf,
    benchmark_index,
    blend_shares,
    component_levels,
    currency_notes,
    own_levels,
)

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from services.market_series import SeriesReader, StoredSeries
    from services.valuation_prices import CloseSeries

INDEX_ASSET = "index"


@dataclass(frozen=True, eq=False)
class BenchmarkHistory:
    """A benchmark on the t sessions of a portfolio.

    Attributes
    ----------
    returns_frac
        Shape (t,), base currency; 0 on the first session, at whose close portfolio and comparison begin, and NaN where
        no level is known.
    asset_ids
        The m constituents; empty where they are not known.
    weights_begin_frac, asset_returns_frac, fx_returns_frac
        Shape (t, m): weights at the close before, returns in the base currency, and changes of the rate in them; NaN
        where not known. Rows of weights that do not sum to 1 within half a percent are NaN.
    notes
        What must be known before comparing.

    """

    name: str
    kind: str
    is_sample: bool
    returns_frac: Vector = field(repr=False)
    asset_ids: tuple[str, ...]
    weights_begin_frac: Vector = field(repr=False)
    asset_returns_frac: Vector = field(repr=False)
    fx_returns_frac: Vector = field(repr=False)
    notes: tuple[str, ...]

    @property
    def has_weights(self) -> bool:
        """Whether constituent weights are known on any day."""
        return bool(self.asset_ids) and bool(np.isfinite(self.weights_begin_frac).all(axis=1).any())

    @property
    def are_weights_known(self) -> np.ndarray:
        """Return on which days all weights and their returns are known, shape (t,)."""
        if not self.asset_ids:
            return np.zeros(self.returns_frac.shape, dtype=bool)
        weights = self.weights_begin_frac
        known: np.ndarray = np.isfinite(weights).all(axis=1) & (
            np.isfinite(self.asset_returns_frac) | (weights == 0.0)
        ).all(axis=1)
        return known


def read_benchmark(
    uow: UnitOfWork, reader: SeriesReader, row: tables.Benchmark, dates: Days, base_currency: str
) -> BenchmarkHistory:
    """Return a benchmark on the sessions of a portfolio, in its base currency."""
    days: list[date] = dates.astype(object).tolist()
    levels = benchmark_index(uow, reader, row, days, base_currency)
    notes = [*_notes(uow, row), *currency_notes(uow, reader, row, base_currency)]
    weights = _begin_weights(uow, reader, row, dates, base_currency)
    ids = tuple(sorted(weights))
    series = reader.series(uow, ids)
    fx = {one: reader.rates(uow, one, base_currency) for one in {s.currency for s in series.values()} - {base_currency}}
    size = (dates.size, len(ids))
    begin, moves, rates = np.full(size, np.nan), np.full(size, np.nan), np.full(size, np.nan)
    for number, key in enumerate(ids):
        begin[:, number] = weights[key]
        if key in series:
            stored = series[key]
            local = _changes(_last(stored, dates))
            move = fx.get(stored.currency)
            rates[:, number] = 0.0 if stored.currency == base_currency else np.nan
            if move is not None:
                rates[:, number] = _changes(_at(move, dates))
            moves[:, number] = (1.0 + local) * (1.0 + rates[:, number]) - 1.0
    with np.errstate(invalid="ignore"):
        begin[np.abs(begin.sum(axis=1) - 1.0) > SUM_TOLERANCE_FRAC] = np.nan
    return BenchmarkHistory(
        name=row.name,
        kind=row.kind,
        is_sample=row.is_sample,
        returns_frac=_from_first(levels),
        asset_ids=ids,
        weights_begin_frac=begin,
        asset_returns_frac=moves,
        fx_returns_frac=rates,
        notes=tuple(notes),
    )


def _begin_weights(
    uow: UnitOfWork, reader: SeriesReader, row: tables.Benchmark, dates: Days, currency: str, depth: int = 0
) -> dict[str, Vector]:
    """Return the weight of each constituent at the close before each session, shape (t,); empty where not known."""
    if row.kind != "blend":
        dated = uow.benchmarks.all_weights(row.id)
        if dated:
            keys = sorted({key for weights in dated.values() for key in weights})
            return held_begin_weights(dated, reader.series(uow, keys), dates, Brought(uow, reader, currency).levels)
        asset = None if row.asset_id is None else uow.assets.get_many([row.asset_id]).get(row.asset_id)
        return {} if asset is None or asset.asset_class == INDEX_ASSET else {asset.id: np.ones(dates.size)}
    if depth >= BLEND_DEPTH_MAX:
        return {}
    dated = blend_shares(uow, row)
    days: list[date] = dates.astype(object).tolist()
    known = with_anchor(dated, days, row.rebalancing)
    path = blend_path(dated, component_levels(uow, reader, dated, known, currency, depth), known, row.rebalancing)
    found: dict[str, Vector] = {}
    for key, member in uow.benchmarks.get_many(sorted(path.begin_shares)).items():
        inner = _begin_weights(uow, reader, member, dates, currency, depth + 1)
        if not inner:
            return {}
        share = path.begin_shares[key][len(known) - len(days) :]
        for asset_id, weight in inner.items():
            part = np.where(share == 0.0, 0.0, share * weight)
            found[asset_id] = found.get(asset_id, np.zeros(dates.size)) + part
    return found


def held_begin_weights(
    dated: Mapping[date, Mapping[str, float]],
    series: Mapping[str, StoredSeries],
    dates: Days,
    levels_of: LevelsOf = own_levels,
) -> dict[str, Vector]:
    """Return weights bought on their days and held since, at the close before each of the dates.

    Parameters
    ----------
    dated
        Weights by the day at whose close they are bought, in order of days.
    series
        Closes of the constituents; one without any has no weight (NaN) from then on.
    levels_of
        Reads a level, in the currency in which weights are reckoned; by default each in its own.
    dates
        Sessions, shape (t,); on the first one the close before is its own day's purchase, if any.

    """
    keys = sorted({key for weights in dated.values() for key in weights})
    out = {key: np.zeros(dates.size) for key in keys}
    starts = np.array(list(dated), dtype="datetime64[D]")
    place = np.searchsorted(starts, dates, side="left") - 1  # weights of a day are bought at its close
    before = np.concatenate((dates[:1], dates[:-1]))
    for number in range(-1, starts.size):
        inside = np.flatnonzero(place == number)
        if not inside.size:
            continue
        if number < 0:
            for key in keys:
                out[key][inside] = np.nan
            continue
        weights = dated[starts[number].astype(object)]
        moments = np.maximum(before[inside], starts[number])
        grown = {}
        for key, weight in weights.items():
            nothing = np.full(inside.size + 1, np.nan)
            levels = levels_of(series[key], np.append(starts[number], moments)) if key in series else nothing
            grown[key] = weight * levels[1:] / levels[0]
        total = np.sum(list(grown.values()), axis=0)
        scale = sum(weights.values())
        for key, value in grown.items():
            out[key][inside] = value / total * scale
    return out


def _last(series: StoredSeries, moments: Days) -> Vector:
    """Return the last adjusted close on or before each moment; NaN before the first."""
    place = np.searchsorted(series.sessions, moments, side="right") - 1
    return np.where(place >= 0, series.adjusted_closes[np.maximum(place, 0)], np.nan)


def _at(rates: CloseSeries, moments: Days) -> Vector:
    """Return the last rate on or before each moment; NaN before the first."""
    place = np.searchsorted(rates.sessions, moments, side="right") - 1
    return np.where(place >= 0, rates.closes[np.maximum(place, 0)], np.nan)


def _changes(levels: Vector) -> Vector:
    """Return the change from each level to the next, shape (t,); NaN first."""
    changes = np.full(levels.shape, np.nan)
    changes[1:] = levels[1:] / levels[:-1] - 1.0
    return changes


def _from_first(levels: Vector) -> Vector:
    """Return the change from each level to the next, shape (t,); 0 on the first day, at whose close it begins."""
    changes = _changes(levels)
    if levels.size and np.isfinite(levels[0]):
        changes[0] = 0.0
    return changes


def _notes(uow: UnitOfWork, row: tables.Benchmark, depth: int = 0) -> list[str]:
    """Return what must be known of a benchmark before comparing; of a blend, that of its parts."""
    if row.kind == "blend" and depth < BLEND_DEPTH_MAX:
        named = sorted({key for shares in blend_shares(uow, row).values() for key in shares})
        parts = uow.benchmarks.get_many(named)
        told = (words for key in named if key in parts for words in _notes(uow, parts[key], depth + 1))
        return list(dict.fromkeys(told))
    notes = []
    if row.is_sample:
        notes.append(f"{row.name}: its weights are sample data, fictitious.")
    asset = None if row.asset_id is None else uow.assets.get_many([row.asset_id]).get(row.asset_id)
    if row.kind == "index" and asset is not None and asset.asset_class == INDEX_ASSET:
        notes.append(
            f"{row.name} is an index: if it is a price index it leaves dividends out, which flatters the portfolio."
        )
    return notes
