"""Can programs check, import, list and take back files of market data, and is every refusal told in the one shape?"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from services.auth.policy import PERMISSIONS
from services.auth.roles import Permission, Role

PATH = "/data/imports"
CSV = {"Content-Type": "text/csv"}


def file(symbol: str) -> bytes:
    lines = [f"{symbol},2022-12-{day},1{day},Own Co,USD" for day in range(10, 29)]
    return ("symbol,date,close,name,currency\n" + "\n".join(lines) + "\n").encode()


def test_a_dry_run_says_what_would_come_and_writes_nothing(api: Callable[..., Any]) -> None:
    program = api()
    answer = program.post(f"{PATH}?dry_run=true&name=own.csv", data=file("DRYCO"), headers=CSV)
    assert answer.status_code == 200, answer.text
    found = answer.get_json()
    assert found["can_import"] is True
    assert (found["file_name"], found["rows_count"], found["problems"]) == ("own.csv", 19, [])
    assert [one["symbol"] for one in found["new_symbols"]] == ["DRYCO"]
    assert program.get("/assets/DRYCO").status_code == 404


def test_a_file_comes_in_as_a_form_is_listed_and_taken_back(api: Callable[..., Any]) -> None:
    program = api()
    form = {"file": (io.BytesIO(file("FORMCO")), "form.csv")}
    made = program.post(PATH, data=form, content_type="multipart/form-data")
    assert made.status_code == 201, made.text
    done = made.get_json()
    assert (done["is_new"], done["imported"]["file_name"], done["imported"]["rows_count"]) == (True, "form.csv", 19)
    address = made.headers["Location"]
    assert program.get(address).get_json() == done["imported"]
    assert program.get("/assets/FORMCO").get_json()["last_price"] == 128
    again = program.post(PATH, data=file("FORMCO"), headers=CSV)
    assert (again.status_code, again.get_json()["is_new"]) == (200, False)
    assert done["imported"]["id"] in [one["id"] for one in program.get(PATH).get_json()["data"]]
    undone = program.ask("DELETE", address)
    assert (undone.status_code, undone.get_json()["state"]) == (200, "undone")
    assert program.get("/assets/FORMCO").status_code == 404
    twice = program.ask("DELETE", address)
    assert (twice.status_code, twice.get_json()["code"]) == (409, "already_undone")


def test_a_repeated_request_with_a_key_gets_the_first_answer(api: Callable[..., Any]) -> None:
    headers = {**CSV, "Idempotency-Key": "import-once"}
    first = api().post(PATH, data=file("KEYCO"), headers=headers)
    second = api().post(PATH, data=file("KEYCO"), headers=headers)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert second.data == first.data


def test_problems_are_told_all_at_once_as_problem_details(api: Callable[..., Any]) -> None:
    answer = api().post(PATH, data=b"symbol,date,close\nAAPL,2022-12-28,0\nNOBODY,x,5\n", headers=CSV)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    told = answer.get_json()
    assert told["code"] == "file_has_problems"
    assert [one["path"] for one in told["errors"]] == ["line 2, close", "line 3, date", "line 3, symbol"]
    assert all(one["advice"] for one in told["errors"])


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"json": {"a": 1}}, 415),
        ({"data": {"other": (io.BytesIO(b"x"), "x.csv")}, "content_type": "multipart/form-data"}, 422),
        ({"data": {"name": "x"}, "content_type": "multipart/form-data"}, 422),
        ({"data": b"x" * (6 * 1024 * 1024), "headers": CSV}, 413),
        ({"data": b"", "headers": CSV}, 422),
    ],
)
def test_what_is_no_file_is_refused(api: Callable[..., Any], more: dict[str, Any], status: int) -> None:
    answer = api().post(PATH, **more)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text


@pytest.mark.parametrize("role", list(Role))
def test_only_roles_that_may_import_do(api: Callable[..., Any], role: Role) -> None:
    program = api(role)
    is_allowed = Permission.MARKET_IMPORT in PERMISSIONS[role]
    assert program.post(f"{PATH}?dry_run=true", data=file("ROLECO"), headers=CSV).status_code == (
        200 if is_allowed else 403
    )
    assert program.post(PATH, data=b"x", headers=CSV).status_code == (422 if is_allowed else 403)
    assert program.ask("DELETE", f"{PATH}/x").status_code == (404 if is_allowed else 403)
    assert program.get(PATH).status_code == 200
    assert program.get(f"{PATH}/x").status_code == 404


def test_weights_of_a_benchmark_come_in_are_refused_whole_and_taken_back(api: Callable[..., Any]) -> None:
    program = api()
    head = b"benchmark,symbol,date,weight,name,currency\n"
    bad = program.post(PATH, data=head + b"APIMARK,NOBODY,2022-06-30,0.2,Api,USD\n", headers=CSV)
    assert (bad.status_code, bad.get_json()["code"]) == (422, "file_has_problems")
    assert {one["path"] for one in bad.get_json()["errors"]} == {"line 2, symbol", "line 2, weight"}
    good = head + b"APIMARK,AAPL,2022-06-30,40,Api benchmark,USD\nAPIMARK,KO,2022-06-30,60,,\n"
    assert program.post(f"{PATH}?dry_run=true", data=good, headers=CSV).get_json()["can_import"]
    made = program.post(PATH, data=good, headers=CSV)
    assert (made.status_code, made.get_json()["imported"]["rows_count"]) == (201, 2)
    later = head + b"APIMARK,AAPL,2022-07-29,1,,\n"
    check = program.post(f"{PATH}?dry_run=true", data=later, headers=CSV).get_json()
    assert (check["can_import"], check["counts"][0]["new_count"]) == (True, 1)
    undone = program.ask("DELETE", made.headers["Location"])
    assert (undone.status_code, undone.get_json()["state"]) == (200, "undone")
    check = program.post(f"{PATH}?dry_run=true", data=later, headers=CSV).get_json()
    assert [(one["line"], one["column"]) for one in check["problems"]] == [(2, "benchmark")]


def test_templates_are_saved_as_files_and_can_be_imported_as_they_are(
    api: Callable[..., Any], browser: Callable[..., Any]
) -> None:
    person = browser()
    for name in ("prices", "scores", "rates", "weights"):
        answer = person.open(f"/download/imports/templates/{name}.csv")
        assert (answer.status_code, answer.mimetype) == (200, "text/csv")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}.csv"'
        check = api().post(f"{PATH}?dry_run=true", data=answer.data, headers=CSV).get_json()
        assert check["can_import"], (name, check["problems"])
    assert person.open("/download/imports/templates/other.csv").status_code == 404


def test_a_parquet_file_comes_in_and_another_encoding_is_understood(api: Callable[..., Any]) -> None:
    table = pa.table(
        {"symbol": ["PARCO"], "date": [date(2022, 12, 28)], "close": [7.0], "name": ["P"], "currency": ["USD"]}
    )
    out = io.BytesIO()
    pq.write_table(table, out)
    made = api().post(PATH, data=out.getvalue(), headers={"Content-Type": "application/vnd.apache.parquet"})
    assert made.status_code == 201, made.text
    assert made.get_json()["imported"]["door"] == "upload"
    raw = "symbol;date;close;name;currency\nMULCO;28.12.2022;7,5;Müller AG;EUR\n".encode("cp1252")
    checked = api().post(f"{PATH}?dry_run=true", data=raw, headers=CSV).get_json()
    assert (checked["problems"], checked["new_symbols"][0]["name"]) == ([], "Müller AG")
    assert any("Windows-1252" in one for one in checked["notes"])


def test_rejected_rows_come_as_a_table_without_formulas(api: Callable[..., Any]) -> None:
    answer = api().post(f"{PATH}/rejects", data=b"symbol,date,close\nAAPL,2022-12-28,=1\nNOBODY,x,5\n", headers=CSV)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="rejected-rows.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [(row["line"], row["column"]) for row in rows] == [("2", "close"), ("3", "date"), ("3", "symbol")]
    assert rows[0]["file: close"] == "'=1"
    assert api(Role.VIEWER).post(f"{PATH}/rejects", data=b"x", headers=CSV).status_code == 403
