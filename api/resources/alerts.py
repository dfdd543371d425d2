"""What needs attention, and who has taken note?"""

from __future__ import annotations

from flask import Response
from pydantic import AwareDatetime, Field

from api.access import actor, services
from api.answers import answer
from api.pagination import Page, PageQuery, cut
from api.reading import Body, Path
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.messages.alerts import AlertState, AlertView

resource = Resource("alerts", "Alerts", "Conditions that need attention, with state and owner.")


class AlertPath(Path):
    """Which alert."""

    alert_id: str = Field(max_length=64, description="The alert's id.")


class AlertQuery(PageQuery):
    """Which alerts."""

    state: AlertState | None = Field(default=None, description="Only those in this state.")


class Snooze(Body):
    """Until when to be quiet."""

    until_utc: AwareDatetime = Field(description="A time with its zone, in the future.")


def _shown(alert: AlertView) -> Response:
    """Return the alert with its version."""
    return answer(alert, row_version=alert.row_version)


@resource.route_for("get", "/alerts", "List alerts", answers={200: Page[AlertView]})
def list_alerts(query: AlertQuery) -> Response:
    """Return alerts, those that fire first."""
    return answer(cut(services().alerts.list(actor(), query.state), query, lambda alert: alert.id))


@resource.route_for("post", "/alerts/<alert_id>/acknowledge", "Acknowledge an alert", answers={200: AlertView})
def acknowledge_alert(path: AlertPath) -> Response:
    """Say that somebody has taken note."""
    return _shown(services().alerts.acknowledge(path.alert_id, actor()))


@resource.route_for("post", "/alerts/<alert_id>/snooze", "Snooze an alert", answers={200: AlertView})
@needs(Permission.ALERTS_WRITE)
def snooze_alert(path: AlertPath, body: Snooze) -> Response:
    """Keep the alert quiet until a time."""
    return _shown(services().alerts.snooze(path.alert_id, body.until_utc, actor()))
