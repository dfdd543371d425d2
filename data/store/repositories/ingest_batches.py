"""Which deliveries of market data came in?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, text, update

from data.errors import StaleFence
from data.store.repositories.repository import Repository
from data.store.tables import IngestBatch

_LOCK_KEY = 7_260_103  # names the tenants' own deliveries among the advisory locks of the database


class IngestBatches(Repository[IngestBatch]):
    """Deliveries, shared and of the tenant."""

    model = IngestBatch
    kind = "delivery"

    def finish(self, batch_id: str, status: str, *, rows_count: int = 0, message: str | None = None) -> IngestBatch:
        """Note how a delivery ended: ``succeeded`` or ``failed``."""
        row = self.get(batch_id, write=True)
        row.status, row.rows_count, row.message = status, rows_count, message
        row.finished_at_utc = self._context.now_utc()
        self._flush(row)
        return row

    def version(self) -> str:
        """Return a word that changes whenever a visible delivery comes in, goes on or is taken back."""
        newest = self._query().order_by(IngestBatch.updated_at_utc.desc(), IngestBatch.id.desc()).limit(1)
        row = self._session.execute(newest.with_only_columns(IngestBatch.id, IngestBatch.updated_at_utc)).first()
        return "" if row is None else f"{row[0]} {row[1].isoformat()}"

    def take_over(self, batch_id: str) -> IngestBatch:
        """Let this process go on with a running delivery; whoever worked on it before is shut out.

        Of two that try at the same time each gets a fencing number of its own, and the later one goes on.

        Raises
        ------
        StaleFence
            The delivery has ended.
        """
        row = self.get(batch_id, write=True)
        values = {"fence_count": IngestBatch.fence_count + 1, "updated_at_utc": self._context.now_utc()}
        if not self._change_running(batch_id, values):
            raise StaleFence(batch_id, row.fence_count)
        self._session.refresh(row)
        return row

    def say(self, batch_id: str, message: str) -> None:
        """Note why a running delivery does not go on; said again it changes nothing, and it is no sign of life."""
        values = {"message": message, "updated_at_utc": IngestBatch.updated_at_utc}
        self._change_running(batch_id, values, IngestBatch.message.is_distinct_from(message))

    def go_on(self, batch_id: str, fence_count: int, changes: Mapping[str, Any]) -> None:
        """Note how far a running delivery came.

        Raises
        ------
        StaleFence
            Another process took the delivery over, or it ended.
        """
        values = {"message": None, **changes, "updated_at_utc": self._context.now_utc()}
        if not self._change_running(batch_id, values, IngestBatch.fence_count == fence_count):
            raise StaleFence(batch_id, fence_count)

    def _change_running(self, batch_id: str, values: Mapping[str, Any], *conditions: ColumnElement[bool]) -> bool:
        """Change a delivery unless it has ended; return whether it was changed."""
        done = self._session.execute(
            update(IngestBatch)
            .where(IngestBatch.id == batch_id, IngestBatch.status == "running", self._may(), *conditions)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        return int(done.rowcount) == 1

    def running(self, *, quiet_since_utc: datetime | None = None) -> Sequence[IngestBatch]:
        """Return deliveries that have not ended, the oldest first; or those without a sign of life since an instant."""
        query = self._query().where(IngestBatch.status == "running")
        if quiet_since_utc is not None:
            query = query.where(IngestBatch.updated_at_utc <= quiet_since_utc)
        return self._all(query.order_by(IngestBatch.created_at_utc, IngestBatch.id))

    def one_at_a_time(self) -> None:
        """Let deliveries of the unit's tenant, or those that all share, pass one after the other until the unit ends.

        Without that, two that bring figures of one asset at the same time would each pack a series without the other's.
        SQLite has one writer anyway.
        """
        if self._context.dialect == "postgresql":
            statement = text("SELECT pg_advisory_xact_lock(:key, hashtext(:tenant))")
            self._session.execute(statement, {"key": _LOCK_KEY, "tenant": self._context.actor.tenant_id or ""})

    def own(self, provider: str, limit: int = 200) -> Sequence[IngestBatch]:
        """Return what a provider delivered for this tenant alone, the newest first."""
        mine = self._query().where(IngestBatch.tenant_id == self._require_tenant(), IngestBatch.provider == provider)
        return self._all(mine.order_by(IngestBatch.created_at_utc.desc(), IngestBatch.id.desc()).limit(limit))

    def own_of_content(self, provider: str, source_sha256: str, status: str) -> IngestBatch | None:
        """Return the tenant's own delivery of these bytes in a state; None when there is none."""
        mine = self._query().where(
            IngestBatch.tenant_id == self._require_tenant(),
            IngestBatch.provider == provider,
            IngestBatch.source_sha256 == source_sha256,
            IngestBatch.status == status,
        )
        return self._one(mine.order_by(IngestBatch.id.desc()).limit(1))

    def latest(self, provider: str | None = None, limit: int = 20) -> Sequence[IngestBatch]:
        """Return the latest deliveries, the newest first."""
        query = self._query().order_by(IngestBatch.created_at_utc.desc(), IngestBatch.id.desc()).limit(limit)
        return self._all(query if provider is None else query.where(IngestBatch.provider == provider))
