"""How are the views of the dashboard read, kept, chosen and taken away?"""

from __future__ import annotations

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer, expected_version
from api.reading import Path
from api.routing import Resource
from services.messages.dashboard_views import ChosenView, DashboardLayouts, DashboardViewInput

resource = Resource(
    "dashboard_views",
    "Views of the dashboard",
    "Which cards your dashboard shows and where, under names; the four that came with the product can be reset.",
)


class ViewPath(Path):
    """Which view."""

    name: str = Field(max_length=40, description="The view's name.")


def _shown(found: DashboardLayouts) -> Response:
    return answer(found, row_version=found.row_version)


@resource.route_for("get", "/dashboard/views", "List the views", answers={200: DashboardLayouts})
def list_views() -> Response:
    """Return your views with their cards, and which one the dashboard opens with."""
    return _shown(services().dashboard_views.list(actor()))


@resource.route_for(
    "put",
    "/dashboard/views/<name>",
    "Keep a view",
    answers={200: DashboardLayouts},
    versioned=True,
    example={"cards": [{"card": "summary", "x": 0, "y": 0, "w": 12, "h": 2}]},
)
def keep_view(path: ViewPath, body: DashboardViewInput) -> Response:
    """Keep cards under a name, and open the dashboard with them; a card that is not named is hidden."""
    return _shown(services().dashboard_views.save(path.name, body.cards, actor(), expected_version()))


@resource.route_for(
    "delete", "/dashboard/views/<name>", "Delete or reset a view", answers={200: DashboardLayouts}, versioned=True
)
def remove_view(path: ViewPath) -> Response:
    """Delete a view of your own, or take back what you changed in one that came with the product."""
    return _shown(services().dashboard_views.remove(path.name, actor(), expected_version()))


@resource.route_for(
    "put",
    "/dashboard/chosen",
    "Choose a view",
    answers={200: DashboardLayouts},
    versioned=True,
    example={"name": "Close"},
)
def choose_view(body: ChosenView) -> Response:
    """Have the dashboard open with a view from now on."""
    return _shown(services().dashboard_views.choose(body.name, actor(), expected_version()))
