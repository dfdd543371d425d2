"""What is a portfolio, apart from what it holds?"""

from datetime import date

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Deletable, Document, Owned, long_text, points_to


class Portfolio(Owned, Deletable, Base):
    """One portfolio; its holdings follow from the ledger alone.

    `valued_with_sha256` names the closes and rates from which its stored daily values were computed.
    """

    __tablename__ = "portfolio"

    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = long_text(nullable=True)
    base_currency: Mapped[str] = mapped_column(String(3))
    benchmark_id: Mapped[str | None] = points_to("benchmark.id", nullable=True)
    valuation_time_zone: Mapped[str] = mapped_column(String(64), default="America/New_York")
    client_id: Mapped[str | None] = points_to("client.id", nullable=True, index=True)
    team_id: Mapped[str | None] = points_to("team.id", nullable=True, index=True)
    strategy: Mapped[str] = mapped_column(String(40))
    inception_on: Mapped[date | None]
    mandate: Mapped[Document] = mapped_column(default=dict)
    house_limits: Mapped[Document] = mapped_column(default=dict)
    created_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    is_sample: Mapped[bool] = mapped_column(default=False)
    valued_with_sha256: Mapped[str | None] = mapped_column(String(64))

    __table_args__ = (Index("ix_portfolio_list", "tenant_id", "created_at_utc", "id"),)
