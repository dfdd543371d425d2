"""Does somebody learn from a result how sure its weights are?"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Product, SignIn
from tests.browser.journey import FINDING, Wizard, bring_into_view

WORK_MAX_MS = 120_000  # 500 histories on a machine that does other things as well


@pytest.mark.requirement("1.1.A4")
def test_a_click_brings_intervals_whiskers_a_band_and_a_verdict(product: Product, sign_in: SignIn) -> None:
    page = sign_in()
    wizard = Wizard(page, product.url).open()
    page.get_by_label("Universe", exact=True).select_option(label="A portfolio of mine")
    portfolios = page.get_by_label("Portfolio", exact=True)
    name = portfolios.locator("option:not([disabled])").filter(has_text=re.compile("Growth|Long-only")).first
    portfolios.select_option(label=str(name.text_content()))
    expect(page.locator("#wizard-chosen-count")).not_to_contain_text(re.compile(r"^0 of"))
    address = wizard.review().run().result()
    expect(page.get_by_role("heading", level=1)).to_have_text(FINDING)
    table = page.locator("#result-weights-table")
    expect(table.get_by_role("columnheader", name="Proposed")).to_be_visible()
    expect(table.get_by_role("columnheader", name="90% interval")).to_have_count(0)
    page.get_by_role("button", name="Find out").click()
    expect(page.get_by_role("table", name="What parts of the trade come to")).to_contain_text(
        "100%", timeout=WORK_MAX_MS
    )
    expect(page.locator("#result-sure-body")).to_contain_text(re.compile("Worth trading|Within chance"))
    expect(page.locator("#result-sure-work")).to_be_hidden()
    expect(page.get_by_role("button", name="Find out")).to_be_hidden()
    bring_into_view(table)  # a grid outside the window draws no columns
    expect(table.get_by_role("columnheader", name="90% interval")).to_be_visible()
    expect(table.locator("[col-id=interval].ag-cell").first).to_have_text(re.compile(r"^[\d.]+% to [\d.]+%$"))
    expect(page.locator("#result-weights-chart .legendtext", has_text="90% interval")).to_be_visible()
    expect(page.locator("#result-frontier-chart .legendtext", has_text="90% band")).to_be_visible()
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text(FINDING)
    bring_into_view(table)
    expect(table.get_by_role("columnheader", name="90% interval")).to_be_visible()
    expect(page.locator("#result-sure-body")).to_contain_text("other histories")
