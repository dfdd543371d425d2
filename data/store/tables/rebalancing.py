"""Which trades were proposed to bring a portfolio to its target, who agreed, and what became of them?"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Document, Owned, long_text, points_to

REBALANCING_STATES = ("draft", "submitted", "approved", "rejected", "withdrawn", "recorded", "undone")


class Rebalancing(Owned, Base):
    """One proposal: what was wished, what was chosen of each row, the trades that follow, and its way.

    ``number`` counts 1, 2, 3 ... within the portfolio. ``ledger_entry`` is the last entry of the ledger and
    ``prices_on`` the day of the closes that the trades were computed from; ``inputs_sha256`` is the fingerprint of all
    that went in. ``entries`` says which entries of the ledger the trades became. Whoever handed it in never decides.
    """

    __tablename__ = "rebalancing"

    portfolio_id: Mapped[str] = points_to("portfolio.id", cascade=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="draft")
    wish: Mapped[Document] = mapped_column(default=dict)
    choices: Mapped[Document] = mapped_column(default=dict)
    report: Mapped[Document] = mapped_column(default=dict)
    inputs_sha256: Mapped[str] = mapped_column(String(64))
    ledger_entry: Mapped[int]
    prices_on: Mapped[date]
    computed_at_utc: Mapped[datetime]
    made_by_id: Mapped[str] = points_to("user_account.id")
    submitted_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    submitted_at_utc: Mapped[datetime | None]
    submit_reason: Mapped[str | None] = long_text(nullable=True)
    decided_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    decided_at_utc: Mapped[datetime | None]
    decision_reason: Mapped[str | None] = long_text(nullable=True)
    recorded_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    recorded_at_utc: Mapped[datetime | None]
    entries: Mapped[Document] = mapped_column(default=dict)

    __table_args__ = (
        UniqueConstraint("portfolio_id", "number"),
        CheckConstraint(f"state IN ({', '.join(repr(one) for one in REBALANCING_STATES)})", name="state"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> submitted_by_id", name="second_person"),
        Index("ix_rebalancing_list", "tenant_id", "created_at_utc", "id"),
    )
