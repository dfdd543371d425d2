"""Does the address of trade-offs hold what is looked at, and a client where it is not the portfolio's own?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[3] / "assets" / "tradeoffs.js"
TELL = """([run, pick, client, own, turn = 45, tilt = 30]) => {
  window.dash_clientside.callback_context = { triggered: [{ prop_id: 'tradeoffs-client.value' }] };
  window.dash_clientside.tradeoffs.remember(run, pick, '0', '1', '2', client, turn, tilt, own, ['return'], [60]);
  return window.location.search;
}"""


@pytest.mark.browser
def test_the_address_names_the_client_where_it_is_not_the_portfolios_own(browser: Any) -> None:
    page = browser.new_page()
    page.route("**/*", lambda route: route.fulfill(body="<main></main>", content_type="text/html"))
    page.goto("http://product.test/tradeoffs?run=r")
    page.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
    row = {"place": 3, "why": "row"}
    said = [
        page.evaluate(TELL, given)
        for given in (
            ["r", None, "none", None],  # nothing is filled in yet
            ["r", None, "own", "own"],
            ["r", row, "other", "own"],
            ["r", None, "none", "own"],
            ["r", None, "none", "none"],
            ["r", row, "own", "own", 27, "15"],  # from another side than the surface opens
        )
    ]
    page.close()
    assert said == [
        "?run=r",
        "?run=r",
        "?run=r&point=3&client=other",
        "?run=r&client=none",
        "?run=r",
        "?run=r&point=3&view=27,15",
    ]
