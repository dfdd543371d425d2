"""Does a program get a frontier in motion: the problem to walk, certified answers, problems at their fields?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

NAMES = ("Oil", "Bank", "Chip", "Food", "Drug")
COVARIANCE = (
    np.diag([1.2, 1.5, 2.4, 0.6, 0.8]) * 1e-4 + np.full((5, 5), 3e-5) + np.diag([0.0, 1e-5, 2e-5, 0.0, 0.0])
).tolist()
PROBLEM = {
    "assets": list(NAMES),
    "expected_returns_frac": [3e-4, 4e-4, 7e-4, 2e-4, 3.5e-4],
    "covariance": COVARIANCE,
    "sectors": {"Oil": "Energy", "Bank": "Finance", "Chip": "Tech", "Food": "Staples", "Drug": "Staples"},
}
REQUEST = {
    "problem": PROBLEM,
    "objective": {"kind": "max_sharpe"},
    "facts": {"esg_scores": dict(zip(NAMES, (31.0, 55.0, 64.0, 71.0, 60.0), strict=True))},
    "current_weights": dict.fromkeys(NAMES, 0.2),
    "constraints": [
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.4},
        {"kind": "sector_limit", "sector": "Staples", "max_frac": 0.5},
    ],
}


@pytest.mark.requirement("1.2.B2")
def test_the_problem_can_be_walked_and_says_which_limits_can_be_moved(api: Callable[..., Any]) -> None:
    answer = api().post("/frontiers/living", json={"request": REQUEST})
    assert answer.status_code == 200, answer.text
    found = answer.get_json()
    handles = {one["key"]: one for one in found["handles"]}
    assert set(handles) == {"max", "esg", "max:Staples", "max:Energy", "max:Finance", "max:Tech"}
    assert (handles["max"]["value"], handles["max"]["low"], handles["max"]["owner"]) == (0.4, 0.2, "request")
    assert (handles["esg"]["value"], handles["esg"]["owner"]) == (31.0, "added")  # at the loose end: it changes nothing
    assert handles["max:Tech"]["owner"] == "added"
    walk = found["walk"]
    scale = np.array(COVARIANCE) * 252
    assert np.array(walk["covariance"]).reshape(5, 5) * walk["variance_scale"] == pytest.approx(scale, rel=1e-9)
    gains = np.array(walk["gains"]) * walk["gain_scale"] + found["risk_free_annual_frac"]
    assert gains == pytest.approx(np.array(PROBLEM["expected_returns_frac"]) * 252, rel=1e-9)
    assert walk["rows"][0]["name"] == "Budget"
    assert walk["upper"] == [0.4] * 5
    assert walk["open_upper"] == [1.0] * 5
    assert all(walk["is_capped"])
    plain = api().post("/optimizations/frontier", json={"request": REQUEST}).get_json()
    corners = [corner["weights_frac"] for corner in plain["corners"]]
    assert np.array(found["frontier"]["corners"]) == pytest.approx(np.array(corners), abs=1e-9)


@pytest.mark.requirement("1.2.B2")
def test_a_move_is_answered_by_the_engine_and_a_claim_is_compared(api: Callable[..., Any]) -> None:
    one = api()
    moves = {"max": 0.3, "max:Staples": 0.35, "esg": 58.0}
    answer = one.post("/frontiers/living/moves", json={"request": REQUEST, "moves": moves, "seq": 7})
    assert answer.status_code == 200, answer.text
    found = answer.get_json()
    assert (found["seq"], found["status"], found["is_exact"], found["gap_frac"]) == (7, "optimal", True, None)
    weights = np.array(found["corners"])
    assert weights.sum(axis=1) == pytest.approx(np.ones(len(weights)), abs=1e-9)
    assert weights.max() <= 0.3 + 1e-9
    assert (weights[:, 3] + weights[:, 4]).max() <= 0.35 + 1e-9
    assert (weights @ [31.0, 55.0, 64.0, 71.0, 60.0]).min() >= 58.0 - 1e-7
    asked = {
        **REQUEST,
        "constraints": [
            {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.3},
            {"kind": "sector_limit", "sector": "Staples", "max_frac": 0.35},
            {"kind": "esg_floor", "min_score": 58.0},
        ],
    }
    direct = one.post("/optimizations/frontier", json={"request": asked}).get_json()
    theirs = np.array([corner["weights_frac"] for corner in direct["corners"]])
    assert weights == pytest.approx(theirs, abs=1e-9)
    assert [item["kind"] for item in found["request"]["constraints"]] == [
        "position_bounds",
        "sector_limit",
        "esg_floor",
    ]

    body = {"request": REQUEST, "moves": moves}
    same = one.post("/frontiers/living/moves", json={**body, "claimed": found["corners"]}).get_json()
    assert same["gap_frac"] < 1e-9
    wrong = weights.copy()
    wrong[0, :2] += (0.01, -0.01)
    told = one.post("/frontiers/living/moves", json={**body, "claimed": wrong.tolist()}).get_json()
    assert told["gap_frac"] > 1e-3


def test_where_nothing_is_left_it_says_what_stands_in_the_way(api: Callable[..., Any]) -> None:
    body = {"request": REQUEST, "moves": {"max": 0.2, "max:Tech": 0.1}}
    answer = api().post("/frontiers/living/moves", json=body)
    assert answer.status_code == 200, answer.text
    found = answer.get_json()
    assert (found["status"], found["corners"]) == ("infeasible", [])
    assert found["blockers"]
    assert found["advice"]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"request": REQUEST, "moves": {"max:Nowhere": 0.1}}, "moves.max:Nowhere"),
        ({"request": REQUEST, "moves": {"max": "a lot"}}, "moves.max"),
        ({"request": REQUEST, "moves": [0.1]}, "moves"),
        ({"request": REQUEST, "seq": -1}, "seq"),
        ({"request": REQUEST, "claimed": [["a"]]}, "claimed"),
        ({"request": REQUEST, "limits": {}}, "limits"),
        ({"moves": {}}, "request"),
        ({"request": REQUEST, "moves": {"max": 7.0}}, "constraints[0].max_frac"),
    ],
)
def test_what_cannot_be_used_is_refused_at_its_field(api: Callable[..., Any], body: Any, path: str) -> None:
    answer = api().post("/frontiers/living/moves", json=body)
    assert answer.status_code == 422, answer.text
    fields = answer.get_json()["errors"]
    assert path in [one["path"] for one in fields]
    assert all(one["message"] for one in fields)


def test_turnover_is_followed_by_the_server_and_says_so(api: Callable[..., Any]) -> None:
    turned = {**REQUEST, "constraints": [*REQUEST["constraints"], {"kind": "turnover", "max_frac": 0.3}]}
    one = api()
    found = one.post("/frontiers/living", json={"request": turned}).get_json()
    assert found["walk"] is None
    assert "absolute values" in found["why_not"]
    assert {"max", "max:Staples"} <= {handle["key"] for handle in found["handles"]}
    moved = one.post("/frontiers/living/moves", json={"request": turned, "moves": {"max": 0.3}}).get_json()
    weights = np.array(moved["corners"])
    assert np.abs(weights - 0.2).sum(axis=1).max() / 2 <= 0.3 + 1e-8
    assert weights.max() <= 0.3 + 1e-9
