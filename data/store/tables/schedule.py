"""What is to be run when, and which scheduler is in charge?"""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Deletable, Document, Owned, long_text, points_to


class Schedule(Owned, Deletable, Base):
    """One request that is submitted again and again."""

    __tablename__ = "schedule"

    owner_id: Mapped[str] = points_to("user_account.id", index=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(40))
    request_json: Mapped[str] = long_text()
    trigger: Mapped[Document]  # {"kind": "cron", ...} or {"kind": "interval", "seconds_count": ...}
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    portfolio_id: Mapped[str | None] = points_to("portfolio.id", nullable=True, index=True)
    template_version_id: Mapped[str | None] = points_to("template_version.id", nullable=True)
    is_enabled: Mapped[bool] = mapped_column(default=True)
    next_fire_utc: Mapped[datetime | None]
    last_fire_utc: Mapped[datetime | None]


class ScheduleFire(Base):
    """One firing: the key makes sure that a schedule fires once for one instant, whoever asks."""

    __tablename__ = "schedule_fire"

    schedule_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("schedule.id", ondelete="CASCADE"), primary_key=True
    )
    fire_time_utc: Mapped[datetime] = mapped_column(primary_key=True)
    claimed_at_utc: Mapped[datetime]
    run_id: Mapped[str | None] = points_to("run.id", nullable=True)


class SchedulerLease(Base):
    """Who is the leader of one kind of loop, and until when."""

    __tablename__ = "scheduler_lease"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    holder: Mapped[str] = mapped_column(String(120))
    until_utc: Mapped[datetime]
    fence: Mapped[int]
