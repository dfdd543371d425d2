"""Do edits in the grid of holdings become what was meant, and do undo and redo lead back and forth?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from components.portfolio_holdings import OPTIONS

ASSETS = Path(__file__).parents[3] / "assets"
SCRIPTS = ("aggrid.js", "what_if.js", "portfolio_holdings.js")
GRID = """() => {
  const rows = [
    { id: 'a', name: 'AAA', weight_frac: 0.3, value_ccy: 3000, quantity: 60, target_frac: 0.25, drift_frac: 0.05 },
    { id: 'b', name: 'BBB', weight_frac: 0.25, value_ccy: 2500, quantity: 100, target_frac: null, drift_frac: null }
  ];
  const sent = (window.sent = {}), pinned = (window.pinned = []);
  window.rows = rows;
  const api = (window.api = {
    isDestroyed: () => false, redrawRows() {}, setColumnsVisible() {},
    onFilterChanged: () => { window.asked = (window.asked || 0) + 1; },
    forEachNode: (visit) => rows.forEach((data) => visit({ data })),
    forEachNodeAfterFilter: (visit) => rows.forEach((data) => visit({ data })),
    getGridOption: () => undefined, setGridOption: (name, value) => pinned.splice(0, 9, ...value),
    applyTransaction(change) {
      (change.remove || []).forEach((one) => rows.splice(rows.findIndex((data) => data.id === one.id), 1));
      (change.add || []).forEach((one) => rows.push(one));
    }
  });
  window.dash_ag_grid = { getApi: () => api };
  const put = (id, props) => { sent[id] = Object.assign(sent[id] || {}, props); };
  window.dash_clientside = { no_update: 'same', set_props: put };
  window.type = (name, field, text) => {
    const data = rows.find((row) => row.name === name), was = data[field], functions = window.dashAgGridFunctions;
    const made = functions.qpoParse({ colDef: { field }, newValue: text, oldValue: was, api });
    data[field] = made;
    functions.qpoHoldingsEdited({ colDef: { field }, data, oldValue: was, newValue: made, source: 'edit', api });
  };
}"""
SEEN = """() => window.rows.map((row) => {
  const figures = ['weight_frac', 'value_ccy', 'quantity'].map((name) => Number(row[name].toFixed(6)));
  return [row.name, ...figures, row.edited || null];
})"""


@pytest.fixture
def grid(browser: Any) -> Iterator[Any]:
    """A page with the scripts and a grid of two rows, in which somebody began to edit."""
    page = browser.new_page()
    page.route("**/*", lambda route: route.fulfill(body=BODY, content_type="text/html"))
    page.goto("http://house.invalid/portfolios/p-1")
    page.evaluate(GRID)
    for name in SCRIPTS:
        page.add_script_tag(content=(ASSETS / name).read_text(encoding="utf-8"))
    page.evaluate("() => { window.dashAgGridFunctions.qpoHoldingsRows({ api: window.api }); }")
    page.evaluate("() => { const w = window.dash_clientside.what_if; w.basis({ value_ccy: 10000 }); w.start(1); }")
    yield page
    page.close()


BODY = '<div id="shell-root" data-numbers="comma"></div><div class="card-q"><div id="portfolio-holdings"></div></div>'


def edit(page: Any, name: str, field: str, text: str) -> None:
    page.evaluate("([name, field, text]) => window.type(name, field, text)", [name, field, text])


def call(page: Any, name: str, *given: Any) -> Any:
    return page.evaluate("([name, given]) => window.dash_clientside.what_if[name](...given)", [name, list(given)])


@pytest.mark.browser
def test_a_weight_a_value_and_units_each_bring_the_other_two(grid: Any) -> None:
    edit(grid, "AAA", "weight_frac", "50")
    edit(grid, "BBB", "quantity", "200")
    assert grid.evaluate(SEEN) == [["AAA", 0.5, 5000, 100, "hand"], ["BBB", 0.5, 5000, 200, "hand"]]
    edit(grid, "AAA", "value_ccy", "4,000")
    assert grid.evaluate(SEEN)[0] == ["AAA", 0.4, 4000, 80, "hand"]
    grid.wait_for_function("() => window.sent['portfolio-what-if-edits']")
    assert grid.evaluate("() => window.sent['portfolio-what-if-edits'].data.edits") == [
        {"symbol": "AAA", "by": "hand", "value_ccy": "4000"}, {"symbol": "BBB", "by": "hand", "quantity": "200"},
    ]  # fmt: skip


@pytest.mark.browser
def test_undo_and_redo_lead_back_and_forth_by_key_too(grid: Any) -> None:
    first = grid.evaluate(SEEN)
    edit(grid, "AAA", "weight_frac", "50%")
    edited = grid.evaluate(SEEN)
    grid.keyboard.press("Control+z")
    assert grid.evaluate(SEEN) == first
    grid.keyboard.press("Control+Shift+Z")
    assert grid.evaluate(SEEN) == edited
    call(grid, "discard", 1)
    assert grid.evaluate(SEEN) == first
    call(grid, "undo", 1)
    assert grid.evaluate(SEEN) == edited


@pytest.mark.browser
def test_what_is_no_number_changes_nothing_and_is_said(grid: Any) -> None:
    first = grid.evaluate(SEEN)
    for text in ("abc", "1e5", "--3", "", "1.2.3.x"):
        edit(grid, "AAA", "weight_frac", text)
        assert grid.evaluate(SEEN) == first, text
    edit(grid, "AAA", "weight_frac", "abc")
    said = grid.evaluate("() => window.sent['portfolio-what-if-typed'].children")
    assert said == "“abc” is no weight: write a number, such as 12.5 for 12.5%."


@pytest.mark.browser
def test_what_could_not_be_read_is_told_until_it_is_discarded_put_right_or_left(grid: Any) -> None:
    def said() -> Any:
        return grid.evaluate("() => [window.sent['portfolio-what-if-typed'].children, "
                             "window.sent['portfolio-what-if-discard'].disabled]")  # fmt: skip

    edit(grid, "AAA", "weight_frac", "abc")
    assert said()[0].startswith("“abc” is no weight")
    assert said()[1] is False
    call(grid, "discard", 1)  # nothing was edited: what is discarded is the sentence
    assert said() == [None, True]
    edit(grid, "AAA", "weight_frac", "abc")
    edit(grid, "AAA", "weight_frac", "")
    assert said() == [None, True]
    edit(grid, "AAA", "weight_frac", "50")
    edit(grid, "BBB", "weight_frac", "abc")
    call(grid, "seen", {"portfolio": "p-1", "positions": {}})  # the answer to the edit before it
    assert said()[0].startswith("“abc” is no weight")
    call(grid, "discard", 1)
    assert said() == [None, True]
    edit(grid, "AAA", "weight_frac", "abc")
    call(grid, "start", 1)
    assert said() == [None, True]


@pytest.mark.browser
def test_what_is_added_stands_as_a_row_of_its_own_until_it_is_taken_back(grid: Any) -> None:
    call(grid, "add", 1, " ccc ")
    seen = {"CCC": {"name": "Gamma", "sector": "Energy", "price_ccy": 20, "is_held": False}}
    call(grid, "seen", {"portfolio": "p-1", "positions": seen})
    edit(grid, "CCC", "weight_frac", "10")
    assert grid.evaluate(SEEN)[2] == ["CCC", 0.1, 1000, 50, "hand"]
    call(grid, "undo", 1)
    call(grid, "undo", 1)
    assert len(grid.evaluate(SEEN)) == 2


@pytest.mark.browser
def test_cash_and_the_total_stand_below_and_follow_each_edit(grid: Any) -> None:
    edit(grid, "AAA", "weight_frac", "50")
    grid.evaluate("() => window.dashAgGridFunctions.qpoHoldingsSums({ api: window.api })")
    grid.wait_for_function("() => window.pinned.length === 2")
    cash, total = grid.evaluate("() => window.pinned")
    assert (cash["name"], cash["value_ccy"], cash["weight_frac"]) == ("Cash", 2500, 0.25)
    assert (total["name"], total["value_ccy"], total["weight_frac"]) == ("Total", 10000, 1)


@pytest.mark.browser
def test_edits_of_another_portfolio_are_not_taken(grid: Any) -> None:
    first = grid.evaluate(SEEN)
    call(grid, "load", {"portfolio": "p-2", "edits": [{"symbol": "AAA", "weight_frac": 0.1}]})
    assert grid.evaluate(SEEN) == first
    call(grid, "load", {"portfolio": "p-1", "edits": [{"symbol": "AAA", "weight_frac": 0.1, "by": "optimizer"}]})
    assert grid.evaluate(SEEN)[0] == ["AAA", 0.1, 1000, 20, "optimizer"]


@pytest.mark.browser
def test_what_is_no_asset_leaves_the_grid_while_the_refusal_stays_told(grid: Any) -> None:
    edit(grid, "AAA", "weight_frac", "50")
    call(grid, "add", 1, "zzzz")
    assert grid.evaluate("() => window.rows.length") == 3
    grid.evaluate("() => { delete window.sent['portfolio-what-if-problem']; }")
    call(grid, "seen", {"portfolio": "p-1", "positions": {}, "unknown": ["ZZZZ"]})
    assert [row[0] for row in grid.evaluate(SEEN)] == ["AAA", "BBB"]
    grid.wait_for_function("() => ((window.sent['portfolio-what-if-edits'] || {}).data || {}).is_after_refusal")
    left = grid.evaluate("() => window.sent['portfolio-what-if-edits'].data.edits")
    assert [one["symbol"] for one in left] == ["AAA"]
    assert grid.evaluate("() => window.sent['portfolio-what-if-problem'] === undefined")
    call(grid, "undo", 1)  # the edit before it, not the addition
    assert grid.evaluate(SEEN)[0][4] is None


@pytest.mark.browser
def test_a_number_without_end_is_told_as_too_large(grid: Any) -> None:
    first = grid.evaluate(SEEN)
    edit(grid, "AAA", "value_ccy", "99999999999999999999")
    assert grid.evaluate(SEEN) == first
    said = grid.evaluate("() => window.sent['portfolio-what-if-typed'].children")
    assert said == "\u201c99999999999999999999\u201d is too large a value: check the digits."


@pytest.mark.browser
@pytest.mark.requirement("5.1.A4")
def test_a_sector_narrows_the_grid_from_outside_and_no_filter_of_a_column_remembers_it(grid: Any) -> None:
    passes = "() => window.rows.map((data) => window.dashAgGridFunctions.qpoHoldingsPass({ data }))"
    narrowed = "() => window.dashAgGridFunctions.qpoHoldingsAreNarrowed()"
    sector = "(name) => window.dash_clientside.portfolio_holdings.sector(name)"
    grid.evaluate("() => { window.asked = 0; window.rows[0].sector = 'Energy'; }")
    assert grid.evaluate(sector, "Energy") == [False, "Sector: Energy"]
    assert (grid.evaluate(narrowed), grid.evaluate(passes)) == (True, [True, False])
    assert "sector=Energy" in grid.url
    assert grid.evaluate(sector, None) == [True, ""]
    assert (grid.evaluate(narrowed), grid.evaluate(passes)) == (False, [True, True])
    assert "sector" not in grid.url
    assert grid.evaluate("() => window.asked") == 2
    grid.evaluate("() => window.dashAgGridFunctions.qpoHoldingsRows({ api: window.api })")
    assert grid.evaluate("() => window.asked") == 2, "Rows that come again ask the grid for nothing."


@pytest.mark.browser
def test_tab_leaves_the_grid_unless_a_cell_is_typed_into(grid: Any) -> None:
    assert {"tabToNextCell", "tabToNextHeader"} <= set(OPTIONS)
    there = "([editing, next]) => window.dashAgGridFunctions.qpoTabOut({ editing, nextCellPosition: next })"
    assert grid.evaluate(there, [False, {"rowIndex": 1}]) is False
    assert grid.evaluate(there, [True, {"rowIndex": 1}]) == {"rowIndex": 1}
    assert grid.evaluate(there, [True, None]) is False
