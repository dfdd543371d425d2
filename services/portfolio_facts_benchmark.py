"""How did a portfolio's benchmark do in the portfolio's currency, and what does it consist of today?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from data.store import tables
from services import formatting
from services.market_series import SeriesReader
from services.portfolio_facts import FloatArray, HeldAsset
from services.portfolio_facts_panel import Days, changes
from services.portfolios_benchmark import BLEND_DEPTH_MAX, benchmark_index, benchmark_weights, currency_notes

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class BenchmarkFacts:
    """What is known of a benchmark over the days of a portfolio's facts."""

    id: str | None = None
    name: str | None = None
    returns_frac: FloatArray | None = None
    weights_frac: dict[str, float] | None = None
    assets: tuple[HeldAsset, ...] = ()
    notes: tuple[str, ...] = ()


def read_benchmark(
    uow: UnitOfWork, reader: SeriesReader, benchmark_id: str | None, base_currency: str, days: Days, as_of: date
) -> BenchmarkFacts:
    """Return a benchmark's returns in a currency and its constituents; empty without a benchmark.

    After its last price a benchmark has no return: NaN, not zero. A benchmark in another currency is brought into the
    portfolio's at each day's rate, as an investor there would have earned it.

    Parameters
    ----------
    days : array (t + 1,) of datetime64[D]
        Sessions; the returns are those from each to the next.

    """
    row = None if benchmark_id is None else uow.benchmarks.find(benchmark_id)
    if row is None:
        return BenchmarkFacts()
    notes: list[str] = []
    levels = np.empty(0)
    if days.size:
        levels = benchmark_index(uow, reader, row, days.astype(object).tolist(), base_currency)
        notes += currency_notes(uow, reader, row, base_currency)
    last = _last_day(uow, reader, row)
    if last is not None and days.size and np.datetime64(last, "D") < days[-1]:
        levels = np.where(days <= np.datetime64(last, "D"), levels, np.nan)
        notes.append(f"The benchmark {row.name} has no prices after {formatting.day(last)}.")
    if row.is_sample:
        notes.append(f"{row.name}: its weights are sample data, fictitious.")
    moves = changes(levels)
    weights = benchmark_weights(uow, reader, row, as_of)
    found = uow.assets.get_many(sorted(weights))
    is_whole = len(found) == len(weights)
    constituents = held_assets(uow, list(found.values())) if is_whole else ()
    return BenchmarkFacts(
        id=row.id,
        name=row.name,
        returns_frac=moves if bool(np.isfinite(moves).any()) else None,
        weights_frac={found[key].symbol: weight for key, weight in weights.items()} if is_whole else {},
        assets=constituents,
        notes=tuple(notes),
    )


def held_assets(uow: UnitOfWork, rows: list[tables.Asset]) -> tuple[HeldAsset, ...]:
    """Return assets with country and issuer; the dates of their closes are left open."""
    issuers = uow.issuers.get_many(sorted({row.issuer_id for row in rows if row.issuer_id is not None}))
    groups = {}
    if any(issuer.issuer_group_id for issuer in issuers.values()):
        groups = {group.id: group.name for group in uow.issuers.groups()}
    made = []
    for row in rows:
        issuer = issuers.get(row.issuer_id or "")
        name = None if issuer is None else groups.get(issuer.issuer_group_id or "", issuer.name)
        made.append(
            HeldAsset(
                asset_id=row.id,
                symbol=row.symbol,
                name=row.name,
                asset_class=row.asset_class,
                sector=row.sector,
                country=row.country or (None if issuer is None else issuer.country),
                currency=row.currency,
                issuer=name,
                is_sample=row.is_sample,
                price_date=None,
                is_stale=False,
            )
        )
    return tuple(made)


def _last_day(uow: UnitOfWork, reader: SeriesReader, row: tables.Benchmark, depth: int = 0) -> date | None:
    """Return the last day of which all that a benchmark is made of has prices; None where nothing has."""
    if row.kind == "index" and row.asset_id is not None:
        ids = [row.asset_id] if reader.series(uow, [row.asset_id]) else []
    else:
        ids = []
    if row.kind != "blend" and not ids:
        dated = uow.benchmarks.all_weights(row.id)
        ids = sorted(dated[max(dated)]) if dated else []
    if row.kind != "blend":
        ends = [one.sessions[-1] for one in reader.series(uow, ids).values() if one.sessions.size]
        return min(ends).astype("datetime64[D]").astype(object) if ends else None
    if depth >= BLEND_DEPTH_MAX:
        return None
    blends = uow.benchmarks.all_blends(row.id)
    parts = uow.benchmarks.get_many(sorted(blends[max(blends)])) if blends else {}
    days = [_last_day(uow, reader, part, depth + 1) for part in parts.values()]
    known = [day for day in days if day is not None]
    return min(known) if known else None
