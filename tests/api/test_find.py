"""Does a person find what is theirs by a few letters, of what their role may do?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services.auth.roles import Role


@pytest.fixture
def manager(api: Callable[..., Any]) -> Any:
    program = api(Role.PORTFOLIO_MANAGER)
    for name in ("Zephyr Évolution", "Zephyr Income", "Quiet Harbor"):
        made = program.post("/portfolios", json={"name": name, "base_currency": "USD", "strategy": "long_only"})
        assert made.status_code == 201, made.text
    return program


def found(program: Any, text: str, **more: Any) -> list[tuple[str, str]]:
    answered = program.get("/find", query_string={"text": text, **more})
    assert answered.status_code == 200, answered.text
    return [(one["kind"], one["title"]) for one in answered.get_json()["data"]]


def test_beginnings_of_words_find_in_any_order_without_accents(manager: Any) -> None:
    assert found(manager, "evo zep") == [("portfolio", "Zephyr Évolution")]
    assert found(manager, "ZEPHYR")[:2] == [("portfolio", "Zephyr Income"), ("portfolio", "Zephyr Évolution")]
    assert found(manager, "arbor") == [("portfolio", "Quiet Harbor")]


def test_a_verb_before_or_after_the_name_leads_to_the_deed(manager: Any) -> None:
    answered = manager.get("/find", query_string={"text": "opt quiet"}).get_json()["data"]
    deed = answered[0]
    assert (deed["kind"], deed["title"]) == ("deed", "Optimize Quiet Harbor")
    assert deed["href"].startswith("/optimize?portfolio=")
    assert found(manager, "quiet stress")[0] == ("deed", "Stress Quiet Harbor")
    assert found(manager, "op quiet") == []


def test_nothing_stands_for_all_portfolios_and_more_is_told(manager: Any) -> None:
    shown = [title for kind, title in found(manager, "") if kind == "portfolio"]
    assert 3 <= len(shown) <= 12  # the first by name, of whatever is there
    answered = manager.get("/find", query_string={"text": "zephyr", "limit": 1}).get_json()
    assert answered["is_cut"] is True
    assert len([one for one in answered["data"] if one["kind"] == "portfolio"]) == 1


def test_an_administrator_without_portfolios_is_answered(manager: Any, api: Callable[..., Any]) -> None:
    assert {kind for kind, _ in found(api(Role.ADMINISTRATOR), "")} <= {"asset"}
    assert found(api(Role.ADMINISTRATOR), "quiet harbor") == []


def test_only_what_a_role_may_do_is_offered(manager: Any, api: Callable[..., Any]) -> None:
    compliance = api(Role.COMPLIANCE)
    assert all(kind != "deed" for kind, _ in found(compliance, "optimize zephyr"))
    assert ("deed", "Compliance of Quiet Harbor") in found(compliance, "compliance quiet")


@pytest.mark.parametrize(("text", "status"), [("x" * 101, 422), ("%_'\"<b>", 200), ("\u202e", 200), ("   ", 200)])
def test_odd_text_is_answered(manager: Any, text: str, status: int) -> None:
    assert manager.get("/find", query_string={"text": text}).status_code == status


def test_symbols_come_first_among_assets(manager: Any) -> None:
    kinds = [title for kind, title in found(manager, "aapl") if kind == "asset"]
    assert kinds[:1] == ["AAPL"]
