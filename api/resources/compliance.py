"""How is asked whether portfolios keep their rules, now, in the past, and after orders that are only proposed?"""

from __future__ import annotations

from datetime import date

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import actor, services
from api.answers import answer
from api.reading import Path, Query
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.errors import Conflict
from services.messages.compliance_checks import ComplianceAnswer, OrdersToCheck, StatusChange
from services.messages.compliance_matrix import ComplianceMatrix, Standing

resource = Resource(
    "compliance",
    "Compliance",
    "Whether portfolios keep their rules. Workers make the checks: an answer of 202 says that one is on its way, and "
    "`Retry-After` when to ask again. What is not known never counts as kept: it is `indeterminate`.",
)


class PortfolioPath(Path):
    """Which portfolio."""

    portfolio_id: str = Field(max_length=64, description="The portfolio's id.")


class RulePath(PortfolioPath):
    """Which of its rules."""

    rule_id: str = Field(max_length=64, description="The rule's id.")


class DayQuery(Query):
    """On which day."""

    on: date | None = Field(
        default=None,
        description="At the close of a day of the past, by the rules that were approved by then; as it is when absent.",
    )
    kept: bool = Field(default=False, description="Only the check that is kept, of whatever data; nothing is computed.")


class MatrixQuery(Query):
    """Which part of the matrix."""

    status: Standing | None = Field(default=None, description="Only portfolios that stand so.")
    rule_id: str | None = Field(default=None, max_length=64, description="Only this rule.")
    cursor: str | None = Field(default=None, max_length=64, description="The `next_cursor` of the page before.")
    limit: int = Field(default=50, ge=1, le=500, description="Portfolios per page, 1 to 500.")


class ComplianceCourse(BaseModel):
    """The changes of one status, the newest first."""

    model_config = ConfigDict(frozen=True)

    data: tuple[StatusChange, ...]


def _told(found: ComplianceAnswer) -> Response:
    """Return the answer with 200, or 202 and `Retry-After` while it is being computed; a failure as a problem."""
    if found.state == "failed":
        raise Conflict(found.message or "The check could not be made.", found.advice or "Try again.", code=found.code)
    if found.state == "working":
        return answer(found, 202, headers={"Retry-After": f"{found.retry_after_s or 1:.0f}"})
    return answer(found)


@resource.route_for("get", "/compliance/matrix", "Read the matrix", answers={200: ComplianceMatrix})
@needs(Permission.COMPLIANCE_READ)
def read_matrix(query: MatrixQuery) -> Response:
    """Return portfolios by rules as the last checks left them, the worst first, with marks where data changed since."""
    return answer(
        services().compliance_matrix.matrix(
            actor(),
            standings=() if query.status is None else (query.status,),
            rule_ids=() if query.rule_id is None else (query.rule_id,),
            cursor=query.cursor,
            limit=query.limit,
        )
    )


@resource.route_for(
    "get",
    "/portfolios/<portfolio_id>/compliance",
    "Check a portfolio",
    answers={200: ComplianceAnswer, 202: ComplianceAnswer},
    also=(409,),
)
@needs(Permission.COMPLIANCE_READ)
def read_compliance(path: PortfolioPath, query: DayQuery) -> Response:
    """Return how the portfolio stands by each rule, with figures, limits, headroom, evidence and what is missing."""
    checks = services().compliance_checks
    if query.kept:
        return _told(checks.kept(actor(), path.portfolio_id))
    return _told(checks.check(actor(), path.portfolio_id, on=query.on))


@resource.route_for(
    "get",
    "/portfolios/<portfolio_id>/compliance/<rule_id>",
    "Read the evidence of one rule",
    answers={200: ComplianceAnswer, 202: ComplianceAnswer},
    also=(409,),
)
@needs(Permission.COMPLIANCE_READ)
def read_evidence(path: RulePath) -> Response:
    """Return how the portfolio stands by one rule, with every group and all positions behind each figure."""
    return _told(services().compliance_checks.evidence(actor(), path.portfolio_id, path.rule_id))


@resource.route_for(
    "get",
    "/portfolios/<portfolio_id>/compliance/<rule_id>/history",
    "Read when a status changed",
    answers={200: ComplianceCourse},
)
@needs(Permission.COMPLIANCE_READ)
def read_course(path: RulePath) -> Response:
    """Return when the portfolio changed how it stands by the rule, the newest change first."""
    return answer(ComplianceCourse(data=services().compliance_checks.course(actor(), path.portfolio_id, path.rule_id)))


@resource.route_for(
    "post",
    "/compliance/checks",
    "Check orders",
    answers={200: ComplianceAnswer, 202: ComplianceAnswer},
    also=(409,),
)
@needs(Permission.COMPLIANCE_READ)
def check_orders(body: OrdersToCheck) -> Response:
    """Return what becomes of proposed orders: rule by rule, and what lists, locates, lots and recent sales say.

    Nothing is booked. Give orders, or the id of an optimization whose trades are to be checked. While the check is on
    its way, send the same request again after `Retry-After`.
    """
    return _told(services().compliance_checks.check_orders(actor(), body))
