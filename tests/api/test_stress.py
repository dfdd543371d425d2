"""Are portfolios stressed over the API, and are own scenarios kept, shared, versioned and put aside?"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from services.auth.roles import Role

QUESTION = {"kind": "factors", "moves": {"equity_frac": -0.25, "rates_pp": 1.0}}


def body(**more: Any) -> dict[str, Any]:
    return {"name": f"S {uuid4()}", "question": QUESTION, **more}


def portfolio(one: Any) -> str:
    """Return the id of a portfolio of three stocks and some cash."""
    made = one.post("/portfolios", json={"name": f"Stressed {uuid4()}", "initial_cash_ccy": "10000"})
    assert made.status_code == 201, made.text
    key, tag = made.get_json()["id"], made.headers["ETag"]
    positions = [{"symbol": name, "quantity": "100"} for name in ("AAPL", "JPM", "XOM")]
    done = one.ask("PUT", f"/portfolios/{key}/positions", json={"positions": positions}, headers={"If-Match": tag})
    assert done.status_code == 200, done.text
    return key


def settled(one: Any, path: str, wish: dict[str, Any]) -> Any:
    """Ask until the report is there."""
    for _ in range(60):
        answer = one.post(path, json=wish)
        if answer.status_code != 202:
            return answer
        time.sleep(float(answer.headers["Retry-After"]))
    raise AssertionError("the report never came")


@pytest.mark.requirement("4.2.A1")
@pytest.mark.requirement("4.2.A2")
def test_named_scenarios_are_run_against_a_portfolio(api: Callable[..., Any]) -> None:
    one = api()
    key = portfolio(one)
    answer = settled(one, f"/portfolios/{key}/stress", {"scenarios": ["gfc_2007", "covid_2020"]})
    assert answer.status_code == 200, answer.text
    report = answer.get_json()
    assert [line["id"] for line in report["results"]] == ["gfc_2007", "covid_2020"]
    for line in report["results"]:
        assert line["problem"] is None
        summed = sum(held["impact_frac"] for held in line["positions"])
        assert summed == pytest.approx(line["total_frac"], abs=1e-12)
        amount = float(report["value_ccy"]) * line["total_frac"]
        assert float(line["total_ccy"]) == pytest.approx(amount, abs=0.01)


@pytest.mark.requirement("4.2.F3")
@pytest.mark.requirement("4.2.D4")
def test_an_own_scenario_goes_through_its_life(api: Callable[..., Any]) -> None:
    one = api()
    made = one.post("/stress/scenarios", json=body())
    assert made.status_code == 201, made.text
    address = f"/stress/scenarios/{made.get_json()['id']}"
    assert made.headers["Location"] == f"/api/v1{address}"
    match = {"If-Match": made.headers["ETag"]}
    window = {"kind": "window", "start": "2020-02-19", "end": "2020-03-23"}
    changed = one.ask("PATCH", address, json={"question": window, "note": "Days instead"}, headers=match)
    assert (changed.status_code, changed.get_json()["version"]) == (200, 2)
    assert one.ask("PATCH", address, json={"name": "Late"}, headers=match).status_code == 412
    assert one.ask("PATCH", address, json={"name": "Late"}).status_code == 428
    back = one.post(f"{address}/versions/1/restore", headers={"If-Match": changed.headers["ETag"]})
    assert (back.status_code, back.get_json()["version"]) == (200, 3)
    assert back.get_json()["question"]["moves"]["equity_frac"] == -0.25
    listed = one.get(f"{address}/versions").get_json()["data"]
    assert [(line["version"], line["note"]) for line in listed] == [(3, "As version 1"), (2, "Days instead"), (1, None)]
    library = one.get("/stress/scenarios", query_string={"limit": 200}).get_json()["data"]
    own = next(line for line in library if line["id"] == f"own:{made.get_json()['id']}")
    assert (own["group"], own["is_mine"], own["version"]) == ("own", True, 3)
    assert one.get(f"/templates/{made.get_json()['id']}").status_code == 404, "a scenario is no template"
    assert one.ask("DELETE", address, headers={"If-Match": "*"}).status_code == 204
    assert one.get(address).status_code == 404
    assert one.post(f"{address}/restore").get_json()["version"] == 3


def test_who_sees_and_changes_an_own_scenario(api: Callable[..., Any]) -> None:
    mine = api().post("/stress/scenarios", json=body()).get_json()["id"]
    house = api().post("/stress/scenarios", json=body(sharing="house")).get_json()["id"]
    for role in (Role.VIEWER, Role.COMPLIANCE):
        assert api(role).post("/stress/scenarios", json=body()).status_code == 403
    assert api(None).get("/stress/scenarios").status_code == 401
    assert api(Role.ADVISOR).get(f"/stress/scenarios/{mine}").status_code == 404
    seen = api(Role.ADVISOR).get(f"/stress/scenarios/{house}").get_json()
    assert (seen["is_mine"], seen["question"]["kind"]) == (False, "factors")
    change = api(Role.ADVISOR).ask("PATCH", f"/stress/scenarios/{house}", json={"name": "x"}, headers={"If-Match": "*"})
    assert change.status_code == 403


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"name": " "}, "name"),
        ({"sharing": "team"}, "team_id"),
        ({"question": {"kind": "factors", "moves": {}}}, "question.moves"),
        ({"question": {"kind": "factors", "moves": {"equity_frac": -20}}}, "question.moves.equity_frac"),
        ({"question": {"kind": "window", "start": "2020-03-01", "end": "2020-02-01"}}, "question.end"),
        ({"question": {"kind": "window", "start": "2020-03-01", "end": "2020-03-01"}}, "question.end"),
        ({"question": {"kind": "window", "start": "2020-03-01"}}, "question.end"),
        ({"question": {"kind": "weather"}}, "question"),
    ],
)
def test_what_cannot_be_used_is_named(api: Callable[..., Any], change: dict[str, Any], path: str) -> None:
    answer = api().post("/stress/scenarios", json=body(**change))
    assert answer.status_code == 422, answer.text
    assert path in [one["path"] for one in answer.get_json()["errors"]]


def test_a_second_own_scenario_of_one_name_is_refused(api: Callable[..., Any]) -> None:
    one, new = api(), body()
    assert one.post("/stress/scenarios", json=new).status_code == 201
    again = one.post("/stress/scenarios", json={**new, "name": f" {new['name'].upper()}"})
    assert (again.status_code, [line["path"] for line in again.get_json()["errors"]]) == (422, ["name"])
    other = one.post("/stress/scenarios", json=body()).get_json()
    address, match = f"/stress/scenarios/{other['id']}", {"If-Match": "*"}
    assert one.ask("PATCH", address, json={"name": new["name"]}, headers=match).status_code == 422
    assert one.ask("PATCH", address, json={"name": other["name"]}, headers=match).status_code == 200
    assert api(Role.ADVISOR).post("/stress/scenarios", json=new).status_code == 201, "names are one's own"


def test_a_set_that_states_no_moves_says_so_and_stops_no_other(api: Callable[..., Any]) -> None:
    one = api()
    key = portfolio(one)
    library = one.get("/stress/scenarios", query_string={"limit": 200}).get_json()["data"]
    assert next(line for line in library if line["id"] == "eba_2025")["problem"]
    answer = settled(one, f"/portfolios/{key}/stress", {"scenarios": ["eba_2025", "covid_2020"]})
    silent, crash = answer.get_json()["results"]
    assert (silent["id"], silent["total_frac"]) == ("eba_2025", None)
    assert "no move" in silent["problem"]
    assert crash["problem"] is None
    repair = one.post(f"/portfolios/{key}/stress/repair", json={"scenarios": ["eba_2025"]})
    assert (repair.status_code, repair.get_json()["errors"][0]["path"]) == (422, "scenarios[0]")


def test_a_scenario_that_there_is_not_is_named(api: Callable[..., Any]) -> None:
    one = api()
    key = portfolio(one)
    answer = one.post(f"/portfolios/{key}/stress", json={"scenarios": ["gfc_2007", "no-such"]})
    assert answer.status_code == 422, answer.text
    assert [problem["path"] for problem in answer.get_json()["errors"]] == ["scenarios[1]"]
    assert one.post("/portfolios/none/stress", json={"scenarios": ["gfc_2007"]}).status_code == 404
    twice = one.post(f"/portfolios/{key}/stress", json={"scenarios": ["gfc_2007", "gfc_2007"]})
    assert twice.status_code == 422, twice.text
    assert "named twice" in twice.text


@pytest.mark.requirement("4.2.A6")
@pytest.mark.requirement("4.2.D1")
def test_every_kind_of_question_is_answered(api: Callable[..., Any]) -> None:
    one = api()
    base = f"/portfolios/{portfolio(one)}/stress"
    factors = settled(one, f"{base}/factors", {"moves": {"equity_frac": -0.2}}).get_json()["results"][0]
    assert {move["factor"]: move["route"] for move in factors["moves"]}["equity"] == "given"
    assert sum(part["impact_frac"] for part in factors["factors"]) == pytest.approx(factors["total_frac"], abs=1e-12)
    chance = settled(one, f"{base}/monte-carlo", {"scenarios_count": 2000, "paths_count": 100}).get_json()["result"]
    assert all(line["es_frac"] >= line["var_frac"] for line in chance["tails"])
    broken = settled(one, f"{base}/correlation", {"strength_frac": 1.0}).get_json()["result"]
    assert broken["asked"]["volatility_annual_frac"] >= broken["points"][0]["volatility_annual_frac"]
    paid = settled(one, f"{base}/liquidity", {"redemption_frac": 0.01}).get_json()["result"]
    assert [way["way"] for way in paid["ways"]] == ["waterfall", "pro_rata"]
    back = settled(one, f"{base}/reverse", {"loss_frac": 0.1}).get_json()["result"]
    assert sum(move["impact_frac"] for move in back["moves"]) == pytest.approx(-0.1, abs=1e-4)
    wish = {"scenarios": ["gfc_2007", "covid_2020"], "max_loss_frac": 0.15, "turnover_max_frac": 1.0}
    mended = settled(one, f"{base}/repair", wish).get_json()
    ways = {way["kind"]: way for way in mended["result"]["alternatives"]}
    assert set(ways) == {"trim", "hedge", "both"}
    assert ways["trim"]["status"] == "repaired"
    assert all(loss["after_frac"] <= 0.15 + 1e-8 for loss in ways["trim"]["losses"])
    refused = one.post(f"{base}/reverse", json={"loss_frac": 20})
    assert [problem["path"] for problem in refused.get_json()["errors"]] == ["loss_frac"]
