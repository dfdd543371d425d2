"""Are templates kept, changed, compared and put aside over the API, with versions and rights?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from services.auth.roles import Role

RECIPE = {
    "objectives": [{"kind": "return", "weight": 60.0}, {"kind": "volatility", "weight": 40.0}],
    "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.3}],
}


def body(**more: Any) -> dict[str, Any]:
    return {"name": f"T {uuid4()}", "recipe": RECIPE, **more}


@pytest.mark.requirement("1.2.B3")
@pytest.mark.requirement("1.2.D3")
def test_a_template_goes_through_its_life(api: Callable[..., Any]) -> None:
    one = api()
    made = one.post("/templates", json=body(client_types=["institution"]))
    assert made.status_code == 201, made.text
    address = f"/templates/{made.get_json()['id']}"
    assert made.headers["Location"] == f"/api/v1{address}"
    other = {**RECIPE, "points_count": 50}
    match = {"If-Match": made.headers["ETag"]}
    changed = one.ask("PATCH", address, json={"recipe": other, "note": "Fewer"}, headers=match)
    assert (changed.status_code, changed.get_json()["version"]) == (200, 2)
    assert one.ask("PATCH", address, json={"name": "Late"}, headers=match).status_code == 412
    assert one.ask("PATCH", address, json={"name": "Late"}).status_code == 428
    differing = one.get(f"{address}/comparison", query_string={"first": 1, "second": 2}).get_json()["differences"]
    assert differing == [{"path": "recipe.points_count", "first": "200", "second": "50"}]
    back = one.post(f"{address}/versions/1/restore", headers={"If-Match": changed.headers["ETag"]})
    assert (back.status_code, back.get_json()["version"]) == (200, 3)
    listed = one.get(f"{address}/versions").get_json()["data"]
    assert [(line["version"], line["note"]) for line in listed] == [(3, "As version 1"), (2, "Fewer"), (1, None)]
    kinds = one.get("/templates", query_string={"client_type": "institution", "limit": 200}).get_json()["data"]
    assert made.get_json()["id"] in [line["id"] for line in kinds]
    none = one.get("/templates", query_string={"client_type": "individual", "limit": 200}).get_json()["data"]
    assert made.get_json()["id"] not in [line["id"] for line in none]
    assert one.ask("DELETE", address, headers={"If-Match": "*"}).status_code == 204
    assert one.get(address).status_code == 404
    assert one.post(f"{address}/restore").get_json()["version"] == 3


@pytest.mark.requirement("5.2.D5")
def test_a_template_of_one_goal_says_what_it_would_change(api: Callable[..., Any]) -> None:
    one = api()
    recipe = {
        "objective": {"kind": "max_return", "volatility_max_annual_frac": 0.12},
        "constraints": RECIPE["constraints"],
    }
    made = one.post("/templates", json=body(recipe=recipe)).get_json()
    assert made["recipe"]["objective"]["kind"] == "max_return"
    present = {**recipe, "objective": {"kind": "min_volatility"}}
    found = one.post(f"/templates/{made['id']}/effect", json={"recipe": present})
    assert found.status_code == 200, found.text
    assert {line["path"]: line["second"] for line in found.get_json()["differences"]} == {
        "recipe.objective.kind": '"max_return"',
        "recipe.objective.volatility_max_annual_frac": "0.12",
    }
    listed = one.get("/templates", query_string={"purpose": "optimization", "limit": 200}).get_json()["data"]
    assert made["id"] in [line["id"] for line in listed]
    assert {line["recipe"]["objectives"] for line in listed} == {None}
    both = one.post("/templates", json=body(recipe={**recipe, **RECIPE}))
    assert (both.status_code, both.get_json()["errors"][0]["path"]) == (422, "recipe")


def test_who_sees_and_changes_a_template(api: Callable[..., Any]) -> None:
    mine = api().post("/templates", json=body()).get_json()["id"]
    house = api().post("/templates", json=body(sharing="house")).get_json()["id"]
    for role in (Role.VIEWER, Role.COMPLIANCE, Role.ADMINISTRATOR):
        assert api(role).post("/templates", json=body()).status_code == 403
    assert api(None).get("/templates").status_code == 401
    for role in (Role.RESEARCHER, Role.ADVISOR):
        assert api(role).get(f"/templates/{mine}").status_code == 404
        seen = api(role).get(f"/templates/{house}").get_json()
        assert (seen["is_mine"], seen["recipe"]["objectives"][0]["kind"]) == (False, "return")
        refused = api(role).ask("PATCH", f"/templates/{house}", json={"name": "x"}, headers={"If-Match": "*"})
        assert refused.status_code == 403
    assert api(Role.COMPLIANCE).get(f"/templates/{mine}").status_code == 200


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"sharing": "everybody"}, "sharing"),
        ({"sharing": "team"}, "team_id"),
        ({"sharing": "team", "team_id": "no-such-team"}, "team_id"),
        ({"client_types": ["martian"]}, "client_types.0"),
        ({"recipe": {"objectives": RECIPE["objectives"][:1]}}, "recipe.objectives"),
        ({"recipe": {**RECIPE, "asset_ids": ["AAPL"]}}, "recipe.asset_ids"),
        ({"recipe": {**RECIPE, "constraints": [{"kind": "turnover", "max_frac": 9}]}}, "recipe.constraints"),
        ({"color": "red"}, "color"),
    ],
)
def test_what_cannot_be_used_is_named(api: Callable[..., Any], change: dict[str, Any], path: str) -> None:
    answer = api().post("/templates", json=body(**change))
    assert answer.status_code == 422, answer.text
    paths = [one["path"] for one in answer.get_json()["errors"]]
    assert any(one.startswith(path.split(".0")[0]) for one in paths), paths
