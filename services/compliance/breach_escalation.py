"""After how long without an answer is a breach told to compliance, and after how long to the board?

Hours count from when a breach became open, and stop while somebody looks after it; what is acknowledged or planned is
escalated from the day on which its grace, or its plan, has run out. The house sets the hours and who is the board.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from pydantic import ValidationError

from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.compliance.breach_states import is_late
from services.errors import FieldProblem, InvalidRequest
from services.messages.compliance_breaches import BreachStatus, EscalationHours, EscalationPolicy
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.tables import Breach
    from data.store.unit_of_work import UnitOfWork

KEY = "compliance.escalation"
COMPLIANCE, BOARD = 1, 2


class Escalation:
    """The house's hours of escalation."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def get(self, actor: Actor) -> EscalationPolicy:
        """Return after how many hours who is told."""
        authorize(actor, Permission.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            return policy_of(uow)

    def set(self, policy: EscalationPolicy, actor: Actor) -> EscalationPolicy:
        """Replace the hours and the board; counts from the next look at the breaches on.

        Raises
        ------
        InvalidRequest
            When a board member may not sign in, or the board would be told before compliance.
        """
        authorize(actor, Permission.SETTINGS_WRITE)
        policy = policy.model_copy(update={"is_default": False})
        with self._ports.store.work(actor) as uow:
            _check(uow, policy)
            before = policy_of(uow)
            uow.settings.put(KEY, policy.model_dump(mode="json", exclude={"is_default"}))
            note(
                uow, "compliance.set_escalation", "setting", KEY,
                before=before.model_dump(mode="json"), after=policy.model_dump(mode="json"),
            )  # fmt: skip
            uow.commit()
        return policy


def policy_of(uow: UnitOfWork) -> EscalationPolicy:
    """Return the policy of the unit's house; the default where it set none, or one that cannot be read any more."""
    stored = uow.settings.value(KEY)
    if stored is None:
        return EscalationPolicy(is_default=True)
    try:
        return EscalationPolicy.model_validate(stored)
    except ValidationError:
        return EscalationPolicy(is_default=True)


def hours_of(policy: EscalationPolicy, severity: str) -> EscalationHours | None:
    """Return the hours for a severity; None for rules that only inform."""
    found: EscalationHours | None = getattr(policy, severity, None) if severity in ("hard", "soft", "warning") else None
    return found


def level_of(row: Breach, policy: EscalationPolicy, now_utc: datetime) -> int:
    """Return to which level a breach is to be escalated by now: 0, 1 for compliance, 2 for the board."""
    hours = hours_of(policy, row.severity)
    if hours is None:
        return 0
    today = now_utc.date()
    if row.status == BreachStatus.OPEN:
        waited = now_utc - row.status_since_utc
        return max(_reached(waited, hours.compliance_h, COMPLIANCE), _reached(waited, hours.board_h, BOARD))
    if not is_late(row.status, row.cure_by, row.due_on, today):
        return 0
    first = min(day for day in (row.cure_by, row.due_on) if day is not None and day < today)
    since = max(datetime.combine(first + timedelta(days=1), time(), UTC), row.status_since_utc)
    level = COMPLIANCE if hours.compliance_h is not None else 0
    return max(level, _reached(now_utc - since, hours.board_h, BOARD))


def _reached(waited: timedelta, hours: float | None, level: int) -> int:
    return level if hours is not None and waited >= timedelta(hours=hours) else 0


def _check(uow: UnitOfWork, policy: EscalationPolicy) -> None:
    problems: list[FieldProblem] = []
    for name in ("hard", "soft", "warning"):
        hours: EscalationHours = getattr(policy, name)
        if hours.compliance_h is not None and hours.board_h is not None and hours.board_h < hours.compliance_h:
            said = "The board would be told before compliance."
            problems.append(FieldProblem(f"{name}.board_h", said, "Set at least as many hours as for compliance."))
    people = uow.users.get_many(list(policy.board_ids))
    for place, user_id in enumerate(policy.board_ids):
        if user_id not in people or not people[user_id].is_active:
            said = f"There is nobody with the id {user_id!r} who may sign in."
            problems.append(FieldProblem(f"board_ids[{place}]", said, "Choose people from the list of users."))
    if problems:
        raise InvalidRequest("These hours cannot be used.", "Correct what is named below.", fields=tuple(problems))
