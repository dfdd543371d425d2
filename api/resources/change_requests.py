"""What waits for a second person, and who decides?"""

from __future__ import annotations

from typing import Literal

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer
from api.pagination import Page, PageQuery, open_cursor, page
from api.reading import Body, Path
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.messages.compliance_records import ChangeRequestView, FourEyesView, LimitProposal, RequestState

resource = Resource("change_requests", "Four eyes", "What one person asks for and another decides.")


class RequestPath(Path):
    """Which request."""

    request_id: str = Field(max_length=64, description="The request's id.")


class UserPath(Path):
    """Which user."""

    user_id: str = Field(max_length=64, description="The user's id.")


class RequestQuery(PageQuery):
    """Which requests."""

    state: RequestState | None = Field(default=None, description="In this state alone.")
    kind: str | None = Field(default=None, max_length=40, description="Of this kind alone.")
    object_id: str | None = Field(default=None, max_length=64, description="About this object alone.")


class ChangeApproval(Body):
    """Why it is agreed to."""

    reason: str | None = Field(default=None, min_length=3, max_length=2000, description="Goes into the record.")


class ChangeRejection(Body):
    """Why it is refused."""

    reason: str = Field(min_length=3, max_length=2000, description="Goes into the record.")


class RoleProposal(ChangeRejection):
    """Which role somebody should have, and why."""

    role: str = Field(max_length=32, description="The role.")


class FourEyesWish(ChangeRejection):
    """Whether two people are wanted for a subject, and why."""

    subject: Literal["roles", "limits"] = Field(description="Roles of people, or limits of portfolios.")
    is_on: bool = Field(description="Whether a change takes two people.")


class PortfolioPath(Path):
    """Which portfolio."""

    portfolio_id: str = Field(max_length=64, description="The portfolio's id.")


def _shown(view: ChangeRequestView, status: int = 200) -> Response:
    """Return the request with its version."""
    location = f"/api/v1/change-requests/{view.id}" if status == 201 else None
    return answer(view, status, row_version=view.row_version, location=location)


@resource.route_for("get", "/change-requests", "List requests for changes", answers={200: Page[ChangeRequestView]})
def list_change_requests(query: RequestQuery) -> Response:
    """Return requests, the newest first: all of the house for those who may decide, else your own."""
    found = services().four_eyes.list(
        actor(), state=query.state, kind=query.kind, object_id=query.object_id, cursor=open_cursor(query.cursor),
        limit=query.limit,
    )  # fmt: skip
    return answer(page(found.items, found.next_cursor))


@resource.route_for(
    "get", "/change-requests/<request_id>", "Read a request", answers={200: ChangeRequestView}, also=(412,)
)
def read_change_request(path: RequestPath) -> Response:
    """Return one request."""
    return _shown(services().four_eyes.get(path.request_id, actor()))


@resource.route_for(
    "post", "/change-requests/<request_id>/approve", "Approve a request", answers={200: ChangeRequestView}
)
def approve_change_request(path: RequestPath, body: ChangeApproval) -> Response:
    """Agree; the deed is done in the same transaction. Whoever asked is refused with 403 `maker_is_checker`."""
    return _shown(services().four_eyes.approve(path.request_id, actor(), body.reason))


@resource.route_for(
    "post", "/change-requests/<request_id>/reject", "Reject a request", answers={200: ChangeRequestView}
)
def reject_change_request(path: RequestPath, body: ChangeRejection) -> Response:
    """Refuse, with the reason."""
    return _shown(services().four_eyes.reject(path.request_id, actor(), body.reason))


@resource.route_for(
    "post", "/change-requests/<request_id>/withdraw", "Withdraw a request", answers={200: ChangeRequestView}
)
def withdraw_change_request(path: RequestPath) -> Response:
    """Take your own request back."""
    return _shown(services().four_eyes.withdraw(path.request_id, actor()))


@resource.route_for("get", "/four-eyes", "Read which deeds need two people", answers={200: FourEyesView})
def read_four_eyes() -> Response:
    """Return whether roles are changed by two administrators, and limits of portfolios by two people."""
    return answer(services().four_eyes_choice.state(actor()))


@resource.route_for("put", "/four-eyes", "Choose which deeds need two people", answers={200: FourEyesView})
@needs(Permission.USERS_WRITE)
def choose_four_eyes(body: FourEyesWish) -> Response:
    """Want two people from now on, or ask a second one to let one be enough again."""
    return answer(services().four_eyes_choice.switch(body.subject, body.is_on, body.reason, actor()))


@resource.route_for("post", "/users/<user_id>/role-proposals", "Propose a role", answers={201: ChangeRequestView})
@needs(Permission.USERS_WRITE)
def propose_role(path: UserPath, body: RoleProposal) -> Response:
    """Propose another role for somebody; a second administrator approves it at `/change-requests`."""
    return _shown(services().role_changes.propose(path.user_id, body.role, body.reason, actor()), 201)


@resource.route_for(
    "post", "/portfolios/<portfolio_id>/limit-proposals", "Propose limits", answers={201: ChangeRequestView}
)
@needs(Permission.PORTFOLIOS_WRITE)
def propose_limits(path: PortfolioPath, body: LimitProposal) -> Response:
    """Propose house limits, a mandate or limits on risk; compliance or an administrator approves them."""
    return _shown(services().limit_changes.propose(path.portfolio_id, body, actor()), 201)
