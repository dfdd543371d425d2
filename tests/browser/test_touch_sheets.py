"""Do trays and the figures of a row come as sheets from below on a tablet, with the page above in sight?"""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Product, SignIn
from tests.browser.places import HOME_ROW
from tests.browser.touch import LYING, UPRIGHT, hard_for_fingers

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
        tray = page.locator(f"details:has(> summary[aria-label='{name}'])")
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
