"""Does a senior portfolio manager get through the morning: look, drill down, try on paper, trade, check the rules?"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Product, SignIn

PORTFOLIO = "Cedar Balanced"
GRID = "#portfolio-holdings"
TRADES = "#rebalance-grid .ag-center-cols-container .ag-row"
ENOUGH_MS = 90_000


@pytest.mark.requirement("5.1.A4")
@pytest.mark.requirement("5.1.F2")
def test_a_morning_from_the_dashboard_to_trades_and_their_rules(product: Product, sign_in: SignIn) -> None:
    page = sign_in()
    page.goto(f"{product.url}/")
    expect(page.locator("#home-summary .kpi")).to_have_count(5)
    page.locator("#home-table .grid-name a").filter(has_text=PORTFOLIO).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(PORTFOLIO)
    key = page.url.partition("?")[0].rpartition("/")[2]
    into_a_sector_and_back(page)
    tried_on_paper(page)

    page.locator("#portfolio-what-if-rebalance").click()
    page.wait_for_url(re.compile(rf"/rebalance\?portfolio={key}"))
    expect(page.locator("#rebalance-said")).to_contain_text(re.compile(r"\d+ trades?: "))
    first = page.locator(TRADES).filter(has_text=re.compile("Buy|Sell")).first
    expect(first).to_be_visible()
    order = f"{first.get_attribute('row-id')} {first.locator('[col-id=side]').inner_text().lower()} 1"
    page.get_by_role("button", name="Keep as proposal").click()
    expect(page.locator("#rebalance-state")).to_contain_text("Draft")

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Compliance", exact=True).click()
    page.get_by_role("tab", name="Before a trade").click()
    portfolio = page.locator("#compliance-trade-portfolio")
    expect(portfolio).not_to_have_value("")
    portfolio.select_option(value=key)
    page.get_by_label("One order a line").fill(order)
    page.get_by_role("button", name="Check the orders").click()
    checked = page.get_by_role("table", name="The orders as they were checked")
    expect(checked).to_contain_text(order.split()[0], timeout=ENOUGH_MS)


def into_a_sector_and_back(page: Page) -> None:
    """See what one sector holds, then all again."""
    page.get_by_role("tab", name="Allocation").click()
    page.get_by_role("navigation", name="Holdings of a sector").get_by_role("link").first.click()
    expect(page.locator("#portfolio-sector-words")).to_contain_text("Sector: ")
    page.get_by_role("button", name="Show all sectors").click()
    expect(page.locator(f"{GRID} .ag-floating-bottom")).to_contain_text("Total")


def tried_on_paper(page: Page) -> None:
    """Halve a position in the grid and see what that would mean."""
    page.get_by_role("button", name="What if").click()
    expect(page.locator("#portfolio-what-if")).to_contain_text("Edit a weight")
    page.locator(f"{GRID} .ag-center-cols-container .ag-row[row-index='0'] [col-id='weight_frac']").click()
    box = page.locator(f"{GRID} .ag-cell-inline-editing input")
    box.fill("5")
    box.press("Enter")
    figures = page.locator("#portfolio-what-if dl > div")
    expect(figures.filter(has_text="Volatility")).to_contain_text("before")
    expect(figures.filter(has_text="Rules before a trade")).not_to_be_empty()
