"""Do the columns of a grid fit a phone: wide-only ones leave, and names get what is left over?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from components.grid import FITTED_ON, column, grid, grid_in

SCRIPT = Path(__file__).parents[3] / "assets" / "aggrid.js"
FIT = """([definitions, width]) => {
  const widths = {}, hidden = new Set();
  const columns = definitions.map((one) => ({
    getColDef: () => one, getColId: () => one.field, isPinned: () => Boolean(one.pinned),
    getActualWidth: () => widths[one.field], isVisible: () => !hidden.has(one.field),
  }));
  definitions.forEach((one) => { widths[one.field] = one.field === 'name' ? 400 : one.width; });  // a tablet's
  const api = {
    getColumns: () => columns, getGridId: () => 'g', isDestroyed: () => false,
    getAllDisplayedColumns: () => columns.filter((one) => !hidden.has(one.getColId())),
    setColumnsVisible: (ids, yes) => ids.forEach((id) => { yes ? hidden.delete(id) : hidden.add(id); }),
    setColumnWidths: (every) => every.forEach((one) => { widths[one.key] = one.newWidth; }),
  };
  [1, 2].forEach(() => window.dashAgGridFunctions.qpoFit({ api, clientWidth: width }));  // twice is as good as once
  return [widths, [...hidden]];
}"""


@pytest.mark.browser
@pytest.mark.parametrize(("narrow_px", "width_px", "name_px"), [(130, 358, 166), (130, 300, 130), (None, 358, 172)])
def test_a_phone_hides_wide_columns_and_gives_the_rest_to_names(
    browser: Any, narrow_px: int | None, width_px: int, name_px: int
) -> None:
    columns = [
        column("name", "Name", width_px=172, narrow_px=narrow_px, grow=2, pinned=True),
        column("weight", "Weight", format="weight", width_px=90),
        column("value", "Value", format="money", width_px=100),
        column("sector", "Sector", width_px=120, grow=1, narrow=False),
    ]
    page = browser.new_page()
    page.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
    widths, hidden = page.evaluate(FIT, [columns, width_px])
    page.close()
    assert hidden == ["sector"]
    assert widths == {"name": name_px, "weight": 90, "value": 100, "sector": 120}


def test_a_grid_is_fitted_also_when_its_rows_come_late() -> None:
    made = grid_in(grid(id="t", columns=[column("a", "A")], rows=[])).to_plotly_json()["props"]
    fitted = {event for event, deeds in made["eventListeners"].items() if "qpoFit(params)" in deeds}
    assert fitted == set(FITTED_ON)
    assert "rowDataUpdated" in FITTED_ON


@pytest.mark.browser
def test_a_grid_that_has_gone_is_not_asked_for_its_chosen_rows(browser: Any) -> None:
    made = grid_in(grid(id="t", columns=[column("a", "A")], rows=[])).to_plotly_json()["props"]
    assert made["eventListeners"]["gridPreDestroyed"] == ["qpoLeft(params)"]
    page = browser.new_page()
    page.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
    found = page.evaluate(
        """() => {
          let isGone = false;
          const ask = () => { if (isGone) throw new Error("it is gone"); return ["chosen"]; };
          const api = { getSelectedRows: ask };
          window.dashAgGridFunctions.qpoLeft({ api });
          isGone = true;
          return api.getSelectedRows();
        }"""
    )
    page.close()
    assert found == ["chosen"]


@pytest.mark.browser
def test_a_grid_that_told_of_its_size_before_anybody_listened_is_fitted_once(browser: Any) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    unseen = (
        '<div class="grid-q" id="unseen" style="width: 300px"></div>'  # no grid yet: its interface is not asked for
    )
    early = '<div class="grid-q" id="early" style="width: 332px"><div class="ag-root"></div></div>'
    page.set_content(unseen + early)
    page.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
    fitted = page.evaluate(
        """async () => {
          const fitted = [], api = {};
          window.dash_ag_grid = { getApi: (id) => api };
          window.dashAgGridFunctions.qpoFit = (params) => fitted.push([params.api === api, params.clientWidth]);
          const theme = { withParams: () => ({ _getParamsCss: () => '' }) };
          for (let draw = 0; draw < 3; draw += 1) {
            window.dashAgGridFunctions.qpoTheme({ themeQuartz: theme });
            await new Promise((done) => setTimeout(done, 100));
          }
          await new Promise((done) => setTimeout(done, 700));
          return fitted;
        }"""
    )
    page.close()
    assert fitted == [[True, 332]]
