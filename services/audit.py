"""Who did what, and is the record of it whole?"""

from __future__ import annotations

import json
from typing import Any

from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.formatting import count
from services.messages.audit import AuditRow, VerifyResult
from services.messages.frozen import Page
from services.ports import Ports


class Audit:
    """The chained record of deeds."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def list(
        self,
        actor: Actor,
        cursor: str | None = None,
        limit: int = 100,
        *,
        object_kind: str | None = None,
        object_id: str | None = None,
    ) -> Page[AuditRow]:
        """Return deeds, the latest first, as far as the actor may read them."""
        authorize(actor, Permission.AUDIT_READ)
        with self._ports.store.read(actor) as uow:
            page = uow.audit.page(object_kind=object_kind, object_id=object_id, cursor=cursor, limit=limit)
            rows = tuple(
                AuditRow(
                    seq=row.seq,
                    at_utc=row.occurred_at_utc,
                    actor_id=row.actor_id or "system",
                    actor_name=row.actor_name,
                    via=row.via,
                    action=row.action,
                    object_kind=row.object_kind or "",
                    object_id=row.object_id,
                    before=_document(row.before_json),
                    after=_document(row.after_json),
                )
                for row in page.rows
            )
        return Page[AuditRow](items=rows, next_cursor=page.next_cursor)

    def verify(self, who: Actor | str) -> VerifyResult:
        """Recompute a tenant's whole chain.

        Every user leaves a row when made, so a house with users and without rows has lost its record.

        Parameters
        ----------
        who : Actor or str
            Somebody who may read the audit log, or a tenant's id for the command line.
        """
        if isinstance(who, Actor):
            authorize(who, Permission.AUDIT_READ)
            tenant_id = who.tenant_id
        else:
            tenant_id = who
        with self._ports.store.system(tenant_id, read_only=True) as uow:
            check = uow.audit.verify(tenant_id)
            users_count = len(uow.users.all())
        if check.is_intact and check.events_count == 0 and users_count > 0:
            return VerifyResult(
                is_intact=False,
                rows_count=0,
                first_bad_seq=1,
                sentence=(
                    f"There are no audit rows, although this house has {count(users_count, 'user')}: rows were removed."
                ),
            )
        where = "" if check.first_bad_seq is None else f" The first bad row is number {check.first_bad_seq}."
        rows = count(check.events_count, "row")
        verdict = f"The chain of {rows} is whole." if check.is_intact else f"{check.reason}{where}"
        return VerifyResult(
            is_intact=check.is_intact,
            rows_count=check.events_count,
            first_bad_seq=check.first_bad_seq,
            sentence=verdict,
        )


def _document(text: str | None) -> dict[str, Any] | None:
    if text is None:
        return None
    found: dict[str, Any] = json.loads(text)
    return found
