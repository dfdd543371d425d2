"""Does each role see only the buttons of what it may do, and is the rest refused by the service all the same?"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from callbacks import actor as behind
from callbacks import clients, home, portfolio, present_errors, present_shell, runs
from services.auth.policy import authorize
from services.auth.roles import Permission, Role
from services.errors import FieldProblem, InvalidRequest, NotAllowed, NotFound, NotSignedIn
from services.messages.clients import Client, ClientType

WRITES_PORTFOLIOS = {Role.ADVISOR, Role.PORTFOLIO_MANAGER}


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> dict[Any, dict[str, Any]]:
    """Collect what callbacks write beside their outputs."""
    found: dict[Any, dict[str, Any]] = {}

    def put(component_id: Any, **properties: Any) -> None:
        found.setdefault(component_id, {}).update(properties)

    monkeypatch.setattr(present_errors, "put", put)
    return found


@pytest.mark.parametrize("role", list(Role))
def test_only_roles_that_may_change_portfolios_are_offered_to(role: Role, as_role: Any) -> None:
    as_role(role)
    _optimize, *changes = portfolio.show_actions("p-1")
    assert changes == [role not in WRITES_PORTFOLIOS] * 4


@pytest.mark.parametrize("role", list(Role))
def test_what_is_not_offered_is_refused_by_the_policy_too(role: Role, as_role: Any) -> None:
    person = as_role(role)
    if role in WRITES_PORTFOLIOS:
        authorize(person, Permission.PORTFOLIOS_WRITE)
        return
    with pytest.raises(NotAllowed):
        authorize(person, Permission.PORTFOLIOS_WRITE)


def test_a_viewer_is_offered_no_button_that_writes(as_role: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    as_role(Role.VIEWER)
    nothing = SimpleNamespace(sample_pack=SimpleNamespace(status=lambda _actor: SimpleNamespace(is_loaded=False)))
    monkeypatch.setattr(home, "services", lambda: nothing)
    assert home.show_actions(None, None) == (True,) * 6
    assert portfolio.show_actions("p-1") == (True,) * 5
    assert runs.show_actions("r-1")[0] is True


DATA_PAGES = {"/market", "/data-quality", "/providers", "/imports", "/compliance"}
"""Everybody may look at prices and where they come from, and at the rules and how portfolios stand by them."""
PORTFOLIO_PAGES = {"/", "/frontier", "/rebalance", "/risk", "/stress", "/performance"}
"""Whoever may look at portfolios."""


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        (Role.VIEWER, PORTFOLIO_PAGES | {"/runs", "/clients", "/settings"}),
        (
            Role.PORTFOLIO_MANAGER,
            PORTFOLIO_PAGES | {"/optimize", "/tradeoffs", "/runs", "/academic", "/clients", "/settings"},
        ),
        (Role.RESEARCHER, PORTFOLIO_PAGES | {"/optimize", "/tradeoffs", "/runs", "/academic", "/settings"}),
        (Role.ADMINISTRATOR, {"/runs", "/users", "/settings"}),
    ],
)
def test_the_rail_leads_only_where_the_role_may_go(role: Role, offered: set[str], as_role: Any) -> None:
    assert {item.href for item in present_shell.navigation(as_role(role))} == offered | DATA_PAGES


def test_a_page_that_is_refused_says_so_in_its_place_and_hides_its_content(written: dict[Any, Any]) -> None:
    @present_errors.page("problem", "main")
    def refused() -> None:
        raise NotAllowed("The role Viewer may not see users.", "Ask an administrator for another role.")

    refused()
    assert written["main"] == {"hidden": True}
    assert "may not see users" in str(written["problem"]["children"])


def test_what_is_absent_and_what_is_foreign_read_the_same(written: dict[Any, Any]) -> None:
    first = present_errors.in_its_place(NotFound.of("portfolio", "abc"), "This portfolio")
    other = present_errors.in_its_place(NotFound.of("portfolio", "somebody-elses"), "This portfolio")
    assert str(first) == str(other)


def test_a_form_tells_every_problem_beside_its_field_and_the_rest_in_a_list(written: dict[Any, Any]) -> None:
    problems = (FieldProblem("name", "The name is empty.", "Write one."), FieldProblem("line 2", "Line 2 is not one."))

    @present_errors.form("errors", {"name": ("The name", "name-field")})
    def refused() -> None:
        raise InvalidRequest("The form has problems.", fields=problems)

    refused()
    assert written["name-field-error"]["children"] == "The name is empty. Write one."
    assert "Line 2 is not one." in str(written["errors"]["children"])


def test_nobody_gets_no_actor() -> None:
    with pytest.raises(NotSignedIn):
        behind.actor()


def test_a_client_without_a_name_to_see_shows_that_it_is_hidden() -> None:
    from datetime import UTC, datetime

    hidden = Client(
        id="c",
        reference="C-0001",
        name="C-0001",
        client_type=ClientType.INDIVIDUAL,
        team_id=None,
        contact=None,
        profile=None,
        portfolios_count=1,
        is_sample=False,
        row_version=1,
        created_at_utc=datetime(2026, 1, 1, tzinfo=UTC),
    )
    assert "does not see personal data" in str(clients.present_clients.detail(hidden))
