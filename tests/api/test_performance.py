"""Does the API answer how a portfolio did, and refuse with the reason what cannot be told?"""

from __future__ import annotations

import time
from collections.abc import Callable
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
    assert turned.status_code == 409
    assert "no days" in turned.get_json()["detail"]


def test_a_portfolio_without_history_says_what_is_needed(api: Callable[..., Any]) -> None:
    one = api()
    made = one.post("/portfolios", json={"name": "Without history"}).get_json()["id"]
    answer = settled(one, f"/portfolios/{made}/performance")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "history_too_short")


def test_another_house_sees_nothing(api: Callable[..., Any]) -> None:
    assert api().get("/portfolios/unknown/performance").status_code == 404
    assert api(None).get("/portfolios/unknown/performance").status_code == 401
