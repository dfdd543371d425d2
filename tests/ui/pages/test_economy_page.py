"""Does the page of economic series stand as its address says, and do its words tell what was published when?"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from callbacks import economy_words as words
from components.economy_layout import PERIODS, economy_layout, view_of
from services.charts.economy import figure_decimals, period_words, series_chart
from services.messages.economy import EconomicSeries, EconomicView, PeriodFigure
from services.messages.market_data import MacroPoint

SERIES = EconomicSeries(
    series_id="OUTPUT", title="Output", unit="Billions of Dollars", frequency="Quarterly", seasonal_adjustment="SAAR",
    provider="fred", provider_label="FRED", last_period=date(2022, 4, 1), last_value=1102.25,
    released_on=date(2022, 8, 25), updated_at_utc=datetime(2022, 12, 30, tzinfo=UTC), age_days=3, is_sample=False,
)  # fmt: skip


def period(day: date, first: float | None, latest: float | None, value: float | None) -> PeriodFigure:
    return PeriodFigure(
        period=day, value=value, released_on=date(2022, 8, 25), first_value=first, first_on=date(2022, 7, 28),
        latest_value=latest, releases_count=2,
    )  # fmt: skip


def view(reading: Any = "latest", *periods: PeriodFigure) -> EconomicView:
    day = date(2022, 9, 1) if reading == "known" else None
    changed = sum(1 for one in periods if one.first_value != one.latest_value)
    return EconomicView(
        series=SERIES, reading=reading, known_on=day, periods=periods, revised_count=changed, delivery=None
    )


def text_of(component: object) -> str:
    return json.dumps(component, default=lambda one: one.to_plotly_json(), ensure_ascii=False)


def test_the_address_chooses_series_and_reading_and_unknown_words_are_passed_over() -> None:
    assert view_of({"series": "GDP", "reading": "known", "known_on": "2009-02-01"}) == {
        "series": "GDP", "reading": "known", "known_on": "2009-02-01",
    }  # fmt: skip
    assert view_of({"reading": "sideways", "known_on": "yesterday"}) == {
        "series": "", "reading": "latest", "known_on": "",
    }  # fmt: skip
    page = text_of(economy_layout(view_of({"reading": "first"})))
    assert '"value": "first"' in page
    assert '"href": "/providers"' in page  # the way to get data, where nothing is stored


@pytest.mark.parametrize(
    ("frequency", "said"),
    [("Quarterly", "Q2 2022"), ("Monthly", "Apr 2022"), ("Annual", "2022"), ("Weekly, Ending Friday", "1 Apr 2022")],
)
def test_periods_are_named_as_their_frequency_names_them(frequency: str, said: str) -> None:
    assert period_words(date(2022, 4, 1), frequency) == said


def test_figures_have_the_decimals_of_their_source() -> None:
    assert figure_decimals([25_723.941, 4.5, None]) == 3
    assert figure_decimals([5.0, None]) == figure_decimals([]) == 0
    assert figure_decimals([1 / 3]) == 4
    shown = view("latest", period(date(2022, 1, 1), 5.25, 5.5, 5.5))
    assert {row["decimals"] for row in words.period_rows(shown)} == {2}
    assert "qpoNumber(params.value, params.data.decimals)" in text_of(PERIODS)


def test_the_chart_says_the_last_figure_and_shows_first_releases_beside_it() -> None:
    quarters = (
        period(date(2022, 1, 1), 1000.5, 1001.25, 1001.25),
        period(date(2022, 4, 1), 1102.25, 1102.25, 1102.25),
    )
    chart = series_chart(view("latest", *quarters), style="point")
    assert chart.layout.meta["title"] == "Output: 1.102,25 in Q2 2022, published 25 Aug 2022"
    assert [(line.name, list(line.y)) for line in chart.data] == [
        ("As first published", [1000.5, 1102.25]),
        ("Latest figures", [1001.25, 1102.25]),
    ]
    assert chart.layout.yaxis.tickformat == ",.9~g"  # 30,000 and not 3e+4
    known = series_chart(view("known", period(date(2022, 1, 1), 1000.5, 1001.25, 1000.5)))
    assert known.layout.meta["subtitle"].endswith("as known on 1 Sep 2022")
    assert [line.name for line in known.data] == ["Latest figures", "As known on 1 Sep 2022"]
    assert series_chart(view("known")).layout.meta["title"] == "Output: no figure was known"


def test_rows_and_notes_tell_revisions() -> None:
    shown = view("latest", period(date(2022, 1, 1), 1000.5, 1001.25, 1001.25), period(date(2022, 4, 1), None, 5.0, 5.0))
    first_row, second_row = words.period_rows(shown)
    assert (first_row["period"], first_row["revision"]) == ("Q2 2022", None)
    assert second_row["revision"] == 0.75
    assert words.periods_note(shown, "comma") == "2 periods; 2 were revised since the first release."
    assert words.list_rows([SERIES])[0]["period"] == "Q2 2022"
    points = (
        MacroPoint(event_date=date(2022, 1, 1), value=1000.5, realtime_start=date(2022, 4, 28),
                   realtime_end=date(2022, 5, 25)),
        MacroPoint(event_date=date(2022, 1, 1), value=1001.25, realtime_start=date(2022, 5, 26), realtime_end=None),
    )  # fmt: skip
    told = text_of(words.releases(shown, date(2022, 1, 1), points, "comma"))
    assert "Q1 2022: 2 releases." in told
    assert "1,000.50" in told
    assert "stands" in told
