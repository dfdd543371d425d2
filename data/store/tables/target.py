"""Which weights should a portfolio have?"""

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Owned, points_to


class PortfolioTarget(Owned, Base):
    """One version of a portfolio's target; the highest version is the one in force."""

    __tablename__ = "portfolio_target"

    portfolio_id: Mapped[str] = points_to("portfolio.id", cascade=True)
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    as_of: Mapped[date | None]
    run_id: Mapped[str | None] = points_to("run.id", nullable=True)
    set_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)

    __table_args__ = (UniqueConstraint("portfolio_id", "version"),)


class PortfolioTargetWeight(Base):
    """Weight of one asset in one target."""

    __tablename__ = "portfolio_target_weight"

    target_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("portfolio_target.id", ondelete="CASCADE"), primary_key=True
    )
    asset_id: Mapped[str] = mapped_column(String(36), ForeignKey("asset.id"), primary_key=True)
    weight_frac: Mapped[float]
