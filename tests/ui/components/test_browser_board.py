"""Do cards never lie over one another whatever buttons do, and do totals count each portfolio at its rate?"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.dashboard_shipped import SHIPPED

ASSETS = Path(__file__).parents[3] / "assets"
KEYS = ("summary", "portfolios", "today", "holdings", "sectors", "attention", "tasks", "activity", "actions")
ACTS = ("left", "up", "down", "right", "narrower", "wider", "shorter", "taller", "hide", "add")
STUBS = """
window.props = {};
window.dash_clientside = { no_update: null, set_props: (id, given) => {
  window.props[id] = Object.assign(window.props[id] || {}, given);
} };
window.qpo = {};
"""
VIEWS = {
    "chosen": "Morning",
    "version": 1,
    "rows": 3,
    "views": [
        {"name": name, "is_shipped": True, "is_changed": False, "cards": [one.model_dump() for one in cards]}
        for name, cards in SHIPPED.items()
    ],
}


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    made = browser.new_page()
    errors: list[str] = []
    made.on("pageerror", lambda error: errors.append(str(error)))
    cards = "".join(
        f'<div><section id="board-card-{key}" class="board-card" data-board-key="{key}" data-board-title="{key}">'
        '<header class="card-head"></header></section></div>'
        for key in KEYS
    )
    buttons = "".join(
        f'<button data-board-act="{act}" data-board-card="{key}"></button>' for key in KEYS for act in ACTS
    )
    made.set_content(f'<div id="board-box">{cards}</div><div id="board-bar"></div><div id="board-add"></div>{buttons}')
    made.add_script_tag(content=STUBS)
    for name in ("live_figures.js", "board.js"):
        made.add_script_tag(content=(ASSETS / name).read_text(encoding="utf-8"))
    yield made
    made.close()
    assert errors == []


def press(page: Any, act: str, key: str) -> None:
    page.evaluate(f"() => document.querySelector('[data-board-act={act}][data-board-card={key}]').click()")


def shown(page: Any) -> dict[str, dict[str, int]]:
    return {one["card"]: one for one in page.evaluate("() => window.props['board-cards'].data")}


def assert_apart(cards: dict[str, dict[str, int]]) -> None:
    taken: dict[tuple[int, int], str] = {}
    for key, one in cards.items():
        assert one["x"] >= 0
        assert one["x"] + one["w"] <= 12
        for x in range(one["x"], one["x"] + one["w"]):
            for y in range(one["y"], one["y"] + one["h"]):
                assert (x, y) not in taken, (key, taken[x, y])
                taken[x, y] = key


@pytest.mark.browser
@pytest.mark.requirement("5.1.D5")
def test_cards_never_lie_over_one_another_whatever_is_pressed(page: Any) -> None:
    layout = page.evaluate("(views) => dash_clientside.board.apply(views)[0]", VIEWS)
    assert {one["i"] for one in layout} == {f"board-card-{key}" for key in KEYS}
    rng = random.Random(3)
    for _ in range(250):
        press(page, rng.choice(ACTS), rng.choice(KEYS))
        if page.evaluate("() => Boolean(window.props['board-cards'])"):
            assert_apart(shown(page))


@pytest.mark.browser
def test_a_view_as_it_came_makes_room_for_the_rows_there_are_and_a_changed_one_stays(page: Any) -> None:
    def height(views: dict[str, Any]) -> int:
        layout = page.evaluate("(views) => dash_clientside.board.apply(views)[0]", views)
        return int(next(one["h"] for one in layout if one["i"] == "board-card-portfolios"))

    assert height(VIEWS) == 5
    assert height({**VIEWS, "rows": 50}) == 8
    kept = [{**one, "is_changed": True} for one in VIEWS["views"]]  # type: ignore[attr-defined]
    assert height({**VIEWS, "views": kept}) == 8


@pytest.mark.browser
def test_a_hidden_card_takes_no_place_and_comes_back_at_the_end(page: Any) -> None:
    page.evaluate("(views) => dash_clientside.board.apply(views)", VIEWS)
    press(page, "hide", "today")
    assert "today" not in shown(page)
    page.wait_for_function("() => document.getElementById('board-card-today').hasAttribute('hidden')")
    assert page.evaluate("() => document.querySelector('#board-add [data-board-card=today]').textContent") == "today"
    assert page.evaluate("() => document.activeElement.matches('#board-add [data-board-card=today]')")
    press(page, "add", "today")
    cards = shown(page)
    assert_apart(cards)
    assert not page.evaluate("() => document.getElementById('board-card-today').hasAttribute('hidden')")
    assert "shown at the end" in page.evaluate("() => window.props['board-said'].children")


@pytest.mark.browser
@pytest.mark.requirement("5.1.D2")
def test_a_total_in_another_currency_counts_each_portfolio_at_its_rate_and_no_other(page: Any) -> None:
    found = page.evaluate(
        """() => {
          const held = { symbol: 'A', currency: 'EUR', close: 10, units_ccy: 5, value_ccy: 50 };
          const recipe = (id, currency) => ({ portfolio_id: id, base_currency: currency, value_ccy: '100',
            day_pnl_ccy: '3', rates: [], positions: [Object.assign({}, held, { currency })] });
          const recipes = { e: recipe('e', 'EUR'), u: recipe('u', 'USD'), out: recipe('out', 'USD') };
          const quote = { symbol: 'A', price: 12, currency: 'EUR', previous_close: 11 };
          const now = qpo.liveFigures({ A: quote }, recipes, 'Live');
          const totals = {};
          Object.keys(recipes).forEach((id) => { totals[id] = now.ofPortfolio(recipes[id]); });
          const rates = { e: 1.1, u: 1 };
          return [now.ofTotal('USD', totals, 'value_ccy', rates), now.ofTotal('USD', totals, 'day_pnl_ccy', rates),
            now.ofTotal('EUR', totals, 'value_ccy')];
        }"""
    )
    assert found == pytest.approx([1.1 * 110 + 100, 1.1 * 5 + 3, 110.0])


@pytest.mark.browser
def test_buttons_with_names_stand_in_the_headings_while_the_view_is_being_changed_and_no_longer(page: Any) -> None:
    page.evaluate("(views) => dash_clientside.board.apply(views)", VIEWS)
    change = """(id) => {
      dash_clientside.callback_context = { triggered: [{ prop_id: id + '.n_clicks', value: 1 }] };
      return dash_clientside.board.change();
    }"""
    assert page.evaluate(change, "board-customize") is False
    names = page.eval_on_selector_all(
        ".card-head button", "found => found.map((one) => one.getAttribute('aria-label'))"
    )
    assert len(names) == 9 * len(KEYS)
    assert {"Move today left", "Make today wider", "Hide today"} <= set(names)
    assert page.evaluate(change, "board-cancel") is True
    assert page.locator(".card-head button").count() == 0


@pytest.mark.browser
def test_the_focus_goes_on_to_the_bar_and_back_to_the_button_that_opened_it(page: Any) -> None:
    page.evaluate("(views) => dash_clientside.board.apply(views)", VIEWS)
    page.evaluate(
        """() => {
          const bar = document.getElementById('board-bar');
          bar.hidden = true;
          bar.innerHTML = '<input id="board-name">';
          document.body.insertAdjacentHTML('beforeend', '<button id="board-customize">Customize</button>');
        }"""
    )
    change = """([id, shown]) => {
      dash_clientside.callback_context = { triggered: [{ prop_id: id + '.n_clicks', value: 1 }] };
      dash_clientside.board.change();
      const before = document.activeElement.id;
      document.getElementById('board-bar').hidden = !shown;
      document.getElementById('board-customize').disabled = shown;
      return before;
    }"""
    focused = "(id) => document.activeElement.id === id"
    assert page.evaluate(change, ["board-customize", True]) == ""  # the bar is still to come
    page.wait_for_function(focused, arg="board-name")
    assert page.evaluate(change, ["board-cancel", False]) == "board-name"  # the button is still disabled
    page.wait_for_function(focused, arg="board-customize")


@pytest.mark.browser
def test_what_is_being_moved_stays_when_the_views_are_told_anew_and_goes_with_a_change_of_them(page: Any) -> None:
    apply = "(views) => dash_clientside.board.apply(views)[0]"
    begun = page.evaluate(apply, VIEWS)
    page.evaluate(
        """() => {
          dash_clientside.callback_context = { triggered: [{ prop_id: 'board-customize.n_clicks', value: 1 }] };
          dash_clientside.board.change();
        }"""
    )
    press(page, "taller", "today")
    moved = page.evaluate("() => props['board-cards'].data")
    assert page.evaluate(apply, VIEWS) is None
    assert page.evaluate("() => [props['board-cards'].data, 'board-bar' in props]") == [moved, False]
    assert page.evaluate(apply, VIEWS | {"version": 2}) == begun
    assert page.evaluate("() => props['board-bar'].hidden")
