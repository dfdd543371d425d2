"""How is a correction taken back, alone or with the import that it corrects?

Its bars stay and count no more from then on, so that an answer as of an earlier instant never changes. What lies below
counts again: what the house brought itself, an earlier correction, or what the source says to all, now and later.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import numpy as np

from data.store import tables
from data.store.repositories.price_versions import CORRECTION, SAME_FRAC
from data.store.repositories.quality import ACCEPTED, GONE
from data.store.repositories.series import Days, unpack_days
from services.market_ingest import SUCCEEDED, WITHDRAWN

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from services.auth.actor import Actor

WITHDRAWAL = "withdrawal"
_ROWS_MAX_COUNT = 100_000


def take_back(
    uow: UnitOfWork, row: tables.QualityFinding, actor: Actor, now_utc: datetime, *, is_erased: bool = False
) -> None:
    """Withdraw the correction of a finding; what was stored before it counts again.

    With ``is_erased`` nothing of it stays, as when the bars under it go too.
    """
    batch = uow.ingest_batches.find(row.batch_id or "")
    if batch is None or batch.status == WITHDRAWN:
        return
    uow.locked_periods.refuse(unpack_days(row.sessions).tolist())
    if is_erased:
        uow.prices.withdraw(batch.id, [row.asset_id], row.provider)
    else:
        uow.prices.take_back(batch.id, row.asset_id, row.provider, now_utc)
    batch.status = WITHDRAWN
    uow.ingest_batches.add(
        tables.IngestBatch(
            tenant_id=actor.tenant_id,
            provider=row.provider,
            kind=WITHDRAWAL,
            status=SUCCEEDED,
            finished_at_utc=now_utc,
            lineage={
                "withdrawn": batch.id,
                "by_id": actor.user_id,
                "by_name": actor.name,
                "at_utc": now_utc.isoformat(),
            },
        )
    )


def take_back_with(
    uow: UnitOfWork, batch: tables.IngestBatch, asset_ids: Sequence[str], actor: Actor, now_utc: datetime
) -> int:
    """Take back the house's corrections of what a delivery brought, before the delivery itself is; return how many.

    Without that, corrected bars would stay where no raw one is any more. A correction stays where another delivery
    brought the same raw figures, and where the delivery came after it with other ones: then it counts again. What was
    taken back earlier and rests on the delivery goes for good.
    """
    count = 0
    for row in uow.quality_findings.of(asset_ids, states=[ACCEPTED], limit=_ROWS_MAX_COUNT):
        days = unpack_days(row.sessions)
        if row.provider != batch.provider or row.batch_id is None:
            continue
        if _rests_on(uow, row.batch_id, row.asset_id, days, row.frequency, batch):
            take_back(uow, row, actor, now_utc, is_erased=True)
            uow.quality_findings.change(row, state=GONE, batch_id=None)
            count += 1
    taken_back = uow.prices.taken_back()
    for (asset_id, provider), batch_ids in uow.prices.deliveries(asset_ids).items():
        if provider != batch.provider or batch.id not in batch_ids:
            continue
        for one in sorted(taken_back.keys() & set(batch_ids)):
            if _rests_on(uow, one, asset_id, uow.prices.days_brought(one, asset_id, provider), "1d", batch):
                uow.prices.withdraw(one, [asset_id], provider)
    return count


def _rests_on(
    uow: UnitOfWork, correction_id: str, asset_id: str, days: Days, frequency: str, batch: tables.IngestBatch
) -> bool:
    """Return whether a correction was made, on some day, for the raw figure of a delivery that no other one brought.

    That figure is the last one that was known before the correction, or before it followed a figure that came again.
    """
    bars = uow.prices.own_versions(asset_id, batch.provider, days, frequency)
    batches = uow.ingest_batches.get_many(sorted({bar.batch_id for bar in bars if bar.batch_id}))
    raws: dict[date, list[tables.PriceBar]] = {}
    under: dict[date, list[tables.PriceBar]] = {}
    for bar in bars:  # the oldest knowledge first, so that what came after the correction is not under it
        if bar.batch_id == correction_id:
            under[bar.session_date] = list(raws.get(bar.session_date, ()))
        elif bar.batch_id not in batches or batches[bar.batch_id].kind != CORRECTION:
            raws.setdefault(bar.session_date, []).append(bar)
    for found in under.values():
        if not found or found[-1].batch_id != batch.id:
            continue
        others = (bar for bar in found if bar.batch_id != batch.id)
        if not any(_says_the_same(found[-1], other) for other in others):
            return True
    return False


def _says_the_same(one: tables.PriceBar, other: tables.PriceBar) -> bool:
    mine, its = (one.close, one.adjusted_close), (other.close, other.adjusted_close)
    return bool(np.allclose(mine, its, rtol=SAME_FRAC, atol=0.0))
