"""Can somebody without a mouse go the whole way?"""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.journey import FINDING, STOCKS, Wizard
from tests.browser.places import visit

TABS_MAX_COUNT = 120


def tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    """Press Tab until the element has the focus."""
    for _ in range(TABS_MAX_COUNT):
        if page.evaluate("(s) => !!document.activeElement && document.activeElement.matches(s)", selector):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{selector} was not reached with {TABS_MAX_COUNT} times {key}.")


def test_the_wizard_works_with_the_keyboard_alone(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    Wizard(page, product.url).open()
    tab_to(page, "details.wz-details > summary")
    page.keyboard.press("Enter")
    tab_to(page, "#wizard-paste")
    page.keyboard.type(" ".join(STOCKS))
    tab_to(page, "#wizard-paste-apply")
    page.keyboard.press("Enter")
    expect(page.locator("#wizard-chosen-count")).to_contain_text(f"{len(STOCKS)} of")
    tab_to(page, "#wizard-next")
    page.keyboard.press("Enter")
    tab_to(page, "input[type='radio'][id^='wizard-goal-']")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#wizard-goal-min_volatility")).to_be_checked()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#wizard-goal-max_sharpe")).to_be_checked()
    tab_to(page, "#wizard-next")
    page.keyboard.press("Enter")
    tab_to(page, "#wizard-position-max")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("30")
    tab_to(page, "#wizard-next")
    page.keyboard.press("Enter")
    expect(page.locator("#wizard-sentence")).to_contain_text("between 1% and 30%")
    expect(page.locator("#wizard-run")).to_be_enabled()
    tab_to(page, "#wizard-run")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(FINDING)


def test_tab_passes_a_table_by_its_links_and_arrows_move_inside_it(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    visit(page, f"{product.url}/market")
    cell = page.locator("#market-table .ag-cell-focus")
    tab_to(page, "#market-table .ag-header-cell")
    page.keyboard.press("ArrowDown")
    expect(cell).to_have_attribute("col-id", "symbol")
    page.keyboard.press("ArrowRight")
    expect(cell).to_have_attribute("col-id", "last_price")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")  # on a row, as on its link
    page.wait_for_url(re.compile("/market/.+"))
    visit(page, f"{product.url}/market")
    tab_to(page, "#market-table .ag-header-cell")
    page.keyboard.press("ArrowDown")
    expect(cell).to_be_visible()
    for _ in range(3):
        page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.matches('#market-table .ag-cell, #market-table .ag-header-cell')")
