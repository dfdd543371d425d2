"""Do moments read in the zone and on the clock of their reader, with summer time, once and never in what is kept?"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from services import formatting as f
from services import reader
from services.errors import InvalidRequest
from services.messages.preferences import Preferences
from services.messages.zones import zone_names
from services.number_style import in_style

WINTER = datetime(2022, 12, 28, 23, 5, tzinfo=UTC)
SUMMER = datetime(2022, 7, 1, 23, 5, tzinfo=UTC)
KEPT = "Set by Ann on 28 Dec 2022, 23:05 UTC with 1,200 shares."


def read(zone: str, clock: str = "h24", dates: str = "words") -> object:
    return reader.reading(lambda: Preferences(time_zone=zone, clock=clock, date_format=dates))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("zone", "clock", "moment", "said"),
    [
        ("UTC", "h24", WINTER, "28 Dec 2022, 23:05 UTC"),
        ("UTC", "h12", WINTER, "28 Dec 2022, 11:05 pm UTC"),
        ("Europe/Berlin", "h24", WINTER, "29 Dec 2022, 00:05 UTC+1"),
        ("Europe/Berlin", "h12", WINTER, "29 Dec 2022, 12:05 am UTC+1"),
        ("Europe/Berlin", "h24", SUMMER, "2 Jul 2022, 01:05 UTC+2"),
        ("America/New_York", "h12", SUMMER, "1 Jul 2022, 7:05 pm UTC-4"),
        ("America/New_York", "h24", WINTER, "28 Dec 2022, 18:05 UTC-5"),
        ("Asia/Kolkata", "h12", WINTER, "29 Dec 2022, 4:35 am UTC+5:30"),
        ("America/St_Johns", "h24", WINTER, "28 Dec 2022, 19:35 UTC-3:30"),
        ("Europe/London", "h24", WINTER, "28 Dec 2022, 23:05 UTC"),
        ("Europe/London", "h12", datetime(2022, 7, 1, 11, 0, tzinfo=UTC), "1 Jul 2022, 12:00 pm UTC+1"),
    ],
)
def test_a_moment_reads_in_the_zone_and_on_the_clock(zone: str, clock: str, moment: datetime, said: str) -> None:
    with read(zone, clock):
        assert f.moment(moment) == said
        assert f.moment(None) == f.MISSING
    assert f.moment(moment).endswith(" UTC")


def test_the_hour_that_is_there_twice_is_told_apart_by_its_distance() -> None:
    with read("Europe/Berlin"):
        first, second = (f.moment(datetime(2022, 10, 30, hour, 30, tzinfo=UTC)) for hour in (0, 1))
    assert (first, second) == ("30 Oct 2022, 02:30 UTC+2", "30 Oct 2022, 02:30 UTC+1")


def test_a_day_of_prices_is_no_moment_and_stays() -> None:
    with read("Pacific/Auckland"):
        assert f.day_short(date(2022, 12, 28)) == "28 Dec 2022"
        assert in_style("Prices to 28 Dec 2022.", "comma") == "Prices to 28 Dec 2022."


def test_kept_sentences_are_turned_when_they_are_shown_and_only_once() -> None:
    assert in_style(KEPT, "comma") == KEPT
    with read("Europe/Berlin", "h12"):
        once = in_style(KEPT, "comma")
        assert once == "Set by Ann on 29 Dec 2022, 12:05 am UTC+1 with 1,200 shares."
        assert in_style(once, "comma") == once
    with read("Europe/Berlin", dates="iso"):
        assert in_style(KEPT, "point") == "Set by Ann on 2022-12-29, 00:05 UTC+1 with 1.200 shares."
    with read("Europe/Berlin"):
        assert in_style("On 31 Feb 2022, 10:00 UTC nothing was.", "comma").startswith("On 31 Feb 2022, 10:00 UTC")


def test_what_is_kept_while_a_person_asks_stays_in_utc() -> None:
    with read("Asia/Tokyo", "h12"), reader.reading(None):
        assert f.moment(WINTER) == "28 Dec 2022, 23:05 UTC"


def test_the_names_are_the_exact_ones_and_nothing_else_can_be_chosen() -> None:
    names = zone_names()
    assert names[0] == "UTC"
    assert {"Europe/Berlin", "America/New_York", "Asia/Kolkata"} <= set(names)
    assert not [name for name in names if name.startswith(("posix", "right", "Etc", "SystemV"))]
    for wrong in ("Berlin", "europe/berlin", "../etc/passwd", "", "Etc/GMT+1"):
        with pytest.raises(ValueError, match="time zone"):
            Preferences(time_zone=wrong)


def test_a_zone_that_is_none_is_refused_by_its_field(house, manager) -> None:
    with pytest.raises(InvalidRequest) as refused:
        house.preferences.set(manager, {"time_zone": "Mars/Base"})
    (problem,) = refused.value.fields
    assert (problem.path, "Europe/Berlin" in problem.advice) == ("time_zone", True)
    house.preferences.set(manager, {"time_zone": "Europe/Berlin", "clock": "h12"})
    kept = house.preferences.get(manager)
    assert (kept.time_zone, kept.clock) == ("Europe/Berlin", "h12")
