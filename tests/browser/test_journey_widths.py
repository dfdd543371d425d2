"""Do the wizard and the result fit on a phone, a tablet and a desk, in light and in dark?"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journey import FINDING, STOCKS, Wizard, overflow_px

SIZES = ((390, 844), (820, 1180), (1440, 900))


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_step_and_the_result_fit_into_the_window(
    product: Any, sign_in: Any, width: int, height: int, is_dark: bool
) -> None:
    page: Page = sign_in(width=width, height=height, dark=is_dark)
    wizard = Wizard(page, product.url).open().choose(*STOCKS)
    for name in ("Universe", "Goal", "Limits", "Review"):
        wizard.step(name)
        expect(wizard.panel(name)).to_be_visible()
        assert overflow_px(page) <= 0, name
        forward = page.locator("#wizard-run" if name == "Review" else "#wizard-next")
        expect(forward).to_be_in_viewport()
    wizard.review().run().result()
    expect(page.get_by_role("heading", level=1)).to_have_text(FINDING)
    expect(page.locator("#result-frontier-chart .main-svg").first).to_be_visible()
    assert overflow_px(page) <= 0
