"""What do the closes of a series contain already: nothing, splits, or splits and dividends?

Deliveries say so, one word for all or one a symbol. Of several the latest counts that speaks of the asset: one that
brought other assets under the same source says nothing of this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from data.store.repositories.series import Series
    from data.store.unit_of_work import UnitOfWork

RAW = "raw"
FIRST_DAY = date(1, 1, 1)
LOOKED_AT_FIRST_DAYS = 14


def basis_of(lineage: Mapping[str, Any], symbol: str, otherwise: str = RAW) -> str:
    """Return what the closes of a delivery contain; what counts otherwise where it does not speak of the symbol."""
    said = lineage.get("adjustment")
    if isinstance(said, Mapping):
        said = said.get(symbol)
    return str(said) if said else otherwise


def latest_basis(lineages: Iterable[Mapping[str, Any]], symbol: str) -> str:
    """Return what closes contain that came by several deliveries, the oldest first."""
    basis = RAW
    for one in lineages:
        basis = basis_of(one, symbol, basis)
    return basis


def bases_of(uow: UnitOfWork, series: Sequence[Series], frequency: str) -> dict[str, str]:
    """Return what the closes of each series contain, by asset id; those of which nothing is said are left out.

    The last bars are looked at first: the deliveries of all are asked for only where those say nothing.
    """
    symbols = {row.id: row.symbol for row in uow.assets.get_many([one.asset_id for one in series]).values()}
    found: dict[str, str] = {}
    groups: dict[tuple[str, date], list[str]] = {}
    for one in series:
        groups.setdefault((one.provider, one.dates[-1].astype(object)), []).append(one.asset_id)
    for (provider, last), asset_ids in groups.items():
        for start in (last - timedelta(days=LOOKED_AT_FIRST_DAYS), FIRST_DAY):
            ids = [asset_id for asset_id in asset_ids if asset_id not in found]
            found |= _said(uow, uow.prices.batches_of(ids, provider, start, last, frequency=frequency), symbols)
    return found


def _said(uow: UnitOfWork, batches: Mapping[str, Mapping[str, int]], symbols: Mapping[str, str]) -> dict[str, str]:
    """Return what closes contain of those assets of which a delivery says it, the latest first."""
    rows = uow.ingest_batches.get_many(sorted({one for named in batches.values() for one in named}))
    found: dict[str, str] = {}
    for asset_id, named in batches.items():
        for batch_id in sorted(named, reverse=True):
            said = "" if batch_id not in rows else basis_of(rows[batch_id].lineage, symbols.get(asset_id, ""), "")
            if said:
                found[asset_id] = said
                break
    return found
