"""What needs somebody's attention?"""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Document, Owned, long_text, points_to

ALERT_STATES = ("pending", "firing", "acknowledged", "snoozed", "recovering", "no_data", "resolved")


class Alert(Owned, Base):
    """One condition from its beginning to its end; one open row for a key."""

    __tablename__ = "alert"

    key: Mapped[str] = mapped_column(String(200))
    severity: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(14))
    title: Mapped[str] = mapped_column(String(200))
    sentence: Mapped[str] = long_text()
    owner_id: Mapped[str | None] = points_to("user_account.id", nullable=True, index=True)
    portfolio_id: Mapped[str | None] = points_to("portfolio.id", nullable=True, index=True)
    object_kind: Mapped[str | None] = mapped_column(String(40))
    object_id: Mapped[str | None] = mapped_column(String(36))
    details: Mapped[Document] = mapped_column(default=dict)
    occurrences_count: Mapped[int] = mapped_column(default=1)
    last_seen_at_utc: Mapped[datetime]
    state_since_utc: Mapped[datetime]
    acknowledged_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    acknowledged_at_utc: Mapped[datetime | None]
    snoozed_until_utc: Mapped[datetime | None]
    resolved_at_utc: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in ALERT_STATES)})", name="state"),
        CheckConstraint("severity IN ('info', 'warning', 'soft', 'hard')", name="severity"),
        Index(
            "uq_alert_open_key",
            "tenant_id",
            "key",
            unique=True,
            sqlite_where=text("state <> 'resolved'"),
            postgresql_where=text("state <> 'resolved'"),
        ),
        Index("ix_alert_list", "tenant_id", "created_at_utc", "id"),
    )
