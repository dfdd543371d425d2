"""Which rules of compliance does a house have, in which wordings, and who has which of their figures otherwise?"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Document, Owned, long_text, points_to

RULE_SCOPES = ("house", "client", "portfolio")
RULE_STATES = ("draft", "proposed", "approved", "rejected", "withdrawn")
OVERRIDE_KINDS = ("figures", "exempt", "inherit")


class ComplianceRule(Owned, Base):
    """One rule of a house, of one of its clients, or of one portfolio; what it says stands in its versions.

    ``scope_key`` is ``house`` or the id of the client or portfolio. ``approved_version`` is the latest one that was
    approved, None before the first; ``is_retired`` says that it took the rule out of force.
    """

    __tablename__ = "rule"

    code: Mapped[str] = mapped_column(String(80))
    pack: Mapped[str | None] = mapped_column(String(40))
    scope: Mapped[str] = mapped_column(String(10))
    scope_key: Mapped[str] = mapped_column(String(36))
    client_id: Mapped[str | None] = points_to("client.id", nullable=True, index=True)
    portfolio_id: Mapped[str | None] = points_to("portfolio.id", nullable=True, index=True)
    latest_version: Mapped[int] = mapped_column(default=1)
    approved_version: Mapped[int | None]
    is_retired: Mapped[bool] = mapped_column(default=False)
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)

    __table_args__ = (
        CheckConstraint("scope IN ('house', 'client', 'portfolio')", name="scope"),
        CheckConstraint(
            "(scope = 'house' AND client_id IS NULL AND portfolio_id IS NULL)"
            " OR (scope = 'client' AND client_id IS NOT NULL AND portfolio_id IS NULL)"
            " OR (scope = 'portfolio' AND client_id IS NULL AND portfolio_id IS NOT NULL)",
            name="scope_object",
        ),
        UniqueConstraint("tenant_id", "scope_key", "code", name="uq_rule_code"),
    )


class RuleVersion(Owned, Base):
    """One wording of a rule, or its end; what was decided on is never changed, which triggers see to.

    ``document`` is the engine's rule, ``applies_to`` which portfolios of the scope it is for, ``cases`` its own
    examples, ``maker_ids`` everybody who wrote on it. ``dry_run`` is what it would have said of the past; a change of
    the wording takes it away.
    """

    __tablename__ = "rule_version"

    rule_id: Mapped[str] = points_to("rule.id", cascade=True)
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="draft")
    is_retirement: Mapped[bool] = mapped_column(default=False)
    document: Mapped[Document]
    applies_to: Mapped[Document] = mapped_column(default=dict)
    cases: Mapped[list[Any]] = mapped_column(JSON(), default=list)
    note: Mapped[str | None] = long_text(nullable=True)
    made_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    maker_ids: Mapped[list[str]] = mapped_column(default=list)
    proposed_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    proposed_at_utc: Mapped[datetime | None]
    decided_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    decided_at_utc: Mapped[datetime | None]
    decision_reason: Mapped[str | None] = long_text(nullable=True)
    dry_run: Mapped[Document | None]
    dry_run_at_utc: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state IN ('draft', 'proposed', 'approved', 'rejected', 'withdrawn')", name="state"),
        UniqueConstraint("rule_id", "version"),
        Index("ix_rule_version_decided", "tenant_id", "state", "decided_at_utc"),
    )


class RuleOverride(Owned, Base):
    """Figures of a rule that a client or portfolio has otherwise, that it is exempt, or that it inherits again."""

    __tablename__ = "rule_override"

    rule_id: Mapped[str] = points_to("rule.id", cascade=True)
    scope: Mapped[str] = mapped_column(String(10))
    client_id: Mapped[str | None] = points_to("client.id", nullable=True, index=True)
    portfolio_id: Mapped[str | None] = points_to("portfolio.id", nullable=True, index=True)
    kind: Mapped[str] = mapped_column(String(10))
    figures: Mapped[Document] = mapped_column(default=dict)
    reason: Mapped[str] = long_text()
    effect: Mapped[str] = mapped_column(String(10))  # looser | tighter | same | unclear, when it was asked for
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(10), default="proposed")
    made_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    decided_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    decided_at_utc: Mapped[datetime | None]
    decision_reason: Mapped[str | None] = long_text(nullable=True)

    __table_args__ = (
        CheckConstraint("scope IN ('client', 'portfolio')", name="scope"),
        CheckConstraint(
            "(scope = 'client' AND client_id IS NOT NULL AND portfolio_id IS NULL)"
            " OR (scope = 'portfolio' AND client_id IS NULL AND portfolio_id IS NOT NULL)",
            name="scope_object",
        ),
        CheckConstraint("kind IN ('figures', 'exempt', 'inherit')", name="kind"),
        CheckConstraint("state IN ('proposed', 'approved', 'rejected', 'withdrawn')", name="state"),
        Index("ix_rule_override_rule", "rule_id", "state", "decided_at_utc"),
    )
