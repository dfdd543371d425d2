"""How is repeated work described?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from services.messages.frozen import Message


class NewSchedule(Message):
    """A wish to have a stored request run again and again.

    `cron` has five fields (minute hour day month weekday) and is read in `time_zone`.
    """

    name: str
    kind: str
    cron: str
    time_zone: str = "UTC"
    request: dict[str, Any] = Field(default_factory=dict)
    is_enabled: bool = True


class ScheduleView(Message):
    """A schedule with its last and next time."""

    id: str
    name: str
    kind: str
    cron: str
    time_zone: str
    request: dict[str, Any]
    is_enabled: bool
    is_built_in: bool
    owner_id: str | None
    last_fire_at_utc: datetime | None
    next_fire_at_utc: datetime | None
    row_version: int
