"""Does the API answer how a portfolio did, and refuse with the reason what cannot be told?"""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest


@pytest.fixture
def growth(api: Callable[..., Any]) -> str:
    """Return the id of the sample portfolio with eleven years of history."""
    listed = api().get("/portfolios").get_json()["data"]
    return str(next(one["id"] for one in listed if one["name"] == "Aurora Growth"))


def settled(one: Any, path: str) -> Any:
    """Ask until the report is there."""
    for _ in range(60):
        answer = one.get(path)
        if answer.status_code != 202:
            return answer
        time.sleep(float(answer.headers["Retry-After"]))
    raise AssertionError("the report never came")


@pytest.mark.requirement("2.3.A2", "2.3.A3")
def test_figures_of_a_period_are_answered(api: Callable[..., Any], growth: str) -> None:
    answer = settled(api(), f"/portfolios/{growth}/performance?period=1y&basis=mwr&fees=gross")
    assert answer.status_code == 200, answer.text
    found = answer.get_json()
    assert found["period"]["start"] == "2021-12-28"
    assert found["basis"] == "mwr"
    assert found["fees"] == "gross"
    assert {one["key"] for one in found["figures"]["metrics"]} >= {"sharpe", "beta", "max_drawdown", "cvar_95"}
    assert isinstance(found["bridge"]["end_ccy"], str)
    assert found["is_current"]


@pytest.mark.requirement("2.3.A4", "2.3.A6")
def test_attribution_periods_and_regimes_are_answered(api: Callable[..., Any], growth: str) -> None:
    one = api()
    why = settled(one, f"/portfolios/{growth}/performance/attribution?period=1y&grouping=asset&linking=menchero")
    assert why.status_code == 200, why.text
    assert why.get_json()["grouping"] == "asset"
    assert abs(why.get_json()["contributions"]["residual_frac"]) < 1e-10
    periods = settled(one, f"/portfolios/{growth}/performance/periods?period=1y").get_json()
    assert periods["periods"]["sentence"]
    regimes = settled(one, f"/portfolios/{growth}/performance/regimes?period=3y").get_json()
    assert [state["label"] for state in regimes["regimes"]["regimes"]] == ["calm", "turbulent"]


def test_what_cannot_be_asked_is_named(api: Callable[..., Any], growth: str) -> None:
    wrong = api().get(f"/portfolios/{growth}/performance?period=2w&rolling_count=7")
    assert wrong.status_code == 422
    assert {one["path"] for one in wrong.get_json()["errors"]} == {"period", "rolling_count"}
    turned = settled(api(), f"/portfolios/{growth}/performance?start=2022-06-01&end=2022-05-01")
    assert turned.status_code == 422
    assert [one["path"] for one in turned.get_json()["errors"]] == ["start"]


def test_a_portfolio_without_history_says_what_is_needed(api: Callable[..., Any]) -> None:
    one = api()
    made = one.post("/portfolios", json={"name": "Without history"}).get_json()["id"]
    answer = settled(one, f"/portfolios/{made}/performance")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "history_too_short")


@pytest.mark.requirement("5.1.F2")
def test_the_last_session_is_told_by_holding_while_no_feed_runs(api: Callable[..., Any], growth: str) -> None:
    api().post("/live/feed/stop")  # another test may have started one
    answer = api().get(f"/portfolios/{growth}/performance/today")
    assert answer.status_code == 200, answer.text
    found = answer.get_json()
    assert not found["is_live"]
    assert found["feed"]["state"] == "off"
    assert "last stored session, 28 Dec 2022" in found["notes"][0]
    results = [Decimal(one["day_pnl_ccy"]) for one in found["holdings"]]
    assert results == sorted(results, reverse=True)
    assert sum(results) + Decimal(found["other_pnl_ccy"]) == Decimal(found["day_pnl_ccy"])
    shares = sum(one["contribution_frac"] for one in found["holdings"])
    assert shares == pytest.approx(found["return_frac"], abs=1e-6)
    assert api().get("/portfolios/unknown/performance/today").status_code == 404


@pytest.mark.requirement("2.3.A5")
def test_a_blend_is_made_measured_by_and_deleted(api: Callable[..., Any], growth: str) -> None:
    one = api()
    shared = next(found["id"] for found in one.get("/benchmarks").get_json()["data"] if not found["is_own"])
    parts = [{"benchmark_id": shared, "share_frac": 0.6}]
    body = {"name": "Own blend", "currency": "USD", "rebalancing": "quarterly", "parts": parts}
    assert [found["path"] for found in one.post("/benchmarks/blends", json=body).get_json()["errors"]] == ["parts"]
    parts[0]["share_frac"] = 1.0
    made = one.post("/benchmarks/blends", json=body)
    assert made.status_code == 201, made.text
    assert made.get_json()["rebalancing"] == "quarterly"
    path = f"/portfolios/{growth}/performance?period=1y&benchmark_id={made.get_json()['id']}"
    report = settled(one, path).get_json()
    assert report["benchmark"]["name"] == "Own blend"
    assert report["figures"]["metrics"]
    again = one.post("/benchmarks/blends", json=body)
    assert [problem["path"] for problem in again.get_json()["errors"]] == ["name"]
    assert one.ask("DELETE", f"/benchmarks/{made.get_json()['id']}").status_code == 204
    assert one.ask("DELETE", f"/benchmarks/{shared}").get_json()["code"] == "not_own"


@pytest.mark.requirement("2.3.A3")
def test_the_money_adds_up_from_start_to_end(api: Callable[..., Any], growth: str) -> None:
    found = settled(api(), f"/portfolios/{growth}/performance?period=3y").get_json()
    bridge = {name: Decimal(amount) for name, amount in found["bridge"].items()}
    steps = bridge["paid_in_ccy"] - bridge["taken_out_ccy"] + bridge["gain_before_costs_ccy"]
    assert bridge["start_ccy"] + steps - bridge["costs_ccy"] - bridge["fees_ccy"] == bridge["end_ccy"]
    assert (found["base_currency"], found["own_currency"]) == ("USD", "USD")
    assert found["kinds"]["twr_net_frac"] == pytest.approx(found["return_frac"], abs=1e-15)
    assert found["kinds"]["twr_gross_frac"] > found["kinds"]["twr_net_frac"]
    assert found["kinds"]["mwr_gross"]["rate_annual_frac"] > found["kinds"]["mwr_net"]["rate_annual_frac"]


def test_another_house_sees_nothing(api: Callable[..., Any]) -> None:
    assert api().get("/portfolios/unknown/performance").status_code == 404
    assert api(None).get("/portfolios/unknown/performance").status_code == 401


@pytest.mark.parametrize(
    ("query", "path", "words"),
    [
        ("start=2030-01-01", "start", "1 Jan 2030, is not before the last valued day, 28 Dec 2022"),
        ("end=1950-01-01", "end", "1 Jan 1950, is before the first valued day"),
        ("start=2021-02-01&end=2021-01-01", "start", "is not before the end"),
        ("benchmark_id=foo", "benchmark_id", "There is no benchmark 'foo'"),
        ("currency=ABC", "currency", "There are no rates between USD and ABC"),
    ],
)
def test_fields_that_nothing_can_be_computed_from_are_named(
    api: Callable[..., Any], growth: str, query: str, path: str, words: str
) -> None:
    refused = api().get(f"/portfolios/{growth}/performance?{query}")
    assert refused.status_code == 422, refused.text
    (problem,) = refused.get_json()["errors"]
    assert problem["path"] == path
    assert words in problem["message"]


@pytest.mark.requirement("2.3.D2")
def test_one_part_of_the_attribution_is_told_day_by_day(api: Callable[..., Any], growth: str) -> None:
    one, asked = api(), f"/portfolios/{growth}/performance/attribution"
    whole = settled(one, f"{asked}?period=1y").get_json()
    biggest = max(whole["contributions"]["groups"], key=lambda group: abs(group["contribution_frac"]))
    part = settled(one, f"{asked}/part?period=1y&chosen=sector:{biggest['key'].replace(' ', '%20')}")
    assert part.status_code == 200, part.text
    found = part.get_json()
    assert sum(found["added"]["parts"]["Added"]) == pytest.approx(biggest["contribution_frac"], abs=1e-12)
    assert found["mean_weight_frac"] == pytest.approx(biggest["weight_frac"], abs=1e-12)
    wrong = one.get(f"{asked}/part?chosen=luck:all")
    assert (wrong.status_code, [problem["path"] for problem in wrong.get_json()["errors"]]) == (422, ["chosen"])
    unknown = settled(one, f"{asked}/part?chosen=sector:Nothing")
    assert "has no part 'Nothing'" in unknown.get_json()["detail"]
