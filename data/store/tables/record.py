"""How are records kept, who agreed to what, and which periods are closed?"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Document, Owned, long_text, points_to

REQUEST_STATES = ("proposed", "approved", "rejected", "withdrawn")


class ChangeRequest(Owned, Base):
    """Something that one person asks for and another decides about; the deed is done with the decision."""

    __tablename__ = "change_request"

    kind: Mapped[str] = mapped_column(String(40))
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str | None] = mapped_column(String(64), index=True)
    sentence: Mapped[str] = long_text()
    payload: Mapped[Document] = mapped_column(default=dict)
    reason: Mapped[str] = long_text()
    state: Mapped[str] = mapped_column(String(10), default="proposed")
    requested_by_id: Mapped[str] = points_to("user_account.id")
    decided_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    decided_at_utc: Mapped[datetime | None]
    decision_reason: Mapped[str | None] = long_text(nullable=True)

    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in REQUEST_STATES)})", name="state"),
        CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> requested_by_id OR state = 'withdrawn'", name="eyes"
        ),
        Index("ix_change_request_list", "tenant_id", "state", "created_at_utc"),
    )


class RetentionRule(Owned, Base):
    """How long one class of records is kept and what is done then; classes without a row follow the product."""

    __tablename__ = "retention_rule"

    record_class: Mapped[str] = mapped_column(String(40))
    years_count: Mapped[int]
    action: Mapped[str] = mapped_column(String(12))  # delete | pseudonymise | archive | keep

    __table_args__ = (
        UniqueConstraint("tenant_id", "record_class"),
        CheckConstraint("years_count BETWEEN 1 AND 100", name="years_count"),
    )


class RetentionReport(Owned, Base):
    """What one round of the retention job did, or would have done."""

    __tablename__ = "retention_report"

    is_dry_run: Mapped[bool]
    made_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    content: Mapped[Document] = mapped_column(default=dict)


class LegalHold(Owned, Base):
    """Records that must not go while it lasts, whatever the retention rules say."""

    __tablename__ = "legal_hold"

    name: Mapped[str] = mapped_column(String(200))
    scope_kind: Mapped[str] = mapped_column(String(10))  # house | client | portfolio | person
    scope_id: Mapped[str | None] = mapped_column(String(36))
    reason: Mapped[str] = long_text()
    placed_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    released_at_utc: Mapped[datetime | None]
    released_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)

    __table_args__ = (CheckConstraint("(scope_kind = 'house') = (scope_id IS NULL)", name="scope"),)


class LockedPeriod(Owned, Base):
    """Days, both ends included, in which nothing is booked or changed any more; opened again by two people."""

    __tablename__ = "locked_period"

    start_on: Mapped[date]
    end_on: Mapped[date]
    reason: Mapped[str] = long_text()
    locked_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    unlocked_at_utc: Mapped[datetime | None]
    unlocked_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)

    __table_args__ = (CheckConstraint("start_on <= end_on", name="order"),)


class AccessReview(Owned, Base):
    """Who could do what on one day, and who looked at it."""

    __tablename__ = "access_review"

    content: Mapped[Document] = mapped_column(default=dict)
    content_sha256: Mapped[str] = mapped_column(String(64))
    made_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    reviewed_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    reviewed_at_utc: Mapped[datetime | None]
    review_note: Mapped[str | None] = long_text(nullable=True)
    decisions: Mapped[Document | None]
    closed_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    closed_at_utc: Mapped[datetime | None]


class AuditorReport(Owned, Base):
    """What a report for auditors was made from, its files, and digests by which they can be made again and compared."""

    __tablename__ = "auditor_report"

    start_on: Mapped[date]
    end_on: Mapped[date]
    portfolio_id: Mapped[str | None] = points_to("portfolio.id", nullable=True)
    inputs: Mapped[Document] = mapped_column(default=dict)
    inputs_sha256: Mapped[str] = mapped_column(String(64))
    code_version: Mapped[str] = mapped_column(String(40))
    pdf_sha256: Mapped[str] = mapped_column(String(64))
    excel_sha256: Mapped[str] = mapped_column(String(64))
    pdf: Mapped[bytes] = mapped_column(deferred=True)
    excel: Mapped[bytes] = mapped_column(deferred=True)
    made_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
