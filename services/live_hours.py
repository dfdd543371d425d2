"""Does the market of a symbol trade at this moment, and when did it trade last?

Coins trade around the clock; currencies from Sunday to Friday, 17:00 in New York; all others by the calendar of their
exchange. A calendar takes a second to load, which a beat of live prices must not wait for: it is loaded beside, and
until it is there nothing is known of its market, which then counts as open.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from data.reference import calendars
from data.reference.exchanges import ALWAYS_OPEN, FX_MARKET, NEW_YORK
from services.providers_hours import FX_OPENS_HOUR, USUAL, calendar_of, is_open, local_day

_log = logging.getLogger(__name__)

OPENING_S = 60.0
"""So long after the bell the last prices of the session before are still what there is."""


@dataclass(frozen=True)
class Trading:
    """One market at one moment.

    Parameters
    ----------
    opened_utc : datetime
        Of the running session, or of the last one.
    closed_utc : datetime or None
        When that session ended; None while it runs.
    opens_utc : datetime or None
        When the next one begins; None while one runs, and where the calendar ends.
    """

    opened_utc: datetime
    closed_utc: datetime | None = None
    opens_utc: datetime | None = None


class Hours:
    """Trading hours, as far as their calendars are loaded.

    Parameters
    ----------
    is_waiting : bool
        Whether a question waits for its calendar.
    """

    def __init__(self, *, is_waiting: bool = False) -> None:
        self._is_waiting = is_waiting
        self._loaded: set[str] = set()
        self._wanted: set[str] = set()
        self._lock = threading.Lock()

    def at(self, exchange_mic: str | None, asset_class: str, now_utc: datetime) -> Trading | None:
        """Return how the market of an asset stands; None around the clock, and while its calendar is being loaded."""
        if exchange_mic == ALWAYS_OPEN or asset_class == "crypto":
            return None
        if exchange_mic == FX_MARKET or asset_class == "fx":
            return _currencies(now_utc)
        exchange = calendar_of(exchange_mic)
        if exchange not in self._loaded:
            self._want(exchange)
            if exchange not in self._loaded:
                return None
        return _session(exchange, now_utc)

    def session_before(self, exchange_mic: str | None, asset_class: str, at_utc: datetime) -> date | None:
        """Return the last session before the day at the exchange; None where the calendar does not reach that far.

        Until its calendar is loaded, an exchange counts as open on all weekdays: after a holiday the answer is then a
        day without a close, never the wrong close.
        """
        if exchange_mic == ALWAYS_OPEN or asset_class == "crypto":
            return at_utc.astimezone(UTC).date() - timedelta(days=1)
        exchange = calendar_of(exchange_mic)
        if exchange_mic == FX_MARKET or asset_class == "fx":
            return _weekday_before(at_utc.astimezone(UTC).date())
        if exchange not in self._loaded:
            self._want(exchange)
        if exchange not in self._loaded:
            return _weekday_before(local_day(exchange if exchange == USUAL else FX_MARKET, at_utc))
        days = calendars.sessions_of(exchange).days
        local = np.datetime64(local_day(exchange, at_utc), "D")
        place = int(np.searchsorted(days, local)) - 1
        if place < 0 or local > days[-1]:
            return None
        found: date = days[place].astype(object)
        return found

    def _want(self, exchange: str) -> None:
        with self._lock:
            if exchange in self._wanted:
                return
            self._wanted.add(exchange)
        if self._is_waiting:
            self._load(exchange)
        else:
            threading.Thread(target=self._load, args=(exchange,), name="qpo-hours", daemon=True).start()

    def _load(self, exchange: str) -> None:
        try:
            calendars.sessions_of(exchange)
            self._loaded.add(exchange)
        except Exception:  # without its calendar a market counts as open, as before
            _log.exception("The calendar of %s could not be loaded.", exchange)


def _weekday_before(day: date) -> date:
    """Return the last day before a day that is neither Saturday nor Sunday."""
    return day - timedelta(days=max(1, day.weekday() - 4) if day.weekday() else 3)


def _session(exchange: str, now_utc: datetime) -> Trading | None:
    """Return the running session of an exchange, or the last one; None before the calendar begins."""
    known = calendars.sessions_of(exchange)
    now = np.datetime64(int(now_utc.timestamp()), "s")
    place = int(np.searchsorted(known.opens_utc, now, side="right")) - 1
    if place > 0 and now - known.opens_utc[place] < np.timedelta64(int(OPENING_S), "s"):
        place -= 1  # the bell has just rung
    if place < 0:
        return None
    found = Trading(calendars.to_datetime(known.opens_utc[place]))
    if now < known.closes_utc[place]:
        return found
    following = known.opens_utc[place + 1 : place + 2]
    following = following[following > now]  # not the bell that has just rung
    return replace(
        found,
        closed_utc=calendars.to_datetime(known.closes_utc[place]),
        opens_utc=calendars.to_datetime(following[0]) if following.size else None,
    )


def _currencies(now_utc: datetime) -> Trading:
    """Return the week of currencies, which begins on Sunday and ends on Friday at 17:00 in New York."""
    zone = ZoneInfo(NEW_YORK)
    local = now_utc.astimezone(zone)
    back = (local.weekday() + 1) % 7  # days since Sunday
    sunday = datetime.combine(local.date() - timedelta(days=back), time(FX_OPENS_HOUR), tzinfo=zone)
    if sunday > local:
        sunday = _days_on(sunday, -7)
    if is_open(FX_MARKET, "fx", now_utc):
        return Trading(sunday.astimezone(now_utc.tzinfo))
    closed, opens = _days_on(sunday, 5), _days_on(sunday, 7)
    return Trading(*(moment.astimezone(now_utc.tzinfo) for moment in (sunday, closed, opens)))


def _days_on(local: datetime, days_count: int) -> datetime:
    """Return the same hour on the wall some days later, also across a change of clocks."""
    return datetime.combine(local.date() + timedelta(days=days_count), local.timetz())
