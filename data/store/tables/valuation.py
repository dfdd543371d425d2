"""What was a portfolio worth at the end of each day?"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, points_to, utc_now


class DailyValuation(Base):
    """Value of one portfolio at one close, in its base currency; recomputed from ledger and prices."""

    __tablename__ = "daily_valuation"

    portfolio_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("portfolio.id", ondelete="CASCADE"), primary_key=True
    )
    valued_on: Mapped[date] = mapped_column(primary_key=True)
    tenant_id: Mapped[str] = points_to("tenant.id")
    value_ccy: Mapped[Decimal]
    cash_ccy: Mapped[Decimal]
    external_flow_ccy: Mapped[Decimal]
    return_frac: Mapped[float | None]  # time-weighted return of the day
    twr_index: Mapped[float | None]  # 1.0 at inception
    created_at_utc: Mapped[datetime] = mapped_column(default=utc_now)

    __table_args__ = ({"sqlite_with_rowid": False},)
