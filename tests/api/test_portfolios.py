"""Can portfolios be made, read, changed and put aside, and does nobody overwrite somebody else's change?"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from services.auth.roles import Role

NEW = {"name": "Made by a test", "base_currency": "USD", "initial_cash_ccy": "100000.00"}


@pytest.fixture
def made(api: Callable[..., Any]) -> Any:
    answer = api().post("/portfolios", json=NEW)
    assert answer.status_code == 201, answer.text
    return answer


@pytest.mark.requirement("6.1.A4")
@pytest.mark.requirement("6.1.F1")
def test_a_portfolio_is_created_read_changed_deleted_and_restored(api: Callable[..., Any], made: Any) -> None:
    one, address = api(), made.headers["Location"]
    read = one.get(address)
    assert read.status_code == 200
    assert read.get_json()["name"] == NEW["name"]
    assert read.headers["ETag"] == made.headers["ETag"]
    changed = one.ask("PATCH", address, json={"name": "Renamed"}, headers={"If-Match": read.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.get_json()["name"] == "Renamed"
    assert changed.headers["ETag"] != read.headers["ETag"]
    assert one.ask("DELETE", address, headers={"If-Match": changed.headers["ETag"]}).status_code == 204
    assert one.get(address).status_code == 404
    assert one.post(address + "/restore").status_code == 200
    assert one.get(address).get_json()["name"] == "Renamed"


@pytest.mark.requirement("6.1.A4")
def test_positions_are_replaced_and_valued(api: Callable[..., Any], made: Any) -> None:
    one, address = api(), made.headers["Location"]
    etag = one.get(address).headers["ETag"]
    wished = {"positions": [{"symbol": "AAPL", "quantity": "10"}, {"symbol": "JPM", "quantity": "20.5"}]}
    answer = one.ask("PUT", address + "/positions", json=wished, headers={"If-Match": etag})
    assert answer.status_code == 200, answer.text
    held = {line["symbol"]: line for line in one.get(address + "/positions").get_json()["data"]}
    assert set(held) == {"AAPL", "JPM"}
    assert Decimal(held["JPM"]["quantity"]) == Decimal("20.5")
    assert isinstance(held["JPM"]["value_ccy"], str)
    for line in held.values():
        assert Decimal(line["value_ccy"]) == pytest.approx(
            Decimal(line["quantity"]) * Decimal(line["price"]), abs=Decimal("0.01")
        )
    assert one.get(address + "/transactions").get_json()["data"]


def test_earlier_targets_are_listed_and_one_is_put_in_force_again(
    api: Callable[..., Any], made: Any, product: Any
) -> None:
    one, address, who = api(), made.headers["Location"], product.actor(Role.PORTFOLIO_MANAGER)
    for name, weights in (("First", {"AAPL": 0.25, "KO": 0.75}), ("Second", {"JPM": 1.0})):
        product.services.portfolios.set_target(made.get_json()["id"], weights, None, name, who)
    listed = one.get(address + "/targets").get_json()["data"]
    assert [(target["version"], target["name"], target["is_in_force"]) for target in listed] == [
        (2, "Second", True),
        (1, "First", False),
    ]
    assert {target["set_by_name"] for target in listed} == {who.name or "Paula Meyer"}
    etag = one.get(address).headers["ETag"]
    assert one.post(address + "/targets/1/restore").status_code == 428
    back = one.post(address + "/targets/1/restore", headers={"If-Match": etag})
    assert (back.status_code, back.get_json()["version"]) == (200, 3)
    assert one.get(address).get_json()["target"]["weights_frac"] == {"AAPL": 0.25, "KO": 0.75}
    assert one.post(address + "/targets/1/restore", headers={"If-Match": etag}).status_code == 412
    fresh = one.get(address).headers["ETag"]
    assert one.post(address + "/targets/3/restore", headers={"If-Match": fresh}).get_json()["code"] == "in_force"
    assert one.post(address + "/targets/9/restore", headers={"If-Match": fresh}).status_code == 404
    assert api(Role.VIEWER).post(address + "/targets/1/restore", headers={"If-Match": fresh}).status_code in (403, 404)


def test_a_change_without_its_version_answers_428_and_a_stale_one_412(api: Callable[..., Any], made: Any) -> None:
    one, address = api(), made.headers["Location"]
    assert one.ask("PATCH", address, json={"name": "A"}).status_code == 428
    assert one.ask("PATCH", address, json={"name": "A"}, headers={"If-Match": ""}).status_code == 428
    etag = one.get(address).headers["ETag"]
    assert one.ask("PATCH", address, json={"name": "A"}, headers={"If-Match": etag}).status_code == 200
    for stale in (etag, '"999"', '"nonsense"'):
        assert one.ask("PATCH", address, json={"name": "B"}, headers={"If-Match": stale}).status_code == 412
        assert one.ask("DELETE", address, headers={"If-Match": stale}).status_code == 412
    assert one.get(address).get_json()["name"] == "A"


def test_reading_heeds_if_match(api: Callable[..., Any], made: Any) -> None:
    one, address = api(), made.headers["Location"]
    etag = one.get(address).headers["ETag"]
    for fits in ("*", etag, f'"999", {etag}'):
        answer = one.get(address, headers={"If-Match": fits})
        assert (answer.status_code, answer.headers["ETag"]) == (200, etag), fits
        assert answer.get_json()["name"] == NEW["name"]
    for other in ('"999"', f"W/{etag}"):
        answer = one.get(address, headers={"If-Match": other})
        assert (answer.status_code, answer.mimetype) == (412, "application/problem+json"), other
        assert answer.get_json()["code"] == "stale"
        assert "name" not in answer.get_json()
    both = one.get(address, headers={"If-Match": "*", "If-None-Match": etag})
    assert (both.status_code, both.data) == (304, b"")
    neither = one.get(address, headers={"If-Match": '"999"', "If-None-Match": etag})
    assert neither.status_code == 412
    assert one.get("/runs/x", headers={"If-Match": "*"}).status_code == 404


def test_of_ten_changes_based_on_one_version_one_succeeds(api: Callable[..., Any], made: Any) -> None:
    address = made.headers["Location"]
    etag = api().get(address).headers["ETag"]

    def change(number: int) -> int:
        answer = api().ask("PATCH", address, json={"name": f"Name {number}"}, headers={"If-Match": etag})
        return int(answer.status_code)

    with ThreadPoolExecutor(10) as pool:
        statuses = sorted(pool.map(change, range(10)))
    assert statuses == [200] + [412] * 9


def test_an_unchanged_portfolio_is_not_sent_again(api: Callable[..., Any], made: Any) -> None:
    address = made.headers["Location"]
    etag = api().get(address).headers["ETag"]
    answer = api().get(address, headers={"If-None-Match": etag})
    assert (answer.status_code, answer.data) == (304, b"")


def test_twenty_times_the_same_post_at_once_makes_one_portfolio(api: Callable[..., Any]) -> None:
    key, name = str(uuid4()), f"Once {uuid4()}"

    def post(_: int) -> Any:
        return api().post("/portfolios", json={"name": name}, headers={"Idempotency-Key": key})

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(post, range(20)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    again = post(0)
    assert again.status_code == 201
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["ETag"]
    ids = {answer.get_json()["id"] for answer in [*answers, again] if answer.status_code == 201}
    assert len(ids) == 1
    listed = [one for one in api().get("/portfolios?limit=200").get_json()["data"] if one["name"] == name]
    assert len(listed) == 1


def test_a_key_belongs_to_one_request(api: Callable[..., Any]) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    assert api().post("/portfolios", json={"name": "First"}, headers=key).status_code == 201
    answer = api().post("/portfolios", json={"name": "Second"}, headers=key)
    assert answer.status_code == 422
    assert answer.get_json()["code"] == "idempotency_mismatch"


def test_a_refused_request_gives_its_key_back(api: Callable[..., Any]) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    assert api().post("/portfolios", json={"name": "x", "client_id": "nobody"}, headers=key).status_code in (404, 422)
    assert api().post("/portfolios", json={"name": "x", "client_id": "nobody"}, headers=key).status_code in (404, 422)


def test_a_long_list_comes_in_pieces_without_gaps_or_repeats(api: Callable[..., Any]) -> None:
    for number in range(5):
        api().post("/portfolios", json={"name": f"Piece {number}"})
    whole = [one["id"] for one in api().get("/portfolios?limit=200").get_json()["data"]]
    found: list[str] = []
    cursor: str | None = None
    while True:
        answer = api().get("/portfolios?limit=2" + (f"&cursor={cursor}" if cursor else "")).get_json()
        found += [one["id"] for one in answer["data"]]
        cursor = answer["next_cursor"]
        assert answer["has_more"] is (cursor is not None)
        if cursor is None:
            break
    assert found == whole


def test_a_cursor_counts_for_its_list_and_filters_only(api: Callable[..., Any]) -> None:
    cursor = api().get("/assets?limit=2").get_json()["next_cursor"]
    assert api().get(f"/assets?limit=2&cursor={cursor}").status_code == 200
    assert api().get(f"/assets?limit=2&sector=Technology&cursor={cursor}").status_code == 422
    assert api().get(f"/portfolios?limit=2&cursor={cursor}").status_code == 422
    changed = cursor[:5] + ("A" if cursor[5] != "A" else "B") + cursor[6:]
    assert api().get(f"/assets?limit=2&cursor={changed}").status_code == 422


@pytest.mark.requirement("6.1.F3")
def test_history_and_limits_of_the_sample_portfolios_are_there(api: Callable[..., Any]) -> None:
    samples = [one for one in api().get("/portfolios?limit=200").get_json()["data"] if one["is_sample"]]
    assert len(samples) == 3
    for one in samples:
        history = api().get(f"/portfolios/{one['id']}/history?start=2022-01-03").get_json()
        assert len(history["dates"]) == len(history["value_ccy"]) > 200
        assert api().get(f"/portfolios/{one['id']}/limits").status_code == 200


@pytest.mark.requirement("6.1.F4")
def test_assets_are_found_with_prices_and_their_source(api: Callable[..., Any]) -> None:
    (found,) = [one for one in api().get("/assets?query=AAPL").get_json()["data"] if one["symbol"] == "AAPL"]
    assert found["sector"]
    prices = api().get("/assets/AAPL/prices?start=2022-01-01&frequency=monthly").get_json()
    assert prices["source"]
    assert len(prices["points"]) > 10
    assert api().get("/assets/as-of").get_json()["as_of"] == found["last_date"]


def test_clients_are_made_and_profiles_get_versions(api: Callable[..., Any]) -> None:
    one = api()
    made = one.post("/clients", json={"name": "Test Client", "client_type": "individual"})
    assert made.status_code == 201, made.text
    address = made.headers["Location"]
    answers = {"risk_tolerance": 3, "horizon_years": 10.0, "loss_capacity_frac": 0.2, "knowledge": "informed"}
    assert one.post(address + "/profiles", json=answers).get_json()["version"] == 1
    assert one.post(address + "/profiles", json={**answers, "risk_tolerance": 4}).get_json()["version"] == 2
    assert [item["version"] for item in one.get(address + "/profiles").get_json()["data"]] == [2, 1]
    etag = one.get(address).headers["ETag"]
    assert one.ask("PATCH", address, json={"name": "Other"}, headers={"If-Match": etag}).get_json()["name"] == "Other"
    assert api(Role.RESEARCHER).get(address).status_code in (403, 404)
