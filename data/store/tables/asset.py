"""What can be held, how is it called, and what is known about it?"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Identified, Versioned, points_to


class Asset(Identified, Versioned, Base):
    """One thing that can be held. Rows without a tenant are reference data that all tenants share."""

    __tablename__ = "asset"

    tenant_id: Mapped[str | None] = points_to("tenant.id", nullable=True)
    symbol: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    asset_class: Mapped[str] = mapped_column(String(32))  # equity | index | etf | cash | bond | fund ...
    currency: Mapped[str] = mapped_column(String(3))
    exchange: Mapped[str | None] = mapped_column(String(20))
    country: Mapped[str | None] = mapped_column(String(2))
    sector: Mapped[str | None] = mapped_column(String(80))  # as of today; the dated truth is asset_classification
    industry: Mapped[str | None] = mapped_column(String(120))
    issuer_id: Mapped[str | None] = points_to("issuer.id", nullable=True, index=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    is_sample: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        Index(
            "uq_asset_shared_symbol",
            "symbol",
            unique=True,
            sqlite_where=text("tenant_id IS NULL"),
            postgresql_where=text("tenant_id IS NULL"),
        ),
        UniqueConstraint("tenant_id", "symbol"),
    )


class AssetIdentifier(Identified, Base):
    """One name of an asset under one scheme (ticker, ISIN, FIGI, a provider's symbol) while it is valid."""

    __tablename__ = "asset_identifier"

    asset_id: Mapped[str] = points_to("asset.id", index=True, cascade=True)
    scheme: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(80))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    __table_args__ = (Index("ix_asset_identifier_value", "scheme", "value"),)


class AssetClassification(Identified, Base):
    """One place of an asset in one scheme (sector, industry, country of risk) while it is valid."""

    __tablename__ = "asset_classification"

    asset_id: Mapped[str] = points_to("asset.id", index=True, cascade=True)
    scheme: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(120))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class AssetAttribute(Identified, Base):
    """One fact about an asset (an ESG score, a market value) with its source and the instant it became known."""

    __tablename__ = "asset_attribute"

    tenant_id: Mapped[str | None] = points_to("tenant.id", nullable=True)
    asset_id: Mapped[str] = points_to("asset.id", cascade=True)
    name: Mapped[str] = mapped_column(String(60))
    value: Mapped[Any] = mapped_column(JSON())
    unit: Mapped[str | None] = mapped_column(String(80))
    valid_on: Mapped[date]
    provider: Mapped[str] = mapped_column(String(40))
    source: Mapped[str | None] = mapped_column(String(300))
    knowledge_time_utc: Mapped[datetime]
    is_sample: Mapped[bool] = mapped_column(default=False)
    batch_id: Mapped[str | None] = points_to("ingest_batch.id", nullable=True)

    __table_args__ = (Index("ix_asset_attribute_lookup", "asset_id", "name", "valid_on", "knowledge_time_utc"),)
