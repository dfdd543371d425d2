"""Which rows were refused, and what were the bytes of an answer?"""

import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func

from data.store.repositories.inserts import insert_new
from data.store.repositories.repository import Repository
from data.store.tables import RawPayload, RejectedRow


class RejectedRows(Repository[RejectedRow]):
    """Rows of deliveries that were not taken in, each with its reason."""

    model = RejectedRow
    kind = "rejected row"

    def add_many(self, rows: Sequence[RejectedRow]) -> None:
        """Insert rows, for whom the unit is."""
        for row in rows:
            row.tenant_id = self._context.actor.tenant_id
            self._claim_for_tenant(row)
        self._session.add_all(rows)
        self._session.flush()

    def of_batch(self, batch_id: str, *, after: int = 0, limit: int = 200) -> Sequence[RejectedRow]:
        """Return refused rows of one delivery with a number above ``after``, in their order."""
        mine = self._query().where(RejectedRow.batch_id == batch_id, RejectedRow.row_number > after)
        return self._all(mine.order_by(RejectedRow.row_number, RejectedRow.id).limit(limit))


class RawPayloads(Repository[RawPayload]):
    """Providers' bytes as they came, each kept once under its hash."""

    model = RawPayload
    kind = "payload"

    def keep(self, *, sha256: str, media_type: str, endpoint: str, fetched_at_utc: datetime, raw: bytes) -> bool:
        """Keep bytes for whom the unit is; return whether they are new."""
        values = {
            "tenant_scope": self._context.actor.tenant_id or "",
            "sha256": sha256,
            "media_type": media_type,
            "endpoint": endpoint,
            "fetched_at_utc": fetched_at_utc,
            "size_bytes_count": len(raw),
            "content": zlib.compress(raw, 6),
        }
        return insert_new(self._context, RawPayload, values)

    def read(self, sha256: str) -> tuple[RawPayload, bytes] | None:
        """Return what is known of one payload with its bytes; None where they are not kept."""
        row = self._one(self._query().where(RawPayload.sha256 == sha256).order_by(RawPayload.tenant_scope.desc()))
        return None if row is None else (row, zlib.decompress(row.content))

    def facts(self, hashes: Sequence[str]) -> Sequence[Any]:
        """Return what is known of those of the payloads that are kept, without their bytes."""
        if not hashes:
            return ()
        query = self._query().where(RawPayload.sha256.in_(list(hashes))).order_by(RawPayload.tenant_scope)
        names = ("sha256", "media_type", "endpoint", "fetched_at_utc", "size_bytes_count")
        rows: Sequence[Any] = self._session.execute(
            query.with_only_columns(*(getattr(RawPayload, name) for name in names))
        ).all()
        return rows

    def trim(self, kept_bytes_count: int) -> int:
        """Drop the oldest payloads until those of the unit's scope take no more bytes, uncompressed; return how many.

        The hashes stay in the deliveries that name them.
        """
        scope = self._context.actor.tenant_id or ""
        mine = self._query().where(RawPayload.tenant_scope == scope)
        total = self._session.scalar(mine.with_only_columns(func.sum(RawPayload.size_bytes_count))) or 0
        dropped = 0
        sizes = mine.with_only_columns(RawPayload.sha256, RawPayload.size_bytes_count)
        for sha256, size in self._session.execute(sizes.order_by(RawPayload.fetched_at_utc)).all():
            if total <= kept_bytes_count:
                break
            here = (RawPayload.tenant_scope == scope, RawPayload.sha256 == sha256)
            self._session.execute(delete(RawPayload).where(*here))
            total -= size
            dropped += 1
        return dropped
