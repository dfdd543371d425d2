"""How does an alert move from state to state, and when is somebody told?

::

    (nothing) ── condition holds ──> pending ── held long enough ──> firing ──> acknowledged | snoozed
    firing, acknowledged, snoozed ── condition gone ──> recovering ── gone long enough ──> resolved
    recovering ── condition is back ──> firing        pending ── condition gone ──> resolved
    any open state ── nothing to judge by ──> no_data ──> firing | recovering

Somebody is told once when an alert begins to fire, when it is resolved after having fired, and again every 24 hours
while it fires and nobody has taken note. A grave one of which nobody took note within four hours is told to those who
look after the whole house too (`services.alerts_remind`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

import data.store.tables.alert as tables
from services.auth.roles import Role
from services.events_outbox import announce, notify
from services.messages.alerts import AlertState, Severity

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

RENOTIFY_AFTER = timedelta(hours=24)
NOTIFIED = "notified_at_utc"
ESCALATED = "escalated_at_utc"
LINK = "link"

Condition = Literal["holds", "gone", "unknown"]


@dataclass(frozen=True)
class Observation:
    """What was just seen of one condition.

    Parameters
    ----------
    tenant_id, key : str
        The house and the condition; there is one open alert for them.
    condition : {"holds", "gone", "unknown"}
    severity, title, sentence
        How the alert reads now.
    owner_id : str or None
        Who is told; the administrators when None.
    portfolio_id, object_kind, object_id, link : str or None
        What it is about, and where to look.
    for_s : float
        How long the condition must hold before the alert fires.
    recover_for_s : float
        How long it must be gone before the alert is resolved.
    is_told_elsewhere : bool
        Whether whoever observed also tells the owner.
    """

    tenant_id: str
    key: str
    condition: Condition
    severity: Severity = Severity.WARNING
    title: str = ""
    sentence: str = ""
    owner_id: str | None = None
    portfolio_id: str | None = None
    object_kind: str | None = None
    object_id: str | None = None
    link: str | None = None
    for_s: float = 0.0
    recover_for_s: float = 0.0
    is_told_elsewhere: bool = False


def observe(uow: UnitOfWork, seen: Observation, now_utc: datetime) -> tables.Alert | None:
    """Move the alert of one condition according to what was seen; None when there is nothing to alert about.

    Parameters
    ----------
    uow : UnitOfWork
        A unit of the product itself, for the observation's tenant.
    seen : Observation
    now_utc : datetime
    """
    row = uow.alerts.find_open(seen.key)
    if row is None:
        if seen.condition == "gone":
            return None
        row = _begin(uow, seen, now_utc)
    before = row.state
    after = _next_state(row, seen, now_utc)
    changes: dict[str, Any] = {}
    if seen.condition == "holds":
        changes = {
            "severity": seen.severity.value,
            "title": seen.title[:200],
            "sentence": seen.sentence,
            "details": {**row.details, LINK: seen.link or row.details.get(LINK)},
        }
    if after == before:
        uow.alerts.seen_again(row, changes)
    else:
        row = uow.alerts.set_state(row.id, after, **changes)
        announce(
            uow,
            "alerts",
            "alert.changed",
            {
                "alert_id": row.id,
                "state": after,
                "severity": row.severity,
                "title": row.title,
                "sentence": row.sentence,
            },
            user_id=row.owner_id,
            tenant_id=seen.tenant_id,
        )
    if _is_to_be_told(row, before, now_utc):
        row.details = {**row.details, NOTIFIED: now_utc.isoformat()}
        if not seen.is_told_elsewhere:
            tell(uow, row, seen)
    return row


def _begin(uow: UnitOfWork, seen: Observation, now_utc: datetime) -> tables.Alert:
    return uow.alerts.add(
        tables.Alert(
            tenant_id=seen.tenant_id,
            key=seen.key,
            severity=seen.severity.value,
            state=AlertState.PENDING.value,
            title=seen.title[:200],
            sentence=seen.sentence,
            owner_id=seen.owner_id,
            portfolio_id=seen.portfolio_id,
            object_kind=seen.object_kind,
            object_id=seen.object_id,
            details={LINK: seen.link},
            occurrences_count=1,
            last_seen_at_utc=now_utc,
            state_since_utc=now_utc,
        )
    )


def _next_state(row: tables.Alert, seen: Observation, now_utc: datetime) -> str:
    state = AlertState(row.state)
    age = now_utc - row.state_since_utc
    if seen.condition == "unknown":
        return AlertState.NO_DATA
    if seen.condition == "holds":
        if state is AlertState.PENDING:
            return AlertState.FIRING if age >= timedelta(seconds=seen.for_s) else AlertState.PENDING
        if state is AlertState.SNOOZED:
            is_over = row.snoozed_until_utc is None or row.snoozed_until_utc <= now_utc
            return AlertState.FIRING if is_over else AlertState.SNOOZED
        return AlertState.ACKNOWLEDGED if state is AlertState.ACKNOWLEDGED else AlertState.FIRING
    if state is AlertState.PENDING or seen.recover_for_s <= 0:
        return AlertState.RESOLVED
    if state is AlertState.RECOVERING:
        return AlertState.RESOLVED if age >= timedelta(seconds=seen.recover_for_s) else AlertState.RECOVERING
    return AlertState.RECOVERING


def _is_to_be_told(row: tables.Alert, before: str, now_utc: datetime) -> bool:
    told_text = row.details.get(NOTIFIED)
    told_utc = None if told_text is None else datetime.fromisoformat(str(told_text))
    if row.state == AlertState.RESOLVED:
        return before != AlertState.RESOLVED and told_utc is not None
    if row.state != AlertState.FIRING:
        return False
    return before != AlertState.FIRING or told_utc is None or now_utc - told_utc >= RENOTIFY_AFTER


def tell(uow: UnitOfWork, row: tables.Alert, seen: Observation) -> None:
    """Put an alert into the inbox of its owner, or of the administrators where it has none."""
    owner_ids = (
        [row.owner_id] if row.owner_id else [user.id for user in uow.users.all(role=Role.ADMINISTRATOR, is_active=True)]
    )
    is_over = row.state == AlertState.RESOLVED
    for owner_id in owner_ids:
        notify(
            uow,
            owner_id,
            f"Resolved: {row.title}" if is_over else row.title,
            row.sentence if not is_over or not seen.sentence else seen.sentence,
            tenant_id=seen.tenant_id,
            severity="info" if is_over else row.severity,
            link=seen.link or row.details.get(LINK),
            alert_id=row.id,
        )
