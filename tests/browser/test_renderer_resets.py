"""Does a page of many parts spare the browser the looks at itself that change nothing, and lose nothing by it?"""

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


ARRIVING = """
window.__arrived = 0;
const made = (type, props) => ({ namespace: "dash_html_components", type, props });
const part = (n) => made("Div", {
  className: "visually-hidden", children: [1, 2, 3, 4].map((k) => made("Span", { children: n + "/" + k })),
});
const set = window.dash_clientside.set_props;
const sometimes = (again) => setTimeout(again, window.__arrived % 7);
(function arrive() {
  if (window.__arrived < 0) return;
  window.__arrived += 1;
  set("home-sample-note", { children: [part(window.__arrived), part(-window.__arrived)] });
  if (window.__arrived % 10 === 0) set("shell-resync", { data: { count: window.__arrived } });
  sometimes(arrive);
})();
"""
"""Parts of the page come again and again at uneven times, from the browser and as answers of the server."""
KEPT = """() => {
  const state = window.dash_stores[0].getState();
  const inside = (path) => path.reduce((found, step) => found[step], state.layout);
  const of = (name) => state.paths.objs["index,type"].filter((one) => one.values[1] === name);
  const clicks = of("home-pill").map((one) => inside(one.path).props.n_clicks);
  return [clicks, inside(state.paths.strs["home-filter"]).props.value];
}"""
PRESSES_COUNT, ARRIVED_LEAST_COUNT = 60, 20
WORDS = "nothing that a person types may be lost"


def test_no_press_and_no_letter_is_lost_while_parts_of_a_page_arrive(
    sign_in: Callable[..., Page], product: Any
) -> None:
    page = sign_in("portfolio_manager")
    page.goto(f"{product.url}/")
    pills = page.get_by_role("group", name="Which portfolios").get_by_role("button")
    expect(pills).to_have_count(3)
    expect(page.locator("#board-box[data-ready]")).to_be_visible()
    page.evaluate(ARRIVING)
    places: list[Any] = [pills.nth(number).bounding_box() for number in range(3)]
    for number in range(PRESSES_COUNT):
        place = places[number % 3]
        page.mouse.click(place["x"] + 9, place["y"] + 9)
    page.locator("#home-filter").click()
    page.keyboard.type(WORDS, delay=8)
    assert page.evaluate("window.__arrived") > ARRIVED_LEAST_COUNT
    page.evaluate("window.__arrived = -1")
    expect(page.locator("#home-filter")).to_have_value(WORDS)
    page.wait_for_function(f"(words) => ({KEPT})()[1] === words", arg=WORDS)
    assert sum(page.evaluate(KEPT)[0]) == PRESSES_COUNT


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
