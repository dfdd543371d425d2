"""Has every screen its help and every term its entry, and do the pages of help show them?"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from dash import no_update

from callbacks import help as shown
from callbacks.run_words import _MEASURES
from components import ids
from components.help_layout import STEPS, article, glossary, overview
from components.ids_help import Help
from components.rail import NAVIGATION
from engine.risk_limits.metrics import METRICS
from services.auth.roles import Role
from services.help.book import all_pages, all_terms
from tests.ui.pages.headings import bare, in_layouts, in_sources, words_of
from tests.ui.pages.plain_words import PLAIN

SENTENCE_MIN_CHARS = 60
"""A label of that length tells how to fill in a field; it is no term."""
NO_SCREEN = {"/help", "/help/*", "/help/glossary", ""}


def flat(one: Any) -> Any:
    return one.to_plotly_json() if hasattr(one, "to_plotly_json") else one


def tree(one: Any) -> Any:
    made = flat(one)
    if isinstance(made, dict):
        return {key: tree(part) for key, part in made.items()}
    return [tree(part) for part in made] if isinstance(made, list | tuple) else made


@pytest.fixture(scope="module")
def headings(nodes: list[dict[str, Any]]) -> set[str]:
    found = in_sources() | in_layouts(nodes)
    found |= {one.label for one in METRICS.values()} | {one.name for one in _MEASURES}
    return {bare(one) for one in found if len(one) <= SENTENCE_MIN_CHARS}


def known() -> set[str]:
    return {bare(name) for one in all_terms() for name in (one.name, *one.also)}


@pytest.mark.requirement("5.2.D2")
def test_every_term_above_a_figure_or_beside_a_field_is_in_the_glossary(headings: set[str]) -> None:
    assert len(headings) > 400
    assert {"volatility", "drift", "cvar 95%", "value at risk 99%, ten days", "share of risk"} <= headings
    assert not sorted(headings - known() - PLAIN), "add a term to services/help, or the word to plain_words.py"


def test_a_word_is_a_term_or_plain_and_not_both_and_none_is_left_over(headings: set[str]) -> None:
    assert not PLAIN & known()
    assert not sorted(PLAIN - headings), "no screen uses these words any more"


@pytest.mark.parametrize(
    ("heading", "left"),
    [
        ("Client (optional)", "client"),
        ("Room left, pp", "room left"),
        ("ESG score, at least", "esg score"),
        ("Turnover: how firm", "turnover: how firm"),
        ("Oil: slider from -80 to 100 %", "oil"),
        ("Value at risk 95%, one day", "value at risk 95%, one day"),
    ],
)
def test_what_is_no_part_of_a_term_is_left_out(heading: str, left: str) -> None:
    assert bare(heading) == left


def test_every_screen_has_a_page_of_help() -> None:
    told = {one.path for one in all_pages()}
    assert not [one.href for one in NAVIGATION if one.href not in told]
    subpages = {"/portfolios/*", "/runs/*", "/market/*", "/market/economy", "/templates", "/walk-forward"}
    assert subpages <= told


def test_every_page_that_is_registered_has_help(product: dict[str, Any]) -> None:
    told = {one.path for one in all_pages()}
    assert len(product["paths"]) > 20
    assert not [path for path in product["paths"] if path not in told | NO_SCREEN]


def test_a_key_of_the_rail_is_told_as_it_is() -> None:
    keys = {one.path: {key.keys for key in one.keys} for one in all_pages()}
    assert not [one.href for one in NAVIGATION if f"g {one.key}" not in keys[one.href]]


def test_the_overview_has_a_card_for_each_screen() -> None:
    cards = tree(overview([one.model_dump() for one in all_pages()]))
    text = words_of(cards)
    assert all(one.title in text and one.purpose in text for one in all_pages())


def test_help_about_a_screen_shows_all_of_it() -> None:
    names = {one.term: one.name for one in all_terms()}
    for one in all_pages():
        text = words_of(tree(article(one.model_dump(), names)))
        asked = [part for each in one.questions for part in (each.question, each.answer)]
        wanted = [one.purpose, *one.reading, *one.doing, *asked, *(key.does for key in one.keys)]
        assert not [part for part in [*wanted, *(names[key] for key in one.terms)] if part not in text]
        assert ("Open " in text) == (one.href is not None)


def test_the_chosen_entry_stands_first_and_all_others_follow() -> None:
    terms = [one.model_dump() for one in all_terms()]
    titles = {one.screen: one.title for one in all_pages()}
    entries = glossary(terms, titles, "sharpe")
    assert entries[0].className == "help-entry is-chosen"
    assert words_of(tree(entries[0].children)).startswith("Sharpe ratio")
    assert len(entries) == len(terms)
    assert [one.className for one in glossary(terms, titles, None)] == ["help-entry"] * len(terms)


def test_the_first_steps_lead_to_places_that_exist_and_wait_hidden(nodes: list[dict[str, Any]]) -> None:
    places = {one.href for one in NAVIGATION}
    assert {href for *_, href in STEPS} <= places
    (card,) = [one["props"] for one in nodes if one["props"].get("id") == Help.FIRST_STEPS]
    assert card["hidden"] is True


def test_the_way_to_help_stands_above_every_page(nodes: list[dict[str, Any]]) -> None:
    (link,) = [one["props"] for one in nodes if one["props"].get("id") == Help.LINK]
    assert link["href"] == "/help"
    assert "Help on this page" in words_of(link["children"])


def test_ids_of_help_are_those_of_nobody_else() -> None:
    pages = [page for page in vars(ids).values() if isinstance(page, type)]
    others = {value for page in pages for value in vars(page).values() if isinstance(value, str)}
    own = {value for name, value in vars(Help).items() if name.isupper()}
    assert len(own) == len([name for name in vars(Help) if name.isupper()])
    assert not own & others


class Account:
    """What the first steps ask of the services: preferences and runs of one person."""

    def __init__(self, runs_count: int, first_steps: str) -> None:
        self.kept = {"first_steps": first_steps}
        self.asked: dict[str, Any] = {}
        items = tuple(range(runs_count))
        self.runs = SimpleNamespace(
            list=lambda _actor, **given: self.asked.update(given) or SimpleNamespace(items=items)
        )
        self.preferences = SimpleNamespace(set=lambda _actor, changes: self.kept.update(changes))


@pytest.mark.parametrize(
    ("role", "runs_count", "choice", "is_hidden"),
    [
        (Role.PORTFOLIO_MANAGER, 0, "shown", False),
        (Role.PORTFOLIO_MANAGER, 1, "shown", True),
        (Role.PORTFOLIO_MANAGER, 0, "dismissed", True),
        (Role.VIEWER, 0, "shown", True),
    ],
)
def test_first_steps_are_for_those_who_may_optimize_and_have_not_yet(
    as_role: Any, monkeypatch: pytest.MonkeyPatch, role: Role, runs_count: int, choice: str, is_hidden: bool
) -> None:
    person, account = as_role(role), Account(runs_count, choice)
    monkeypatch.setattr(shown, "services", lambda: account)
    monkeypatch.setattr(shown, "preferences", lambda: SimpleNamespace(first_steps=choice))
    assert shown.show_first_steps(None) is is_hidden
    if not is_hidden:
        assert account.asked["owner_id"] == person.user_id
        assert account.asked["kind"] == "optimization"


def test_dismissing_is_kept_and_help_brings_the_steps_back(as_role: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    as_role(Role.ADVISOR)
    account = Account(0, "shown")
    monkeypatch.setattr(shown, "services", lambda: account)
    assert shown.dismiss(1) is True
    assert account.kept == {"first_steps": "dismissed"}
    assert "Home" in words_of(tree(shown.show_again(1)))
    assert account.kept == {"first_steps": "shown"}
    assert shown.dismiss(0) is no_update
    assert account.kept == {"first_steps": "shown"}
