"""Who lets a breach of a soft rule stand, up to which figure, until when, and who agreed?

A wish and a decision: where the rule asks for four eyes, whoever asked never decides. What is let stand ends on its
last day, when somebody withdraws it, when the figure goes beyond its level, and when the rule says something else; the
breach is open again then.
"""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import data.store.tables.breach as tables
from services import formatting
from services.auth.actor import Actor
from services.auth.policy import authorize, is_allowed
from services.auth.roles import Permission, Role
from services.compliance import breach_words as words
from services.compliance.breach_history import happened
from services.compliance.breach_states import OVERRIDABLE, is_worse
from services.compliance.breach_views import Policy, Viewer, refusal_of
from services.compliance.breaches import ring
from services.compliance.override_deciders import NOBODY, deciders
from services.errors import Conflict, FieldProblem, InvalidRequest, NotAllowed
from services.events_outbox import notify
from services.messages.alerts import Severity
from services.messages.compliance_breaches import (
    BreachDetail,
    BreachStatus,
    OverrideInput,
    OverrideState,
    OverrideView,
)
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

S = BreachStatus
P = Permission
FAR_TIMES = 10
"""How many times the figure, or its limit, a level may be."""


class BreachOverrides:
    """Breaches that are let stand, with reason, level, last day and a second person."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def waiting(self, actor: Actor) -> tuple[OverrideView, ...]:
        """Return the wishes that wait for a decision, as far as the actor sees their portfolios."""
        authorize(actor, P.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            viewer = Viewer(self._ports, uow, actor)
            rows = uow.breach_overrides.waiting()
            breaches = uow.breaches.get_many([one.breach_id for one in rows])
            people = viewer.people([one.requested_by_id for one in rows])
            portfolios = uow.portfolios.get_many(sorted({one.portfolio_id for one in rows}))
            currencies = {key: one.base_currency for key, one in portfolios.items()}
            return tuple(
                viewer.override(one, breaches[one.breach_id], people, currencies.get(one.portfolio_id, ""))
                for one in rows
            )

    def request(
        self, breach_id: str, wish: OverrideInput, actor: Actor, row_version: int | None = None
    ) -> BreachDetail:
        """Ask for a breach to be let stand; granted at once where the rule asks for no second person.

        Raises
        ------
        InvalidRequest
            When the last day or the level cannot be, with every problem at once.
        Conflict
            When the rule is not soft, nothing has to be done about the breach, or somebody asked already.
        """
        authorize(actor, P.OVERRIDES_REQUEST)
        now_utc = self._ports.clock.now_utc()
        with self._ports.store.work(actor) as uow:
            row = uow.breaches.get(breach_id, write=True)
            _refuse_unless_overridable(row)
            if uow.breach_overrides.live_of(row.id) is not None:
                raise Conflict(
                    "Somebody asked for this breach to be let stand already.",
                    "Decide about that wish, or withdraw it first.",
                    code="override_exists",
                )
            policy = Policy.of(row)
            level = _checked(row, wish, policy, now_utc.date())
            before = row.status
            is_granted = not policy.needs_second_person and policy.refusal(actor) is None
            override = uow.breach_overrides.add(
                tables.BreachOverride(
                    breach_id=row.id,
                    portfolio_id=row.portfolio_id,
                    rule_id=row.rule_id,
                    group_name=row.group_name,
                    rule_version=row.rule_version,
                    wording_sha256=row.wording_sha256,
                    state=OverrideState.REQUESTED.value,
                    level=level,
                    reason=wish.reason.strip(),
                    expires_on=wish.expires_on,
                    requested_by_id=actor.user_id,
                    requested_at_utc=now_utc,
                    needs_second_person=policy.needs_second_person,
                )
            )
            row = uow.breaches.change(row, {"owner_id": row.owner_id or actor.user_id}, row_version)
            said = f"{actor.name} asked to let it stand {_terms(uow, row, override)}."
            happened(uow, row, "override_requested", said, before=before, comment=override.reason,
                     details=_document(override))  # fmt: skip
            if is_granted:
                self._grant(uow, row, override, actor, now_utc, "The rule asks for no second person.")
            uow.commit()
        if not is_granted:
            self._tell_deciders(row, override, policy, actor)
        return self._settled(row, actor)

    def approve(
        self, override_id: str, actor: Actor, row_version: int | None = None, reason: str | None = None
    ) -> BreachDetail:
        """Let the breach stand as asked for.

        Raises
        ------
        NotAllowed
            When the actor asked for it, or the rule leaves it to other roles.
        Conflict
            When it is decided already, its last day has passed, the rule says something else by now, or the figure is
            beyond the level meanwhile.
        """
        self._authorize_deciding(actor)
        now_utc = self._ports.clock.now_utc()
        with self._ports.store.work(actor) as uow:
            override = uow.breach_overrides.get(override_id, write=True)
            row = uow.breaches.get(override.breach_id, write=True)
            self._refuse_deciding(uow, override, row, actor, row_version)
            if now_utc.date() > override.expires_on:
                raise Conflict("Its last day has passed.", "Ask again with a later day.", code="override_expired")
            _refuse_unless_overridable(row)
            if row.wording_sha256 != override.wording_sha256:
                raise Conflict(
                    "The rule says something else since this was asked for.",
                    "Ask again, by the rule as it is now.",
                    code="rule_changed",
                )
            if not _is_within(row, override.level):
                raise Conflict(
                    "The figure is beyond the level that was asked for by now.",
                    "Ask again with another level.",
                    code="override_exceeded",
                )
            self._grant(uow, row, override, actor, now_utc, (reason or "").strip() or None)
            self._answer(uow, row, override, actor, "lets it stand")
            uow.commit()
        return self._settled(row, actor)

    def reject(self, override_id: str, reason: str, actor: Actor, row_version: int | None = None) -> BreachDetail:
        """Refuse to let the breach stand; it stays as it is.

        Raises
        ------
        InvalidRequest
            Without a reason.
        NotAllowed, Conflict
            As for `approve`.
        """
        self._authorize_deciding(actor)
        said, now_utc = _needed(reason), self._ports.clock.now_utc()
        with self._ports.store.work(actor) as uow:
            override = uow.breach_overrides.get(override_id, write=True)
            row = uow.breaches.get(override.breach_id, write=True)
            self._refuse_deciding(uow, override, row, actor, row_version)
            values = {
                "state": OverrideState.REJECTED.value, "decided_by_id": actor.user_id, "decided_at_utc": now_utc,
                "decision_reason": said,
            }  # fmt: skip
            override = uow.breach_overrides.change(override, values, row_version)
            happened(uow, row, "override_rejected", f"{actor.name} does not let it stand.", before=row.status,
                     comment=said, details=_document(override))  # fmt: skip
            self._answer(uow, row, override, actor, "does not let it stand")
            uow.commit()
        return self._settled(row, actor)

    def withdraw(self, override_id: str, reason: str, actor: Actor, row_version: int | None = None) -> BreachDetail:
        """Take a wish back, or end what is let stand before its last day: the breach is open again.

        Raises
        ------
        NotAllowed
            When the actor neither asked for it nor may let breaches stand.
        Conflict
            When it has ended.
        """
        authorize(actor, P.COMPLIANCE_READ)
        said, now_utc = _needed(reason), self._ports.clock.now_utc()
        with self._ports.store.work(actor) as uow:
            override = uow.breach_overrides.get(override_id, write=True)
            if override.requested_by_id != actor.user_id and not is_allowed(actor, P.OVERRIDES_APPROVE):
                raise NotAllowed(
                    "Only whoever asked for it, or compliance, may withdraw it.", "Ask one of them to do so."
                )
            if override.state not in (OverrideState.REQUESTED, OverrideState.APPROVED):
                raise Conflict(f"This override is {override.state} already.", "Load the breach again.")
            row = uow.breaches.get(override.breach_id, write=True)
            values = {
                "state": OverrideState.WITHDRAWN.value, "ended_at_utc": now_utc, "end_reason": said,
                "ended_by_id": actor.user_id,
            }  # fmt: skip
            override = uow.breach_overrides.change(override, values, row_version)
            before = row.status
            if before == S.OVERRIDDEN:
                changes = {"status": S.OPEN.value, "status_since_utc": now_utc, "escalation_level": 0}
                row = uow.breaches.change(row, changes)
            happened(uow, row, "override_withdrawn", f"{actor.name} no longer lets it stand.", before=before,
                     comment=said, details=_document(override))  # fmt: skip
            uow.commit()
        return self._settled(row, actor)

    def _grant(
        self,
        uow: UnitOfWork,
        row: tables.Breach,
        override: tables.BreachOverride,
        actor: Actor,
        now_utc: datetime,
        reason: str | None,
    ) -> None:
        values = {
            "state": OverrideState.APPROVED.value, "decided_by_id": actor.user_id, "decided_at_utc": now_utc,
            "decision_reason": reason,
        }  # fmt: skip
        override = uow.breach_overrides.change(override, values)
        before = row.status
        row = uow.breaches.change(row, {"status": S.OVERRIDDEN.value, "status_since_utc": now_utc})
        said = f"{actor.name} lets it stand {_terms(uow, row, override)}."
        happened(uow, row, "override_approved", said, before=before, comment=reason, details=_document(override))

    def _authorize_deciding(self, actor: Actor) -> None:
        """Refuse whoever may neither decide by role nor by any rule's own policy."""
        if not is_allowed(actor, P.OVERRIDES_REQUEST):
            authorize(actor, P.OVERRIDES_APPROVE)

    def _refuse_deciding(
        self,
        uow: UnitOfWork,
        override: tables.BreachOverride,
        row: tables.Breach,
        actor: Actor,
        row_version: int | None,
    ) -> None:
        if override.state != OverrideState.REQUESTED:
            raise Conflict(f"This override is {override.state} already.", "Load the breach again.")
        refusal = refusal_of(actor, override, Policy.of(row))
        if refusal is not None:
            raise NotAllowed(refusal, "Ask somebody who may decide.", code="second_person")
        uow.breach_overrides.change(override, {}, row_version)

    def _settled(self, row: tables.Breach, actor: Actor) -> BreachDetail:
        ring(self._ports, row)
        with self._ports.store.read(actor) as uow:
            return Viewer(self._ports, uow, actor).detail(uow.breaches.get(row.id))

    def _tell_deciders(self, row: tables.Breach, override: tables.BreachOverride, policy: Policy, actor: Actor) -> None:
        """Put the wish into the inboxes of those who can decide, or tell administrators that nobody can."""
        without_id = actor.user_id if override.needs_second_person else None
        people = deciders(self._ports, row.tenant_id, row.portfolio_id, policy.roles, without_id=without_id)
        with self._ports.store.system(row.tenant_id) as uow:
            asks = _named(uow, row, f"{actor.name} asks to let a breach stand")
            for user in people:
                notify(
                    uow,
                    user.id,
                    asks,
                    f"{actor.name} asks to let it stand {_terms(uow, row, override)}: {override.reason}",
                    tenant_id=row.tenant_id,
                    severity=row.severity,
                    link=words.link_of(row.portfolio_id, row.id),
                )
            for user in () if people else uow.users.all(role=Role.ADMINISTRATOR, is_active=True):
                title = "A second person of compliance is needed"
                notify(uow, user.id, title, f"{actor.name} asks to let a breach stand. {NOBODY}",
                       tenant_id=row.tenant_id, severity=row.severity)  # fmt: skip
            uow.commit()
        self._ports.bus.nudge("notifications")

    def _answer(
        self, uow: UnitOfWork, row: tables.Breach, override: tables.BreachOverride, actor: Actor, verb: str
    ) -> None:
        """Tell whoever asked."""
        notify(
            uow,
            override.requested_by_id,
            _named(uow, row, f"{actor.name} {verb}"),
            override.decision_reason or f"It was asked for because: {override.reason}",
            tenant_id=row.tenant_id,
            link=words.link_of(row.portfolio_id, row.id),
        )


def _named(uow: UnitOfWork, row: tables.Breach, deed: str) -> str:
    """Return a deed with the rule and the portfolio that it is about."""
    portfolio = next(iter(uow.portfolios.get_many([row.portfolio_id]).values()), None)
    return f"{deed}: {row.rule_title}" if portfolio is None else f"{deed}: {row.rule_title} ({portfolio.name})"


def _checked(row: tables.Breach, wish: OverrideInput, policy: Policy, today: date) -> float | None:
    """Return the level that is asked for, or refuse."""
    problems: list[FieldProblem] = []
    last = today + timedelta(days=policy.days_max)
    if not wish.reason.strip():
        problems.append(FieldProblem("reason", "There is nothing written here.", "Write why it may stand."))
    if not today <= wish.expires_on <= last:
        said = f"The rule allows at most {formatting.count(policy.days_max, 'day')}, to {formatting.day(last)}."
        problems.append(FieldProblem("expires_on", said, f"Choose a day from {formatting.day(today)} on up to then."))
    level = wish.level
    if level is None and not row.is_unjudged:
        level = _side(row)
        if level is None:
            said = "The figure is not bounded, so there is no level at which it stands."
            problems.append(FieldProblem("level", said, "Name the level up to which it may stand."))
    elif level is not None and (not math.isfinite(level) or not _is_within(row, level)):
        said = "The figure is beyond this level already."
        problems.append(FieldProblem("level", said, "Name a level at or beyond the present figure."))
    elif level is not None and abs(level) > FAR_TIMES * max(abs(_side(row) or 0.0), abs(row.limit_value or 0.0)) > 0.0:
        said = f"This is more than {FAR_TIMES} times the figure and its limit: it would let stand anything."
        problems.append(FieldProblem("level", said, "Name a level near the present figure."))
    if problems:
        raise InvalidRequest("This cannot be asked for.", "Correct what is named below.", fields=tuple(problems))
    return level


def _side(row: tables.Breach) -> float | None:
    """Return the figure of a breach that lies farthest from what the rule wants; None where it is not bounded."""
    if row.operator in ("<=", "<"):
        return row.most
    if row.operator in (">=", ">"):
        return row.least
    if row.limit_value is None or row.least is None or row.most is None:
        return None
    limit = row.limit_value
    return max(row.least, row.most, key=lambda figure: abs(figure - limit))


def _is_within(row: tables.Breach, level: float | None) -> bool:
    """Return whether the present figure lies within a level."""
    if level is None:
        return row.is_unjudged
    return not is_worse(row.operator, _side(row), level, row.limit_value)


def _refuse_unless_overridable(row: tables.Breach) -> None:
    if row.severity != Severity.SOFT:
        raise Conflict(
            "Only breaches of soft rules may be let stand, and this rule is not soft.",
            "Mend it, or propose another wording of the rule.",
            code="rule_not_soft",
        )
    if row.status not in OVERRIDABLE:
        raise Conflict(
            f"This breach is {words.status_words(row)}; there is nothing to let stand.",
            "Load it again to see what may be done.",
            code="breach_status",
        )


def _terms(uow: UnitOfWork, row: tables.Breach, override: tables.BreachOverride) -> str:
    portfolio = uow.portfolios.find(row.portfolio_id, deleted=True)
    currency = "" if portfolio is None else portfolio.base_currency
    level = words.level_words(override.level, row.operator, row.unit, currency)
    return f"{level}, until {formatting.day(override.expires_on)}"


def _document(override: tables.BreachOverride) -> dict[str, object]:
    return {
        "override_id": override.id,
        "level": override.level,
        "expires_on": override.expires_on.isoformat(),
        "reason": override.reason,
        "state": override.state,
    }


def _needed(reason: str) -> str:
    said = reason.strip()
    if not said:
        problem = FieldProblem("reason", "There is nothing written here.", "Write why.")
        raise InvalidRequest(problem.message, problem.advice, fields=(problem,))
    return said
