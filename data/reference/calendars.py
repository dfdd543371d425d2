"""On which days is each exchange open, from when to when, and which days of a series lack or are too many?

The calendars are those of the library exchange_calendars, which takes a second to load: it is imported when the first
calendar is asked for, never at a start of the product. Coins trade on every day, currencies from Monday to Friday.

Sessions of several exchanges are joined by their closes in UTC: what Tokyo closed at is known in New York before it
opens, so its bar of the same date counts; a later close counts from the next session on. Days on which one exchange
was closed stay in the table with its value missing; they are never dropped for the others.
"""

from __future__ import annotations

import threading
import warnings
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.errors import DataError
from data.reference.exchanges import ALWAYS_OPEN, FX_MARKET

FIRST_SESSION = "1990-01-01"
_LOADING = threading.Lock()
LABELS: dict[str, str] = {
    "XNYS": "New York Stock Exchange",
    "XNAS": "Nasdaq",
    "ARCX": "NYSE Arca",
    "BATS": "Cboe BZX",
    "XTSE": "Toronto Stock Exchange",
    "BVMF": "B3, São Paulo",
    "XLON": "London Stock Exchange",
    "XETR": "Xetra, Frankfurt",
    "XPAR": "Euronext Paris",
    "XAMS": "Euronext Amsterdam",
    "XBRU": "Euronext Brussels",
    "XLIS": "Euronext Lisbon",
    "XDUB": "Euronext Dublin",
    "XMIL": "Borsa Italiana, Milan",
    "XMAD": "Bolsa de Madrid",
    "XSWX": "SIX Swiss Exchange",
    "XSTO": "Nasdaq Stockholm",
    "XHEL": "Nasdaq Helsinki",
    "XCSE": "Nasdaq Copenhagen",
    "XOSL": "Oslo Børs",
    "XWBO": "Wiener Börse",
    "XJSE": "Johannesburg Stock Exchange",
    "XTKS": "Tokyo Stock Exchange",
    "XHKG": "Hong Kong Stock Exchange",
    "XSHG": "Shanghai Stock Exchange",
    "XKRX": "Korea Exchange",
    "XTAI": "Taiwan Stock Exchange",
    "XSES": "Singapore Exchange",
    "XBOM": "BSE, Mumbai",
    "XASX": "Australian Securities Exchange",
    ALWAYS_OPEN: "Coins, every day around the clock",
    FX_MARKET: "Currencies, Monday to Friday around the clock",
}


class UnknownExchange(DataError):
    """There is no calendar of this exchange."""


@dataclass(frozen=True)
class Sessions:
    """Sessions of one exchange in order; arrays of equal length, read-only.

    Parameters
    ----------
    days : array of datetime64[D]
        Local dates.
    opens_utc, closes_utc : array of datetime64[s]
    is_early_close : array of bool
        Whether the session ended before its usual hour.

    """

    days: NDArray[np.datetime64]
    opens_utc: NDArray[np.datetime64]
    closes_utc: NDArray[np.datetime64]
    is_early_close: NDArray[np.bool_]

    def between(self, start: date, end: date) -> Sessions:
        """Return the sessions of a window, both days included."""
        low = int(np.searchsorted(self.days, np.datetime64(start, "D"), side="left"))
        high = int(np.searchsorted(self.days, np.datetime64(end, "D"), side="right"))
        return Sessions(
            self.days[low:high], self.opens_utc[low:high], self.closes_utc[low:high], self.is_early_close[low:high]
        )


def is_known(exchange: str) -> bool:
    """Return whether there is a calendar; costs nothing."""
    return exchange in LABELS


def timezone_of(exchange: str) -> str:
    """Return the exchange's time zone by its IANA name."""
    return str(_calendar(exchange).tz)


@lru_cache(maxsize=32)
def sessions_of(exchange: str) -> Sessions:
    """Return all sessions since 1990, and those of the coming year as far as they are known.

    Raises
    ------
    UnknownExchange
        Naming the known ones.

    """
    calendar = _calendar(exchange)
    schedule = calendar.schedule
    days = schedule.index.to_numpy().astype("datetime64[D]")
    opens, closes = (
        schedule[name].dt.tz_convert(None).to_numpy().astype("datetime64[s]") for name in ("open", "close")
    )
    early = np.isin(days, calendar.early_closes.to_numpy().astype("datetime64[D]"))
    for values in (days, opens, closes, early):
        values.setflags(write=False)
    return Sessions(days, opens, closes, early)


def closes_utc(exchange: str, days: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    """Return when each day closed; a day without a session takes the hour of the session before it."""
    known = sessions_of(exchange)
    place = np.clip(np.searchsorted(known.days, days, side="right") - 1, 0, known.days.size - 1)
    shift = (days.astype("datetime64[D]") - known.days[place]).astype("timedelta64[s]")
    closes: NDArray[np.datetime64] = known.closes_utc[place] + shift
    return closes


def missing_and_extra(
    exchange: str, days: NDArray[np.datetime64]
) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64]]:
    """Return the sessions between the first and the last day that a series lacks, and its days without a session."""
    if days.size == 0:
        return days, days
    ordered = np.unique(days.astype("datetime64[D]"))
    first, last = (ordered[place].astype(object) for place in (0, -1))
    sessions = sessions_of(exchange).between(first, last).days
    return np.setdiff1d(sessions, ordered), np.setdiff1d(ordered, sessions)


def is_open(exchange: str, now_utc: datetime) -> bool:
    """Return whether the exchange trades at an instant; breaks at noon count as open."""
    known = sessions_of(exchange)
    now = _second(now_utc)
    place = int(np.searchsorted(known.opens_utc, now, side="right")) - 1
    return place >= 0 and bool(now < known.closes_utc[place])


def next_open(exchange: str, now_utc: datetime) -> datetime | None:
    """Return when the exchange opens next; None beyond the known sessions."""
    known = sessions_of(exchange)
    place = int(np.searchsorted(known.opens_utc, _second(now_utc), side="right"))
    return None if place >= known.opens_utc.size else to_datetime(known.opens_utc[place])


def to_datetime(instant: np.datetime64) -> datetime:
    """Return an instant in UTC as an aware datetime."""
    found: datetime = instant.astype("datetime64[s]").astype(object)
    return found.replace(tzinfo=UTC)


def _second(now_utc: datetime) -> np.datetime64:
    return np.datetime64(now_utc.astimezone(UTC).replace(tzinfo=None), "s")


@lru_cache(maxsize=32)
def _calendar(exchange: str) -> Any:
    if not is_known(exchange):
        known = ", ".join(sorted(LABELS))
        raise UnknownExchange(f"There is no calendar of the exchange {exchange!r}. Known: {known}.")
    with _LOADING, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of pandas, inside the library
        import exchange_calendars

        try:
            return exchange_calendars.get_calendar(exchange, start=FIRST_SESSION)
        except ValueError:  # the calendar begins later
            return exchange_calendars.get_calendar(exchange)
