"""What does a status mean, and when may the server be asked again?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

LIMITED = frozenset({429, 999})
"""Too many requests; 999 is an unregistered code by which Yahoo says the same."""

ASK_AGAIN = LIMITED | {502, 503, 504}
"""Answers of a server that is busy or restarting; what it did not do, it can be asked to do again."""

REFUSED = frozenset({401, 403, 407, 451})


def retry_after_s(headers: Mapping[str, str], now_utc: datetime) -> float | None:
    """Return the seconds that a server asks to be left alone, or None when it does not say so readably.

    Parameters
    ----------
    headers : mapping of str to str
        Names in lower case; ``retry-after`` holds seconds or a date (RFC 9110, 10.2.3).
    now_utc : datetime

    Returns
    -------
    float or None
        Never negative; a date in the past means at once.

    """
    said = headers.get("retry-after", "").strip()
    if not said:
        return None
    if said.isascii() and said.isdigit():
        return float(said[:9])
    try:
        moment = parsedate_to_datetime(said)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, (moment - now_utc).total_seconds())
    except (ValueError, OverflowError):
        return None


def redirect_host(headers: Mapping[str, str]) -> str:
    """Return the host to which a redirect points, and nothing else of it: the rest may hold a session."""
    try:
        host = urlsplit(headers.get("location", "")).hostname
    except ValueError:
        host = None
    return host or "another page of the same host"
