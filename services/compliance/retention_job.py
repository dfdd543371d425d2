"""What goes because it is old enough, what stays because it is held, and what would go?

Once a month for every house, in the leading process; a dry run says the same and changes nothing.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from data.store import tables
from services import formatting
from services.audit import Audit
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.compliance.holds import Held, held_by
from services.compliance.restrictions_checks import person_id
from services.compliance.retention import policy_of
from services.errors import ServiceError
from services.messages.compliance_records import RetentionAction, RetentionEntry, RetentionLine, RetentionReportView
from services.messages.frozen import Page
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

_log = logging.getLogger(__name__)
EVERY = timedelta(days=28)
AUDIT = "audit"
_DONE = {
    RetentionAction.DELETE: "deleted",
    RetentionAction.PSEUDONYMISE: "pseudonymised",
    RetentionAction.ARCHIVE: "archived",
}


class RetentionJob:
    """Rounds of the retention job.

    Parameters
    ----------
    ports : Ports
    audit : Audit
        Writes the archive of the audit log.

    """

    def __init__(self, ports: Ports, audit: Audit) -> None:
        self._ports = ports
        self._audit = audit

    def reports(self, actor: Actor, cursor: str | None = None, limit: int = 50) -> Page[RetentionReportView]:
        """Return earlier rounds, the latest first."""
        authorize(actor, Permission.RECORDS_READ)
        with self._ports.store.read(actor) as uow:
            page = uow.retention_reports.list(cursor=cursor, limit=limit)
            ids = sorted({row.made_by_id for row in page.rows if row.made_by_id is not None})
            people = {key: user.name for key, user in uow.users.get_many(ids).items()}
        items = tuple(_stored(row, people.get(row.made_by_id or "")) for row in page.rows)
        return Page[RetentionReportView](items=items, next_cursor=page.next_cursor)

    def dry_run(self, actor: Actor) -> RetentionReportView:
        """Return what a round would do now; nothing is changed or stored."""
        authorize(actor, Permission.RECORDS_READ)
        with self._ports.store.system(actor.tenant_id, read_only=True) as uow:
            lines = self._lines(uow, is_dry_run=True)
        return _view(None, self._ports.clock.now_utc(), actor.name, lines, None, is_dry_run=True)

    def run(self, actor: Actor) -> RetentionReportView:
        """Do a round now: all of it in one transaction, with its report and its audit rows."""
        authorize(actor, Permission.RECORDS_WRITE)
        archive = self._archive(actor.tenant_id)
        with self._ports.store.system(actor.tenant_id) as uow:
            lines = self._lines(uow, is_dry_run=False)
            content = {"lines": [one.model_dump(mode="json") for one in lines], "archive_name": archive}
            row = uow.retention_reports.add(
                tables.RetentionReport(is_dry_run=False, made_by_id=person_id(actor), content=content)
            )
            counts = {one.record_class: one.done_count for one in lines}
            note(uow, "retention.run", "retention_report", row.id, after={"done": counts, "asked_by": actor.name})
            uow.commit()
            return _view(row.id, row.created_at_utc, actor.name, lines, archive, is_dry_run=False)

    def run_due(self) -> int:
        """Do a round for every house whose last one is four weeks old; return how many were done."""
        with self._ports.store.system(read_only=True) as uow:
            tenant_ids = [row.id for row in uow.tenants.all() if row.is_active]
        return sum(self._run_one(tenant_id) for tenant_id in tenant_ids)

    def _run_one(self, tenant_id: str) -> bool:
        with self._ports.store.system(tenant_id, read_only=True) as uow:
            last = uow.retention_reports.list(limit=1).rows
        if last and self._ports.clock.now_utc() - last[0].created_at_utc < EVERY:
            return False
        try:
            self.run(Actor.system(tenant_id))
        except ServiceError as error:
            _log.warning("The retention job of a house failed: %s", error.sentence)
            return False
        return True

    def _lines(self, uow: UnitOfWork, *, is_dry_run: bool) -> tuple[RetentionLine, ...]:
        held, today = held_by(uow), self._ports.clock.now_utc().date()
        return tuple(_line(uow, entry, held, today, is_dry_run=is_dry_run) for entry in policy_of(uow).entries)

    def _archive(self, tenant_id: str) -> str | None:
        """Write the audit rows that are old enough into a file of their own; return its name, None where none is due.

        A file is written once for each last day and never written over.
        """
        with self._ports.store.system(tenant_id, read_only=True) as uow:
            entry = next(one for one in policy_of(uow).entries if one.record_class == AUDIT)
            if entry.action is not RetentionAction.ARCHIVE:
                return None
            before_on = years_before(self._ports.clock.now_utc().date(), entry.years_count)
            _, last = uow.audit.span(tenant_id, None, _start(before_on))
        if last == 0:
            return None
        name = f"audit-until-{(before_on - timedelta(days=1)).isoformat()}.jsonl.gz"
        path = self._ports.settings.var_dir / "archive" / tenant_id / name
        if not path.exists():
            self._write(path, tenant_id, before_on - timedelta(days=1))
        return name

    def _write(self, path: Path, tenant_id: str, end_on: date) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}")
        with part.open("wb") as out:
            for piece in self._audit.export(tenant_id, end_on=end_on):
                out.write(piece)
        part.chmod(0o400)
        part.replace(path)


def years_before(today: date, years_count: int) -> date:
    """Return the day so many years ago; 29 February becomes the 28th where there is none."""
    try:
        return today.replace(year=today.year - years_count)
    except ValueError:
        return today.replace(year=today.year - years_count, day=28)


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _line(uow: UnitOfWork, entry: RetentionEntry, held: Held, today: date, *, is_dry_run: bool) -> RetentionLine:
    """Return what a round does with one class, and do it unless it is a dry run."""
    before_on = years_before(today, entry.years_count)
    found_count = held_count = done_count = 0
    if entry.record_class == AUDIT and entry.action is RetentionAction.ARCHIVE:
        tenant_id = str(uow.actor.tenant_id)
        _, last = uow.audit.span(tenant_id, None, _start(before_on))
        found_count = done_count = uow.audit.head(tenant_id)[0] if last is None else last
    elif entry.action is not RetentionAction.KEEP:
        found = uow.retention.old(entry.record_class, _start(before_on))
        free = [one.id for one in found if not held.protects(one)]
        found_count, held_count, done_count = len(found), len(found) - len(free), len(free)
        if free and not is_dry_run:
            uow.retention.dispose(entry.record_class, entry.action.value, free)
            _put_on_record(uow, entry, free, before_on)
    return RetentionLine(
        record_class=entry.record_class,
        label=entry.label,
        action=entry.action,
        before_on=before_on,
        found_count=found_count,
        held_count=held_count,
        done_count=done_count,
        sentence=_words(entry, before_on, held_count, done_count, is_dry_run=is_dry_run),
    )


def _put_on_record(uow: UnitOfWork, entry: RetentionEntry, ids: Sequence[str], before_on: date) -> None:
    """Write the audit row of a disposal: how many, and a digest by which any single id can be recognized."""
    digest = hashlib.sha256("\n".join(ids).encode()).hexdigest()
    after = {"action": entry.action.value, "before_on": before_on, "count": len(ids), "ids_sha256": digest}
    note(uow, "retention.dispose", "record_class", entry.record_class, after=after)


def _words(entry: RetentionEntry, before_on: date, held_count: int, done_count: int, *, is_dry_run: bool) -> str:
    if entry.action is RetentionAction.KEEP:
        return f"{entry.label}: kept."
    verb = f"would be {_DONE[entry.action]}" if is_dry_run else _DONE[entry.action]
    held = f"; {formatting.count(held_count, 'record is', 'records are')} held" if held_count else ""
    records = formatting.count(done_count, "record")
    return f"{entry.label}: {records} from before {formatting.day(before_on)} {verb}{held}."


def _stored(row: tables.RetentionReport, made_by: str | None) -> RetentionReportView:
    lines = tuple(RetentionLine.model_validate(one) for one in row.content["lines"])
    name = row.content.get("archive_name")
    return _view(row.id, row.created_at_utc, made_by, lines, name, is_dry_run=row.is_dry_run)


def _view(
    report_id: str | None,
    made_at_utc: datetime,
    made_by: str | None,
    lines: tuple[RetentionLine, ...],
    archive_name: str | None,
    *,
    is_dry_run: bool,
) -> RetentionReportView:
    gone = sum(one.done_count for one in lines if one.record_class != AUDIT)
    held = sum(one.held_count for one in lines)
    verb = "would go" if is_dry_run else "went"
    kept = f"; {formatting.count(held, 'record stays', 'records stay')} because of a hold" if held else ""
    return RetentionReportView(
        id=report_id,
        made_at_utc=made_at_utc,
        made_by=made_by,
        is_dry_run=is_dry_run,
        lines=lines,
        archive_name=archive_name,
        sentence=f"{formatting.count(gone, 'record')} {verb}{kept}.",
    )
