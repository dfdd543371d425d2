"""Which limits on risk does a portfolio have, how did they and their figures stand, and what was forecast when?"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Document, Owned, points_to, utc_now


class RiskLimit(Owned, Base):
    """One limit of one portfolio, and how it was judged last.

    The judgment is the product's own note beside the limit: it changes without counting as a change of the limit.
    ``last_known_state`` is the last one that was not grey, which a warning goes on from after a gap in the data.
    """

    __tablename__ = "risk_limit"

    portfolio_id: Mapped[str] = points_to("portfolio.id", cascade=True)
    metric: Mapped[str] = mapped_column(String(60))
    value: Mapped[float]
    direction: Mapped[str] = mapped_column(String(3))
    is_hard: Mapped[bool]
    amber_use_frac: Mapped[float]
    set_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    set_at_utc: Mapped[datetime] = mapped_column(default=utc_now)
    state: Mapped[str | None] = mapped_column(String(5))
    last_known_state: Mapped[str | None] = mapped_column(String(5))
    state_since_utc: Mapped[datetime | None]
    judged_at_utc: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("direction IN ('max', 'min')", name="direction"),
        UniqueConstraint("portfolio_id", "metric", "direction"),
    )


class RiskForecast(Base):
    """What was forecast for the days after one as-of date; written once and never again."""

    __tablename__ = "risk_forecast"

    portfolio_id: Mapped[str] = points_to("portfolio.id", cascade=True)
    made_on: Mapped[date]
    method: Mapped[str] = mapped_column(String(30))
    level_frac: Mapped[float]
    horizon_days: Mapped[int]
    var_frac: Mapped[float]
    es_frac: Mapped[float | None]
    engine_version: Mapped[str] = mapped_column(String(40))
    tenant_id: Mapped[str] = points_to("tenant.id")
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    created_at_utc: Mapped[datetime] = mapped_column(default=utc_now)

    __table_args__ = (
        UniqueConstraint(
            "portfolio_id", "made_on", "method", "level_frac", "horizon_days", name="uq_risk_forecast_key"
        ),
        Index("ix_risk_forecast_days", "portfolio_id", "horizon_days", "made_on"),
    )


class RiskDay(Base):
    """What one limited figure was on one day: the last report of that day, or computed for it afterwards."""

    __tablename__ = "risk_day"

    portfolio_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("portfolio.id", ondelete="CASCADE"), primary_key=True
    )
    metric: Mapped[str] = mapped_column(String(60), primary_key=True)
    measured_on: Mapped[date] = mapped_column(primary_key=True)
    tenant_id: Mapped[str] = points_to("tenant.id")
    value: Mapped[float | None]  # None where it was not known, or beyond every number
    is_unbounded: Mapped[bool]
    is_stale: Mapped[bool]  # rested on closes too old to judge by
    is_recomputed: Mapped[bool]
    engine_version: Mapped[str] = mapped_column(String(40))
    created_at_utc: Mapped[datetime] = mapped_column(default=utc_now)

    __table_args__ = ({"sqlite_with_rowid": False},)


class RiskModel(Owned, Base):
    """The parameters of a portfolio's volatility model, kept until the next weekly fit."""

    __tablename__ = "risk_model"

    portfolio_id: Mapped[str] = points_to("portfolio.id", cascade=True)
    kind: Mapped[str] = mapped_column(String(20))
    fitted_on: Mapped[date]
    ledger_number: Mapped[int]
    parameters: Mapped[Document] = mapped_column(default=dict)
    engine_version: Mapped[str] = mapped_column(String(40))

    __table_args__ = (UniqueConstraint("portfolio_id", "kind"),)
