"""Are the sessions and hours of exchanges those that the exchanges publish?"""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, time

import numpy as np
import pytest

from data.reference import calendars
from data.reference.exchanges import early_closes, session_closes_utc

YEAR_2024 = (date(2024, 1, 1), date(2024, 12, 31))


def days(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[D]")


@pytest.mark.requirement("2.1.A5")
@pytest.mark.parametrize(
    ("exchange", "count"),
    [
        ("XNYS", 252),
        ("XNAS", 252),
        ("XLON", 254),
        ("XETR", 254),
        ("XTKS", 245),
        ("XHKG", 246),
        ("24/7", 366),
        ("24/5", 262),
    ],
)
def test_a_year_has_as_many_sessions_as_the_exchange_held(exchange, count):
    assert calendars.sessions_of(exchange).between(*YEAR_2024).days.size == count


def test_new_york_had_250_sessions_in_2025_and_closed_early_on_three_days_of_2024():
    sessions = calendars.sessions_of("XNYS")
    assert sessions.between(date(2025, 1, 1), date(2025, 12, 31)).days.size == 250
    year = sessions.between(*YEAR_2024)
    assert year.days[year.is_early_close].astype(str).tolist() == ["2024-07-03", "2024-11-29", "2024-12-24"]
    closes = year.closes_utc[year.is_early_close].astype(str).tolist()
    assert closes == ["2024-07-03T17:00:00", "2024-11-29T18:00:00", "2024-12-24T18:00:00"]  # 13:00 in New York


def test_the_products_own_list_of_early_closes_is_that_of_the_calendar():
    sessions = calendars.sessions_of("XNYS")
    span = sessions.between(date(1990, 1, 1), date(2026, 12, 31))
    early = span.days[span.is_early_close]
    mine = {day: hour for day, hour in early_closes().items() if date(1990, 1, 1) <= day <= date(2026, 12, 31)}
    assert sorted(mine) == early.astype(object).tolist()
    assert (session_closes_utc("XNYS", span.days) == span.closes_utc).all()
    assert set(mine.values()) == {time(13, 0), time(14, 0)}


def test_closes_follow_summer_time_and_the_place_of_trade():
    pair = days("2024-01-16", "2024-07-16")
    assert session_closes_utc("XLON", pair).astype(str).tolist() == ["2024-01-16T16:30:00", "2024-07-16T15:30:00"]
    assert session_closes_utc("XTKS", pair).astype(str).tolist() == ["2024-01-16T06:00:00", "2024-07-16T06:00:00"]
    assert session_closes_utc("XTKS", days("2025-01-16")).astype(str).tolist() == ["2025-01-16T06:30:00"]
    assert session_closes_utc("24/7", pair).astype(str).tolist() == ["2024-01-17T00:00:00", "2024-07-17T00:00:00"]
    assert session_closes_utc("24/5", pair).astype(str).tolist() == ["2024-01-16T22:00:00", "2024-07-16T21:00:00"]
    for nowhere in (None, "XXXX", "NOWHERE"):
        assert session_closes_utc(nowhere, pair).astype(str).tolist() == ["2024-01-16T21:00:00", "2024-07-16T20:00:00"]
    assert session_closes_utc("XLON", days("2024-12-25")).astype(str).tolist() == ["2024-12-25T12:30:00"]  # as the eve


def test_missing_and_extra_sessions_of_a_series_are_named():
    series = days("2024-07-01", "2024-07-02", "2024-07-04", "2024-07-06", "2024-07-08")
    missing, extra = calendars.missing_and_extra("XNYS", series)
    assert missing.astype(str).tolist() == ["2024-07-03", "2024-07-05"]
    assert extra.astype(str).tolist() == ["2024-07-04", "2024-07-06"]
    assert calendars.missing_and_extra("24/7", series)[1].size == 0
    assert [part.size for part in calendars.missing_and_extra("XNYS", series[:0])] == [0, 0]


@pytest.mark.parametrize(
    ("moment", "is_open", "opens"),
    [
        (datetime(2024, 7, 3, 16, 59, tzinfo=UTC), True, datetime(2024, 7, 5, 13, 30, tzinfo=UTC)),
        (datetime(2024, 7, 3, 17, 0, tzinfo=UTC), False, datetime(2024, 7, 5, 13, 30, tzinfo=UTC)),
        (datetime(2024, 7, 6, 15, 0, tzinfo=UTC), False, datetime(2024, 7, 8, 13, 30, tzinfo=UTC)),
    ],
)
def test_an_exchange_says_whether_it_is_open_and_when_it_opens_next(moment, is_open, opens):
    assert calendars.is_open("XNYS", moment) is is_open
    assert calendars.next_open("XNYS", moment) == opens
    assert calendars.is_open("24/7", moment)


def test_every_exchange_of_the_list_has_a_calendar_and_an_unknown_one_is_refused_with_the_known_ones():
    for exchange in ("XTSE", "XPAR", "XSWX", "XASX"):
        assert calendars.sessions_of(exchange).days.size > 5000
    with pytest.raises(calendars.UnknownExchange, match="Known: 24/5, 24/7, ARCX"):
        calendars.sessions_of("XXX")


def test_no_start_of_the_product_pays_for_the_library_of_calendars():
    program = (
        "import sys, numpy as np\n"
        "import data.reference.calendars\n"
        "from data.reference.exchanges import session_closes_utc\n"
        "session_closes_utc('XNYS', np.array(['2024-07-03'], 'datetime64[D]'))\n"
        "session_closes_utc('24/7', np.array(['2024-07-03'], 'datetime64[D]'))\n"
        "assert 'exchange_calendars' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
