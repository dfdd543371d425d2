"""Does a press say what a word beside a field means, and does a step change a number as typing does?"""

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
BODY = f"""<div id="shell-root" data-help="{html.escape(json.dumps(PLACES))}">
  <div class="field"><button class="term-ask" data-ask="Largest position" aria-expanded="false" hidden>?</button>
    <p class="term-answer" hidden></p>
    <div class="affix-steps"><button class="step-by" data-by="-1">-</button><div><input value="25"></div>
      <button class="step-by" data-by="1">+</button></div></div>
  <div class="field"><button class="term-ask" data-ask="No such word" aria-expanded="false" hidden>?</button>
    <p class="term-answer" hidden></p></div>
</div>"""


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    made = browser.new_page()
    answer = {"data": [one.model_dump(mode="json") for one in all_terms()]}
    made.route("**/api/v1/help/glossary", lambda route: route.fulfill(json=answer))
    made.route("http://product.test/*", lambda route: route.fulfill(body=BODY, content_type="text/html"))
    made.goto("http://product.test/optimize")
    for name in ("help.js", "terms.js"):
        made.add_script_tag(content=(ASSETS / name).read_text(encoding="utf-8"))
    yield made
    made.close()


@pytest.mark.browser
@pytest.mark.requirement("5.2.D2")
def test_only_known_words_can_be_asked_about_and_the_answer_comes_and_goes_by_the_keyboard(page: Any) -> None:
    page.evaluate("window.qpoTerms()")
    page.wait_for_selector(".term-ask:not([hidden])")
    assert page.locator(".term-ask:not([hidden])").count() == 1
    page.focus(".term-ask")
    page.keyboard.press("Enter")
    page.wait_for_selector(".term-answer:not([hidden])")
    term = next(one for one in all_terms() if "Largest position" in (one.name, *one.also))
    said = page.inner_text(".term-answer:not([hidden])")
    assert said.startswith(term.definition)
    assert page.get_attribute(".term-answer a", "href") == f"/help/glossary?term={term.term}"
    page.keyboard.press("Escape")
    assert page.locator(".term-answer:not([hidden])").count() == 0


@pytest.mark.browser
def test_who_asks_while_the_glossary_is_on_its_way_waits_for_it(page: Any) -> None:
    page.evaluate("() => { window.dash_clientside.help.terms(); window.qpoTerms(); }")
    page.wait_for_selector(".term-ask:not([hidden])")
    assert page.locator(".term-ask:not([hidden])").count() == 1


@pytest.mark.browser
def test_a_glossary_that_could_not_be_read_is_asked_for_again(page: Any) -> None:
    page.route("**/api/v1/help/glossary", lambda route: route.fulfill(status=503), times=1)
    page.evaluate("window.qpoTerms()")
    page.evaluate("window.dash_clientside.help.terms().then(() => window.qpoTerms())")
    page.wait_for_selector(".term-ask:not([hidden])")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("was", "by", "now"),
    [("25", "1", "26"), ("0,5", "-1", "0,4"), ("1260", "1", "1360"), ("", "1", "1"), ("a", "1", "a")],
)
def test_a_step_changes_a_number_in_the_way_it_is_written(page: Any, was: str, by: str, now: str) -> None:
    page.fill("input", was)
    page.evaluate("document.querySelector('input').addEventListener('input', (e) => { window.told = e.target.value; })")
    page.click(f".step-by[data-by='{by}']")
    assert page.input_value("input") == now
    assert page.evaluate("window.told || null") == (None if was == now else now)
