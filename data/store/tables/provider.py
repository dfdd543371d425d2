"""How has each house set up its sources of market data, how much has it asked of them, and how did they answer?"""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Document, Owned, long_text


class ProviderSetting(Owned, Base):
    """What one house chose for one provider; its keys are sealed, and only their last characters can be read."""

    __tablename__ = "provider_setting"

    provider: Mapped[str] = mapped_column(String(40))
    is_enabled: Mapped[bool] = mapped_column(default=False)
    day_limit_count: Mapped[int | None]
    minute_limit_count: Mapped[int | None]
    credentials_sealed: Mapped[bytes | None]
    credentials_hints: Mapped[Document] = mapped_column(default=dict)  # name of the key -> its last characters
    credentials_set_at_utc: Mapped[datetime | None]
    configuration: Mapped[Document] = mapped_column(default=dict)

    __table_args__ = (UniqueConstraint("tenant_id", "provider"),)


class ProviderUsage(Base):
    """What one house asked of one provider in one minute or one day."""

    __tablename__ = "provider_usage"

    tenant_id: Mapped[str] = mapped_column(String(36), ForeignKey("tenant.id"), primary_key=True)
    provider: Mapped[str] = mapped_column(String(40), primary_key=True)
    span: Mapped[str] = mapped_column(String(6), primary_key=True)  # day | minute
    started_at_utc: Mapped[datetime] = mapped_column(primary_key=True)
    asked_count: Mapped[int] = mapped_column(default=0)
    failed_count: Mapped[int] = mapped_column(default=0)
    received_bytes: Mapped[int] = mapped_column(BigInteger(), default=0)


class ProviderState(Base):
    """How one provider last answered one house, and until when it is left alone."""

    __tablename__ = "provider_state"

    tenant_id: Mapped[str] = mapped_column(String(36), ForeignKey("tenant.id"), primary_key=True)
    provider: Mapped[str] = mapped_column(String(40), primary_key=True)
    failures_count: Mapped[int] = mapped_column(default=0)  # in a row
    paused_until_utc: Mapped[datetime | None]
    pause_reason: Mapped[str | None] = mapped_column(String(12))  # broken | limited | refused
    last_success_at_utc: Mapped[datetime | None]
    last_failure_at_utc: Mapped[datetime | None]
    last_failure: Mapped[str | None] = long_text(nullable=True)
