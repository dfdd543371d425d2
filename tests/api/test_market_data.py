"""Can programs read tables of figures, facts, sessions and deliveries, and is every refusal told in the one shape?"""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import Any

import pytest

from services.auth.roles import Role


@pytest.mark.requirement("2.1.D2", "2.1.A1", "2.1.A2")
def test_a_table_answers_column_by_column_with_source_and_what_is_missing(api: Callable[..., Any]) -> None:
    address = "/market/data?symbols=AAPL,XOM,NOPE&start=2022-11-01&end=2022-11-30&fields=close,volume"
    answer = api(Role.VIEWER).get(address)
    assert answer.status_code == 200, answer.text
    found = answer.get_json()
    assert [one["symbol"] for one in found["columns"]] == ["AAPL", "XOM"]
    assert (found["sessions"][0], found["sessions"][-1], len(found["sessions"])) == ("2022-11-01", "2022-11-30", 21)
    column = found["columns"][0]
    prices = api(Role.VIEWER).get("/assets/AAPL/prices?start=2022-11-01&end=2022-11-30").get_json()
    assert column["values"]["close"] == [point["close"] for point in prices["points"]]
    assert column["values"]["volume"] == [None] * 21
    assert (column["provider"], column["currency"], column["bars_count"]) == ("embedded", "USD", 21)
    assert column["flags"] is None
    assert sum(column["batches"].values()) == 21
    assert found["missing"] == [{"symbol": "NOPE", "reason": "There is no asset with the symbol 'NOPE'."}]
    weekly = api(Role.VIEWER).get(address + "&frequency=weekly").get_json()
    assert len(weekly["sessions"]) == 5


def test_a_table_answers_as_csv_with_one_line_a_bar(api: Callable[..., Any]) -> None:
    answer = api().get("/market/data?symbols=KO,PEP&start=2022-12-19&end=2022-12-23&format=csv")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    rows = list(csv.DictReader(answer.text.splitlines()))
    assert [row["symbol"] for row in rows] == ["KO"] * 5 + ["PEP"] * 5
    assert (rows[0]["session"], rows[0]["flag"], rows[0]["currency"]) == ("2022-12-19", "ok", "USD")
    assert float(rows[0]["close"]) > 0


def test_nothing_is_known_as_of_an_instant_before_the_first_delivery(api: Callable[..., Any]) -> None:
    found = api().get("/market/data?symbols=AAPL&as_of_utc=2001-01-01T00:00:00Z").get_json()
    assert found["columns"] == []
    assert "none were known by then" in found["missing"][0]["reason"]


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("symbols=AAPL,AAPL", "symbols[1]"),
        ("symbols=AAPL&fields=closing", "fields[0]"),
        ("symbols=,", "symbols"),
        ("symbols=AAPL&start=2022-02-01&end=2022-01-01", "end"),
        ("symbols=AAPL&frequency=minute", "start"),
        ("symbols=AAPL&as_of_utc=2022-01-01T00:00:00", "as_of_utc"),
        ("symbols=AAPL&as_of_utc=0001-01-01T00:00:00%2B14:00", "as_of_utc"),
        ("symbols=AAPL&start=0001-01-01&as_of_utc=2022-01-01T00:00:00Z", "start"),
        ("symbols=AAPL&currency=XAU", "currency"),
    ],
)
def test_a_question_that_cannot_be_answered_names_the_parameter(api: Callable[..., Any], query: str, path: str) -> None:
    answer = api().get(f"/market/data?{query}")
    assert answer.status_code == 422, answer.text
    assert [one["path"] for one in answer.get_json()["errors"]] == [path]


def test_a_table_too_large_for_one_answer_is_refused_with_its_size(
    api: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.market_data_document.CELLS_MAX_COUNT", 1000)
    answer = api().get("/market/data?symbols=AAPL,KO")
    assert answer.status_code == 422
    assert "2 symbols by 8,313 rows by 1 field" in answer.get_json()["errors"][0]["message"]


def test_sessions_of_exchanges_come_with_their_hours(api: Callable[..., Any]) -> None:
    exchanges = {one["exchange"] for one in api().get("/market/calendars?limit=200").get_json()["data"]}
    assert {"XNYS", "XNAS", "XLON", "XETR", "XTKS", "XHKG", "XPAR", "XSWX", "XTSE", "24-7", "24-5"} <= exchanges
    found = api().get("/market/calendars/24-7?start=2024-02-28&end=2024-03-01").get_json()
    assert [one["session"] for one in found["sessions"]] == ["2024-02-28", "2024-02-29", "2024-03-01"]
    assert found["sessions"][0]["close_utc"] == "2024-02-29T00:00:00Z"
    assert api().get("/market/calendars/NOWHERE?start=2024-01-01&end=2024-01-02").status_code == 404
    late = api().get("/market/calendars/24-7?start=2024-01-02&end=2024-01-01")
    assert [one["path"] for one in late.get_json()["errors"]] == ["end"]


def test_deliveries_are_listed_and_one_that_refused_nothing_has_an_empty_list(api: Callable[..., Any]) -> None:
    listed = api().get("/ingest/batches").get_json()["data"]
    batch = next(one for one in listed if one["provider"] == "embedded")
    assert (batch["kind"], batch["status"], batch["is_own"]) == ("prices", "succeeded", False)
    assert batch["stored_count"] > 100_000
    assert api().get(f"/ingest/batches/{batch['id']}").get_json() == batch
    assert api().get(f"/ingest/batches/{batch['id']}/rejected").get_json()["data"] == []
    file = api().get(f"/ingest/batches/{batch['id']}/rejected?format=csv")
    assert file.text == "row_number,symbol,field,reason,row\n"
    assert api().get("/ingest/batches/nothing/rejected").status_code == 404


def test_only_a_delivery_that_was_cut_off_is_given_up_and_one_for_all_by_an_administrator(
    api: Callable[..., Any],
) -> None:
    batch = next(one for one in api().get("/ingest/batches").get_json()["data"] if one["provider"] == "embedded")
    assert batch["is_cut_off"] is False
    address = f"/ingest/batches/{batch['id']}/give-up"
    refused = api(Role.ADMINISTRATOR).post(address)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "not_cut_off")
    assert api(Role.PORTFOLIO_MANAGER).post(address).status_code == 403
    assert api(Role.VIEWER).post(address).status_code == 403
    assert api(Role.ADMINISTRATOR).post("/ingest/batches/nothing/give-up").status_code == 404


def test_what_is_not_stored_is_an_empty_list_and_an_unknown_name_is_not_found(api: Callable[..., Any]) -> None:
    assert api().get("/market/actions?symbols=AAPL").get_json()["data"] == []
    assert api().get("/market/fundamentals?symbols=AAPL&names=pe_ratio").get_json()["data"] == []
    assert api().get("/market/actions?symbols=NOPE").status_code == 404
    assert api().get("/market/macro").get_json()["data"] == []
    assert api().get("/market/macro/GDP").status_code == 404
    assert api().get("/market/macro/GDP/vintages/2020-01-01").status_code == 404


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/market/actions?symbols=AAPL&as_of_utc=2022-01-01T00:00:00", "as_of_utc"),
        ("/market/fundamentals?symbols=AAPL&as_of_utc=2022-01-01T00:00:00", "as_of_utc"),
        ("/lineage/prices/AAPL?known_at=0001-01-01T00:00:00%2B14:00", "known_at"),
    ],
)
def test_an_instant_without_offset_or_far_from_today_is_refused(api: Callable[..., Any], path: str, field: str) -> None:
    answer = api().get(path)
    assert answer.status_code == 422, answer.text
    assert [one["path"] for one in answer.get_json()["errors"]] == [field]
