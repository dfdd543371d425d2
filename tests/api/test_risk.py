"""Can a program read a portfolio's risk and back-tests, and set limits that become constraints, and nobody else's?"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from services.auth.roles import Role
from services.risk import Risk
from services.risk_history import LimitHistory

LIMITS = {
    "limits": [
        {"metric": "volatility_annual", "value": 0.05},
        {"metric": "effective_positions", "value": 5.0, "direction": "min", "is_hard": False},
        {"metric": "current_drawdown", "value": 0.3},
    ]
}


@pytest.fixture(scope="module")
def address(product: Any) -> str:
    found = product.services.portfolios.list(product.actor(Role.PORTFOLIO_MANAGER))
    return f"/portfolios/{next(one.id for one in found if one.name == 'Cedar Balanced')}"


def waited(ask: Callable[[], Any], least_s: float = 90.0) -> Any:
    """Ask until a worker has answered."""
    end_s = time.monotonic() + least_s
    while (answer := ask()).status_code == 202 and time.monotonic() < end_s:
        assert int(answer.headers["Retry-After"]) >= 1
        time.sleep(0.5)
    return answer


@pytest.mark.requirement("4.1.A2")
def test_the_report_comes_from_a_worker_and_has_every_section(api: Callable[..., Any], address: str) -> None:
    answer = waited(lambda: api().get(address + "/risk"))
    assert answer.status_code == 200, answer.text
    body = answer.get_json()
    report = body["report"]
    assert (body["state"], body["is_current"]) == ("ready", True)
    assert [(one["level_frac"], one["horizon_days"]) for one in report["headline"]["losses"]] == [
        (0.95, 1), (0.99, 1), (0.95, 10), (0.99, 10),
    ]  # fmt: skip
    for section in (
        "tails", "history", "drawdowns", "benchmark", "active", "factors", "statistical_factors", "concentration",
        "liquidity", "correlations",
    ):  # fmt: skip
        assert report[section] is not None, section
    assert isinstance(report["value_ccy"], str)
    assert api().get(address + "/risk?participation_frac=7").status_code == 422


@pytest.mark.requirement("4.1.F1")
def test_no_figure_is_computed_by_the_web_process(
    api: Callable[..., Any], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: Any, **_more: Any) -> Any:
        raise AssertionError("the web process computed a report")

    for name in ("compute", "compute_backtests"):
        monkeypatch.setattr(Risk, name, refuse)
    monkeypatch.setattr(LimitHistory, "fill", refuse)
    answer = waited(lambda: api().get(address + "/risk?as_of=2022-12-13"))  # a day that nobody has asked for
    assert answer.status_code == 200, answer.text
    assert answer.get_json()["report"]["as_of"] == "2022-12-13"


def test_forecasts_are_tested_stored_ones_apart(api: Callable[..., Any], address: str) -> None:
    answer = waited(lambda: api().get(address + "/risk/backtests"))
    assert answer.status_code == 200, answer.text
    tests = answer.get_json()["backtests"]
    assert tests["walk_forward"]
    assert tests["stored_days_count"] < tests["stored_needed_count"]
    row = tests["walk_forward"][0]
    assert len(row["series"]["dates"]) == row["report"]["days_count"]
    assert {one["kind"] for one in row["report"]["tests"]} >= {"kupiec", "independence", "binomial", "z2"}


@pytest.mark.requirement("4.1.D3")
@pytest.mark.requirement("4.1.D5")
def test_limits_are_set_read_and_become_constraints(api: Callable[..., Any], address: str) -> None:
    one = api()
    read = one.get(address + "/risk/limits")
    assert read.status_code == 200, read.text
    assert one.ask("PUT", address + "/risk/limits", json=LIMITS).status_code == 428
    set_ = one.ask("PUT", address + "/risk/limits", json=LIMITS, headers={"If-Match": read.headers["ETag"]})
    assert set_.status_code == 200, set_.text
    assert set_.headers["ETag"] != read.headers["ETag"]
    late = one.ask("PUT", address + "/risk/limits", json=LIMITS, headers={"If-Match": read.headers["ETag"]})
    assert late.status_code == 412
    limits = {row["metric"]: row for row in set_.get_json()["limits"]}
    made = one.get(f"{address}/risk/limits/{limits['volatility_annual']['id']}/constraint")
    assert made.get_json()["constraints"] == [{"kind": "volatility_ceiling", "max_annual_frac": 0.05}]
    course = one.get(f"{address}/risk/limits/{limits['volatility_annual']['id']}/history?days=5")
    assert course.status_code == 200, course.text
    assert len(course.get_json()["days"]) <= 5
    assert one.get(f"{address}/risk/limits/{limits['volatility_annual']['id']}/history?days=0").status_code == 422
    refused = one.get(f"{address}/risk/limits/{limits['current_drawdown']['id']}/constraint")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "no_constraint")
    wrong = {"limits": [{"metric": "luck", "value": 1.0}, {"metric": "beta", "value": -1.0}]}
    told = one.ask("PUT", address + "/risk/limits", json=wrong, headers={"If-Match": "*"})
    assert told.status_code == 422
    reader = api(Role.VIEWER).ask("PUT", address + "/risk/limits", json=LIMITS, headers={"If-Match": "*"})
    assert reader.status_code == 403
    cleared = one.ask("PUT", address + "/risk/limits", json={"limits": []}, headers={"If-Match": "*"})
    assert cleared.get_json()["limits"] == []


@pytest.mark.requirement("4.1.D5")
def test_a_run_with_a_limit_s_constraint_obeys_the_limit(api: Callable[..., Any], address: str) -> None:
    one, any_version = api(), {"If-Match": "*"}
    waited(lambda: api().get(address + "/risk"))
    wanted = {"limits": [{"metric": "volatility_annual", "value": 0.17}]}
    (limit,) = one.ask("PUT", address + "/risk/limits", json=wanted, headers=any_version).get_json()["limits"]
    made = one.get(f"{address}/risk/limits/{limit['id']}/constraint").get_json()
    assert made["is_same"]
    request = {
        "portfolio_id": address.rpartition("/")[2],
        "objective": {"kind": "max_return", "volatility_max_annual_frac": 1.4},
        "estimates": made["estimates"],
        "keep_rules": False,  # the limit alone is to bind
    }

    def volatility(constraints: list[Any]) -> float:
        run = one.ask("POST", "/optimizations", json={**request, "constraints": constraints}).get_json()
        end_s = time.monotonic() + 60.0
        while "metrics" not in (found := one.get(f"/optimizations/{run['id']}").get_json()) and found["run"][
            "status"
        ] in ("pending", "running"):
            assert time.monotonic() < end_s, found
            time.sleep(0.3)
        return float(found["metrics"]["volatility_annual_frac"])

    assert volatility([]) > 0.18
    assert volatility(made["constraints"]) <= 0.17 + 1e-6
    one.ask("PUT", address + "/risk/limits", json={"limits": []}, headers=any_version)


def test_what_is_not_there_and_what_is_anothers_are_not_found(api: Callable[..., Any], address: str) -> None:
    nowhere = f"/portfolios/{uuid4()}/risk"
    for path in ("", "/backtests", "/limits", f"/limits/{uuid4()}/constraint", f"/limits/{uuid4()}/history"):
        assert api().get(nowhere + path).status_code == 404
    assert api().ask("PUT", nowhere + "/limits", json=LIMITS, headers={"If-Match": "*"}).status_code == 404
    assert api().get(f"{address}/risk/limits/{uuid4()}/constraint").status_code == 404


@pytest.mark.requirement("4.1.F3")
def test_factors_of_ones_own_come_by_file_and_explain_risk_and_return(api: Callable[..., Any], address: str) -> None:
    assert api().get("/data/factor-sets").get_json() == {"factor_sets": []}
    report = waited(lambda: api().get(address + "/risk")).get_json()["report"]
    days, moves = report["history"]["dates"][-300:], report["history"]["returns_frac"][-300:]
    rows = [f"House,Market,{day},{0.5 * move!r}" for day, move in zip(days, moves, strict=True)]
    made = api().post(
        "/data/imports?name=house.csv",
        data="\n".join(["factor_set,factor,date,return_frac", *rows]),
        headers={"Content-Type": "text/csv"},
    )
    assert made.status_code == 201, made.text
    (known,) = api().get("/data/factor-sets").get_json()["factor_sets"]
    assert (known["name"], known["first_day"], known["last_day"]) == ("House", days[0], days[-1])
    assert [one["name"] for one in known["factors"]] == ["Market"]
    body = waited(lambda: api().get(address + "/risk?factor_sets=House")).get_json()
    (line,) = body["report"]["factors"]["factors"]
    assert line["exposure"] == pytest.approx(2.0, rel=1e-6)
    assert body["report"]["factors"]["observations_count"] == 299  # the first may begin before the portfolio's day
    assert body["report"]["active_factors"]["scope"] == "active"
    assert body["report"]["factor_sets"] == ["House"]
    for path in ("/risk", "/performance/attribution"):
        refused = api().get(f"{address}{path}?factor_sets=House,Nowhere")
        assert refused.status_code == 422
        assert refused.get_json()["code"] == "unknown_factor_set"
        assert refused.get_json()["errors"][0]["path"] == "factor_sets"
    answer = waited(lambda: api().get(address + "/performance/attribution?factor_sets=House&period=1y"))
    assert answer.status_code == 200, answer.text
    found = answer.get_json()["factors"]
    assert [one["key"] for one in found["factors"]] == ["Market"]
    assert abs(found["residual_frac"]) < 1e-10
    many = api().get(f"{address}/risk?factor_sets=a,b,c,d,e")
    assert (many.status_code, many.get_json()["code"]) == (422, "too_many_factor_sets")
