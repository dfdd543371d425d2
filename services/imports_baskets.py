"""Which benchmarks and members does a file of weights mean, and how are its weights taken into the store?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from data.providers.protocol import Provider
from data.providers.questions import ConstituentQuestion
from data.store import tables
from data.upload.baskets import Basket
from data.upload.problems import FileProblem
from data.upload.reading import FileReading
from services import formatting
from services.imports_plan import ImportPlan
from services.messages.imports import FigureCounts

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

KIND = "benchmark weights"
INDEX, WEIGHTS, BLEND = "index", "weights", "blend"
NAMED_MAX_COUNT = 20


def plan_baskets(uow: UnitOfWork, plan: ImportPlan, reading: FileReading) -> None:
    """Add to a plan what the weights of a file would change, and what is wrong with them beside the stored data."""
    if not reading.baskets:
        return
    members = {symbol for basket in reading.baskets.values() for symbol in basket.lines}
    found = uow.assets.by_symbols(sorted(members | set(reading.baskets)))
    plan.members = {symbol: row for symbol, row in found.items() if symbol in members}
    _look_at_members(plan, reading, sorted(members))
    known = _benchmarks_by_symbol(uow)
    counts = [0, 0, 0]
    for code, basket in sorted(reading.baskets.items()):
        row = known.get(code)
        if row is None:
            _look_at_new(plan, reading, code, basket, found.get(code))
        else:
            _look_at_known(plan, reading, code, basket, row)
            plan.benchmarks[code] = row
        stored = {} if row is None else uow.benchmarks.own_weights(row.id)
        _count(counts, basket, stored, plan.members)
        if row is not None and not plan.problems:
            _tell_changes(uow, plan, code, basket, row, stored)
    new, changed, same = counts
    plan.counts.append(FigureCounts(kind=KIND, new_count=new, changed_count=changed, same_count=same))


def write_baskets(
    uow: UnitOfWork, provider: Provider, plan: ImportPlan, reading: FileReading, batch: tables.IngestBatch
) -> int:
    """Write the weights of a file for the house alone, and the benchmarks that it adds; return how many weights."""
    count = 0
    for code in sorted(reading.baskets):
        answer = provider.constituents(ConstituentQuestion(code))
        row = plan.benchmarks.get(code) or uow.benchmarks.add(_new_benchmark(plan, code, answer.name, answer.currency))
        for day, weights in answer.weights.items():
            in_force = {plan.members[symbol].id: float(weight) for symbol, weight in weights.items()}
            uow.benchmarks.put_own_weights(row.id, day, in_force, batch.id)
            count += len(in_force)
    return count


def _new_benchmark(plan: ImportPlan, code: str, name: str, currency: str) -> tables.Benchmark:
    """Return a benchmark that a file adds: an index of the house with its closes, or a name of its own."""
    index = plan.indices.get(code)
    if index is None:
        return tables.Benchmark(symbol=code, name=name, kind=WEIGHTS, currency=currency)
    return tables.Benchmark(symbol=code, name=index.name, kind=INDEX, currency=index.currency, asset_id=index.id)


def _benchmarks_by_symbol(uow: UnitOfWork) -> dict[str, tables.Benchmark]:
    """Return the benchmarks by the symbol that a file calls them by; the house's own come before shared ones."""
    rows = uow.benchmarks.all()
    indices = uow.assets.get_many(sorted({row.asset_id for row in rows if row.asset_id is not None}))
    found: dict[str, tables.Benchmark] = {}
    for row in sorted(rows, key=lambda one: (one.tenant_id is None, one.id)):
        index = indices.get(row.asset_id or "")
        symbol = row.symbol or (None if index is None else index.symbol)
        if symbol is not None:
            found.setdefault(symbol, row)
    return found


def _look_at_members(plan: ImportPlan, reading: FileReading, members: list[str]) -> None:
    """Name all members that are not known at once, and those that are invented."""
    lines: dict[str, int] = {}
    for basket in reading.baskets.values():
        for symbol, line in basket.lines.items():
            lines[symbol] = min(line, lines.get(symbol, line))
    heading = reading.headings.get("symbol", "symbol")
    unknown = [symbol for symbol in members if symbol not in plan.members]
    if unknown:
        message = f"{'These symbols are' if len(unknown) > 1 else 'This symbol is'} not known here: {_named(unknown)}."
        advice = "Correct them, or import their prices with name and currency first; then import the weights."
        plan.problems.append(FileProblem(min(lines[one] for one in unknown), heading, message, advice))
    invented = [symbol for symbol, row in sorted(plan.members.items()) if row.is_sample]
    if invented:
        message = f"Fictitious assets of the sample pack are no members of a real benchmark: {_named(invented)}."
        line = min(lines[one] for one in invented)
        plan.problems.append(FileProblem(line, heading, message, "Use the symbols of real assets."))


def _look_at_new(plan: ImportPlan, reading: FileReading, code: str, basket: Basket, asset: tables.Asset | None) -> None:
    """Note what keeps a benchmark from being added, or that it is new."""
    heading = reading.headings.get("benchmark", "benchmark")
    if asset is not None and asset.asset_class == INDEX and not asset.is_sample:
        plan.indices[code] = asset
        plan.notes.append(f"{code} ({asset.name}) becomes a benchmark.")
        return
    if asset is not None:
        message = f"{code} is an asset here, not a benchmark."
        advice = "Give the benchmark a symbol of its own, with name and currency."
        plan.problems.append(FileProblem(basket.first_line, heading, message, advice))
        return
    missing = [name for name in ("name", "currency") if name not in basket.facts]
    if missing:
        message = f"{code} is no benchmark known here, and the file gives it no {' and no '.join(missing)}."
        columns = f"{'columns' if len(missing) > 1 else 'column'} {' and '.join(missing)}"
        advice = f"Write the symbol of a known index, or fill in the {columns} to add it."
        plan.problems.append(FileProblem(basket.first_line, heading, message, advice))
        return
    plan.notes.append(f"New benchmark: {code} ({basket.facts['name']}, {basket.facts['currency']}).")


def _look_at_known(plan: ImportPlan, reading: FileReading, code: str, basket: Basket, row: tables.Benchmark) -> None:
    """Note what keeps a known benchmark from getting weights."""
    heading = reading.headings.get("benchmark", "benchmark")
    if row.is_sample or row.kind == BLEND:
        what = "the sample pack's fictitious benchmark" if row.is_sample else "a blend of other benchmarks"
        message, advice = f"{code} is {what}.", "Use another symbol, with name and currency."
        plan.problems.append(FileProblem(basket.first_line, heading, message, advice))
    currency = basket.facts.get("currency", row.currency)
    if currency != row.currency:
        message = f"{code} is in {row.currency} here, and in {currency} in the file."
        advice = f"Write {row.currency}, or use another symbol for a benchmark in {currency}."
        plan.problems.append(FileProblem(basket.first_line, reading.headings.get("currency"), message, advice))
    if basket.facts.get("name", row.name) != row.name:
        plan.notes.append(f"{code} keeps its name: the file says otherwise.")


def _count(
    counts: list[int], basket: Basket, stored: Mapping[date, Mapping[str, float]], members: Mapping[str, tables.Asset]
) -> None:
    """Count weights that are new, other than, and the same as the house's own stored ones."""
    for day, weights in basket.weights.items():
        of_day = stored.get(day, {})
        for symbol, weight in weights.items():
            before = of_day.get(members[symbol].id) if symbol in members else None
            counts[0 if before is None else 2 if before == float(weight) else 1] += 1


def _tell_changes(
    uow: UnitOfWork,
    plan: ImportPlan,
    code: str,
    basket: Basket,
    row: tables.Benchmark,
    stored: Mapping[date, Mapping[str, float]],
) -> None:
    """Say where other weights will count than now."""
    incoming = {
        day: {plan.members[symbol].id: float(weight) for symbol, weight in weights.items()}
        for day, weights in basket.weights.items()
    }
    other = [day for day, weights in incoming.items() if day in stored and stored[day] != weights]
    if other:
        count = formatting.count(len(other), "day")
        plan.changes.append(f"{code}: the weights of {count} will be other than imported before.")
    elif not stored and uow.benchmarks.all_weights(row.id):
        plan.changes.append(f"{code}: the weights of the file will count instead of those that are stored.")
    if row.kind == INDEX:
        plan.notes.append(f"{code} stays measured by its own closes; the weights serve what needs its members.")


def _named(symbols: list[str]) -> str:
    shown = ", ".join(symbols[:NAMED_MAX_COUNT])
    more = len(symbols) - NAMED_MAX_COUNT
    return f"{shown} and {more} more" if more > 0 else shown
