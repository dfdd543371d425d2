"""How does a program give a view of the dashboard to others, read what was given, and take it back?"""

from __future__ import annotations

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer, nothing
from api.reading import Path
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.messages.dashboard_views import NewSharedView, SharedView, SharedViews

resource = Resource(
    "dashboard_shared",
    "Shared views of the dashboard",
    "Copies of views that people gave to a team or to the house; whoever gets one opens it, and changes nothing of it.",
)


class SharedPath(Path):
    """Which view."""

    shared_id: str = Field(max_length=64, description="The shared view's id.")


@resource.route_for("get", "/dashboard/shared-views", "List shared views", answers={200: SharedViews})
@needs(Permission.PORTFOLIOS_READ)
def list_shared() -> Response:
    """Return the views that you gave to others or were given, by name."""
    return answer(SharedViews(data=services().dashboard_shares.list(actor())))


@resource.route_for(
    "post",
    "/dashboard/shared-views",
    "Share a view",
    answers={201: SharedView},
    example={"view": "Close", "sharing": "house"},
)
@needs(Permission.RUNS_WRITE)
def share_view(body: NewSharedView) -> Response:
    """Give a copy of one of your views, as it stands now, to one of your teams or to everybody in the house."""
    made = services().dashboard_shares.share(body, actor())
    return answer(made, 201, location=f"/api/v1/dashboard/shared-views/{made.id}")


@resource.route_for("get", "/dashboard/shared-views/<shared_id>", "Read a shared view", answers={200: SharedView})
@needs(Permission.PORTFOLIOS_READ)
def read_shared(path: SharedPath) -> Response:
    """Return one view that was given to you or by you."""
    return answer(services().dashboard_shares.get(path.shared_id, actor()))


@resource.route_for("delete", "/dashboard/shared-views/<shared_id>", "Take a shared view back", answers={204: None})
@needs(Permission.RUNS_WRITE)
def withdraw_shared(path: SharedPath) -> Response:
    """Take a view of yours back from those it was given to."""
    services().dashboard_shares.withdraw(path.shared_id, actor())
    return nothing()


@resource.route_for(
    "post", "/dashboard/shared-views/<shared_id>/restore", "Share a view again", answers={200: SharedView}
)
@needs(Permission.RUNS_WRITE)
def restore_shared(path: SharedPath) -> Response:
    """Give a view again that you took back."""
    return answer(services().dashboard_shares.restore(path.shared_id, actor()))
