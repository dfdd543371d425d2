"""How is a correction taken back, alone or with the import that it corrects?

What a house brought itself is said again: the raw figure becomes the latest version, under the delivery that brought
it, and the correction stays below. So an answer as of an earlier instant never changes. Over a shared bar the
correction itself goes, because a copy of the shared figure would hide what the source says later.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from data.store import tables
from data.store.repositories.price_versions import CORRECTION, SAME_FRAC
from data.store.repositories.quality import ACCEPTED, GONE
from data.store.repositories.series import CORRECTED_CODE, Bars, unpack_days
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
    if is_erased or not _said_again(uow, row, batch, now_utc):
        uow.prices.withdraw(batch.id, [row.asset_id], row.provider)
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
    brought the same raw figures. What was taken back earlier goes for good.
    """
    count = 0
    for row in uow.quality_findings.of(asset_ids, states=[ACCEPTED], limit=_ROWS_MAX_COUNT):
        if row.provider == batch.provider and _rests_on(uow, row, batch):
            take_back(uow, row, actor, now_utc, is_erased=True)
            uow.quality_findings.change(row, state=GONE, batch_id=None)
            count += 1
    own = uow.prices.deliveries(asset_ids)
    rows = uow.ingest_batches.get_many(sorted({one for ids in own.values() for one in ids}))
    for (asset_id, provider), batch_ids in own.items():
        if provider == batch.provider and batch.id in batch_ids:
            for one in batch_ids:
                if one in rows and _is_taken_back(rows[one]):
                    uow.prices.withdraw(one, [asset_id], provider)
    return count


def _is_taken_back(batch: tables.IngestBatch) -> bool:
    return batch.kind == CORRECTION and batch.status == WITHDRAWN


def _versions(
    uow: UnitOfWork, row: tables.QualityFinding
) -> tuple[list[tables.PriceBar], dict[str, tables.IngestBatch]]:
    """Return the house's own versions of the bars of a finding, the oldest first, and their deliveries."""
    bars = uow.prices.own_versions(row.asset_id, row.provider, unpack_days(row.sessions), row.frequency)
    return bars, uow.ingest_batches.get_many(sorted({bar.batch_id for bar in bars if bar.batch_id}))


def _rests_on(uow: UnitOfWork, row: tables.QualityFinding, batch: tables.IngestBatch) -> bool:
    """Return whether some raw figure of a corrected finding came by a delivery and by no other one."""
    bars, batches = _versions(uow, row)
    its: dict[date, tables.PriceBar] = {}
    others: dict[date, tables.PriceBar] = {}
    for bar in bars:
        if bar.batch_id == batch.id:
            its[bar.session_date] = bar
        elif bar.batch_id not in batches or batches[bar.batch_id].kind != CORRECTION:
            others[bar.session_date] = bar
    return any(day not in others or not _says_the_same(bar, others[day]) for day, bar in its.items())


def _says_the_same(one: tables.PriceBar, other: tables.PriceBar) -> bool:
    mine, its = (one.close, one.adjusted_close), (other.close, other.adjusted_close)
    return bool(np.allclose(mine, its, rtol=SAME_FRAC, atol=0.0))


def _said_again(uow: UnitOfWork, row: tables.QualityFinding, batch: tables.IngestBatch, now_utc: datetime) -> bool:
    """Say what is below a correction again, known from now on; return False where shared bars are below it.

    A day of which a later version speaks already is left alone.
    """
    bars, batches = _versions(uow, row)
    corrected: dict[date, tables.PriceBar] = {}
    below: dict[date, tables.PriceBar] = {}
    brought: set[date] = set()
    for bar in bars:
        made = batches.get(bar.batch_id or "")
        if made is None or made.kind != CORRECTION:
            brought.add(bar.session_date)
        if bar.batch_id == batch.id:
            corrected[bar.session_date] = bar
        elif made is None or not _is_taken_back(made):
            below[bar.session_date] = bar
    if not corrected or not corrected.keys() <= brought:
        return False
    by_batch: dict[str | None, list[tables.PriceBar]] = {}
    for day, bar in sorted(corrected.items()):
        if below[day].knowledge_time_utc < bar.knowledge_time_utc:
            by_batch.setdefault(below[day].batch_id, []).append(below[day])
    latest = max(bar.knowledge_time_utc for bar in bars)
    for batch_id, again in by_batch.items():
        made = batches.get(batch_id or "")
        uow.prices.ingest(
            [_copied(again, is_corrected=made is not None and made.kind == CORRECTION)],
            provider=row.provider,
            knowledge_time_utc=max(now_utc, latest + timedelta(microseconds=1)),
            frequency=row.frequency,
            batch_id=batch_id,
            is_sample=again[0].is_sample,
            with_repeats=True,
        )
    return True


def _copied(bars: Sequence[tables.PriceBar], *, is_corrected: bool) -> Bars:
    """Return stored bars of one asset, by day, as they would be delivered."""

    def column(name: str) -> np.ndarray:
        return np.array([getattr(bar, name) for bar in bars], dtype=np.float64)

    return Bars(
        asset_id=bars[0].asset_id,
        dates=np.array([bar.session_date for bar in bars], dtype="datetime64[D]"),
        close=column("close"),
        adjusted_close=column("adjusted_close"),
        open=column("open"),
        high=column("high"),
        low=column("low"),
        volume=column("volume"),
        event_times_utc=np.array([bar.event_time_utc.replace(tzinfo=None) for bar in bars], dtype="datetime64[s]"),
        flags=np.full(len(bars), CORRECTED_CODE if is_corrected else 0, dtype=np.int8),
    )
