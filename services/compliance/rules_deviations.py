"""What do clients and portfolios have otherwise than a rule says, who asked for it, and who approved it?

A client or portfolio adds rules of its own, or changes figures with a reason; whether that is looser than what it
inherits is told, and a second person of compliance approves every change, looser or stricter.
"""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING

import data.store.tables.rule as tables
from engine.compliance.problems import problems_in
from engine.compliance.rule import Rule
from services import formatting
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.compliance.in_force import is_for, rule_of, with_figures
from services.compliance.rules_effect import effect_now
from services.compliance.rules_rows import (
    OVERRIDE_OBJECT,
    RULES_CHANGED,
    TOPIC,
    Place,
    found_version,
    place_of,
    refuse_maker,
)
from services.compliance.rules_views import Reader, override_views
from services.errors import Conflict, FieldProblem, InvalidRequest
from services.messages.compliance_rules import NewOverride, RuleOverrideView
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

Problems = list[FieldProblem]
FIGURE_MOST = 1e15
"""Beyond a thousand million millions no figure of a rule means anything, whatever its unit."""


class RuleDeviations:
    """Figures that clients and portfolios have otherwise, exemptions, and their ends."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def list(self, actor: Actor, *, waiting_only: bool = False) -> tuple[RuleOverrideView, ...]:
        """Return the visible deviations, the latest asked for first."""
        authorize(actor, Permission.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            rows = uow.rule_overrides.all(state="proposed" if waiting_only else None)
            rules = uow.rules.get_many(sorted({row.rule_id for row in rows}))
            wanted = [(row.id, row.approved_version or row.latest_version) for row in rules.values()]
            worded = {key[0]: rule_of(one) for key, one in uow.rules.versions_of(wanted).items()}
            return override_views(Reader(uow, actor), [row for row in rows if row.rule_id in rules], rules, worded)

    def ask(self, rule_id: str, new: NewOverride, actor: Actor) -> RuleOverrideView:
        """Ask that a client or portfolio has a rule otherwise; it does when a second person approves.

        Raises
        ------
        InvalidRequest
            With every problem of the fields.
        Conflict
            The rule is not in force, or the same is asked for already.

        """
        authorize(actor, Permission.RULES_WRITE)
        with self._ports.store.work(actor) as uow:
            stored = uow.rules.get(rule_id)
            if stored.approved_version is None or stored.is_retired:
                raise Conflict("The rule is not in force.", "Have it approved first.", code="not_in_force")
            version = found_version(uow, rule_id, stored.approved_version)
            place = place_of(uow, new.scope, new.client_id, new.portfolio_id)
            rule, today = rule_of(version), self._ports.clock.now_utc().date()
            problems = [*_place_problems(uow, stored, version, place), *_problems(rule, new, today)]
            if problems:
                raise InvalidRequest(
                    "This cannot be asked for as it is.", "Correct what is listed.", fields=tuple(problems)
                )
            _refuse_waiting(uow, rule_id, place)
            row = uow.rule_overrides.add(
                tables.RuleOverride(
                    rule_id=rule_id,
                    scope=place.scope,
                    client_id=place.client_id,
                    portfolio_id=place.portfolio_id,
                    kind=new.kind,
                    figures=dict(new.figures) if new.kind == "figures" else {},
                    reason=new.reason,
                    effect=effect_now(uow, rule, rule_id, place.client_id, place.portfolio_id, new.kind, new.figures),
                    valid_from=new.valid_from,
                    valid_to=new.valid_to,
                )
            )
            after = {"code": stored.code, "scope": row.scope, "kind": row.kind, "figures": row.figures}
            note(uow, "rule_override.ask", OVERRIDE_OBJECT, row.id, after={**after, "reason": row.reason})
            uow.commit()
            return override_views(Reader(uow, actor), [row], {rule_id: stored}, {rule_id: rule})[0]

    def approve(
        self, override_id: str, actor: Actor, reason: str | None = None, row_version: int | None = None
    ) -> RuleOverrideView:
        """Let a client or portfolio have a rule otherwise, from now or from the day that was asked for.

        Raises
        ------
        NotAllowed
            The actor asked for it.
        Conflict
            It does not wait for a decision.

        """
        authorize(actor, Permission.RULES_APPROVE)
        return self._decide(override_id, "approved", actor, reason, row_version)

    def reject(
        self, override_id: str, actor: Actor, reason: str | None, row_version: int | None = None
    ) -> RuleOverrideView:
        """Refuse it, with the reason."""
        authorize(actor, Permission.RULES_APPROVE)
        if len((reason or "").strip()) < 3:
            problem = FieldProblem("reason", "A refusal needs a reason.", "Write why, in a few words.")
            raise InvalidRequest(problem.message, problem.advice, fields=(problem,))
        return self._decide(override_id, "rejected", actor, reason, row_version)

    def withdraw(
        self, override_id: str, actor: Actor, reason: str | None = None, row_version: int | None = None
    ) -> RuleOverrideView:
        """Take back what was asked for."""
        authorize(actor, Permission.RULES_WRITE)
        return self._decide(override_id, "withdrawn", actor, reason, row_version)

    def _decide(
        self, override_id: str, state: str, actor: Actor, reason: str | None, row_version: int | None
    ) -> RuleOverrideView:
        with self._ports.store.work(actor) as uow:
            row = uow.rule_overrides.get(override_id, write=True)
            if row.state != "proposed":
                raise Conflict(
                    f"It does not wait for a decision; it is {row.state}.", "Ask for it anew.", code="not_ready"
                )
            if state != "withdrawn":
                refuse_maker(actor, {row.made_by_id}, "this deviation")
            stored = uow.rules.get(row.rule_id)
            row.state, row.decided_at_utc = state, uow.rules.moment(None)[1]
            row.decided_by_id = None if actor.is_system else actor.user_id
            row.decision_reason = reason or None
            uow.rule_overrides.save(row, row_version)
            verb = {"approved": "approve", "rejected": "reject", "withdrawn": "withdraw"}[state]
            after = {"code": stored.code, "scope": row.scope, "kind": row.kind, "figures": row.figures}
            note(uow, f"rule_override.{verb}", OVERRIDE_OBJECT, row.id, after={**after, "reason": reason})
            if state == "approved":
                uow.events.append(TOPIC, RULES_CHANGED, {"rule_id": row.rule_id}, portfolio_id=row.portfolio_id)
            uow.commit()
            version = found_version(uow, row.rule_id, stored.approved_version or stored.latest_version)
            shown = override_views(Reader(uow, actor), [row], {row.rule_id: stored}, {row.rule_id: rule_of(version)})[0]
        if state == "approved":
            self._ports.bus.nudge(TOPIC)
        return shown


def _place_problems(
    uow: UnitOfWork, stored: tables.ComplianceRule, version: tables.RuleVersion, place: Place
) -> Problems:
    """Return why a client or portfolio does not inherit the rule at all."""
    if stored.scope == place.scope:
        return [FieldProblem("scope", "The rule is its own.", "Write its next version instead.")]
    if stored.scope == "portfolio" or (stored.scope == "client" and place.scope != "portfolio"):
        return [FieldProblem("scope", f"The rule is that of a {stored.scope}.", "Choose a level below it.")]
    if place.portfolio_id is None:
        return []
    portfolio = uow.portfolios.get(place.portfolio_id)
    if stored.client_id is not None and portfolio.client_id != stored.client_id:
        return [FieldProblem("portfolio_id", "The rule is that of another client.", "Choose one of its portfolios.")]
    if not is_for(version, portfolio):
        return [FieldProblem("portfolio_id", "The rule is not for this portfolio.", "Choose one that it is for.")]
    return []


def _problems(rule: Rule, new: NewOverride, today: date) -> Problems:
    found: Problems = []
    if new.kind == "figures" and not new.figures:
        found.append(FieldProblem("figures", "No figure is given.", "Give at least one, or choose another kind."))
    if new.kind != "figures" and new.figures:
        found.append(FieldProblem("figures", "Figures have no part in this.", "Leave them out."))
    names = sorted(one.name for one in rule.parameters)
    advice = f"It has {', '.join(names)}." if names else "It has none; make it exempt, or add a rule."
    found += [
        FieldProblem(f"figures.{name}", f"The rule has no figure {name}.", advice)
        for name in new.figures
        if name not in names
    ]
    found += [
        FieldProblem(
            f"figures.{name}", f"{value:g} is no figure that a rule can hold.", f"Give one of at most {FIGURE_MOST:g}."
        )
        for name, value in new.figures.items()
        if not math.isfinite(value) or abs(value) > FIGURE_MOST
    ]
    if not found and new.kind == "figures":
        found += [
            FieldProblem(f"figures.{one.path}", one.message, one.advice or "")
            for one in problems_in(with_figures(rule, new.figures))
        ]
    if new.valid_from is not None and new.valid_to is not None and new.valid_to < new.valid_from:
        found.append(FieldProblem("valid_to", "It would end before it begins.", "Give a later day."))
    elif new.valid_to is not None and new.valid_to < today:
        message = f"It would have ended already, on {formatting.day(new.valid_to)}."
        found.append(FieldProblem("valid_to", message, "Give today or a later day, or leave it out."))
    return found


def _refuse_waiting(uow: UnitOfWork, rule_id: str, place: Place) -> None:
    for row in uow.rule_overrides.of_rule(rule_id):
        if row.state == "proposed" and place.key in (row.client_id, row.portfolio_id):
            raise Conflict(
                "Something waits for a decision here already.",
                "Have it decided on, or withdraw it first.",
                code="override_waiting",
            )
