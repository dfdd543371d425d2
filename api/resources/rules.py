"""Which rules of compliance does the house have, what did they say when, and how are they written and decided on?"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from flask import Response
from pydantic import AwareDatetime, Field

from api.access import actor, services
from api.answers import answer, attachment, expected_version
from api.pagination import Page, PageQuery, cut, page
from api.reading import Path, Query
from api.routing import Resource, file_answer, needs
from api.uploads import FILE_BODY, received_file
from services.auth.roles import Permission
from services.compliance.rules_files import FILE_MAX_BYTES
from services.errors import InvalidRequest
from services.messages.compliance_rules import (
    ChosenVersions,
    Duplication,
    NewRule,
    Retirement,
    RuleAsOf,
    RuleChange,
    RuleComparison,
    RuleDetail,
    RuleFile,
    RuleReadiness,
    RuleVersionView,
    RuleView,
    Wording,
    WordingCheck,
    Written,
)

resource = Resource(
    "rules",
    "Rules of compliance",
    "Rules as sentences with their own examples, in versions that a second person approves. Whoever wrote or proposed "
    "a version never approves it; what was decided on is never changed.",
)

WORDING: dict[str, Any] = {
    "rule": {
        "id": "house.tobacco",
        "title": "No tobacco",
        "severity": "hard",
        "universe": 'industry == "Tobacco" and quantity != 0',
        "group_by": "symbol",
        "measure": "count()",
        "limit": "0",
        "remedy": "exclude",
    },
    "cases": [
        {"name": "none held", "expected": "passed", "cash_ccy": 100.0},
        {
            "name": "one held",
            "expected": "failed",
            "cash_ccy": 95.0,
            "positions": [{"symbol": "SMOKE", "value_ccy": 5.0, "fields": {"industry": "Tobacco"}}],
        },
    ],
    "note": "Values of the house",
}


YAML_TYPES = ("application/yaml", "text/yaml", "application/x-yaml", "application/json")
YAML_BODY: dict[str, Any] = {
    "required": True,
    "description": "Plain YAML or JSON (UTF-8): a list `rules`, each with `rule`, `applies_to` and `cases`.",
    "content": {
        "multipart/form-data": FILE_BODY["content"]["multipart/form-data"],
        **{kind: {"schema": {"type": "string", "format": "binary"}} for kind in YAML_TYPES},
    },
}


class RulePath(Path):
    """Which rule."""

    rule_id: str = Field(max_length=64, description="The rule's id.")


class RulesQuery(PageQuery):
    """Which rules."""

    scope: Literal["house", "client", "portfolio"] | None = Field(default=None, description="Only rules of this kind.")
    client_id: str | None = Field(default=None, max_length=64, description="Only the rules of this client itself.")
    portfolio_id: str | None = Field(default=None, max_length=64, description="Only those of this portfolio itself.")
    waiting: bool = Field(default=False, description="Only rules of which a version waits for a decision.")


class ExportQuery(Query):
    """Which rules."""

    ids: str | None = Field(
        default=None, max_length=8_000, description="Ids, separated by commas; all approved rules of the house if none."
    )


class ChangesQuery(Query):
    """Between which days."""

    since: date = Field(description="The first day, in UTC.")
    until: date = Field(description="The last day, in UTC.")


class CompareQuery(Query):
    """Which two versions."""

    first: int = Field(ge=1, le=1_000_000, description="The version to compare from.")
    second: int = Field(ge=1, le=1_000_000, description="The version to compare with.")


class AsOfQuery(Query):
    """When: one of the two."""

    on: date | None = Field(default=None, description="A day; what was approved by its end in UTC.")
    at: AwareDatetime | None = Field(default=None, description="An instant with its zone.")


def _ids(query: ExportQuery) -> list[str]:
    return [one.strip() for one in (query.ids or "").split(",") if one.strip()]


@resource.route_for("get", "/rules", "List rules", answers={200: Page[RuleView]})
@needs(Permission.COMPLIANCE_READ)
def list_rules(query: RulesQuery) -> Response:
    """Return the rules of the house, and of clients and portfolios that you see, by code."""
    rules = services().rules
    found = (
        rules.waiting(actor())
        if query.waiting
        else rules.list(actor(), scope=query.scope, client_id=query.client_id, portfolio_id=query.portfolio_id)
    )
    return answer(cut(found, query, lambda one: one.id))


@resource.route_for("post", "/rules", "Write a rule", answers={201: RuleVersionView}, example=WORDING)
@needs(Permission.RULES_WRITE)
def create_rule(body: NewRule) -> Response:
    """Write a rule as a draft; it counts once a second person approves it."""
    made = services().rules.drafts.create(body, actor())
    return answer(made, 201, row_version=made.row_version, location=f"/api/v1/rules/{made.rule_id}")


@resource.route_for(
    "post", "/rules/check", "Check a wording", answers={200: WordingCheck}, repeatable=False, example=WORDING
)
@needs(Permission.COMPLIANCE_READ)
def check_rule(body: Wording) -> Response:
    """Return how a wording reads, what its examples say, and every problem with its place; nothing is kept."""
    return answer(services().rules.drafts.check(body, actor()))


@resource.route_for("post", "/rules/import", "Take rules in from a file", answers={201: Written}, also=(409,))
@needs(Permission.RULES_WRITE)
def import_rules(body: RuleFile) -> Response:
    """Write every rule of the file as a draft of the house, or none; a code that is there gets its next version."""
    return answer(services().rules.drafts.import_file(body, actor()), 201)


@resource.route_for(
    "post",
    "/rules/import/file",
    "Take rules in from YAML",
    answers={201: Written},
    file_body=YAML_BODY,
)
@needs(Permission.RULES_WRITE)
def import_rules_file() -> Response:
    """As `POST /rules/import`, from a file of plain YAML or JSON; 422 names each problem by line or field."""
    raw, _ = received_file(None, FILE_MAX_BYTES, YAML_TYPES)
    return answer(services().rules.drafts.import_text(raw, actor()), 201)


@resource.route_for(
    "get", "/rules/export/file", "Give rules out as YAML", answers={200: file_answer("application/yaml")}
)
@needs(Permission.COMPLIANCE_READ)
def export_rules_file(query: ExportQuery) -> Response:
    """As `GET /rules/export`, as a file of YAML; what is as usual is left out."""
    made = services().rules.drafts.export_text(_ids(query), actor())
    return attachment(made, "application/yaml; charset=utf-8", "rules.yaml")


@resource.route_for("get", "/rules/export", "Give rules out as a file", answers={200: RuleFile})
@needs(Permission.COMPLIANCE_READ)
def export_rules(query: ExportQuery) -> Response:
    """Return rules with their examples, as `POST /rules/import` takes them."""
    return answer(services().rules.drafts.export(_ids(query), actor()))


@resource.route_for("get", "/rules/changes", "List decisions on rules", answers={200: Page[RuleChange]})
@needs(Permission.COMPLIANCE_READ)
def list_changes(query: ChangesQuery) -> Response:
    """Return what was decided about rules and deviations between two days: by whom, on whose proposal, why."""
    return answer(page(services().rules.changes(query.since, query.until, actor()), None))


@resource.route_for("post", "/rules/proposals", "Propose versions", answers={200: Page[RuleVersionView]}, also=(409,))
@needs(Permission.RULES_WRITE)
def propose_versions(body: ChosenVersions) -> Response:
    """Put drafts before those who decide, all or none."""
    return answer(page(services().rules.decisions.propose(body.versions, actor()), None))


@resource.route_for(
    "post", "/rules/readiness", "Ask what can be approved", answers={200: RuleReadiness}, repeatable=False
)
@needs(Permission.COMPLIANCE_READ)
def read_readiness(body: ChosenVersions) -> Response:
    """Return which versions you can approve now, which need a dry run or a second person; nothing is changed."""
    return answer(services().rules.decisions.readiness(body.versions, actor()))


@resource.route_for("post", "/rules/approvals", "Approve versions", answers={200: Page[RuleVersionView]}, also=(409,))
@needs(Permission.RULES_APPROVE)
def approve_versions(body: ChosenVersions) -> Response:
    """Bring proposed versions into force, all or none; never those that you wrote or proposed."""
    return answer(page(services().rules.decisions.approve(body.versions, actor(), body.reason), None))


@resource.route_for("post", "/rules/rejections", "Reject versions", answers={200: Page[RuleVersionView]}, also=(409,))
@needs(Permission.RULES_APPROVE)
def reject_versions(body: ChosenVersions) -> Response:
    """Refuse proposed versions with a reason, all or none."""
    return answer(page(services().rules.decisions.reject(body.versions, actor(), body.reason), None))


@resource.route_for("get", "/rules/<rule_id>", "Read a rule", answers={200: RuleDetail}, also=(412,))
@needs(Permission.COMPLIANCE_READ)
def read_rule(path: RulePath) -> Response:
    """Return the rule with all its versions and with what clients and portfolios have otherwise."""
    found = services().rules.get(path.rule_id, actor())
    return answer(found, row_version=found.rule.row_version)


@resource.route_for("post", "/rules/<rule_id>/copies", "Copy a rule", answers={201: RuleVersionView})
@needs(Permission.RULES_WRITE)
def copy_rule(path: RulePath, body: Duplication) -> Response:
    """Write a copy under another code as a draft, for the house, a client or a portfolio."""
    made = services().rules.drafts.duplicate(path.rule_id, body, actor())
    return answer(made, 201, row_version=made.row_version, location=f"/api/v1/rules/{made.rule_id}")


@resource.route_for(
    "post", "/rules/<rule_id>/retirement", "Retire a rule", answers={201: RuleVersionView}, versioned=True
)
@needs(Permission.RULES_WRITE)
def retire_rule(path: RulePath, body: Retirement) -> Response:
    """Propose that the rule goes out of force; its version is that of the rule."""
    made = services().rules.decisions.retire(path.rule_id, body.reason, actor(), expected_version())
    return answer(made, 201, row_version=made.row_version)


@resource.route_for("get", "/rules/<rule_id>/comparison", "Compare two versions", answers={200: RuleComparison})
@needs(Permission.COMPLIANCE_READ)
def compare_versions(path: RulePath, query: CompareQuery) -> Response:
    """Return every field in which two versions differ, in words, and whether the second is looser or stricter."""
    return answer(services().rules.compare(path.rule_id, query.first, query.second, actor()))


@resource.route_for("get", "/rules/<rule_id>/as-of", "Read a rule as of a day", answers={200: RuleAsOf})
@needs(Permission.COMPLIANCE_READ)
def read_as_of(path: RulePath, query: AsOfQuery) -> Response:
    """Return what the rule said then, and who had approved it."""
    if (query.on is None) == (query.at is None):
        raise InvalidRequest("It is not clear when is meant.", "Send either `on` or `at`.")
    when = query.at if query.on is None else query.on
    assert when is not None, "one of the two is given"
    return answer(services().rules.as_of(path.rule_id, when, actor()))
