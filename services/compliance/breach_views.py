"""How does a reader see a breach, and what may that reader do about it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from services import formatting
from services.auth.actor import Actor
from services.auth.policy import is_allowed
from services.auth.roles import Permission, Role
from services.compliance import breach_words as words
from services.compliance.breach_facts import DEVIATION, RULE_CHANGE
from services.compliance.breach_states import (
    ACKNOWLEDGEABLE,
    CLOSABLE,
    OVERRIDABLE,
    PLANNABLE,
    is_late,
)
from services.compliance.override_deciders import NOBODY, deciders
from services.messages.alerts import Severity
from services.messages.compliance_breaches import (
    BreachDetail,
    BreachEventView,
    BreachStatus,
    BreachView,
    Deed,
    OverridePolicyView,
    OverrideState,
    OverrideView,
    Plan,
    PlannedTrade,
)
from services.ports import Ports

if TYPE_CHECKING:
    import data.store.tables.breach as tables
    from data.store.unit_of_work import UnitOfWork

P = Permission


class Named(NamedTuple):
    """What of a portfolio is shown beside its breaches."""

    name: str
    currency: str
    is_sample: bool


@dataclass(frozen=True)
class Policy:
    """Who may let a breach of a rule stand, as the rule says."""

    roles: tuple[str, ...]
    needs_second_person: bool
    days_max: int

    @classmethod
    def of(cls, row: tables.Breach) -> Policy:
        """Return the policy of a breach's rule."""
        said: Mapping[str, Any] = row.rule_facts.get("override", {})
        return cls(
            tuple(said.get("roles", ())), bool(said.get("needs_second_person", True)), int(said.get("days_max", 30))
        )

    @property
    def who(self) -> str:
        """Who decides, in words."""
        return (
            _roles_words(self.roles) if self.roles else "compliance, or an administrator who is granted the portfolio"
        )

    def refusal(self, actor: Actor) -> str | None:
        """Return why the actor may not let such a breach stand; None if the actor may."""
        if self.roles:
            if actor.role.value not in self.roles:
                return f"The rule leaves that to {self.who}."
            if is_allowed(actor, P.OVERRIDES_REQUEST) or is_allowed(actor, P.OVERRIDES_APPROVE):
                return None
        elif is_allowed(actor, P.OVERRIDES_APPROVE):
            return None
        return f"The role {actor.role.label} may not let a breach stand."


def refusal_of(actor: Actor, override: tables.BreachOverride, policy: Policy) -> str | None:
    """Return why the actor may not decide about an override; None if the actor may."""
    if override.state != OverrideState.REQUESTED:
        return "It is decided already."
    if override.needs_second_person and override.requested_by_id == actor.user_id:
        return "Whoever asked for it does not decide about it."
    return policy.refusal(actor)


def _roles_words(roles: Sequence[str]) -> str:
    labels = [Role(one).label.lower() if one in set(Role) else one for one in roles]
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} or {labels[-1]}"


class Viewer:
    """Makes what one reader sees of breaches, reading names at once.

    Parameters
    ----------
    ports : Ports
    uow : UnitOfWork
        Of the reader.
    actor : Actor
    """

    def __init__(self, ports: Ports, uow: UnitOfWork, actor: Actor) -> None:
        self._ports = ports
        self._uow = uow
        self._actor = actor
        self._now_utc = ports.clock.now_utc()

    def rows(self, rows: Sequence[tables.Breach]) -> tuple[BreachView, ...]:
        """Return breaches as the queue shows them."""
        portfolios = self._portfolios(rows)
        people = self.people([row.owner_id for row in rows])
        live = {one.breach_id: one for one in self._uow.breach_overrides.live_of_many([row.id for row in rows])}
        return tuple(
            BreachView(**self._fields(row, portfolios[row.portfolio_id], people, live.get(row.id))) for row in rows
        )

    def detail(self, row: tables.Breach) -> BreachDetail:
        """Return one breach with all that happened to it."""
        overrides = self._uow.breach_overrides.of(row.id)
        known = [row.owner_id]
        for one in overrides:
            known += [one.requested_by_id, one.decided_by_id]
        people = self.people(known)
        portfolio = self._portfolios([row])[row.portfolio_id]
        live = next((one for one in overrides if one.state in ("requested", "approved")), None)
        return BreachDetail(
            **self._fields(row, portfolio, people, live),
            override_policy=_policy_view(row),
            plan=self._plan(row),
            overrides=tuple(self.override(one, row, people, portfolio.currency) for one in overrides),
            history=tuple(_event(one) for one in self._uow.breach_events.of(row.id)),
        )

    def override(
        self, one: tables.BreachOverride, row: tables.Breach, people: Mapping[str, str], currency: str
    ) -> OverrideView:
        """Return one wish to let a breach stand."""
        refusal = self._refusal(one, row)
        level = words.level_words(one.level, row.operator, row.unit, currency)
        return OverrideView(
            id=one.id,
            breach_id=one.breach_id,
            state=OverrideState(one.state),
            level=one.level,
            reason=one.reason,
            expires_on=one.expires_on,
            requested_by=people.get(one.requested_by_id),
            requested_by_id=one.requested_by_id,
            requested_at_utc=one.requested_at_utc,
            needs_second_person=one.needs_second_person,
            decided_by=people.get(one.decided_by_id or ""),
            decided_at_utc=one.decided_at_utc,
            decision_reason=one.decision_reason,
            ended_at_utc=one.ended_at_utc,
            end_reason=one.end_reason,
            sentence=f"Let stand {level}, until {formatting.day(one.expires_on)} at the latest: {one.state}.",
            may_decide=refusal is None,
            may_not_because=refusal,
            row_version=one.row_version,
        )

    def _refusal(self, one: tables.BreachOverride, row: tables.Breach) -> str | None:
        """Return why the reader may not decide, and where nobody can, what is to be done."""
        policy = Policy.of(row)
        refusal = refusal_of(self._actor, one, policy)
        if refusal is None or one.state != OverrideState.REQUESTED:
            return refusal
        without_id = one.requested_by_id if one.needs_second_person else None
        found = deciders(self._ports, row.tenant_id, row.portfolio_id, policy.roles, without_id=without_id)
        return refusal if found else f"{refusal} {NOBODY}"

    def people(self, user_ids: Sequence[str | None]) -> dict[str, str]:
        """Return the names of users of the house, who stand in the history that the reader sees anyway."""
        wanted = sorted({one for one in user_ids if one is not None})
        if not wanted:
            return {}
        with self._ports.store.system(self._actor.tenant_id, read_only=True) as uow:
            return {key: user.name for key, user in uow.users.get_many(wanted).items()}

    def _portfolios(self, rows: Sequence[tables.Breach]) -> dict[str, Named]:
        """Return name, currency and origin of the portfolios, of those that were put aside too."""
        wanted = sorted({row.portfolio_id for row in rows})
        found = dict(self._uow.portfolios.get_many(wanted))
        for portfolio_id in wanted:
            if portfolio_id not in found:
                found[portfolio_id] = self._uow.portfolios.get(portfolio_id, deleted=True)
        return {key: Named(one.name, one.base_currency, one.is_sample) for key, one in found.items()}

    def _fields(
        self,
        row: tables.Breach,
        portfolio: Named,
        people: Mapping[str, str],
        live: tables.BreachOverride | None,
    ) -> dict[str, Any]:
        today = self._now_utc.date()
        facts: Mapping[str, Any] = row.rule_facts
        return {
            "id": row.id,
            "portfolio_id": row.portfolio_id,
            "portfolio_name": portfolio.name,
            "is_sample": portfolio.is_sample,
            "rule_id": row.rule_id,
            "rule_code": facts.get("code", ""),
            "rule_version": row.rule_version,
            "rule_title": row.rule_title,
            "rule_sentence": facts.get("sentence", row.rule_title),
            "citation": facts.get("citation", ""),
            "origin": facts.get("origin", "house"),
            "group": row.group_name,
            "severity": Severity(row.severity),
            "status": BreachStatus(row.status),
            "status_since_utc": row.status_since_utc,
            "is_unjudged": row.is_unjudged,
            "cause": row.cause,
            "operator": row.operator,
            "unit": row.unit,
            "limit": row.limit_value,
            "value": row.value,
            "least": row.least,
            "most": row.most,
            "worst": row.worst_value,
            "missing": tuple(row.missing),
            "unjudged_groups": tuple(row.unjudged_groups),
            "opened_at_utc": row.opened_at_utc,
            "age_days": max(0, (today - row.opened_at_utc.date()).days),
            "judged_at_utc": row.judged_at_utc,
            "cure_by": row.cure_by,
            "due_on": row.due_on,
            "is_late": is_late(row.status, row.cure_by, row.due_on, today),
            "reopened_count": row.reopened_count,
            "owner_id": row.owner_id,
            "owner_name": people.get(row.owner_id or ""),
            "escalation_level": row.escalation_level,
            "cured_at_utc": row.cured_at_utc,
            "cured_by": row.cured_by,
            "status_words": words.status_words(row),
            "closed_at_utc": row.closed_at_utc,
            "close_reason": row.close_reason,
            "sentence": standing(row, portfolio.currency),
            "grace_sentence": words.grace(row, today),
            "deeds": deeds_of(self._actor, row, live),
            "row_version": row.row_version,
        }

    def _plan(self, row: tables.Breach) -> Plan | None:
        if not row.plan or row.due_on is None:
            return None
        is_after = row.cure_by is not None and row.due_on > row.cure_by
        trades = tuple(PlannedTrade(**one) for one in row.plan.get("trades", ()))
        said = f"To be mended by {formatting.day(row.due_on)}"
        said += f" with {formatting.count(len(trades), 'trade')}." if trades else "."
        if is_after and row.cure_by is not None:
            said += f" That is after the last day of grace, {formatting.day(row.cure_by)}."
        return Plan(
            due_on=row.due_on,
            comment=row.plan["comment"],
            trades=trades,
            way=row.plan.get("way"),
            inputs_sha256=row.plan.get("inputs_sha256"),
            made_by=row.plan.get("made_by"),
            made_at_utc=datetime.fromisoformat(row.plan["made_at_utc"]),
            is_after_cure=is_after,
            sentence=said,
        )


def standing(row: tables.Breach, currency: str) -> str:
    """Return how a breach stands, as a sentence."""
    if row.status in (BreachStatus.CURED, BreachStatus.CLOSED) and row.cured_at_utc is not None:
        since = formatting.moment(row.cured_at_utc)
        if row.cured_by == DEVIATION:
            return f"The rule counts otherwise here by a deviation since {since}; nothing was mended."
        if row.cured_by == RULE_CHANGE:
            return f"The rule says something else, and is kept as it stands now since {since}."
        return f"The rule is kept again since {since}."
    return words.broken(row, currency)


def deeds_of(actor: Actor, row: tables.Breach, live: tables.BreachOverride | None) -> tuple[Deed, ...]:
    """Return what a reader may do about a breach now.

    Parameters
    ----------
    actor : Actor
    row : Breach
    live : BreachOverride or None
        The override of the breach that waits or is approved.
    """
    status, may_write = BreachStatus(row.status), is_allowed(actor, P.BREACHES_WRITE)
    may_approve, is_over = is_allowed(actor, P.OVERRIDES_APPROVE), status is BreachStatus.CLOSED
    found: list[Deed] = []
    if may_write and status in ACKNOWLEDGEABLE:
        found.append("acknowledge")
    if may_write and not is_over:
        found += ["assign", "comment"]
    if may_write and status in PLANNABLE:
        found.append("plan")
    is_soft = row.severity == Severity.SOFT
    if is_soft and live is None and status in OVERRIDABLE and is_allowed(actor, P.OVERRIDES_REQUEST):
        found.append("request_override")
    if live is not None and refusal_of(actor, live, Policy.of(row)) is None:
        found.append("decide_override")
    if live is not None and (may_approve or live.requested_by_id == actor.user_id):
        found.append("withdraw_override")
    if not is_over and ((may_write and status in CLOSABLE) or may_approve):
        found.append("close")
    return tuple(found)


def _policy_view(row: tables.Breach) -> OverridePolicyView:
    policy = Policy.of(row)
    is_possible = row.severity == Severity.SOFT
    if is_possible:
        eyes = ", who is not whoever asked for it" if policy.needs_second_person else ""
        said = f"May be let stand for at most {formatting.count(policy.days_max, 'day')} by {policy.who}{eyes}."
    else:
        said = f"Only breaches of soft rules may be let stand; this rule is {_SEVERITIES[row.severity]}."
    return OverridePolicyView(
        is_possible=is_possible,
        roles=policy.roles,
        needs_second_person=policy.needs_second_person,
        days_max=policy.days_max,
        sentence=said,
    )


_SEVERITIES = {"hard": "hard", "soft": "soft", "warning": "a warning", "info": "a notice"}


def _event(one: tables.BreachEvent) -> BreachEventView:
    return BreachEventView(
        number=one.number,
        at_utc=one.created_at_utc,
        kind=one.kind,
        who=one.actor_name,
        who_id=one.actor_id,
        status_before=None if one.status_before is None else BreachStatus(one.status_before),
        status_after=BreachStatus(one.status_after),
        value=one.value,
        limit=one.limit_value,
        sentence=one.sentence,
        comment=one.comment,
    )
