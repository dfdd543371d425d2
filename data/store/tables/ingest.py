"""Which deliveries of market data came in, and how did they go?"""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Document, Identified, long_text, points_to


class IngestBatch(Identified, Base):
    """One delivery of one provider."""

    __tablename__ = "ingest_batch"

    tenant_id: Mapped[str | None] = points_to("tenant.id", nullable=True, index=True)  # NULL: for all tenants
    provider: Mapped[str] = mapped_column(String(40), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # prices | fx | attributes | benchmark
    status: Mapped[str] = mapped_column(String(12))  # running | succeeded | failed
    finished_at_utc: Mapped[datetime | None]
    rows_count: Mapped[int] = mapped_column(default=0)
    source_sha256: Mapped[str | None] = mapped_column(String(64))
    message: Mapped[str | None] = long_text(nullable=True)
    lineage: Mapped[Document] = mapped_column(default=dict)
    is_sample: Mapped[bool] = mapped_column(default=False)
