"""Are the parts of a page told of what they show, once an answer, at once while a person types, and of nothing else?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[3] / "assets" / "renderer_resets.js"
STORE = """
window.dash_stores = [];
window.made = () => {
  let state = { layout: 0, layoutHashes: {}, callbacks: 0, paths: 0, loading: 0 };
  const listeners = new Set();
  return {
    getState: () => state,
    subscribe: (one) => { listeners.add(one); return () => listeners.delete(one); },
    dispatch: (change) => { state = { ...state, ...change }; listeners.forEach((one) => one()); return change; },
  };
};
"""
BEGIN = """
const store = window.made();
const own = []; store.subscribe(() => own.push(1));  // the renderer's own list, before the store is handed over
window.dash_stores.push(store);
const told = []; const leave = store.subscribe(() => told.push({ ...store.getState() }));
const soon = () => new Promise((done) => setTimeout(done, 20));
"""


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    made = browser.new_page()
    made.add_script_tag(content=STORE)
    made.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
    yield made
    made.close()


def run(page: Any, steps: str) -> Any:
    return page.evaluate(f"async () => {{ {BEGIN} {steps} }}")


@pytest.mark.browser
def test_steps_of_callbacks_are_told_to_the_renderer_alone(page: Any) -> None:
    steps = "for (let n = 1; n < 9; n += 1) store.dispatch({ callbacks: n, paths: n }); await soon();"
    assert run(page, f"{steps} return [own.length, told.length];") == [8, 0]


@pytest.mark.browser
def test_what_one_answer_changed_is_told_once_and_whole(page: Any) -> None:
    steps = "for (let n = 1; n < 9; n += 1) store.dispatch({ layout: n }); const before = told.length; await soon();"
    assert run(page, f"{steps} return [before, told.map((one) => one.layout)];") == [0, [8]]


@pytest.mark.browser
def test_while_a_person_types_each_change_is_told_at_once(page: Any) -> None:
    steps = """
    const node = document.createElement("input"); const seen = [];
    node.addEventListener("input", () => { store.dispatch({ layout: seen.length + 1 }); seen.push(told.length); });
    node.dispatchEvent(new Event("input")); node.dispatchEvent(new Event("input")); await soon();
    return [seen, told.length];"""
    assert run(page, steps) == [[1, 2], 2]


@pytest.mark.browser
def test_that_answers_are_awaited_is_told_later_and_once(page: Any) -> None:
    steps = "for (let n = 1; n < 9; n += 1) store.dispatch({ loading: n }); await null; const before = told.length;"
    assert run(page, f"{steps} await soon(); return [before, told.map((one) => one.loading)];") == [0, [8]]


@pytest.mark.browser
def test_who_has_left_is_told_nothing_any_more(page: Any) -> None:
    steps = "store.dispatch({ layout: 1 }); leave(); await soon(); store.dispatch({ layout: 2 }); await soon();"
    assert run(page, f"{steps} return told.length;") == 0
