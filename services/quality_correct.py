"""How does an accepted proposal become a correction?

The raw bars stay for ever. A correction is one more version of them, known later, under a delivery of its own kind that
belongs to the house: what all houses share is corrected for this one alone. `quality_undo` takes it back.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from data.reference.exchanges import session_closes_utc
from data.store import tables
from data.store.repositories.price_versions import CORRECTION
from data.store.repositories.series import CORRECTED_CODE, Bars, Series, unpack, unpack_days
from services import formatting
from services.errors import Conflict
from services.market_ingest import SUCCEEDED

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from services.auth.actor import Actor

SAME_FRAC = 1e-9
DIGITS_COUNT = 14
"""Significant digits of corrected figures: a hundredth of 10130 is 101.3, without the noise of its last bits."""


def write_correction(
    uow: UnitOfWork, row: tables.QualityFinding, asset: tables.Asset, series: Series, actor: Actor, now_utc: datetime
) -> tables.IngestBatch:
    """Write the proposal of a finding as the later version of its bars; return the delivery.

    Open, high and low go with the close by the same factor. A price that was not positive takes the proposal whole.

    Raises
    ------
    Conflict
        Nothing is proposed, or the stored prices are no longer those that the finding speaks of.
    """
    if row.proposed is None:
        raise Conflict(
            "Nothing is proposed here, so that nothing can be accepted.",
            "Reject it if the prices are right, or import the right prices.",
            code="nothing_proposed",
        )
    days, raw, proposed = unpack_days(row.sessions), unpack(row.raw), unpack(row.proposed)
    places = np.searchsorted(series.dates, days)
    inside = bool((places < len(series.dates)).all()) and bool((series.dates[places] == days).all())
    present = (series.adjusted_close if row.is_adjusted_only else series.close)[places] if inside else raw
    if not inside or not np.allclose(present, raw, rtol=SAME_FRAC, atol=0.0):
        raise Conflict(
            f"The prices of {asset.symbol} have changed since this was found.",
            "Check the series again, then decide.",
            code="prices_changed",
        )
    uow.locked_periods.refuse(days.tolist())
    batch = uow.ingest_batches.add(
        tables.IngestBatch(
            tenant_id=actor.tenant_id,
            provider=row.provider,
            kind=CORRECTION,
            status="running",
            lineage=_lineage(row, asset, actor, now_utc),
            is_sample=series.is_sample,
        )
    )
    uow.prices.ingest(
        [_bars(row, asset, series, places, raw, proposed)],
        provider=row.provider,
        knowledge_time_utc=max(now_utc, series.knowledge_time_utc + timedelta(microseconds=1)),
        frequency=row.frequency,
        batch_id=batch.id,
        is_sample=series.is_sample,
        with_repeats=True,
    )
    uow.ingest_batches.finish(batch.id, SUCCEEDED, rows_count=len(days))
    return batch


def _bars(
    row: tables.QualityFinding, asset: tables.Asset, series: Series, places: np.ndarray, raw: Any, proposed: Any
) -> Bars:
    close, adjusted = series.close[places], series.adjusted_close[places]
    scale = np.where(raw > 0, proposed / np.where(raw > 0, raw, 1.0), 1.0)
    new_close = close if row.is_adjusted_only else tidy(np.where(raw > 0, close * scale, proposed))
    new_adjusted = tidy(np.where(raw > 0, adjusted * scale, proposed))

    def part(values: Any) -> Any:
        if values is None or row.is_adjusted_only:
            return None if values is None else values[places]
        return tidy(values[places] * scale)

    return Bars(
        asset_id=asset.id,
        dates=series.dates[places],
        close=new_close,
        adjusted_close=new_adjusted,
        open=part(series.open),
        high=part(series.high),
        low=part(series.low),
        volume=None if series.volume is None else series.volume[places],
        event_times_utc=session_closes_utc(asset.exchange, series.dates[places]),
        flags=np.full(len(places), CORRECTED_CODE, dtype=np.int8),
    )


def tidy(values: Any) -> np.ndarray:
    """Return computed prices with 14 significant digits; NaN stays."""
    return np.array([float(f"{value:.{DIGITS_COUNT}g}") for value in np.asarray(values).tolist()], dtype=np.float64)


def _lineage(row: tables.QualityFinding, asset: tables.Asset, actor: Actor, now_utc: datetime) -> dict[str, Any]:
    """Return where the corrected figures come from, in the words of every other delivery."""
    who = "the house's policy" if row.is_automatic else actor.name
    sessions = formatting.count(row.sessions_count, "session")
    sentence = f"{sessions} of {asset.symbol} corrected ({row.method}), accepted by {who}."
    return {
        "dataset": f"Correction of {asset.symbol}",
        "endpoints": [],
        "payload_sha256": [],
        "fetched_at_utc": now_utc.isoformat(),
        "licence": "The house's own decision about its provider's figures",
        "transformations": [sentence],
        "notes": [row.reason],
        "reason": row.reason,
        "finding_id": row.id,
        "asset_ids": {asset.symbol: asset.id},
        "by_id": actor.user_id,
        "by_name": who,
    }
