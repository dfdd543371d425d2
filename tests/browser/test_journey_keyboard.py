"""Can somebody without a mouse go the whole way?"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.journey import FINDING, STOCKS, Wizard

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
