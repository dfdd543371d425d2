"""Does a program get the frontier of an optimization that has been computed, if it may see the optimization?"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import pytest

from services.auth.roles import Role
from tests.api.test_optimizations import REQUEST as GIVEN
from tests.api.test_optimizations import wait_for

STOCKS = ["AAPL", "JNJ", "KO", "XOM", "JPM", "MSFT", "PG", "WMT"]
REQUEST: dict[str, Any] = {
    "asset_ids": STOCKS,
    "objective": {"kind": "max_sharpe"},
    "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.4}],
    "current_weights": dict.fromkeys(STOCKS, 0.125),
}


@pytest.fixture(scope="module")
def optimized(product: Any) -> str:
    from tests.api.conftest import Api

    one = Api(product.server, product.keys[Role.PORTFOLIO_MANAGER])
    made = one.post("/optimizations", json=REQUEST).get_json()["id"]
    assert wait_for(one, f"/optimizations/{made}")["status"] == "optimal"
    return str(made)


@pytest.mark.requirement("1.2.B2")
def test_the_frontier_is_that_of_the_stored_request_and_holds_the_proposal(
    api: Callable[..., Any], optimized: str
) -> None:
    one = api()
    answer = one.get(f"/optimizations/{optimized}/frontier")
    assert answer.status_code == 200, answer.text
    found = answer.get_json()
    assert found["corners"] == one.post("/optimizations/frontier", json={"request": REQUEST}).get_json()["corners"]
    proposal = one.get(f"/optimizations/{optimized}").get_json()
    weights = {line["asset"]: line["weight_frac"] for line in proposal["weights"]}
    best = dict(zip(found["assets"], found["best_sharpe"]["weights_frac"], strict=True))
    assert best == pytest.approx(weights, abs=1e-6)
    assert found["lineage"]["as_of"] == proposal["lineage"]["as_of"]
    assert len(gzip.compress(answer.data)) < 20_000


def test_other_measures_are_asked_for_in_the_address(api: Callable[..., Any], optimized: str) -> None:
    one, address = api(), f"/optimizations/{optimized}/frontier"
    measures = one.get(f"{address}/measures").get_json()
    assert "volatility" in measures["risks"]
    assert measures["rewards"][0] == "return"
    losses = one.get(f"{address}?risk=cvar").get_json()
    assert (losses["risk"], losses["is_exact"], losses["level_frac"]) == ("cvar", False, 0.95)
    assert all(corner["loss_frac"] > 0.0 for corner in losses["corners"])
    unknown = one.get(f"{address}?risk=beta&more=1")
    assert unknown.status_code == 422
    assert {problem["path"] for problem in unknown.get_json()["errors"]} == {"risk", "more"}
    missing = one.get(f"{address}?risk=tracking_error")
    assert missing.status_code == 422
    assert "benchmark" in missing.get_json()["detail"].lower() + str(missing.get_json()["errors"]).lower()


def test_rights_are_those_of_the_optimization(api: Callable[..., Any], optimized: str) -> None:
    for address in (f"/optimizations/{optimized}/frontier", f"/optimizations/{optimized}/frontier/measures"):
        assert api().get(address).status_code == 200
        assert api(None).get(address).status_code == 401
        for role in (Role.VIEWER, Role.RESEARCHER):  # a run about no portfolio is its owner's alone
            assert api(role).get(address).status_code == 404
    assert api().get("/optimizations/no-such-run/frontier").status_code == 404


def test_figures_without_a_history_have_a_frontier_and_clashing_limits_a_reason(api: Callable[..., Any]) -> None:
    one = api()
    given = one.post("/optimizations", json=GIVEN).get_json()["id"]
    wait_for(one, f"/optimizations/{given}")
    assert one.get(f"/optimizations/{given}/frontier").get_json()["corners"]
    tight = {**REQUEST, "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.1}]}
    made = one.post("/optimizations", json=tight).get_json()["id"]
    wait_for(one, f"/optimizations/{made}")
    clashing = one.get(f"/optimizations/{made}/frontier").get_json()
    assert (clashing["status"], clashing["corners"]) == ("infeasible", [])
