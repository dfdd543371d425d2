"""Does compliance see where rules are broken and why, and do something about it; and are orders checked before?"""

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


@pytest.mark.requirement("4.3.A4")
@pytest.mark.requirement("4.3.D3")
def test_a_broken_rule_is_seen_explained_and_acknowledged(sign_in: Callable[..., Page], product: Any) -> None:
    page = sign_in("compliance")
    page.goto(f"{product.url}/compliance")
    broken = page.locator(".matrix-q .standing-failed").first
    expect(broken).to_be_visible(timeout=ENOUGH_MS)
    broken.click()
    expect(page.locator("#compliance-status-evidence h2")).to_be_in_viewport()
    expect(page.locator(".matrix-q [data-choose]:not([tabindex='-1'])")).to_have_count(1)
    evidence = page.locator("#compliance-status-detail")
    expect(evidence).to_contain_text("is allowed")
    expect(evidence.get_by_role("table")).to_contain_text("Broken")
    expect(page).to_have_url(re.compile(r"cell="))
    page.reload()
    expect(evidence).to_contain_text("is allowed")  # the whole view is in the address

    page.get_by_role("tab", name="Breaches").click()
    detail = page.locator("#compliance-breaches-detail")
    expect(detail).to_contain_text("History", timeout=ENOUGH_MS)
    page.locator("#compliance-breaches-deed").select_option("acknowledge")
    page.locator("#compliance-breaches-text").fill("Seen; the desk is told.")
    page.locator("#compliance-breaches-do").click()
    expect(detail).to_contain_text("took note of it")
    expect(detail).to_contain_text("Seen; the desk is told.")
    assert overflow_px(page) == 0


@pytest.mark.requirement("4.3.A3")
@pytest.mark.requirement("4.3.F5")
def test_orders_are_checked_before_they_are_traded(sign_in: Callable[..., Page], product: Any) -> None:
    page = sign_in("portfolio_manager")
    page.goto(f"{product.url}/compliance?tab=trade")
    expect(page.locator("#compliance-trade-portfolio")).to_have_value(re.compile(r".+"))
    orders = page.get_by_label("One order a line")
    orders.fill("AAPL buy many")
    page.get_by_role("button", name="Check the orders").click()
    expect(page.locator("#compliance-trade-problems")).to_contain_text("AAPL")
    orders.fill("AAPL 60%")
    page.get_by_role("button", name="Check the orders").click()
    answer = page.locator("#compliance-trade-answer")
    expect(answer).to_contain_text("Blocked", timeout=ENOUGH_MS)
    expect(answer.get_by_role("table", name="Rules after the orders")).to_contain_text("No position above")
    expect(answer.get_by_role("table", name="The orders as they were checked")).to_contain_text("60.0%")
    orders.fill("JPM buy -5")
    page.get_by_role("button", name="Check the orders").click()
    expect(page.locator("#compliance-trade-problems")).to_contain_text("is below 0")
    expect(answer).not_to_contain_text("Blocked")  # that was said of other orders
    for width in (820, 390):
        narrow = sign_in("compliance", width=width)
        narrow.goto(f"{product.url}/compliance")
        expect(narrow.locator(".matrix-q")).to_be_visible()
        assert overflow_px(narrow) == 0
