"""Are trays and the figures of a row sheets from below on a tablet, and are the buttons of a dialog always in sight?"""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Product, SignIn
from tests.browser.places import HOME_ROW, portfolios_of, visit
from tests.browser.touch import LYING, UPRIGHT, hard_for_fingers

SMALLEST = (768, 1024)
ABOVE_THE_KEYS = (820, 500)  # what a keyboard on the screen leaves of a tablet
TRAYS = ("Notifications", "Tasks", "Live prices: state and controls")


def is_sheet(page: Page, found: Locator) -> bool:
    """Return whether something reaches from edge to edge at the lower end of the window, and leaves its top free."""
    size, box = page.viewport_size, found.bounding_box()
    assert size is not None
    assert box is not None
    is_wide = abs(box["x"]) < 1 and abs(box["width"] - size["width"]) < 1
    is_below = abs(box["y"] + box["height"] - size["height"]) < 1 and box["y"] > 0.25 * size["height"]
    return is_wide and is_below


@pytest.mark.requirement("5.1.D4")
@pytest.mark.parametrize("size", [UPRIGHT, LYING], ids=["upright", "lying"])
def test_what_opens_from_the_bar_is_a_sheet_from_below(
    product: Product, sign_in: SignIn, size: tuple[int, int]
) -> None:
    page = sign_in(touch=True, width=size[0], height=size[1])
    page.goto(product.url)
    expect(page.locator(HOME_ROW).first).to_be_visible()
    for name in TRAYS:
        tray = page.locator(f"details:has(> summary[aria-label^='{name}'])")
        tray.locator("summary").tap()
        panel = tray.locator(".menu-panel")
        expect(panel).to_be_visible()
        expect(panel.locator(".menu-title").first).to_be_visible()
        assert is_sheet(page, panel), name
        assert not hard_for_fingers(page)
        page.keyboard.press("Escape")
        expect(panel).to_be_hidden()


@pytest.mark.requirement("5.1.D4")
def test_the_figures_of_a_row_stand_below_the_table(product: Product, sign_in: SignIn) -> None:
    page = sign_in(touch=True, width=UPRIGHT[0], height=UPRIGHT[1])
    page.goto(product.url)
    expect(page.locator(HOME_ROW).first).to_be_visible()
    row = page.locator("#home-table .ag-center-cols-container .ag-row").first
    row.locator("[col-id=value_ccy]").tap()
    box = page.locator("#board-sheet .dialog-box")
    expect(box).to_be_visible()
    assert is_sheet(page, box)


@pytest.mark.requirement("5.1.D4")
def test_the_buttons_of_a_dialog_stand_above_a_keyboard_on_the_screen(product: Product, sign_in: SignIn) -> None:
    page = sign_in(touch=True, width=UPRIGHT[0], height=UPRIGHT[1])
    visit(page, f"{product.url}{portfolios_of(page, product.url)[0]}")
    page.get_by_role("button", name="Positions", exact=True).tap()
    asked = page.get_by_role("dialog", name="Set the positions")
    expect(asked.get_by_label("Positions", exact=True)).not_to_have_value("")
    page.set_viewport_size({"width": ABOVE_THE_KEYS[0], "height": ABOVE_THE_KEYS[1]})
    for name in ("Cancel", "Set positions"):
        expect(asked.get_by_role("button", name=name, exact=True)).to_be_in_viewport(ratio=1)
    assert not hard_for_fingers(page)
    asked.get_by_role("button", name="Cancel", exact=True).tap()
    expect(asked).to_be_hidden()


@pytest.mark.requirement("5.1.D4")
def test_the_smallest_tablet_has_steps_and_lists_that_fingers_hit(product: Product, sign_in: SignIn) -> None:
    page = sign_in(touch=True, width=SMALLEST[0], height=SMALLEST[1])
    visit(page, f"{product.url}/optimize")
    assert not hard_for_fingers(page)
    visit(page, f"{product.url}/settings?tab=keys")
    page.get_by_role("button", name="New key", exact=True).tap()
    asked = page.get_by_role("dialog", name="New API key")
    expect(asked.locator(".dash-options-list-option").first).to_be_visible()
    assert not hard_for_fingers(page)
