"""What did an asset close at, and since when was that known?"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, points_to


class PriceBar(Base):
    """One bar of one asset as one provider reported it; a correction is a second row with a later knowledge time.

    ``tenant_scope`` is empty for prices that all tenants share and a tenant's id for prices it brought itself.
    """

    __tablename__ = "price_bar"

    tenant_scope: Mapped[str] = mapped_column(String(36), primary_key=True)
    asset_id: Mapped[str] = mapped_column(String(36), ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True)
    provider: Mapped[str] = mapped_column(String(40), primary_key=True)
    frequency: Mapped[str] = mapped_column(String(4), primary_key=True)  # 1m, 1d, 1w, 1mo
    session_date: Mapped[date] = mapped_column(primary_key=True)
    event_time_utc: Mapped[datetime] = mapped_column(primary_key=True)  # the session's close, or the bar's end
    knowledge_time_utc: Mapped[datetime] = mapped_column(primary_key=True)
    open: Mapped[float | None]
    high: Mapped[float | None]
    low: Mapped[float | None]
    close: Mapped[float]
    adjusted_close: Mapped[float]
    volume: Mapped[float | None]
    batch_id: Mapped[str | None] = points_to("ingest_batch.id", nullable=True)
    is_sample: Mapped[bool] = mapped_column(default=False)

    __table_args__ = ({"sqlite_with_rowid": False},)


class PriceWithdrawal(Base):
    """A correction that was taken back: from an instant on its versions of bars count no more. The bars stay."""

    __tablename__ = "price_withdrawal"

    tenant_scope: Mapped[str] = mapped_column(String(36), primary_key=True)
    asset_id: Mapped[str] = mapped_column(String(36), ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True)
    provider: Mapped[str] = mapped_column(String(40), primary_key=True)
    frequency: Mapped[str] = mapped_column(String(4), primary_key=True)
    batch_id: Mapped[str] = mapped_column(String(36), ForeignKey("ingest_batch.id"), primary_key=True)
    withdrawn_at_utc: Mapped[datetime]


class PriceSeries(Base):
    """The latest known bars of one asset packed into arrays, so that a panel of many years reads in one go.

    Rebuilt from ``price_bar`` in the transaction that writes there; bars of minutes have no packed series. ``dates``
    holds int32 days since 1970-01-01, ``flags`` int8 codes in the order of ``vocabulary.Flag``, the others float64,
    all little-endian and of equal length. ``revision_count`` grows with every write, those of flags included.
    """

    __tablename__ = "price_series"

    tenant_scope: Mapped[str] = mapped_column(String(36), primary_key=True)
    asset_id: Mapped[str] = mapped_column(String(36), ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True)
    provider: Mapped[str] = mapped_column(String(40), primary_key=True)
    frequency: Mapped[str] = mapped_column(String(4), primary_key=True)
    observations_count: Mapped[int]
    first_date: Mapped[date]
    last_date: Mapped[date]
    last_close: Mapped[float]
    previous_close: Mapped[float | None]
    is_sample: Mapped[bool] = mapped_column(default=False)
    knowledge_time_utc: Mapped[datetime]
    content_sha256: Mapped[str] = mapped_column(String(64))
    dates: Mapped[bytes]
    close: Mapped[bytes]
    adjusted_close: Mapped[bytes]
    volume: Mapped[bytes | None]
    revision_count: Mapped[int] = mapped_column(default=1)
    flags: Mapped[bytes | None]  # none: all of them ok
    open: Mapped[bytes | None]
    high: Mapped[bytes | None]
    low: Mapped[bytes | None]
