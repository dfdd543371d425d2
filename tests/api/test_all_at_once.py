"""Does one answer name everything that is wrong with a request, in plain words with a way out?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from services.auth.roles import Role

GOAL = {"kind": "min_volatility"}


def fields(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {one["path"]: f"{one['message']} {one['advice']}" for one in answer.get_json()["errors"]}


@pytest.mark.parametrize("path", ["/optimizations", "/optimizations/preview"])
def test_a_request_with_many_faults_is_told_all_of_them(api: Callable[..., Any], path: str) -> None:
    body = {
        "asset_ids": ["AAPL", "NOSUCH1", "KO", "NOSUCH2"],
        "objective": GOAL,
        "colour": "red",
        "seed": -1,
        "constraints": [
            {"kind": "position_bounds", "min_frac": 0.3, "max_frac": 0.2},
            {"kind": "position_bounds", "max_frac": 25},
        ],
    }
    answer = api().post(path, json=body)
    found = fields(answer)
    assert set(found) == {
        "asset_ids[1]", "asset_ids[3]", "colour", "seed", "constraints[0]", "constraints[1].max_frac",
    }  # fmt: skip
    assert "Did you mean 25%" in found["constraints[1].max_frac"]
    assert answer.get_json()["detail"].startswith("6 fields of the optimization cannot be used as they are.")


def test_figures_that_are_no_covariance_are_told_beside_an_unknown_field_and_a_number_that_is_none(
    api: Callable[..., Any],
) -> None:
    text = (
        '{"problem": {"assets": ["A", "B"], "expected_returns_frac": [NaN, 0.1], "sectors": {"Q": "x\\u0000"},'
        ' "covariance": [[0.0001, 0.0003], [0.0003, 0.0002]]}, "objective": {"kind": "min_volatility"}, "odd": 1}'
    )
    found = fields(api().post("/optimizations", data=text, content_type="application/json"))
    assert set(found) >= {
        "problem.expected_returns_frac[0]", "problem.covariance", "problem.sectors", "problem.sectors.Q", "odd",
    }  # fmt: skip
    assert "U+0000" in found["problem.sectors.Q"]


def test_unknown_assets_and_limits_on_assets_outside_are_told_together(api: Callable[..., Any]) -> None:
    body = {
        "asset_ids": ["AAPL", "NOSUCH1"],
        "objective": GOAL,
        "constraints": [{"kind": "position_bounds", "assets": ["ZZZ"]}],
    }
    assert set(fields(api().post("/optimizations", json=body))) == {"asset_ids[1]", "constraints[0].assets"}


def test_a_body_with_many_faults_is_told_all_of_them_in_plain_words(api: Callable[..., Any]) -> None:
    body = {
        "name": "",
        "description": 5,
        "base_currency": "usd",
        "strategy": "wild",
        "house_limits": {"position_max_frac": 25, "gross_max_frac": "much", "shade": 1},
    }
    answer = api().post("/portfolios", json=body)
    found = fields(answer)
    assert set(found) == {
        "name", "description", "base_currency", "strategy", "house_limits.position_max_frac",
        "house_limits.gross_max_frac", "house_limits.shade",
    }  # fmt: skip
    assert answer.get_json()["detail"].startswith("7 fields of the body cannot be used as they are.")
    assert found["house_limits.position_max_frac"] == (
        "25 is 2,500%; at most 10 (1,000%) is allowed. Did you mean 0.25 (25%)?"
    )
    assert found["house_limits.gross_max_frac"] == "'much' is not a number. Give a number without quotes."
    assert found["description"] == "5 is not a text. Give a text in quotes."
    assert found["name"].startswith("This text is empty; at least 1 character must be given.")
    assert "Choose one of: 'long_only'" in found["strategy"]
    for words in found.values():
        assert not words.startswith(("Input ", "String ", "Value ", "Extra ", "Field ")), words
        assert words.rstrip().endswith((".", "?")), words


def test_one_fault_is_told_in_the_singular(api: Callable[..., Any]) -> None:
    detail = api().post("/portfolios", json={"name": "x", "colour": 1}).get_json()["detail"]
    assert detail.startswith("One field of the body cannot be used as it is.")


def test_a_secret_that_is_refused_is_not_repeated(api: Callable[..., Any]) -> None:
    answer = api(None).post("/auth/token", json={"email": 5, "password": 12345678, "totp": "abcdef"})
    assert set(fields(answer)) == {"email", "password", "totp"}
    assert "12345678" not in answer.text
    assert "abcdef" not in answer.text


def test_every_row_of_positions_with_a_fault_is_named(api: Callable[..., Any]) -> None:
    made = api().post("/portfolios", json={"name": f"Rows {uuid4()}", "initial_cash_ccy": "1000"})
    address, etag = made.headers["Location"] + "/positions", {"If-Match": made.headers["ETag"]}
    rows = [{"symbol": 5}, {"quantity": "1"}, {"symbol": "KO", "weight_frac": 0.1, "odd": 1}]
    found = fields(api().ask("PUT", address, json={"positions": rows, "as_of": "soon"}, headers=etag))
    assert set(found) == {
        "positions[0].symbol", "positions[1].symbol", "positions[2].odd", "as_of",
    }  # fmt: skip


def test_a_broken_row_of_positions_hides_nothing_that_is_wrong_with_the_others(api: Callable[..., Any]) -> None:
    made = api().post("/portfolios", json={"name": f"Rows {uuid4()}", "initial_cash_ccy": "1000"})
    address, etag = made.headers["Location"] + "/positions", {"If-Match": made.headers["ETag"]}
    rows = [
        {"quantity": "1"},
        {"symbol": "NOSUCH1", "quantity": "1"},
        {"symbol": "KO", "quantity": "-5"},
        {"symbol": "NOSUCH2", "odd": 1},
        {"symbol": "KO", "quantity": "1"},
        {"symbol": "JPM", "quantity": "2"},
    ]
    answer = api().ask("PUT", address, json={"positions": rows, "total_value_ccy": "-1", "odd": 1}, headers=etag)
    found = fields(answer)
    assert set(found) == {
        "positions[0].symbol", "positions[1].symbol", "positions[2].quantity", "positions[3].odd",
        "positions[3].symbol", "positions[4].symbol", "total_value_ccy", "odd",
    }  # fmt: skip
    assert "NOSUCH1" in found["positions[1].symbol"]
    assert "appears twice" in found["positions[4].symbol"]
    assert answer.get_json()["detail"].startswith("8 fields of the body cannot be used as they are.")
    assert api().get(address).get_json()["data"] == []


def test_what_cannot_be_read_of_positions_is_not_judged(api: Callable[..., Any]) -> None:
    made = api().post("/portfolios", json={"name": f"Rows {uuid4()}", "initial_cash_ccy": "1000"})
    address, etag = made.headers["Location"] + "/positions", {"If-Match": made.headers["ETag"]}
    weights = [{"symbol": "KO", "weight_frac": 0.7}, {"symbol": "JPM", "weight_frac": 0.7, "odd": 1}]
    body = {"positions": weights, "total_value_ccy": [], "as_of": "1800-01-01x"}
    assert set(fields(api().ask("PUT", address, json=body, headers=etag))) == {
        "positions[1].odd", "total_value_ccy", "as_of",
    }  # fmt: skip
    for text in ("[]", "{}", '{"positions": 5}', '{"positions": {"symbol": "KO"}}'):
        answer = api().ask("PUT", address, data=text, content_type="application/json", headers=etag)
        assert fields(answer)


def test_odd_numbers_and_characters_in_positions_are_told_with_the_rest(api: Callable[..., Any]) -> None:
    made = api().post("/portfolios", json={"name": f"Rows {uuid4()}", "initial_cash_ccy": "1000"})
    address, etag = made.headers["Location"] + "/positions", {"If-Match": made.headers["ETag"]}
    text = (
        '{"positions": [{"symbol": "K\\u0000O", "quantity": "1"}, {"symbol": "JPM", "weight_frac": NaN},'
        ' {"symbol": "NOSUCH1", "quantity": "1"}, {"odd": 1}]}'
    )
    found = fields(api().ask("PUT", address, data=text, content_type="application/json", headers=etag))
    assert {"positions[0].symbol", "positions[1].weight_frac", "positions[2].symbol"} <= set(found)
    assert any(path.startswith("positions[3]") for path in found)
    assert api().ask("PUT", "/portfolios/none/positions", json={"odd": 1}, headers=etag).status_code == 404


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800"])
def test_control_characters_are_refused_by_field_everywhere(api: Callable[..., Any], character: str) -> None:
    one, word = api(), f"a{character}b"
    assert "name" in fields(one.post("/portfolios", json={"name": word}))
    assert "name" in fields(one.post("/clients", json={"name": word}))
    credentials = {"email": f"x{character}@example.com", "password": word}
    assert set(fields(api(None).post("/auth/token", json=credentials))) == {"email", "password"}
    assert "asset_ids[0]" in fields(one.post("/optimizations", json={"asset_ids": [word], "objective": GOAL}))
    if character != "\ud800":
        assert set(fields(one.get("/assets", query_string={"query": word}))) == {"query"}
        assert set(fields(one.get("/portfolios/" + f"a%{ord(character):02x}b" if ord(character) < 128 else
                                  "/portfolios/a%c2%85b"))) == {"portfolio_id"}  # fmt: skip


def test_line_breaks_may_stand_in_long_texts_only(api: Callable[..., Any]) -> None:
    wish = {"name": f"Lines {uuid4()}", "description": "First line.\n\tSecond line."}
    made = api().post("/portfolios", json=wish)
    assert made.status_code == 201, made.text
    assert api().get(made.headers["Location"]).get_json()["description"] == wish["description"]
    assert set(fields(api().post("/portfolios", json={**wish, "name": "two\nlines"}))) == {"name"}
    assert set(fields(api().post("/portfolios", json={**wish, "description": "bell \x07"}))) == {"description"}


def test_names_of_fields_and_assets_hold_no_control_characters_either(api: Callable[..., Any]) -> None:
    found = fields(api().post("/portfolios", json={"name": "x", "na\x00me": 1}))
    assert "na?me" in found


def test_a_download_and_a_form_with_a_control_character_are_refused(browser: Callable[..., Any]) -> None:
    assert browser().open("/download/runs/a%00b/table.csv").status_code in (404, 422)
    answer = browser(None).form("/account/login", email="a\x00@example.com", password="x" * 12)
    assert answer.status_code == 422


def test_a_change_of_ones_own_name_says_which_version_it_is_based_on(program: Callable[..., Any]) -> None:
    one = program(Role.RESEARCHER)
    me = one.get("/users/me")
    name = {"name": me.get_json()["name"]}
    assert one.ask("PATCH", "/users/me", json=name).status_code == 428
    assert one.ask("PATCH", "/users/me", json=name, headers={"If-Match": '"999999"'}).status_code == 412
    changed = one.ask("PATCH", "/users/me", json={"name": "Rea Search"}, headers={"If-Match": me.headers["ETag"]})
    assert changed.status_code == 200, changed.text
    assert one.ask("PATCH", "/users/me", json=name, headers={"If-Match": me.headers["ETag"]}).status_code == 412
    assert one.ask("PATCH", "/users/me", json=name, headers={"If-Match": "*"}).status_code == 200


def test_any_version_may_be_changed_on_demand_and_a_weak_tag_never_suffices(api: Callable[..., Any]) -> None:
    one = api()
    made = one.post("/portfolios", json={"name": f"Tags {uuid4()}"})
    address, etag = made.headers["Location"], made.headers["ETag"]
    weak = one.ask("PATCH", address, json={"name": "Weak"}, headers={"If-Match": "W/" + etag})
    assert (weak.status_code, weak.get_json()["code"]) == (412, "weak_tag")
    assert "W/" in weak.get_json()["detail"]
    for odd in ('"²"', '""', "x", '"1', "-1"):
        refused = one.ask("PATCH", address, json={"name": "Odd"}, headers={"If-Match": odd.encode().decode("latin1")})
        assert refused.status_code == 412, odd
    assert one.ask("PATCH", address, json={"name": "Any"}, headers={"If-Match": "*"}).get_json()["name"] == "Any"
    assert one.ask("PATCH", "/portfolios/none", json={"name": "x"}, headers={"If-Match": "*"}).status_code == 404


def test_a_table_says_its_charset_once(api: Callable[..., Any]) -> None:
    portfolio = api().get("/portfolios").get_json()["data"][0]["id"]
    answer = api().get(f"/portfolios/{portfolio}/holdings/csv")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
