"""Are benchmarks listed for programs, in pieces, with whether their constituents are known?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services.auth.roles import Role


@pytest.mark.requirement("6.1.A1")
def test_benchmarks_are_listed_with_what_is_known_of_each(api: Callable[..., Any]) -> None:
    answer = api(Role.VIEWER).get("/benchmarks")
    assert answer.status_code == 200
    (index, *_) = [one for one in answer.get_json()["data"] if one["kind"] == "index"]
    assert set(index) == {
        "id", "name", "kind", "is_own", "parts", "rebalancing", "currency", "is_sample", "symbol", "has_weights",
        "weights_from", "weights_to", "prices_from", "prices_to",
    }  # fmt: skip
    assert index["has_weights"] is False
    assert index["prices_to"] == "2022-12-28"


def test_the_list_comes_in_pieces_and_can_be_narrowed(api: Callable[..., Any]) -> None:
    one = api(Role.VIEWER)
    first = one.get("/benchmarks?limit=1").get_json()
    assert len(first["data"]) == 1
    assert first["has_more"] is (first["next_cursor"] is not None)
    without = one.get("/benchmarks?has_weights=false").get_json()["data"]
    assert without
    assert not any(found["has_weights"] for found in without)
    assert all(found["has_weights"] for found in one.get("/benchmarks?has_weights=true").get_json()["data"])


def test_a_listed_benchmark_can_be_asked_for_and_an_unknown_one_is_refused_at_its_field(
    api: Callable[..., Any],
) -> None:
    one = api()
    benchmark = one.get("/benchmarks").get_json()["data"][0]["id"]
    asked = {
        "asset_ids": ["AAPL", "JNJ", "KO"],
        "objective": {"kind": "min_volatility"},
        "constraints": [{"kind": "beta", "max_beta": 1.2}],
    }
    known = one.post("/optimizations/preview", json=asked | {"benchmark_id": benchmark}).get_json()
    assert known["benchmark_name"]
    assert known["benchmark_name"] in known["sentence"]
    unknown = one.post("/optimizations/preview", json=asked | {"benchmark_id": "nothing"}).get_json()
    assert [problem["path"] for problem in unknown["problems"]] == ["benchmark_id"]


def test_an_estimate_without_a_market_is_refused_at_submission_with_its_field(api: Callable[..., Any]) -> None:
    asked = {
        "asset_ids": ["AAPL", "JNJ", "KO"],
        "objective": {"kind": "max_sharpe"},
        "estimates": {"expected_returns": {"kind": "market_implied"}},
    }
    answer = api().post("/optimizations", json=asked)
    assert answer.status_code == 422
    (problem,) = answer.get_json()["errors"]
    assert problem["path"] == "estimates.expected_returns"
    assert "`facts.market_weights`" in problem["advice"]


def test_no_callback_without_outputs_shares_its_inputs_with_another(browser: Callable[..., Any]) -> None:
    """Two such callbacks get the same id, and the browser runs only one of them."""
    found = browser(Role.PORTFOLIO_MANAGER).open("/_dash-dependencies").get_json()
    ids = [one["output"] for one in found]
    assert not {one for one in ids if ids.count(one) > 1}
