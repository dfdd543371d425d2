"""Which work is repeated, and when?"""

from __future__ import annotations

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer, expected_version, nothing
from api.pagination import Page, PageQuery, cut
from api.reading import Path
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.messages.runs import RunView
from services.messages.schedules import NewSchedule, ScheduleView

resource = Resource("schedules", "Schedules", "Stored requests that run again and again.")


class SchedulePath(Path):
    """Which schedule."""

    schedule_id: str = Field(max_length=64, description="The schedule's id.")


def _shown(schedule: ScheduleView, status: int = 200) -> Response:
    """Return the schedule with its version."""
    location = f"/api/v1/schedules/{schedule.id}" if status == 201 else None
    return answer(schedule, status, row_version=schedule.row_version, location=location)


@resource.route_for("get", "/schedules", "List schedules", answers={200: Page[ScheduleView]})
def list_schedules(query: PageQuery) -> Response:
    """Return schedules with their last and next time."""
    return answer(cut(services().schedules.list(actor()), query, lambda schedule: schedule.id))


@resource.route_for("post", "/schedules", "Create a schedule", answers={201: ScheduleView})
@needs(Permission.SCHEDULES_WRITE)
def create_schedule(body: NewSchedule) -> Response:
    """Have a stored request run at the times of a cron expression."""
    return _shown(services().schedules.create(body, actor()), 201)


@resource.route_for(
    "put", "/schedules/<schedule_id>", "Replace a schedule", answers={200: ScheduleView}, versioned=True
)
@needs(Permission.SCHEDULES_WRITE)
def update_schedule(path: SchedulePath, body: NewSchedule) -> Response:
    """Replace what is repeated and when."""
    return _shown(services().schedules.update(path.schedule_id, body, actor(), expected_version()))


@resource.route_for("delete", "/schedules/<schedule_id>", "Delete a schedule", answers={204: None}, versioned=True)
@needs(Permission.SCHEDULES_WRITE)
def delete_schedule(path: SchedulePath) -> Response:
    """End the repetition."""
    services().schedules.delete(path.schedule_id, actor(), expected_version())
    return nothing()


@resource.route_for("post", "/schedules/<schedule_id>/run", "Run now", answers={202: RunView})
def run_schedule(path: SchedulePath) -> Response:
    """Do the work once, now."""
    run = services().schedules.run_now(path.schedule_id, actor())
    return answer(run, 202, location=f"/api/v1/runs/{run.id}")
