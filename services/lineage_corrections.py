"""Which corrections stand behind a value: from what, why, by whom and when?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from data.store import tables
from data.store.repositories.price_versions import CORRECTION
from services.lineage_words import correction_sentence
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
    known_at_utc: datetime | None,
) -> tuple[CorrectionMark, ...]:
    """Return the corrections among the versions of a bar, the oldest first; each says which value it stands over.

    One that followed the bar's adjusted closes has several versions: the last says what it is, the first since when.
    With ``known_at_utc`` what was taken back later still stands.
    """
    found: list[CorrectionMark] = []
    taken_back = uow.prices.taken_back(known_at_utc)
    made_at = {bar.batch_id: bar.knowledge_time_utc for bar in reversed(bars)}
    last = {bar.batch_id: bar for bar in bars}
    for bar in bars:
        delivery = marks.get(bar.batch_id or "")
        if delivery is None or delivery.kind != CORRECTION or bar is not last[bar.batch_id]:
            continue
        earlier = [one for one in bars if one.knowledge_time_utc < bar.knowledge_time_utc]
        under = uow.prices.counting(earlier, known_at_utc=bar.knowledge_time_utc)
        before = float(getattr(under[0], field)) if under else None
        value, at = float(getattr(bar, field)), made_at[bar.batch_id]
        batch = uow.ingest_batches.find(delivery.batch_id)
        said: Mapping[str, Any] = {} if batch is None else batch.lineage
        reason = _reason(said, asset.symbol, bar.session_date) or next(iter(delivery.transformations), REASON_UNKNOWN)
        sentence = correction_sentence(before, value, asset.currency, reason, delivery.by, at)
        is_over = any(
            one.tenant_scope != ""
            and one.knowledge_time_utc > bar.knowledge_time_utc
            and not _is_correction(marks.get(one.batch_id or ""))
            for one in bars
        )
        gone_at = taken_back.get(delivery.batch_id)
        is_standing = shown.tenant_scope != "" and not is_over and gone_at is None
        ended = TAKEN_BACK if gone_at is not None and _stood(bars, marks, uow, gone_at) else FALLEN
        found.append(
            CorrectionMark(
                raw_value=before,
                value=value,
                reason=reason,
                by=delivery.by,
                at_utc=at,
                is_standing=is_standing,
                sentence=sentence if is_standing else f"{sentence} {ended}",
            )
        )
    return tuple(found)


def _stood(
    bars: Sequence[tables.PriceBar], marks: Mapping[str, DeliveryMark], uow: UnitOfWork, until_utc: datetime
) -> bool:
    """Return whether a correction counted just before one was taken back: else the source had changed the bar."""
    earlier = [one for one in bars if one.knowledge_time_utc < until_utc]
    counted = uow.prices.counting(earlier, known_at_utc=until_utc - timedelta(microseconds=1))
    return any(_is_correction(marks.get(one.batch_id or "")) for one in counted)


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
