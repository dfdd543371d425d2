"""Was this request made before, and what was answered?"""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, long_text


class IdempotencyKey(Base):
    """One ``Idempotency-Key`` of one tenant with the answer it got."""

    __tablename__ = "idempotency_key"

    tenant_id: Mapped[str] = mapped_column(String(36), ForeignKey("tenant.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(36))
    body_sha256: Mapped[str] = mapped_column(String(64))
    resource_id: Mapped[str | None] = mapped_column(String(36))
    response_status: Mapped[int | None]
    response_body: Mapped[str | None] = long_text(nullable=True)
    created_at_utc: Mapped[datetime]
    expires_at_utc: Mapped[datetime] = mapped_column(index=True)
