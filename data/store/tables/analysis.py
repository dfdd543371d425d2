"""Which report about a portfolio was computed from which data, and what came out?"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Owned, long_text, points_to
from data.store.types import CompressedJson

ANALYSIS_STATES = ("waiting", "working", "ready", "failed")


class Analysis(Owned, Base):
    """One question about one portfolio, its answer while it is kept, and who works on it until then.

    ``key`` is the fingerprint of house, kind, request and the versions of data, engine and product: equal questions
    about equal data share one row, and no page reads what an earlier form of it wrote. ``asked_by_id`` is None where
    the product itself asked.
    """

    __tablename__ = "analysis"

    portfolio_id: Mapped[str] = points_to("portfolio.id", cascade=True)
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(64), unique=True)
    request_json: Mapped[str] = long_text()  # canonical text
    request_sha256: Mapped[str] = mapped_column(String(64))  # of it, the kind, and the versions of engine and product
    data_version: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    document: Mapped[Any] = mapped_column(CompressedJson(), nullable=True)
    code: Mapped[str | None] = mapped_column(String(60))
    message: Mapped[str | None] = long_text(nullable=True)
    advice: Mapped[str | None] = long_text(nullable=True)
    asked_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    computed_at_utc: Mapped[datetime | None]
    elapsed_ms: Mapped[float | None]
    attempts_count: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None] = mapped_column(String(120))
    lease_until_utc: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in ANALYSIS_STATES)})", name="state"),
        Index("ix_analysis_latest", "portfolio_id", "kind", "request_sha256", "computed_at_utc"),
        Index("ix_analysis_age", "created_at_utc"),
    )
