"""Which rules does a portfolio break, how did that go on, and who let it stand?"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Document, Identified, Owned, long_text, points_to

BREACH_STATUSES = ("open", "acknowledged", "in_remediation", "overridden", "grandfathered", "cured", "closed")
OVERRIDE_STATES = ("requested", "approved", "rejected", "withdrawn", "expired", "ended")


class Breach(Owned, Base):
    """One rule that one group of one portfolio does not keep, from its beginning to its end.

    ``group_name`` is empty for the portfolio as a whole. There is one row that is not closed for a portfolio, a rule
    and a group. ``value`` is the figure, None where it is not known exactly; ``least`` and ``most`` are its bounds,
    ``worst_value`` the farthest that it was from what the rule wants, ``step_value`` the farthest of a rule's several
    limits that it was beyond. ``unjudged_groups`` names what cannot be judged, or could not last, where several groups
    are one breach; it is empty for every other. What a check notes of them is no change of the breach: ``row_version``
    counts what people and the life cycle did.
    """

    __tablename__ = "breach"

    portfolio_id: Mapped[str] = points_to("portfolio.id", cascade=True)
    rule_id: Mapped[str] = mapped_column(String(36))
    group_name: Mapped[str] = mapped_column(String(200))
    rule_version: Mapped[int]
    wording_sha256: Mapped[str] = mapped_column(String(64))
    rule_title: Mapped[str] = mapped_column(String(160))
    rule_facts: Mapped[Document] = mapped_column(default=dict)
    severity: Mapped[str] = mapped_column(String(10))
    severity_rank: Mapped[int]  # 0 is the gravest
    status: Mapped[str] = mapped_column(String(14))
    status_since_utc: Mapped[datetime]
    is_unjudged: Mapped[bool]
    cause: Mapped[str | None] = mapped_column(String(7))
    operator: Mapped[str] = mapped_column(String(2))
    unit: Mapped[str] = mapped_column(String(10))
    limit_value: Mapped[float | None]
    value: Mapped[float | None]
    least: Mapped[float | None]
    most: Mapped[float | None]
    worst_value: Mapped[float | None]
    step_value: Mapped[float | None]
    worsened_on: Mapped[date | None]
    missing: Mapped[list[str]] = mapped_column(default=list)
    unjudged_groups: Mapped[list[str]] = mapped_column(default=list)
    opened_at_utc: Mapped[datetime]
    cure_by: Mapped[date | None]
    judged_at_utc: Mapped[datetime]
    reopened_count: Mapped[int] = mapped_column(default=0)
    owner_id: Mapped[str | None] = points_to("user_account.id", nullable=True, index=True)
    acknowledged_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    acknowledged_at_utc: Mapped[datetime | None]
    plan: Mapped[Document | None]
    due_on: Mapped[date | None]
    cured_at_utc: Mapped[datetime | None]
    cured_by: Mapped[str | None] = mapped_column(String(20))
    closed_at_utc: Mapped[datetime | None]
    closed_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    close_reason: Mapped[str | None] = long_text(nullable=True)
    escalation_level: Mapped[int] = mapped_column(default=0)
    escalated_at_utc: Mapped[datetime | None]
    late_since: Mapped[date | None]

    __table_args__ = (
        CheckConstraint(f"status IN ({', '.join(repr(one) for one in BREACH_STATUSES)})", name="status"),
        CheckConstraint("severity IN ('info', 'warning', 'soft', 'hard')", name="severity"),
        CheckConstraint("cause IS NULL OR cause IN ('active', 'passive')", name="cause"),
        CheckConstraint("cured_by IS NULL OR cured_by IN ('mending', 'rule_change', 'deviation')", name="cured_by"),
        Index(
            "uq_breach_live",
            "portfolio_id",
            "rule_id",
            "group_name",
            unique=True,
            sqlite_where=text("status <> 'closed'"),
            postgresql_where=text("status <> 'closed'"),
        ),
        Index("ix_breach_queue", "tenant_id", "severity_rank", "opened_at_utc", "id"),
    )


class BreachEvent(Identified, Base):
    """One thing that happened to a breach; never changed. ``number`` counts 1, 2, 3 ... within the breach."""

    __tablename__ = "breach_event"

    tenant_id: Mapped[str] = points_to("tenant.id")
    breach_id: Mapped[str] = points_to("breach.id", cascade=True)
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(30))
    actor_id: Mapped[str | None] = mapped_column(String(36))
    actor_name: Mapped[str] = mapped_column(String(200))
    status_before: Mapped[str | None] = mapped_column(String(14))
    status_after: Mapped[str] = mapped_column(String(14))
    value: Mapped[float | None]
    limit_value: Mapped[float | None]
    sentence: Mapped[str] = long_text()
    comment: Mapped[str | None] = long_text(nullable=True)
    details: Mapped[Document] = mapped_column(default=dict)

    __table_args__ = (UniqueConstraint("breach_id", "number"),)


class BreachOverride(Owned, Base):
    """The wish to let a breach stand up to a level and a day, and what became of it.

    ``level`` is in the unit of the rule; None where nothing but "cannot be judged" is let stand. It is given for one
    wording of the rule (``wording_sha256``) and ends with it.
    """

    __tablename__ = "breach_override"

    breach_id: Mapped[str] = points_to("breach.id", cascade=True, index=True)
    portfolio_id: Mapped[str] = points_to("portfolio.id", cascade=True, index=True)
    rule_id: Mapped[str] = mapped_column(String(36))
    group_name: Mapped[str] = mapped_column(String(200))
    rule_version: Mapped[int]
    wording_sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10))
    level: Mapped[float | None]
    reason: Mapped[str] = long_text()
    expires_on: Mapped[date]
    requested_by_id: Mapped[str] = points_to("user_account.id")
    requested_at_utc: Mapped[datetime]
    needs_second_person: Mapped[bool]
    decided_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    decided_at_utc: Mapped[datetime | None]
    decision_reason: Mapped[str | None] = long_text(nullable=True)
    ended_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    ended_at_utc: Mapped[datetime | None]
    end_reason: Mapped[str | None] = long_text(nullable=True)

    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(one) for one in OVERRIDE_STATES)})", name="state"),
        CheckConstraint(
            "NOT needs_second_person OR decided_by_id IS NULL OR decided_by_id <> requested_by_id",
            name="second_person",
        ),
        Index(
            "uq_breach_override_live",
            "breach_id",
            unique=True,
            sqlite_where=text("state IN ('requested', 'approved')"),
            postgresql_where=text("state IN ('requested', 'approved')"),
        ),
    )


class RuleWatch(Base):
    """Since when a portfolio is judged by a rule in its present wording: what failed at once was there before it."""

    __tablename__ = "breach_rule_watch"

    portfolio_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("portfolio.id", ondelete="CASCADE"), primary_key=True
    )
    rule_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    tenant_id: Mapped[str] = points_to("tenant.id")
    wording_sha256: Mapped[str] = mapped_column(String(64))
    first_judged_at_utc: Mapped[datetime]

    __table_args__ = ({"sqlite_with_rowid": False},)
