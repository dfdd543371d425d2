"""Are the words of headers and labels explained to keys and fingers too, not only to a pointer?"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.help.book import all_pages, all_terms

ASSETS = Path(__file__).parents[3] / "assets"
PLACES = {one.path: one.screen for one in all_pages()}
TERM = next(one for one in all_terms() if one.term == "drift")
BODY = f"""<!doctype html><div id="shell-root" data-help="{html.escape(json.dumps(PLACES))}">
  <button id="before">before</button>
  <div class="kpi-label">Drift</div><div class="kpi-label" id="plain">Nothing that is known</div>
  <div class="ag-header-cell" tabindex="-1"><span class="ag-header-cell-text">Drift</span></div>
</div>"""


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(has_touch=True)
    made = context.new_page()
    answer = {"data": [one.model_dump(mode="json") for one in all_terms()]}
    made.route("**/api/v1/help/glossary", lambda route: route.fulfill(json=answer))
    made.route("http://product.test/*", lambda route: route.fulfill(body=BODY, content_type="text/html"))
    made.goto("http://product.test/")
    for name in ("help.js", "term_pop.js"):
        made.add_script_tag(content=(ASSETS / name).read_text(encoding="utf-8"))
    made.wait_for_selector(".kpi-label.has-term[tabindex='0']")
    yield made
    context.close()


def is_said(page: Any) -> None:
    page.wait_for_selector("#term-pop")
    text = page.inner_text("#term-pop")
    assert TERM.definition in text
    assert page.get_attribute("#term-pop a", "href") == "/help/glossary?term=drift"


@pytest.mark.browser
def test_enter_opens_the_meaning_and_escape_leads_back(page: Any) -> None:
    page.focus("#before")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == TERM.name
    page.keyboard.press("Enter")
    is_said(page)
    assert page.evaluate("document.activeElement.id") == "term-pop"
    page.keyboard.press("Escape")
    assert page.locator("#term-pop").count() == 0
    assert page.evaluate("document.activeElement.textContent") == TERM.name


@pytest.mark.browser
def test_a_tap_opens_the_meaning_and_another_elsewhere_closes_it(page: Any) -> None:
    page.locator(".kpi-label").first.tap()
    is_said(page)
    page.locator("#before").tap()
    page.wait_for_selector("#term-pop", state="detached")


@pytest.mark.browser
def test_headers_of_grids_keep_enter_for_sorting_and_open_with_shift(page: Any) -> None:
    page.focus(".ag-header-cell")
    page.keyboard.press("Enter")
    assert page.locator("#term-pop").count() == 0
    page.keyboard.press("Shift+Enter")
    is_said(page)
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className") == "ag-header-cell"


@pytest.mark.browser
def test_words_without_an_entry_are_no_stop_on_the_way(page: Any) -> None:
    assert page.get_attribute("#plain", "tabindex") is None
    assert page.get_attribute(".ag-header-cell-text", "tabindex") is None
