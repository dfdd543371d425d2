"""Are trades found that mend what is broken, and does the check before a trade let them pass?"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journey import overflow_px

ENOUGH_MS = 90_000  # portfolios are checked within a minute after rules come into force


@pytest.fixture
def product(ruled: Any) -> Any:
    """Journeys of compliance have a product of their own: its rules would bind what other journeys optimize."""
    return ruled


@pytest.mark.requirement("4.3.A5")
def test_what_is_broken_is_mended_by_trades_that_the_check_lets_pass(
    sign_in: Callable[..., Page], product: Any
) -> None:
    page = sign_in("portfolio_manager")
    page.goto(f"{product.url}/compliance")
    broken = page.locator(".matrix-q .standing-failed").first
    expect(broken).to_be_visible(timeout=ENOUGH_MS)
    broken.click()
    expect(page).to_have_url(re.compile(r"cell="))
    portfolio_id = re.split(r"cell=|%7C|\|", page.url)[1]
    expect(page.locator("#compliance-mend-portfolio")).to_have_value(portfolio_id)
    page.get_by_text("How they are sought").first.click()
    page.locator("#compliance-mend-buffer").fill("a lot")
    page.locator("#compliance-mend-ask").click()
    expect(page.locator("#compliance-mend-buffer-error")).to_contain_text("is not a number")
    page.locator("#compliance-mend-buffer").fill("0.1")
    page.locator("#compliance-mend-ask").click()
    answer = page.locator("#compliance-mend-answer")
    compared = answer.get_by_role("table", name="The ways beside one another", exact=True).first
    expect(compared).to_be_visible(timeout=ENOUGH_MS)
    expect(compared).to_contain_text("Verified")
    way = answer.locator(".mend-way").filter(has_text="Verified").first
    expect(way.get_by_role("table").first).to_contain_text(re.compile(r"\d"))
    assert overflow_px(page) == 0
    way.get_by_role("button", name="Take to Before a trade").press("Enter")
    expect(page).to_have_url(re.compile(r"tab=trade"))
    expect(page.locator("#compliance-trade-portfolio")).to_have_value(portfolio_id)
    expect(page.get_by_label("One order a line")).to_have_value(re.compile(r"^\S+ (buy|sell) \d+"))
    expect(page.locator("#compliance-trade-check")).to_be_focused()
    page.keyboard.press("Enter")
    told = page.locator("#compliance-trade-answer")
    expect(told.get_by_role("table", name="The orders as they were checked")).to_be_visible(timeout=ENOUGH_MS)
    expect(told).to_contain_text("May be traded")
