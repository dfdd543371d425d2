"""Whose money is it, and what did they say about risk?"""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Deletable, Document, Owned, long_text, points_to


class Client(Owned, Deletable, Base):
    """One client without anything that names a person; ``reference`` stands for them."""

    __tablename__ = "client"

    reference: Mapped[str] = mapped_column(String(40))
    client_type: Mapped[str] = mapped_column(String(32))  # individual | institution | ...
    team_id: Mapped[str | None] = points_to("team.id", nullable=True, index=True)
    created_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    is_sample: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (UniqueConstraint("tenant_id", "reference"),)


class ClientPersonal(Base):
    """What names and reaches the person; apart from the rest, so that it can be hidden and erased."""

    __tablename__ = "client_personal"

    client_id: Mapped[str] = mapped_column(String(36), ForeignKey("client.id", ondelete="CASCADE"), primary_key=True)
    tenant_id: Mapped[str] = points_to("tenant.id", index=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(50))
    notes: Mapped[str | None] = long_text(nullable=True)


class ClientProfile(Owned, Base):
    """One dated version of the answers to the questionnaire; never changed, only followed by the next."""

    __tablename__ = "client_profile"

    client_id: Mapped[str] = points_to("client.id", cascade=True)
    version: Mapped[int]
    dated_on: Mapped[date]
    risk_tolerance: Mapped[int]
    horizon_years: Mapped[float]
    loss_capacity_frac: Mapped[float]
    knowledge: Mapped[str] = mapped_column(String(32))
    preferences: Mapped[Document]
    answers: Mapped[Document]
    score: Mapped[float | None]
    wealth_ccy: Mapped[Decimal | None]
    answered_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)

    __table_args__ = (
        UniqueConstraint("client_id", "version"),
        CheckConstraint("risk_tolerance BETWEEN 1 AND 5", name="risk_tolerance"),
    )
