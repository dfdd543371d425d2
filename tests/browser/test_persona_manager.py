"""Does a senior portfolio manager get through the morning: look, drill down, try on paper, trade, check the rules?"""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

PORTFOLIO = "Birch Income"
GRID = "#portfolio-holdings"


def typed(page: Page, place: int, text: str) -> None:
    """Type a weight into a row of the holdings."""
    page.locator(f"{GRID} .ag-center-cols-container .ag-row[row-index='{place}'] [col-id='weight_frac']").click()
    box = page.locator(f"{GRID} .ag-cell-inline-editing input")
    expect(box).to_be_visible()
    box.fill(text)
    box.press("Enter")


def test_a_morning_from_the_dashboard_to_trades_and_their_rules(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    page.goto(f"{product.url}/")
    expect(page.locator("#home-summary .kpi")).to_have_count(5)
    rows = page.locator("#home-table .grid-name a")
    expect(rows).to_have_count(3)
    name = rows.nth(1).inner_text()
    rows.nth(1).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    address = page.url.partition("?")[0]

    page.get_by_role("tab", name="Allocation").click()
    page.get_by_role("navigation", name="Holdings of a sector").get_by_role("link").first.click()
    expect(page.locator("#portfolio-sector-words")).to_contain_text("Sector: ")
    page.get_by_role("button", name="Show all sectors").click()

    page.get_by_role("button", name="What if").click()
    typed(page, 0, "5")
    figures = page.locator("#portfolio-what-if dl > div")
    expect(figures.filter(has_text="Volatility")).to_contain_text("before")
    expect(figures.filter(has_text="Rules before a trade")).not_to_be_empty()
    page.locator("#portfolio-what-if-rebalance").click()

    page.wait_for_url(re.compile(r"/rebalance\?portfolio="))
    expect(page.locator("#rebalance-said")).to_contain_text(re.compile(r"\d+ trades?: "))
    expect(page.locator("#rebalance-grid .ag-center-cols-container .ag-row").first).to_be_visible()
    page.get_by_role("button", name="Keep as proposal").click()
    expect(page.locator("#rebalance-state")).to_contain_text("Draft")

    page.goto(f"{product.url}/compliance")
    expect(page.get_by_role("heading", level=1)).to_have_text("Compliance")
    page.get_by_role("tab", name="Before a trade").click()
    expect(page).to_have_url(re.compile(r"tab=trade"))
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
