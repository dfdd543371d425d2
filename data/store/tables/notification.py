"""What was a user told inside the product, and which mail waits to be sent?"""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Owned, long_text, points_to


class Notification(Owned, Base):
    """One message for one user."""

    __tablename__ = "notification"

    user_id: Mapped[str] = points_to("user_account.id", cascade=True)
    severity: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(200))
    sentence: Mapped[str] = long_text()
    link: Mapped[str | None] = mapped_column(String(300))
    alert_id: Mapped[str | None] = points_to("alert.id", nullable=True)
    run_id: Mapped[str | None] = points_to("run.id", nullable=True)
    read_at_utc: Mapped[datetime | None]

    __table_args__ = (Index("ix_notification_list", "user_id", "created_at_utc", "id"),)


class MailMessage(Owned, Base):
    """One mail that waits to be sent; requests never send themselves."""

    __tablename__ = "mail_message"

    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = long_text()
    status: Mapped[str] = mapped_column(String(10), default="pending", index=True)  # pending | sent | failed
    attempts_count: Mapped[int] = mapped_column(default=0)
    sent_at_utc: Mapped[datetime | None]
    problem: Mapped[str | None] = long_text(nullable=True)
