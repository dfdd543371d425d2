"""Is a link that names what its reader may not see refused, instead of showing something else?"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from components.ids import Clients, Result, Risk
from components.ids_living import LivingPage
from components.ids_rebalance import Rebalance
from components.rebalance_layout import view_of
from services.auth.roles import Role
from tests.api.callback_bodies import bodies_of, name_of

FOREIGN = "01a00000-0000-7000-8000-000000000000"
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
