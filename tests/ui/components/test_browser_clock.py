"""Do moments read in the browser as the server writes them, in every zone, on both clocks, over summer time?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services import formatting, reader
from services.messages.preferences import Preferences

ASSETS = Path(__file__).parents[3] / "assets"
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns")
MOMENTS = [
    datetime(2022, 12, 28, 23, 5, tzinfo=UTC), datetime(2022, 7, 1, 11, 0, tzinfo=UTC),
    datetime(2022, 10, 30, 0, 30, tzinfo=UTC), datetime(2022, 10, 30, 1, 30, tzinfo=UTC),
    datetime(2022, 3, 13, 7, 0, tzinfo=UTC), datetime(2022, 1, 1, 0, 0, tzinfo=UTC),
]  # fmt: skip


@pytest.fixture
def clocks(browser: Any) -> Iterator[Callable[..., Any]]:
    pages = []

    def draw(zone: str, clock: str, dates: str = "words") -> Any:
        page = browser.new_page()
        pages.append(page)
        said = f'data-numbers="comma" data-dates="{dates}" data-zone="{zone}" data-clock="{clock}"'
        body = f'<div id="shell-root" {said}></div>'
        page.route("http://product.test/*", lambda route: route.fulfill(body=body, content_type="text/html"))
        page.goto("http://product.test/")
        page.evaluate("window.dash_clientside = {}")
        for name in ("boot/theme.js", "aggrid.js", "clock.js"):
            page.add_script_tag(content=(ASSETS / name).read_text(encoding="utf-8"))
        return page

    yield draw
    for page in pages:
        page.close()


@pytest.mark.browser
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("clock", ["h24", "h12"])
def test_sentences_of_the_server_read_on_the_clock_of_the_reader(
    clocks: Callable[..., Any], zone: Any, clock: Any
) -> None:
    page = clocks(zone, clock)
    canonical = [formatting.moment(one) for one in MOMENTS]
    shown = page.evaluate("(all) => all.map(window.qpo.onReadersClock)", canonical)
    with reader.reading(lambda: Preferences(time_zone=zone, clock=clock)):
        assert shown == [str(formatting.moment(one)) for one in MOMENTS]
    assert page.evaluate("(all) => all.map(window.qpo.onReadersClock)", shown) == shown or zone == "UTC"


@pytest.mark.browser
def test_moments_of_grids_have_seconds_and_days_stay_days(clocks: Callable[..., Any]) -> None:
    page = clocks("Europe/Berlin", "h12")
    moment = "(text) => window.dashAgGridFunctions.qpoMoment(text)"
    assert page.evaluate(moment, "2022-12-28T23:05:09.5Z") == "29 Dec 2022, 12:05:09 am UTC+1"
    assert page.evaluate(moment, "2022-12-28") == "28 Dec 2022"
    assert clocks("UTC", "h24", "iso").evaluate(moment, "2022-12-28T23:05:09Z") == "2022-12-28, 23:05:09 UTC"
    words = "Closed - 28 Dec 23:05 UTC"
    assert page.evaluate("(text) => window.qpo.onReadersClock(text)", words) == "Closed - 29 Dec 12:05 am UTC+1"
