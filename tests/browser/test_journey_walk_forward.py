"""Does somebody learn from a result what its recipe would have earned over the past?"""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import Product, SignIn
from tests.browser.rest import ask

WORK_MAX_MS = 120_000  # hundreds of dates on a machine that does other things as well
RECIPE: dict[str, Any] = {
    "asset_ids": ["AAPL", "JNJ", "KO", "XOM"],
    "objective": {"kind": "max_sharpe"},
    "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.5}],
    "current_weights": {"AAPL": 0.5, "KO": 0.5},
}


def test_a_recipe_is_tested_over_the_past_from_its_result(product: Product, sign_in: SignIn) -> None:
    made = ask(product, "portfolio_manager", "POST", "/optimizations", RECIPE)["id"]
    page = sign_in()
    page.goto(f"{product.url}/runs/{made}")
    page.get_by_role("button", name="Test over the past").click()
    page.get_by_text("Quarterly", exact=True).click()
    page.get_by_label("Days looked back").fill("x")
    page.get_by_role("button", name="Start the test").click()
    expect(page.get_by_text("“x” is not a number")).to_be_visible()
    page.get_by_label("Days looked back").fill("2520")
    page.get_by_role("button", name="Start the test").click()
    page.wait_for_url(re.compile(r"/walk-forward\?run=[0-9a-f-]{36}$"))
    verdict = page.locator("#walk-forward-verdict")
    expect(verdict).to_contain_text(re.compile(r"Over \d\d\.\d years and after costs"), timeout=WORK_MAX_MS)
    expect(page.locator("#walk-forward-work")).to_be_hidden()
    figures = page.get_by_role("table", name="Figures of each strategy after costs")
    expect(figures).to_contain_text(re.compile("Recipe.*Equal weight.*Minimum variance.*Current weights, held", re.S))
    expect(page.locator("#walk-forward-promises-chart .annotation-arrow-g")).to_have_count(6)
    page.get_by_text("Logarithmic", exact=True).click()
    expect(page.locator("#walk-forward-wealth-chart .ytick", has_text="200").first).to_be_visible()
    address = page.url
    page.goto(f"{product.url}/runs")
    page.get_by_role("link", name=re.compile("Test over the past")).first.click()
    page.wait_for_url(address)
    expect(verdict).to_contain_text("recipe's Sharpe ratio")
