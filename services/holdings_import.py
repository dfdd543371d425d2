"""How do people bring their holdings and transactions, look at what would be booked, book it, and take it back?

A file is kept as a draft with what its owner says about it, so that a reload loses nothing. Booking is one transaction:
portfolios, assets, entries, values and the audit row, or nothing. Undoing books a reversal of every entry.
"""

from __future__ import annotations

import hashlib
import threading
import zlib
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from data.store import tables
from data.upload.cells import Limits
from data.upload.holdings.layout import FileKind
from data.upload.holdings.reading import read_rows
from data.upload.holdings.rows import FileRows, Wishes
from engine.kernel.canonical import sha256_of
from services.audit_notes import note
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.errors import Conflict, FieldProblem, InvalidRequest, NotFound
from services.holdings_import_choices import kept as kept_of
from services.holdings_import_choices import refuse_senseless, remembered, wishes_of
from services.holdings_import_plan import HoldingsPlan, Planner
from services.holdings_import_refusals import refuse_unready
from services.holdings_import_undo import reverse
from services.holdings_import_views import check_of, import_view, rejects_csv, template_view
from services.holdings_import_write import Writer
from services.market_series import SeriesReader
from services.messages.holdings_import import (
    FileKindName,
    HoldingsCheck,
    HoldingsDone,
    HoldingsImportState,
    HoldingsImportView,
    ImportChoices,
    ImportTemplateChanges,
    ImportTemplateView,
)
from services.portfolios_changes import Changes
from services.ports import Ports
from services.valuation import Valuator

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

TOPIC = "portfolios"
OBJECT = "holdings_import"
DRAFT = HoldingsImportState.DRAFT.value
NAME_MAX_LENGTH = 120
READINGS_KEPT_COUNT = 4


class HoldingsImports:
    """Files of holdings and transactions.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        reader = SeriesReader(ports)
        self._valuator = Valuator(ports, reader)
        self._planner = Planner(reader, self._valuator)
        self._writer = Writer(Changes(ports, reader, self._valuator), self._valuator)
        self._readings: OrderedDict[str, FileRows] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def limits(self) -> Limits:
        """How large a file may be here."""
        settings = self._ports.settings
        return Limits(
            settings.import_max_mib * 1024 * 1024,
            settings.import_rows_max_count,
            takes_parquet=True,
            columns="symbol,quantity",
            split="Split it into several files, for example one per account or year.",
        )

    def start(self, raw: bytes, name: str, kind: FileKindName | None, actor: Actor) -> HoldingsCheck:
        """Keep a file as a draft and say what booking it would do; nothing is booked.

        Parameters
        ----------
        raw : bytes
            The file as it is, or pasted cells as text.
        name : str
            Its name, for people.
        kind : FileKindName or None
            What its rows are; None lets the header decide.

        Raises
        ------
        InvalidRequest
            It is larger than allowed, or no table at all.

        """
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        wishes = Wishes(kind=None if kind is None else FileKind(kind.value))
        rows = read_rows(raw, wishes, self.limits, self._today())
        if not rows.is_whole:
            fields = tuple(FieldProblem("file", one.message, one.advice) for one in rows.problems[:10])
            raise InvalidRequest(fields[0].message, fields[0].advice, code="file_unreadable", fields=fields)
        with self._ports.store.work(actor) as uow:
            template = uow.import_templates.of_header(rows.kind.value, rows.fingerprint)
            known = {} if template is None else remembered(template.choices, rows.kind)
            choices = ImportChoices.model_validate(known)
            draft = uow.holdings_imports.add(
                tables.HoldingsImport(
                    kind=rows.kind.value,
                    file_name=_plain_name(name),
                    sha256=hashlib.sha256(raw).hexdigest(),
                    size_bytes=len(raw),
                    content=zlib.compress(raw, 6),
                    choices=choices.model_copy(update={"kind": FileKindName(rows.kind.value)}).model_dump(mode="json"),
                )
            )
            note(uow, "holdings_import.start", OBJECT, draft.id, after={"sha256": draft.sha256})
            uow.commit()
            if rows.layout.needs or wishes.kind is rows.kind:  # reading it again with its kind finds the same
                same = Wishes(kind=rows.kind)
                self._keep(sha256_of([draft.sha256, self._today().isoformat(), repr(same)]), rows)
            return self._check(uow, draft, actor)

    def check(self, import_id: str, actor: Actor) -> HoldingsCheck:
        """Return what booking a draft would do.

        Raises
        ------
        NotFound
            There is no such draft of this person.
        Conflict
            It is booked already.

        """
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            return self._check(uow, _draft(uow, import_id), actor)

    def choose(
        self, import_id: str, choices: ImportChoices, actor: Actor, row_version: int | None = None
    ) -> HoldingsCheck:
        """Keep what a person says about a draft, the fields that were sent, and say what booking it would do now.

        Raises
        ------
        NotFound, Conflict, Stale
        InvalidRequest
            The layout is none of this kind.

        """
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        sent = choices.model_dump(mode="json", include=set(choices.model_fields_set))
        with self._ports.store.work(actor) as uow:
            draft = _draft(uow, import_id)
            before = ImportChoices.model_validate(draft.choices)
            merged = ImportChoices.model_validate(before.model_dump(mode="json") | sent)
            refuse_senseless(merged, self._today())
            if (merged.kind, merged.layout) != (before.kind, before.layout) and "columns" not in sent:
                merged = merged.model_copy(update={"columns": None})  # the columns of another layout mean nothing
            changes: dict[str, Any] = {"choices": merged.model_dump(mode="json")}
            if merged.kind is not None:
                changes["kind"] = merged.kind.value
            draft = uow.holdings_imports.update(import_id, changes, row_version)
            uow.commit()
            return self._check(uow, draft, actor)

    def run(self, import_id: str, actor: Actor) -> HoldingsDone:
        """Book a draft in one transaction, or nothing; a second time changes nothing.

        Raises
        ------
        InvalidRequest
            Something waits for an answer or is wrong; everything is named, and nothing is booked.
        Conflict
            The same file counts already in a portfolio, or the import was undone.

        """
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        with self._ports.store.work(actor) as uow:
            row = _one(uow, import_id)
            if row.state == HoldingsImportState.IMPORTED.value:
                return HoldingsDone(imported=import_view(row), is_new=False)
            draft = _draft(uow, import_id)
            choices = ImportChoices.model_validate(draft.choices)
            rows = self._rows(draft, choices)
            plan = self._planner.plan(uow, rows, choices, actor, self._today(), draft.file_name)
            refuse_unready(self._view(uow, draft, choices, plan))
            outcome = self._writer.write(uow, draft, plan, actor)
            now_utc = self._ports.clock.now_utc()
            self._remember(uow, choices, plan)
            draft = uow.holdings_imports.update(
                import_id,
                {"state": "imported", "content": None, "outcome": outcome, "imported_at_utc": now_utc},
            )
            done = import_view(draft)
            note(uow, "holdings_import.run", OBJECT, draft.id, after=_audited(done))
            for portfolio_id, _ in done.portfolios:
                event = {"import_id": draft.id, "portfolio_id": portfolio_id}
                uow.events.append(TOPIC, "portfolios.imported", event, portfolio_id=portfolio_id)
            uow.commit()
        self._ports.bus.nudge(TOPIC)
        return HoldingsDone(imported=done, is_new=True)

    def list(self, actor: Actor) -> tuple[HoldingsImportView, ...]:
        """Return one's own drafts and imports, the latest first; undone ones too."""
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            return tuple(import_view(one) for one in uow.holdings_imports.all())

    def get(self, import_id: str, actor: Actor) -> HoldingsImportView:
        """Return one import or draft."""
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            return import_view(_one(uow, import_id))

    def rejects(self, import_id: str, actor: Actor) -> bytes:
        """Return the rows that are not booked, as a CSV file that can be put right and brought again.

        The last column says why. Cells that a spreadsheet would compute begin with an apostrophe.
        """
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            row = _one(uow, import_id)
            if row.state != DRAFT:
                return rejects_csv(row.outcome.get("rejects", {}))
            choices = ImportChoices.model_validate(row.choices)
            rows = self._rows(row, choices)
            plan = self._planner.plan(uow, rows, choices, actor, self._today(), row.file_name)
            return rejects_csv(self._writer.rejects(plan))

    def discard(self, import_id: str, actor: Actor) -> None:
        """Throw a draft away."""
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        with self._ports.store.work(actor) as uow:
            draft = _draft(uow, import_id)
            uow.holdings_imports.delete(import_id)
            note(uow, "holdings_import.discard", OBJECT, import_id, before={"sha256": draft.sha256})
            uow.commit()

    def undo(self, import_id: str, actor: Actor) -> HoldingsImportView:
        """Book the reversal of every entry of an import; portfolios that it made and nothing else uses are put aside.

        Raises
        ------
        NotFound
        Conflict
            It is a draft or undone already, or later entries, targets or runs rest on it.

        """
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        with self._ports.store.work(actor) as uow:
            row = _one(uow, import_id)
            if row.state != HoldingsImportState.IMPORTED.value:
                what = "is undone already" if row.state == "undone" else "was not booked yet"
                raise Conflict(f"This import {what}.", code="not_booked")
            reverse(uow, row, self._valuator)
            changes = {"state": "undone", "undone_at_utc": self._ports.clock.now_utc(), "undone_by_name": actor.name}
            undone = import_view(uow.holdings_imports.update(import_id, changes))
            note(uow, "holdings_import.undo", OBJECT, import_id, before=_audited(undone))
            for portfolio_id, _ in undone.portfolios:
                event = {"import_id": import_id, "portfolio_id": portfolio_id}
                uow.events.append(TOPIC, "portfolios.import_undone", event, portfolio_id=portfolio_id)
            uow.commit()
        self._ports.bus.nudge(TOPIC)
        return undone

    def templates(self, actor: Actor) -> tuple[ImportTemplateView, ...]:
        """Return how the house reads files, by name."""
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            return tuple(template_view(one) for one in uow.import_templates.all())

    def change_template(
        self, template_id: str, changes: ImportTemplateChanges, actor: Actor, row_version: int | None = None
    ) -> ImportTemplateView:
        """Change name or columns of a template; the next file with that header is read so."""
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        with self._ports.store.work(actor) as uow:
            row = uow.import_templates.get(template_id, write=True)
            sent: dict[str, Any] = {}
            if changes.name is not None:
                if not changes.name.strip():
                    problem = FieldProblem("name", "The template needs a name.", "Write one.")
                    raise InvalidRequest(problem.message, problem.advice, fields=(problem,))
                sent["name"] = changes.name.strip()
            if "columns" in changes.model_fields_set:
                sent["choices"] = {**row.choices, "columns": changes.columns}
            row = uow.import_templates.update(template_id, sent, row_version)
            note(uow, "import_template.update", "import_template", row.id, after={"name": row.name})
            uow.commit()
            return template_view(row)

    def delete_template(self, template_id: str, actor: Actor) -> None:
        """Forget how files with one header are read."""
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        with self._ports.store.work(actor) as uow:
            row = uow.import_templates.get(template_id, write=True)
            note(uow, "import_template.delete", "import_template", row.id, before={"name": row.name})
            uow.import_templates.delete(template_id)
            uow.commit()

    def _check(self, uow: UnitOfWork, draft: tables.HoldingsImport, actor: Actor) -> HoldingsCheck:
        choices = ImportChoices.model_validate(draft.choices)
        rows = self._rows(draft, choices)
        plan = self._planner.plan(uow, rows, choices, actor, self._today(), draft.file_name)
        return self._view(uow, draft, choices, plan)

    def _view(
        self, uow: UnitOfWork, draft: tables.HoldingsImport, choices: ImportChoices, plan: HoldingsPlan
    ) -> HoldingsCheck:
        template = uow.import_templates.of_header(plan.rows.kind.value, plan.rows.fingerprint)
        already = uow.holdings_imports.of_content(draft.sha256, plan.rows.kind.value)
        return check_of(draft, choices, plan, template, already)

    def _rows(self, draft: tables.HoldingsImport, choices: ImportChoices) -> FileRows:
        """Return the rows of a draft's file; the last few readings are remembered."""
        wishes = wishes_of(choices)
        today = self._today()
        key = sha256_of([draft.sha256, today.isoformat(), repr(wishes)])
        with self._lock:
            if key in self._readings:
                self._readings.move_to_end(key)
                return self._readings[key]
        rows = read_rows(zlib.decompress(draft.content or b""), wishes, self.limits, today)
        self._keep(key, rows)
        return rows

    def _keep(self, key: str, rows: FileRows) -> None:
        with self._lock:
            self._readings[key] = rows
            while len(self._readings) > READINGS_KEPT_COUNT:
                self._readings.popitem(last=False)

    def _remember(self, uow: UnitOfWork, choices: ImportChoices, plan: HoldingsPlan) -> None:
        """Keep how this file was read for the next one with its header."""
        if plan.rows.header_line == 0:
            return
        kind, fingerprint = plan.rows.kind.value, plan.rows.fingerprint
        kept = kept_of(choices, plan.rows.layout.name, plan.rows.kind)
        known = uow.import_templates.of_header(kind, fingerprint)
        if known is not None:
            changes: dict[str, Any] = {"choices": kept, "used_count": known.used_count + 1}
            if choices.template_name:
                changes["name"] = choices.template_name.strip()
            uow.import_templates.update(known.id, changes)
            return
        name = (choices.template_name or "").strip() or plan.rows.layout.label
        made = tables.ImportTemplate(
            name=name[:NAME_MAX_LENGTH], kind=kind, fingerprint=fingerprint, choices=kept, used_count=1
        )
        made.made_by_id = None if uow.actor is None else getattr(uow.actor, "user_id", None)
        uow.import_templates.add(made)

    def _today(self) -> Any:
        return self._ports.clock.now_utc().date()


def _one(uow: UnitOfWork, import_id: str) -> tables.HoldingsImport:
    row = uow.holdings_imports.find(import_id)
    if row is None:
        raise NotFound.of("import", import_id)
    return row


def _draft(uow: UnitOfWork, import_id: str) -> tables.HoldingsImport:
    row = _one(uow, import_id)
    if row.state != DRAFT:
        raise Conflict("This import is booked already.", "Begin a new one with the file.", code="already_imported")
    return row


def _plain_name(name: str) -> str:
    plain = "".join(one for one in name.replace("\\", "/").rpartition("/")[2] if one.isprintable()).strip()
    return plain[-NAME_MAX_LENGTH:] or "unnamed"


def _audited(done: HoldingsImportView) -> dict[str, Any]:
    """Return what the audit log keeps of an import: nothing that names holdings."""
    kept = {"file_name", "sha256", "kind", "entries_count", "rejects_count"}
    return done.model_dump(mode="json", include=kept) | {"portfolio_ids": [one for one, _ in done.portfolios]}
