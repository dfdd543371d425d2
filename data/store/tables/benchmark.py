"""What is a portfolio measured against?"""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Identified, Versioned, points_to


class Benchmark(Identified, Versioned, Base):
    """An index (one asset), a list of dated constituent weights, or a dated blend of other benchmarks."""

    __tablename__ = "benchmark"

    tenant_id: Mapped[str | None] = points_to("tenant.id", nullable=True, index=True)
    symbol: Mapped[str | None] = mapped_column(String(40))  # what a file of weights calls it
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(12))
    currency: Mapped[str] = mapped_column(String(3))
    asset_id: Mapped[str | None] = points_to("asset.id", nullable=True)
    is_sample: Mapped[bool] = mapped_column(default=False)
    rebalancing: Mapped[str] = mapped_column(String(12), default="daily")  # when a blend's shares are restored

    __table_args__ = (
        CheckConstraint("kind IN ('index', 'weights', 'blend')", name="kind"),
        CheckConstraint("rebalancing IN ('daily', 'monthly', 'quarterly', 'yearly', 'never')", name="rebalancing"),
    )


class BenchmarkWeight(Identified, Base):
    """Weight of one asset in one benchmark from one date on, for all tenants or for the one that brought it."""

    __tablename__ = "benchmark_weight"

    tenant_id: Mapped[str | None] = points_to("tenant.id", nullable=True)
    benchmark_id: Mapped[str] = points_to("benchmark.id", cascade=True)
    effective_on: Mapped[date]
    asset_id: Mapped[str] = points_to("asset.id")
    weight_frac: Mapped[float]
    batch_id: Mapped[str | None] = points_to("ingest_batch.id", nullable=True)

    __table_args__ = (
        Index("ix_benchmark_weight_lookup", "benchmark_id", "effective_on"),
        Index("ix_benchmark_weight_batch", "batch_id"),
    )


class BenchmarkBlend(Base):
    """Share of one component in a blended benchmark from one date on."""

    __tablename__ = "benchmark_blend"

    benchmark_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("benchmark.id", ondelete="CASCADE"), primary_key=True
    )
    effective_on: Mapped[date] = mapped_column(primary_key=True)
    component_id: Mapped[str] = mapped_column(String(36), ForeignKey("benchmark.id"), primary_key=True)
    share_frac: Mapped[Decimal]
