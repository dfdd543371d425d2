"""How do people bring prices, scores, rates, weights and factors of their own, and take them back?

A file is checked without writing, then imported in one transaction or not at all. Its figures go the way of every other
source (provider, batch, bars with knowledge time) and belong to the house of the person alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from data.providers.protocol import Provider
from data.providers.questions import AttributeQuestion, PriceQuestion, RateQuestion, ReferenceQuestion
from data.providers.vocabulary import Field
from data.store import tables
from data.upload.cells import Limits
from data.upload.reading import FileReading, read_file
from services import formatting
from services.audit_notes import note
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.errors import Conflict, FieldProblem, InvalidRequest, NotFound
from services.imports_baskets import plan_baskets, write_baskets
from services.imports_factors import plan_factors, write_factors
from services.imports_plan import ImportPlan, make_plan
from services.imports_rejects import rejected_rows
from services.imports_views import check_of, days_of, import_view, known_days_of, span_of, subject_of
from services.market_ingest import (
    PRICES,
    SUCCEEDED,
    WITHDRAWN,
    facts_of_prices,
    open_batch,
    store_assets,
    write_attributes,
    write_prices,
)
from services.market_ingest_facts import keep_payloads
from services.market_origins import IMPORT
from services.market_series import SeriesReader
from services.messages.imports import ImportCheck, ImportDone, ImportDoor, ImportView
from services.ports import Ports
from services.quality_undo import take_back_with

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

TOPIC = "market"
OBJECT = "market_import"
WITHDRAWAL = "withdrawal"
NAME_MAX_LENGTH = 120
FIELDS = frozenset(Field)
PROBLEMS_SENT_MAX_COUNT = 100


class Imports:
    """Files of market data that people bring.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._reader = SeriesReader(ports)

    @property
    def limits(self) -> Limits:
        """How large a file may be here."""
        settings = self._ports.settings
        return Limits(settings.import_max_mib * 1024 * 1024, settings.import_rows_max_count, takes_parquet=True)

    def check(self, raw: bytes, name: str, actor: Actor) -> ImportCheck:
        """Return what importing a file would do, and everything that is wrong with it; nothing is written.

        Parameters
        ----------
        raw : bytes
            The file as it is: CSV, an Excel workbook or Parquet.
        name : str
            Its name, for people.
        actor : Actor

        """
        authorize(actor, Permission.MARKET_IMPORT)
        reading = self._read(raw, name)
        with self._ports.store.read(actor) as uow:
            return check_of(reading, self._plan(uow, reading), self._already(uow, reading))

    def rejects(self, raw: bytes, name: str, actor: Actor) -> bytes:
        """Return the rows of a file that keep it from being imported, each with cause and way out, as a CSV file.

        No spreadsheet takes a cell of it for a formula. Nothing is written.
        """
        authorize(actor, Permission.MARKET_IMPORT)
        reading = self._read(raw, name)
        with self._ports.store.read(actor) as uow:
            return rejected_rows(reading, check_of(reading, self._plan(uow, reading), None).problems)

    def run(self, raw: bytes, name: str, actor: Actor, *, door: ImportDoor = ImportDoor.UPLOAD) -> ImportDone:
        """Import a file in one transaction; the same bytes again change nothing and are told so.

        Raises
        ------
        InvalidRequest
            The file has problems; all of them are named (``line 3, close``), and nothing is written.

        """
        authorize(actor, Permission.MARKET_IMPORT)
        reading = self._read(raw, name)
        with self._ports.store.work(actor) as uow:
            uow.ingest_batches.one_at_a_time()
            already = self._already(uow, reading)
            if already is not None:
                return ImportDone(imported=already, is_new=False, sentence="This file was imported before.")
            plan = self._plan(uow, reading)
            _refuse(check_of(reading, plan, None))
            uow.locked_periods.refuse(known_days_of(reading, plan.known, plan.benchmarks))
            batch = self._write(uow, reading, plan, actor, door)
            made = import_view(batch)
            note(uow, "import.run", OBJECT, batch.id, after=_audited(made))
            uow.events.append(TOPIC, "prices.imported", {"import_id": batch.id, "rows_count": made.rows_count})
            uow.commit()
        self._ports.bus.nudge(TOPIC)
        return ImportDone(imported=made, is_new=True, sentence=f"Imported: {made.sentence}")

    def list(self, actor: Actor) -> tuple[ImportView, ...]:
        """Return what this house imported, the latest first; undone imports too."""
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            return tuple(import_view(one) for one in uow.ingest_batches.own(self._name) if IMPORT in one.lineage)

    def get(self, import_id: str, actor: Actor) -> ImportView:
        """Return one import.

        Raises
        ------
        NotFound
            There is none with this id in this house.

        """
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            return import_view(self._one(uow, import_id, actor))

    def undo(self, import_id: str, actor: Actor) -> ImportView:
        """Take the figures of an import back; what was stored before it counts again.

        Assets that it added go too, unless another import has figures of them. Its entry stays, marked as undone.

        Raises
        ------
        NotFound
            There is none with this id in this house.
        Conflict
            It is undone already, or runs or portfolios rest on it.

        """
        authorize(actor, Permission.MARKET_IMPORT)
        with self._ports.store.work(actor) as uow:
            uow.ingest_batches.one_at_a_time()
            batch = self._one(uow, import_id, actor)
            _refuse_undo(uow, batch)
            uow.locked_periods.refuse(span_of(batch))
            asset_ids = list(batch.lineage["asset_ids"].values())
            added = [batch.lineage["asset_ids"][symbol] for symbol in batch.lineage["new_symbols"]]
            take_back_with(uow, batch, asset_ids, actor, self._ports.clock.now_utc())
            uow.prices.withdraw(batch.id, asset_ids, batch.provider)
            uow.assets.withdraw_attributes(batch.id)
            uow.fx.withdraw(batch.id)
            uow.factors.withdraw(batch.id)
            emptied = uow.benchmarks.made_of(batch.id)
            uow.benchmarks.withdraw(batch.id)
            uow.benchmarks.remove_own(sorted(emptied))
            uow.assets.remove_own(sorted(uow.assets.without_figures(added)))
            self._mark_undone(uow, batch, actor)
            undone = import_view(batch)
            note(uow, "import.undo", OBJECT, batch.id, before=_audited(undone))
            uow.events.append(TOPIC, "prices.import_undone", {"import_id": batch.id})
            uow.commit()
        self._ports.bus.nudge(TOPIC)
        return undone

    @property
    def _name(self) -> str:
        return self._provider().name

    def _provider(self, reading: FileReading | None = None) -> Provider:
        """Return the provider of what houses bring, with a file to answer from."""
        found: Provider = next(one for one in self._ports.providers if one.capabilities.is_own)
        return type(found)(replace(found.context, file=reading))

    def _read(self, raw: bytes, name: str) -> FileReading:
        """Read a file; its name is cut to what can be shown."""
        plain = "".join(one for one in name.replace("\\", "/").rpartition("/")[2] if one.isprintable()).strip()
        today = self._ports.clock.now_utc().date()
        return read_file(raw, plain[-NAME_MAX_LENGTH:] or "unnamed", self.limits, today)

    def _plan(self, uow: UnitOfWork, reading: FileReading) -> ImportPlan:
        labels = {provider.name: provider.label for provider in self._ports.providers}
        plan = make_plan(uow, reading, self._reader, self._name, labels)
        plan_baskets(uow, plan, reading)
        plan_factors(uow, plan, reading)
        return plan

    def _already(self, uow: UnitOfWork, reading: FileReading) -> ImportView | None:
        """Return the import of the same bytes that still counts."""
        batch = uow.ingest_batches.own_of_content(self._name, reading.sha256, SUCCEEDED)
        return None if batch is None else import_view(batch)

    def _one(self, uow: UnitOfWork, import_id: str, actor: Actor) -> tables.IngestBatch:
        batch = uow.ingest_batches.find(import_id)
        if batch is None or batch.tenant_id != actor.tenant_id or IMPORT not in batch.lineage:
            raise NotFound.of("import", import_id)
        return batch

    def _write(
        self, uow: UnitOfWork, reading: FileReading, plan: ImportPlan, actor: Actor, door: ImportDoor
    ) -> tables.IngestBatch:
        """Write everything that the file brings under one batch."""
        provider = self._provider(reading)
        new = tuple(one.symbol for one in plan.new_symbols)
        prices = provider.prices(PriceQuestion((), fields=FIELDS))
        kind = PRICES if prices.series else _kind_of(reading)
        extra = (
            facts_of_prices(prices, provider.version())
            | _who_and_what(reading, actor, door)
            | {"new_symbols": list(new)}
        )
        batch = open_batch(uow, prices.provenance, kind, extra, actor.tenant_id)
        batch.source_sha256 = reading.sha256
        keep_payloads(uow, provider.fetch(None), self._ports.settings.raw_payloads_max_bytes_count)
        facts = provider.reference(ReferenceQuestion(new)).assets if new else ()
        ids = {symbol: asset.id for symbol, asset in plan.known.items()}
        ids |= store_assets(uow, facts, is_sample=False, provider=provider.name, tenant_id=actor.tenant_id)
        rows_count = write_prices(uow, prices, ids, facts, batch, with_repeats=True)
        names = tuple(sorted(provider.capabilities.attributes))
        values = provider.attributes(AttributeQuestion(names))
        rows_count += write_attributes(uow, values, ids, batch, f"Imported from the file “{reading.name}”."[:300])
        rows_count += _write_rates(uow, provider, reading, batch)
        rows_count += write_baskets(uow, provider, plan, reading, batch)
        rows_count += write_factors(uow, provider, reading, batch)
        batch.lineage = {**batch.lineage, "asset_ids": {symbol: ids[symbol] for symbol in sorted(reading.symbols)}}
        uow.ingest_batches.finish(batch.id, SUCCEEDED, rows_count=rows_count)
        return batch

    def _mark_undone(self, uow: UnitOfWork, batch: tables.IngestBatch, actor: Actor) -> None:
        """Keep the entry as undone, and make a delivery of the undoing, so that what is remembered is read anew."""
        now_utc = self._ports.clock.now_utc()
        who = {"by_id": actor.user_id, "by_name": actor.name, "at_utc": now_utc.isoformat()}
        batch.lineage = {**batch.lineage, "undone": who}
        batch.status = WITHDRAWN
        uow.ingest_batches.add(
            tables.IngestBatch(
                tenant_id=actor.tenant_id,
                provider=batch.provider,
                kind=WITHDRAWAL,
                status=SUCCEEDED,
                finished_at_utc=now_utc,
                lineage={"withdrawn": batch.id, **who},
            )
        )


def _kind_of(reading: FileReading) -> str:
    """Return the kind of batch for a file without prices."""
    if reading.rates:
        return "fx"
    return "benchmark" if reading.baskets else "factors" if reading.factors else "attributes"


def _write_rates(uow: UnitOfWork, provider: Provider, reading: FileReading, batch: tables.IngestBatch) -> int:
    """Write the rates of every pair; return how many."""
    count = 0
    for base, quote in sorted(reading.rates):
        answer = provider.rates(RateQuestion(base, quote))
        days = answer.sessions.astype("datetime64[D]").tolist()
        count += uow.fx.ingest(
            base,
            quote,
            {day: float(rate) for day, rate in zip(days, answer.rates, strict=True)},
            provider=provider.name,
            knowledge_time_utc=answer.provenance.fetched_at_utc,
            batch_id=batch.id,
        )
    return count


def _who_and_what(reading: FileReading, actor: Actor, door: ImportDoor) -> dict[str, Any]:
    """Return who brings which file, for the lineage of everything that comes from it."""
    days = days_of(reading)
    return {
        IMPORT: {
            "file_name": reading.name,
            "size_bytes": len(reading.raw),
            "door": door.value,
            "by_id": actor.user_id,
            "by_name": actor.name,
            "content": reading.content,
            "file_kind": reading.kind,
            "file_rows_count": reading.rows_count,
            "symbols": list(subject_of(reading)),
            "first_day": days[0].isoformat() if days else None,
            "last_day": days[-1].isoformat() if days else None,
        }
    }


def _audited(made: ImportView) -> dict[str, Any]:
    """Return what the audit log keeps of an import."""
    return made.model_dump(mode="json", include={"file_name", "sha256", "content", "rows_count", "symbols_count"})


def _refuse(check: ImportCheck) -> None:
    """Refuse a file with problems, naming all of them.

    Raises
    ------
    InvalidRequest

    """
    if not check.problems_count:
        return
    fields = tuple(
        FieldProblem(_place(one.line, one.column), one.message, one.advice)
        for one in check.problems[:PROBLEMS_SENT_MAX_COUNT]
    )
    raise InvalidRequest(
        f"The file “{check.file_name}” has {formatting.count(check.problems_count, 'problem')}; nothing was written.",
        "Put right what is named, then import it again.",
        code="file_has_problems",
        fields=fields,
    )


def _place(line: int | None, column: str | None) -> str:
    """Return where in a file a problem is: ``line 3, close``."""
    if line is None:
        return "file"
    return f"line {line}" if column is None else f"line {line}, {column}"


def _refuse_undo(uow: UnitOfWork, batch: tables.IngestBatch) -> None:
    """Refuse to take back what something rests on.

    Raises
    ------
    Conflict

    """
    if batch.status == WITHDRAWN:
        raise Conflict("This import is undone already.", code="already_undone")
    runs_count = uow.runs.count_computed_from(batch.id)
    if runs_count:
        raise Conflict(
            f"{formatting.count(runs_count, 'run')} {'was' if runs_count == 1 else 'were'} computed from this import, "
            "and runs keep what they were computed from.",
            "Delete those runs first, or import a corrected file: it counts from then on.",
            code="import_in_use",
        )
    if uow.benchmarks.in_use(sorted(uow.benchmarks.made_of(batch.id))):
        raise Conflict(
            "Portfolios are measured against a benchmark that has no weights but those of this import.",
            "Choose another benchmark for them first, or import a corrected file: it counts from then on.",
            code="import_in_use",
        )
    added = {batch.lineage["asset_ids"][symbol]: symbol for symbol in batch.lineage["new_symbols"]}
    used = sorted(added[asset_id] for asset_id in uow.assets.in_use(list(added)))
    if used:
        raise Conflict(
            f"Portfolios or benchmarks hold what this import added: {', '.join(used[:5])}.",
            "Take it out of them first, or import a corrected file: it counts from then on.",
            code="import_in_use",
        )
