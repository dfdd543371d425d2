"""Who sent a delivery, from where, under which licence, and what was done to it?"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from data.store import tables
from services.market_origins import origin_of
from services.messages.lineage import DeliveryMark, PayloadMark
from services.source_names import source_names

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

HIDDEN = "hidden"
_SECRET = re.compile(r"key|token|secret|password|passwd|auth|sig|credential", re.IGNORECASE)


def masked(endpoint: str) -> str:
    """Return an address as it may be shown: without a person's part, and with `hidden` for keys and tokens.

    Providers leave secrets out when they write an address down; this is the second lock.
    """
    try:
        parts = urlsplit(endpoint)
    except ValueError:
        return HIDDEN
    if not parts.netloc and not parts.query:
        return endpoint
    place = parts.netloc.rpartition("@")[2]
    asked = [(name, HIDDEN if _SECRET.search(name) else value) for name, value in parse_qsl(parts.query, True)]
    return urlunsplit((parts.scheme, place, parts.path, urlencode(asked, safe=":,/^="), ""))


def delivery_marks(uow: UnitOfWork, batch_ids: Collection[str]) -> dict[str, DeliveryMark]:
    """Return those of the deliveries that the unit's actor may see, by id; another house's are never among them."""
    batches = uow.ingest_batches.get_many(sorted(set(batch_ids)))
    hashes = {one for batch in batches.values() for one in _texts(batch.lineage.get("payload_sha256"))}
    kept = kept_payloads(uow, hashes)
    return {key: _mark(batch, kept, uow.actor.tenant_id) for key, batch in batches.items()}


def deliveries_of(
    uow: UnitOfWork, preference: Sequence[str], symbols: Sequence[str], start: date, end: date
) -> list[tuple[tuple[str, ...], DeliveryMark]]:
    """Return by which deliveries the bars of assets in a window came, with the symbols that each brought."""
    names = {row.id: symbol for symbol, row in uow.assets.by_symbols(list(symbols)).items()}
    of_provider: dict[str, list[str]] = {}
    for asset_id, one in uow.prices.summaries(list(names), preference).items():
        of_provider.setdefault(one.provider, []).append(asset_id)
    brought: dict[str, list[str]] = {}
    for provider, ids in sorted(of_provider.items()):
        for asset_id, batches in uow.prices.batches_used(ids, provider, start, end).items():
            for key in batches:
                brought.setdefault(key, []).append(names[asset_id])
    marks = delivery_marks(uow, list(brought))
    return [(tuple(sorted(brought[key])), marks[key]) for key in brought if key in marks]


def kept_payloads(uow: UnitOfWork, hashes: Collection[str]) -> dict[str, PayloadMark]:
    """Return which of the providers' answers are kept as bytes, by hash."""
    found = uow.raw_payloads.facts(sorted(hashes))
    return {
        row.sha256: PayloadMark(
            sha256=row.sha256,
            is_kept=True,
            media_type=row.media_type,
            size_bytes_count=row.size_bytes_count,
            endpoint=masked(row.endpoint),
            fetched_at_utc=row.fetched_at_utc,
        )
        for row in found
    }


def _mark(batch: tables.IngestBatch, kept: Mapping[str, PayloadMark], tenant_id: str | None) -> DeliveryMark:
    said: dict[str, Any] = batch.lineage
    origin = origin_of(batch)
    by = said.get("by_name") if origin is None else origin.by
    return DeliveryMark(
        batch_id=batch.id,
        kind=batch.kind,
        provider=batch.provider,
        provider_label=source_names([batch.provider]),
        dataset=_text(said.get("dataset")),
        endpoints=tuple(masked(one) for one in _texts(said.get("endpoints"))),
        payloads=tuple(
            kept.get(one, PayloadMark(sha256=one, is_kept=False)) for one in _texts(said.get("payload_sha256"))
        ),
        fetched_at_utc=_moment(said.get("fetched_at_utc")),
        stored_at_utc=batch.created_at_utc,
        licence=_text(said.get("licence")),
        transformations=_texts(said.get("transformations")),
        notes=_texts(said.get("notes")),
        file_name=None if origin is None else origin.file_name,
        by=_text(by),
        is_own=tenant_id is not None and batch.tenant_id == tenant_id,
        is_sample=batch.is_sample,
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list | tuple) else ()


def _text(value: object) -> str | None:
    return str(value) if value else None


def _moment(value: object) -> datetime | None:
    """Return a written moment; None where the delivery does not say one."""
    try:
        read = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return read if read.tzinfo is not None else read.replace(tzinfo=UTC)
