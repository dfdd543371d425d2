"""Do the wizard and the result fit on a phone, a tablet and a desk, in light and in dark?"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journey import FINDING, STOCKS, Wizard
from tests.browser.morning import settled_overflow_px
from tests.browser.places import portfolios_of

SIZES = ((390, 844), (820, 1180), (1440, 900))


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_every_step_and_the_result_fit_into_the_window(product: Any, sign_in: Any, is_dark: bool) -> None:
    page: Page = sign_in(width=SIZES[0][0], height=SIZES[0][1], dark=is_dark)
    wizard = Wizard(page, product.url).open().choose(*STOCKS)
    for name in ("Universe", "Goal", "Limits", "Review"):
        wizard.step(name)
        forward = page.locator("#wizard-run" if name == "Review" else "#wizard-next")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            expect(wizard.panel(name)).to_be_visible()
            expect(forward).to_be_in_viewport()
            assert settled_overflow_px(page) <= 0, (name, width)
    wizard.review().run().result()
    expect(page.get_by_role("heading", level=1)).to_have_text(FINDING)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        expect(page.locator("#result-frontier-chart .main-svg").first).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert settled_overflow_px(page) <= 0, width
        page.reload()  # what is drawn at this width, not what was drawn wider and shrank
        expect(page.locator("#result-frontier-chart .main-svg").first).to_be_visible()
        assert settled_overflow_px(page) <= 0, width


def test_on_a_phone_the_chosen_tab_stands_in_sight_also_where_the_server_says_first_for_whom_it_is(
    product: Any, sign_in: Any
) -> None:
    page: Page = sign_in("compliance", width=390, height=844)
    page.goto(f"{product.url}/compliance?tab=reports")
    expect(page.get_by_role("tab", name="Reports")).to_be_in_viewport(ratio=0.9)


def test_on_a_phone_figures_of_portfolios_side_by_side_keep_their_words_whole(product: Any, sign_in: Any) -> None:
    page: Page = sign_in(width=390, height=844)
    ids = [one.rpartition("/")[2] for one in portfolios_of(page, product.url)[:2]]
    page.goto(f"{product.url}/compare?portfolios={','.join(ids)}")
    name = page.locator("#compare-figures tbody th", has_text="Benchmark").first
    expect(name).to_be_visible()
    box = name.bounding_box()
    assert box is not None
    assert box["width"] >= 100
    assert settled_overflow_px(page) <= 0
