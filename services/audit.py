"""Who did what, and is the record of it whole?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from services.audit_export import pieces
from services.audit_notes import note
from services.audit_words import deed_in_words
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.compliance.audit_anchors import AnchorCheck, AuditAnchors
from services.errors import FieldProblem, InvalidRequest
from services.formatting import count, day
from services.messages.audit import AuditFilter, AuditRow, AuditWords, VerifyResult
from services.messages.frozen import Page
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.repositories.audit import AuditCheck
    from data.store.tables import AuditEvent

EVERYTHING = AuditFilter()


class Audit:
    """The chained record of deeds.

    Attributes
    ----------
    anchors : AuditAnchors
        What was noted of the chains outside of the database.

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self.anchors = AuditAnchors(ports)

    def list(
        self,
        actor: Actor,
        cursor: str | None = None,
        limit: int = 100,
        *,
        object_kind: str | None = None,
        object_id: str | None = None,
        wanted: AuditFilter = EVERYTHING,
    ) -> Page[AuditRow]:
        """Return deeds, the latest first, as far as the actor may read them.

        Raises
        ------
        InvalidRequest
            The last day lies before the first.

        """
        authorize(actor, Permission.AUDIT_READ)
        start_utc, end_utc = _span(wanted.start_on, wanted.end_on)
        with self._ports.store.read(actor) as uow:
            page = uow.audit.page(
                object_kind=object_kind or wanted.object_kind,
                object_id=object_id or wanted.object_id,
                actor_id=wanted.actor_id,
                action=wanted.action,
                start_utc=start_utc,
                end_utc=end_utc,
                cursor=cursor,
                limit=limit,
            )
            rows = tuple(_row(row) for row in page.rows)
        return Page[AuditRow](items=rows, next_cursor=page.next_cursor)

    def words(self, actor: Actor) -> AuditWords:
        """Return the actions and the kinds of objects that occur in what the actor may read."""
        authorize(actor, Permission.AUDIT_READ)
        with self._ports.store.read(actor) as uow:
            actions, kinds = uow.audit.words()
        return AuditWords(
            actions=tuple(actions),
            deeds={one: deed_in_words(one) for one in actions},
            object_kinds=tuple(kinds),
        )

    def verify(self, who: Actor | str, *, start_on: date | None = None, end_on: date | None = None) -> VerifyResult:
        """Recompute a tenant's chain, or the part of some days, and hold it against the anchors outside.

        Every user leaves a row when made, so a house with users and without rows has lost its record.

        Parameters
        ----------
        who : Actor or str
            Somebody who may read the audit log, or a tenant's id for the command line.
        start_on, end_on : date, optional
            The first and the last day; the row before the part is taken as it stands.

        """
        tenant_id = self._tenant_id(who)
        start_utc, end_utc = _span(start_on, end_on)
        anchored = self.anchors.check(tenant_id)
        with self._ports.store.system(tenant_id, read_only=True) as uow:
            first, last = uow.audit.span(tenant_id, start_utc, end_utc)
            check = uow.audit.verify(tenant_id, anchored.heads, from_seq=first, to_seq=last)
            users_count = len(uow.users.all())
        is_whole = start_on is None and end_on is None
        if is_whole and check.is_intact and check.head_seq == 0 and users_count > 0:
            return VerifyResult(
                is_intact=False,
                rows_count=0,
                first_bad_seq=1,
                sentence=(
                    f"There are no audit rows, although this house has {count(users_count, 'user')}: rows were removed."
                ),
            )
        return VerifyResult(
            is_intact=check.is_intact and anchored.problem is None,
            rows_count=check.events_count,
            first_bad_seq=check.first_bad_seq,
            sentence=_verdict(check, anchored),
            anchors_count=len(anchored.anchors),
            last_anchor_on=anchored.anchors[-1].day if anchored.anchors else None,
        )

    def export(self, who: Actor | str, *, start_on: date | None = None, end_on: date | None = None) -> Iterator[bytes]:
        """Return the chain as a compressed file of JSON lines, piece by piece, with what proves it.

        The lines are a header, every row with its codes, the sealed head, and the anchors outside. An actor's export
        is a deed of its own and recorded before the first piece.

        Parameters
        ----------
        who : Actor or str
            Somebody who may read the whole log, or a tenant's id for the command line.
        start_on, end_on : date, optional
            The first and the last day; everything when None.

        """
        tenant_id = self._tenant_id(who)
        start_utc, end_utc = _span(start_on, end_on)
        if isinstance(who, Actor):
            authorize(who, Permission.AUDIT_EXPORT)  # the whole chain tells holdings, which administrators do not see
            with self._ports.store.work(who) as uow:
                note(uow, "audit.export", "audit", None, after={"start_on": start_on, "end_on": end_on})
                uow.commit()
        return pieces(self._ports, self.anchors, tenant_id, start_utc, end_utc)

    def _tenant_id(self, who: Actor | str) -> str:
        if isinstance(who, str):
            return who
        authorize(who, Permission.AUDIT_READ)
        return who.tenant_id


def _verdict(check: AuditCheck, anchored: AnchorCheck) -> str:
    """Return in words whether the chain and its anchors are whole."""
    where = "" if check.first_bad_seq is None else f" The first bad row is number {check.first_bad_seq}."
    if not check.is_intact:
        return f"{check.reason}{where}"
    whole = f"The chain of {count(check.events_count, 'row')} is whole"
    if anchored.problem is not None:
        return f"{whole}, but its anchors outside are not: {anchored.problem}"
    if not anchored.anchors:
        return f"{whole}."
    anchors = count(len(anchored.anchors), "anchor")
    return f"{whole}, and fits {anchors} outside, the last of {day(anchored.anchors[-1].day)}."


def _span(start_on: date | None, end_on: date | None) -> tuple[datetime | None, datetime | None]:
    """Return the instants at which days begin and have ended, in UTC."""
    if start_on is not None and end_on is not None and end_on < start_on:
        problem = FieldProblem("end_on", "The last day lies before the first.", "Choose a later day.")
        raise InvalidRequest(problem.message, problem.advice, fields=(problem,))
    start = None if start_on is None else datetime.combine(start_on, time(), UTC)
    return start, None if end_on is None else datetime.combine(end_on + timedelta(days=1), time(), UTC)


def _row(row: AuditEvent) -> AuditRow:
    return AuditRow(
        seq=row.seq,
        at_utc=row.occurred_at_utc,
        actor_id=row.actor_id or "system",
        actor_name=row.actor_name,
        via=row.via,
        action=row.action,
        deed=deed_in_words(row.action),
        object_kind=row.object_kind or "",
        object_id=row.object_id,
        before=_document(row.before_json),
        after=_document(row.after_json),
        ip=row.ip,
        request_id=row.request_id,
    )


def _document(text: str | None) -> dict[str, Any] | None:
    if text is None:
        return None
    found: dict[str, Any] = json.loads(text)
    return found
