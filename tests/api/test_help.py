"""Can programs read help and glossary, and does the command bar find them?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services.auth.roles import Role


@pytest.fixture
def viewer(api: Callable[..., Any]) -> Any:
    return api(Role.VIEWER)


def found(program: Any, text: str) -> list[tuple[str, str, str]]:
    answered = program.get("/find", query_string={"text": text})
    assert answered.status_code == 200, answered.text
    return [(one["kind"], one["title"], one["href"]) for one in answered.get_json()["data"]]


def test_every_screen_is_told_whole_and_alone(viewer: Any) -> None:
    pages = viewer.get("/help").get_json()["data"]
    assert {"home", "risk", "portfolio", "result", "settings"} <= {one["screen"] for one in pages}
    one = viewer.get("/help/risk")
    assert one.status_code == 200
    assert one.get_json() == next(page for page in pages if page["screen"] == "risk")
    assert one.get_json()["href"] == "/risk"
    assert viewer.get("/help/portfolio").get_json()["href"] is None


def test_an_unknown_screen_is_refused_with_the_way_out(viewer: Any) -> None:
    refused = viewer.get("/help/nowhere")
    assert refused.status_code == 404
    assert "/help" in refused.text


def test_a_term_is_found_by_name_by_another_word_and_by_what_it_means(viewer: Any) -> None:
    def terms(**query: str) -> list[str]:
        return [one["term"] for one in viewer.get("/help/glossary", query_string=query).get_json()["data"]]

    assert terms(text="Sharpe RATIO")[0] == "sharpe"
    assert "active-return" in terms(text="vs. bench")
    assert "reverse-stress" in terms(text="most plausible moves")
    assert terms(text="no such thing at all") == []
    assert set(terms(screen="economy")) == {"release"}
    assert len(terms()) > 200


def test_a_term_has_formula_unit_and_sign(viewer: Any) -> None:
    (one,) = viewer.get("/help/glossary", query_string={"text": "maximum drawdown"}).get_json()["data"][:1]
    assert one["term"] == "max-drawdown"
    assert one["formula"] == "max(1 - W_t / max W_s)"
    assert one["unit"] == "percent"
    assert one["sign"] == "A loss or a fall is positive."
    assert {"performance", "risk"} <= set(one["screens"])


@pytest.mark.parametrize("query", ["text=" + "x" * 101, "screen=" + "x" * 41, "other=1"])
def test_odd_questions_are_refused(viewer: Any, query: str) -> None:
    assert viewer.get(f"/help/glossary?{query}").status_code == 422


def test_the_command_bar_finds_help_and_terms(viewer: Any) -> None:
    assert ("help", "Help: Risk", "/help/risk") in found(viewer, "risk")
    assert ("help", "Help: Risk", "/help/risk") in found(viewer, "help risk")
    assert ("help", "Tracking error", "/help/glossary?term=tracking-error") in found(viewer, "track err")
    assert found(viewer, "help")[-2:] == [
        ("help", "Help: All screens", "/help"),
        ("help", "Help: Glossary", "/help/glossary"),
    ]
    assert not [one for one in found(viewer, "") if one[0] == "help"]
    assert not [one for one in found(viewer, "olatility") if one[0] == "help"]


def test_first_steps_are_put_away_and_brought_back_with_the_preferences(product: Any) -> None:
    actor, preferences = product.actor(Role.PORTFOLIO_MANAGER), product.services.preferences
    assert preferences.get(actor).first_steps == "shown"
    assert preferences.set(actor, {"first_steps": "dismissed"}).first_steps == "dismissed"
    assert preferences.get(actor).first_steps == "dismissed"
    assert preferences.set(actor, {"first_steps": None}).first_steps == "shown"
