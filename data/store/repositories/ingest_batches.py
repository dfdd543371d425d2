"""Which deliveries of market data came in?"""

from collections.abc import Sequence

from data.store.repositories.repository import Repository
from data.store.tables import IngestBatch


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

    def latest(self, provider: str | None = None, limit: int = 20) -> Sequence[IngestBatch]:
        """Return the latest deliveries, the newest first."""
        query = self._query().order_by(IngestBatch.created_at_utc.desc(), IngestBatch.id.desc()).limit(limit)
        return self._all(query if provider is None else query.where(IngestBatch.provider == provider))
