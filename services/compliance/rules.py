"""Which rules of compliance are there, what do they say, what did they say on any past day, and how did they change?"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from services import formatting
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.compliance.in_force import rule_of
from services.compliance.rules_changes import changes_between
from services.compliance.rules_decisions import RuleDecisions
from services.compliance.rules_deviations import RuleDeviations
from services.compliance.rules_difference import compared
from services.compliance.rules_drafts import RuleDrafts
from services.compliance.rules_packs import RulePacks
from services.compliance.rules_portfolio import rules_of_portfolio
from services.compliance.rules_rows import found_version
from services.compliance.rules_views import Reader, override_views, rule_views, version_views
from services.errors import InvalidRequest
from services.messages.compliance_rules import (
    PortfolioRules,
    RuleAsOf,
    RuleChange,
    RuleComparison,
    RuleDetail,
    RuleVersionView,
    RuleView,
)
from services.ports import Ports

CHANGES_MAX_DAYS = 3_660


class Rules:
    """The rules of compliance that an actor may see.

    Parameters
    ----------
    ports : Ports

    Attributes
    ----------
    packs, drafts, decisions, deviations
        What comes with the product; writing; proposing and deciding; what clients and portfolios have otherwise.

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self.packs = RulePacks(ports)
        self.drafts = RuleDrafts(ports)
        self.decisions = RuleDecisions(ports)
        self.deviations = RuleDeviations(ports)

    def list(
        self,
        actor: Actor,
        *,
        scope: Literal["house", "client", "portfolio"] | None = None,
        client_id: str | None = None,
        portfolio_id: str | None = None,
    ) -> tuple[RuleView, ...]:
        """Return the visible rules by code: all, those of a kind of scope, or those of one client or portfolio."""
        authorize(actor, Permission.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            rows = uow.rules.all(client_id=client_id, portfolio_id=portfolio_id)
            return rule_views(Reader(uow, actor), [row for row in rows if scope is None or row.scope == scope])

    def waiting(self, actor: Actor) -> tuple[RuleView, ...]:
        """Return the rules of which a version waits for a decision, the oldest first."""
        authorize(actor, Permission.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            order = [row.rule_id for row in uow.rules.waiting()]
            found = uow.rules.get_many(order)
            return rule_views(Reader(uow, actor), [found[key] for key in order])

    def get(self, rule_id: str, actor: Actor) -> RuleDetail:
        """Return one rule with all its versions and what deviates from it.

        Raises
        ------
        NotFound
            When there is none, or none for this actor.

        """
        authorize(actor, Permission.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            row = uow.rules.get(rule_id)
            reader = Reader(uow, actor)
            versions = uow.rules.versions(rule_id)
            shown = next(one for one in versions if one.version == (row.approved_version or row.latest_version))
            (view,) = rule_views(reader, [row])
            deviations = uow.rule_overrides.of_rule(rule_id)
            return RuleDetail(
                rule=view,
                versions=version_views(reader, row, versions),
                overrides=override_views(reader, deviations, {row.id: row}, {row.id: rule_of(shown)}),
            )

    def version(self, rule_id: str, version: int, actor: Actor) -> RuleVersionView:
        """Return one version of a rule."""
        authorize(actor, Permission.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            row = uow.rules.get(rule_id)
            return version_views(Reader(uow, actor), row, [found_version(uow, rule_id, version)])[0]

    def compare(self, rule_id: str, first: int, second: int, actor: Actor) -> RuleComparison:
        """Return in which fields two versions of a rule differ, and how each reads."""
        authorize(actor, Permission.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            uow.rules.get(rule_id)
            return compared(found_version(uow, rule_id, first), found_version(uow, rule_id, second))

    def as_of(self, rule_id: str, at: datetime | date, actor: Actor) -> RuleAsOf:
        """Return what a rule said at an instant, or at the end of a day in UTC, and who had approved it."""
        authorize(actor, Permission.COMPLIANCE_READ)
        at_utc = at.astimezone(UTC) if isinstance(at, datetime) else datetime.combine(at, time.max, tzinfo=UTC)
        with self._ports.store.read(actor) as uow:
            row = uow.rules.get(rule_id)
            version = uow.rules.standing([rule_id], at_utc).get(rule_id)
            said = None if version is None else version_views(Reader(uow, actor), row, [version])[0]
            is_in_force = (
                version is not None and not version.is_retirement and rule_of(version).is_in_force(at_utc.date())
            )
            return RuleAsOf(
                rule_id=row.id,
                code=row.code,
                at_utc=at_utc,
                is_in_force=is_in_force,
                version=said,
                sentence=_as_of_sentence(at_utc, said, is_in_force=is_in_force),
            )

    def of_portfolio(self, portfolio_id: str, actor: Actor, on: date | None = None) -> PortfolioRules:
        """Return what a portfolio has to keep on a day, and from what it is exempt."""
        authorize(actor, Permission.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            return rules_of_portfolio(uow, portfolio_id, on)

    def changes(self, since: date, until: date, actor: Actor) -> tuple[RuleChange, ...]:
        """Return what was decided about rules and deviations from one day to another, both included, in UTC.

        Raises
        ------
        InvalidRequest
            The days are in the wrong order, or more than ten years apart.

        """
        authorize(actor, Permission.COMPLIANCE_READ)
        if until < since or until - since > timedelta(days=CHANGES_MAX_DAYS):
            raise InvalidRequest(
                "These are no days to look between.", "Give a first day and a later one within ten years."
            )
        with self._ports.store.read(actor) as uow:
            begin = datetime.combine(since, time.min, tzinfo=UTC)
            return changes_between(Reader(uow, actor), begin, datetime.combine(until, time.max, tzinfo=UTC))


def _as_of_sentence(at_utc: datetime, said: RuleVersionView | None, *, is_in_force: bool) -> str:
    when = formatting.moment(at_utc)
    if said is None:
        return f"At {when} no version of the rule was approved."
    by = f" by {said.decided_by}" if said.decided_by else ""
    approved = f"version {said.version}, approved {formatting.moment(said.decided_at_utc)}{by}"
    if said.is_retirement:
        return f"At {when} the rule was retired ({approved})."
    if not is_in_force:
        return f"At {when} {approved}, was outside of the days on which it takes effect."
    return f"At {when} it said ({approved}): {said.sentence}"
