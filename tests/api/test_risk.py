"""Can a program read a portfolio's risk and back-tests, and set limits that become constraints, and nobody else's?"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from services.auth.roles import Role

LIMITS = {
    "limits": [
        {"metric": "volatility_annual", "value": 0.05},
        {"metric": "effective_positions", "value": 5.0, "direction": "min", "is_hard": False},
        {"metric": "days_to_95", "value": 3.0},
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
    refused = one.get(f"{address}/risk/limits/{limits['days_to_95']['id']}/constraint")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "no_constraint")
    wrong = {"limits": [{"metric": "luck", "value": 1.0}, {"metric": "beta", "value": -1.0}]}
    told = one.ask("PUT", address + "/risk/limits", json=wrong, headers={"If-Match": "*"})
    assert told.status_code == 422
    reader = api(Role.VIEWER).ask("PUT", address + "/risk/limits", json=LIMITS, headers={"If-Match": "*"})
    assert reader.status_code == 403
    cleared = one.ask("PUT", address + "/risk/limits", json={"limits": []}, headers={"If-Match": "*"})
    assert cleared.get_json()["limits"] == []


def test_what_is_not_there_and_what_is_anothers_are_not_found(api: Callable[..., Any], address: str) -> None:
    nowhere = f"/portfolios/{uuid4()}/risk"
    for path in ("", "/backtests", "/limits", f"/limits/{uuid4()}/constraint"):
        assert api().get(nowhere + path).status_code == 404
    assert api().ask("PUT", nowhere + "/limits", json=LIMITS, headers={"If-Match": "*"}).status_code == 404
    assert api().get(f"{address}/risk/limits/{uuid4()}/constraint").status_code == 404
