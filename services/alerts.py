"""What needs attention, who takes note of it, and until when may it be quiet?

One service for every part of the product: data quality, risk and compliance only say what they see (`observe`).
"""

from __future__ import annotations

from datetime import datetime

import data.store.tables.alert as tables
from services.alerts_remind import remind
from services.alerts_states import LINK, Condition, Observation, observe
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.errors import Conflict, FieldProblem, InvalidRequest
from services.events_outbox import announce
from services.messages.alerts import AlertState, AlertView, Severity
from services.ports import Ports

_ORDER = {state: place for place, state in enumerate(("firing", "no_data", "pending", "recovering", "acknowledged"))}


class Alerts:
    """Conditions that need attention, with state and owner."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def list(self, actor: Actor, state: AlertState | str | None = None) -> list[AlertView]:
        """Return the alerts that the actor may see; open ones unless a state is named, those that fire first."""
        authorize(actor, Permission.ALERTS_READ)
        is_open = [one.value for one in AlertState if one is not AlertState.RESOLVED]
        with self._ports.store.read(actor) as uow:
            rows = list(uow.alerts.page(states=is_open if state is None else [str(state)], limit=1000).rows)
        rows.sort(key=lambda row: _ORDER.get(row.state, len(_ORDER)))
        return [_view(row) for row in rows]

    def observe(self, seen: Observation) -> AlertView | None:
        """Say what was seen of a condition; the alert's state, its owner's inbox and open pages follow.

        Returns
        -------
        AlertView or None
            None when the condition is gone and there was no alert.
        """
        with self._ports.store.system(seen.tenant_id) as uow:
            row = observe(uow, seen, self._ports.clock.now_utc())
            uow.commit()
            view = None if row is None else _view(row)
        self._ports.bus.nudge("alerts")
        return view

    def raise_or_update(
        self,
        key: str,
        severity: Severity | str,
        state: Condition,
        title: str,
        sentence: str,
        *,
        tenant_id: str,
        owner_id: str | None = None,
        portfolio_id: str | None = None,
        object_kind: str | None = None,
        object_id: str | None = None,
        link: str | None = None,
        for_s: float = 0.0,
        recover_for_s: float = 0.0,
    ) -> AlertView | None:
        """Say what was seen of a condition, field by field; see `Observation` for what each one means."""
        return self.observe(
            Observation(
                tenant_id=tenant_id,
                key=key,
                condition=state,
                severity=Severity(severity),
                title=title,
                sentence=sentence,
                owner_id=owner_id,
                portfolio_id=portfolio_id,
                object_kind=object_kind,
                object_id=object_id,
                link=link,
                for_s=for_s,
                recover_for_s=recover_for_s,
            )
        )

    def acknowledge(self, alert_id: str, actor: Actor) -> AlertView:
        """Take note of an alert: it stays open, and nobody is told again until it has been resolved.

        Raises
        ------
        Conflict
            When it is over already.
        """
        return self._change(alert_id, actor, AlertState.ACKNOWLEDGED, None)

    def snooze(self, alert_id: str, until_utc: datetime, actor: Actor) -> AlertView:
        """Keep an alert quiet until a time; it fires again then if its condition still holds.

        Raises
        ------
        InvalidRequest
            When the time has no zone or has passed.
        Conflict
            When the alert is over already.
        """
        if until_utc.tzinfo is None or until_utc <= self._ports.clock.now_utc():
            problem = FieldProblem("until_utc", "The time has no zone or has passed.", "Choose a time in the future.")
            raise InvalidRequest(problem.message, problem.advice, fields=(problem,))
        return self._change(alert_id, actor, AlertState.SNOOZED, until_utc)

    def wake_snoozed(self) -> int:
        """Let alerts fire again whose quiet time is over; the scheduler calls this."""
        now_utc = self._ports.clock.now_utc()
        with self._ports.store.system(read_only=True) as uow:
            over = [
                (row.tenant_id, row.key, row.severity, row.title, row.sentence)
                for row in uow.alerts.snoozed_until(now_utc)
            ]
        for tenant_id, key, severity, title, sentence in over:
            self.raise_or_update(key, severity, "holds", title, sentence, tenant_id=tenant_id)
        return len(over)

    def remind(self) -> int:
        """Tell again of what still fires, and of grave things that nobody noted; return how many were told."""
        with self._ports.store.system(read_only=True) as uow:
            houses = [row.id for row in uow.tenants.list().rows if row.is_active]
        count, now_utc = 0, self._ports.clock.now_utc()
        for tenant_id in houses:
            with self._ports.store.system(tenant_id) as uow:
                told = remind(uow, now_utc)
                if told:
                    uow.commit()
            count += told
        if count:
            self._ports.bus.nudge("alerts")
        return count

    def _change(self, alert_id: str, actor: Actor, state: AlertState, until_utc: datetime | None) -> AlertView:
        authorize(actor, Permission.ALERTS_WRITE)
        with self._ports.store.work(actor) as uow:
            before = uow.alerts.get(alert_id, write=True).state
            if before == AlertState.RESOLVED:
                raise Conflict("This alert is resolved.", "There is nothing left to do.", code="alert_resolved")
            row = uow.alerts.set_state(alert_id, state.value, snoozed_until_utc=until_utc)
            note(uow, f"alert.{state.value}", "alert", alert_id, before={"state": before}, after={"state": state.value})
            announce(
                uow, "alerts", "alert.changed",
                {"alert_id": row.id, "state": state.value, "severity": row.severity, "title": row.title},
                user_id=row.owner_id,
            )  # fmt: skip
            uow.commit()
            view = _view(row)
        self._ports.bus.nudge("alerts")
        return view


def _view(row: tables.Alert) -> AlertView:
    return AlertView(
        id=row.id,
        key=row.key,
        severity=Severity(row.severity),
        state=AlertState(row.state),
        title=row.title,
        sentence=row.sentence,
        link=row.details.get(LINK),
        owner_id=row.owner_id,
        object_id=row.object_id,
        first_seen_at_utc=row.created_at_utc,
        changed_at_utc=row.state_since_utc,
        snoozed_until_utc=row.snoozed_until_utc,
        row_version=row.row_version,
    )
