"""Do the rows of a grid leave with the words that their cells show, with numbers as such, and with amounts masked?"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import pytest

from components.grid import column
from components.take import take_button

ASSETS = Path(__file__).parents[3] / "assets"
COLUMNS = (
    column("symbol", "Asset", renderer="qpoName"),
    column("standing", "Check", renderer="qpoLight"),
    column("status", "State", renderer="qpoState"),
    column("role", "Account", renderer="qpoStatus"),
    column("typed", "Units", format="shares"),
)
KEYS = ("symbol", "standing", "status", "role", "typed")
ROWS = [
    dict(zip(KEYS, ("AAA", "amber", "failed", "invited", "-47"), strict=True)) | {"state_words": "No result"},
    dict(zip(KEYS, ("BBB", "red", "new", "none", "x"), strict=True)),
]
STUBS = """(rows) => {
  window.sent = [];
  window.dash_clientside = { no_update: null, set_props: (id, given) => window.sent.push(given.data) };
  window.dash_ag_grid = { getApi: () => ({
    forEachNodeAfterFilterAndSort: (told) => rows.forEach((data) => told({ data })),
  }) };
}"""
TAKEN = """() => {
  document.querySelector('.take').click();
  document.querySelector('#take-menu [data-take-as=csv]').click();
  return window.sent.pop().rows;
}"""


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page with a grid of two rows and the button below it."""
    told = take_button(COLUMNS).to_plotly_json()["props"]["data-take-grid"]
    made = browser.new_page()
    made.set_content(
        '<main><div class="grid-frame" aria-label="Trades"><div class="grid-q" id="rows"></div>'
        f'<button class="take" data-take="" data-take-grid="{escape(told)}">Take</button></div></main>'
    )
    made.evaluate(STUBS, ROWS)
    for name in ("aggrid.js", "take.js"):
        made.add_script_tag(content=(ASSETS / name).read_text(encoding="utf-8"))
    yield made
    made.close()


@pytest.mark.browser
def test_cells_leave_with_their_words_and_units_as_numbers(page: Any) -> None:
    first, second = page.evaluate(TAKEN)
    assert [one["text"] for one in first] == ["AAA", "Near limit", "No result", "Invited", "-47"]
    assert [one["text"] for one in second] == ["BBB", "Breach", "new", "none", "x"]
    assert first[4]["value"] == "-47"
    assert "value" not in second[4]


@pytest.mark.browser
def test_units_leave_as_a_mask_while_amounts_are_hidden(page: Any) -> None:
    page.evaluate("() => document.documentElement.setAttribute('data-private', '')")
    assert [row[4]["text"] for row in page.evaluate(TAKEN)] == ["\u2022\u2022\u2022\u2022"] * 2


MATRIX = """<div class="table-frame"><div><table><thead><tr><th>Portfolio</th><th>No issuer above 10%</th></tr></thead>
<tbody><tr><th>Aurora</th><td><button title="Aurora, No issuer: at most 10%: broken"></button></td></tr></tbody>
</table></div><button class="take" data-take="">Take</button></div>"""


@pytest.mark.browser
def test_a_cell_that_shows_a_shape_alone_leaves_with_what_the_shape_means(page: Any) -> None:
    page.evaluate("(body) => { document.querySelector('main').innerHTML = body; }", MATRIX)
    (row,) = page.evaluate(TAKEN)
    assert [cell["text"] for cell in row] == ["Aurora", "broken"]
