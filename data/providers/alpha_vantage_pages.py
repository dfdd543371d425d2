"""What do Alpha Vantage's pages hold, and when is an answer with status 200 a refusal?"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from data.providers.answers import DayArray, FloatArray, TimeArray
from data.providers.vocabulary import Field

REFUSAL_KEYS = ("Error Message", "Note", "Information")
NEW_YORK = ZoneInfo("America/New_York")

MINUTE_S = 60.0
SECOND_S = 2.0

_COLUMN = re.compile(r"\d+[ab]?\.\s*(?P<name>[a-z ]+?)\s*(\((?P<currency>[A-Z]{3})\))?")
_FIELDS = {
    "open": Field.OPEN,
    "high": Field.HIGH,
    "low": Field.LOW,
    "close": Field.CLOSE,
    "adjusted close": Field.ADJUSTED_CLOSE,
    "volume": Field.VOLUME,
}
DIVIDEND, SPLIT = "dividend amount", "split coefficient"
_ABSENT = frozenset({"", "none", "-", "null", "n/a"})


@dataclass(frozen=True)
class Refusal:
    """What an answer with status 200 says instead of data.

    Parameters
    ----------
    kind : "unknown", "limited" or "refused"
        No such symbol or call; asked too often; key, plan or something else.
    text : str
        Its own words.
    wait_s : float or None
        Seconds after which asking again makes sense, for "limited".

    """

    kind: Literal["unknown", "limited", "refused"]
    text: str
    wait_s: float | None = None


@dataclass(frozen=True)
class Table:
    """A time series as it stands on a page.

    Parameters
    ----------
    zone : ZoneInfo
        In which moments are written.
    moments : tuple of str
    rows : tuple of dict
        Column name without number and currency, to text.

    """

    zone: ZoneInfo
    moments: tuple[str, ...] = field(repr=False)
    rows: tuple[dict[str, str], ...] = field(repr=False)

    def column(self, name: str) -> FloatArray:
        """Return one column; NaN where a row has nothing.

        Raises
        ------
        ValueError
            A value is not a number, or no row has the column.

        """
        if self.rows and not any(name in row for row in self.rows):
            raise ValueError(name)
        return np.array([number(row.get(name)) for row in self.rows], dtype=np.float64)

    def columns(self, wanted: frozenset[Field]) -> dict[Field, FloatArray]:
        """Return the wanted columns that the page has; the close always.

        Raises
        ------
        ValueError
            A value is not a number, or there is no close.

        """
        present = {name for row in self.rows for name in row}
        names = [name for name, one in _FIELDS.items() if one in wanted | {Field.CLOSE}]
        return {_FIELDS[name]: self.column(name) for name in names if name in present or name == "close"}

    def sessions(self) -> DayArray:
        """Return the local date of each moment.

        Raises
        ------
        ValueError
            A moment is no date.

        """
        return np.array([date.fromisoformat(moment[:10]) for moment in self.moments], dtype="datetime64[D]")

    def times_utc(self) -> TimeArray:
        """Return moments with a time of day in UTC, summer time or not.

        Raises
        ------
        ValueError
            A moment is no date and time.

        """
        local = [datetime.fromisoformat(moment).replace(tzinfo=self.zone) for moment in self.moments]
        seconds = [int(moment.astimezone(UTC).timestamp()) for moment in local]
        return np.array(seconds, dtype=np.int64).astype("datetime64[s]")


def refusal(page: Mapping[str, Any], now_utc: datetime) -> Refusal | None:
    """Return what a page refuses, or None when it is an answer.

    The service changed its wording over the years, so the key decides first, the words only where one key has several
    meanings.
    """
    key = next((one for one in REFUSAL_KEYS if one in page), None)
    if key is None or any("Time Series" in name for name in page):
        return None
    text = str(page[key])
    said = text.lower()
    if key == "Error Message":
        return Refusal("refused" if "apikey" in said or "api key" in said else "unknown", text)
    if key == "Note" or any(word in said for word in ("rate limit", "call frequency", "requests per", "per second")):
        return Refusal("limited", text, _wait_s(said, now_utc))
    return Refusal("refused", text)


def is_premium(page: Mapping[str, Any]) -> bool:
    """Return whether a page says that the plan of the key does not have it."""
    key = next((one for one in REFUSAL_KEYS if one in page), None)
    return (
        key == "Information" and "premium" in str(page[key]).lower() and not any("Time Series" in one for one in page)
    )


def freely(params: Mapping[str, str], *, is_short: bool, are_actions: bool) -> dict[str, str]:
    """Return the page that a free key has: bars as traded, in the short form if wanted, or the list of splits.

    Its list of dividends does not say whether amounts are those paid or those after later splits, so it is not asked.
    Other pages stay as they are.
    """
    if params["function"] not in ("TIME_SERIES_DAILY_ADJUSTED", "TIME_SERIES_DAILY"):
        return dict(params)
    if are_actions:
        return {"function": "SPLITS", "symbol": params["symbol"]}
    size = "compact" if is_short else params["outputsize"]
    return {**params, "function": "TIME_SERIES_DAILY", "outputsize": size}


def subject(page: Mapping[str, Any]) -> object:
    """Return which security a page names; None for pages that name none, as those of pairs."""
    parts = (page, page.get("Meta Data"), page.get("Global Quote"))
    words = {"symbol", "2. symbol", "01. symbol"}
    found = (
        value for part in parts if isinstance(part, Mapping) for key, value in part.items() if key.lower() in words
    )
    return next(found, None)


def table(page: Mapping[str, Any], currency: str | None = None) -> Table:
    """Return the time series of a page.

    Parameters
    ----------
    page : mapping
    currency : str or None
        Where a page gives each price in two currencies, the one wanted.

    Raises
    ------
    ValueError
        There is none; the message says what is lacking.

    """
    name = next((key for key in page if "Time Series" in key), None)
    rows = page.get(name) if name is not None else None
    meta = page.get("Meta Data")
    if not isinstance(rows, dict) or not isinstance(meta, dict):
        raise ValueError("a time series")
    written = next((str(value) for key, value in meta.items() if key.lower().endswith("time zone")), "US/Eastern")
    try:
        zone = ZoneInfo(written)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("a known time zone") from None
    if not all(isinstance(row, dict) for row in rows.values()):
        raise ValueError("rows with named columns")
    return Table(zone, tuple(rows), tuple(_plain(row, currency) for row in rows.values()))


def number(written: Any) -> float:
    """Return a number, NaN for none, which the service writes as "None", "-" or nothing.

    Raises
    ------
    ValueError
        It is something else.

    """
    if written is None:
        return math.nan
    if not isinstance(written, str | int | float) or isinstance(written, bool):
        raise ValueError("a number")
    text = str(written).strip()
    if text.lower() in _ABSENT:
        return math.nan
    found = float(text)
    if not math.isfinite(found):
        raise ValueError("a finite number")
    return found


def _plain(row: Mapping[str, Any], currency: str | None) -> dict[str, str]:
    """Return a row by plain column names: "1a. open (CNY)" is "open" where CNY is wanted."""
    found: dict[str, str] = {}
    for key, value in row.items():
        name = _column_name(key, currency)
        if name is not None:
            found.setdefault(name, value)
    return found


@lru_cache(maxsize=256)
def _column_name(key: str, currency: str | None) -> str | None:
    """Return the plain name of a column, or None when it is in another currency or no column of numbers."""
    match = _COLUMN.fullmatch(key)
    return None if match is None or match["currency"] not in (None, currency) else match["name"]


def _wait_s(said: str, now_utc: datetime) -> float:
    """Return how long to wait: the shortest of the spans that the words name, a minute when they name none."""
    if "per second" in said:
        return SECOND_S
    if "minute" in said or "per day" not in said:
        return MINUTE_S
    # it does not say when its day ends; its office is in the United States
    local = now_utc.astimezone(NEW_YORK)
    midnight = datetime.combine(local.date() + timedelta(days=1), time(), NEW_YORK)
    return (midnight - local).total_seconds()
