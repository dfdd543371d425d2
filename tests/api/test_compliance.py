"""Do the routes of compliance answer, wait and refuse as they say?"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from services.auth.roles import Role


def held(one: Any, name: str = "Ours") -> str:
    """Return the id of a portfolio that holds something."""
    made = one.post("/portfolios", json={"name": name, "initial_cash_ccy": "10000"})
    key, tag = str(made.get_json()["id"]), made.headers["ETag"]
    positions = {"positions": [{"symbol": "AAPL", "quantity": "10"}, {"symbol": "JPM", "quantity": "10"}]}
    assert one.ask("PUT", f"/portfolios/{key}/positions", json=positions, headers={"If-Match": tag}).status_code == 200
    return key


def settled(ask: Callable[[], Any]) -> Any:
    """Ask until there is an answer."""
    deadline = time.monotonic() + 30.0
    while (found := ask()).status_code == 202:
        assert "Retry-After" in found.headers
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


@pytest.mark.requirement("4.3.A2")
def test_a_portfolio_and_orders_are_checked(api: Callable[..., Any]) -> None:
    manager = api()
    key = held(manager)
    now = settled(lambda: manager.get(f"/portfolios/{key}/compliance")).get_json()
    assert (now["state"], now["report"]["status"]) == ("ready", "passed")
    assert now["report"]["sentence"] == "No rule is in force for this portfolio."
    body = {"portfolio_id": key, "orders": [{"symbol": "AAPL", "quantity": "5"}, {"symbol": "KO", "weight_frac": 0.1}]}
    found = settled(lambda: manager.post("/compliance/checks", json=body)).get_json()["report"]
    assert [one["symbol"] for one in found["orders"]] == ["AAPL", "KO"]
    assert found["orders"][1]["weight_after_frac"] == pytest.approx(0.1)
    assert found["verdict"] in ("pass", "pass_with_warning")
    past = settled(lambda: manager.get(f"/portfolios/{key}/compliance?on=1999-01-04")).get_json()["report"]
    assert past["status"] is None
    assert past["advice"]
    matrix = manager.get("/compliance/matrix?limit=500").get_json()
    assert key in [row["portfolio_id"] for row in matrix["portfolios"]]


def test_what_cannot_be_used_is_refused_by_field(api: Callable[..., Any]) -> None:
    manager = api()
    key = held(manager)
    bad = {"portfolio_id": key, "orders": [{"symbol": "AAPL"}, {"symbol": "CASH USD", "quantity": "1"}]}
    answer = manager.post("/compliance/checks", json=bad)
    assert answer.status_code == 422
    assert {one["path"] for one in answer.get_json()["errors"]} >= {"orders[0]", "orders[1].symbol"}
    nothing = manager.post("/compliance/checks", json={"portfolio_id": key})
    assert nothing.status_code == 422
    cursor = manager.get("/compliance/matrix?cursor=nowhere")
    assert cursor.status_code == 422
    assert manager.get(f"/portfolios/{key}/compliance/no-such-rule/history").status_code == 404


def test_what_is_not_there_is_not_found(api: Callable[..., Any]) -> None:
    for path in ("", "?kept=true", "?on=2022-01-03", "/rule", "/rule/history"):
        assert api().get(f"/portfolios/none/compliance{path}").status_code == 404, path
    orders = {"portfolio_id": "none", "orders": [{"symbol": "AAPL", "quantity": "5"}]}
    assert api().post("/compliance/checks", json=orders).status_code == 404
    assert api().post("/compliance/checks", json={"optimization_id": "none"}).status_code == 404


def test_a_dry_run_needs_the_right_and_a_version(api: Callable[..., Any]) -> None:
    assert api().post("/rules/none/versions/1/dry-run", json={}).status_code == 403
    assert api(Role.COMPLIANCE).post("/rules/none/versions/1/dry-run", json={}).status_code == 404
    assert api().get("/rules/none/versions/1/dry-run").status_code == 404


def test_facts_are_stated_by_compliance_and_read_by_whoever_sees_portfolios(api: Callable[..., Any]) -> None:
    body = {"name": "cash_bank", "text": "House Bank", "source": "Custody agreement."}
    assert api().post("/compliance/facts", json=body).status_code == 403
    made = api(Role.COMPLIANCE).post("/compliance/facts", json=body)
    assert made.status_code == 201
    assert "House Bank" in made.get_json()["sentence"]
    wrong = api(Role.COMPLIANCE).post("/compliance/facts", json={**body, "name": "private_funds_ccy"})
    assert [one["path"] for one in wrong.get_json()["errors"]] == ["text"]
    assert made.get_json()["id"] in [one["id"] for one in api().get("/compliance/facts").get_json()["data"]]
    assert api().get("/compliance/facts?portfolio_id=none").status_code == 404
