"""When does a cron expression fire next, daylight saving and weekday numbers included?

The arithmetic is APScheduler's. Its weekday numbers differ from cron's (there 0 is Monday, in cron Sunday), so
weekdays are handed to it by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.errors import FieldProblem, InvalidRequest

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SUNDAY_TOO = 7  # cron counts Sunday twice
LAST_OF = "day of the month"
EXAMPLE = "Example: 30 6 * * 1-5 is 6:30 on every weekday."


@dataclass(frozen=True)
class _Part:
    """One of the five parts: what it is called, its numbers from the first to the last, and names for them."""

    one: str
    many: str
    first: int
    last: int
    names: tuple[str, ...] = ()

    def numbers(self, text: str) -> list[int]:
        """Return every number that a part names: ``*``, ``5``, ``1-5``, ``*/15``, ``8-18/2``, and lists of these."""
        found: set[int] = set()
        for one in text.split(","):
            span, slash, step = one.partition("/")
            low, dash, high = span.partition("-")
            first = self.first if span == "*" else self._number(low, text)
            last = self._number(high, text) if dash else self.last if slash or span == "*" else first
            if slash and not (_is_whole(step) and int(step)):
                raise ValueError(f"“{text}” has no usable step: a whole number from 1 stands behind the slash.")
            if last < first:
                raise ValueError(f"“{text}” runs backwards: the smaller {self.one} comes first.")
            found.update(range(first, last + 1, int(step) if slash else 1))
        return sorted(found)

    def _number(self, one: str, text: str) -> int:
        if one.lower() in self.names:
            return self.names.index(one.lower()) + self.first
        top = SUNDAY_TOO if self.names == _DAYS else self.last
        if not (_is_whole(one) and self.first <= int(one) <= top):
            names = f", or {self.names[0]} to {self.names[-1]}" if self.names else ""
            raise ValueError(f"“{text}” is no {self.one}: {self.many} are {self.first} to {self.last}{names}.")
        return int(one)


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 5


_PARTS = (
    _Part("minute", "minutes", 0, 59),
    _Part("hour", "hours", 0, 23),
    _Part(LAST_OF, "days", 1, 31),
    _Part("month", "months", 1, 12, _MONTHS),
    _Part("weekday", "weekdays", 0, 6, _DAYS),
)


def trigger_of(cron: str, time_zone: str) -> Any:
    """Return APScheduler's trigger for a cron expression of five parts; a day and a weekday must both hold.

    Raises
    ------
    InvalidRequest
        For an expression or a time zone that cannot be read.
    """
    from apscheduler.triggers.cron import CronTrigger

    problems: list[FieldProblem] = []
    parts, zone = _parts_of(cron, problems), _zone(time_zone, problems)
    if problems:
        raise InvalidRequest(problems[0].message, problems[0].advice, fields=tuple(problems))
    minute, hour, day, month, weekday = parts
    return CronTrigger(minute=minute, hour=hour, day=day, month=month, day_of_week=weekday, timezone=zone)


def next_fire_utc(cron: str, time_zone: str, after_utc: datetime) -> datetime | None:
    """Return the first moment after the given one, in UTC; None when there is none."""
    found = trigger_of(cron, time_zone).get_next_fire_time(None, after_utc + timedelta(microseconds=1))
    return None if found is None else found.astimezone(UTC)


def _zone(name: str, problems: list[FieldProblem]) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        said = f"There is no time zone “{name}”." if name.strip() else "No time zone is given."
        problems.append(FieldProblem("time_zone", said, "Use a name such as UTC or Europe/Berlin."))
        return None


def _parts_of(cron: str, problems: list[FieldProblem]) -> list[str]:
    """Return the five parts as they are handed on; a problem for the first that is no part of an expression."""
    parts = cron.split()
    try:
        if len(parts) != len(_PARTS):
            said = f"“{cron.strip()}” has {len(parts)} of its" if parts else "There is nothing of its"
            raise ValueError(f"{said} five parts: minute, hour, day of the month, month, weekday.")
        return [_handed(part, text) for part, text in zip(_PARTS, parts, strict=True)]
    except ValueError as error:
        problems.append(FieldProblem("cron", str(error), EXAMPLE))
        return []


def _handed(part: _Part, text: str) -> str:
    if text == "*" or (part.one == LAST_OF and text.lower() == "last"):
        return text.lower()
    numbers = part.numbers(text)
    if part.names == _DAYS:
        return ",".join(dict.fromkeys(_DAYS[number % SUNDAY_TOO] for number in numbers))
    return ",".join(str(number) for number in numbers)
