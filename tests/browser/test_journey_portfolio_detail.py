"""Does a manager look at what would be, have the rest optimized, keep it, compare versions and write it down?"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.touch import hard_for_fingers

BAR = "#portfolio-what-if"
GRID = "#portfolio-holdings"


def opened(page: Page, product: Any, query: str = "") -> str:
    """Open the first sample portfolio from the dashboard; return its address."""
    page.goto(f"{product.url}/")
    page.locator("a[href^='/portfolios/']").filter(has_text="Aurora Growth").first.click()
    expect(page).to_have_url(re.compile(r"/portfolios/[\w-]+"))
    address = page.url.partition("?")[0]  # the dashboard may have led to the limit that is broken
    page.goto(f"{address}{query}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Aurora Growth")
    return address


def cell(page: Page, place: int, column: str) -> Locator:
    return page.locator(f"{GRID} .ag-center-cols-container .ag-row[row-index='{place}'] [col-id='{column}']")


def typed(page: Page, place: int, column: str, text: str) -> None:
    """Type into a cell of the grid."""
    cell(page, place, column).click()
    box = page.locator(f"{GRID} .ag-cell-inline-editing input")
    expect(box).to_be_visible()
    box.fill(text)
    box.press("Enter")


def figure(page: Page, label: str) -> Locator:
    return page.locator(f"{BAR} dl > div").filter(has_text=label)


@pytest.mark.requirement("5.1.A4")
@pytest.mark.requirement("5.1.F4")
def test_from_the_dashboard_to_a_sector_an_asset_and_back(sign_in: Callable[..., Page], product: Any) -> None:
    page = sign_in("portfolio_manager")
    address = opened(page, product, "?tab=allocation")
    first = page.get_by_role("navigation", name="Holdings of a sector").get_by_role("link").first
    sector = first.inner_text()
    first.click()
    expect(page.locator("#portfolio-sector-words")).to_have_text(f"Sector: {sector}")
    total = page.locator(f"{GRID} .ag-floating-bottom")
    expect(total).to_contain_text(re.compile(r"\d+ of \d+ shown"))
    name = page.locator(f"{GRID} .ag-pinned-left-cols-container .ag-row a").first
    symbol = name.inner_text()
    name.click()
    expect(page).to_have_url(re.compile(f"/market/{symbol}"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(symbol)  # the address changes before the page does
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Aurora Growth")
    expect(page.locator("#portfolio-sector-words")).to_have_text(f"Sector: {sector}")
    page.get_by_role("button", name="Show all sectors").click()
    expect(total).to_contain_text("Total")
    expect(page).to_have_url(address)


@pytest.mark.requirement("5.1.F2")
def test_edits_on_paper_say_cash_cost_risk_and_rules_and_the_rest_is_optimized(
    sign_in: Callable[..., Page], product: Any
) -> None:
    page = sign_in("portfolio_manager")
    opened(page, product)
    expect(page.locator(f"{GRID} [col-id='risk_share_frac']").last).to_have_text("100.0%")
    page.get_by_role("button", name="What if").click()
    before = cell(page, 0, "weight_frac").inner_text()
    typed(page, 0, "weight_frac", "5")
    expect(figure(page, "Edits")).to_contain_text("1")
    expect(figure(page, "Cash left")).to_contain_text("USD")
    expect(figure(page, "Volatility")).to_contain_text("before")
    expect(figure(page, "Rules before a trade")).not_to_be_empty()
    expect(page.locator(f"{GRID} .ag-row.is-edited").first).to_be_visible()
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("Control+z")
    expect(cell(page, 0, "weight_frac")).to_have_text(before)
    page.keyboard.press("Control+Shift+Z")
    expect(figure(page, "Edits")).to_contain_text("1")
    page.reload()  # what was typed stays
    expect(figure(page, "Edits")).to_contain_text("1")
    typed(page, 1, "weight_frac", "abc")
    expect(page.locator(f"{BAR}-typed")).to_contain_text("“abc” is no weight")
    page.get_by_role("button", name="Optimize the rest").click()
    expect(page.get_by_text("The rest is optimized")).to_be_visible()
    expect(page.locator(f"{GRID} .ag-row.is-proposed").first).to_be_visible()
    page.get_by_role("button", name="Keep", exact=True).click()
    page.locator("#portfolio-keep-name").fill("Less of the largest")
    page.locator("#portfolio-keep-save").click()
    expect(page.get_by_text("Less of the largest is kept as a draft")).to_be_visible()
    page.get_by_role("button", name="Discard").click()
    expect(page.locator(f"{GRID} .ag-row.is-edited")).to_have_count(0)
    page.get_by_role("tab", name="Versions").click()
    drafts = page.get_by_role("table", name="Drafts of weights")
    expect(drafts).to_contain_text("Less of the largest")
    drafts.get_by_role("button", name="Open Less of the largest in What if").click()
    expect(page.locator(f"{GRID} .ag-row.is-edited").first).to_be_visible()


def test_positions_are_changed_compared_and_brought_back_and_a_note_says_why(
    sign_in: Callable[..., Page], product: Any
) -> None:
    page = sign_in("portfolio_manager")
    opened(page, product)
    page.get_by_role("button", name="Positions").click()
    text = page.locator("#portfolio-positions-text")
    expect(text).not_to_be_empty()
    text.fill("AAPL, 120\nMSFT, 80")
    page.locator("#portfolio-positions-save").click()
    done = page.locator(".toast-q").filter(has_text="The positions are set")
    expect(done.get_by_role("button", name="Undo")).to_be_visible()
    page.get_by_role("tab", name="Versions").click()
    changed = page.get_by_role("table", name="What differs between the two versions")
    expect(changed).to_contain_text("Removed")
    expect(changed).to_contain_text("AAPL")
    listed = page.get_by_role("table", name="Versions of holdings and target")
    listed.get_by_role("button", name="Restore holdings 1").click()
    expect(page.get_by_text("Version 1 is back")).to_be_visible()
    expect(listed).to_contain_text("Version 1 of the holdings brought back.")
    page.get_by_role("tab", name="Notes").click()
    page.get_by_label("Note", exact=True).fill("Tried two names only; the client said no.")
    page.get_by_role("button", name="Write down").click()
    note = page.locator(".note-q").filter(has_text="the client said no")
    expect(note).to_be_visible()
    note.get_by_role("button", name="Delete").click()
    expect(note).to_have_count(0)
    page.locator(".toast-q").filter(has_text="The note was deleted").get_by_role("button", name="Undo").click()
    expect(note).to_be_visible()


@pytest.mark.requirement("5.1.D1")
@pytest.mark.parametrize(("width", "height"), [(820, 1180), (1180, 820)])
def test_a_tablet_edits_and_reads_without_hovering(
    sign_in: Callable[..., Page], product: Any, width: int, height: int
) -> None:
    page = sign_in("portfolio_manager", width=width, height=height, touch=True)
    opened(page, product)
    page.get_by_role("button", name="What if").tap()
    cell(page, 0, "weight_frac").tap()
    box = page.locator(f"{GRID} .ag-cell-inline-editing input")
    box.fill("6")
    box.press("Enter")
    expect(figure(page, "Edits")).to_contain_text("1")
    expect(figure(page, "Volatility")).to_contain_text("before")
    hard = hard_for_fingers(page)
    assert not hard, "\n".join(hard)
    page.get_by_role("button", name="Undo", exact=True).tap()
    expect(page.locator(BAR)).to_contain_text("Edit a weight")
