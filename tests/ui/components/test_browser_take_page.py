"""Does a page that is taken along say so where parts of it had not come yet?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ASSETS = Path(__file__).parents[3] / "assets"
EARLY = "Parts of this page were still being computed when it was taken along."
BODY = """<!doctype html><title>Risk</title>
<main id="shell-content"><h1>Risk</h1><p>Volatility is 18.47%.</p>
  <div id="late"><div class="skeleton" style="height: 20px">...</div></div></main>"""
SAID = "() => window.qpo.take.page(false).parts.flatMap((one) => one.sentences || [])"


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page with the script that reads it, one part of which is still to come."""
    made = browser.new_page()
    made.set_content(BODY)
    made.evaluate("() => { window.qpo = { take: { ways: {}, isHidden: () => false } }; }")
    made.add_script_tag(content=(ASSETS / "take_page.js").read_text(encoding="utf-8"))
    yield made
    made.close()


def test_a_page_with_parts_still_to_come_says_so_first(page: Any) -> None:
    assert page.evaluate(SAID) == [EARLY, "Volatility is 18.47%."]


@pytest.mark.parametrize("done", ["one.replaceChildren()", "one.hidden = true"])
def test_a_page_that_stands_says_what_it_shows_and_no_more(page: Any, done: str) -> None:
    page.locator("#late").evaluate(f"(one) => {{ {done}; }}")
    assert page.evaluate(SAID) == ["Volatility is 18.47%."]
