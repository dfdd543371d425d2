"""What can portfolios be measured against, and of which benchmarks are the constituents known?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from services.messages.market import BenchmarkView, BlendShare
from services.portfolios_benchmark import BLEND_DEPTH_MAX

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from services.market_series import SeriesReader

INDEX = "index"


def benchmark_views(uow: UnitOfWork, reader: SeriesReader) -> tuple[BenchmarkView, ...]:
    """Return the benchmarks that the unit's actor may see, by name, with what is known of each."""
    rows = uow.benchmarks.all()
    closes = sorted({row.asset_id for row in rows if row.asset_id is not None})
    ranges = uow.prices.summaries(closes, reader.preference)
    assets = uow.assets.get_many(closes)
    found = []
    for row in rows:
        days = _weight_days(uow, row, assets)
        span = None if row.asset_id is None else ranges.get(row.asset_id)
        found.append(
            BenchmarkView(
                id=row.id,
                name=row.name,
                kind=row.kind,
                currency=row.currency,
                is_sample=row.is_sample,
                symbol=row.symbol,
                has_weights=days is not None,
                weights_from=min(days) if days else None,
                weights_to=max(days) if days else None,
                prices_from=None if span is None else span.first_date,
                prices_to=None if span is None else span.last_date,
                is_own=row.tenant_id is not None,
                rebalancing=row.rebalancing if row.kind == "blend" else None,
                parts=_parts(uow, row),
            )
        )
    return tuple(found)


def _parts(uow: UnitOfWork, row: tables.Benchmark) -> tuple[BlendShare, ...]:
    """Return the shares of a blend that came into force last, the largest first; none of anything else."""
    blends = uow.benchmarks.all_blends(row.id) if row.kind == "blend" else {}
    if not blends:
        return ()
    shares = blends[max(blends)]
    names = {key: one.name for key, one in uow.benchmarks.get_many(sorted(shares)).items()}
    listed = sorted(shares.items(), key=lambda one: (-one[1], names.get(one[0], "")))
    return tuple(
        BlendShare(benchmark_id=key, name=names.get(key, key), share_frac=float(share)) for key, share in listed
    )


def _weight_days(
    uow: UnitOfWork, row: tables.Benchmark, assets: dict[str, tables.Asset], depth: int = 0
) -> Sequence[date] | None:
    """Return the days from which weights are in force, none for what is held as one asset; None where not known.

    A blend has weights from the day on which all its components have some.
    """
    if row.kind != "blend":
        days = sorted(uow.benchmarks.all_weights(row.id))
        if days:
            return days
        asset = None if row.asset_id is None else assets.get(row.asset_id)
        return None if asset is None or asset.asset_class == INDEX else ()
    if depth >= BLEND_DEPTH_MAX:
        return None
    blends = uow.benchmarks.all_blends(row.id)
    names = sorted({component for shares in blends.values() for component in shares})
    members = uow.benchmarks.get_many(names)
    inner = [_weight_days(uow, members[name], assets, depth + 1) if name in members else None for name in names]
    if not inner or any(days is None for days in inner):
        return None
    starts = [min(days) for days in inner if days]
    first = max([min(blends), *starts])
    return sorted(
        {
            first,
            *(day for day in blends if day >= first),
            *(day for days in inner for day in days or () if day >= first),
        }
    )
