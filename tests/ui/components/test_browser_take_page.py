"""Does a page that is taken along say so where parts of it had not come yet?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ASSETS = Path(__file__).parents[3] / "assets"
EARLY = "Parts of this page were still being computed when it was taken along."
BODY = """<!doctype html><title>Risk</title>
<main id="shell-content"><h1>Risk</h1><p>Volatility is 18.47%.</p>
  <div id="late"><div class="skeleton" style="height: 20px">...</div></div></main>"""
SAID = "() => window.qpo.take.page(false).parts.flatMap((one) => one.sentences || [])"


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page with the script that reads it, one part of which is still to come."""
    made = browser.new_page()
    made.set_content(BODY)
    made.evaluate("() => { window.qpo = { take: { ways: {}, isHidden: () => false } }; }")
    made.add_script_tag(content=(ASSETS / "take_page.js").read_text(encoding="utf-8"))
    yield made
    made.close()


def test_a_page_with_parts_still_to_come_says_so_first(page: Any) -> None:
    assert page.evaluate(SAID) == [EARLY, "Volatility is 18.47%."]


@pytest.mark.parametrize("done", ["one.replaceChildren()", "one.hidden = true"])
def test_a_page_that_stands_says_what_it_shows_and_no_more(page: Any, done: str) -> None:
    page.locator("#late").evaluate(f"(one) => {{ {done}; }}")
    assert page.evaluate(SAID) == ["Volatility is 18.47%."]


GRID = """([renderer, raw, formatted, row]) => {
  const frame = document.createElement('div');
  frame.className = 'grid-frame';
  frame.innerHTML = '<div class="grid-q" id="grid"></div>';
  document.getElementById('shell-content').append(frame);
  const column = { getColId: () => 'one', getColDef: () => (
    { field: 'one', headerName: 'One', type: 'rightAligned', cellRenderer: renderer }) };
  const api = {
    getAllDisplayedColumns: () => [column],
    forEachNodeAfterFilterAndSort: (see) => see({ rowIndex: 900, data: row }),
    getCellValue: (asked) => asked.useFormatter ? formatted : raw,
  };
  window.dash_ag_grid = { getApi: () => api };
  window.qpo.gridWords = { qpoState: (value, row) => row.state_words || value };
  return window.qpo.take.page(false).parts.find((one) => one.kind === 'table').rows;
}"""


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["qpoPrice", 1234.5, "1.234,50", {}], "1.234,50"),
        (["qpoState", "succeeded", "succeeded", {"state_words": "Good"}], "Good"),
        (["qpoName", "GLMR.X", "GLMR.X", {"is_sample": True, "note": "Gl"}], "GLMR.X Sample, fictitious · Gl"),
        (["qpoName", "AAPL", "AAPL", {"note": "Apple Inc."}], "AAPL Apple Inc."),
    ],
)
def test_a_row_that_no_screen_drew_reads_as_a_drawn_one(page: Any, asked: list[Any], said: str) -> None:
    assert page.evaluate(GRID, asked) == [[said]]


def test_a_day_that_was_chosen_reads_as_the_reader_writes_days(page: Any) -> None:
    page.evaluate("window.dashAgGridFunctions = { qpoDate: (day) => day.split('-').reverse().join('/') }")
    page.locator("#shell-content").evaluate(
        "(one) => one.insertAdjacentHTML('beforeend', '<label>From <input type=date value=2012-01-02></label>')"
    )
    assert "02/01/2012" in page.evaluate("JSON.stringify(window.qpo.take.page(false).parts)")
