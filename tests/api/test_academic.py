"""May a program send the files of a published instance, and what does it get?"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from services.auth.roles import Role
from tests.api.test_optimizations import wait_for

FEW = "?tradeoffs_count=5&holdings_count=4&evaluations_count=1000"


def sent(**parts: bytes) -> dict[str, Any]:
    files = {name: (io.BytesIO(raw), f"{name}.txt") for name, raw in parts.items()}
    return {"data": files, "content_type": "multipart/form-data"}


@pytest.fixture
def files(api: Callable[..., Any]) -> dict[str, bytes]:
    return {part: api().get(f"/academic/examples/{part}").data for part in ("instance", "reference")}


@pytest.mark.requirement("1.2.D4")
def test_a_benchmark_runs_on_the_files_that_were_sent(api: Callable[..., Any], files: dict[str, bytes]) -> None:
    one = api()
    answer = one.post(f"/academic{FEW}", **sent(**files))
    assert answer.status_code == 202, answer.text
    made = answer.get_json()
    assert answer.headers["Location"] == f"/api/v1/academic/{made['id']}"
    body = wait_for(one, f"/academic/{made['id']}")
    assert body["status"] == "succeeded", body["message"]
    assert (body["instance_name"], body["reference_name"]) == ("instance.txt", "reference.txt")
    result = body["result"]
    assert result["deviation"]["largest_frac"] < 1e-6  # published by another solver, with ten decimals
    assert len(result["few"]) == 5
    assert all(len(point["held"]) == 4 and point["gap_frac"] <= 1e-6 for point in result["few"])
    assert {(curve["algorithm"], curve["problem"]) for curve in result["curves"]} == {
        ("exact", "all"), ("search", "few"),
        ("nsga2", "all"), ("nsga2", "few"), ("nsga3", "all"), ("nsga3", "few"),
    }  # fmt: skip
    assert result["published"] == []
    table = one.get(f"/academic/{made['id']}/table/csv")
    assert table.status_code == 200
    assert len(table.data.decode("utf-8-sig").strip().splitlines()) == 6
    assert one.get(f"/academic/{made['id']}/table/xlsx").data[:2] == b"PK"
    chart = one.get(f"/academic/{made['id']}/charts/race_few/svg")
    assert (chart.status_code, chart.headers["X-Drawn-By"]) == (200, "vector")
    assert b"NSGA-III" in chart.data
    assert one.get(f"/academic/{made['id']}/charts/weights/svg").status_code == 422
    assert made["id"] in [run["id"] for run in one.get("/academic").get_json()["data"]]
    for role in (Role.VIEWER, Role.RESEARCHER):
        assert api(role).get(f"/academic/{made['id']}").status_code == 404


def test_a_file_is_checked_without_being_kept(api: Callable[..., Any], files: dict[str, bytes]) -> None:
    one = api()
    before = len(one.get("/academic").get_json()["data"])
    good = one.post("/academic/files/read", data=files["instance"], content_type="text/plain").get_json()
    assert (good["assets_count"], good["rows_count"], good["problems"]) == (15, 105, [])
    broken = files["instance"].replace(b" 1 2 ", b" 1 99 ", 1)
    bad = one.post("/academic/files/read", data=broken, content_type="text/plain").get_json()
    assert [problem["line"] for problem in bad["problems"]] == [18]
    assert "numbered from 1 to 15" in bad["problems"][0]["message"]
    points = one.post("/academic/files/read?part=reference", data=files["reference"], content_type="text/plain")
    assert points.get_json()["rows_count"] == 500
    assert len(one.get("/academic").get_json()["data"]) == before


def test_every_problem_of_both_files_is_told_at_once(api: Callable[..., Any], files: dict[str, bytes]) -> None:
    parts = {"instance": files["instance"].replace(b" 1 2 ", b" 1 x ", 1), "reference": b"0.1 nan\n0.2 0.3\n"}
    answer = api().post(f"/academic{FEW}", **sent(**parts))
    assert answer.status_code == 422
    body = answer.get_json()
    assert body["code"] == "file_has_problems"
    assert {problem["path"] for problem in body["errors"]} == {"instance.line 18", "reference.line 1"}


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("?holdings_count=16", "holdings_count"),
        ("?holdings_count=0", "holdings_count"),
        ("?holdings_count=4&min_frac=0.3", "body"),
        ("?evaluations_count=5", "evaluations_count"),
        ("?proof_effort=endless", "proof_effort"),
        ("?min_frac=many", "min_frac"),
    ],
)
def test_options_that_do_not_fit_are_named(
    api: Callable[..., Any], files: dict[str, bytes], query: str, path: str
) -> None:
    answer = api().post(f"/academic{query}", **sent(instance=files["instance"]))
    assert answer.status_code == 422
    assert [problem["path"] for problem in answer.get_json()["errors"]] == [path]


def test_what_is_no_form_with_an_instance_is_refused(api: Callable[..., Any], files: dict[str, bytes]) -> None:
    one = api()
    assert one.post("/academic", json={}).status_code == 415
    assert one.post("/academic", **sent(reference=files["reference"])).status_code == 422
    assert one.post("/academic", **sent(instance=files["instance"], other=b"1")).status_code == 422
    large = one.post("/academic/files/read", data=b"9" * (2 * 1024 * 1024 + 1), content_type="text/plain")
    assert large.status_code == 413
    assert one.get("/academic/examples/frontier").status_code == 422
    assert one.get("/academic/no-such-run").status_code == 404


def test_who_may_not_start_runs_starts_none(api: Callable[..., Any], files: dict[str, bytes]) -> None:
    for role, status in ((None, 401), (Role.VIEWER, 403)):
        assert api(role).post("/academic", **sent(instance=files["instance"])).status_code == status
        answer = api(role).post("/academic/files/read", data=files["instance"], content_type="text/plain")
        assert answer.status_code == status
