"""Is each value of an economic series known only from the day on which it was published?"""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import ProviderChanged, ProviderRefused, ProviderUnavailable
from data.providers import fred as fred_module
from data.providers.answers import MacroObservation
from data.providers.fred import Fred
from data.providers.fred_pages import FOREVER, joined, windows
from data.providers.questions import MacroQuestion
from tests.contracts import pages
from tests.contracts.local_server import Asked, LocalServer, Reply, as_json


@pytest.fixture
def fred(local: LocalServer) -> Fred:
    return pages.at(Fred, local)


class Bank:
    """A FRED of a few series, each a list of vintages: day of publication to values by date."""

    def __init__(self, vintages: dict[date, dict[str, str]]) -> None:
        self.vintages = vintages

    def rows(self, first: date, last: date) -> list[tuple[str, str, str, str]]:
        """Values with the days on which they stood, cut to a window as FRED cuts them."""
        days = sorted(self.vintages)
        rows = []
        for event in sorted({event for values in self.vintages.values() for event in values}):
            standing: tuple[date, str] | None = None
            for place, day in enumerate([*days, None]):
                value = None if day is None else self.vintages[day].get(event)
                if standing is not None and (day is None or value != standing[1]):
                    end = FOREVER if day is None else day - timedelta(days=1)
                    if standing[0] <= last and end >= first:
                        rows.append((max(standing[0], first), min(end, last), event, standing[1]))
                    standing = None
                if standing is None and value is not None:
                    standing = (days[place], value)
        return [(start.isoformat(), end.isoformat(), event, value) for start, end, event, value in rows]

    def __call__(self, asked: Asked) -> Reply:
        if asked.query["series_id"] != "GDP":
            return as_json({"error_code": 400, "error_message": "Bad Request.  The series does not exist."}, 400)
        if asked.path.endswith("/vintagedates"):
            days = [day.isoformat() for day in sorted(self.vintages)]
            return as_json(pages.vintages(*days))
        if asked.path.endswith("/observations"):
            first = date.fromisoformat(asked.query.get("realtime_start", "2026-03-20"))
            last = date.fromisoformat(asked.query.get("realtime_end", "2026-03-20"))
            found = self.rows(first, last)
            offset, limit = int(asked.query["offset"]), int(asked.query["limit"])
            return as_json(pages.observations(found[offset : offset + limit], len(found), offset))
        return as_json(pages.series("GDP"))


BANK = Bank(
    {
        date(2025, 1, 30): {"2024-10-01": "100.0"},
        date(2025, 2, 27): {"2024-10-01": "101.5"},
        date(2025, 4, 30): {"2024-10-01": "101.5", "2025-01-01": "."},
        date(2025, 7, 30): {"2024-10-01": "99.0", "2025-01-01": "104.0"},
    }
)
FACTS = [
    (date(2024, 10, 1), 100.0, date(2025, 1, 30), date(2025, 2, 26)),
    (date(2024, 10, 1), 101.5, date(2025, 2, 27), date(2025, 7, 29)),
    (date(2024, 10, 1), 99.0, date(2025, 7, 30), None),
    (date(2025, 1, 1), None, date(2025, 4, 30), date(2025, 7, 29)),
    (date(2025, 1, 1), 104.0, date(2025, 7, 30), None),
]


def told(answer) -> list[tuple]:
    return [
        (one.event_date, None if math.isnan(one.value) else one.value, one.realtime_start, one.realtime_end)
        for one in answer.observations
    ]


@pytest.mark.requirement("2.1.F3")
def test_all_vintages_say_when_each_value_stood(local, fred):
    local.asked.clear()
    local.script = BANK
    answer = fred.macro(MacroQuestion(("GDP", "NONE", "not an id"), is_all_vintages=True))
    assert told(answer) == FACTS
    assert answer.missing_ids == ("not an id", "NONE")
    (about,) = answer.series
    assert (about.series_id, about.unit, about.frequency) == ("GDP", "Billions of Dollars", "Quarterly")
    assert [one.path for one in local.asked if one.query["series_id"] == "NONE"] == ["/fred/series"]


@pytest.mark.parametrize("most", [1, 2, 3])
def test_windows_of_vintages_are_joined_to_what_one_window_would_say(local, fred, monkeypatch, most):
    """FRED cuts the days on which a value stood at the ends of the window that is asked for."""
    monkeypatch.setattr(fred_module, "VINTAGES_MAX", most)
    local.script = BANK
    assert told(fred.macro(MacroQuestion(("GDP",), is_all_vintages=True))) == FACTS


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(["1", "2", "."]), min_size=3, max_size=3), min_size=2, max_size=8),
    st.integers(1, 5),
)
def test_any_history_of_revisions_survives_any_windows(history, most):
    events = ["2024-01-01", "2024-04-01", "2024-07-01"]
    bank = Bank(
        {
            date(2025, 1, 1) + timedelta(days=place): dict(zip(events, values, strict=True))
            for place, values in enumerate(history)
        }
    )

    def pieces(first: date, last: date) -> list[MacroObservation]:
        return [
            MacroObservation(
                "GDP",
                date.fromisoformat(event),
                math.nan if value == "." else float(value),
                date.fromisoformat(start),
                None if end == FOREVER.isoformat() else date.fromisoformat(end),
            )
            for start, end, event, value in bank.rows(first, last)
        ]

    whole = joined(pieces(date(1776, 7, 4), FOREVER))
    spans = windows(sorted(bank.vintages), most)
    again = joined([one for span in spans for one in pieces(*span)])
    assert repr(again) == repr(whole)


def test_values_of_today_are_known_from_today_and_still_stand(local, fred):
    local.script = BANK
    answer = fred.macro(MacroQuestion(("GDP",)))
    assert told(answer) == [
        (date(2024, 10, 1), 99.0, pages.NOW.date(), None),
        (date(2025, 1, 1), 104.0, pages.NOW.date(), None),
    ]
    assert "known from the day of asking" in answer.provenance.notes[0]


def test_long_series_come_page_by_page(local, fred, monkeypatch):
    monkeypatch.setattr(fred_module, "ROWS_MAX", 1)
    local.asked.clear()
    local.script = BANK
    assert len(fred.macro(MacroQuestion(("GDP",))).observations) == 2
    assert [one.query["offset"] for one in local.asked if one.path.endswith("observations")] == ["0", "1"]


def test_pages_without_an_end_are_bounded(local, fred, monkeypatch):
    monkeypatch.setattr(fred_module, "PAGES_MAX", 3)

    def script(asked):
        if asked.path.endswith("/observations"):
            return as_json(pages.observations([("2026-03-20", "2026-03-20", "2024-01-01", "1")], count=10**9))
        return as_json(pages.series("GDP"))

    local.script = script
    with pytest.raises(ProviderChanged, match="an end after 3 pages"):
        fred.macro(MacroQuestion(("GDP",)))


def test_the_window_of_dates_reaches_the_source(local, fred):
    local.asked.clear()
    local.script = BANK
    fred.macro(MacroQuestion(("GDP",), date(2020, 1, 1), date(2025, 12, 31)))
    asked = local.asked[1].query
    assert (asked["observation_start"], asked["observation_end"]) == ("2020-01-01", "2025-12-31")
    assert "realtime_start" not in asked


@pytest.mark.parametrize(
    ("code", "message", "error"),
    [
        (400, "Bad Request.  The value for variable api_key is not registered.", ProviderRefused),
        (400, "Bad Request.  Variable api_key is not a 32 character lower-cased string.", ProviderRefused),
        (423, "Locked.", ProviderRefused),
    ],
)
def test_error_pages_are_told_in_their_words(local, fred, code, message, error):
    local.says(as_json({"error_code": code, "error_message": message}, code))
    with pytest.raises(error, match=r"FRED says: \w+") as caught:
        fred.macro(MacroQuestion(("GDP",)))
    assert "  " not in caught.value.message


def test_an_internal_error_is_a_failure_of_the_source(local, fred):
    local.says(as_json({"error_code": 500, "error_message": "Internal Server Error"}, 500))
    with pytest.raises(ProviderUnavailable):
        fred.macro(MacroQuestion(("GDP",)))


@pytest.mark.parametrize("value", ["about 3", "", "inf", "nan"])
def test_a_value_that_is_no_number_is_a_changed_shape(local, fred, value):
    local.says(as_json(pages.series("GDP")), as_json(pages.today(("2025-01-01", value))))
    with pytest.raises(ProviderChanged, match="numbers in its values"):
        fred.macro(MacroQuestion(("GDP",)))


def test_values_published_in_the_future_are_left_out_and_told(local, fred):
    rows = [("2026-03-20", "9999-12-31", "2025-01-01", "1"), ("2031-01-01", "9999-12-31", "2025-04-01", "2")]
    local.says(as_json(pages.series("GDP")), as_json(pages.vintages("2026-03-20")), as_json(pages.observations(rows)))
    answer = fred.macro(MacroQuestion(("GDP",), is_all_vintages=True))
    assert [one.value for one in answer.observations] == [1.0]
    assert "Values dated in the future left out: 1." in answer.provenance.transformations
