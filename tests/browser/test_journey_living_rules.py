"""Does a portfolio manager move a rule on the frontier, see a what-if that breaks it barred, and go on to trades?"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Product, SignIn
from tests.browser.journey import at_rest
from tests.browser.test_journey_living import CERTIFIED, drag, opened

SECTOR = "No sector above 30%"


@pytest.fixture
def product(ruled: Product) -> Product:
    """Return the product whose sample portfolios have rules to keep."""
    return ruled


def put(page: Page, name: str, percent: str) -> None:
    """Type where a limit is to stand."""
    field = page.get_by_role("textbox", name=name)
    field.fill(percent)
    field.press("Enter")


@pytest.mark.requirement("1.2.A5")
@pytest.mark.requirement("4.3.D5")
def test_a_rule_is_tightened_for_a_run_and_loosened_for_the_eye_alone(product: Product, sign_in: SignIn) -> None:
    page = sign_in()
    opened(page, product.url)
    row = page.locator('[data-key="rule:house.max_sector"]')
    thumb = page.get_by_role("slider", name=SECTOR)
    trust, wizard = page.locator("#living-trust"), page.get_by_role("link", name="Open in the wizard")
    expect(page.get_by_role("heading", name="Rules of compliance")).to_be_visible()
    expect(row).to_contain_text("less volatility")

    drag(page, thumb, 40)
    expect(row).to_contain_text("What-if: this breaks the rule. It goes into no run.")
    page.mouse.up()
    expect(trust).to_have_text(re.compile(f"^A what-if that breaks a rule: {SECTOR}. Certified by the engine"))
    expect(page.locator("#living-wizard")).to_have_attribute("aria-disabled", "true")
    expect(page.locator("#living-rebalance")).to_have_attribute("aria-disabled", "true")
    expect(wizard).to_have_count(0)  # a link without an address is none

    put(page, SECTOR, "28")
    expect(trust).to_have_text(CERTIFIED)
    expect(row).not_to_contain_text("What-if")
    expect(wizard).to_have_attribute("href", re.compile("house.max_sector%3A0.28"))
    page.get_by_role("link", name="Rebalance", exact=True).last.click()
    expect(page.locator("#rebalance-source")).to_contain_text("The point of the frontier")
    expect(page.locator("#rebalance-figures")).to_contain_text("Turnover")


def test_axes_are_put_in_an_order_that_the_link_keeps(product: Product, sign_in: SignIn) -> None:
    page = sign_in()
    opened(page, product.url)
    pills, grips = page.get_by_role("group", name="Objectives, two to five"), page.locator(".living-axis-grip")
    expect(page.locator("#living-axes").get_by_role("slider", name="Drawdown, at most")).to_be_visible()
    pills.get_by_role("button", name="One-way trade").click()
    pills.get_by_role("button", name="Trading cost").click()
    cost = page.get_by_role("button", name=re.compile("^Trading cost, axis 5 of 5"))
    cost.press("ArrowLeft")
    expect(page.get_by_role("button", name=re.compile("^Trading cost, axis 4 of 5"))).to_be_focused()
    first, last = grips.filter(has_text="Return").bounding_box(), grips.filter(has_text="Drawdown").bounding_box()
    assert first is not None
    assert last is not None
    drag(page, grips.filter(has_text="Return"), last["x"] + last["width"] / 2 - first["x"] - first["width"] / 2)
    page.mouse.up()
    expect(page.get_by_role("button", name=re.compile("^Return, axis 5 of 5"))).to_be_visible()
    assert "axes=risk%2Cscore%2Ccost%2Cfall%2Cgain" in page.url

    address = page.url
    page.goto("about:blank")
    page.goto(address)
    expect(page.locator("#living-trust")).to_have_text(CERTIFIED)
    at_rest(page)
    expect(page.get_by_role("button", name=re.compile("^Trading cost, axis 3 of 5"))).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Return, axis 5 of 5"))).to_be_visible()
