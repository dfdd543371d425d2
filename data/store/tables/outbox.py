"""Which events happened, in the order they were committed?"""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Document, points_to
from data.store.types import SEQUENCE


class EventOutbox(Base):
    """One event, written in the transaction that caused it; ``seq`` increases in the order of commits."""

    __tablename__ = "event_outbox"

    seq: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=True)
    tenant_id: Mapped[str] = points_to("tenant.id")
    user_id: Mapped[str | None] = mapped_column(String(36))  # set: for this user only
    portfolio_id: Mapped[str | None] = mapped_column(String(36))  # set: for those who see this portfolio
    topic: Mapped[str] = mapped_column(String(80))
    type: Mapped[str] = mapped_column(String(60))
    data: Mapped[Document]
    created_at_utc: Mapped[datetime]

    __table_args__ = (Index("ix_event_outbox_tenant", "tenant_id", "seq"), {"sqlite_autoincrement": True})
