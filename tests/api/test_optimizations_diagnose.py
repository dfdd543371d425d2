"""Is it said before a run why limits cannot hold, and is the repair applied by one field?"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from services.auth.roles import Role
from tests.api.test_optimizations import PROBLEM, REQUEST

TIGHT = {**REQUEST, "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.2}]}
HISTORY = {
    "asset_ids": ["AAPL", "JNJ", "KO"],
    "objective": {"kind": "min_volatility"},
    "constraints": [
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.6},
        {"kind": "volatility_ceiling", "max_annual_frac": 0.02},
    ],
}


def _runs(one: Any) -> set[str]:
    return {run["id"] for run in one.get("/optimizations?limit=200").get_json()["data"]}


@pytest.mark.requirement("1.3.A4")
def test_limits_that_can_hold_are_called_possible_and_nothing_is_stored(api: Callable[..., Any]) -> None:
    one = api()
    before = _runs(one)
    answer = one.post("/optimizations/diagnose", json=REQUEST)
    assert answer.status_code == 200, answer.text
    assert answer.get_json()["is_feasible"] is True
    assert answer.get_json()["conflicts"] == []
    assert _runs(one) == before


@pytest.mark.requirement("1.3.A4")
@pytest.mark.requirement("1.3.A5")
@pytest.mark.requirement("1.3.A6")
def test_a_diagnosis_names_the_conflict_and_the_repair_is_applied_by_one_field(api: Callable[..., Any]) -> None:
    one = api()
    found = one.post("/optimizations/diagnose", json=TIGHT).get_json()
    assert found["is_feasible"] is False
    assert "60%" in found["conflicts"][0]["sentence"]
    assert found["joint_repair"]["changes"][0]["field"] == "max_frac"
    assert found["joint_repair"]["changes"][0]["from"] == 0.2
    answer = one.post("/optimizations/repair", json={"request": TIGHT, "apply": "joint"})
    assert answer.status_code == 200, answer.text
    body = answer.get_json()
    assert body["diagnosis"]["is_feasible"] is True
    assert body["request"]["constraints"][0]["max_frac"] == found["joint_repair"]["changes"][0]["to"]
    again = one.post("/optimizations/diagnose", json=body["request"])
    assert again.get_json()["is_feasible"] is True, again.text
    place = next(n for n, single in enumerate(found["single_repairs"]) if single["is_enough"])
    single = one.post("/optimizations/repair", json={"request": TIGHT, "apply": {"single": place}})
    assert single.get_json()["diagnosis"]["is_feasible"] is True


def test_limits_on_risk_are_diagnosed_from_the_history(api: Callable[..., Any]) -> None:
    found = api().post("/optimizations/diagnose", json=HISTORY).get_json()
    assert found["is_feasible"] is False
    assert "volatility" in found["conflicts"][0]["sentence"]
    repaired = api().post("/optimizations/repair", json={"request": HISTORY}).get_json()
    assert repaired["diagnosis"]["is_feasible"] is True
    assert repaired["request"]["constraints"][1]["max_annual_frac"] > 0.02


def test_a_viewer_may_ask_and_nobody_asks_without_a_key(api: Callable[..., Any]) -> None:
    assert api(Role.VIEWER).post("/optimizations/diagnose", json=REQUEST).status_code == 200
    for path in ("diagnose", "repair"):
        assert api(None).post(f"/optimizations/{path}", json=REQUEST).status_code == 401


def test_a_portfolio_of_another_house_is_not_found(api: Callable[..., Any], product: Any) -> None:
    from services.auth.actor import Actor
    from services.messages.portfolios import NewPortfolio

    services = product.services
    with services.ports.store.system() as uow:
        from data.store.tables.tenant import Tenant

        tenant = uow.tenants.add(Tenant(name="Another house"))
        uow.commit()
    owner = Actor.system(tenant.id)
    foreign = services.portfolios.create(NewPortfolio(name="Theirs"), owner)
    one = api()
    for portfolio_id in (foreign.id, "no-such-portfolio"):
        request = {"portfolio_id": portfolio_id, "objective": {"kind": "min_volatility"}}
        answer = one.post("/optimizations/diagnose", json=request)
        assert answer.status_code == 404, answer.text
        assert answer.mimetype == "application/problem+json"
        assert "Theirs" not in answer.text
        assert one.post("/optimizations/repair", json={"request": request}).status_code == 404


@pytest.mark.parametrize("path", ["diagnose", "repair"])
@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", 400),
        ("{", 400),
        ("[]", 422),
        ("{}", 422),
        ('{"a": 1, "a": 2}', 400),
        ("null", 422),
        ('{"request": 7}', 422),
    ],
)
def test_what_is_no_request_is_a_problem_with_a_sentence(
    api: Callable[..., Any], path: str, text: str, status: int
) -> None:
    answer = api().post(f"/optimizations/{path}", data=text, content_type="application/json")
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["detail"]


def test_every_problem_of_a_wish_is_told_at_once_under_its_own_path(api: Callable[..., Any]) -> None:
    bad = {**TIGHT, "constraints": [{"kind": "position_bounds", "min_frac": 0.9, "max_frac": 0.1}], "color": "red"}
    answer = api().post("/optimizations/repair", json={"request": bad, "apply": {"single": -1}, "more": 1})
    assert answer.status_code == 422
    paths = {one["path"] for one in answer.get_json()["errors"]}
    assert {"apply", "more", "request.color", "request.constraints[0]"} <= paths


@pytest.mark.parametrize(
    ("wish", "status", "code"),
    [
        ({"request": REQUEST}, 409, "nothing_to_repair"),
        ({"request": TIGHT, "apply": {"single": 99}}, 422, "invalid_request"),
        ({"request": TIGHT, "apply": "all"}, 422, "invalid_request"),
    ],
)
def test_a_repair_that_is_not_there_is_refused(
    api: Callable[..., Any], wish: dict[str, Any], status: int, code: str
) -> None:
    answer = api().post("/optimizations/repair", json=wish)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code), answer.text


def test_limits_without_the_facts_they_need_are_refused_by_their_place(api: Callable[..., Any]) -> None:
    request = {**HISTORY, "constraints": [{"kind": "tracking_error", "max_annual_frac": 0.02}]}
    answer = api().post("/optimizations/diagnose", json=request)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["path"].startswith("constraints[0]")
    unknown = api().post("/optimizations/diagnose", json={**request, "benchmark_id": "none"})
    assert [one["path"] for one in unknown.get_json()["errors"]] == ["benchmark_id"]
    given = api().post("/optimizations/diagnose", json={**REQUEST, "benchmark_id": "none"})
    assert [one["path"] for one in given.get_json()["errors"]] == ["benchmark_id"]


def test_a_body_that_is_too_large_is_refused(api: Callable[..., Any]) -> None:
    text = json.dumps({**REQUEST, "name": "x" * (17 * 1024 * 1024)})
    for path in ("diagnose", "repair"):
        answer = api().post(f"/optimizations/{path}", data=text, content_type="application/json")
        assert answer.status_code == 413
        assert answer.mimetype == "application/problem+json"


def test_many_assets_and_limits_are_answered(api: Callable[..., Any]) -> None:
    count = 300
    names = [f"A{n}" for n in range(count)]
    problem = {
        "assets": names,
        "expected_returns_frac": [0.0003] * count,
        "covariance": [[0.0001 if row == column else 0.0 for column in range(count)] for row in range(count)],
        "periods_per_year": PROBLEM["periods_per_year"],
    }
    limits = [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.003, "assets": [name]} for name in names]
    request = {"problem": problem, "objective": {"kind": "min_volatility"}, "constraints": limits}
    answer = api().post("/optimizations/diagnose", json=request)
    assert answer.status_code == 200, answer.text[:500]
    assert answer.get_json()["is_feasible"] is False
    assert "90%" in answer.get_json()["sentence"]
    assert len(answer.get_json()["conflicts"][0]["limits"]) == count
    assert "limits it was not looked at" in answer.get_json()["notes"][0]


def test_the_document_shows_requests_that_work(api: Callable[..., Any]) -> None:
    one = api()
    paths = one.get("/openapi.json").get_json()["paths"]
    for path in ("diagnose", "repair"):
        operation = paths[f"/api/v1/optimizations/{path}"]["post"]
        example = operation["requestBody"]["content"]["application/json"]["example"]
        assert one.post(f"/optimizations/{path}", json=example).status_code == 200


def test_a_soft_limit_is_in_no_conflict_and_left_as_it_is_by_a_repair(api: Callable[..., Any]) -> None:
    one = api()
    calm = {"kind": "turnover", "max_frac": 0.0, "is_soft": True, "priority": 9}
    body = {**TIGHT, "constraints": [calm, *TIGHT["constraints"]], "current_weights": {PROBLEM["assets"][0]: 1.0}}
    found = one.post("/optimizations/diagnose", json=body).get_json()
    assert found["is_feasible"] is False
    assert [[name["constraint_index"] for name in each["limits"]] for each in found["conflicts"]] == [[1]]
    assert [change["constraint_index"] for change in found["joint_repair"]["changes"]] == [1]
    assert {each["limit"]["constraint_index"] for each in found["single_repairs"]} == {1}
    assert any("Soft limits" in note for note in found["notes"])
    answer = one.post("/optimizations/repair", json={"request": body, "apply": "joint"}).get_json()
    assert answer["diagnosis"]["is_feasible"] is True
    assert answer["request"]["constraints"][0]["max_frac"] == 0.0


def test_a_limit_given_twice_is_refused_at_the_one_too_many(api: Callable[..., Any]) -> None:
    twice = {**REQUEST, "constraints": [{"kind": "budget"}, *TIGHT["constraints"], {"kind": "budget"}]}
    answer = api().post("/optimizations/diagnose", json=twice)
    assert answer.status_code in (400, 422)
    assert "constraints[2]" in answer.text
