"""Can programs seek several objectives at once, weigh what was found, and take it along, each as their role allows?"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from services.auth.roles import Role
from tests.api.test_optimizations_uncertainty import wait_for

ADDRESS = "/optimizations/pareto"
ASSETS = ["AAPL", "JNJ", "KO", "XOM"]
REQUEST = {
    "asset_ids": ASSETS,
    "objectives": [
        {"kind": "return", "weight": 40.0},
        {"kind": "volatility", "weight": 40.0},
        {"kind": "max_drawdown", "weight": 20.0},
    ],
    "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.6}],
    "points_count": 12,
}


@pytest.fixture(scope="module")
def found(product: Any) -> dict[str, Any]:
    from tests.api.conftest import Api

    one = Api(product.server, product.keys[Role.PORTFOLIO_MANAGER])
    made = one.post(ADDRESS, json=REQUEST, headers={"Prefer": "respond-async"})
    assert made.status_code == 202, made.text
    body = made.get_json()
    assert made.headers["Location"] == f"/api/v1{ADDRESS}/{body['id']}"
    assert body["result"] is None
    return dict(wait_for(one, f"{ADDRESS}/{body['id']}"))


@pytest.mark.requirement("1.2.B1")
def test_three_objectives_are_answered_with_points_of_which_none_beats_another(found: dict[str, Any]) -> None:
    result = found["result"]
    assert (found["status"], found["run"]["kind"]) == ("optimal", "pareto")
    assert [axis["kind"] for axis in result["axes"]] == ["return", "volatility", "max_drawdown"]
    assert [axis["share_frac"] for axis in result["axes"]] == pytest.approx([0.4, 0.4, 0.2])
    signs = [-1.0 if axis["is_maximized"] else 1.0 for axis in result["axes"]]
    costs = [[s * v for s, v in zip(signs, point["values"], strict=True)] for point in result["points"]]
    for one in costs:
        assert not [other for other in costs if other != one and all(a <= b for a, b in zip(other, one, strict=True))]
    assert 0.0 < result["hypervolume_frac"] <= 1.0
    assert result["exact_count"] + result["searched_count"] == len(result["points"])
    assert result["chosen"]["sentence"]
    assert found["recommendation"] is None


def test_weights_choose_and_bad_ones_are_named(api: Callable[..., Any], found: dict[str, Any]) -> None:
    address = f"{ADDRESS}/{found['id']}/choose"
    most = api().post(address, json={"weights": {"return": 1.0}})
    assert most.status_code == 200, most.text
    body, result = most.get_json(), found["result"]
    assert body["point"] == result["points"][body["point_place"]]
    assert body["point"]["values"][0] == pytest.approx(result["axes"][0]["ideal"])
    refused = [({}, "weights"), ({"esg": 1.0}, "weights.esg"), ({"return": -1.0}, "weights.return")]
    for weights, path in [*refused, ({"return": 0.0}, "weights")]:
        answer = api().post(address, json={"weights": weights})
        assert (answer.status_code, [one["path"] for one in answer.get_json()["errors"]]) == (422, [path])


def test_the_same_key_begins_one_run_only(api: Callable[..., Any]) -> None:
    one, headers = api(), {"Idempotency-Key": str(uuid4()), "Prefer": "respond-async"}
    first, again = (one.post(ADDRESS, json=REQUEST, headers=headers) for _ in range(2))
    assert first.get_json()["id"] == again.get_json()["id"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert one.post(ADDRESS, json={**REQUEST, "points_count": 13}, headers=headers).status_code == 422
    one.post(f"/runs/{first.get_json()['id']}/cancel")


def test_rights_are_those_of_runs(api: Callable[..., Any], found: dict[str, Any]) -> None:
    address = f"{ADDRESS}/{found['id']}"
    assert api(None).post(ADDRESS, json=REQUEST).status_code == 401
    for role in (Role.VIEWER, Role.COMPLIANCE, Role.ADMINISTRATOR):
        assert api(role).post(ADDRESS, json=REQUEST).status_code == 403
    assert api(Role.RESEARCHER).get(address).status_code == 404  # a run about no portfolio is its owner's alone
    assert api(Role.COMPLIANCE).get(address).status_code == 200
    assert api(Role.VIEWER).post(f"{address}/save-as-target", json={}).status_code == 403
    assert api().post(f"{address}/save-as-target", json={}).get_json()["code"] == "no_portfolio"
    assert api().get(f"{address}/recommendation", query_string={"client_id": "nobody"}).status_code == 404
    assert api().get(f"{ADDRESS}/no-such-run").status_code == 404


def test_a_client_is_recommended_a_point_with_the_reason(api: Callable[..., Any], found: dict[str, Any]) -> None:
    profile = {"risk_tolerance": 2, "horizon_years": 6.0, "loss_capacity_frac": 0.15}
    client = api().post("/clients", json={"name": f"C {uuid4()}", "profile": profile}).get_json()
    answer = api().get(f"{ADDRESS}/{found['id']}/recommendation", query_string={"client_id": client["id"]})
    assert answer.status_code == 200, answer.text
    body = answer.get_json()
    assert 0 <= body["point_place"] < len(found["result"]["points"])
    assert body["profile_version"] == 1
    assert body["decided_by"] in ("loss_capacity", "risk_tolerance", "limits")
    assert "%" in body["sentence"]


@pytest.mark.requirement("1.2.B4")
@pytest.mark.parametrize("chart", ["tradeoffs", "tradeoffs_axes"])
def test_the_charts_leave_as_pdf(api: Callable[..., Any], found: dict[str, Any], chart: str) -> None:
    answer = api().get(f"/runs/{found['id']}/charts/{chart}/pdf", query_string={"renderer": "vector"})
    assert answer.status_code == 200, answer.text
    assert answer.data.startswith(b"%PDF")


@pytest.mark.usefixtures("no_scores")
@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"objectives": REQUEST["objectives"][:1]}, "objectives"),
        ({"objectives": [{"kind": "return"}, {"kind": "esg"}]}, "objectives[1]"),
        ({"objectives": [{"kind": "return"}, {"kind": "luck"}]}, "objectives[1].kind"),
        ({"method": "guess"}, "method"),
        ({"points_count": 100_000}, "points_count"),
        ({"color": "red"}, "color"),
        ({"asset_ids": ["NOPE", "AAPL"]}, "asset_ids[0]"),
    ],
)
def test_what_cannot_be_used_is_named(api: Callable[..., Any], change: dict[str, Any], path: str) -> None:
    answer = api().post(ADDRESS, json={**REQUEST, **change})
    assert answer.status_code == 422, answer.text
    assert path in [one["path"] for one in answer.get_json()["errors"]]


@pytest.mark.parametrize(
    ("change", "paths"),
    [
        ({"objectives": [{"kind": "return"}, {"kind": "sharpe"}]}, ["objectives[1]"]),
        ({"objectives": [{"kind": "diversification"}, {"kind": "holdings_count"}]}, ["objectives[0]", "objectives[1]"]),
        ({"constraints": [{"kind": "holdings_count", "max_count": 2}]}, ["method"]),
    ],
)
def test_exact_only_is_refused_before_the_run_where_only_a_search_helps(
    api: Callable[..., Any], change: dict[str, Any], paths: list[str]
) -> None:
    answer = api().post(ADDRESS, json={**REQUEST, **change, "method": "exact"})
    assert answer.status_code == 422, answer.text
    errors = answer.get_json()["errors"]
    assert [one["path"] for one in errors] == paths
    assert all("“Exact only” cannot be kept with" in one["message"] for one in errors)


@pytest.mark.parametrize("point", ["x", -1, None, 1.5])
def test_what_is_no_point_is_refused_in_one_sentence(
    api: Callable[..., Any], found: dict[str, Any], point: Any
) -> None:
    answer = api().post(f"{ADDRESS}/{found['id']}/save-as-target", json={"point": point})
    assert answer.status_code == 422, answer.text
    assert [(one["path"], one["message"][:30]) for one in answer.get_json()["errors"]] == [
        ("point", "This is no point of a result. ")
    ]


def test_the_table_has_every_point_with_values_and_weights(api: Callable[..., Any], found: dict[str, Any]) -> None:
    one, result = api(), found["result"]
    answer = one.get(f"/runs/{found['id']}/table/csv")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    points = [row for row in rows if row["point_place"]]
    assert [int(row["point_place"]) for row in points] == list(range(len(result["points"])))
    for row, point in zip(points, result["points"], strict=True):
        assert [float(row[f"weight_frac_{asset}"]) for asset in result["assets"]] == point["weights_frac"]
        assert [float(row["return_annual_frac"]), float(row["volatility_annual_frac"])] == point["values"][:2]
    assert rows[0]["portfolio"] == "Chosen by the weights"
    assert one.get(f"/runs/{found['id']}/table/xlsx").data.startswith(b"PK")
