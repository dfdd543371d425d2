"""Are a portfolio's edits on paper, drafts, notes and versions reached by programs, whole and with every refusal?"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from services.auth.roles import Role

HELD = {"AAPL": 100, "JPM": 150, "KO": 400, "MSFT": 80, "XOM": 200}


@pytest.fixture
def place(api: Callable[..., Any]) -> str:
    """The address of a portfolio that holds five stocks and cash."""
    one = api()
    made = one.post("/portfolios", json={"name": "On paper", "base_currency": "USD"})
    address: str = made.headers["Location"]
    rows = [{"symbol": symbol, "quantity": str(count)} for symbol, count in HELD.items()]
    answer = one.ask(
        "PUT", address + "/positions", json={"positions": rows, "cash_ccy": "5000"},
        headers={"If-Match": made.headers["ETag"]},
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    return address


def test_a_look_tells_cash_cost_risk_and_verdict_and_changes_nothing(api: Callable[..., Any], place: str) -> None:
    one = api()
    before = one.get(place)
    answer = one.post(place + "/what-if", json={"edits": [{"symbol": "KO", "quantity": "0"}]})
    assert answer.status_code == 200, answer.text
    found = answer.get_json()
    sold = next(line for line in found["positions"] if line["symbol"] == "KO")
    assert (sold["quantity_after"], sold["weight_after_frac"], sold["is_edited"]) == ("0", 0.0, True)
    paid = Decimal(found["cash_after_ccy"]) - Decimal(found["cash_before_ccy"])
    assert paid == -Decimal(sold["trade_ccy"]) - Decimal(found["cost_ccy"])
    assert [line["name"] for line in found["risk"]] == ["volatility", "var_95_1d", "tracking_error"]
    assert all(line["before_frac"] != line["after_frac"] for line in found["risk"][:2])
    assert one.get(place).get_data() == before.get_data()


def test_edits_that_cannot_be_are_refused_by_field(api: Callable[..., Any], place: str) -> None:
    bad = {"edits": [{"symbol": "KO", "quantity": "-1"}, {"symbol": "AAPL", "weight_frac": 0.1, "value_ccy": "1"}]}
    answer = api().post(place + "/what-if", json=bad)
    assert answer.status_code == 422
    assert [line["path"] for line in answer.get_json()["errors"]] == ["edits[1]"]
    for value in ("NaN", "1e400", "abc"):
        answer = api().post(place + "/what-if", json={"edits": [{"symbol": "KO", "quantity": value}]})
        assert answer.status_code == 422, value
    assert api().post(place + "/what-if", json={"edits": [{"symbol": "KO", "weight_frac": 99}]}).status_code == 422


def test_the_rest_is_optimized_beside_the_edits_and_what_cannot_be_is_explained(
    api: Callable[..., Any], place: str
) -> None:
    one = api()
    answer = one.post(place + "/what-if/rest", json={"edits": [{"symbol": "KO", "weight_frac": 0.15}]})
    assert answer.status_code in (200, 202), answer.text
    found = answer.get_json()
    end = time.monotonic() + 60
    while found["state"] == "working" and time.monotonic() < end:
        found = one.post(place + "/what-if/rest", json={"edits": [{"symbol": "KO", "weight_frac": 0.15}]}).get_json()
    assert found["state"] == "ready", found
    weights = {line["symbol"]: line["weight_frac"] for line in found["edits"]}
    assert weights["KO"] == 0.15
    assert re.search(r"estimates over [\d,]+ trading days, .* over the last 500 trading days", found["sentence"])
    assert {line["by"] for line in found["edits"]} == {"hand", "optimizer"}
    now = one.post(place + "/what-if", json={"edits": []}).get_json()
    assert sum(weights.values()) == pytest.approx(1.0 - now["cash_before_frac"], abs=1e-7)
    again = [*(line for line in found["edits"] if line["symbol"] != "JPM"), {"symbol": "JPM", "weight_frac": 0.2}]
    other = one.post(place + "/what-if/rest", json={"edits": again}).get_json()
    assert {line["symbol"] for line in other["edits"] if line["by"] == "hand"} == {"KO", "JPM"}
    assert other["run_id"] != found["run_id"]
    run = one.get(f"/runs/{found['run_id']}").get_json()
    assert run["status"] == "succeeded"
    both = [{"symbol": "KO", "weight_frac": 0.7}, {"symbol": "XOM", "weight_frac": 0.6}]
    refused = one.post(place + "/what-if/rest", json={"edits": both})
    assert refused.status_code == 409, refused.text
    assert refused.get_json()["code"] == "no_portfolio"
    assert refused.get_json()["detail"]
    assert one.post(place + "/what-if/rest", json={"edits": []}).get_json()["code"] == "no_edits"


def test_the_rest_is_held_with_the_smallest_position_of_the_house_or_not_at_all(
    api: Callable[..., Any], place: str
) -> None:
    one = api()
    tag = {"If-Match": one.get(place).headers["ETag"]}
    answer = one.ask("PATCH", place, json={"house_limits": {"position_min_frac": 0.2}}, headers=tag)
    assert answer.status_code == 200, answer.text
    wish = {"edits": [{"symbol": "KO", "weight_frac": 0.3}]}
    end = time.monotonic() + 60
    found = one.post(place + "/what-if/rest", json=wish).get_json()
    while found["state"] == "working" and time.monotonic() < end:
        found = one.post(place + "/what-if/rest", json=wish).get_json()
    weights = {line["symbol"]: line["weight_frac"] for line in found["edits"]}
    assert weights["KO"] == 0.3
    assert all(weight == 0.0 or weight >= 0.2 for weight in weights.values()), weights
    assert sum(weight > 0.0 for weight in weights.values()) > 1


def test_edits_are_kept_as_a_draft_or_as_the_target(api: Callable[..., Any], place: str) -> None:
    one = api()
    wish = {"name": "Less of KO", "edits": [{"symbol": "KO", "weight_frac": 0.05}]}
    made = one.post(place + "/drafts", json=wish)
    assert made.status_code == 201, made.text
    draft = one.get(made.headers["Location"]).get_json()
    assert draft["weights_frac"]["KO"] == 0.05
    assert [line["name"] for line in one.get(place + "/drafts").get_json()["data"]] == ["Less of KO"]
    assert one.ask("DELETE", made.headers["Location"]).status_code == 204
    assert one.get(made.headers["Location"]).status_code == 404
    assert one.post(made.headers["Location"] + "/restore").status_code == 200
    assert one.post(place + "/what-if/target", json=wish).status_code == 428
    kept = one.post(place + "/what-if/target", json=wish, headers={"If-Match": one.get(place).headers["ETag"]})
    assert kept.status_code == 200, kept.text
    assert kept.get_json()["weights_frac"] == draft["weights_frac"]


def test_notes_are_written_changed_and_taken_away(api: Callable[..., Any], place: str) -> None:
    one = api()
    made = one.post(place + "/notes", json={"text": "Ask about fees."})
    assert made.status_code == 201, made.text
    address = made.headers["Location"]
    etag = made.headers["ETag"]
    assert one.ask("PUT", address, json={"text": "Asked."}, headers={"If-Match": etag}).status_code == 200
    assert one.ask("PUT", address, json={"text": "Again."}, headers={"If-Match": etag}).status_code == 412
    assert [line["text"] for line in one.get(place + "/notes").get_json()["data"]] == ["Asked."]
    assert api(Role.COMPLIANCE).post(place + "/notes", json={"text": "Mine."}).status_code == 403
    assert one.ask("DELETE", address).status_code == 204
    assert one.get(place + "/notes").get_json()["data"] == []
    assert one.post(address + "/restore").get_json()["text"] == "Asked."
    assert one.post(place + "/notes", json={"text": " "}).status_code == 422


def test_versions_are_listed_compared_and_brought_back(api: Callable[..., Any], place: str) -> None:
    one = api()
    etag = one.get(place).headers["ETag"]
    wished = {"positions": [{"symbol": "AAPL", "quantity": "300"}], "reason": "Only one."}
    assert one.ask("PUT", place + "/positions", json=wished, headers={"If-Match": etag}).status_code == 200
    listed = one.get(place + "/versions").get_json()["data"]
    assert [(line["kind"], line["number"]) for line in listed] == [("holdings", 2), ("holdings", 1)]
    assert listed[0]["why"] == "Only one."
    found = one.get(place + "/versions/difference?kind=holdings&before=1&after=2").get_json()
    assert {line["symbol"]: line["change"] for line in found["positions"]} == {
        "AAPL": "changed", "JPM": "removed", "KO": "removed", "MSFT": "removed", "XOM": "removed",
    }  # fmt: skip
    assert one.get(place + "/versions/difference?kind=holdings&before=1&after=9").status_code == 404
    back = place + "/versions/holdings/1/restore"
    assert one.post(back).status_code == 428
    answer = one.post(back, headers={"If-Match": one.get(place).headers["ETag"]})
    assert (answer.status_code, answer.get_json()["number"]) == (200, 3), answer.text
    held = {line["symbol"]: Decimal(line["quantity"]) for line in one.get(place + "/positions").get_json()["data"]}
    assert held == {symbol: Decimal(count) for symbol, count in HELD.items()}
