"""Is a draft whole when it comes back, and is it kept when an address asks the wizard for something else?"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Product, SignIn
from tests.browser.journey import Wizard, at_rest
from tests.browser.rest import ask

OWN = ("AAPL", "AMD", "BAC", "BBY")  # stand first in the table, where rows are drawn
PORTFOLIO = "Aurora Growth"


def address_of(product: Product) -> str:
    """Return which address starts the wizard from a portfolio of the sample."""
    found = ask(product, "portfolio_manager", "GET", "/portfolios", {})
    return next(f"?portfolio={one['id']}" for one in found["data"] if one["name"] == PORTFOLIO)


def box_of(page: Page, symbol: str) -> object:
    """Return the box of an asset in the table."""
    row = page.locator("#wizard-assets .ag-pinned-left-cols-container").get_by_role("row", name=re.compile(symbol))
    return row.get_by_role("checkbox")


@pytest.mark.requirement("5.2.F2")
def test_what_a_portfolio_or_a_reload_brings_back_is_ticked_and_another_asset_comes_to_it(
    product: Product, sign_in: SignIn
) -> None:
    page = sign_in()
    Wizard(page, product.url).open(address_of(product))
    count = page.locator("#wizard-chosen-count")
    expect(count).to_contain_text("9 of")
    for symbol in ("AAPL", "AMD"):
        expect(box_of(page, symbol)).to_be_checked()
    expect(box_of(page, "BAC")).not_to_be_checked()
    box_of(page, "BAC").check()
    expect(count).to_contain_text("10 of")
    page.reload()
    expect(count).to_contain_text("10 of")
    expect(box_of(page, "BAC")).to_be_checked()
    box_of(page, "AAPL").uncheck()
    expect(count).to_contain_text("9 of")


def test_a_draft_that_an_address_replaces_is_put_aside_and_brought_back(product: Product, sign_in: SignIn) -> None:
    page = sign_in()
    wizard = Wizard(page, product.url).open().choose(*OWN)
    back = page.get_by_role("button", name="Bring back your draft")
    expect(back).to_be_hidden()
    wizard.step("Limits").type("Largest position", "33")
    expect(page.locator(".wz-status")).to_contain_text("33%")
    for _ in range(2):  # the second time nothing was typed since: what was put aside stays
        wizard.open(address_of(product))
        expect(page.locator("#wizard-chosen-count")).to_contain_text("9 of")
        expect(back).to_be_visible()
    back.click()
    expect(page.locator("#wizard-chosen-count")).to_contain_text("4 of")
    expect(page).to_have_url(re.compile(r"/optimize\?step=1$"))
    page.reload()
    expect(page.locator("#wizard-chosen-count")).to_contain_text("4 of")
    wizard.step("Limits")
    expect(page.get_by_label("Largest position", exact=True)).to_have_value("33")
    expect(back).to_be_hidden()


@pytest.mark.requirement("5.2.D1")
def test_the_browser_s_way_back_leads_through_the_steps_and_loses_nothing(product: Product, sign_in: SignIn) -> None:
    page = sign_in()
    page.goto(product.url)
    home = page.locator("main h1").filter(has_text="Portfolios")
    expect(home).to_be_visible()
    page.get_by_role("navigation").get_by_role("link", name="Optimize", exact=True).first.click()
    expect(page.locator("#wizard-chosen-count")).to_contain_text("of")
    wizard = Wizard(page, product.url).choose(*OWN)
    expect(page.locator("#wizard-chosen-count")).to_contain_text("4 of")
    wizard.step("Goal").step("Limits").type("Largest position", "37")
    expect(page.locator(".wz-status")).to_contain_text("37%")
    for name, number in (("Goal", 2), ("Universe", 1)):
        page.go_back()
        expect(wizard.panel(name)).to_be_visible()
        expect(page).to_have_url(re.compile(rf"/optimize\?step={number}$"))
    page.go_forward()
    page.go_forward()
    expect(wizard.panel("Limits")).to_be_visible()
    expect(page.get_by_label("Largest position", exact=True)).to_have_value("37")
    page.reload()  # after which the steps of before are places of another page
    expect(wizard.panel("Limits")).to_be_visible()
    page.go_back()
    expect(wizard.panel("Goal")).to_be_visible()
    expect(page.locator("#wizard-chosen-count")).to_contain_text("4 of")
    page.go_back()
    expect(wizard.panel("Universe")).to_be_visible()
    page.go_back()
    expect(home).to_be_visible()


def test_who_signs_in_next_in_the_same_tab_finds_nothing_of_a_draft_and_its_owner_finds_it_again(
    product: Product, sign_in: SignIn
) -> None:
    sign_in("advisor")
    page = sign_in()
    Wizard(page, product.url).open().choose(*OWN)
    count = page.locator("#wizard-chosen-count")
    expect(count).to_contain_text("4 of")
    at_rest(page)  # the draft is with the account
    for role, is_owner in (("advisor", False), ("portfolio_manager", True)):
        page.context.clear_cookies()
        page.context.add_cookies(product.sessions[role]["cookies"])
        Wizard(page, product.url).open()
        at_rest(page)
        kept = page.evaluate("() => Object.values(sessionStorage).join()")
        assert ("BBY" in kept) is is_owner
        expect(count).to_contain_text("4 of") if is_owner else expect(count).not_to_contain_text("4 of")
