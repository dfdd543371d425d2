"""Does the eye hide money and numbers of shares on every page, in charts and files too, while percentages stay?"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from components.rail import NAVIGATION
from tests.browser.test_journey_take import of_page, read, take

MASK = "\u2022\u2022\u2022\u2022"
SETTLE_MS = 900
DIGITS_MIN = 4
"""Amounts of fewer digits could be any number."""

AMOUNTS = """async () => {
  const ask = async (path) => (await fetch('/api/v1' + path, {headers: {Accept: 'application/json'}})).json();
  const found = [];
  for (const one of (await ask('/portfolios')).data) {
    found.push(one.value_ccy);
    for (const held of (await ask(`/portfolios/${one.id}/positions`)).data) found.push(held.value_ccy, held.quantity);
  }
  return found.filter(Boolean).map(Number);
}"""
SHOWN = """() => {
  const parts = [document.body.innerText];
  document.querySelectorAll('svg text').forEach((one) => parts.push(one.textContent));
  document.querySelectorAll('[title], [aria-label]').forEach((one) =>
    parts.push(one.title || '', one.getAttribute('aria-label') || ''));
  return parts.join('\\n');
}"""


def pages(page: Page) -> list[str]:
    """Return every address of the rail, the tabs of a portfolio, and the pages of a stock and of templates."""
    rail = [item.href for item in NAVIGATION if item.href != "/users"]
    portfolio = page.locator("#home-table .grid-name a").first.get_attribute("href")
    tabs = ("holdings", "allocation", "transactions", "versions", "limits", "compliance")
    held = [f"{place}?portfolio={str(portfolio).split('/')[-1]}" for place in ("/risk", "/stress", "/performance")]
    return [f"{portfolio}", *(f"{portfolio}?tab={tab}" for tab in tabs), *rail, *held, "/market/AAPL", "/templates"]


def written(amount: float) -> set[str]:
    """Return how an amount may read: whole, with cents, and as it is."""
    texts = {f"{abs(amount):,.0f}", f"{abs(amount):,.2f}", f"{abs(amount):,.4f}".rstrip("0").rstrip(".")}
    digits = {one: re.sub(r"\D", "", one) for one in texts if "," in one}  # round ones are any number
    return {one for one, every in digits.items() if len(every) >= DIGITS_MIN and every.strip("0") != "1"}


def told(page: Page, address: str, known: set[str]) -> set[str]:
    """Open a page and return which known amounts stand on it."""
    page.goto(address)
    page.locator("#shell-content > *").first.wait_for()
    page.wait_for_timeout(SETTLE_MS)
    text = page.evaluate(SHOWN)
    return {one for one in known if re.search(rf"(?<![\d,.]){re.escape(one)}(?![\d,]|\.\d)", text)}


def set_amounts(page: Page, hidden: bool) -> None:
    """Press the eye until amounts are as wanted."""
    page.locator("#shell-root[data-amounts]").wait_for()
    wanted = "hidden" if hidden else "shown"
    if page.locator("#shell-root").get_attribute("data-amounts") != wanted:
        page.locator("#shell-amounts-button").click()
    expect(page.locator("#shell-root")).to_have_attribute("data-amounts", wanted)


def test_no_page_shows_an_amount_while_amounts_are_hidden(product: Any, sign_in: Any, tmp_path: Path) -> None:
    page: Page = sign_in()
    page.goto(f"{product.url}/")
    page.locator("#home-table .grid-name a").first.wait_for()
    known = {text for amount in page.evaluate(AMOUNTS) for text in written(amount)}
    assert known
    addresses = pages(page)
    assert told(page, f"{product.url}/", known)
    portfolio = next(one for one in addresses if one.startswith("/portfolios/"))
    assert told(page, f"{product.url}{portfolio}", known)
    try:
        set_amounts(page, hidden=True)
        expect(page.locator("html")).to_have_attribute("data-private", "")
        expect(page.locator("body")).to_contain_text(MASK)
        assert re.search(r"\d%", page.inner_text("body"))
        found = {one: told(page, f"{product.url}{one}", known) for one in addresses}
        assert {one: sorted(texts) for one, texts in found.items() if texts} == {}
        page.goto(f"{product.url}{portfolio}")
        page.locator(".kpi-value").first.wait_for()
        text, _sheets = read(take(page, of_page(page), "pdf", tmp_path))
        assert "Amounts are hidden." in text
        assert not [one for one in known if one in text]
        page.get_by_role("button", name="Positions").click()
        expect(page.locator("#portfolio-positions-text")).not_to_be_empty()
        expect(page.locator("#portfolio-positions-text")).to_have_css("-webkit-text-security", "disc")
        with page.expect_download() as waiting:
            page.evaluate("(path) => { window.location = path; }", f"/download{portfolio.split('?')[0]}/holdings.csv")
        rows = list(csv.reader(Path(waiting.value.path()).read_text("utf-8-sig").splitlines()))
        place = rows[0].index("value_ccy")
        assert {row[place] for row in rows[1:]} <= {MASK, ""}
    finally:
        page.goto(f"{product.url}/")
        set_amounts(page, hidden=False)
    assert told(page, f"{product.url}/", known)


def test_the_key_and_the_command_bar_hide_amounts_too(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    page.goto(f"{product.url}/settings")
    page.locator("#shell-root[data-amounts='shown']").wait_for()
    other = page.context.new_page()
    other.goto(f"{product.url}/clients")
    other.locator("#shell-root[data-amounts='shown']").wait_for()
    page.bring_to_front()
    page.keyboard.press("h")
    page.locator("#shell-root[data-amounts='hidden']").wait_for()
    other.locator("#shell-root[data-amounts='hidden']").wait_for()  # another open tab hides them too
    other.close()
    page.keyboard.press("Control+k")
    page.keyboard.type("hide or show amounts")
    expect(page.locator("#shell-bar-list .bar-row[aria-selected='true']")).to_contain_text("Hide or show amounts")
    page.keyboard.press("Enter")
    page.locator("#shell-root[data-amounts='shown']").wait_for()


def test_dates_follow_the_setting_at_once_and_on_every_page(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    page.goto(f"{product.url}/settings?tab=appearance")
    dates = page.locator("#settings-dates")
    expect(page.locator("#settings-preview")).to_contain_text("28 Dec 2022")
    try:
        dates.select_option("iso")
        expect(page.locator("#settings-preview")).to_contain_text("2022-12-28")
        page.goto(f"{product.url}/market/AAPL")
        expect(page.locator("#shell-as-of")).to_contain_text("2022-12-28")
        page.wait_for_timeout(SETTLE_MS)
        assert not re.search(r"\b\d{1,2} (Dec|December) 2022\b", page.inner_text("body"))
    finally:
        page.goto(f"{product.url}/settings?tab=appearance")
        expect(page.locator("#settings-preview")).to_contain_text("2022-12-28")
        dates.select_option("words")
        expect(page.locator("#settings-preview")).to_contain_text("28 Dec 2022")
