"""What did an economic series say, and which figure was known when?"""

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, points_to


class MacroSeries(Base):
    """What one economic series is, as its provider describes it."""

    __tablename__ = "macro_series"

    tenant_scope: Mapped[str] = mapped_column(String(36), primary_key=True)  # '' = shared by all tenants
    provider: Mapped[str] = mapped_column(String(40), primary_key=True)
    series_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    unit: Mapped[str] = mapped_column(String(120))
    frequency: Mapped[str] = mapped_column(String(40))
    seasonal_adjustment: Mapped[str | None] = mapped_column(String(80))
    updated_at_utc: Mapped[datetime]
    is_sample: Mapped[bool] = mapped_column(default=False)


class MacroObservation(Base):
    """One figure of one period as it stood from a day on; a revision is a further row with a later ``realtime_start``.

    ``value`` is NULL where the provider says that there is none.
    """

    __tablename__ = "macro_observation"

    tenant_scope: Mapped[str] = mapped_column(String(36), primary_key=True)
    provider: Mapped[str] = mapped_column(String(40), primary_key=True)
    series_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    event_date: Mapped[date] = mapped_column(primary_key=True)  # first day of the period that the figure speaks of
    realtime_start: Mapped[date] = mapped_column(primary_key=True)  # day on which it became known
    realtime_end: Mapped[date | None]  # last day on which it stood; NULL: it still does
    value: Mapped[float | None]
    batch_id: Mapped[str | None] = points_to("ingest_batch.id", nullable=True)

    __table_args__ = ({"sqlite_with_rowid": False},)
