"""Does a page that is left at once, before its answers have come, leave anything broken behind?

A page that complains in the console fails the journey (see `watched` in conftest.py).
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

HEADINGS = {"h": "Portfolios", "o": "Optimize", "r": "Runs", "c": "Clients", "s": "Settings"}
STAYS_MS = (0, 300)


# Both keys in one moment: a busy page answers the first one late, and the second would wait for that answer.
_PRESS = """keys => keys.forEach(key => (document.activeElement || document.body).dispatchEvent(
  new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })))"""


def go(page: Page, key: str) -> None:
    page.evaluate(_PRESS, ["g", key])


@pytest.mark.parametrize("stay_ms", STAYS_MS)
def test_every_page_can_be_left_at_once_with_the_keyboard(product: Any, sign_in: Any, stay_ms: int) -> None:
    page: Page = sign_in()
    page.goto(f"{product.url}/")
    expect(page.locator("main h1")).to_have_text("Portfolios")
    for first in HEADINGS:
        for then in ("r", "h"):
            if first == then:
                continue
            go(page, first)
            page.wait_for_timeout(stay_ms)
            go(page, then)
            expect(page.locator("main h1").first).to_have_text(HEADINGS[then])
    page.wait_for_load_state("networkidle")


def test_home_left_for_the_wizard_and_the_runs_within_a_second(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    for wait_ms in (0, 50, 150, 400):
        page.goto(f"{product.url}/")
        expect(page.locator("#shell-rail")).to_be_visible()
        page.wait_for_timeout(wait_ms)
        go(page, "o")
        page.wait_for_timeout(wait_ms)
        go(page, "r")
        expect(page.locator("main h1").first).to_have_text("Runs")
        page.wait_for_load_state("networkidle")
