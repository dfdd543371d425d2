"""Does the main job run through Redis, a Celery worker and PostgreSQL as it does on one machine?"""

from __future__ import annotations

import os
import signal
import time
from decimal import Decimal
from typing import Any

import psutil
import pytest

from bench.problems import factor_problem
from tests.scale.conftest import Scaled

pytestmark = pytest.mark.scale
WAIT_S = 60.0
ASKED_APART = {"Prefer": "respond-async"}


def finished(scaled: Scaled, token: str, run_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        status, _, body = scaled.product.request("GET", f"/api/v1/runs/{run_id}", token=token)
        assert status == 200, body
        if body["status"] in {"succeeded", "failed", "cancelled"}:
            return dict(body)
        time.sleep(0.1)
    raise AssertionError(f"still {body['status']} after {WAIT_S:.0f} s")


def submitted(scaled: Scaled, token: str, body: dict[str, Any]) -> str:
    status, headers, answer = scaled.product.request(
        "POST", "/api/v1/optimizations", body, token=token, headers=ASKED_APART
    )
    assert status == 202, answer
    assert headers["Location"].endswith(answer["id"])
    return str(answer["id"])


def test_sample_sign_ins_do_not_exist_on_a_server_database(scaled: Scaled) -> None:
    assert not (scaled.product.var_dir / "sign-ins.txt").exists()
    status, _, _ = scaled.product.request(
        "POST", "/api/v1/auth/token", {"email": "portfolio-manager@sample.invalid", "password": "anything at all"}
    )
    assert status == 401


def test_readiness_names_database_and_queue(scaled: Scaled) -> None:
    status, _, body = scaled.product.request("GET", "/readyz")
    assert status == 200, body


@pytest.mark.requirement("6.1.A5")
def test_a_run_goes_through_the_queue_to_a_worker_and_comes_back_with_its_proof(scaled: Scaled, manager: str) -> None:
    run_id = submitted(scaled, manager, factor_problem(50))
    assert finished(scaled, manager, run_id)["status"] == "succeeded"
    _, _, answer = scaled.product.request("GET", f"/api/v1/optimizations/{run_id}", token=manager)
    assert answer["status"] == "optimal"
    assert sum(round(line["weight_frac"] * 1e8) for line in answer["weights"]) == 10**8
    assert answer["certificate"]["is_proven"]
    assert "Task runs.execute" in scaled.worker_log.read_text(errors="replace")


def test_real_prices_come_from_postgresql(scaled: Scaled, manager: str) -> None:
    body = {
        "asset_ids": ["AAPL", "JNJ", "JPM", "KO", "XOM"],
        "objective": {"kind": "min_volatility"},
        "constraints": [{"kind": "position_bounds", "min_frac": 0.01, "max_frac": 0.4}],
    }
    run_id = submitted(scaled, manager, body)
    assert finished(scaled, manager, run_id)["status"] == "succeeded"
    _, _, answer = scaled.product.request("GET", f"/api/v1/optimizations/{run_id}", token=manager)
    assert answer["metrics"]["var_method"] == "historical"
    assert answer["lineage"]["as_of"] == "2022-12-28"


def test_portfolios_on_postgresql_add_up(scaled: Scaled, manager: str) -> None:
    _, _, listed = scaled.product.request("GET", "/api/v1/portfolios", token=manager)
    assert len(listed["data"]) == 3
    for portfolio in listed["data"]:
        _, _, positions = scaled.product.request(
            "GET", f"/api/v1/portfolios/{portfolio['id']}/positions", token=manager
        )
        _, _, detail = scaled.product.request("GET", f"/api/v1/portfolios/{portfolio['id']}", token=manager)
        parts = [Decimal(row["value_ccy"]) for row in (*positions["data"], *detail["cash"])]
        assert sum(parts) == pytest.approx(Decimal(portfolio["value_ccy"]), abs=Decimal("0.05"))


def test_a_run_whose_worker_is_killed_is_taken_up_again_or_ends_with_a_sentence(scaled: Scaled, manager: str) -> None:
    body = factor_problem(150, days_count=600) | {
        "constraints": [
            {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.25},
            {"kind": "min_holding", "min_frac": 0.02},
        ],
        "objective": {"kind": "min_volatility"},
    }
    run_id = submitted(scaled, manager, body)
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        _, _, seen = scaled.product.request("GET", f"/api/v1/runs/{run_id}", token=manager)
        if seen["status"] != "pending":
            break
        time.sleep(0.02)
    for child in psutil.Process(scaled.worker_pid).children(recursive=True):
        os.kill(child.pid, signal.SIGKILL)
    ended = finished(scaled, manager, run_id)
    assert ended["status"] in {"succeeded", "failed"}
    assert ended["message"]


def test_a_report_is_computed_by_a_celery_worker_of_the_quick_queue(scaled: Scaled, manager: str) -> None:
    _, _, listed = scaled.product.request("GET", "/api/v1/portfolios", token=manager)
    address = f"/api/v1/portfolios/{listed['data'][0]['id']}/risk"
    deadline = time.monotonic() + WAIT_S
    status, _, answer = scaled.product.request("GET", address, token=manager)
    while status == 202 and time.monotonic() < deadline:
        time.sleep(0.5)
        status, _, answer = scaled.product.request("GET", address, token=manager)
    assert status == 200
    assert answer["report"]["headline"]["losses"]
    assert "Task analyses.execute" in scaled.worker_log.read_text(errors="replace")
