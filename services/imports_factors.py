"""What would a file of factor returns change for this house, and how are its returns taken into the store?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.providers.protocol import Provider
from data.providers.questions import FactorQuestion
from data.store import tables
from data.upload.reading import FileReading
from services import formatting
from services.imports_plan import ImportPlan
from services.messages.imports import FigureCounts

if TYPE_CHECKING:
    from data.store.repositories import FactorDays
    from data.store.unit_of_work import UnitOfWork

KIND = "factor returns"


def plan_factors(uow: UnitOfWork, plan: ImportPlan, reading: FileReading) -> None:
    """Add to a plan how many returns of factors are new, other, and the same as the house's own."""
    if not reading.factors:
        return
    new = changed = same = 0
    known = set(uow.factors.sets())
    for name, table in sorted(reading.factors.items()):
        stored = {one.factor: _by_day(one) for one in uow.factors.of(name)} if name in known else {}
        others = 0
        for factor, days in table.returns.items():
            before = stored.get(factor, {})
            shared = [day for day in days if day in before]
            equal = sum(before[day] == days[day] for day in shared)
            new, same, others = new + len(days) - len(shared), same + equal, others + len(shared) - equal
        changed += others
        days_known = table.days
        if others:
            plan.changes.append(f"{name}: {formatting.count(others, 'return')} will be other than imported before.")
        elif name not in known and days_known:
            span = f"{formatting.day(days_known[0])} to {formatting.day(days_known[-1])}"
            plan.notes.append(f"New factor set: {name} ({', '.join(table.returns)}), {span}.")
    plan.counts.append(FigureCounts(kind=KIND, new_count=new, changed_count=changed, same_count=same))


def write_factors(uow: UnitOfWork, provider: Provider, reading: FileReading, batch: tables.IngestBatch) -> int:
    """Write the returns of a file for the house alone; return how many."""
    count = 0
    for name in sorted(reading.factors):
        answer = provider.factors(FactorQuestion(name))
        count += uow.factors.put(
            name,
            [(one.factor, one.sessions, one.returns_frac) for one in answer.series],
            provider=provider.name,
            knowledge_time_utc=answer.provenance.fetched_at_utc,
            batch_id=batch.id,
        )
    return count


def _by_day(stored: FactorDays) -> dict[object, float]:
    return dict(zip(stored.days.astype(object).tolist(), stored.returns_frac.tolist(), strict=True))
