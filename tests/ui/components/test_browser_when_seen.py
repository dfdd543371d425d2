"""Is a table that asks for it made only when it is seen, with what it was told meanwhile?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dash
import pytest

SCRIPT = Path(__file__).parents[3] / "assets" / "grids_when_seen.js"
DEPS = Path(dash.__file__).parent / "deps"
LIBRARY = """() => {
  window.made = [];
  const AgGrid = (props) => {
    React.useEffect(() => { window.made.push([props.id, props.rowData.length]); }, []);
    return React.createElement("p", { id: props.id, className: "ag-root" }, String(props.rowData.length));
  };
  AgGrid.defaultProps = { rowData: [] };
  window.dash_ag_grid = { AgGrid, getApi: () => "the library's own" };
}"""
DRAW = """([className, hidden]) => {
  document.body.innerHTML = '<div id="panel"><div id="root"></div></div>';
  document.getElementById("panel").hidden = hidden;
  window.made.length = 0;
  const root = ReactDOM.createRoot(document.getElementById("root"));
  window.tell = (count) => root.render(
    React.createElement(window.dash_ag_grid.AgGrid, { id: "table", className, rowData: Array(count).fill(0) }));
  window.tell(1);
}"""
WAIT_MS = 150


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    made = browser.new_page()
    made.add_script_tag(path=next(DEPS.glob("react@18*.min.js")))
    made.add_script_tag(path=next(DEPS.glob("react-dom@18*.min.js")))
    made.evaluate(LIBRARY)
    made.add_script_tag(path=SCRIPT)
    yield made
    made.close()


def made_after(page: Any, steps: str = "") -> list[list[Any]]:
    page.evaluate(f"() => {{ {steps} }}")
    page.wait_for_timeout(WAIT_MS)
    found: list[list[Any]] = page.evaluate("window.made")
    return found


@pytest.mark.browser
def test_a_hidden_table_is_made_when_it_is_seen_and_has_what_it_was_told_before(page: Any) -> None:
    page.evaluate(DRAW, ["grid-q grid-when-seen", True])
    assert made_after(page, "window.tell(7);") == []
    assert made_after(page, "document.getElementById('panel').hidden = false;") == [["table", 7]]
    assert made_after(page, "document.getElementById('panel').hidden = true; window.tell(8);") == [["table", 7]]
    assert page.locator("#table").text_content() == "8", "it stays, and goes on being told"


@pytest.mark.browser
def test_a_table_that_is_seen_at_once_and_any_other_are_made_at_once(page: Any) -> None:
    page.evaluate(DRAW, ["grid-q grid-when-seen", False])
    assert made_after(page) == [["table", 1]]
    page.evaluate(DRAW, ["grid-q", True])
    assert made_after(page) == [["table", 1]]


@pytest.mark.browser
def test_everything_else_of_the_library_stays(page: Any) -> None:
    assert page.evaluate("window.dash_ag_grid.getApi()") == "the library's own"
    assert page.evaluate("window.dash_ag_grid.AgGrid.defaultProps") == {"rowData": []}
