"""Does a program get the whole frontier in one answer, in the axes it asks for, with problems at their fields?"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from services import optimize_frontier
from tests.api.test_optimizations import PROBLEM, REQUEST, wait_for

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
    posted = one.post("/optimizations", json={**HISTORY, "objective": goal})
    is_waited_for = posted.status_code == 202  # the first worker of the machine may still be starting
    direct = wait_for(one, posted.headers["Location"]) if is_waited_for else posted.get_json()
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


@pytest.mark.requirement("1.2.A3")
@pytest.mark.parametrize("risk", ["cvar", "cdar", "max_drawdown"])
def test_frontiers_in_losses_come_as_points_with_their_horizon(api: Callable[..., Any], risk: str) -> None:
    body = {"request": HISTORY, "risk": risk, "level_frac": 0.9, "points_count": 8}
    answer = api().post("/optimizations/frontier", json=body)
    assert answer.status_code == 200, answer.text
    found = answer.get_json()
    assert (found["status"], found["is_exact"], len(found["corners"])) == ("optimal", False, 8)
    pairs = [(corner["reward"], corner["loss_frac"]) for corner in found["corners"]]
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(pairs))
    assert found["horizon"] == ("period" if risk == "cvar" else "history")
    assert found["level_frac"] == (None if risk == "max_drawdown" else 0.9)
    assert len(found["between_gaps_frac"]) == 7
    assert len(found["asset_losses_frac"]) == 5


def test_a_history_too_large_to_wait_for_is_refused_with_what_would_do(
    api: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(optimize_frontier.FIGURES_MAX_COUNT, "cdar", 100)
    one = api()
    answer = one.post("/optimizations/frontier", json={"request": HISTORY, "risk": "cdar"})
    assert answer.status_code == 422, answer.text
    assert {problem["path"] for problem in answer.get_json()["errors"]} == {"risk"}
    assert "at most 100 returns" in answer.text
    body = {"request": HISTORY, "risk": "max_drawdown", "points_count": 3}
    assert one.post("/optimizations/frontier", json=body).status_code == 200


@pytest.mark.usefixtures("no_scores")
@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({"request": HISTORY, "risk": "cvar", "level_frac": 95, "points_count": 1}, {"level_frac", "points_count"}),
        ({"request": HISTORY, "points_count": 2.5, "level_frac": "0.9"}, {"level_frac", "points_count"}),
        ({"request": REQUEST, "risk": "cvar"}, {"risk"}),
        ({"request": HISTORY, "reward": "esg"}, {"reward"}),
        ({"request": HISTORY, "risk": "tracking_error"}, {"risk"}),
        ({"request": HISTORY, "risk": "beta", "reward": 3}, {"risk", "reward"}),
        ({"request": {**HISTORY, "asset_ids": ["NOPE"]}}, {"request.asset_ids[0]"}),
        ({"request": {**HISTORY, "constraints": [{"kind": "nothing"}]}, "more": 1}, {"more", "request.constraints[0]"}),
        ({}, {"request"}),
        ([], {"body"}),
    ],
    ids=[
        "numbers",
        "no numbers",
        "no history",
        "no scores",
        "no benchmark",
        "other axes",
        "unknown asset",
        "limit and field",
        "empty",
        "a list",
    ],
)
def test_what_is_wrong_is_told_at_its_field(api: Callable[..., Any], body: Any, paths: set[str]) -> None:
    answer = api().post("/optimizations/frontier", json=body)
    assert answer.status_code == 422, answer.text
    assert {problem["path"] for problem in answer.get_json()["errors"]} == paths


def test_a_portfolio_of_another_house_is_not_there(api: Callable[..., Any]) -> None:
    request = {"portfolio_id": "0" * 32, "objective": {"kind": "min_volatility"}}
    assert api().post("/optimizations/frontier", json={"request": request}).status_code == 404
