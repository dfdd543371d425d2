"""Can programs read limits from a table and write them as one, and is every fault told at once?"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from services.auth.roles import Role
from services.messages.limits import ROWS_MAX_COUNT
from tests.api.test_optimizations import wait_for

READ, TABLE = "/optimizations/limits/read", "/optimizations/limits/table"
CSV = {"Content-Type": "text/csv"}
GERMAN = "limit;of;least;most;measured from;firm\nCountry;US;;62,5%;;\nCurrency;USD;10;;;may give way, 3\n"
LIMITS: list[dict[str, Any]] = [
    {"kind": "group_limit", "dimension": "country", "group": "US", "max_frac": 0.625},
    {"kind": "sector_limit", "sector": "Oil, Gas", "min_frac": 0.0, "max_frac": 0.2, "is_soft": True, "priority": 7},
    {"kind": "position_bounds", "relative_to": "benchmark", "min_frac": -0.02, "max_frac": 0.02},
    {"kind": "cvar_ceiling", "level": 0.99, "max_frac": 0.031},
    {"kind": "long_short", "gross_max_frac": 1.5, "short_max_frac": 0.25},
]


@pytest.mark.requirement("1.3.F6")
@pytest.mark.requirement("1.3.F7")
def test_a_table_as_excel_writes_it_in_germany_becomes_limits(api: Callable[..., Any]) -> None:
    answer = api(Role.VIEWER).post(READ, data=GERMAN.encode("utf-8-sig"), headers=CSV)
    assert answer.status_code == 200, answer.text
    found = answer.get_json()
    assert found["sentence"] == "2 limits read; every row is understood."
    country, currency = found["constraints"]
    assert (country["dimension"], country["group"], country["max_frac"]) == ("country", "US", 0.625)
    assert (currency["min_frac"], currency["is_soft"], currency["priority"]) == (0.1, True, 3)


@pytest.mark.requirement("1.3.A3")
@pytest.mark.requirement("1.3.F6")
def test_limits_that_were_read_are_obeyed_by_an_optimization(api: Callable[..., Any]) -> None:
    one = api()
    table = "limit,of,least,most\nCountry,US,30%,30%\nPosition,,0%,60%\n"
    read = one.post(READ, data=table.encode(), headers=CSV).get_json()["constraints"]
    groups = {"country": {"A": "US", "B": "DE", "C": "DE"}}
    problem = {
        "assets": ["A", "B", "C"],
        "expected_returns_frac": [0.0006, 0.0004, 0.0002],
        "covariance": [[0.0004, 0, 0], [0, 0.0003, 0], [0, 0, 0.0002]],
    }
    asked = {"problem": problem, "objective": {"kind": "max_sharpe"}, "constraints": read, "facts": {"groups": groups}}
    started = one.post("/optimizations", json=asked).get_json()
    answer = wait_for(one, f"/optimizations/{started['id']}")
    weights = {line["asset"]: line["weight_frac"] for line in answer["weights"]}
    assert weights["A"] == pytest.approx(0.3, abs=1e-6)


def test_a_form_with_a_file_is_read_too(api: Callable[..., Any]) -> None:
    form = {"file": (io.BytesIO(GERMAN.encode()), "limits.csv")}
    answer = api().post(READ, data=form, content_type="multipart/form-data")
    assert (answer.status_code, len(answer.get_json()["constraints"])) == (200, 2)


@pytest.mark.requirement("1.3.D1")
def test_all_faults_are_told_at_once_and_nothing_is_taken_over(api: Callable[..., Any]) -> None:
    lines = ("limit,of,least,most,firm", "Contry,US,,40%,", "Sector,,,20%,", "Turnover,,30%,,", "Beta,,,1.2%,maybe")
    table = "\n".join([*lines, "Volatility,,,15%,"])
    found = api().post(READ, data=table.encode(), headers=CSV).get_json()
    assert found["constraints"] == []
    assert found["sentence"] == "1 limit read, 4 rows have problems; nothing was taken over."
    assert {(one["row"], one["column"]) for one in found["problems"]} >= {
        (2, "limit"), (3, "of"), (4, "least"), (5, "most"), (5, "firm"),
    }  # fmt: skip
    assert "Did you mean Country?" in found["problems"][0]["advice"]


@pytest.mark.requirement("1.3.D1")
def test_a_surplus_cell_hides_no_other_fault(api: Callable[..., Any]) -> None:
    lines = (
        "limit,of,least,most",
        "Contry,US,0,4,",
        "Contry,US,0,5,",
        "Sector,Energy,0,25,",
        "Beta,,,1.2%",
        "Sector,,,2%",
    )
    table = "\n".join(lines).replace("0,5,", "0,5,1,2").replace("0,25,", "0,25,x")
    found = api().post(READ, data=table.encode(), headers=CSV).get_json()
    places = {(one["row"], one["column"]) for one in found["problems"]}
    assert {(2, "limit"), (3, None), (3, "limit"), (4, None), (5, "most"), (6, "of")} == places
    assert found["constraints"] == []
    assert found["sentence"] == "0 limits read, 5 rows have problems; nothing was taken over."


@pytest.mark.requirement("1.3.D1")
@pytest.mark.parametrize("row", ["Sector,Energy,," + "x" * 40_001, "Sector" + "," * 61, 'Sector,"Energy,,5%'])
def test_a_row_that_cannot_be_cut_into_cells_hides_no_other_fault(api: Callable[..., Any], row: str) -> None:
    table = f"limit,of,least,most\nContry,US,,40%\n{row}\n"
    found = api().post(READ, data=table.encode(), headers=CSV).get_json()
    assert {one["row"] for one in found["problems"]} == {2, 3}


@pytest.mark.parametrize(
    "raw",
    [b"\x00\x01\x02" * 30, b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 50, b"\xff\xfe\xff\xdf" * 9],
)
def test_advice_for_a_file_of_another_kind_names_what_is_read_here(api: Callable[..., Any], raw: bytes) -> None:
    (problem,) = api().post(READ, data=raw, headers=CSV).get_json()["problems"]
    assert "CSV UTF-8" in problem["advice"]
    assert "xlsx" not in problem["advice"]
    assert "nor an Excel workbook" not in problem["message"]


def test_a_column_copied_as_utf_16_is_a_table_too(api: Callable[..., Any]) -> None:
    found = api().post(READ, data="limit\nFully invested\n".encode("utf-16"), headers=CSV).get_json()
    assert "symbol,date" not in str(found["problems"])


@pytest.mark.parametrize("kind", ["application/json", "application/pdf", None])
def test_a_body_of_another_kind_is_told_which_kinds_are_read(api: Callable[..., Any], kind: str | None) -> None:
    answer = api().post(READ, data=b"{}", content_type=kind)
    assert answer.status_code == 415
    told = answer.get_json()["detail"]
    assert "'multipart/form-data'" in told
    assert "text/csv" in told
    assert "json" not in told


def test_a_small_percentage_without_its_sign_is_pointed_out(api: Callable[..., Any]) -> None:
    found = api().post(READ, data=b"limit,of,most\nCountry,US,0.25\n", headers=CSV).get_json()
    assert found["constraints"][0]["max_frac"] == 0.0025
    (warning,) = found["warnings"]
    assert (warning["row"], warning["column"]) == (2, "most")
    assert "Did you mean 25%?" in warning["advice"]


def test_a_limit_that_stands_twice_is_pointed_out_and_both_are_taken_over(api: Callable[..., Any]) -> None:
    table = b"limit,of,most\nCountry,US,25%\nCountry,US,30%\n"
    found = api().post(READ, data=table, headers=CSV).get_json()
    assert found["sentence"] == "2 limits read; every row is understood. 1 remark below."
    assert [one["max_frac"] for one in found["constraints"]] == [0.25, 0.3]
    (warning,) = found["warnings"]
    assert (warning["row"], warning["column"]) == (3, "limit")
    assert "at most 25% of row 2" in warning["advice"]


@pytest.mark.requirement("1.3.D1")
def test_a_table_that_was_written_is_read_back_as_it_was(api: Callable[..., Any]) -> None:
    one = api(Role.VIEWER)
    for decimal in ("point", "comma"):
        written = one.post(TABLE, json={"constraints": LIMITS, "decimal": decimal})
        assert written.status_code == 200, written.text
        assert written.mimetype == "text/csv"
        assert "limits.csv" in written.headers["Content-Disposition"]
        read = one.post(READ, data=written.data, headers=CSV).get_json()
        assert read["problems"] == []
        again = one.post(TABLE, json={"constraints": read["constraints"], "decimal": decimal})
        assert again.data == written.data
        for asked, found in zip(LIMITS, read["constraints"], strict=True):
            assert asked.items() <= found.items()


def test_permission_is_judged_before_what_was_sent(api: Callable[..., Any]) -> None:
    for path in (READ, TABLE):
        assert api(None).post(path, data=b"x", headers={"Content-Type": "application/pdf"}).status_code == 401


def test_a_table_of_limits_that_are_none_names_every_field(api: Callable[..., Any]) -> None:
    limits = [{"kind": "turnover", "max_frac": 9.0}, {"kind": "nothing"}, {"kind": "beta"}]
    answer = api().post(TABLE, json={"constraints": limits, "more": 1})
    assert answer.status_code == 422
    paths = {one["path"] for one in answer.get_json()["errors"]}
    assert paths == {"constraints[0].max_frac", "constraints[1]", "constraints[2]", "more"}


@pytest.mark.parametrize(
    ("raw", "status"), [(b"limit,most\n" + b"Turnover,30%\n" * 90_000, 413), (b"", 200), (b"PK\x03\x04rest", 200)]
)
def test_what_is_no_table_is_refused_in_words(api: Callable[..., Any], raw: bytes, status: int) -> None:
    answer = api().post(READ, data=raw, headers=CSV)
    assert answer.status_code == status, answer.text
    if status == 200:
        assert answer.get_json()["problems"]
        assert answer.get_json()["constraints"] == []


def test_a_table_may_have_so_many_rows_and_no_more(api: Callable[..., Any]) -> None:
    lines = "".join(f"Group: Sleeve,G{n},,50%\n" for n in range(ROWS_MAX_COUNT + 1))
    found = api().post(READ, data=("limit,of,least,most\n" + lines).encode(), headers=CSV).get_json()
    assert found["constraints"] == []
    assert "2,500 rows" in found["problems"][0]["message"]
