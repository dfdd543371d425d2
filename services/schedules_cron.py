"""When does a cron expression fire next, daylight saving and weekday numbers included?

The arithmetic is APScheduler's. Its weekday numbers differ from cron's (there 0 is Monday, in cron Sunday), so
weekdays are handed to it by name.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.errors import FieldProblem, InvalidRequest

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def trigger_of(cron: str, time_zone: str) -> Any:
    """Return APScheduler's trigger for a five-field cron expression.

    Raises
    ------
    InvalidRequest
        For an expression or a time zone that cannot be read.
    """
    from apscheduler.triggers.cron import CronTrigger

    zone = _zone(time_zone)
    fields = cron.split()
    try:
        if len(fields) != 5:
            raise ValueError("it needs five fields: minute, hour, day, month, weekday")
        minute, hour, day, month, weekday = fields
        return CronTrigger(
            minute=minute, hour=hour, day=day, month=month, day_of_week=_weekdays(weekday), timezone=zone
        )
    except ValueError as error:
        raise InvalidRequest(
            "The times cannot be read.",
            "Example: 30 6 * * 1-5 is 6:30 on every weekday.",
            fields=(FieldProblem("cron", f"{cron!r} is no cron expression: {error}.", "Example: 30 6 * * 1-5"),),
        ) from None


def next_fire_utc(cron: str, time_zone: str, after_utc: datetime) -> datetime | None:
    """Return the first moment after the given one, in UTC; None when there is none."""
    found = trigger_of(cron, time_zone).get_next_fire_time(None, after_utc + timedelta(microseconds=1))
    return None if found is None else found.astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise InvalidRequest(
            "The time zone is not known.",
            "Use a name such as UTC or Europe/Berlin.",
            fields=(FieldProblem("time_zone", f"There is no time zone {name!r}.", "Use UTC or Europe/Berlin."),),
        ) from None


def _weekdays(field: str) -> str:
    """Return cron's weekday field by names: ``1-5`` -> ``mon,tue,wed,thu,fri``, ``0`` and ``7`` -> ``sun``."""
    if field == "*":
        return "*"
    numbers: set[int] = set()
    for part in field.lower().split(","):
        span, _, step_text = part.partition("/")
        step = int(step_text) if step_text else 1
        first_text, _, last_text = span.partition("-")
        if span == "*":
            first, last = 0, 6
        else:
            first = _weekday(first_text)
            last = _weekday(last_text) if last_text else (6 if step_text else first)
        if step < 1 or last < first:
            raise ValueError(f"the weekdays {part!r} run backwards")
        numbers.update(number % 7 for number in range(first, last + 1, step))
    return ",".join(_DAYS[number] for number in sorted(numbers))


def _weekday(text: str) -> int:
    if text in _DAYS:
        return _DAYS.index(text)
    number = int(text)
    if not 0 <= number <= 7:
        raise ValueError(f"{text} is no weekday; use 0 (Sunday) to 6 (Saturday)")
    return number
