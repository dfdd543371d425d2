"""Does a program get the whole frontier in one answer, in the axes it asks for, with problems at their fields?"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tests.api.test_optimizations import PROBLEM, REQUEST

HISTORY = {
    "asset_ids": ["AAPL", "JNJ", "KO", "XOM", "JPM"],
    "objective": {"kind": "max_sharpe"},
    "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.4}],
}


@pytest.mark.requirement("1.2.A3")
def test_the_frontier_of_a_history_is_whole_and_its_mixtures_are_as_good_as_direct_answers(
    api: Callable[..., Any],
) -> None:
    one = api()
    answer = one.post("/optimizations/frontier", json={"request": HISTORY})
    assert answer.status_code == 200, answer.text
    found = answer.get_json()
    assert (found["status"], found["is_exact"]) == ("optimal", True)
    assert found["assets"] == HISTORY["asset_ids"]
    rewards = [corner["reward"] for corner in found["corners"]]
    risks = [corner["risk_annual_frac"] for corner in found["corners"]]
    assert len(rewards) > 2
    assert all(a < b for a, b in pairwise(rewards))
    assert all(a < b for a, b in pairwise(risks))
    assert len(answer.data) < 20_000
    weights = np.array([corner["weights_frac"] for corner in found["corners"]])
    middle = 0.5 * (weights[1] + weights[2])
    goal = {"kind": "target_return", "return_min_annual_frac": 0.5 * (rewards[1] + rewards[2])}
    direct = one.post("/optimizations", json={**HISTORY, "objective": goal}).get_json()
    by_name = {line["asset"]: line["weight_frac"] for line in direct["weights"]}
    assert [by_name[name] for name in found["assets"]] == pytest.approx(middle.tolist(), abs=1e-6)
    assert found["best_sharpe"]["return_annual_frac"] > 0.0
    assert found["lineage"]["data"]


def test_figures_given_directly_have_a_frontier_too_and_a_goal_plays_no_part(api: Callable[..., Any]) -> None:
    one = api()
    goals = ({"kind": "min_volatility"}, {"kind": "target_return", "return_min_annual_frac": 0.9})
    found = [
        one.post("/optimizations/frontier", json={"request": {**REQUEST, "objective": goal}}).get_json()
        for goal in goals
    ]
    assert found[0]["corners"]
    assert found[0]["corners"] == found[1]["corners"]
    assert found[0]["assets"] == PROBLEM["assets"]


def test_limits_that_clash_are_an_answer_in_the_doctor_s_words(api: Callable[..., Any]) -> None:
    tight = {**HISTORY, "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.1}]}
    answer = api().post("/optimizations/frontier", json={"request": tight})
    assert answer.status_code == 200, answer.text
    assert answer.get_json()["status"] == "infeasible"
    assert "50%" in answer.get_json()["message"]
    assert answer.get_json()["corners"] == []


def test_tracking_error_and_scores_are_measured_against_what_is_given(api: Callable[..., Any]) -> None:
    names = HISTORY["asset_ids"]
    facts = {
        "benchmark_weights": dict.fromkeys(names, 0.2),
        "esg_scores": dict(zip(names, (40.0, 50.0, 60.0, 70.0, 80.0), strict=True)),
    }
    body = {"request": {**HISTORY, "facts": facts}, "risk": "tracking_error", "reward": "esg"}
    found = api().post("/optimizations/frontier", json=body).get_json()
    assert found["status"] == "optimal", found
    first, last = found["corners"][0], found["corners"][-1]
    assert first["risk_annual_frac"] == pytest.approx(0.0, abs=1e-6)
    assert first["weights_frac"] == pytest.approx([0.2] * 5, abs=1e-6)
    assert last["reward"] == pytest.approx(0.4 * 80 + 0.4 * 70 + 0.2 * 60)


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({"request": HISTORY, "reward": "esg"}, {"reward"}),
        ({"request": HISTORY, "risk": "tracking_error"}, {"risk"}),
        ({"request": HISTORY, "risk": "beta", "reward": 3}, {"risk", "reward"}),
        ({"request": {**HISTORY, "asset_ids": ["NOPE"]}}, {"request.asset_ids[0]"}),
        ({"request": {**HISTORY, "constraints": [{"kind": "nothing"}]}, "more": 1}, {"more", "request.constraints[0]"}),
        ({}, {"request"}),
        ([], {"body"}),
    ],
    ids=["no scores", "no benchmark", "other axes", "unknown asset", "limit and field", "empty", "a list"],
)
def test_what_is_wrong_is_told_at_its_field(api: Callable[..., Any], body: Any, paths: set[str]) -> None:
    answer = api().post("/optimizations/frontier", json=body)
    assert answer.status_code == 422, answer.text
    assert {problem["path"] for problem in answer.get_json()["errors"]} == paths


def test_a_portfolio_of_another_house_is_not_there(api: Callable[..., Any]) -> None:
    request = {"portfolio_id": "0" * 32, "objective": {"kind": "min_volatility"}}
    assert api().post("/optimizations/frontier", json={"request": request}).status_code == 404
