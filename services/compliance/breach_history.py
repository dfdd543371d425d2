"""How does what happens to a breach get into its history, the audit log and the stream, in one transaction?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import data.store.tables.breach as tables
from services.audit_notes import note
from services.auth.actor import SYSTEM_USER_ID
from services.events_outbox import announce

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

TOPIC = "compliance"
KIND = "breach"
PRODUCT_NAME = "System"


def happened(
    uow: UnitOfWork,
    row: tables.Breach,
    kind: str,
    sentence: str,
    *,
    before: str | None,
    comment: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Add one thing that happened to a breach; what was written is kept when the unit commits.

    Parameters
    ----------
    uow : UnitOfWork
        Of whoever did it.
    row : Breach
        As it is now.
    kind, sentence : str
        What happened, for programs and for people.
    before : str or None
        The status before it; None where there was none.
    comment : str or None
        What the person wrote.
    details : dict or None
        More for the audit log, JSON-native.
    """
    actor_id = getattr(uow.actor, "user_id", None)
    is_person = actor_id is not None and actor_id != SYSTEM_USER_ID
    uow.breach_events.append(
        row,
        tables.BreachEvent(
            kind=kind,
            actor_id=actor_id if is_person else None,
            actor_name=str(getattr(uow.actor, "name", "")) if is_person else PRODUCT_NAME,
            status_before=before,
            status_after=row.status,
            value=row.value,
            limit_value=row.limit_value,
            sentence=sentence,
            comment=comment,
            details=details or {},
        ),
    )
    note(
        uow,
        f"breach.{kind}",
        KIND,
        row.id,
        before=None if before is None else {"status": before},
        after={
            "status": row.status,
            "portfolio_id": row.portfolio_id,
            "rule_id": row.rule_id,
            "rule_version": row.rule_version,
            "group": row.group_name,
            "value": row.value,
            "limit": row.limit_value,
            **({"comment": comment} if comment else {}),
            **(details or {}),
        },
        tenant_id=row.tenant_id,
    )
    announce(
        uow,
        TOPIC,
        "breach.changed",
        {
            "breach_id": row.id,
            "portfolio_id": row.portfolio_id,
            "rule_id": row.rule_id,
            "status": row.status,
            "severity": row.severity,
            "kind": kind,
        },
        portfolio_id=row.portfolio_id,
        tenant_id=row.tenant_id,
    )
