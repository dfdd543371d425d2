"""Does somebody learn from a result why each weight is what it is, with the mouse and with keys alone?"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Product, SignIn
from tests.browser.journey import bring_into_view, optimize


@pytest.mark.requirement("5.2.F6")
def test_an_asset_chosen_in_table_or_list_is_explained_and_a_wanted_weight_is_answered(
    product: Product, sign_in: SignIn
) -> None:
    page = sign_in()
    optimize(page, product.url)
    choice = page.get_by_label("Asset", exact=True)
    terms = page.get_by_role("table", name=re.compile("terms that sum to zero$"))
    expect(terms.get_by_role("row").last).to_have_text(re.compile(r"^Sum0\.0$"))
    rows = page.locator("#result-weights-table .ag-center-cols-container .ag-row")
    bring_into_view(page.locator("#result-weights-table"))  # a grid outside the window draws no rows
    name = str(rows.nth(1).get_attribute("row-id"))
    rows.nth(1).locator(".ag-cell").first.click()
    expect(choice).to_have_value(name)
    expect(page.locator("#why-body h3").first).to_have_text(re.compile(rf"^{name} at [\d.]+%$"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    below = str(rows.nth(2).get_attribute("row-id"))
    expect(choice).to_have_value(below)
    steps = page.get_by_role("table", name=re.compile("^Steps from the free portfolio"))
    expect(steps.get_by_role("columnheader", name=f"{below}, %")).to_be_visible()
    expect(steps.get_by_role("row").last).to_contain_text("Chosen portfolio")
    wanted = page.get_by_label("Weight you would want")
    wanted.fill("99")
    page.get_by_role("button", name="Find the return it needs").click()
    expect(page.locator("#why-needed")).to_contain_text(f"No expected return gives {below} a weight of 99%")
    wanted.fill("5")
    wanted.press("Enter")
    expect(page.locator("#why-needed")).to_contain_text("Solved again with that return, its weight is 5.00%.")
    expect(page.get_by_role("table", name="What each binding limit costs")).to_contain_text("at most 25%")
