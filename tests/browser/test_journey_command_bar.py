"""Does Ctrl+K lead to pages, portfolios, assets and deeds, by keyboard and by finger?"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

BAR = "#shell-bar"
FIELD = "#shell-bar-field input"
ROWS = "#shell-bar-list .bar-row"


def test_the_bar_finds_and_goes_without_a_mouse(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    page.goto(product.url)
    page.locator("#home-table .grid-name a").first.wait_for()
    page.keyboard.press("Control+k")
    expect(page.locator(FIELD)).to_be_focused()
    page.keyboard.type("stress aurora")
    expect(page.locator(ROWS).first).to_contain_text("Stress Aurora")
    page.keyboard.press("Enter")
    page.wait_for_url("**/stress?portfolio=*")
    expect(page.locator(BAR)).to_have_attribute("aria-hidden", "true")

    page.keyboard.press("Control+k")
    page.keyboard.type("runs")
    expect(page.locator(ROWS).first).to_contain_text("Runs")
    page.keyboard.press("Escape")
    expect(page.locator(BAR)).to_be_hidden()

    page.keyboard.press("Control+k")
    page.keyboard.type("no such thing at all")
    expect(page.locator("#shell-bar-note")).to_have_text("Nothing is called no such thing at all.")
    page.keyboard.press("Escape")

    page.keyboard.press("Control+k")
    page.keyboard.type("aapl")
    row = page.locator(ROWS, has_text="AAPL").first
    expect(row).to_be_visible()
    while row.get_attribute("aria-selected") != "true":
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/market/AAPL")


@pytest.mark.parametrize("size", [(820, 1180), (390, 844)])
def test_the_bar_opens_by_touch(product: Any, sign_in: Any, size: tuple[int, int]) -> None:
    page: Page = sign_in()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(product.url)
    page.locator("#shell-bar-open").click()
    page.locator(FIELD).fill("meridian")
    row = page.locator(ROWS, has_text="Meridian").first
    expect(row).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    row.click()
    page.wait_for_url("**/portfolios/*")


def test_letters_go_to_every_page_of_the_rail(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    page.goto(product.url)
    page.locator("#home-table .grid-name a").first.wait_for()
    for key, path in (("l", "/compliance"), ("m", "/market"), ("i", "/imports")):
        page.keyboard.press("g")
        page.keyboard.press(key)
        page.wait_for_url(f"**{path}*")
