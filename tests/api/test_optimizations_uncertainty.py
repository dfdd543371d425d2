"""Is a program told how sure the weights of an optimization are, if it may know?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from services.auth.roles import Role
from tests.api.test_optimizations import REQUEST as GIVEN
from tests.api.test_optimizations import wait_for

STOCKS = ["AAPL", "JNJ", "KO", "XOM"]
REQUEST: dict[str, Any] = {
    "asset_ids": STOCKS,
    "objective": {"kind": "max_sharpe"},
    "constraints": [{"kind": "position_bounds", "max_frac": 0.5}],
    "current_weights": {"AAPL": 1.0, "JNJ": 0.0, "KO": 0.0, "XOM": 0.0},
}
FEW = {"resamples_count": 60, "level_frac": 0.8}


@pytest.fixture(scope="module")
def optimized(product: Any) -> str:
    from tests.api.conftest import Api

    one = Api(product.server, product.keys[Role.PORTFOLIO_MANAGER])
    made = one.post("/optimizations", json=REQUEST).get_json()["id"]
    assert wait_for(one, f"/optimizations/{made}")["status"] == "optimal"
    return str(made)


@pytest.mark.requirement("1.1.A4")
def test_every_weight_comes_with_an_interval_and_the_trade_with_a_verdict(
    api: Callable[..., Any], optimized: str
) -> None:
    one = api()
    address = f"/optimizations/{optimized}/uncertainty"
    answer = one.post(address, json=FEW)
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"] == f"/api/v1{address}"
    body = wait_for(one, address)
    assert (body["status"], body["optimization_id"]) == ("succeeded", optimized)
    assert body["run"]["kind"] == "uncertainty"
    assert body["run"]["parent_run_id"] == optimized
    result = body["result"]
    assert result["is_complete"]
    assert (result["answered_count"] + result["unanswered_count"], result["level_frac"]) == (60, 0.8)
    proposed = {line["asset"]: line["weight_frac"] for line in one.get(f"/optimizations/{optimized}").json["weights"]}
    assert {line["asset"] for line in result["weights"]} == set(STOCKS)
    for line in result["weights"]:
        assert line["weight_frac"] == pytest.approx(proposed[line["asset"]], abs=1e-6)
        assert 0.0 <= line["lower_frac"] <= line["median_frac"] <= line["upper_frac"] <= 0.5 + 1e-9
        assert 0.0 <= line["inclusion_frac"] <= 1.0
    assert any(line["upper_frac"] - line["lower_frac"] > 0.01 for line in result["weights"])
    assert len(result["bands"]) == 15
    assert result["verdict"]["sentence"]
    parts = result["verdict"]["partial_trades"]
    assert [part["share_frac"] for part in parts][-1] == 1.0
    assert [part["distance_annual_frac"] for part in parts] == sorted(
        (part["distance_annual_frac"] for part in parts), reverse=True
    )
    assert one.get(f"/runs/{body['run']['id']}/result").get_json()["result"]["weights"] == result["weights"]


def test_the_same_key_begins_one_run_only(api: Callable[..., Any], optimized: str) -> None:
    one, headers = api(), {"Idempotency-Key": str(uuid4())}
    address = f"/optimizations/{optimized}/uncertainty"
    first = one.post(address, json={"resamples_count": 21}, headers=headers).get_json()["run"]["id"]
    wait_for(one, address)
    again = one.post(address, json={"resamples_count": 21}, headers=headers)
    assert again.get_json()["run"]["id"] == first
    assert again.headers["Idempotency-Replayed"] == "true"
    other = one.post(address, json={"resamples_count": 22}, headers=headers)
    assert other.status_code == 422


def test_rights_are_those_of_the_optimization(api: Callable[..., Any], optimized: str) -> None:
    address = f"/optimizations/{optimized}/uncertainty"
    assert api(None).post(address, json={}).status_code == 401
    assert api(None).get(address).status_code == 401
    assert api(Role.VIEWER).post(address, json={}).status_code == 403
    for role in (Role.VIEWER, Role.RESEARCHER):  # a run about no portfolio is its owner's alone
        assert api(role).get(address).status_code == 404
    assert api(Role.RESEARCHER).post(address, json={}).status_code == 404


def test_another_house_is_told_that_there_is_none(api: Callable[..., Any], product: Any, optimized: str) -> None:
    from data.store.tables.tenant import Tenant
    from services.auth.actor import Actor
    from services.errors import NotFound

    with product.services.ports.store.system() as uow:
        tenant = uow.tenants.add(Tenant(name="A house apart"))
        uow.commit()
    with pytest.raises(NotFound):
        product.services.uncertainty.of(optimized, Actor.system(tenant.id))


def test_nobody_asked_yet_is_a_problem_with_the_way_to_ask(api: Callable[..., Any]) -> None:
    one = api()
    made = one.post("/optimizations", json={**REQUEST, "objective": {"kind": "min_volatility"}}).get_json()["id"]
    wait_for(one, f"/optimizations/{made}")
    answer = one.get(f"/optimizations/{made}/uncertainty")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_asked")
    assert "POST" in answer.get_json()["detail"]


def test_figures_without_a_history_are_refused(api: Callable[..., Any]) -> None:
    one = api()
    made = one.post("/optimizations", json=GIVEN).get_json()["id"]
    wait_for(one, f"/optimizations/{made}")
    answer = one.post(f"/optimizations/{made}/uncertainty", json={})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "no_history")
    assert "history" in answer.get_json()["detail"]
    assert one.post("/optimizations/no-such-run/uncertainty", json={}).status_code == 404


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"resamples_count": 19}, "resamples_count"),
        ({"resamples_count": 10_001}, "resamples_count"),
        ({"resamples_count": 20.5}, "resamples_count"),
        ({"level_frac": 0.4}, "level_frac"),
        ({"level_frac": "0.9"}, "level_frac"),
        ({"block_length_periods": 0}, "block_length_periods"),
        ({"color": "red"}, "color"),
    ],
)
def test_what_cannot_be_used_is_named(api: Callable[..., Any], optimized: str, body: dict[str, Any], path: str) -> None:
    answer = api().post(f"/optimizations/{optimized}/uncertainty", json=body)
    assert answer.status_code == 422, answer.text
    assert [one["path"] for one in answer.get_json()["errors"]] == [path]
