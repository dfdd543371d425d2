"""Which corrections stand behind a value: from what, why, by whom and when?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from data.store import tables
from services.lineage_words import correction_sentence
from services.messages.lineage import CorrectionMark, DeliveryMark, PriceVersion

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

REASON_UNKNOWN = "the delivery gives no reason"


def corrections_of(
    versions: Sequence[PriceVersion],
    marks: Mapping[str, DeliveryMark],
    uow: UnitOfWork,
    asset: tables.Asset,
    day: date,
) -> tuple[CorrectionMark, ...]:
    """Return the corrections among the versions, the oldest first; each says which value it stands over."""
    found: list[CorrectionMark] = []
    before: float | None = None
    for version in versions:
        delivery = marks.get(version.batch_id or "")
        if version.is_correction and delivery is not None:
            batch = uow.ingest_batches.find(delivery.batch_id)
            said: Mapping[str, Any] = {} if batch is None else batch.lineage
            reason = _reason(said, asset.symbol, day) or next(iter(delivery.transformations), REASON_UNKNOWN)
            found.append(
                CorrectionMark(
                    raw_value=before,
                    value=version.value,
                    reason=reason,
                    by=delivery.by,
                    at_utc=version.knowledge_time_utc,
                    sentence=correction_sentence(
                        before, version.value, asset.currency, reason, delivery.by, version.knowledge_time_utc
                    ),
                )
            )
        before = version.value
    return tuple(found)


def _reason(said: Mapping[str, Any], symbol: str, day: date) -> str | None:
    """Return why a value was corrected, as the batch of corrections keeps it: for the value, else as a whole."""
    reasons = said.get("reasons")
    if isinstance(reasons, Mapping):
        one = reasons.get(f"{symbol}:{day.isoformat()}") or reasons.get(symbol)
        if one:
            return str(one)
    return str(said["reason"]) if said.get("reason") else None
