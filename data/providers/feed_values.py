"""How is a value of a feed read as a day, an instant, a number or a code, as its mapping says?"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from data.providers.feed_mapping import EPOCHS, FeedMapping
from data.reference.currencies import CURRENCIES
from data.upload.problems import shown
from data.upload.values import FIRST_DAY, NUMBER_MAX, Unreadable

NOTHING = frozenset({"", "null", "none", "n/a", "na", "nan", "-", ".", "#n/a"})
"""Words by which feeds say that there is no figure."""
_DIGITS = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
EPOCH_MAX_S = 4_102_444_800
"""The year 2100."""


@dataclass(frozen=True)
class When:
    """The local session day of a bar and, where the feed gives it, its instant."""

    day: date
    instant_utc: datetime | None


def number_in(value: Any, mapping: FeedMapping) -> float:
    """Return a finite number; NaN where the feed says that there is none.

    Raises
    ------
    Unreadable

    """
    if value is None or (isinstance(value, str) and value.strip().lower() in NOTHING):
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Unreadable(f"{shown(str(value))} is not a number.", "Correct the column.")
    if isinstance(value, str):
        value = _plain(value, mapping)
    try:
        found = float(value)
    except OverflowError:
        found = math.inf
    if not math.isfinite(found) or abs(found) > NUMBER_MAX:
        raise Unreadable(f"{shown(str(value))} is too large to be such a figure.", "Correct the column.")
    return found


def _plain(text: str, mapping: FeedMapping) -> str:
    """Return a number with the mapping's marks as Python writes it."""
    plain = text.strip()
    if mapping.thousands:
        marks = "[\u00a0\u202f ]" if mapping.thousands == " " else re.escape(mapping.thousands)
        plain = re.sub(rf"(?<=\d){marks}(?=\d{{3}})", "", plain)
    if mapping.decimal == ",":
        if "." in plain:
            raise Unreadable(f"{shown(text)} has a point, and the decimal mark is a comma.", "Correct the marks.")
        plain = plain.replace(",", ".")
    if not _DIGITS.fullmatch(plain):
        raise Unreadable(f"{shown(text)} is not a number.", "Correct the column, the decimal mark or the thousands.")
    return plain


def when_in(value: Any, mapping: FeedMapping) -> When:
    """Return the day of a bar in the time zone of the mapping, and its instant where it has one.

    A time of day without an offset is one of that zone.

    Raises
    ------
    Unreadable

    """
    zone = ZoneInfo(mapping.time_zone)
    moment = _epoch(value, mapping) if mapping.date_format in EPOCHS else _written(value, mapping)
    if isinstance(moment, datetime):
        instant = (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).astimezone(UTC)
        has_time = moment.tzinfo is not None or moment.time() != time(0)
        found = When(instant.astimezone(zone).date() if has_time else moment.date(), instant)
    else:
        found = When(moment, None)
    if found.day < FIRST_DAY:
        raise Unreadable(f"{shown(str(value))} lies before 1900.", "Correct the form of dates.")
    return found


def _epoch(value: Any, mapping: FeedMapping) -> datetime:
    per_s = 1000 if mapping.date_format == "epoch_ms" else 1
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,15}", value.strip()):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > EPOCH_MAX_S * per_s:
        advice = "Correct the form of dates: epoch_s counts seconds, epoch_ms milliseconds."
        raise Unreadable(f"{shown(str(value))} is no such count since 1970.", advice)
    return datetime.fromtimestamp(value / per_s, tz=UTC)


def _written(value: Any, mapping: FeedMapping) -> datetime | date:
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    try:
        if mapping.date_format == "iso":
            return date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text)
        found = datetime.strptime(text, mapping.date_format)
        has_time = re.search(r"%[HIpfzZ]", mapping.date_format) is not None
        return found if has_time else found.date()
    except (ValueError, OverflowError):
        message = f"{shown(str(value))} is no date of the form {mapping.date_format}."
        raise Unreadable(message, "Correct the form of dates, or the column.") from None


def currency_in(value: Any) -> str:
    """Return a currency code.

    Raises
    ------
    Unreadable

    """
    if not isinstance(value, str) or value.strip() not in CURRENCIES:
        advice = "Name the currency in the mapping instead; prices in pence need GBP and a price scale of 0.01."
        raise Unreadable(f"{shown(str(value))} is not a currency that the product knows.", advice)
    return value.strip()
