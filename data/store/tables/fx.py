"""What was one currency worth in another?"""

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, points_to


class FxRate(Base):
    """Units of ``quote`` for one unit of ``base`` at one close, as it was known at one instant."""

    __tablename__ = "fx_rate"

    tenant_scope: Mapped[str] = mapped_column(String(36), primary_key=True)  # '' = shared by all tenants
    base: Mapped[str] = mapped_column(String(3), primary_key=True)
    quote: Mapped[str] = mapped_column(String(3), primary_key=True)
    provider: Mapped[str] = mapped_column(String(40), primary_key=True)
    rate_date: Mapped[date] = mapped_column(primary_key=True)
    knowledge_time_utc: Mapped[datetime] = mapped_column(primary_key=True)
    rate: Mapped[float]
    is_sample: Mapped[bool] = mapped_column(default=False)
    batch_id: Mapped[str | None] = points_to("ingest_batch.id", nullable=True)

    __table_args__ = ({"sqlite_with_rowid": False},)
