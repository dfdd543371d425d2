"""What waits for the reader: which decisions are theirs, what did they begin, and what came to an end?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from services import formatting
from services.auth.actor import Actor
from services.auth.policy import is_allowed
from services.auth.roles import Permission
from services.compliance.breach_words import link_of
from services.messages.compliance_records import RequestState
from services.messages.dashboard import Task, Tasks
from services.messages.holdings_import import HoldingsImportState
from services.messages.runs import RunView

if TYPE_CHECKING:
    from services.compliance.access_reviews import AccessReviews
    from services.compliance.breach_overrides import BreachOverrides
    from services.compliance.breaches import Breaches
    from services.compliance.four_eyes import FourEyes
    from services.compliance.rules import Rules
    from services.holdings_import import HoldingsImports
    from services.ports import Ports
    from services.rebalancing import Rebalancings
    from services.runs import Runs

ENDED_WITHIN = timedelta(hours=24)
RUNS_MAX_COUNT = 30
BREACHES_MAX_COUNT = 50
CHANGES_MAX_COUNT = 100


@dataclass(frozen=True)
class TaskSources:
    """Where tasks come from."""

    ports: Ports
    access_reviews: AccessReviews
    breaches: Breaches
    breach_overrides: BreachOverrides
    rules: Rules
    four_eyes: FourEyes
    holdings_imports: HoldingsImports
    runs: Runs
    rebalancings: Rebalancings


class TaskReader:
    """Finds what waits for one reader.

    Parameters
    ----------
    sources : TaskSources

    """

    def __init__(self, sources: TaskSources) -> None:
        self._from = sources

    def read(self, actor: Actor) -> Tasks:
        """Return what waits, decisions first, of each kind the oldest first."""
        readers: tuple[tuple[Permission, Callable[[Actor], list[Task]]], ...] = (
            (Permission.COMPLIANCE_READ, self._overrides),
            (Permission.COMPLIANCE_READ, self._rules),
            (Permission.COMPLIANCE_READ, self._deviations),
            (Permission.ACCOUNT_OWN, self._changes),
            (Permission.RECORDS_READ, self._reviews),
            (Permission.COMPLIANCE_READ, self._breaches),
            (Permission.PORTFOLIOS_READ, self._rebalancings),
            (Permission.PORTFOLIOS_WRITE, self._imports),
            (Permission.RUNS_READ, self._runs),
        )
        found = [task for permission, read in readers if is_allowed(actor, permission) for task in read(actor)]
        ordered = tuple(sorted(found, key=lambda one: (not one.is_decision, one.since_utc, one.title)))
        decisions = sum(one.is_decision for one in ordered)
        return Tasks(tasks=ordered, decisions_count=decisions, sentence=_sentence(len(ordered), decisions))

    def _overrides(self, actor: Actor) -> list[Task]:
        return [
            Task(
                kind="breach_override",
                title="Let a breach stand?",
                sentence=one.sentence,
                since_utc=one.requested_at_utc,
                link=f"/compliance?tab=breaches&breach={one.breach_id}",
                is_decision=True,
            )
            for one in self._from.breach_overrides.waiting(actor)
            if one.may_decide
        ]

    def _rules(self, actor: Actor) -> list[Task]:
        found = []
        for one in self._from.rules.list(actor):
            if one.waiting_state is None:
                continue
            is_decision = "approve" in one.may
            is_draft = one.waiting_state == "draft" and "propose" in one.may
            if is_decision or is_draft:
                found.append(
                    Task(
                        kind="rule" if is_decision else "rule_draft",
                        title="Approve a rule?" if is_decision else "A draft of a rule",
                        sentence=f"{one.title}, version {one.waiting_version} for {one.scope_name}.",
                        since_utc=one.created_at_utc,
                        link=f"/compliance?tab=rules&rule={one.id}",
                        is_decision=is_decision,
                    )
                )
        return found

    def _deviations(self, actor: Actor) -> list[Task]:
        return [
            Task(
                kind="rule_override",
                title="Approve a deviation?",
                sentence=f"{one.title} for {one.scope_name}: {one.sentence}",
                since_utc=one.made_at_utc,
                link=f"/compliance?tab=rules&rule={one.rule_id}",
                is_decision=True,
            )
            for one in self._from.rules.deviations.list(actor, waiting_only=True)
            if "approve" in one.may
        ]

    def _changes(self, actor: Actor) -> list[Task]:
        page = self._from.four_eyes.list(actor, state=RequestState.PROPOSED, limit=CHANGES_MAX_COUNT)
        return [
            Task(
                kind="change_request",
                title="Agree to a change?",
                sentence=one.sentence,
                since_utc=one.requested_at_utc,
                link="/compliance?tab=records",
                is_decision=True,
            )
            for one in page.items
            if one.can_decide
        ]

    def _reviews(self, actor: Actor) -> list[Task]:
        found = []
        for one in self._from.access_reviews.unclosed(actor):
            left = [follow.sentence for follow in one.follow_ups if not follow.is_done]
            there = "/users" if left and is_allowed(actor, Permission.USERS_WRITE) else "/compliance?tab=controls"
            found.append(
                Task(
                    kind="access_review",
                    title="Access that a review takes away" if left else "Close a review of access",
                    sentence=" ".join(left) or "Everything that it decided is done.",
                    since_utc=one.reviewed_at_utc or one.made_at_utc,
                    link=there,
                    is_decision=False,
                )
            )
        return found

    def _breaches(self, actor: Actor) -> list[Task]:
        page = self._from.breaches.queue(actor, owner="me", limit=BREACHES_MAX_COUNT)
        return [
            Task(
                kind="breach",
                title=f"{one.portfolio_name}: {one.rule_title}",
                sentence=" ".join(part for part in (one.sentence, one.grace_sentence) if part),
                since_utc=one.status_since_utc,
                link=link_of(one.portfolio_id, one.id),
                is_decision=False,
            )
            for one in page.items
            if one.status in {"open", "acknowledged", "in_remediation"}
        ]

    def _rebalancings(self, actor: Actor) -> list[Task]:
        """Return the trades that the reader may decide about, and the approved ones that the reader may record."""
        return [
            Task(
                kind="rebalancing",
                title="Approve trades?" if "decide" in one.may else "Approved trades wait",
                sentence=f"{one.portfolio_name}: {one.sentence}",
                since_utc=one.submitted_at_utc or one.made_at_utc,
                link=f"/rebalance?portfolio={one.portfolio_id}&proposal={one.id}",
                is_decision="decide" in one.may,
            )
            for one in self._from.rebalancings.waiting(actor)
            if {"decide", "record"} & set(one.may)
        ]

    def _imports(self, actor: Actor) -> list[Task]:
        return [
            Task(
                kind="import",
                title="A file waits to be booked",
                sentence=f"{one.file_name} was read and is not booked yet.",
                since_utc=one.created_at_utc,
                link=f"/imports?draft={one.id}",
                is_decision=False,
            )
            for one in self._from.holdings_imports.list(actor)
            if one.state is HoldingsImportState.DRAFT
        ]

    def _runs(self, actor: Actor) -> list[Task]:
        since_utc = self._from.ports.clock.now_utc() - ENDED_WITHIN
        page = self._from.runs.list(actor, limit=RUNS_MAX_COUNT, owner_id=actor.user_id)
        ended = [one for one in page.items if one.is_final and _ended(one) >= since_utc]
        return [_run_task(one) for one in ended if one.status != "cancelled"]


def _ended(run: RunView) -> datetime:
    return run.finished_at_utc or run.created_at_utc


def _run_task(run: RunView) -> Task:
    name = run.name or f"{run.kind.replace('_', ' ').capitalize()} of {formatting.moment(run.created_at_utc)}"
    words = "has failed" if run.status == "failed" else "found no portfolio" if run.is_without_portfolio else "is ready"
    return Task(
        kind="run",
        title=f"{name} {words}",
        sentence=run.message or "Look at what it found.",
        since_utc=_ended(run),
        link=run.shown_at,
        is_decision=False,
    )


def _sentence(count: int, decisions: int) -> str:
    if not count:
        return "Nothing waits for you."
    if not decisions:
        return f"{formatting.count(count, 'thing')} to look at, nothing to decide."
    rest = count - decisions
    more = f", {rest} more to look at" if rest else ""
    return f"{formatting.count(decisions, 'decision')} {'waits' if decisions == 1 else 'wait'} for you{more}."
