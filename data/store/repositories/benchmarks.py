"""What are portfolios measured against?"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, delete, func

from data.store.actor import SystemActor
from data.store.ids import new_id
from data.store.repositories.inserts import upsert
from data.store.repositories.repository import Repository
from data.store.tables import Benchmark, BenchmarkBlend, BenchmarkWeight, Portfolio
from data.store.visibility import condition, visible


class Benchmarks(Repository[Benchmark]):
    """Benchmarks, shared and of the tenant."""

    model = Benchmark
    kind = "benchmark"
    editable = frozenset({"name"})

    def all(self) -> Sequence[Benchmark]:
        """Return the visible benchmarks by name."""
        return self._all(self._query().order_by(Benchmark.name, Benchmark.id))

    def put_weights(self, benchmark_id: str, effective_on: date, weights_frac: Mapping[str, float]) -> None:
        """Set the constituent weights from a day on, by asset id, for everybody who sees the benchmark."""
        row = self.get(benchmark_id, write=True)
        self._put(row.tenant_id, benchmark_id, effective_on, weights_frac, None)

    def put_own_weights(
        self, benchmark_id: str, effective_on: date, weights_frac: Mapping[str, float], batch_id: str
    ) -> None:
        """Set the constituent weights of a delivery from a day on, by asset id, for the tenant alone."""
        self._refuse_read_only_roles()
        self.get(benchmark_id)
        self._put(self._require_tenant(), benchmark_id, effective_on, weights_frac, batch_id)

    def weights(self, benchmark_id: str, as_of: date) -> dict[str, float]:
        """Return the constituent weights in force on a day, by asset id; empty when there are none."""
        past = {day: weights for day, weights in self.all_weights(benchmark_id).items() if day <= as_of}
        return past[max(past)] if past else {}

    def all_weights(self, benchmark_id: str) -> dict[date, dict[str, float]]:
        """Return all constituent weights by the day from which they are in force, in order of days.

        Where the tenant brought any itself, its own count alone; of each day the latest delivery.
        """
        counting = self._counting(benchmark_id)
        return {day: {row.asset_id: row.weight_frac for row in rows} for day, rows in counting.items()}

    def own_weights(self, benchmark_id: str) -> dict[date, dict[str, float]]:
        """Return those of the counting weights that the tenant brought in deliveries of its own."""
        return {
            day: {row.asset_id: row.weight_frac for row in rows}
            for day, rows in self._counting(benchmark_id).items()
            if rows[0].batch_id is not None
        }

    def deliveries(self, benchmark_id: str, as_of: date) -> tuple[str, ...]:
        """Return of which own deliveries the weights up to a day are made, the oldest first."""
        counting = self._counting(benchmark_id)
        ids = {rows[0].batch_id for day, rows in counting.items() if day <= as_of}
        return tuple(sorted(one for one in ids if one is not None))

    def has_weights(self) -> bool:
        """Return whether weights of any benchmark are visible."""
        query = visible(BenchmarkWeight, self._context.actor).with_only_columns(BenchmarkWeight.id).limit(1)
        return self._session.scalar(query) is not None

    def made_of(self, batch_id: str) -> frozenset[str]:
        """Return the tenant's own benchmarks that have weights of one delivery and of no other."""
        mine = visible(BenchmarkWeight, self._context.actor).where(BenchmarkWeight.tenant_id == self._require_tenant())
        ids = mine.with_only_columns(BenchmarkWeight.benchmark_id)
        others = ids.where(BenchmarkWeight.batch_id.is_distinct_from(batch_id))
        query = self._query(write=True).where(
            Benchmark.tenant_id.is_not(None),
            Benchmark.id.in_(ids.where(BenchmarkWeight.batch_id == batch_id)),
            Benchmark.id.not_in(others),
        )
        return frozenset(row.id for row in self._all(query))

    def in_use(self, benchmark_ids: Sequence[str]) -> frozenset[str]:
        """Return which of the benchmarks a portfolio or a blend names, whoever may see that."""
        found: set[str] = set()
        inside = SystemActor(self._require_tenant())
        for model, name in ((Portfolio, "benchmark_id"), (BenchmarkBlend, "component_id")):
            column = model.__table__.columns[name]
            query = visible(model, inside, deleted=True).where(column.in_(list(benchmark_ids)))
            found.update(self._session.scalars(query.with_only_columns(column).distinct()).all())
        return frozenset(found)

    def withdraw(self, batch_id: str) -> int:
        """Take back the tenant's own weights that came with one delivery; return how many."""
        where = (BenchmarkWeight.tenant_id == self._require_tenant(), BenchmarkWeight.batch_id == batch_id)
        done = self._session.execute(delete(BenchmarkWeight).where(*where, self._may_weigh()))
        return int(done.rowcount)

    def remove_own(self, benchmark_ids: Sequence[str]) -> int:
        """Remove benchmarks that only this tenant has; return how many."""
        query = self._query(write=True).where(Benchmark.id.in_(list(benchmark_ids)), Benchmark.tenant_id.is_not(None))
        rows = self._all(query)
        for row in rows:
            self._session.delete(row)
        self._session.flush()
        return len(rows)

    def _put(
        self,
        tenant_id: str | None,
        benchmark_id: str,
        effective_on: date,
        weights_frac: Mapping[str, float],
        batch_id: str | None,
    ) -> None:
        """Write the weights of a day instead of those that came the same way."""
        same = (
            BenchmarkWeight.benchmark_id == benchmark_id,
            BenchmarkWeight.effective_on == effective_on,
            BenchmarkWeight.tenant_id.is_not_distinct_from(tenant_id),
            BenchmarkWeight.batch_id.is_not_distinct_from(batch_id),
        )
        self._session.execute(delete(BenchmarkWeight).where(*same, self._may_weigh()))
        given = {"tenant_id": tenant_id, "benchmark_id": benchmark_id, "effective_on": effective_on}
        given |= {"batch_id": batch_id, "created_at_utc": self._context.now_utc()}
        rows = [
            given | {"id": new_id(), "asset_id": asset_id, "weight_frac": weight}
            for asset_id, weight in weights_frac.items()
        ]
        upsert(self._context, BenchmarkWeight, rows)

    def _counting(self, benchmark_id: str) -> dict[date, list[BenchmarkWeight]]:
        """Return the rows that count by day: the tenant's own where there are any, of each day the latest delivery.

        A unit without a tenant finds only what all tenants share.
        """
        query = visible(BenchmarkWeight, self._context.actor).where(BenchmarkWeight.benchmark_id == benchmark_id)
        if self._context.actor.tenant_id is None:
            query = query.where(BenchmarkWeight.tenant_id.is_(None))
        rows = self._session.scalars(query.order_by(BenchmarkWeight.effective_on, BenchmarkWeight.id)).all()
        own = [row for row in rows if row.tenant_id is not None]
        latest = {row.effective_on: row.batch_id for row in own or rows}
        found: dict[date, list[BenchmarkWeight]] = {day: [] for day in latest}
        for row in own or rows:
            if row.batch_id == latest[row.effective_on]:
                found[row.effective_on].append(row)
        return found

    def _may_weigh(self) -> ColumnElement[bool]:
        return condition(BenchmarkWeight, self._context.actor, write=True)

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
