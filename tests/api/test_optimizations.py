"""Is an optimization asked for, followed, ended and read as promised?"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

PROBLEM = {
    "assets": ["A", "B", "C"],
    "expected_returns_frac": [0.0004, 0.0003, 0.0002],
    "covariance": [[0.0002, 0.00005, 0.00002], [0.00005, 0.00015, 0.00001], [0.00002, 0.00001, 0.0001]],
    "periods_per_year": 252,
}
REQUEST = {
    "problem": PROBLEM,
    "objective": {"kind": "max_sharpe"},
    "constraints": [{"kind": "position_bounds", "min_frac": 0.05, "max_frac": 0.6}],
}


def wait_for(one: Any, address: str, limit_s: float = 30.0) -> dict[str, Any]:
    """Follow a run to its end."""
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        body: dict[str, Any] = one.get(address).get_json()
        if body["run"]["status"] not in ("pending", "running"):
            return body
        time.sleep(0.05)
    raise AssertionError(f"{address} did not end")


@pytest.mark.requirement("1.1.D1")
@pytest.mark.requirement("6.1.A5")
def test_a_small_problem_is_answered_at_once_with_weights_figures_and_proof(api: Callable[..., Any]) -> None:
    one = api()
    answer = one.post("/optimizations", json=REQUEST)
    if answer.status_code == 202:  # the first worker of the machine may still be starting
        body = wait_for(one, answer.headers["Location"])
    else:
        assert answer.status_code == 200, answer.text
        body = answer.get_json()
    assert body["status"] == "optimal"
    weights = {line["asset"]: line["weight_frac"] for line in body["weights"]}
    assert set(weights) == {"A", "B", "C"}
    assert sum(weights.values()) == pytest.approx(1.0, abs=1e-9)
    assert all(0.05 - 1e-9 <= weight <= 0.6 + 1e-9 for weight in weights.values())
    expected = sum(weights[name] * mu for name, mu in zip("ABC", PROBLEM["expected_returns_frac"], strict=True)) * 252
    assert body["metrics"]["return_annual_frac"] == pytest.approx(expected, rel=1e-6)
    assert body["metrics"]["max_drawdown_frac"] is None
    assert body["metrics"]["max_drawdown_note"]
    assert body["metrics"]["var_method"] == "normal"
    assert body["certificate"]["is_proven"] is True
    assert body["lineage"]["engine_version"]
    assert body["schema_version"] == 1
    again = one.get(f"/optimizations/{body['id']}").get_json()
    assert again["weights"] == body["weights"]
    assert one.get(f"/runs/{body['id']}").get_json()["status"] == "succeeded"
    assert one.get(f"/runs/{body['id']}/result").get_json()["result"]["weights"] == body["weights"]
    assert one.get(f"/runs/{body['id']}/events").get_json()["data"]


@pytest.mark.requirement("6.1.A5")
@pytest.mark.requirement("6.1.F2")
def test_who_prefers_not_to_wait_gets_202_and_an_address(api: Callable[..., Any]) -> None:
    one = api()
    answer = one.post("/optimizations", json=REQUEST, headers={"Prefer": "respond-async"})
    assert answer.status_code == 202
    assert answer.get_json()["weights"] == []
    assert answer.headers["Location"] == f"/api/v1/optimizations/{answer.get_json()['id']}"
    assert wait_for(one, answer.headers["Location"])["status"] == "optimal"
    listed = one.get("/optimizations?limit=200").get_json()["data"]
    assert answer.get_json()["id"] in {run["id"] for run in listed}


@pytest.mark.requirement("1.1.D5")
def test_real_assets_are_optimized_from_their_history(api: Callable[..., Any]) -> None:
    one = api()
    symbols = ["AAPL", "JPM", "JNJ", "XOM", "WMT"]
    request = {
        "asset_ids": symbols,
        "objective": {"kind": "min_volatility"},
        "constraints": [{"kind": "position_bounds", "min_frac": 0.01, "max_frac": 0.5}],
        "estimates": {
            "expected_returns": {"kind": "historical_mean"},
            "covariance": {"kind": "ledoit_wolf"},
            "lookback_days": 756,
            "periods_per_year": 252,
        },
    }
    answer = one.post("/optimizations", json=request, headers={"Prefer": "respond-async"})
    assert answer.status_code == 202, answer.text
    body = wait_for(one, answer.headers["Location"])
    assert body["status"] == "optimal", body
    assert body["metrics"]["var_method"] == "historical"
    assert body["metrics"]["max_drawdown_frac"] > 0
    assert body["lineage"]["as_of"]


def test_limits_that_nothing_meets_are_infeasible_with_a_sentence(api: Callable[..., Any]) -> None:
    one = api()
    bounds = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.2}
    answer = one.post("/optimizations", json={**REQUEST, "constraints": [bounds]}, headers={"Prefer": "respond-async"})
    body = wait_for(one, answer.headers["Location"])
    assert body["status"] == "infeasible"
    assert body["message"]
    assert body["weights"] == []


@pytest.mark.requirement("1.1.D4")
@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"problem": {**PROBLEM, "covariance": [[1.0, 0.0], [0.0, 1.0]]}}, "problem.covariance"),
        ({"problem": {**PROBLEM, "assets": ["A", "A", "C"]}}, "problem.assets"),
        ({"problem": {**PROBLEM, "covariance": [[1, 2, 0], [0, 1, 0], [0, 0, 1]]}}, "problem.covariance"),
        ({"objective": {"kind": "unheard_of"}}, "objective"),
        ({"constraints": [{"kind": "position_bounds", "min_frac": 0.9, "max_frac": 0.1}]}, "constraints[0]"),
        ({"problem": None}, ""),
        ({"unknown": 1}, "unknown"),
        ({"risk_free_annual_frac": True}, "risk_free_annual_frac"),
    ],
)
def test_what_cannot_be_computed_is_refused_by_the_name_of_the_field(
    api: Callable[..., Any], change: dict[str, Any], path: str
) -> None:
    answer = api().post("/optimizations", json={**REQUEST, **change})
    assert answer.status_code == 422, answer.text
    problems = answer.get_json()["errors"]
    assert problems
    assert any(one["path"].startswith(path) for one in problems), problems
    assert all(one["message"] for one in problems)


def test_numbers_that_are_not_finite_are_refused_by_their_place(api: Callable[..., Any]) -> None:
    text = '{"problem": {"assets": ["A"], "expected_returns_frac": [NaN], "covariance": [[Infinity]]}}'
    answer = api().post("/optimizations", data=text, content_type="application/json")
    assert answer.status_code == 422
    assert sorted(one["path"] for one in answer.get_json()["errors"]) == [
        "objective",
        "problem.covariance[0][0]",
        "problem.expected_returns_frac[0]",
    ]


def test_the_same_request_under_one_key_is_one_run(api: Callable[..., Any]) -> None:
    key = {"Idempotency-Key": str(uuid4()), "Prefer": "respond-async"}

    def post(_: int) -> Any:
        return api().post("/optimizations", json=REQUEST, headers=key)

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(post, range(20)))
    ids = {answer.get_json()["id"] for answer in answers if answer.status_code == 202}
    assert len(ids) == 1, [answer.text for answer in answers if answer.status_code != 202][:1]
    other = api().post("/optimizations", json={**REQUEST, "seed": 8}, headers=key)
    assert other.status_code == 422


def test_a_run_is_cancelled_renamed_deleted_and_restored(api: Callable[..., Any]) -> None:
    one = api()
    made = one.post("/optimizations", json={**REQUEST, "seed": 11}, headers={"Prefer": "respond-async"})
    address = made.headers["Location"]
    assert one.post(address + "/cancel").status_code == 200
    body = wait_for(one, address)
    assert body["run"]["status"] in ("cancelled", "succeeded")
    run = f"/runs/{body['id']}"
    etag = one.get(run).headers["ETag"]
    renamed = one.ask("PATCH", run, json={"name": "Mine"}, headers={"If-Match": etag})
    assert renamed.get_json()["name"] == "Mine"
    assert one.ask("DELETE", run).status_code == 428
    assert one.ask("DELETE", run, headers={"If-Match": renamed.headers["ETag"]}).status_code == 204
    assert one.get(run).status_code == 404
    assert one.post(run + "/restore").status_code == 200


def test_a_preview_says_in_one_sentence_what_would_be_computed(api: Callable[..., Any]) -> None:
    body = api().post("/optimizations/preview", json=REQUEST).get_json()
    assert body["is_ready"] is True
    assert body["sentence"]
    assert body["assets_count"] == 3


@pytest.mark.requirement("6.1.F6")
def test_charts_and_tables_of_a_result_are_saved_as_files(api: Callable[..., Any], browser: Callable[..., Any]) -> None:
    one, person = api(), browser()
    body = wait_for(
        one, one.post("/optimizations", json=REQUEST, headers={"Prefer": "respond-async"}).headers["Location"]
    )
    starts = {"pdf": b"%PDF", "png": b"\x89PNG", "svg": b"<"}
    for kind, start in starts.items():
        for answer in (
            one.get(f"/runs/{body['id']}/charts/weights/{kind}?renderer=vector"),
            person.open(f"/download/runs/{body['id']}/chart/weights.{kind}?renderer=vector"),
        ):
            assert answer.status_code == 200, answer.text
            assert answer.data.startswith(start)
            assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
            assert answer.headers["X-Drawn-By"] == "vector"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b"weight" in one.get(f"/runs/{body['id']}/table/csv").data.lower()
    assert person.open(f"/download/runs/{body['id']}/table.xlsx").data.startswith(b"PK")
    assert one.get(f"/runs/{body['id']}/charts/weights/exe").status_code == 422


def test_a_repeated_run_gives_the_same_answer_bit_for_bit(api: Callable[..., Any]) -> None:
    one = api()
    first = one.post("/optimizations", json=REQUEST).get_json()
    wait_for(one, f"/optimizations/{first['id']}")
    assert one.get(f"/runs/{first['id']}/replay-report").status_code == 409  # it repeats nothing
    repeated = one.post(f"/runs/{first['id']}/replay")
    assert repeated.status_code == 202, repeated.text
    wait_for(one, f"/optimizations/{repeated.get_json()['id']}")
    report = one.get(f"/runs/{repeated.get_json()['id']}/replay-report").get_json()
    assert report["run_id"] == first["id"]
    assert report["is_identical"] is True
