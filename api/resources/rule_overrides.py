"""What do clients and portfolios have otherwise than rules say, and how is that asked for and decided on?"""

from __future__ import annotations

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer, expected_version
from api.pagination import Page, PageQuery, cut
from api.reading import Path
from api.resources.rules import RulePath
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.messages.compliance_rules import NewOverride, RuleDecision, RuleOverrideView

resource = Resource(
    "rule_overrides",
    "Deviations from rules",
    "Figures that a client or a portfolio has otherwise, with a reason, approved by a second person.",
)


class OverridePath(Path):
    """Which deviation."""

    override_id: str = Field(max_length=64, description="The deviation's id.")


class OverridesQuery(PageQuery):
    """Which deviations."""

    waiting: bool = Field(default=False, description="Only those that wait for a decision.")


def _shown(found: RuleOverrideView, status: int = 200) -> Response:
    """Return the deviation with its version."""
    return answer(found, status, row_version=found.row_version)


@resource.route_for("get", "/rule-overrides", "List deviations", answers={200: Page[RuleOverrideView]})
@needs(Permission.COMPLIANCE_READ)
def list_overrides(query: OverridesQuery) -> Response:
    """Return what clients and portfolios that you see have otherwise, the latest asked for first."""
    found = services().rules.deviations.list(actor(), waiting_only=query.waiting)
    return answer(cut(found, query, lambda one: one.id))


@resource.route_for(
    "post",
    "/rules/<rule_id>/overrides",
    "Ask for a deviation",
    answers={201: RuleOverrideView},
    also=(409,),
)
@needs(Permission.RULES_WRITE)
def ask_override(path: RulePath, body: NewOverride) -> Response:
    """Ask that a client or portfolio has other figures, is exempt, or inherits the rule again."""
    return _shown(services().rules.deviations.ask(path.rule_id, body, actor()), 201)


@resource.route_for(
    "post",
    "/rule-overrides/<override_id>/approve",
    "Approve a deviation",
    answers={200: RuleOverrideView},
    versioned=True,
)
@needs(Permission.RULES_APPROVE)
def approve_override(path: OverridePath, body: RuleDecision) -> Response:
    """Let it count from now, or from the day that was asked for; never what you asked for yourself."""
    return _shown(services().rules.deviations.approve(path.override_id, actor(), body.reason, expected_version()))


@resource.route_for(
    "post",
    "/rule-overrides/<override_id>/reject",
    "Reject a deviation",
    answers={200: RuleOverrideView},
    versioned=True,
)
@needs(Permission.RULES_APPROVE)
def reject_override(path: OverridePath, body: RuleDecision) -> Response:
    """Refuse it with a reason."""
    return _shown(services().rules.deviations.reject(path.override_id, actor(), body.reason, expected_version()))


@resource.route_for(
    "post",
    "/rule-overrides/<override_id>/withdraw",
    "Withdraw a deviation",
    answers={200: RuleOverrideView},
    versioned=True,
)
@needs(Permission.RULES_WRITE)
def withdraw_override(path: OverridePath, body: RuleDecision) -> Response:
    """Take back what was asked for."""
    return _shown(services().rules.deviations.withdraw(path.override_id, actor(), body.reason, expected_version()))
