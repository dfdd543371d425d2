"""Which reports were made for auditors, can each be made again, and which are due?

What a report rests on is kept as it was collected, with the version of the product and the files that were made from
that alone: they are handed over as they are, and their digests show whether they come out the same when made again.
"""

from __future__ import annotations

import builtins
import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from data.store import tables
from data.store.repositories.audit import canonical_json
from services import formatting
from services.audit import Audit
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize, is_allowed
from services.auth.roles import Permission, Role
from services.compliance.auditor_documents import assumptions, lead_of, page_document, sheets
from services.compliance.auditor_inputs import Span, collect
from services.compliance.restrictions_checks import person_id, refuse
from services.errors import FieldProblem, NotAllowed, ServiceError
from services.exports_page import page_order
from services.exports_process import DrawingProcesses
from services.exports_table import xlsx_bytes
from services.messages.compliance_auditor import (
    AuditorCounts,
    AuditorFormat,
    AuditorReportCheck,
    AuditorReportView,
    AuditorSchedule,
    NewAuditorReport,
    ReportCadence,
)
from services.messages.exports import Export
from services.messages.frozen import Page
from services.ports import Ports
from services.version import PRODUCT_VERSION

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

_log = logging.getLogger(__name__)
KIND = "auditor_report"
CADENCE = "auditor_report.cadence"
PDF_TYPE = "application/pdf"
EXCEL_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST = timedelta(days=366 * 2)
Progress = Callable[[str, float], None]
"""Told the stage and how much is done; may raise to end the work, and nothing is kept then."""


def _untold(_stage: str, _done_frac: float) -> None:
    """Let nobody know how far it is."""


class AuditorReports:
    """Reports of the actor's house; they tell of all portfolios, so that compliance alone makes and reads them.

    Parameters
    ----------
    ports : Ports
    audit : Audit
        Says whether the record is whole.

    """

    def __init__(self, ports: Ports, audit: Audit) -> None:
        self._ports = ports
        self._audit = audit
        self._drawings = DrawingProcesses(at_once_max_count=1)

    def may_read(self, actor: Actor) -> bool:
        """Return whether the actor reads reports at all, so that nobody is led where the door is shut."""
        return is_allowed(actor, Permission.RECORDS_READ) and actor.role is not Role.ADMINISTRATOR

    def list(self, actor: Actor, cursor: str | None = None, limit: int = 50) -> Page[AuditorReportView]:
        """Return reports, the latest first."""
        _authorize(actor)
        with self._ports.store.read(actor) as uow:
            page = uow.auditor_reports.list(cursor=cursor, limit=limit)
            items = tuple(_view(uow, row) for row in page.rows)
        return Page[AuditorReportView](items=items, next_cursor=page.next_cursor)

    def get(self, report_id: str, actor: Actor) -> AuditorReportView:
        """Return one report; NotFound where there is none."""
        _authorize(actor)
        with self._ports.store.read(actor) as uow:
            return _view(uow, uow.auditor_reports.get(report_id))

    def refuse_if_wrong(self, new: NewAuditorReport, actor: Actor) -> None:
        """Refuse what cannot be made, as `make` does, without making it."""
        _authorize(actor, Permission.RECORDS_WRITE)
        refuse(self._problems(new), "This report cannot be made.")
        with self._ports.store.system(actor.tenant_id, read_only=True) as uow:
            if new.portfolio_id is not None and uow.portfolios.find(new.portfolio_id) is None:
                message = f"There is no portfolio with the id {new.portfolio_id!r}."
                refuse([FieldProblem("portfolio_id", message, "Choose from the list.")], "This report cannot be made.")

    def make(self, new: NewAuditorReport, actor: Actor, tell: Progress = _untold) -> AuditorReportView:
        """Collect what happened in a period, and keep it with the digests of the files made from it.

        Raises
        ------
        InvalidRequest
            The days are in the wrong order, lie in the future or are more than two years; no such portfolio.

        """
        self.refuse_if_wrong(new, actor)
        tell("Reading the audit log", 0.05)
        span = Span(new.start_on, new.end_on, new.portfolio_id)
        chain, now = self._audit.verify(actor.tenant_id), self._ports.clock.now_utc()
        tell("Collecting what happened", 0.2)
        with self._ports.store.system(actor.tenant_id, read_only=True) as uow:
            inputs = collect(uow, span, chain, now, actor.name)
        digest = _digest(inputs)
        row = tables.AuditorReport(
            start_on=new.start_on, end_on=new.end_on, portfolio_id=new.portfolio_id, inputs=inputs,
            inputs_sha256=digest, code_version=PRODUCT_VERSION, made_by_id=person_id(actor), created_at_utc=now,
            pdf_sha256="", excel_sha256="",
        )  # fmt: skip
        tell("Drawing the PDF", 0.4)
        row.pdf = self._pdf(row)
        tell("Writing the spreadsheet", 0.8)
        row.excel = self._excel(row)
        tell("Keeping the report", 0.95)
        row.pdf_sha256, row.excel_sha256 = _sha256(row.pdf), _sha256(row.excel)
        with self._ports.store.work(actor) as uow:
            uow.auditor_reports.add(row)
            after = {"start_on": row.start_on, "end_on": row.end_on, "inputs_sha256": digest}
            note(uow, "auditor_report.make", KIND, row.id, after={**after, "portfolio_id": row.portfolio_id})
            uow.commit()
            return _view(uow, row)

    def file(self, report_id: str, file_format: AuditorFormat, actor: Actor) -> Export:
        """Return a report's file as it was made with the report; the deed is recorded.

        Raises
        ------
        NotFound
            No such report.

        """
        _authorize(actor)
        with self._ports.store.read(actor) as uow:
            row = uow.auditor_reports.get(report_id)
            data, media_type = (row.pdf, PDF_TYPE) if file_format == "pdf" else (row.excel, EXCEL_TYPE)
        with self._ports.store.work(actor) as uow:
            note(uow, "auditor_report.read", KIND, row.id, after={"format": file_format})
            uow.commit()
        name = f"auditor-report-{row.start_on.isoformat()}-{row.end_on.isoformat()}.{file_format}"
        return Export(data=data, filename=name, media_type=media_type)

    def check(self, report_id: str, actor: Actor, tell: Progress = _untold) -> AuditorReportCheck:
        """Make both files again, and say whether they are what they were.

        Raises
        ------
        NotFound, Unavailable
            No such report; no time or memory for the drawing.

        """
        _authorize(actor)
        with self._ports.store.read(actor) as uow:
            row = uow.auditor_reports.get(report_id)
            files: dict[AuditorFormat, bytes] = {"pdf": row.pdf, "xlsx": row.excel}
        if _digest(row.inputs) != row.inputs_sha256:
            return AuditorReportCheck(is_reproduced=False, sentence="What the report rests on was changed since.")
        kept: dict[AuditorFormat, str] = {"pdf": row.pdf_sha256, "xlsx": row.excel_sha256}
        changed = [name for name, data in files.items() if _sha256(data) != kept[name]]
        if changed:
            return AuditorReportCheck(is_reproduced=False, sentence=f"The file was changed since: {_listed(changed)}.")
        other: builtins.list[AuditorFormat] = []
        for place, (name, make) in enumerate(self._makers().items()):
            tell(f"Making the {'PDF' if name == 'pdf' else 'spreadsheet'} again", 0.1 + 0.6 * place)
            other += [] if _sha256(make(row)) == kept[name] else [name]
        if not other:
            sentence = "Both files were made again from what was kept, byte for byte."
        elif row.code_version != PRODUCT_VERSION:
            sentence = (
                f"The report was made with version {row.code_version} and this is {PRODUCT_VERSION}: "
                "what it rests on is unchanged, its look is not the same."
            )
        else:
            sentence = f"Made again, it is another file: {_listed(other)}."
        return AuditorReportCheck(is_reproduced=not other, sentence=sentence)

    def schedule(self, actor: Actor) -> AuditorSchedule:
        """Return how often a report is made by itself."""
        _authorize(actor)
        with self._ports.store.read(actor) as uow:
            return self._schedule(ReportCadence(uow.settings.value(CADENCE, ReportCadence.NEVER.value)))

    def choose_schedule(self, cadence: ReportCadence, actor: Actor) -> AuditorSchedule:
        """Choose how often a report of the whole house is made, after the end of each period."""
        _authorize(actor, Permission.RECORDS_WRITE)
        with self._ports.store.system(actor.tenant_id) as uow:
            before = uow.settings.value(CADENCE, ReportCadence.NEVER.value)
            uow.settings.put(CADENCE, cadence.value)
            after = {"cadence": cadence.value, "asked_by": actor.name, "asked_by_id": actor.user_id}
            note(uow, "auditor_report.schedule", "setting", CADENCE, before={"cadence": before}, after=after)
            uow.commit()
        return self._schedule(cadence)

    def make_due(self) -> int:
        """Make the report of the period that ended last, for every house that wants one and has none yet."""
        with self._ports.store.system(read_only=True) as uow:
            wanted = uow.settings.of_all(CADENCE)
            houses = [row.id for row in uow.tenants.all() if row.is_active]
        return sum(self._make_one(key, ReportCadence(wanted[key])) for key in houses if key in wanted)

    def _make_one(self, tenant_id: str, cadence: ReportCadence) -> bool:
        period = last_period(self._ports.clock.now_utc().date(), cadence)
        if period is None:
            return False
        with self._ports.store.system(tenant_id, read_only=True) as uow:
            if uow.auditor_reports.find_period(*period) is not None:
                return False
        try:
            self.make(NewAuditorReport(start_on=period[0], end_on=period[1]), Actor.system(tenant_id))
        except ServiceError as error:
            _log.warning("The auditor's report of a house could not be made: %s", error.sentence)
            return False
        return True

    def _problems(self, new: NewAuditorReport) -> builtins.list[FieldProblem]:
        if new.end_on < new.start_on:
            return [FieldProblem("end_on", "The last day lies before the first.", "Choose a later day.")]
        if new.end_on > self._ports.clock.now_utc().date():
            return [FieldProblem("end_on", "The last day lies in the future.", "Choose today or an earlier day.")]
        if new.end_on - new.start_on > LONGEST:
            return [FieldProblem("start_on", "The period is longer than two years.", "Make several reports.")]
        return []

    def _schedule(self, cadence: ReportCadence) -> AuditorSchedule:
        period = next_period(self._ports.clock.now_utc().date(), cadence)
        if period is None:
            return AuditorSchedule(
                cadence=cadence, next_start_on=None, next_end_on=None, sentence="No report is made by itself."
            )
        sentence = (
            f"A report is made every {cadence.value}; the next one is for "
            f"{formatting.day(period[0])} to {formatting.day(period[1])}."
        )
        return AuditorSchedule(cadence=cadence, next_start_on=period[0], next_end_on=period[1], sentence=sentence)

    def _makers(self) -> Mapping[AuditorFormat, Callable[[tables.AuditorReport], bytes]]:
        return {"pdf": self._pdf, "xlsx": self._excel}

    def _pdf(self, row: tables.AuditorReport) -> bytes:
        order = page_order(page_document(row.inputs, row.code_version, row.inputs_sha256))
        cache_dir = self._ports.settings.var_dir / "matplotlib"
        return self._drawings.document(order, made_at_utc=_made_at(row.inputs), cache_dir=cache_dir)

    def _excel(self, row: tables.AuditorReport) -> bytes:
        facts = assumptions(row.inputs, row.code_version, row.inputs_sha256)
        return xlsx_bytes(sheets(row.inputs), facts, title="Auditor's report", made_at_utc=_made_at(row.inputs))


def last_period(today: date, cadence: ReportCadence) -> tuple[date, date] | None:
    """Return the first and the last day of the period that ended last before a day; None for no cadence."""
    months = {ReportCadence.MONTH: 1, ReportCadence.QUARTER: 3, ReportCadence.YEAR: 12}.get(cadence)
    if months is None:
        return None
    this = date(today.year, (today.month - 1) // months * months + 1, 1)
    end = this - timedelta(days=1)
    return date(end.year, end.month - months + 1, 1), end


def next_period(today: date, cadence: ReportCadence) -> tuple[date, date] | None:
    """Return the first and the last day of the period that a day lies in; None for no cadence."""
    last = last_period(today, cadence)
    if last is None:
        return None
    start = last[1] + timedelta(days=1)
    months = {ReportCadence.MONTH: 1, ReportCadence.QUARTER: 3, ReportCadence.YEAR: 12}[cadence]
    year, month = divmod(start.month - 1 + months, 12)
    return start, date(start.year + year, month + 1, 1) - timedelta(days=1)


def _authorize(actor: Actor, permission: Permission = Permission.RECORDS_READ) -> None:
    """Refuse whoever may not, and administrators: they see holdings only where granted."""
    authorize(actor, permission)
    if actor.role is Role.ADMINISTRATOR and not actor.is_system:
        raise NotAllowed(
            "The report tells of every portfolio's breaches, and administrators see portfolios only where granted.",
            "Ask somebody with the role Compliance.",
        )


def _digest(inputs: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical_json(inputs).encode()).hexdigest()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _listed(names: Sequence[str]) -> str:
    return " and ".join(names)


def _made_at(inputs: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(inputs["made_at_utc"])


def _view(uow: UnitOfWork, row: tables.AuditorReport) -> AuditorReportView:
    inputs = row.inputs
    period = f"{formatting.day(row.start_on)} to {formatting.day(row.end_on)}"
    return AuditorReportView(
        id=row.id,
        start_on=row.start_on,
        end_on=row.end_on,
        portfolio_id=row.portfolio_id,
        portfolio_name=inputs["portfolio"],
        made_by=inputs["made_by"],
        made_at_utc=_made_at(inputs),
        code_version=row.code_version,
        inputs_sha256=row.inputs_sha256,
        pdf_sha256=row.pdf_sha256,
        excel_sha256=row.excel_sha256,
        is_unchanged=_digest(inputs) == row.inputs_sha256,
        chain_is_intact=inputs["chain"]["is_intact"],
        counts=AuditorCounts(
            rules_count=len(inputs["rules"]),
            changes_count=len(inputs["changes"]),
            breaches_count=len(inputs["breaches"]),
            overrides_count=len(inputs["overrides"]),
            decisions_count=len(inputs["decisions"]),
            restrictions_count=len(inputs["restrictions"]),
        ),
        sentence=f"{period}: {lead_of(inputs)}",
    )
