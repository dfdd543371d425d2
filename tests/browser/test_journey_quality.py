"""Does the page of data quality fit a phone, also where the link of an old alert names an asset that is gone?"""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Product, SignIn
from tests.browser.journey import overflow_px


def test_the_page_fits_phones_and_says_that_an_asset_is_gone(product: Product, sign_in: SignIn) -> None:
    page = sign_in(width=390)
    page.goto(f"{product.url}/data-quality?symbol=GONE")  # as the link of an old alert
    expect(page.locator("#quality-queue-note")).to_contain_text("There is no asset with the symbol GONE any more")
    expect(page.locator("#quality-sentence")).to_contain_text(re.compile(r"series"))
    assert overflow_px(page) == 0


def test_a_link_holds_which_findings_are_listed(product: Product, sign_in: SignIn) -> None:
    page = sign_in()
    page.goto(f"{product.url}/data-quality?show=accepted&kind=nonsense")
    expect(page.locator("#quality-sentence")).to_contain_text(re.compile(r"series"))
    state = page.locator("#quality-state")
    expect(state).to_have_value("accepted")
    expect(page.locator("#quality-kind")).to_have_value("all")
    state.select_option("rejected")
    page.wait_for_url(re.compile(r"show=rejected"))
    page.reload()
    expect(state).to_have_value("rejected")
    state.select_option("open")
    page.wait_for_url(re.compile(r"/data-quality$"))
