"""Which work was asked for, how far is it, and what came out?"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Deletable, Document, Owned, long_text, points_to
from data.store.types import CompressedJson

RUN_STATUSES = ("pending", "running", "succeeded", "failed", "cancelled")


class Run(Owned, Deletable, Base):
    """One piece of work with everything needed to do it again."""

    __tablename__ = "run"

    owner_id: Mapped[str] = points_to("user_account.id")
    kind: Mapped[str] = mapped_column(String(40))
    name: Mapped[str | None] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(12), default="pending")
    request_json: Mapped[str] = long_text()  # canonical text: its SHA-256 is request_sha256
    request_sha256: Mapped[str] = mapped_column(String(64))
    seed: Mapped[int | None]
    engine_version: Mapped[str | None] = mapped_column(String(40))
    lineage_json: Mapped[Document | None]
    portfolio_id: Mapped[str | None] = points_to("portfolio.id", nullable=True, index=True)
    parent_run_id: Mapped[str | None] = points_to("run.id", nullable=True)
    schedule_id: Mapped[str | None] = mapped_column(String(36))
    stage: Mapped[str | None] = mapped_column(String(80))
    progress_frac: Mapped[float] = mapped_column(default=0.0)
    message: Mapped[str | None] = long_text(nullable=True)
    attempts_count: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None] = mapped_column(String(120))
    lease_until_utc: Mapped[datetime | None]
    heartbeat_utc: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    checkpoint: Mapped[Any] = mapped_column(CompressedJson(), nullable=True, deferred=True)
    started_at_utc: Mapped[datetime | None]
    finished_at_utc: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(f"status IN ({', '.join(repr(status) for status in RUN_STATUSES)})", name="status"),
        Index("ix_run_list", "tenant_id", "created_at_utc", "id"),
        Index("ix_run_parent", "parent_run_id", "created_at_utc"),
        Index("ix_run_owner", "owner_id", "created_at_utc", "id"),
        Index(
            "ix_run_open",
            "status",
            "lease_until_utc",
            sqlite_where=text("status IN ('pending', 'running')"),
            postgresql_where=text("status IN ('pending', 'running')"),
        ),
    )


class RunResult(Base):
    """The whole result of one run, written once."""

    __tablename__ = "run_result"

    run_id: Mapped[str] = mapped_column(String(36), ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    tenant_id: Mapped[str] = points_to("tenant.id")
    schema_version: Mapped[int]
    document: Mapped[Any] = mapped_column(CompressedJson())
    result_sha256: Mapped[str] = mapped_column(String(64))
    created_at_utc: Mapped[datetime]


class RunArray(Base):
    """One large array of a result (paths, samples) that does not belong into JSON; zlib bytes, C order."""

    __tablename__ = "run_array"

    run_id: Mapped[str] = mapped_column(String(36), ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    dtype: Mapped[str] = mapped_column(String(10))
    shape: Mapped[str] = mapped_column(String(80))
    content: Mapped[bytes]
