"""Do grids mask amounts and write days as the person wants them, and does the eye ask for it at once?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from services import formatting, reader
from services.messages.preferences import Preferences

ASSETS = Path(__file__).parents[3] / "assets"
GRID = "([names, value]) => names.map((name) => window.dashAgGridFunctions[name](value))"


@pytest.fixture
def shown(browser: Any) -> Iterator[Callable[..., Any]]:
    pages = []

    def draw(amounts: str, dates: str = "words") -> Any:
        page = browser.new_page()
        pages.append(page)
        body = (
            f'<div id="shell-root" data-numbers="comma" data-amounts="{amounts}" data-dates="{dates}">'
            '<button data-amounts-toggle id="eye">eye</button></div>'
        )
        page.route("http://product.test/*", lambda route: route.fulfill(body=body, content_type="text/html"))
        page.goto("http://product.test/")
        page.evaluate("window.told = []")
        page.evaluate("window.dash_clientside = {set_props: (id, what) => window.told.push([id, what])}")
        for name in ("boot/theme.js", "aggrid.js", "amounts.js"):
            page.add_script_tag(content=(ASSETS / name).read_text(encoding="utf-8"))
        return page

    yield draw
    for page in pages:
        page.close()


@pytest.mark.browser
def test_grids_mask_money_and_shares_and_leave_the_rest(shown: Callable[..., Any]) -> None:
    page = shown("hidden")
    amounts = page.evaluate(GRID, [["qpoMoney", "qpoSignedMoney", "qpoQuantity", "qpoShares"], 48213.4])
    assert amounts == [formatting.MASK] * 4
    assert page.evaluate(GRID, [["qpoMoney", "qpoQuantity"], None]) == [formatting.MISSING] * 2
    assert page.evaluate(GRID, [["qpoWeight", "qpoSignedPercent"], 0.25]) == ["25.0%", "+25.00%"]
    assert page.evaluate(GRID, [["qpoSignedPoints"], 0.1033]) == ["+10.3 pp"]
    assert page.evaluate(GRID, [["qpoSignedPoints"], None]) == ["\N{EM DASH}"]
    assert page.evaluate(GRID, [["qpoCount"], 3]) == ["3"]
    assert page.get_attribute("html", "data-private") == ""


@pytest.mark.browser
@pytest.mark.parametrize("dates", ["words", "iso", "day_first", "month_first"])
def test_days_read_in_grids_as_the_server_writes_them(shown: Callable[..., Any], dates: Any) -> None:
    from datetime import date

    page = shown("shown", dates)
    with reader.reading(lambda: Preferences(date_format=dates)):
        wanted = formatting.day_short(date(2022, 12, 8))
    assert page.evaluate(GRID, [["qpoDate"], "2022-12-08"]) == [str(wanted)]
    assert page.evaluate(GRID, [["qpoMoney"], 12]) == ["12.00"]
    assert page.get_attribute("html", "data-private") is None


@pytest.mark.browser
def test_the_eye_hides_the_page_at_once_and_asks_once_for_the_other_state(shown: Callable[..., Any]) -> None:
    page = shown("shown")
    page.click("#eye")
    page.click("#eye")
    assert page.evaluate("window.told") == [["shell-amounts", {"data": "hidden"}]]
    assert page.get_attribute("html", "data-amounts-turning") == ""
