"""Which deliveries of market data came in, how did they go, what was refused of them, and what were their bytes?"""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Document, Identified, long_text, points_to, utc_now


class IngestBatch(Identified, Base):
    """One delivery of one provider.

    ``read_count`` rows were read so far: ``expected_count`` of them were good and ``rejected_count`` were not. Of the
    good ones ``stored_count`` said something new. ``checksum`` adds up what was stored, in any order, so that a
    delivery can be compared with the bars that carry its id. ``fence_count`` grows when another process takes the
    delivery over.
    """

    __tablename__ = "ingest_batch"

    tenant_id: Mapped[str | None] = points_to("tenant.id", nullable=True, index=True)  # NULL: for all tenants
    provider: Mapped[str] = mapped_column(String(40), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # prices | correction | fx | attributes | benchmark | actions | macro
    status: Mapped[str] = mapped_column(String(12))  # running | succeeded | failed | withdrawn
    finished_at_utc: Mapped[datetime | None]
    rows_count: Mapped[int] = mapped_column(default=0)
    read_count: Mapped[int] = mapped_column(default=0)
    expected_count: Mapped[int] = mapped_column(default=0)
    stored_count: Mapped[int] = mapped_column(default=0)
    rejected_count: Mapped[int] = mapped_column(default=0)
    checksum: Mapped[str | None] = mapped_column(String(16))
    fence_count: Mapped[int] = mapped_column(default=0)
    updated_at_utc: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now, index=True)
    source_sha256: Mapped[str | None] = mapped_column(String(64))
    message: Mapped[str | None] = long_text(nullable=True)
    lineage: Mapped[Document] = mapped_column(default=dict)
    is_sample: Mapped[bool] = mapped_column(default=False)


class RejectedRow(Identified, Base):
    """One row of a delivery that was not taken in, with the reason in words."""

    __tablename__ = "rejected_row"

    tenant_id: Mapped[str | None] = points_to("tenant.id", nullable=True)  # NULL: of a delivery for all tenants
    batch_id: Mapped[str] = points_to("ingest_batch.id", cascade=True)
    provider: Mapped[str] = mapped_column(String(40))
    symbol: Mapped[str | None] = long_text(nullable=True)
    row_number: Mapped[int]  # counted from 1, in the order of the delivery
    field: Mapped[str | None] = mapped_column(String(60))
    reason: Mapped[str] = long_text()
    raw: Mapped[Document] = mapped_column(default=dict)

    __table_args__ = (Index("ix_rejected_row_batch", "batch_id", "row_number"),)


class RawPayload(Base):
    """The bytes of one answer of a provider as they came, compressed, under their hash."""

    __tablename__ = "raw_payload"

    tenant_scope: Mapped[str] = mapped_column(String(36), primary_key=True)  # '' = shared by all tenants
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(120))
    endpoint: Mapped[str] = long_text()
    fetched_at_utc: Mapped[datetime] = mapped_column(index=True)
    size_bytes_count: Mapped[int]
    content: Mapped[bytes]  # zlib
