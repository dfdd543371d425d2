"""Does a chart that is stepped through by keyboard tell its figures and days as the reader writes them?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ASSETS = Path(__file__).parents[3] / "assets"
BODY = """<!doctype html><div id="shell-root" data-numbers="point" data-dates="day_first"></div>
<div class="graph" id="g"><div class="js-plotly-plot">A chart</div></div>"""
CHART = """(given) => {
  const plot = document.querySelector('.js-plotly-plot');
  plot.on = () => {};
  plot.layout = { meta: { choices: given.choices } };
  plot._fullData = [{ visible: true, x: given.x, y: given.y }];
  plot._fullLayout = { yaxis: { tickformat: given.tickformat } };
  plot.appendChild(document.createElement('i'));
}"""


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    made = browser.new_page()
    made.route("http://product.test/*", lambda route: route.fulfill(body=BODY, content_type="text/html"))
    made.goto("http://product.test/")
    for name in ("aggrid.js", "chart_steps.js", "choose.js"):
        made.add_script_tag(content=(ASSETS / name).read_text(encoding="utf-8"))
    yield made
    made.close()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"choices": {"axis": "x", "keys": {"AAPL": "AAPL"}}, "y": [-1234.5]}, "AAPL: −1.234,50"),
        ({"choices": {"axis": "x", "keys": {"AAPL": "AAPL"}}, "y": [0.125], "tickformat": ".1%"}, "AAPL: 12,50%"),
        (
            {"choices": {"axis": "x", "keys": {"2020-03-12": "d"}}, "x": ["2020-03-12"], "y": [0.5], "tickformat": "%"},
            "12/03/2020: 50,00%",
        ),
        ({"choices": {"spans": [["2020-02-19", "2020-03-23", "Fall"]]}, "y": [1]}, "Fall, 19/02/2020 to 23/03/2020"),
    ],
)
def test_a_stop_is_told_in_the_number_and_date_format_of_the_reader(
    page: Any, given: dict[str, Any], said: str
) -> None:
    page.evaluate(CHART, {"x": ["AAPL"], **given})
    page.wait_for_selector("#g.chooses")
    page.focus("#g")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#choose-voice", state="attached")
    assert page.inner_text("#choose-voice") == said
