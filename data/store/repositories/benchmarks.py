"""What are portfolios measured against?"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import func

from data.store.repositories.inserts import upsert
from data.store.repositories.repository import Repository
from data.store.tables import Benchmark, BenchmarkBlend, BenchmarkWeight
from data.store.visibility import visible


class Benchmarks(Repository[Benchmark]):
    """Benchmarks, shared and of the tenant."""

    model = Benchmark
    kind = "benchmark"
    editable = frozenset({"name"})

    def all(self) -> Sequence[Benchmark]:
        """Return the visible benchmarks by name."""
        return self._all(self._query().order_by(Benchmark.name, Benchmark.id))

    def put_weights(self, benchmark_id: str, effective_on: date, weights_frac: Mapping[str, float]) -> None:
        """Set the constituent weights from a day on, by asset id."""
        self.get(benchmark_id, write=True)
        rows = [
            {"benchmark_id": benchmark_id, "effective_on": effective_on, "asset_id": asset_id, "weight_frac": weight}
            for asset_id, weight in weights_frac.items()
        ]
        upsert(self._context, BenchmarkWeight, rows)

    def weights(self, benchmark_id: str, as_of: date) -> dict[str, float]:
        """Return the constituent weights in force on a day, by asset id; empty when there are none."""
        rows = visible(BenchmarkWeight, self._context.actor).where(BenchmarkWeight.benchmark_id == benchmark_id)
        latest = rows.where(BenchmarkWeight.effective_on <= as_of).with_only_columns(
            func.max(BenchmarkWeight.effective_on)
        )
        query = rows.where(BenchmarkWeight.effective_on == latest.scalar_subquery())
        return {row.asset_id: row.weight_frac for row in self._session.scalars(query).all()}

    def all_weights(self, benchmark_id: str) -> dict[date, dict[str, float]]:
        """Return all constituent weights by the day from which they are in force, in order of days."""
        query = visible(BenchmarkWeight, self._context.actor).where(BenchmarkWeight.benchmark_id == benchmark_id)
        found: dict[date, dict[str, float]] = {}
        for row in self._session.scalars(query.order_by(BenchmarkWeight.effective_on)).all():
            found.setdefault(row.effective_on, {})[row.asset_id] = row.weight_frac
        return found

    def put_blend(self, benchmark_id: str, effective_on: date, shares_frac: Mapping[str, Decimal]) -> None:
        """Set the components of a blend from a day on, by benchmark id."""
        self.get(benchmark_id, write=True)
        for component_id in shares_frac:
            self.get(component_id)
        rows = [
            {"benchmark_id": benchmark_id, "effective_on": effective_on, "component_id": key, "share_frac": share}
            for key, share in shares_frac.items()
        ]
        upsert(self._context, BenchmarkBlend, rows)

    def blend(self, benchmark_id: str, as_of: date) -> dict[str, Decimal]:
        """Return the components of a blend in force on a day, by benchmark id; empty when there are none."""
        rows = visible(BenchmarkBlend, self._context.actor).where(BenchmarkBlend.benchmark_id == benchmark_id)
        latest = rows.where(BenchmarkBlend.effective_on <= as_of).with_only_columns(
            func.max(BenchmarkBlend.effective_on)
        )
        query = rows.where(BenchmarkBlend.effective_on == latest.scalar_subquery())
        return {row.component_id: row.share_frac for row in self._session.scalars(query).all()}

    def all_blends(self, benchmark_id: str) -> dict[date, dict[str, Decimal]]:
        """Return all components of a blend by the day from which they are in force, in order of days."""
        query = visible(BenchmarkBlend, self._context.actor).where(BenchmarkBlend.benchmark_id == benchmark_id)
        found: dict[date, dict[str, Decimal]] = {}
        for row in self._session.scalars(query.order_by(BenchmarkBlend.effective_on)).all():
            found.setdefault(row.effective_on, {})[row.component_id] = row.share_frac
        return found
