"""Does a page of many parts spare the browser the looks at itself that change nothing?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

COUNTED = """
window.__asked = 0; window.__looked = 0;
const waiting = setInterval(() => {
  const store = (window.dash_stores || [])[0];
  if (!store) return;
  clearInterval(waiting);
  const dispatch = store.dispatch;
  let isReset = false;
  store.subscribe(() => { if (isReset) window.__looked += 1; });
  store.dispatch = function (action) {
    isReset = Boolean(action) && action.type === "RESET_COMPONENT_STATE";
    if (isReset) window.__asked += 1;
    try { return dispatch.apply(store, arguments); } finally { isReset = false; }
  };
}, 1);
"""


def test_parts_that_arrive_do_not_have_the_whole_page_look_at_itself(
    sign_in: Callable[..., Page], product: Any
) -> None:
    page = sign_in("portfolio_manager")
    page.add_init_script(COUNTED)
    page.goto(f"{product.url}/risk")
    expect(page.locator("#risk-figures .kpi").first).to_be_visible()
    page.wait_for_function("window.__asked > 300")
    asked, looked = page.evaluate("[window.__asked, window.__looked]")
    assert looked < asked / 20  # all of them without assets/renderer_resets.js


SHEETS = "[...document.querySelectorAll('style[data-ag-css]')]"


def test_the_style_sheets_of_grids_stay_from_page_to_page(sign_in: Callable[..., Page], product: Any) -> None:
    page = sign_in("portfolio_manager")
    page.goto(f"{product.url}/")
    expect(page.locator("#home-table .ag-row").first).to_be_visible()
    themes = page.evaluate(f"{SHEETS}.filter((one) => one.dataset.agCss.startsWith('ag-theme-params')).length")
    page.evaluate(f"window.__sheets = {SHEETS}")
    places = page.locator("nav")
    places.get_by_role("link", name="Academic").click()  # a page without a grid
    expect(page.locator(".ag-root-wrapper")).to_have_count(0)
    places.get_by_role("link", name="Home", exact=True).click()
    expect(page.locator("#home-table .ag-row").first).to_be_visible()
    stays = page.evaluate("window.__sheets.every((one) => one.isConnected)")
    assert (themes, stays) == (1, True)
