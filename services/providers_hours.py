"""Is the exchange of an asset open at this moment, and which day is it there?"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from data.reference import calendars
from data.reference.exchanges import ALWAYS_OPEN, FX_MARKET, NEW_YORK, NEW_YORK_MICS
from data.reference.exchanges import NO_EXCHANGE as NO_EXCHANGE_MIC

USUAL = "XNYS"
SATURDAY, SUNDAY, FRIDAY = 5, 6, 4
FX_OPENS_HOUR = 17
"""Currencies trade from Sunday to Friday, 17:00 in New York."""


def is_open(exchange_mic: str | None, asset_class: str, now_utc: datetime) -> bool:
    """Return whether an asset trades now: coins always, currencies on weekdays, the rest by its exchange's calendar."""
    if exchange_mic == ALWAYS_OPEN or asset_class == "crypto":
        return True
    if exchange_mic == FX_MARKET or asset_class == "fx":
        local = now_utc.astimezone(ZoneInfo(NEW_YORK))
        if local.weekday() == SATURDAY:
            return False
        is_after = local.hour >= FX_OPENS_HOUR
        return is_after if local.weekday() == SUNDAY else not (local.weekday() == FRIDAY and is_after)
    return calendars.is_open(calendar_of(exchange_mic), now_utc)


def local_day(exchange_mic: str | None, now_utc: datetime) -> date:
    """Return the date at the exchange."""
    if exchange_mic in (ALWAYS_OPEN, FX_MARKET):
        return now_utc.date()
    zone = NEW_YORK if calendar_of(exchange_mic) == USUAL else calendars.timezone_of(calendar_of(exchange_mic))
    return now_utc.astimezone(ZoneInfo(zone)).date()


def calendar_of(exchange_mic: str | None) -> str:
    """Return whose calendar counts: New York's where an asset has no exchange of its own, or an unknown one."""
    if exchange_mic in (None, NO_EXCHANGE_MIC, *NEW_YORK_MICS) or not calendars.is_known(str(exchange_mic)):
        return USUAL
    return str(exchange_mic)
