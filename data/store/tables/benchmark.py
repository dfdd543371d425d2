"""What is a portfolio measured against?"""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Identified, Versioned, points_to


class Benchmark(Identified, Versioned, Base):
    """An index (one asset), a list of dated constituent weights, or a dated blend of other benchmarks."""

    __tablename__ = "benchmark"

    tenant_id: Mapped[str | None] = points_to("tenant.id", nullable=True, index=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(12))
    currency: Mapped[str] = mapped_column(String(3))
    asset_id: Mapped[str | None] = points_to("asset.id", nullable=True)
    is_sample: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (CheckConstraint("kind IN ('index', 'weights', 'blend')", name="kind"),)


class BenchmarkWeight(Base):
    """Weight of one asset in one benchmark from one date on."""

    __tablename__ = "benchmark_weight"

    benchmark_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("benchmark.id", ondelete="CASCADE"), primary_key=True
    )
    effective_on: Mapped[date] = mapped_column(primary_key=True)
    asset_id: Mapped[str] = mapped_column(String(36), ForeignKey("asset.id"), primary_key=True)
    weight_frac: Mapped[float]


class BenchmarkBlend(Base):
    """Share of one component in a blended benchmark from one date on."""

    __tablename__ = "benchmark_blend"

    benchmark_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("benchmark.id", ondelete="CASCADE"), primary_key=True
    )
    effective_on: Mapped[date] = mapped_column(primary_key=True)
    component_id: Mapped[str] = mapped_column(String(36), ForeignKey("benchmark.id"), primary_key=True)
    share_frac: Mapped[Decimal]
