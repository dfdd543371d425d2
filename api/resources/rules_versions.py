"""How is one version of a rule written, proposed, decided on and withdrawn?"""

from __future__ import annotations

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer, expected_version
from api.resources.rules import RulePath
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.messages.compliance_rules import Chosen, RuleDecision, RuleVersionView, Wording

resource = Resource("rules_versions", "Versions of rules", "Drafts, proposals, approvals and refusals of wordings.")


class RuleVersionPath(RulePath):
    """Which version of which rule."""

    version: int = Field(ge=1, le=1_000_000, description="The version's number.")


def _shown(found: RuleVersionView, status: int = 200) -> Response:
    """Return the version with its own row version."""
    location = f"/api/v1/rules/{found.rule_id}/versions/{found.version}" if status == 201 else None
    return answer(found, status, row_version=found.row_version, location=location)


def _chosen(path: RuleVersionPath) -> tuple[Chosen, ...]:
    return (Chosen(rule_id=path.rule_id, version=path.version),)


@resource.route_for(
    "post",
    "/rules/<rule_id>/versions",
    "Write the next version",
    answers={201: RuleVersionView},
    versioned=True,
)
@needs(Permission.RULES_WRITE)
def begin_version(path: RulePath, body: Wording) -> Response:
    """Write the next version as a draft; `If-Match` is the version of the rule, and what is in force stays so."""
    return _shown(services().rules.drafts.begin(path.rule_id, body, actor(), expected_version()), 201)


@resource.route_for(
    "get", "/rules/<rule_id>/versions/<version>", "Read a version", answers={200: RuleVersionView}, also=(412,)
)
@needs(Permission.COMPLIANCE_READ)
def read_version(path: RuleVersionPath) -> Response:
    """Return a version with its examples judged, its dry run, and what is still missing."""
    return _shown(services().rules.version(path.rule_id, path.version, actor()))


@resource.route_for(
    "put",
    "/rules/<rule_id>/versions/<version>",
    "Change a draft",
    answers={200: RuleVersionView},
    versioned=True,
)
@needs(Permission.RULES_WRITE)
def edit_version(path: RuleVersionPath, body: Wording) -> Response:
    """Put another wording in place of a draft; a dry run of the old one is taken away."""
    made = services().rules.drafts.edit(path.rule_id, path.version, body, actor(), expected_version())
    return _shown(made)


@resource.route_for(
    "post",
    "/rules/<rule_id>/versions/<version>/propose",
    "Propose a version",
    answers={200: RuleVersionView},
    versioned=True,
)
@needs(Permission.RULES_WRITE)
def propose_version(path: RuleVersionPath) -> Response:
    """Put a draft before those who decide; its examples must come out as expected."""
    return _shown(services().rules.decisions.propose(_chosen(path), actor(), expected_version())[0])


@resource.route_for(
    "post",
    "/rules/<rule_id>/versions/<version>/approve",
    "Approve a version",
    answers={200: RuleVersionView},
    versioned=True,
)
@needs(Permission.RULES_APPROVE)
def approve_version(path: RuleVersionPath, body: RuleDecision) -> Response:
    """Bring a proposed version into force from now on; never one that you wrote or proposed."""
    return _shown(services().rules.decisions.approve(_chosen(path), actor(), body.reason, expected_version())[0])


@resource.route_for(
    "post",
    "/rules/<rule_id>/versions/<version>/reject",
    "Reject a version",
    answers={200: RuleVersionView},
    versioned=True,
)
@needs(Permission.RULES_APPROVE)
def reject_version(path: RuleVersionPath, body: RuleDecision) -> Response:
    """Refuse a proposed version with a reason; what is in force stays so."""
    return _shown(services().rules.decisions.reject(_chosen(path), actor(), body.reason, expected_version())[0])


@resource.route_for(
    "post",
    "/rules/<rule_id>/versions/<version>/withdraw",
    "Withdraw a version",
    answers={200: RuleVersionView},
    versioned=True,
)
@needs(Permission.RULES_WRITE)
def withdraw_version(path: RuleVersionPath, body: RuleDecision) -> Response:
    """Take a draft or a proposal back; it stays in the history."""
    return _shown(services().rules.decisions.withdraw(_chosen(path), actor(), body.reason, expected_version())[0])
