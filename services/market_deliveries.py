"""Which deliveries of market data came in, what was refused of them, and is what they stored still all there?"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from services.audit_notes import note
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.errors import Conflict, NotFound
from services.lineage_deliveries import masked
from services.market_cut_off import CUT_OFF_AFTER
from services.market_pipeline import RUNNING, Pipeline, is_resumable
from services.messages.frozen import Page
from services.messages.market_data import BatchView, RejectedRowView
from services.ports import Ports

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork

ROWS_AT_ONCE_COUNT = 5_000
_MINUTES_COUNT = int(CUT_OFF_AFTER.total_seconds() // 60)


class Deliveries:
    """Deliveries of market data: shared ones and the house's own.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def list(self, actor: Actor, *, cursor: str | None = None, limit: int = 50) -> Page[BatchView]:
        """Return deliveries, the newest first."""
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            found = uow.ingest_batches.list(cursor=cursor, limit=limit)
            items = tuple(_view(row, self._ports.clock.now_utc()) for row in found.rows)
            return Page(items=items, next_cursor=found.next_cursor)

    def get(self, batch_id: str, actor: Actor) -> BatchView:
        """Return one delivery.

        Raises
        ------
        NotFound
            There is none with this id for the actor.

        """
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            return _view(_batch(uow, batch_id), self._ports.clock.now_utc())

    def give_up(self, batch_id: str, actor: Actor) -> BatchView:
        """End a delivery that was cut off; what it stored stays.

        A delivery for all houses is given up by an administrator.

        Raises
        ------
        NotFound
            There is none with this id for the actor.
        Conflict
            It has ended, or is still coming in.

        """
        authorize(actor, Permission.MARKET_IMPORT)
        view = self.get(batch_id, actor)
        if not view.is_own:
            authorize(actor, Permission.PROVIDERS_WRITE)
        if not view.is_cut_off:
            is_over = view.status != RUNNING
            raise Conflict(
                "This delivery has ended already." if is_over else "This delivery is still coming in.",
                "" if is_over else f"Wait: it counts as cut off {_MINUTES_COUNT} minutes after its last sign of life.",
                code="not_cut_off",
            )
        Pipeline(self._ports).give_up(batch_id, f"Given up by {actor.name}; what it stored stays.")
        with self._ports.store.work(actor) as uow:
            note(uow, "delivery.give_up", "ingest_batch", batch_id, before={"status": RUNNING})
            uow.commit()
        return self.get(batch_id, actor)

    def rejected(self, batch_id: str, actor: Actor, *, after: int = 0, limit: int = 200) -> Page[RejectedRowView]:
        """Return refused rows of one delivery in their order, each with the reason; parameters as for `get`."""
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            _batch(uow, batch_id)
            rows = uow.rejected_rows.of_batch(batch_id, after=after, limit=limit + 1)
        shown = tuple(
            RejectedRowView(
                row_number=row.row_number, symbol=row.symbol, field=row.field, reason=row.reason, raw=row.raw
            )
            for row in rows[:limit]
        )
        return Page(items=shown, next_cursor=str(shown[-1].row_number) if len(rows) > limit else None)

    def rejected_file(self, batch_id: str, actor: Actor) -> bytes:
        """Return all refused rows of one delivery as CSV, with a line for the names of the columns."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("row_number", "symbol", "field", "reason", "row"))
        after = 0
        while True:
            page = self.rejected(batch_id, actor, after=after, limit=ROWS_AT_ONCE_COUNT)
            for row in page.items:
                raw = json.dumps(row.raw, ensure_ascii=False, sort_keys=True)
                writer.writerow((row.row_number, *map(_plain, (row.symbol, row.field, row.reason)), raw))
            if page.next_cursor is None:
                return text.getvalue().encode()
            after = int(page.next_cursor)


def _plain(value: str | None) -> str:
    """Return text that a spreadsheet does not take for a formula."""
    text = value or ""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _batch(uow: UnitOfWork, batch_id: str) -> tables.IngestBatch:
    row = uow.ingest_batches.find(batch_id)
    if row is None:
        raise NotFound.of("delivery", batch_id)
    return row


def _view(row: tables.IngestBatch, now_utc: datetime) -> BatchView:
    return BatchView(
        id=row.id,
        provider=row.provider,
        kind=row.kind,
        status=row.status,
        created_at_utc=row.created_at_utc,
        finished_at_utc=row.finished_at_utc,
        read_count=row.read_count,
        expected_count=row.expected_count,
        stored_count=max(row.stored_count, row.rows_count),
        rejected_count=row.rejected_count,
        checksum=row.checksum,
        source_sha256=row.source_sha256,
        message=row.message,
        is_cut_off=is_resumable(row) and row.updated_at_utc <= now_utc - CUT_OFF_AFTER,
        updated_at_utc=row.updated_at_utc,
        is_own=row.tenant_id is not None,
        is_sample=row.is_sample,
        lineage=_shown(row.lineage),
    )


def _shown(lineage: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known of a delivery without places on the server and without secrets of addresses."""
    shown = {name: value for name, value in lineage.items() if name != "address"}
    if isinstance(shown.get("endpoints"), list):
        shown["endpoints"] = [masked(str(one)) for one in shown["endpoints"]]
    return shown
