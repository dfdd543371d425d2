"""Does a program learn in one answer why each weight is what it is, with problems at their fields?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services.auth.roles import Role
from tests.api.test_optimizations import PROBLEM, REQUEST, wait_for

HISTORY = {
    "asset_ids": ["AAPL", "JNJ", "KO", "XOM", "JPM"],
    "objective": {"kind": "max_sharpe"},
    "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.4}],
}


def _runs(one: Any) -> set[str]:
    return {run["id"] for run in one.get("/optimizations?limit=200").get_json()["data"]}


@pytest.mark.requirement("5.2.F6")
def test_terms_of_a_history_sum_to_zero_for_the_weights_of_the_run_and_nothing_is_stored(
    api: Callable[..., Any],
) -> None:
    one = api()
    before = _runs(one)
    answer = one.post("/optimizations/explain", json=HISTORY)
    assert answer.status_code == 200, answer.text
    assert _runs(one) == before
    found = answer.get_json()
    assert (found["status"], found["unit"], found["figure"]) == ("optimal", "annual_return", "Sharpe ratio")
    assert found["assets"] == HISTORY["asset_ids"]
    for line in found["weights"]:
        terms = [line["reward"], line["risk"], line["costs"], line["bound"], *(one["amount"] for one in line["limits"])]
        assert abs(sum(terms)) <= 1e-8
    run = one.post("/optimizations", json=HISTORY)
    direct = run.get_json() if run.status_code == 200 else wait_for(one, run.headers["Location"])
    by_name = {line["asset"]: line["weight_frac"] for line in direct["weights"]}
    assert [line["weight_frac"] for line in found["weights"]] == pytest.approx(
        [by_name[name] for name in found["assets"]], abs=2e-8
    )
    assert found["lineage"]["data"]
    assert len(found["required_returns"]) == 5


def test_the_required_return_given_back_as_the_assets_own_gives_the_weight(api: Callable[..., Any]) -> None:
    one = api()
    answer = one.post(
        "/optimizations/explain/required-return", json={"request": REQUEST, "asset": "B", "weight_frac": 0.4}
    )
    assert answer.status_code == 200, answer.text
    needed = answer.get_json()["return_annual_frac"]
    returns = [PROBLEM["expected_returns_frac"][0], needed / 252, PROBLEM["expected_returns_frac"][2]]
    changed = {**REQUEST, "problem": {**PROBLEM, "expected_returns_frac": returns}}
    again = one.post("/optimizations/explain", json=changed).get_json()
    assert again["weights"][1]["weight_frac"] == pytest.approx(0.4, abs=1e-6)
    beyond = {"request": REQUEST, "asset": "B", "weight_frac": 0.7}
    refusal = one.post("/optimizations/explain/required-return", json=beyond).get_json()
    assert refusal["return_annual_frac"] is None
    assert refusal["limits"] == ["Positions at most 60%"]


def test_every_problem_of_a_wish_stands_at_its_field(api: Callable[..., Any]) -> None:
    one = api()
    bad = {"request": {**REQUEST, "objective": {"kind": "none"}}, "asset": 3, "weight_frac": "much", "more": 1}
    answer = one.post("/optimizations/explain/required-return", json=bad)
    assert answer.status_code == 422
    paths = {field["path"] for field in answer.get_json()["errors"]}
    assert {"asset", "weight_frac", "more"} <= paths
    assert any(path.startswith("request.objective") for path in paths)
    unknown = one.post("/optimizations/explain/required-return", json={"request": REQUEST, "asset": "Z"})
    assert unknown.status_code == 422
    assert [field["path"] for field in unknown.get_json()["errors"]] == ["asset"]


def test_limits_without_a_portfolio_are_told_and_too_many_assets_are_refused(api: Callable[..., Any]) -> None:
    one = api()
    tight = {**REQUEST, "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.2}]}
    found = one.post("/optimizations/explain", json=tight).get_json()
    assert found["status"] == "infeasible"
    assert "60%" in found["message"]
    count = 201
    names = [f"A{i}" for i in range(count)]
    factors = {
        "loadings": [[1.0]] * count,
        "factor_covariance": [[1e-4]],
        "specific_variances": [1e-4] * count,
    }
    many = {
        "problem": {"assets": names, "expected_returns_frac": [1e-4] * count, "factors": factors},
        "objective": {"kind": "min_volatility"},
    }
    answer = one.post("/optimizations/explain", json=many)
    assert answer.status_code == 422
    assert "201 assets" in answer.text


def test_a_viewer_may_ask_and_nobody_asks_without_a_key(api: Callable[..., Any]) -> None:
    assert api(Role.VIEWER).post("/optimizations/explain", json=REQUEST).status_code == 200
    for path in ("explain", "explain/required-return"):
        assert api(None).post(f"/optimizations/{path}", json=REQUEST).status_code == 401


def _run(one: Any, **more: Any) -> str:
    made = one.post("/optimizations", json={**HISTORY, **more})
    done = made.get_json() if made.status_code == 200 else wait_for(one, made.headers["Location"])
    return str(done["id"] if "id" in done else done["run"]["id"])


@pytest.mark.requirement("5.2.F6")
def test_a_stored_run_is_explained_on_its_own_day_and_answers_which_return_a_weight_requires(
    api: Callable[..., Any],
) -> None:
    one = api()
    run = _run(one, as_of="2021-06-30")
    before = _runs(one)
    answer = one.get(f"/optimizations/{run}/explanation")
    assert answer.status_code == 200, answer.text
    found = answer.get_json()
    posted = one.post("/optimizations/explain", json={**HISTORY, "as_of": "2021-06-30"}).get_json()
    assert (found["as_of"], found["is_same_data"], found["note"]) == (posted["lineage"]["as_of"], True, None)
    for key in ("weights", "prices", "split", "notes"):
        assert found["explanation"][key] == posted[key]
    needed = next(line for line in posted["required_returns"] if line["return_annual_frac"] is not None)
    query = f"asset={needed['asset']}&weight_frac={needed['weight_frac']}"
    again = one.get(f"/optimizations/{run}/explanation/required-return?{query}")
    assert again.status_code == 200, again.text
    assert again.get_json()["return_annual_frac"] == pytest.approx(needed["return_annual_frac"], abs=1e-6)
    assert _runs(one) == before


def test_what_is_wrong_with_the_question_about_a_run_is_told(api: Callable[..., Any]) -> None:
    one = api()
    assert one.get("/optimizations/no-such-run/explanation").status_code == 404
    run = _run(one, constraints=[{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.1}])
    refusal = one.get(f"/optimizations/{run}/explanation")
    assert (refusal.status_code, refusal.get_json()["code"]) == (409, "no_weights")
    other = _run(one)
    path = f"/optimizations/{other}/explanation/required-return"
    for query, field in (("", "asset"), ("?asset=ZZZ", "asset"), ("?asset=KO&weight_frac=much", "weight_frac")):
        answer = one.get(path + query)
        assert answer.status_code == 422, answer.text
        assert [problem["path"] for problem in answer.get_json()["errors"]] == [field]
    assert api(None).get(path).status_code == 401
