"""Does a page arrive with its first figures in it, as the same callbacks would tell them, and to nobody else?"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from components.ids import Board, Home, Portfolio
from services.auth.roles import Role


def page_at(one: Any, path: str, search: str = "") -> dict[str, Any]:
    """Return what the router hands out for an address."""
    body = {
        "output": ".._pages_content.children..._pages_store.data..",
        "outputs": [
            {"id": "_pages_content", "property": "children"},
            {"id": "_pages_store", "property": "data"},
        ],
        "inputs": [
            {"id": "_pages_location", "property": "pathname", "value": path},
            {"id": "_pages_location", "property": "search", "value": search},
        ],
        "changedPropIds": ["_pages_location.pathname"],
        "state": [],
    }
    answer = one.callback(body)
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def found(part: Any, part_id: str) -> dict[str, Any] | None:
    """Return the properties of a component by its id."""
    if isinstance(part, list):
        return next((one for one in (found(each, part_id) for each in part) if one is not None), None)
    if not isinstance(part, dict) or "props" not in part:
        return None
    if part["props"].get("id") == part_id:
        return dict(part["props"])
    return found(part["props"].get("children"), part_id)


@pytest.fixture
def home(browser: Callable[..., Any]) -> dict[str, Any]:
    answer = page_at(browser(Role.PORTFOLIO_MANAGER), "/")
    return dict(answer["response"]["_pages_content"]["children"])


def props(page: dict[str, Any], part_id: str) -> dict[str, Any]:
    one = found(page, part_id)
    assert one is not None, part_id
    return one


@pytest.mark.requirement("X.RT3")
def test_the_dashboard_arrives_with_rows_totals_and_the_place_of_its_cards(
    home: dict[str, Any], api: Callable[..., Any]
) -> None:
    rows = props(home, Home.TABLE)["rowData"]
    told = api(Role.PORTFOLIO_MANAGER).get("/dashboard").get_json()
    assert [row["id"] for row in rows] == [row["id"] for row in told["portfolios"]]
    assert rows
    assert "kpi-value" in json.dumps(props(home, Home.SUMMARY))
    assert "skeleton" not in json.dumps(props(home, Home.SUMMARY))
    views = props(home, Board.LAYOUTS)["data"]
    assert views["chosen"] in [one["name"] for one in views["views"]]
    assert set(props(home, Board.GOOD)["data"]) >= {"summary", "portfolios"}
    assert props(home, Home.MAIN).get("hidden") is False
    assert props(home, Board.CURRENCY)["value"] == told["currency"]


def test_the_address_narrows_the_first_answer_down(browser: Callable[..., Any]) -> None:
    answer = page_at(browser(Role.PORTFOLIO_MANAGER), "/", "?sector=Nowhere")
    page = answer["response"]["_pages_content"]["children"]
    assert props(page, Home.TABLE)["rowData"] == []
    assert props(page, Home.HISTORICAL)["children"] == "No portfolio holds Nowhere."


def test_each_role_gets_the_actions_of_its_own_with_the_page(browser: Callable[..., Any]) -> None:
    for role, hidden in ((Role.PORTFOLIO_MANAGER, False), (Role.VIEWER, True)):
        page = page_at(browser(role), "/")["response"]["_pages_content"]["children"]
        assert props(page, Home.NEW)["hidden"] is hidden, role


def test_whoever_looks_after_users_instead_is_led_there(browser: Callable[..., Any]) -> None:
    answer = page_at(browser(Role.ADMINISTRATOR), "/")
    assert answer["sideUpdate"]["shell-url"] == {"pathname": "/users"}
    assert props(answer["response"]["_pages_content"]["children"], Home.TABLE).get("rowData") is None


@pytest.mark.requirement("X.RT3")
def test_a_portfolio_arrives_with_its_name_figures_and_holdings(
    browser: Callable[..., Any], api: Callable[..., Any]
) -> None:
    listed = api(Role.PORTFOLIO_MANAGER).get("/portfolios").get_json()["data"]
    one = next(one for one in listed if one["holdings_count"])
    page = page_at(browser(Role.PORTFOLIO_MANAGER), f"/portfolios/{one['id']}")["response"]["_pages_content"][
        "children"
    ]
    assert one["name"] in json.dumps(props(page, Portfolio.HEADER), ensure_ascii=False)
    assert props(page, Portfolio.HOLDINGS)["rowData"]


@pytest.mark.requirement("X.AU2")
def test_a_portfolio_that_is_not_there_says_so_in_its_place(browser: Callable[..., Any]) -> None:
    page = page_at(browser(Role.PORTFOLIO_MANAGER), "/portfolios/nothing")["response"]["_pages_content"]["children"]
    assert props(page, Portfolio.MAIN)["hidden"] is True
    assert "This portfolio" in json.dumps(props(page, Portfolio.PROBLEM))
