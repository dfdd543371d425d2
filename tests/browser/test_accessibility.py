"""Does every page keep WCAG 2.2 AA as far as a program can tell, in both themes, wide and on a tablet?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page

from tests.browser.places import places, portfolios_of, scroll_to_every_table, visit

NAMED_MS = 800  # a script of the product names what a component library leaves without a name, at most 400 ms later
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

RULES_THAT_MAY_BREAK: dict[str, str] = {}
"""Rule of axe -> why it may break; a component library's own fault would stand here."""


def faults(page: Page, address: str) -> list[str]:
    """Open a page, wait until it stands, and return what axe finds."""
    visit(page, address)
    page.wait_for_timeout(NAMED_MS)
    scroll_to_every_table(page)
    page.evaluate(AXE)
    found = page.evaluate("async (levels) => await axe.run(document, {runOnly: {type: 'tag', values: levels}})", LEVELS)
    return [
        f"{address}: {fault['id']} ({fault['help']}): {node['target']} {node['html'][:200]}"
        for fault in found["violations"]
        if fault["id"] not in RULES_THAT_MAY_BREAK
        for node in fault["nodes"][:3]
    ]


@pytest.mark.requirement("5.1.D4")
@pytest.mark.parametrize("turn", [0, 1], ids=["light and wide", "dark on a tablet"])
def test_no_page_breaks_wcag(product: Any, sign_in: Any, turn: int) -> None:
    """Every second page light and wide, the others dark on a tablet."""
    page: Page = sign_in(dark=bool(turn), width=820 if turn else 1440, height=1180 if turn else 900)
    every = [place for place in places(portfolios_of(page, product.url)) if place.role == "portfolio_manager"]
    found = [fault for place in every[turn::2] for fault in faults(page, product.url + place.path)]
    assert not found, "\n".join(found)


def test_what_only_compliance_sees_keeps_it_too(product: Any, sign_in: Any) -> None:
    page: Page = sign_in("compliance")
    every = [place for place in places(()) if place.role == "compliance"]
    found = [fault for place in every for fault in faults(page, product.url + place.path)]
    assert len(every) == 3
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
