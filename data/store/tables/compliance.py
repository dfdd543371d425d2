"""How did each portfolio stand by its rules when they were checked last, and when did that change?"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Document, long_text, points_to, utc_now

CHECK_STATUSES = ("passed", "warning", "failed", "indeterminate")


class ComplianceCheck(Base):
    """The last check of one portfolio against all its rules.

    `inputs_sha256` names the holdings, prices, rules, lists and facts that it was made from, `data_version` the cheap
    word that tells whether they may have changed since. A portfolio that could not be checked says why.
    """

    __tablename__ = "compliance_check"

    portfolio_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("portfolio.id", ondelete="CASCADE"), primary_key=True
    )
    tenant_id: Mapped[str] = points_to("tenant.id", index=True)
    as_of: Mapped[date | None]
    checked_at_utc: Mapped[datetime] = mapped_column(default=utc_now)
    status: Mapped[str | None] = mapped_column(String(13))  # None where it could not be checked
    data_version: Mapped[str] = mapped_column(String(200))
    inputs_sha256: Mapped[str] = mapped_column(String(64))
    engine_version: Mapped[str] = mapped_column(String(40))
    rules_count: Mapped[int]
    is_sample: Mapped[bool]
    message: Mapped[str | None] = long_text(nullable=True)
    advice: Mapped[str | None] = long_text(nullable=True)
    failed_since_utc: Mapped[datetime | None]  # since when checks come to nothing, so that all above is from before
    failed_reason: Mapped[str | None] = long_text(nullable=True)
    failed_advice: Mapped[str | None] = long_text(nullable=True)


class ComplianceResult(Base):
    """How one portfolio stood by one rule when it was checked last."""

    __tablename__ = "compliance_result"

    portfolio_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("portfolio.id", ondelete="CASCADE"), primary_key=True
    )
    rule_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    tenant_id: Mapped[str] = points_to("tenant.id", index=True)
    version: Mapped[int]
    status: Mapped[str] = mapped_column(String(13))
    severity: Mapped[str] = mapped_column(String(8))
    since_utc: Mapped[datetime] = mapped_column(default=utc_now)  # since when it has this status
    as_of: Mapped[date]
    checked_at_utc: Mapped[datetime] = mapped_column(default=utc_now)
    value: Mapped[float | None]
    limit_value: Mapped[float | None]
    document: Mapped[Document] = mapped_column(default=dict)

    __table_args__ = (
        CheckConstraint(f"status IN ({', '.join(map(repr, CHECK_STATUSES))})", name="status"),
        Index("ix_compliance_result_rule", "rule_id", "status"),
    )


class ComplianceChange(Base):
    """One change of how a portfolio stands by a rule; written once and never again."""

    __tablename__ = "compliance_change"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    tenant_id: Mapped[str] = points_to("tenant.id", index=True)
    portfolio_id: Mapped[str] = points_to("portfolio.id", cascade=True)
    rule_id: Mapped[str] = mapped_column(String(36))
    version: Mapped[int]
    before: Mapped[str | None] = mapped_column(String(13))  # None: it was not checked against the rule before
    after: Mapped[str | None] = mapped_column(String(13))  # None: the rule is no longer in force for it
    as_of: Mapped[date | None]
    at_utc: Mapped[datetime] = mapped_column(default=utc_now)
    value: Mapped[float | None]
    limit_value: Mapped[float | None]
    engine_version: Mapped[str] = mapped_column(String(40))

    __table_args__ = (Index("ix_compliance_change_course", "portfolio_id", "rule_id", "at_utc"),)


class ComplianceFact(Base):
    """One figure or word that no other part of the product knows, as somebody stated it; never changed, only followed.

    ``portfolio_id`` is None for what holds of the whole house, ``key`` what the fact is about: the
    currency of cash, a counterparty, a kind of asset. A value of
    None takes back what was stated before.
    """

    __tablename__ = "compliance_fact"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    tenant_id: Mapped[str] = points_to("tenant.id", index=True)
    portfolio_id: Mapped[str | None] = points_to("portfolio.id", nullable=True, index=True, cascade=True)
    name: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(200), default="")
    number: Mapped[float | None]
    text: Mapped[str | None] = mapped_column(String(200))
    valid_from: Mapped[date]
    source: Mapped[str] = long_text()
    stated_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    stated_at_utc: Mapped[datetime] = mapped_column(default=utc_now)
