"""Is a program told what a recipe would have earned over the past, if it may know?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from services.auth.roles import Role
from tests.api.test_optimizations import REQUEST as GIVEN
from tests.api.test_optimizations import wait_for

ADDRESS = "/optimizations/walk-forward"
STOCKS = ["AAPL", "JNJ", "KO", "XOM"]
RECIPE: dict[str, Any] = {
    "asset_ids": STOCKS,
    "objective": {"kind": "max_sharpe"},
    "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.5}],
    "current_weights": {"AAPL": 0.5, "JNJ": 0.5, "KO": 0.0, "XOM": 0.0},
}
SHORT = {"frequency": "quarterly", "lookback_periods": 252, "frontier_points_count": 2, "from_date": "2021-01-01"}


@pytest.fixture(scope="module")
def tested(product: Any) -> dict[str, Any]:
    from tests.api.conftest import Api

    one = Api(product.server, product.keys[Role.PORTFOLIO_MANAGER])
    made = one.post(ADDRESS, json={"request": RECIPE, "options": SHORT})
    assert made.status_code == 202, made.text
    assert made.headers["Location"] == f"/api/v1{ADDRESS}/{made.get_json()['id']}"
    body: dict[str, Any] = wait_for(one, f"{ADDRESS}/{made.get_json()['id']}")
    assert body["status"] == "succeeded", body["message"]
    return body


def test_the_answer_has_every_strategy_its_promises_and_a_verdict(tested: dict[str, Any]) -> None:
    result = tested["result"]
    keys = [one["key"] for one in result["strategies"]]
    assert keys == ["recipe", "equal_weight", "minimum_variance", "buy_and_hold"]
    for one in result["strategies"]:
        assert len(one["wealth"]) == len(result["dates"])
        assert one["wealth"][-1] == pytest.approx(1.0 + one["figures"]["total_return_frac"], abs=1e-9)
    assert result["verdict"]["sentence"] == result["message"] == tested["message"]
    assert len(result["frontier"]) == 2
    assert result["selection"]["trials_count"] == 3
    assert result["calibration"]["outcomes_count"] == sum(one["is_answered"] for one in result["decisions"])
    assert (tested["asked"]["optimization_id"], tested["asked"]["options"]["frequency"]) == (None, "quarterly")
    assert tested["run"]["kind"] == "walk_forward"


def test_a_stored_optimization_is_tested_as_of_its_day(api: Callable[..., Any], tested: dict[str, Any]) -> None:
    one = api()
    optimization = one.post("/optimizations", json=RECIPE).get_json()["id"]
    wait_for(one, f"/optimizations/{optimization}")
    made = one.post(ADDRESS, json={"optimization_id": optimization, "options": SHORT}).get_json()
    body = wait_for(one, f"{ADDRESS}/{made['id']}")
    assert body["run"]["parent_run_id"] == optimization
    assert body["result"]["strategies"] == tested["result"]["strategies"]


def test_the_same_key_begins_one_run_only(api: Callable[..., Any]) -> None:
    one, headers = api(), {"Idempotency-Key": str(uuid4())}
    body = {"request": RECIPE, "options": {**SHORT, "frontier_points_count": 0}}
    first = one.post(ADDRESS, json=body, headers=headers).get_json()["id"]
    again = one.post(ADDRESS, json=body, headers=headers)
    assert (again.get_json()["id"], again.headers["Idempotency-Replayed"]) == (first, "true")
    wait_for(one, f"{ADDRESS}/{first}")


def test_a_test_can_be_cancelled_as_a_run(api: Callable[..., Any]) -> None:
    one = api()
    made = one.post(ADDRESS, json={"request": RECIPE, "options": {"frequency": "periods", "every_periods": 1}})
    run_id = made.get_json()["id"]
    assert one.post(f"/runs/{run_id}/cancel").status_code in (200, 202)
    assert wait_for(one, f"{ADDRESS}/{run_id}")["status"] == "cancelled"


def test_too_little_history_is_told_with_a_way_out(api: Callable[..., Any]) -> None:
    one = api()
    made = one.post(ADDRESS, json={"request": RECIPE, "options": {"lookback_periods": 20_000}}).get_json()
    body = wait_for(one, f"{ADDRESS}/{made['id']}")
    assert (body["status"], body["result"]) == ("failed", None)
    assert "look-back window of 20,000 leaves 0 dates" in body["message"]
    assert "Choose a shorter window" in body["message"]


def test_every_problem_of_the_body_is_told_at_once(api: Callable[..., Any]) -> None:
    body = {
        "request": {**RECIPE, "objective": {"kind": "max_luck"}},
        "options": {"frequency": "hourly", "spread_bps": -1.0},
        "extra": 1,
    }
    answer = api().post(ADDRESS, json=body)
    assert answer.status_code == 422
    paths = {one["path"] for one in answer.get_json()["errors"]}
    assert {"extra", "options.frequency", "options.spread_bps"} < paths
    assert any(path.startswith("request.objective") for path in paths)
    for wrong in ({}, {"optimization_id": "x", "request": RECIPE}, {"optimization_id": 7}, {"request": GIVEN}):
        assert api().post(ADDRESS, json=wrong).status_code == 422, wrong


def test_rights_are_those_of_runs(api: Callable[..., Any], product: Any, tested: dict[str, Any]) -> None:
    address = f"{ADDRESS}/{tested['id']}"
    assert api(None).post(ADDRESS, json={}).status_code == 401
    assert api(None).get(address).status_code == 401
    assert api(Role.VIEWER).post(ADDRESS, json={"request": RECIPE}).status_code == 403
    assert api(Role.VIEWER).get(address).status_code == 404
    assert api().get(f"{ADDRESS}/nothing").status_code == 404
    assert api().post(ADDRESS, json={"optimization_id": tested["id"]}).status_code == 404  # a test is no recipe


@pytest.mark.parametrize(
    ("starting", "path", "words"),
    [
        ({"AAPL": 5.0}, "options.starting_weights", "sum to 500%"),
        ({"AAPL": -0.5}, "options.starting_weights", "less than the 0%"),
        ({"ZZZ": 0.5}, "options.starting_weights.ZZZ", "no asset ZZZ"),
    ],
)
def test_holdings_that_no_test_can_begin_with_are_refused_before_it(
    api: Callable[..., Any], starting: dict[str, float], path: str, words: str
) -> None:
    answer = api().post(ADDRESS, json={"request": RECIPE, "options": {**SHORT, "starting_weights": starting}})
    assert answer.status_code == 422, answer.text
    assert [(one["path"], words in one["message"]) for one in answer.get_json()["errors"]] == [(path, True)]


def test_a_test_leaves_as_table_and_as_its_own_charts(api: Callable[..., Any], tested: dict[str, Any]) -> None:
    one, address = api(), f"/runs/{tested['id']}"
    rows = one.get(f"{address}/table/csv").data.decode("utf-8-sig").split("\r\n")
    assert rows[0].startswith("decided_on,held_until")
    assert [row[:10] for row in rows[1:-1]] == [each["decided_on"] for each in tested["result"]["decisions"]]
    assert one.get(f"{address}/table/xlsx").data.startswith(b"PK")
    for chart in ("wealth", "promises"):
        assert one.get(f"{address}/charts/{chart}/svg?renderer=vector").status_code == 200, chart
    other = one.get(f"{address}/charts/weights/svg")
    assert (other.status_code, "promises, wealth" in other.text) == (404, True)
