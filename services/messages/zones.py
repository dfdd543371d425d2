"""Which time zones can a person choose, and which moment of a clock is one of them?"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator

USUAL = "UTC"
_PLACE = re.compile(r"(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)/.+")


@cache
def zone_names() -> tuple[str, ...]:
    """Return UTC, then every zone that is named after a place, by name: `Europe/Berlin`, `America/New_York`."""
    return (USUAL, *sorted(name for name in available_timezones() if _PLACE.fullmatch(name)))


def _known(name: str) -> str:
    if name not in zone_names():
        raise ValueError("unknown time zone")
    return name


ZoneName = Annotated[str, AfterValidator(_known)]


def local(moment: datetime, zone: str) -> datetime:
    """Return the moment on the clocks of a zone; one without a zone is taken as UTC."""
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC if zone == USUAL else ZoneInfo(zone))


def offset_words(moment: datetime) -> str:
    """Return how far a clock is ahead of UTC: UTC, UTC+1, UTC-4:30; the same letters as in assets/clock.js."""
    ahead = moment.utcoffset() or timedelta(0)
    minutes = int(ahead.total_seconds() // 60)
    if minutes == 0:
        return USUAL
    hours, rest = divmod(abs(minutes), 60)
    return f"{USUAL}{'+' if minutes > 0 else '-'}{hours}" + (f":{rest:02d}" if rest else "")
