"""Which breaches are there, who looks after each, what is done about it, and how fast are they cured?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import data.store.tables.breach as tables
from services import formatting
from services.auth.actor import Actor
from services.auth.policy import authorize, is_allowed
from services.auth.roles import Permission, Role
from services.compliance import breach_words as words
from services.compliance.breach_alerts import settle_alerts
from services.compliance.breach_allowed import end_override
from services.compliance.breach_history import TOPIC, happened
from services.compliance.breach_states import ACKNOWLEDGEABLE, CLOSABLE, PLANNABLE, UNSETTLED
from services.compliance.breach_statistics import KEPT_DAYS, statistics_of
from services.compliance.breach_views import Viewer
from services.errors import Conflict, FieldProblem, InvalidRequest, NotAllowed
from services.events_outbox import notify
from services.messages.alerts import Severity
from services.messages.compliance_breaches import (
    BreachDetail,
    BreachOwner,
    BreachPage,
    BreachStatistics,
    BreachStatus,
    OverrideState,
    PlanInput,
)
from services.ports import Ports

S = BreachStatus
P = Permission
NOBODY, ME = "none", "me"


class Breaches:
    """Rules that portfolios do not keep, and what people do about it."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def queue(
        self,
        actor: Actor,
        *,
        statuses: Sequence[BreachStatus] | None = None,
        severities: Sequence[Severity] | None = None,
        owner: str | None = None,
        portfolio_id: str | None = None,
        rule_id: str | None = None,
        older_than_days: int | None = None,
        is_late: bool = False,
        cursor: str | None = None,
        limit: int = 100,
    ) -> BreachPage:
        """Return the breaches of portfolios that the actor sees, the gravest first and of those the oldest.

        Parameters
        ----------
        actor : Actor
        statuses, severities : sequence, optional
            Any of these; whatever is not closed when no status is named.
        owner : str, optional
            A user's id, ``"me"``, or ``"none"`` for those that nobody looks after.
        portfolio_id, rule_id : str, optional
        older_than_days : int, optional
            Only those that began at least so many days ago.
        is_late : bool
            Only those whose last day of grace, or whose plan's day, has passed.
        cursor : str, optional
            `next_cursor` of the page before.
        limit : int
            Entries of a page, at most 1,000.
        """
        authorize(actor, P.COMPLIANCE_READ)
        now_utc = self._ports.clock.now_utc()
        wanted = list(S) if statuses is None else list(statuses)
        if statuses is None:
            wanted.remove(S.CLOSED)
        if is_late:
            wanted = [one for one in wanted if one in UNSETTLED]
        with self._ports.store.read(actor) as uow:
            page = uow.breaches.queue(
                statuses=[one.value for one in wanted],
                severities=None if severities is None else [one.value for one in severities],
                owner_id=actor.user_id if owner == ME else None if owner == NOBODY else owner,
                is_unowned=owner == NOBODY,
                portfolio_id=portfolio_id,
                rule_id=rule_id,
                opened_before_utc=None if older_than_days is None else now_utc - timedelta(days=older_than_days),
                late_on=now_utc.date() if is_late else None,
                cursor=cursor,
                limit=limit,
            )
            return BreachPage(items=Viewer(self._ports, uow, actor).rows(page.rows), next_cursor=page.next_cursor)

    def get(self, breach_id: str, actor: Actor) -> BreachDetail:
        """Return one breach with its history, plan and overrides.

        Raises
        ------
        NotFound
            When there is none, or none that the actor may see.
        """
        authorize(actor, P.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            return Viewer(self._ports, uow, actor).detail(uow.breaches.get(breach_id))

    def statistics(self, actor: Actor, portfolio_id: str | None = None) -> BreachStatistics:
        """Return how many breaches the actor sees, of one portfolio if it is named, and how fast they are cured."""
        authorize(actor, P.COMPLIANCE_READ)
        now_utc = self._ports.clock.now_utc()
        with self._ports.store.read(actor) as uow:
            if portfolio_id is not None:
                uow.portfolios.get(portfolio_id)
            late = uow.breaches.late_count([one.value for one in UNSETTLED], now_utc.date(), portfolio_id)
            return statistics_of(
                uow.breaches.counts(portfolio_id),
                uow.breaches.cured_since(now_utc - timedelta(days=KEPT_DAYS), portfolio_id),
                late_count=late,
                waiting_count=len(uow.breach_overrides.waiting(portfolio_id)),
                now_utc=now_utc,
            )

    def acknowledge(
        self, breach_id: str, actor: Actor, row_version: int | None = None, comment: str | None = None
    ) -> BreachDetail:
        """Take note of a breach; whoever does so first looks after it from then on.

        Raises
        ------
        Conflict
            When it is not open.
        Stale
            When it was changed since `row_version` was read.
        """
        authorize(actor, P.BREACHES_WRITE)
        now_utc = self._ports.clock.now_utc()
        with self._ports.store.work(actor) as uow:
            row = uow.breaches.get(breach_id, write=True)
            _refuse_unless(row, ACKNOWLEDGEABLE, "taken note of")
            before, owner_id = row.status, row.owner_id or actor.user_id
            changes = {
                "status": S.ACKNOWLEDGED.value, "status_since_utc": now_utc, "owner_id": owner_id,
                "acknowledged_by_id": actor.user_id, "acknowledged_at_utc": now_utc,
            }  # fmt: skip
            row = uow.breaches.change(row, changes, row_version)
            happened(uow, row, "acknowledged", f"{actor.name} took note of it.", before=before, comment=_text(comment))
            uow.commit()
        return self._settled(row, actor)

    def assign(
        self,
        breach_id: str,
        user_id: str | None,
        actor: Actor,
        row_version: int | None = None,
        comment: str | None = None,
    ) -> BreachDetail:
        """Give a breach to somebody who sees the portfolio and may work on breaches; None takes its owner away.

        Raises
        ------
        InvalidRequest
            When that person cannot look after it.
        Conflict
            When it is closed.
        """
        authorize(actor, P.BREACHES_WRITE)
        people = {one.user_id: one.name for one in self.owners(breach_id, actor)}
        if user_id is not None and user_id not in people:
            said = "This person does not work on the portfolio's breaches, or there is none with this id."
            problem = FieldProblem("user_id", said, "Choose somebody who works on the portfolio, or compliance.")
            raise InvalidRequest(problem.message, problem.advice, fields=(problem,))
        name = None if user_id is None else people[user_id]
        with self._ports.store.work(actor) as uow:
            row = uow.breaches.get(breach_id, write=True)
            _refuse_closed(row)
            row = uow.breaches.change(row, {"owner_id": user_id}, row_version)
            said = f"{actor.name} gave it to {name}." if name else f"{actor.name} left it without an owner."
            happened(uow, row, "assigned", said, before=row.status, comment=_text(comment),
                     details={"owner_id": user_id})  # fmt: skip
            if user_id is not None and user_id != actor.user_id:
                portfolio = uow.portfolios.get(row.portfolio_id)
                notify(
                    uow,
                    user_id,
                    f"{actor.name} gave you a breach: {row.rule_title} ({portfolio.name})",
                    " ".join([words.broken(row, portfolio.base_currency), *([comment] if comment else [])]),
                    tenant_id=row.tenant_id,
                    severity=row.severity,
                    link=words.link_of(row.portfolio_id, row.id),
                )
            uow.commit()
        return self._settled(row, actor)

    def owners(self, breach_id: str, actor: Actor) -> tuple[BreachOwner, ...]:
        """Return who may look after a breach: active people who see it and may work on breaches, by name."""
        authorize(actor, P.BREACHES_WRITE)
        with self._ports.store.read(actor) as uow:
            tenant_id = uow.breaches.get(breach_id).tenant_id
        with self._ports.store.system(tenant_id, read_only=True) as uow:
            people = [
                Actor(one.id, tenant_id, one.name, Role(one.role), "session") for one in uow.users.all(is_active=True)
            ]
        return tuple(
            BreachOwner(user_id=one.user_id, name=one.name, role=one.role.label)
            for one in people
            if is_allowed(one, P.BREACHES_WRITE) and self._works_on(one, breach_id)
        )

    def comment(self, breach_id: str, text: str, actor: Actor) -> BreachDetail:
        """Write something into the history of a breach.

        Raises
        ------
        InvalidRequest
            When there is nothing to write.
        """
        authorize(actor, P.BREACHES_WRITE)
        said = _needed(text, "comment", "Write what is to be kept.")
        with self._ports.store.work(actor) as uow:
            row = uow.breaches.get(breach_id, write=True)
            _refuse_closed(row)
            happened(uow, row, "commented", f"{actor.name} wrote about it.", before=row.status, comment=said)
            uow.commit()
        return self.get(breach_id, actor)

    def plan(self, breach_id: str, wish: PlanInput, actor: Actor, row_version: int | None = None) -> BreachDetail:
        """Write down how and by when a breach is mended; planning again replaces the plan.

        Raises
        ------
        InvalidRequest
            When its day lies before today.
        Conflict
            When nothing has to be done about the breach.
        """
        authorize(actor, P.BREACHES_WRITE)
        now_utc = self._ports.clock.now_utc()
        if wish.due_on < now_utc.date():
            problem = FieldProblem("due_on", "This day has passed.", "Choose today or a later day.")
            raise InvalidRequest(problem.message, problem.advice, fields=(problem,))
        comment = _needed(wish.comment, "comment", "Write what will be done.")
        with self._ports.store.work(actor) as uow:
            row = uow.breaches.get(breach_id, write=True)
            _refuse_unless(row, PLANNABLE, "planned")
            before = row.status
            trades = [one.model_dump(mode="json") for one in wish.trades]
            changes: dict[str, Any] = {
                "status": S.IN_REMEDIATION.value, "owner_id": row.owner_id or actor.user_id, "due_on": wish.due_on,
                "late_since": None,
                "plan": {
                    "comment": comment, "trades": trades, "way": wish.way, "inputs_sha256": wish.inputs_sha256,
                    "made_by": actor.name, "made_by_id": actor.user_id,
                    "made_at_utc": now_utc.isoformat(),
                },
            }  # fmt: skip
            if before != S.IN_REMEDIATION:
                changes["status_since_utc"] = now_utc
            row = uow.breaches.change(row, changes, row_version)
            said = f"{actor.name} plans to mend it by {formatting.day(wish.due_on)}"
            said += f" with {formatting.count(len(trades), 'trade')}." if trades else "."
            details = {"due_on": wish.due_on.isoformat(), "trades": trades}
            happened(uow, row, "planned", said, before=before, comment=comment, details=details)
            uow.commit()
        return self._settled(row, actor)

    def close(self, breach_id: str, reason: str, actor: Actor, row_version: int | None = None) -> BreachDetail:
        """End a breach that is cured; compliance ends others too, and a check that still finds it opens it again.

        Raises
        ------
        InvalidRequest
            Without a reason.
        NotAllowed
            When it is not cured and the actor is not compliance.
        """
        authorize(actor, P.BREACHES_WRITE)
        said = _needed(reason, "reason", "Write why it is over.")
        now_utc = self._ports.clock.now_utc()
        with self._ports.store.work(actor) as uow:
            row = uow.breaches.get(breach_id, write=True)
            _refuse_closed(row)
            before = row.status
            if before not in CLOSABLE and not is_allowed(actor, P.OVERRIDES_APPROVE):
                raise NotAllowed(
                    "The rule is still not kept, so only compliance may close this breach.",
                    "Wait until a check finds that it is kept, or ask compliance.",
                )
            changes = {
                "status": S.CLOSED.value, "status_since_utc": now_utc, "closed_at_utc": now_utc,
                "closed_by_id": actor.user_id, "close_reason": said,
            }  # fmt: skip
            row = uow.breaches.change(row, changes, row_version)
            end_override(uow, row, OverrideState.ENDED, now_utc, "The breach was closed.", actor.user_id)
            happened(uow, row, "closed", f"{actor.name} closed it.", before=before, comment=said)
            uow.commit()
        return self._settled(row, actor)

    def _works_on(self, person: Actor, breach_id: str) -> bool:
        with self._ports.store.read(person) as uow:
            return uow.breaches.find(breach_id, write=True) is not None

    def _settled(self, row: tables.Breach, actor: Actor) -> BreachDetail:
        """Let the bell follow what was done, and return the breach as it stands."""
        ring(self._ports, row)
        return self.get(row.id, actor)


def ring(ports: Ports, row: tables.Breach) -> None:
    """Let the alert of a breach's rule follow what somebody did about it."""
    with ports.store.system(row.tenant_id) as uow:
        portfolio = uow.portfolios.find(row.portfolio_id, deleted=True)
        if portfolio is not None:
            settle_alerts(uow, portfolio, {row.rule_id}, ports.clock.now_utc())
            uow.commit()
    ports.bus.nudge(TOPIC)


def _refuse_unless(row: tables.Breach, statuses: frozenset[BreachStatus], deed: str) -> None:
    if row.status not in statuses:
        raise Conflict(
            f"This breach is {words.status_words(row)} and cannot be {deed}.",
            "Load it again to see what may be done.",
            code="breach_status",
        )


def _refuse_closed(row: tables.Breach) -> None:
    _refuse_unless(row, frozenset(one for one in S if one is not S.CLOSED), "changed")


def _text(comment: str | None) -> str | None:
    return comment.strip() or None if comment else None


def _needed(text: str, path: str, advice: str) -> str:
    said = text.strip()
    if not said:
        problem = FieldProblem(path, "There is nothing written here.", advice)
        raise InvalidRequest(problem.message, problem.advice, fields=(problem,))
    return said
