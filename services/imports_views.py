"""How do an import, and the check before it, read?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from data.store import tables
from data.upload.layout import FIELDS
from data.upload.reading import FileReading
from services import formatting
from services.imports_plan import ImportPlan
from services.market_ingest import WITHDRAWN
from services.market_origins import IMPORT
from services.messages.imports import FigureCounts, ImportCheck, ImportDoor, ImportProblem, ImportState, ImportView


def import_view(batch: tables.IngestBatch) -> ImportView:
    """Return one import as people and programs read it."""
    said: dict[str, Any] = batch.lineage[IMPORT]
    undone = batch.lineage.get("undone") or {}
    first, last = span_of(batch)
    symbols = tuple(str(one) for one in said["symbols"])
    return ImportView(
        id=batch.id,
        file_name=said["file_name"],
        sha256=batch.source_sha256 or "",
        size_bytes=said["size_bytes"],
        by=said["by_name"],
        imported_at_utc=batch.created_at_utc,
        door=ImportDoor(said.get("door", ImportDoor.UPLOAD.value)),
        content=said["content"],
        rows_count=batch.rows_count,
        symbols_count=len(symbols),
        symbols=symbols,
        first_day=first,
        last_day=last,
        state=ImportState.UNDONE if batch.status == WITHDRAWN else ImportState.IMPORTED,
        undone_by=undone.get("by_name"),
        undone_at_utc=None if "at_utc" not in undone else datetime.fromisoformat(undone["at_utc"]),
        sentence=_sentence(batch, said, first, last),
    )


def check_of(reading: FileReading, plan: ImportPlan, already: ImportView | None) -> ImportCheck:
    """Return what importing a file would do."""
    problems = [*reading.problems, *plan.problems]
    problems.sort(key=lambda one: (one.line or 0, one.column or ""))
    problems_count = reading.problems_count + len(plan.problems)
    days = days_of(reading)
    return ImportCheck(
        file_name=reading.name,
        sha256=reading.sha256,
        size_bytes=len(reading.raw),
        kind=reading.kind,
        content=reading.content,
        rows_count=reading.rows_count,
        symbols_count=len(reading.symbols) or len(plan.members),
        first_day=days[0] if days else None,
        last_day=days[-1] if days else None,
        new_symbols=tuple(plan.new_symbols),
        counts=tuple(plan.counts),
        changes=tuple(plan.changes),
        notes=(*reading.notes, *plan.notes),
        problems=tuple(
            ImportProblem(line=one.line, column=one.column, message=one.message, advice=one.advice) for one in problems
        ),
        problems_count=problems_count,
        already=already,
        can_import=not problems_count and already is None,
        sentence=_verdict(reading, plan, problems_count, already),
    )


def days_of(reading: FileReading) -> list[date]:
    """Return the days of which a file says something, in order."""
    found = {day for one in reading.symbols.values() for day in one.days}
    found |= {day for basket in reading.baskets.values() for day in basket.weights}
    found |= {day for table in reading.factors.values() for day in table.days}
    return sorted(found | {day for days in reading.rates.values() for day in days})


def known_days_of(reading: FileReading, known: Collection[str], benchmarks: Collection[str]) -> set[date]:
    """Return the days of which a file says something that may be said otherwise already.

    Those of symbols and benchmarks that are known, and of rates.
    """
    found = {day for symbol, one in reading.symbols.items() if symbol in known for day in one.days}
    found |= {day for code, one in reading.baskets.items() if code in benchmarks for day in one.weights}
    return found.union(*reading.rates.values())


def span_of(batch: tables.IngestBatch) -> tuple[date | None, date | None]:
    """Return the first and the last day of which an import says something; None where it says nothing dated."""
    said: dict[str, Any] = batch.lineage[IMPORT]
    return _day(said.get("first_day")), _day(said.get("last_day"))


def subject_of(reading: FileReading) -> tuple[str, ...]:
    """Return what a file is about: its symbols, its benchmarks, its factor sets, or its pairs of currencies."""
    return (
        *sorted(reading.symbols),
        *sorted(reading.baskets),
        *sorted(reading.factors),
        *(f"{base}/{quote}" for base, quote in sorted(reading.rates)),
    )


def label_of(kind: str) -> str:
    """Return the words for a kind of figures."""
    return f"{FIELDS[kind].label}s" if kind in FIELDS else kind


def count_sentence(counts: FigureCounts) -> str:
    """Return how many figures of a kind are new, changed and known, in words."""
    parts = [f"{formatting.number(counts.new_count, 0)} new"] if counts.new_count else []
    parts += [f"{formatting.number(counts.changed_count, 0)} changed"] if counts.changed_count else []
    parts += [f"{formatting.number(counts.same_count, 0)} as stored"] if counts.same_count else []
    return ", ".join(parts) or "none"


def _verdict(reading: FileReading, plan: ImportPlan, problems_count: int, already: ImportView | None) -> str:
    """Return the check in one sentence."""
    if already is not None:
        when = formatting.moment(already.imported_at_utc)
        return f"This file is already imported, as “{already.file_name}” by {already.by} on {when}. Nothing is to do."
    if problems_count:
        return (
            f"{formatting.count(problems_count, 'problem')} to put right in the file. Nothing is written before that."
        )
    figures = "; ".join(f"{label_of(one.kind)}: {count_sentence(one)}" for one in plan.counts)
    added = f" {formatting.count(len(plan.new_symbols), 'new symbol')}." if plan.new_symbols else ""
    return f"Ready to import. {figures[:1].upper()}{figures[1:]}.{added}"


def _sentence(batch: tables.IngestBatch, said: dict[str, Any], first: date | None, last: date | None) -> str:
    what = f"{formatting.count(batch.rows_count, 'figure')} of {_subjects(said['symbols'])}"
    span = f", {formatting.day(first)} to {formatting.day(last)}" if first and last else ""
    if batch.status == WITHDRAWN:
        return f"Undone: {what}{span} were taken back."
    return f"{what}{span}."


def _subjects(symbols: Sequence[str]) -> str:
    shown = ", ".join(symbols[:3])
    return shown if len(symbols) <= 3 else f"{shown} and {len(symbols) - 3} more"


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
