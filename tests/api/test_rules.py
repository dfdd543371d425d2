"""Are rules of compliance written, decided on, deviated from and told over the API, with versions and rights?"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from api.resources.rules import WORDING
from services.auth.roles import Role


def body(code: str | None = None, **more: Any) -> dict[str, Any]:
    rule = {**WORDING["rule"], "id": code or f"t.{uuid4()}"}
    return {**WORDING, "rule": rule, **more}


def capped(cap: float) -> dict[str, Any]:
    """Return a wording with one figure."""
    rule = {
        "id": f"t.{uuid4()}", "title": "Cap", "parameters": [{"name": "cap", "value": cap, "label": "Greatest weight"}],
        "universe": "not is_cash", "group_by": "symbol", "measure": "sum(weight)", "limit": "cap",
    }  # fmt: skip
    held = {"cash_ccy": 1.0, "positions": [{"symbol": "A", "value_ccy": 99.0}]}
    return {
        "rule": rule,
        "cases": [
            {"name": "none", "expected": "passed", "cash_ccy": 1.0},
            {"name": "all", "expected": "failed", **held},
        ],
    }


def tried(product: Any, rule_id: str, version: int = 1) -> None:
    """Note a dry run, as its run does when it ends."""
    with product.services.ports.store.system(product.actor(Role.COMPLIANCE).tenant_id) as uow:
        uow.rules.keep_dry_run(rule_id, version, {"portfolios_count": 0})
        uow.commit()


def portfolio_of(api: Callable[..., Any]) -> str:
    """Return the id of a new portfolio: rules here are for such alone, since other tests share the house."""
    return str(api().post("/portfolios", json={"name": f"P {uuid4()}"}).get_json()["id"])


def approved(product: Any, api: Callable[..., Any], wording: dict[str, Any]) -> str:
    """Bring a rule into force by two people, for a portfolio of its own unless it says for which; return its id."""
    wording = {"applies_to": {"portfolio_ids": [portfolio_of(api)]}, **wording}
    made = api(Role.COMPLIANCE).post("/rules", json=wording)
    assert made.status_code == 201, made.text
    rule_id = str(made.get_json()["rule_id"])
    tried(product, rule_id)
    chosen = {"versions": [{"rule_id": rule_id, "version": 1}]}
    assert api(Role.COMPLIANCE).post("/rules/proposals", json=chosen).status_code == 200
    done = api(Role.ADMINISTRATOR).post("/rules/approvals", json=chosen)
    assert done.status_code == 200, done.text
    return rule_id


@pytest.mark.requirement("4.3.D1", "4.3.F6")
def test_a_rule_goes_through_its_life_by_two_people(product: Any, api: Callable[..., Any]) -> None:
    maker, checker = api(Role.COMPLIANCE), api(Role.ADMINISTRATOR)
    wording = body(applies_to={"portfolio_ids": [portfolio_of(api)]})
    made = maker.post("/rules", json=wording)
    assert made.status_code == 201, made.text
    rule_id = made.get_json()["rule_id"]
    assert made.headers["Location"] == f"/api/v1/rules/{rule_id}"
    address = f"/rules/{rule_id}/versions/1"
    match = {"If-Match": made.headers["ETag"]}
    edited = maker.ask("PUT", address, json={**wording, "note": "Clearer"}, headers=match)
    assert (edited.status_code, edited.get_json()["note"]) == (200, "Clearer")
    assert maker.ask("PUT", address, json=wording, headers=match).status_code == 412
    assert maker.ask("PUT", address, json=wording).status_code == 428
    proposed = maker.post(f"{address}/propose", headers={"If-Match": edited.headers["ETag"]})
    assert (proposed.status_code, proposed.get_json()["state"]) == (200, "proposed")
    match = {"If-Match": proposed.headers["ETag"]}
    assert rule_id in [row["id"] for row in maker.get("/rules?waiting=true&limit=200").get_json()["data"]]
    untried = checker.post(f"{address}/approve", json={}, headers=match)
    assert (untried.status_code, untried.get_json()["code"]) == (409, "dry_run_missing")
    tried(product, rule_id)
    match = {"If-Match": checker.get(address).headers["ETag"]}
    alone = maker.post(f"{address}/approve", json={}, headers=match)
    assert (alone.status_code, alone.get_json()["code"]) == (403, "maker_is_checker")
    done = checker.post(f"{address}/approve", json={"reason": "Agreed"}, headers=match)
    assert done.status_code == 200, done.text
    read = maker.get(f"/rules/{rule_id}")
    assert read.get_json()["rule"]["standing"] == "in_force"
    shown = api().get(f"/rules/{rule_id}").get_json()["versions"][0]
    assert shown["sentence"] == "There must be no positions that are of the industry Tobacco and are held."
    assert (shown["may"], shown["rule"]["version"]) == ([], 1)
    day = shown["decided_at_utc"][:10]
    then = api().get(f"/rules/{rule_id}/as-of", query_string={"on": day}).get_json()
    assert (then["is_in_force"], then["version"]["version"]) == (True, 1)
    before = api().get(f"/rules/{rule_id}/as-of", query_string={"at": "2000-01-01T00:00:00Z"}).get_json()
    assert (before["is_in_force"], before["version"]) == (False, None)
    assert api().get(f"/rules/{rule_id}/as-of").status_code == 422
    changes = maker.get("/rules/changes", query_string={"since": day, "until": day}).get_json()["data"]
    assert [row["state"] for row in changes if row["rule_id"] == rule_id] == ["approved"]
    end = maker.post(
        f"/rules/{rule_id}/retirement", json={"reason": "Replaced"}, headers={"If-Match": read.headers["ETag"]}
    )
    assert (end.status_code, end.get_json()["version"]) == (201, 2)
    gone = checker.post(f"/rules/{rule_id}/versions/2/approve", json={}, headers={"If-Match": end.headers["ETag"]})
    assert gone.status_code == 200
    assert maker.get(f"/rules/{rule_id}").get_json()["rule"]["standing"] == "retired"


def settled(program: Any, address: str) -> dict[str, Any]:
    """Follow a run to its end."""
    deadline = time.monotonic() + 60.0
    while (found := program.get(address).get_json())["status"] in ("pending", "running"):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return dict(found)


@pytest.mark.requirement("4.3.A1", "4.3.D1")
def test_a_pack_comes_into_force_after_its_dry_runs_and_by_a_second_person(api: Callable[..., Any]) -> None:
    maker, checker = api(Role.COMPLIANCE), api(Role.ADMINISTRATOR)
    portfolio_id = portfolio_of(api)
    wish = {"scope": "portfolio", "portfolio_id": portfolio_id, "codes": ["house.max_position", "house.min_cash"]}
    made = maker.post("/rule-packs/house/adoption", json=wish).get_json()
    chosen = {"versions": [{"rule_id": one, "version": 1} for one in made["rule_ids"]]}
    assert maker.post("/rules/proposals", json=chosen).status_code == 200
    ready = checker.post("/rules/readiness", json=chosen).get_json()
    assert (ready["sentence"], ready["need_dry_run"]) == ("2 versions need a dry run first.", chosen["versions"])
    assert maker.post("/rules/dry-runs", json={"versions": [{"rule_id": "nothing", "version": 1}]}).status_code == 404
    run = maker.post("/rules/dry-runs", json={"versions": ready["need_dry_run"]})
    assert run.status_code == 202, run.text
    assert settled(maker, f"/runs/{run.get_json()['id']}")["status"] == "succeeded"
    assert checker.post("/rules/readiness", json=chosen).get_json()["ready"] == chosen["versions"]
    assert maker.post("/rules/approvals", json=chosen).get_json()["code"] == "maker_is_checker"
    done = checker.post("/rules/approvals", json=chosen)
    assert done.status_code == 200, done.text
    kept = api().get(f"/portfolios/{portfolio_id}/rules").get_json()
    assert [one["code"] for one in kept["rules"]] == ["house.max_position", "house.min_cash"]
    assert {one["origin"] for one in kept["rules"]} == {"portfolio"}


def test_problems_of_a_wording_are_named_by_field_place_and_way_out(api: Callable[..., Any]) -> None:
    wrong = body()
    wrong["rule"] = {**wrong["rule"], "universe": "industri == 'Tobacco'", "limit": "0 +"}
    check = api().post("/rules/check", json=wrong)
    assert (check.status_code, check.get_json()["is_valid"]) == (200, False)
    assert [(one["path"], one["character"]) for one in check.get_json()["problems"]] == [
        ("rule.universe", 1), ("rule.limit", None),
    ]  # fmt: skip
    refused = api(Role.COMPLIANCE).post("/rules", json=wrong)
    assert refused.status_code == 422
    assert [one["path"] for one in refused.get_json()["errors"]] == ["rule.universe", "rule.limit"]
    odd = api(Role.COMPLIANCE).post("/rules", json={"rule": {"id": "Not A Code"}})
    assert odd.status_code == 422
    assert {one["path"] for one in odd.get_json()["errors"]} >= {"rule.id", "rule.title", "rule.measure"}


@pytest.mark.requirement("4.3.F2")
def test_packs_are_read_and_adopted(api: Callable[..., Any]) -> None:
    packs = {one["id"]: one for one in api().get("/rule-packs").get_json()["data"]}
    assert {"house", "ucits", "us_1940", "mifid"} <= set(packs)
    assert all(rule["sentence"].endswith(".") for one in packs.values() for rule in one["rules"])
    wish = {"codes": ["erisa.party"], "scope": "house"}
    made = api(Role.COMPLIANCE).post("/rule-packs/erisa/adoption", json=wish)
    assert (made.status_code, len(made.get_json()["rule_ids"])) == (201, 1)
    again = api(Role.COMPLIANCE).post("/rule-packs/erisa/adoption", json=wish).get_json()
    assert again["left_out"] == ["erisa.party is there already."]
    assert api().get("/rule-packs/erisa").get_json()["adopted_count"] == 1
    assert api().get("/rule-packs/nothing").status_code == 404
    assert api().post("/rule-packs/erisa/adoption", json=wish).status_code == 403


@pytest.mark.requirement("4.3.F3")
def test_a_portfolio_has_figures_of_its_own_once_a_second_person_approves(
    product: Any, api: Callable[..., Any]
) -> None:
    portfolio_id = portfolio_of(api)
    rule_id = approved(product, api, {**capped(0.1), "applies_to": {"portfolio_ids": [portfolio_id]}})
    wish = {"scope": "portfolio", "portfolio_id": portfolio_id, "figures": {"cap": 0.2}, "reason": "As agreed"}
    asked = api(Role.COMPLIANCE).post(f"/rules/{rule_id}/overrides", json=wish)
    assert (asked.status_code, asked.get_json()["effect"]) == (201, "looser"), asked.text
    address = f"/rule-overrides/{asked.get_json()['id']}"
    match = {"If-Match": asked.headers["ETag"]}
    alone = api(Role.COMPLIANCE).post(f"{address}/approve", json={}, headers=match)
    assert (alone.status_code, alone.get_json()["code"]) == (403, "maker_is_checker")
    waiting = api().get("/rule-overrides?waiting=true&limit=200").get_json()["data"]
    assert asked.get_json()["id"] in [row["id"] for row in waiting]
    assert api(Role.ADMINISTRATOR).post(f"{address}/approve", json={}, headers=match).status_code == 200
    (rule,) = [
        row for row in api().get(f"/portfolios/{portfolio_id}/rules").get_json()["rules"] if row["rule_id"] == rule_id
    ]
    assert (rule["rule"]["parameters"][0]["value"], rule["origin"]) == (0.2, "house")
    assert rule["overridden"][0].startswith("The portfolio has 20% instead of 10%")
    past = api().get(f"/portfolios/{portfolio_id}/rules?on=2001-01-01").get_json()
    assert past["rules"] == []


def test_rules_go_out_as_a_file_and_come_in_again(product: Any, api: Callable[..., Any]) -> None:
    rule_id = approved(product, api, capped(0.1))
    file = api().get("/rules/export", query_string={"ids": rule_id}).get_json()
    assert len(file["rules"]) == 1
    made = api(Role.COMPLIANCE).post("/rules/import", json=file)
    assert (made.status_code, made.get_json()["rule_ids"]) == (201, [rule_id])
    found = api().get(f"/rules/{rule_id}/comparison", query_string={"first": 1, "second": 2}).get_json()
    assert found["differences"] == []
    text = api().get("/rules/export/file", query_string={"ids": rule_id})
    assert (text.status_code, text.mimetype) == (200, "application/yaml")
    fresh = text.text.replace(file["rules"][0]["rule"]["id"], f"t.{uuid4()}")
    sent = {"data": fresh, "content_type": "application/yaml"}
    assert api(Role.COMPLIANCE).post("/rules/import/file", **sent).status_code == 201
    assert api().post("/rules/import/file", **sent).status_code == 403
    broken = api(Role.COMPLIANCE).post("/rules/import/file", data="rules: *x", content_type="application/yaml")
    assert (broken.status_code, broken.get_json()["errors"][0]["path"]) == (422, "line 1")
    copied = api(Role.COMPLIANCE).post(f"/rules/{rule_id}/copies", json={"code": f"t.{uuid4()}"})
    assert copied.status_code == 201
    assert api(Role.COMPLIANCE).post("/rules/import", json=file).status_code == 409


@pytest.mark.requirement("X.AU2")
def test_roles_are_refused_what_they_may_not_do(product: Any, api: Callable[..., Any]) -> None:
    rule_id = approved(product, api, capped(0.1))
    writes = [
        ("POST", "/rules", capped(0.2)),
        ("POST", f"/rules/{rule_id}/versions", capped(0.2)),
        ("POST", f"/rules/{rule_id}/retirement", {"reason": "why not"}),
        ("POST", "/rules/proposals", {"versions": [{"rule_id": rule_id, "version": 1}]}),
        ("POST", "/rules/approvals", {"versions": [{"rule_id": rule_id, "version": 1}]}),
        ("POST", f"/rules/{rule_id}/overrides", {"scope": "client", "client_id": "x", "reason": "why"}),
    ]
    for role in Role:
        program = api(role)
        assert program.get("/rules").status_code == 200
        is_guard = role in (Role.COMPLIANCE, Role.ADMINISTRATOR)
        for method, path, sent in writes:
            answer = program.ask(method, path, json=sent, headers={"If-Match": '"1"'})
            assert (answer.status_code == 403) is not is_guard, (role, path, answer.text)
    assert api(None).get("/rules").status_code == 401
    assert api().get(f"/rules/{uuid4()}").status_code == 404
