"""What was a person told?"""

from __future__ import annotations

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer, nothing
from api.pagination import Page, PageQuery, cut
from api.reading import Path
from api.routing import Resource
from services.messages.events import NotificationView

resource = Resource("notifications", "Notifications", "Sentences in your inbox.")


class NotificationPath(Path):
    """Which notification."""

    notification_id: str = Field(max_length=64, description="The notification's id.")


@resource.route_for("get", "/notifications", "List notifications", answers={200: Page[NotificationView]})
def list_notifications(query: PageQuery) -> Response:
    """Return your notifications, the latest first."""
    return answer(cut(services().events.notifications(actor()), query, lambda one: one.id))


@resource.route_for("post", "/notifications/<notification_id>/read", "Mark as read", answers={204: None})
def read_notification(path: NotificationPath) -> Response:
    """Say that you have read it."""
    services().events.mark_read(path.notification_id, actor())
    return nothing()
