"""Does a replay move the cells of a portfolio, say that it is one, and stand still when paused?"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

PRICES = (
    "() => Array.from(document.querySelectorAll('#portfolio-holdings .ag-cell[col-id=price]')).map((c) => c.innerText)"
)
LOOKS_COUNT, LOOK_EVERY_MS = 25, 400


def prices(page: Page) -> list[str]:
    return list(page.evaluate(PRICES))


def steady(page: Page) -> list[str]:
    """Return the prices once they stand: rows and figures come a moment after the first ones."""
    before: list[str] = []
    for _ in range(LOOKS_COUNT):
        now = prices(page)
        if now and now == before:
            return now
        before = now
        page.wait_for_timeout(LOOK_EVERY_MS)
    raise AssertionError(f"The prices still move: {before}")


@pytest.mark.requirement("5.1.A5")
def test_a_replay_moves_cells_and_a_pause_stops_them(sign_in: Any, product: Any) -> None:
    page = sign_in()
    page.goto(f"{product.url}/")
    light = page.locator("#shell-connection")
    expect(light).to_have_text("Connected")
    page.locator(".grid-name a[href^='/portfolios/']").first.click()
    cells = page.locator("#portfolio-holdings .ag-cell[col-id=price]")
    expect(cells.first).to_be_visible()
    stored = steady(page)
    page.locator("#live-button").click()
    page.locator("#live-speed").select_option("23400")
    page.locator("#live-start-on").fill("2020-02-19")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(light).to_have_text("Replay 23,400x")
    expect(page.locator("#live-note")).to_contain_text("nothing of them is stored")
    page.keyboard.press("Escape")
    expect(cells.first).to_have_class(re.compile("live-cell"))
    moving = prices(page)
    expect(cells.first).not_to_have_text(moving[0])
    page.keyboard.press("p")
    expect(light).to_have_text(re.compile(r"^Paused here at \d\d:\d\d UTC$"))
    paused = steady(page)
    page.wait_for_timeout(1500)
    assert prices(page) == paused
    page.keyboard.press("p")
    expect(cells.first).not_to_have_text(paused[0])
    page.locator("#live-button").click()
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(light).to_have_text("Connected")
    expect(page.locator("#live-note")).to_be_hidden()
    expect(page.locator(".live-cell")).to_have_count(0)
    assert steady(page) == stored
