"""Is a link that names what its reader may not see refused, instead of showing something else?"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from components.ids import Clients, Performance, Result, Risk, Shell, Stress, Tradeoffs, Wizard
from components.ids_compare import Compare
from components.ids_living import LivingPage
from components.ids_rebalance import Rebalance
from components.rebalance_layout import view_of
from services.auth.roles import Role
from tests.api.callback_bodies import bodies_of, name_of

FOREIGN = "01a00000-0000-7000-8000-000000000000"
BOOT: dict[str, Any] = {f"{Wizard.BOOT}.data": {}}
NOT_THERE = "This portfolio does not exist"


@pytest.fixture
def asked(product: Any, browser: Callable[..., Any]) -> Callable[..., Mapping[str, Any]]:
    """Return a function that has a page of somebody ask what it asks as it opens."""

    def ask(role: Role, name: str, **values: Any) -> Mapping[str, Any]:
        output, entry = next(one for one in product.dash.callback_map.items() if name_of(one[1]) == name)
        known = {key.replace("__", "."): value for key, value in values.items()}
        answer = browser(role).callback({**next(iter(bodies_of(output, entry, known))), "changedPropIds": []})
        assert answer.status_code in {200, 204}, answer.text
        return dict(answer.get_json()) if answer.text else {}

    return ask


def told(answer: Mapping[str, Any], part_id: str, prop: str = "children") -> str:
    """Return what an answer writes into a part, be it an output or beside the outputs."""
    parts = {**answer.get("response", {}), **answer.get("sideUpdate", {})}
    return json.dumps(parts.get(part_id, {}).get(prop), ensure_ascii=False)


@pytest.mark.requirement("X.AU2")
def test_trades_of_another_portfolio_are_not_shown_under_a_link(asked: Callable[..., Mapping[str, Any]]) -> None:
    values = {f"{Rebalance.VIEW}.data": view_of({"portfolio": FOREIGN}), f"{Rebalance.PORTFOLIO}.value": FOREIGN}
    refused = asked(Role.PORTFOLIO_MANAGER, "rebalance.offer_portfolios", **values)
    assert NOT_THERE in told(refused, Rebalance.PROBLEM)
    assert told(refused, Rebalance.MAIN, "hidden") == "true"
    assert Rebalance.PORTFOLIO not in refused.get("response", {})
    not_for_them = asked(Role.ADMINISTRATOR, "rebalance.offer_portfolios", **values)
    assert "may not see portfolios" in told(not_for_them, Rebalance.PROBLEM)
    chosen = {**values, f"{Rebalance.VIEW}.data": view_of({})}
    offered = asked(Role.PORTFOLIO_MANAGER, "rebalance.offer_portfolios", **chosen)
    assert FOREIGN not in told(offered, Rebalance.PORTFOLIO, "value")  # gone meanwhile, and named by no address


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (SimpleNamespace(portfolio_id=None, is_without_portfolio=False), "no holdings to trade from"),
        (SimpleNamespace(portfolio_id=FOREIGN, is_without_portfolio=True), "no weights to trade to"),
    ],
)
def test_an_optimization_that_leads_to_no_trades_is_not_answered_with_another_portfolio_s(
    product: Any,
    asked: Callable[..., Mapping[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    run: SimpleNamespace,
    words: str,
) -> None:
    monkeypatch.setattr(product.services.runs, "get", lambda *_: run)
    values = {f"{Rebalance.VIEW}.data": view_of({"run": "r-1"}), f"{Rebalance.PORTFOLIO}.value": None}
    refused = asked(Role.PORTFOLIO_MANAGER, "rebalance.offer_portfolios", **values)
    assert words in told(refused, Rebalance.PROBLEM)
    assert told(refused, Rebalance.MAIN, "hidden") == "true"
    assert Rebalance.PORTFOLIO not in refused.get("response", {})


def test_a_proposal_that_is_not_there_is_not_answered_with_another_portfolio(
    asked: Callable[..., Mapping[str, Any]],
) -> None:
    values = {f"{Rebalance.VIEW}.data": view_of({"proposal": FOREIGN}), f"{Rebalance.PORTFOLIO}.value": None}
    refused = asked(Role.PORTFOLIO_MANAGER, "rebalance_proposal.restore", **values)
    assert "This proposal does not exist" in told(refused, Rebalance.PROBLEM)
    assert told(refused, Rebalance.MAIN, "hidden") == "true"
    assert asked(Role.PORTFOLIO_MANAGER, "rebalance.offer_portfolios", **values) == {}  # nothing shows the page again
    nothing = {f"{Rebalance.VIEW}.data": view_of({})}
    assert asked(Role.ADMINISTRATOR, "rebalance_proposal.restore", **nothing) == {}


def test_a_frontier_says_so_too_where_its_reader_has_no_portfolio(asked: Callable[..., Mapping[str, Any]]) -> None:
    wish = {"portfolio": FOREIGN, "run": ""}
    offered = asked(Role.ADMINISTRATOR, "living.offer", **{f"{LivingPage.ASKED}.data": wish})
    assert FOREIGN in told(offered, LivingPage.PORTFOLIO, "value")
    values = {f"{LivingPage.ASKED}.data": wish, f"{LivingPage.PORTFOLIO}.value": f"portfolio:{FOREIGN}"}
    assert NOT_THERE in told(asked(Role.PORTFOLIO_MANAGER, "living.open_problem", **values), LivingPage.STATE)


def test_a_client_of_a_link_is_told_not_to_be_there(asked: Callable[..., Mapping[str, Any]]) -> None:
    for client_id, said in ((FOREIGN, "This client does not exist"), (None, "Choose a client")):
        values = {f"{Clients.ID}.data": client_id}
        assert said in told(asked(Role.PORTFOLIO_MANAGER, "clients.show_one", **values), Clients.DETAIL)


def test_that_is_told_too_where_its_reader_has_no_client(
    product: Any, asked: Callable[..., Mapping[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(product.services.clients, "list", lambda *_: ())
    for client_id, is_bare in ((FOREIGN, False), (None, True)):
        answer = asked(Role.PORTFOLIO_MANAGER, "clients.show", **{f"{Clients.ID}.data": client_id})
        assert told(answer, Clients.LIST, "hidden") == json.dumps(is_bare)
        assert told(answer, Clients.EMPTY, "hidden") == json.dumps(not is_bare)


def test_what_is_refused_as_a_whole_page_has_a_heading(asked: Callable[..., Mapping[str, Any]]) -> None:
    refused = asked(Role.PORTFOLIO_MANAGER, "run.follow_page", **{f"{Result.RUN}.data": FOREIGN})
    assert '"type": "H1"' in told(refused, Result.STAGE)


def test_risk_of_a_link_is_refused_where_its_reader_has_no_portfolio(
    product: Any, asked: Callable[..., Mapping[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(product.services.portfolios, "list", lambda *_: ())
    for portfolio_id in (FOREIGN, ""):
        values = {f"{Risk.VIEW}.data": {"portfolio": portfolio_id, "factors": ""}}
        answer = asked(Role.PORTFOLIO_MANAGER, "risk.choose", **values)
        assert (FOREIGN in told(answer, Risk.PORTFOLIO, "value")) is bool(portfolio_id)
        assert ("There are no portfolios yet" in told(answer, Risk.STAGE)) is not bool(portfolio_id)


@pytest.mark.parametrize(("name", "page"), [("stress.show_choices", Stress), ("performance.show_choices", Performance)])
def test_an_administrator_is_told_once_in_the_place_of_a_page_of_portfolios(
    asked: Callable[..., Mapping[str, Any]], name: str, page: Any
) -> None:
    answer = asked(Role.ADMINISTRATOR, name, **{f"{page.VIEW}.data": {"portfolio": "", "factors": ""}})
    said = told(answer, page.PROBLEM)
    assert "may not see portfolios" in said
    assert "Ask an administrator" not in said, "that is who asks"
    assert "sign in with another role" in said
    assert told(answer, page.MAIN, "hidden") == "true"
    assert told(answer, Shell.TOASTS) == "null", "one sentence, and no message beside it"


@pytest.mark.parametrize("name", ["stress_own.list_own", "optimize.load"])
def test_what_an_administrator_may_not_see_on_a_page_is_left_out_without_a_message(
    asked: Callable[..., Mapping[str, Any]], name: str
) -> None:
    assert told(asked(Role.ADMINISTRATOR, name, **BOOT), Shell.TOASTS) == "null"


def test_an_administrator_sees_the_assets_of_the_wizard_and_no_portfolio(
    asked: Callable[..., Mapping[str, Any]],
) -> None:
    answer = asked(Role.ADMINISTRATOR, "optimize.load", **BOOT)
    assert told(answer, Wizard.PORTFOLIO, "options") == "[]"
    assert "AAPL" in told(answer, Wizard.ASSETS, "rowData")


@pytest.mark.parametrize(
    ("output", "values", "part_id"),
    [
        ("compare.show", {f"{Compare.VIEW}.data": {}}, Compare.PROBLEM),
        ("rebalance.offer_portfolios", {f"{Rebalance.VIEW}.data": view_of({})}, Rebalance.PROBLEM),
        ("living.offer", {f"{LivingPage.ASKED}.data": {"portfolio": "", "run": ""}}, LivingPage.STATE),
        ("tradeoffs.open_form", {f"{Tradeoffs.ASKED}.data": {}}, Tradeoffs.PROBLEM),
    ],
)
def test_who_may_see_no_portfolios_is_not_told_to_make_one(
    asked: Callable[..., Mapping[str, Any]], output: str, values: Mapping[str, Any], part_id: str
) -> None:
    said = told(asked(Role.ADMINISTRATOR, output, **values), part_id)
    assert "may not see portfolios" in said
    assert "sign in with another role" in said
