"""Does the page of performance come to the portfolio that is chosen, even where an answer of the browser was lost?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[3] / "assets" / "performance.js"
BODY = "<!doctype html><title>Performance</title><main><div id='performance-tabs'></div></main>"
STORED = {
    "portfolio": "", "benchmark": "own", "currency": "own", "period": "all", "start": "", "end": "", "basis": "twr",
    "fees": "net", "rolling": "126", "rolled": "sharpe", "grouping": "sector", "method": "bf", "linking": "carino",
    "fold": "apart", "tab": "figures", "factors": "", "chosen": "",
}  # fmt: skip
VIEW = """([portfolio, start, triggered, stored]) => {
  window.dash_clientside.callback_context = { triggered: triggered.map((id) => ({ prop_id: id })) };
  const rest = ['twr', 'net', '126', 'sharpe', 'sector', 'bf', 'carino', 'apart', []];
  return window.dash_clientside.performance.view(portfolio, 'own', 'own', 'all', start, '', ...rest, null, stored);
}"""


@pytest.fixture
def performance(browser: Any) -> Iterator[Any]:
    page = browser.new_page()
    page.route("**/*", lambda route: route.fulfill(body=BODY, content_type="text/html"))
    page.goto("http://house.invalid/performance?tab=months")
    page.evaluate("() => { window.dash_clientside = { no_update: 'same', set_props() {} }; }")
    page.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
    yield page
    page.close()


@pytest.mark.browser
def test_a_lost_answer_is_given_again(performance: Any) -> None:
    asked = ["p-1", "", ["performance-portfolio.value"], STORED]
    first = performance.evaluate(VIEW, asked)
    assert first == {**STORED, "portfolio": "p-1"}
    assert performance.evaluate(VIEW, asked) == first, "The store still has no portfolio."
    assert performance.evaluate(VIEW, [*asked[:3], first]) == "same", "Now it has, so nothing changes any more."
    assert performance.url.endswith("/performance?tab=months&portfolio=p-1")


@pytest.mark.browser
def test_dates_that_are_told_beside_a_portfolio_do_not_hide_it(performance: Any) -> None:
    both = ["performance-portfolio.value", "performance-start.value", "performance-end.value"]
    assert performance.evaluate(VIEW, ["p-1", "", both, STORED])["portfolio"] == "p-1"
    performance.evaluate("() => { document.getElementById('performance-tabs').toldSpan = ['2020-01-02', '']; }")
    found = performance.evaluate(VIEW, ["p-2", "2020-01-02", both, {**STORED, "portfolio": "p-1"}])
    assert (found["portfolio"], found["start"]) == ("p-2", ""), "The days were told by the page: they choose nothing."
    typed = performance.evaluate(VIEW, ["p-2", "2021-05-03", both[1:], found])
    assert typed["start"] == "2021-05-03"
