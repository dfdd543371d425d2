"""Which rules do portfolios break, who looks after it, what is done, and who lets it stand?"""

from __future__ import annotations

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer, expected_version
from api.pagination import Page, PageQuery, cut, open_cursor, page
from api.reading import Body, Path, Query
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.messages.alerts import Severity
from services.messages.compliance_breaches import (
    BreachDetail,
    BreachOwner,
    BreachStatistics,
    BreachStatus,
    BreachView,
    EscalationPolicy,
    OverrideInput,
    PlanInput,
    Reason,
)

resource = Resource(
    "breaches",
    "Breaches",
    "Rules that portfolios do not keep: one breach for a rule, a portfolio and a group, from its opening to its end.",
)


class BreachPath(Path):
    """Which breach."""

    breach_id: str = Field(max_length=64, description="The breach's id.")


class BreachQuery(PageQuery):
    """Which breaches."""

    status: BreachStatus | None = Field(
        default=None, description="Only those in this status; all that are not closed when left out."
    )
    severity: Severity | None = Field(default=None, description="Only of rules of this severity.")
    owner: str | None = Field(
        default=None, max_length=64, description="A user's id, `me`, or `none` for those that nobody looks after."
    )
    portfolio_id: str | None = Field(default=None, max_length=64, description="Only of this portfolio.")
    rule_id: str | None = Field(default=None, max_length=64, description="Only of this rule.")
    older_than_days: int | None = Field(default=None, ge=0, le=36_500, description="Begun at least so many days ago.")
    is_late: bool = Field(default=False, description="Only those whose day of cure, or of the plan, has passed.")


class StatisticsQuery(Query):
    """Of what."""

    portfolio_id: str | None = Field(default=None, max_length=64, description="Only of this portfolio.")


class BreachNote(Body):
    """What somebody writes, if anything."""

    comment: str | None = Field(default=None, max_length=2_000, description="Kept in the history.")


class BreachComment(Body):
    """What somebody writes."""

    comment: Reason = Field(description="Kept in the history.")


class BreachReason(Body):
    """Why something is done."""

    reason: Reason = Field(description="Kept in the history.")


class BreachOwnerChange(BreachNote):
    """Who looks after a breach."""

    user_id: str | None = Field(max_length=64, description="A user's id; null takes the owner away.")


def _shown(breach: BreachDetail, status: int = 200) -> Response:
    """Return the breach with its version."""
    return answer(breach, status, row_version=breach.row_version)


@resource.route_for("get", "/breaches", "List breaches", answers={200: Page[BreachView]})
@needs(Permission.COMPLIANCE_READ)
def list_breaches(query: BreachQuery) -> Response:
    """Return breaches, the gravest first and of those the oldest."""
    found = services().breaches.queue(
        actor(),
        statuses=None if query.status is None else (query.status,),
        severities=None if query.severity is None else (query.severity,),
        owner=query.owner,
        portfolio_id=query.portfolio_id,
        rule_id=query.rule_id,
        older_than_days=query.older_than_days,
        is_late=query.is_late,
        cursor=open_cursor(query.cursor),
        limit=query.limit,
    )
    return answer(page(found.items, found.next_cursor))


@resource.route_for("get", "/breaches/statistics", "Count breaches", answers={200: BreachStatistics})
@needs(Permission.COMPLIANCE_READ)
def read_breach_statistics(query: StatisticsQuery) -> Response:
    """Return how many breaches there are by severity, how many are late, and how many days the cured ones took."""
    return answer(services().breaches.statistics(actor(), query.portfolio_id))


@resource.route_for("get", "/breaches/<breach_id>", "Read a breach", answers={200: BreachDetail}, also=(412,))
@needs(Permission.COMPLIANCE_READ)
def read_breach(path: BreachPath) -> Response:
    """Return one breach with its history, its plan and its overrides, and what you may do about it (`deeds`)."""
    return _shown(services().breaches.get(path.breach_id, actor()))


@resource.route_for(
    "post", "/breaches/<breach_id>/acknowledge", "Acknowledge a breach", answers={200: BreachDetail}, also=(409,)
)
@needs(Permission.BREACHES_WRITE)
def acknowledge_breach(path: BreachPath, body: BreachNote) -> Response:
    """Take note of an open breach; whoever does so looks after it, unless somebody does already."""
    return _shown(services().breaches.acknowledge(path.breach_id, actor(), comment=body.comment))


@resource.route_for(
    "put", "/breaches/<breach_id>/owner", "Assign a breach", answers={200: BreachDetail}, versioned=True, also=(409,)
)
@needs(Permission.BREACHES_WRITE)
def assign_breach(path: BreachPath, body: BreachOwnerChange) -> Response:
    """Give the breach to somebody who works on the portfolio, who is told; null takes the owner away."""
    found = services().breaches.assign(
        path.breach_id, body.user_id, actor(), row_version=expected_version(), comment=body.comment
    )
    return _shown(found)


@resource.route_for("get", "/breaches/<breach_id>/owners", "List possible owners", answers={200: Page[BreachOwner]})
@needs(Permission.BREACHES_WRITE)
def list_breach_owners(path: BreachPath, query: PageQuery) -> Response:
    """Return who may look after the breach, by name."""
    return answer(cut(services().breaches.owners(path.breach_id, actor()), query, lambda one: one.user_id))


@resource.route_for(
    "post", "/breaches/<breach_id>/comments", "Comment on a breach", answers={201: BreachDetail}, also=(409,)
)
@needs(Permission.BREACHES_WRITE)
def comment_on_breach(path: BreachPath, body: BreachComment) -> Response:
    """Write something into the history."""
    return _shown(services().breaches.comment(path.breach_id, body.comment, actor()), 201)


@resource.route_for(
    "put", "/breaches/<breach_id>/plan", "Plan to mend a breach", answers={200: BreachDetail}, versioned=True,
    also=(409,),
)  # fmt: skip
@needs(Permission.BREACHES_WRITE)
def plan_breach(path: BreachPath, body: PlanInput) -> Response:
    """Write down how and by when it is mended, with the trades where they are known; it is in remediation then."""
    return _shown(services().breaches.plan(path.breach_id, body, actor(), expected_version()))


@resource.route_for(
    "post", "/breaches/<breach_id>/close", "Close a breach", answers={200: BreachDetail}, versioned=True, also=(409,)
)
@needs(Permission.BREACHES_WRITE)
def close_breach(path: BreachPath, body: BreachReason) -> Response:
    """End a breach that is cured; compliance ends others too, and a check that still finds it opens it again."""
    return _shown(services().breaches.close(path.breach_id, body.reason, actor(), expected_version()))


@resource.route_for(
    "post", "/breaches/<breach_id>/overrides", "Ask to let a breach stand", answers={201: BreachDetail},
    versioned=True, also=(409,),
)  # fmt: skip
@needs(Permission.OVERRIDES_REQUEST)
def request_override(path: BreachPath, body: OverrideInput) -> Response:
    """Ask for a breach of a soft rule to be let stand up to a level and a day; somebody else decides."""
    return _shown(services().breach_overrides.request(path.breach_id, body, actor(), expected_version()), 201)


@resource.route_for("get", "/compliance/escalation", "Read the hours of escalation", answers={200: EscalationPolicy})
@needs(Permission.COMPLIANCE_READ)
def read_escalation() -> Response:
    """Return after how many hours without an answer a breach is told to compliance, and to the board."""
    return answer(services().breach_escalation.get(actor()))


@resource.route_for("put", "/compliance/escalation", "Set the hours of escalation", answers={200: EscalationPolicy})
@needs(Permission.SETTINGS_WRITE)
def set_escalation(body: EscalationPolicy) -> Response:
    """Replace the hours and the board."""
    return answer(services().breach_escalation.set(body, actor()))
