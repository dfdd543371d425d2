"""Which corrections stand behind a value: from what, why, by whom and when?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from data.store import tables
from data.store.repositories.price_versions import CORRECTION
from services.lineage_words import correction_sentence
from services.market_ingest import WITHDRAWN
from services.messages.lineage import CorrectionMark, DeliveryMark

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

REASON_UNKNOWN = "the delivery gives no reason"
TAKEN_BACK = "It stands no more: the decision was taken back since."
FALLEN = "It stands no more: the source has changed this bar since."


def corrections_of(
    bars: Sequence[tables.PriceBar],
    field: str,
    shown: tables.PriceBar,
    marks: Mapping[str, DeliveryMark],
    uow: UnitOfWork,
    asset: tables.Asset,
) -> tuple[CorrectionMark, ...]:
    """Return the corrections among the versions of a bar, the oldest first; each says which value it stands over.

    One that followed the bar's adjusted closes has several versions: the last says what it is, the first since when.
    """
    found: list[CorrectionMark] = []
    made_at = {bar.batch_id: bar.knowledge_time_utc for bar in reversed(bars)}
    last = {bar.batch_id: bar for bar in bars}
    for bar in bars:
        delivery = marks.get(bar.batch_id or "")
        if delivery is None or delivery.kind != CORRECTION or bar is not last[bar.batch_id]:
            continue
        under = uow.prices.counting([one for one in bars if one.knowledge_time_utc < bar.knowledge_time_utc])
        before = float(getattr(under[0], field)) if under else None
        value, at = float(getattr(bar, field)), made_at[bar.batch_id]
        batch = uow.ingest_batches.find(delivery.batch_id)
        said: Mapping[str, Any] = {} if batch is None else batch.lineage
        reason = _reason(said, asset.symbol, bar.session_date) or next(iter(delivery.transformations), REASON_UNKNOWN)
        sentence = correction_sentence(before, value, asset.currency, reason, delivery.by, at)
        is_taken_back = batch is not None and batch.status == WITHDRAWN
        is_over = any(
            one.tenant_scope != ""
            and one.knowledge_time_utc > bar.knowledge_time_utc
            and (is_taken_back or not _is_correction(marks.get(one.batch_id or "")))
            for one in bars
        )
        is_standing = shown.tenant_scope != "" and not is_over
        found.append(
            CorrectionMark(
                raw_value=before,
                value=value,
                reason=reason,
                by=delivery.by,
                at_utc=at,
                is_standing=is_standing,
                sentence=sentence
                if is_standing
                else f"{sentence} {TAKEN_BACK if is_taken_back and is_over else FALLEN}",
            )
        )
    return tuple(found)


def _is_correction(delivery: DeliveryMark | None) -> bool:
    return delivery is not None and delivery.kind == CORRECTION


def _reason(said: Mapping[str, Any], symbol: str, day: date) -> str | None:
    """Return why a value was corrected, as the batch of corrections keeps it: for the value, else as a whole."""
    reasons = said.get("reasons")
    if isinstance(reasons, Mapping):
        one = reasons.get(f"{symbol}:{day.isoformat()}") or reasons.get(symbol)
        if one:
            return str(one)
    return str(said["reason"]) if said.get("reason") else None
