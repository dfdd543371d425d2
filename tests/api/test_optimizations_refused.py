"""Is a request that no run could answer refused by its field before any run begins, at every address alike?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

PROBLEM = {
    "assets": ["A", "B"],
    "expected_returns_frac": [0.08, 0.05],
    "covariance": [[0.04, 0.006], [0.006, 0.01]],
    "periods_per_year": 1,
}
STOCKS = ["AAPL", "MSFT", "XOM"]
CALM = {"kind": "min_volatility"}
HUGE = {**PROBLEM, "covariance": [[1e308, 1e308], [1e308, 1e308]]}
LOSSES = {"kind": "cvar_ceiling", "max_frac": 0.05}

UNUSABLE: dict[str, tuple[dict[str, Any], str]] = {
    "a goal on single periods": ({"problem": PROBLEM, "objective": {"kind": "min_cvar"}}, "objective"),
    "a limit on single periods": (
        {"problem": PROBLEM, "objective": CALM, "constraints": [LOSSES]},
        "constraints[0].max_frac",
    ),
    "costs without holdings": ({"problem": PROBLEM, "objective": CALM, "costs": {}}, "costs"),
    "figures beyond any number": ({"problem": HUGE, "objective": CALM}, "problem.covariance"),
    "a benchmark beside the assets": (
        {
            "asset_ids": STOCKS,
            "objective": {"kind": "min_tracking_error"},
            "facts": {"benchmark_weights": {"JPM": 0.6, "XOM": 0.4}},
        },
        "objective",
    ),
    "a mistyped sector": (
        {
            "problem": {**PROBLEM, "sectors": {"A": "Energy", "B": "Health"}},
            "objective": CALM,
            "constraints": [{"kind": "sector_limit", "sector": "energy", "max_frac": 0.4}],
        },
        "constraints[0].sector",
    ),
    **{
        f"{kind} without a market": (
            {"asset_ids": STOCKS, "objective": CALM, "estimates": {"expected_returns": {"kind": kind}}},
            "estimates.expected_returns",
        )
        for kind in ("black_litterman", "capm", "market_implied")
    },
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_what_no_run_could_answer_is_refused_by_its_field(api: Callable[..., Any], case: str) -> None:
    body, path = UNUSABLE[case]
    one = api()
    for address in ("/optimizations", "/optimizations/diagnose"):
        answer = one.post(address, json=body)
        assert answer.status_code == 422, (address, answer.text)
        assert any(item["path"].startswith(path) for item in answer.get_json()["errors"]), answer.text
    preview = one.post("/optimizations/preview", json=body)
    told = preview.get_json()
    problems = told["errors"] if preview.status_code == 422 else told["problems"]
    assert any(item["path"].startswith(path) for item in problems), preview.text
    assert told.get("is_ready") is not True
    assert len(preview.text) < 4000


def test_what_is_left_out_is_told_before_the_run(api: Callable[..., Any]) -> None:
    body = {
        "asset_ids": STOCKS,
        "objective": {"kind": "min_tracking_error"},
        "facts": {"benchmark_weights": {"AAPL": 0.92, "JPM": 0.08}},
    }
    told = "8% of the benchmark lies in assets beside the portfolio's"
    one = api()
    assert any(told in note for note in one.post("/optimizations/preview", json=body).get_json()["warnings"])
    assert any(told in note for note in one.post("/optimizations/diagnose", json=body).get_json()["notes"])


def test_the_message_of_an_impossible_ceiling_says_what_can_be_reached(api: Callable[..., Any]) -> None:
    ceiling = {"kind": "volatility_ceiling", "max_annual_frac": 0.05}
    body = {"problem": PROBLEM, "objective": CALM, "constraints": [ceiling], "frontier_points_count": 0}
    answer = api().post("/optimizations", json=body)
    assert answer.status_code in (200, 202), answer.text
    if answer.status_code == 200:
        found = answer.get_json()
        assert found["message"].startswith("The lowest reachable volatility is")
        assert found["message"] == found["diagnosis"]["conflicts"][0]["sentence"]
        assert "Volatility ceiling" in found["advice"]
