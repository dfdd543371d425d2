"""Is the last of two quick choices of columns the one that is kept?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[3] / "assets" / "portfolio_holdings.js"
SETUP = """() => {
  window.dash_clientside = { no_update: 'same', set_props() {} };
  window.page = { columns: ['price'], order: [], keeping: false, kept: { shown: ['price'], order: [] } };
  window.handed = [];
}"""
TELL = """([changes, told]) => {
  Object.assign(window.page, changes);
  const given = window.page, ids = told.map((one) => ({ prop_id: 'portfolio-columns' + one }));
  window.dash_clientside.callback_context = { triggered: ids };
  const found = window.dash_clientside.portfolio_holdings.toKeep(given.columns, given.order, given.keeping, given.kept);
  if (found !== 'same') window.handed.push(found.shown.join());
  return window.handed;
}"""
CHOSEN, KEEPING, KEPT = ".value", "-keeping.data", "-kept.data"


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    made = browser.new_page()
    made.set_content('<div id="portfolio-columns"></div>')
    made.evaluate(SETUP)
    made.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
    yield made
    made.close()


def kept(*shown: str) -> dict[str, Any]:
    return {"kept": {"shown": list(shown), "order": []}}


@pytest.mark.browser
def test_what_the_page_itself_sets_is_no_choice(page: Any) -> None:
    assert page.evaluate(TELL, [{}, [CHOSEN, KEPT]]) == []


@pytest.mark.browser
@pytest.mark.parametrize("is_kept_first", [True, False], ids=["what is kept comes first", "the end comes first"])
@pytest.mark.parametrize("last", [["price", "sector"], ["price"]], ids=["another", "back again"])
def test_a_later_choice_waits_for_the_answer_to_the_one_before(page: Any, last: list[str], is_kept_first: bool) -> None:
    assert page.evaluate(TELL, [{"columns": ["sector"]}, [CHOSEN]]) == ["sector"]
    page.evaluate(TELL, [{"keeping": True}, [KEEPING]])
    assert page.evaluate(TELL, [{"columns": last}, [CHOSEN]]) == ["sector"], "the first is still on its way"
    answer = [(kept("sector"), [KEPT]), ({"keeping": False}, [KEEPING])]
    for changes, told in answer if is_kept_first else answer[::-1]:
        page.evaluate(TELL, [changes, told])
    assert page.evaluate("() => window.handed") == ["sector", ",".join(last)]


@pytest.mark.browser
def test_a_refused_choice_is_not_handed_in_again_and_the_next_one_is(page: Any) -> None:
    page.evaluate(TELL, [{"columns": ["sector"]}, [CHOSEN]])
    page.evaluate(TELL, [{"keeping": True}, [KEEPING]])
    assert page.evaluate(TELL, [{"keeping": False}, [KEEPING]]) == ["sector"]
    assert page.evaluate(TELL, [{"columns": ["value"]}, [CHOSEN]]) == ["sector", "value"]


@pytest.mark.browser
def test_a_page_that_was_left_before_its_answer_holds_nothing_up(page: Any) -> None:
    page.evaluate(TELL, [{"columns": ["sector"]}, [CHOSEN]])
    page.evaluate("() => { document.body.innerHTML = '<div id=\"portfolio-columns\"></div>'; }")
    assert page.evaluate(TELL, [{"columns": ["value"], **kept("sector")}, [CHOSEN]]) == ["sector", "value"]
