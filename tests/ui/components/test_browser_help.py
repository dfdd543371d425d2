"""Does the browser know which help belongs to a page, narrow the glossary down, and explain headers?"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.help.book import all_pages, all_terms

SCRIPT = Path(__file__).parents[3] / "assets" / "help.js"
PLACES = {one.path: one.screen for one in all_pages()}
COUNT = "document.querySelectorAll('[data-term]:not([hidden])').length"
BODY = f"""<div id="shell-root" data-help="{html.escape(json.dumps(PLACES))}">
  <span class="ag-header-cell-text">Drift</span><div class="kpi-label">Redeemed</div>
  <article data-term="a" data-words="beta market">a</article>
  <article data-term="b" data-words="alpha market">b</article>
</div>"""


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    made = browser.new_page()
    answer = {"data": [one.model_dump(mode="json") for one in all_terms()]}
    made.route("**/api/v1/help/glossary", lambda route: route.fulfill(json=answer))
    made.route("http://product.test/*", lambda route: route.fulfill(body=BODY, content_type="text/html"))
    made.goto("http://product.test/")
    made.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
    yield made
    made.close()


@pytest.mark.browser
def test_each_address_leads_to_the_help_about_its_screen(page: Any) -> None:
    asked = {path.replace("*", "x-1"): f"/help/{screen}" for path, screen in PLACES.items()}
    asked |= {"/risk/": "/help/risk", "/help/risk": "/help", "/nowhere": "/help", "": "/help/home"}
    found = page.evaluate("(paths) => paths.map(window.dash_clientside.help.link)", list(asked))
    assert dict(zip(asked, found, strict=True)) == asked


@pytest.mark.browser
def test_words_narrow_the_glossary_down_and_the_count_says_so(page: Any) -> None:
    narrow = f"(text) => [window.dash_clientside.help.narrow(text), {COUNT}]"
    assert page.evaluate(narrow, "") == ["2 terms", 2]
    assert page.evaluate(narrow, " MARKET bet") == ["1 of 2 terms", 1]
    assert page.evaluate(narrow, "gamma") == ["No term has these words. Try a part of one.", 0]


@pytest.mark.browser
def test_a_header_explains_itself_by_the_terms_of_its_own_screen(page: Any) -> None:
    page.hover(".ag-header-cell-text")
    page.wait_for_selector(".ag-header-cell-text.has-term")
    drift = next(one for one in all_terms() if one.term == "drift")
    title = page.get_attribute(".ag-header-cell-text", "title")
    assert title.split("\n") == [drift.definition, drift.formula, drift.sign]
    page.hover(".kpi-label")  # a term of stress tests means nothing on Home
    assert page.get_attribute(".kpi-label", "title") is None
