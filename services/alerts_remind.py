"""Who is told again of an alert that still fires, and who else when nobody takes note of a grave one?

Whatever is observed tells of a change at once; this looks at the clock alone, for nothing may be observed for days.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from services.alerts_states import ESCALATED, LINK, NOTIFIED, RENOTIFY_AFTER, Observation, tell
from services.auth.roles import Role
from services.events_outbox import notify
from services.messages.alerts import AlertState, Severity

if TYPE_CHECKING:
    import data.store.tables.alert as tables
    from data.store.tables import User
    from data.store.unit_of_work import UnitOfWork

ESCALATE_AFTER = timedelta(hours=4)


def remind(uow: UnitOfWork, now_utc: datetime) -> int:
    """Tell again of what fires for a day, and escalate what is grave; return how many were told.

    Parameters
    ----------
    uow : UnitOfWork
        A unit of the product itself, for one house.
    now_utc : datetime
    """
    count = 0
    for row in uow.alerts.page(states=[AlertState.FIRING.value], limit=1000).rows:
        if _is_due(row, now_utc):
            row.details = {**row.details, NOTIFIED: now_utc.isoformat()}
            tell(uow, row, Observation(row.tenant_id, row.key, "holds", link=row.details.get(LINK)))
            count += 1
        if _is_to_escalate(row, now_utc):
            row.details = {**row.details, ESCALATED: now_utc.isoformat()}
            _escalate(uow, row, now_utc)
            count += 1
    return count


def _is_due(row: tables.Alert, now_utc: datetime) -> bool:
    told = row.details.get(NOTIFIED)
    return told is not None and now_utc - datetime.fromisoformat(str(told)) >= RENOTIFY_AFTER


def _is_to_escalate(row: tables.Alert, now_utc: datetime) -> bool:
    is_grave = row.severity == Severity.HARD.value and ESCALATED not in row.details
    return is_grave and now_utc - row.state_since_utc >= ESCALATE_AFTER


def _escalate(uow: UnitOfWork, row: tables.Alert, now_utc: datetime) -> None:
    """Tell compliance, or the administrators of a house without."""
    hours = int((now_utc - row.state_since_utc).total_seconds() // 3600)
    for user in _keepers(uow):
        if user.id != row.owner_id:
            notify(
                uow,
                user.id,
                f"Nobody took note: {row.title}",
                f"{row.sentence} It has been so for {hours} hours.",
                tenant_id=row.tenant_id,
                severity=row.severity,
                link=row.details.get(LINK),
                alert_id=row.id,
            )


def _keepers(uow: UnitOfWork) -> Sequence[User]:
    found = uow.users.all(role=Role.COMPLIANCE, is_active=True)
    return found or uow.users.all(role=Role.ADMINISTRATOR, is_active=True)
