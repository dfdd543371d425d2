"""Does the grid of all other limits become limits of the request, and does a table that is brought find its place?"""

from __future__ import annotations

import json
from typing import Any

import pytest

from callbacks import present_limits
from callbacks.optimize_draft import build
from callbacks.optimize_limits import limits_of
from callbacks.optimize_numbers import TypedProblem
from callbacks.optimize_others import as_rows, named_rows, read_others
from callbacks.optimize_place import place
from callbacks.optimize_restore import from_request
from callbacks.optimize_summary import messages_by_field
from components.wizard_draft import DEFAULTS, step_of
from services.limit_files import csv_of, read_file
from services.messages.limits import LimitsRead
from services.messages.optimize import OptimizationRequest
from tests.ui.pages.test_number_style import text_of


def draft(*rows: dict[str, str], **parts: Any) -> dict[str, Any]:
    others = [{"id": f"r{number}", **row} for number, row in enumerate(rows, 1)]
    return DEFAULTS | {"assets": ["AAPL", "JPM", "KO", "MSFT", "XOM"], "others": others} | parts


def documents(table: str) -> list[dict[str, Any]]:
    reading = read_file(table.encode()).table
    assert not reading.problems
    return reading.documents


def lost(limits: list[dict[str, Any]], made: dict[str, Any]) -> list[dict[str, Any]]:
    stated = {json.dumps(limit, sort_keys=True) for limit in limits_of(made)}
    return [limit for limit in limits if json.dumps(limit, sort_keys=True) not in stated]


@pytest.mark.requirement("1.3.F6")
@pytest.mark.requirement("1.3.F7")
def test_rows_of_countries_currencies_and_asset_classes_are_limits_of_the_request() -> None:
    built = build(
        draft(
            {"limit": "Country", "of": "US", "most": "62,5"},
            {"limit": "currency", "of": "USD", "least": "10%", "firm": "may give way, 3"},
            {"limit": "Asset class", "of": "equity", "most": "90", "measured_from": "benchmark weight"},
        )
    )
    assert not built.problems
    request = OptimizationRequest.model_validate_json(built.request_json)
    country, currency, kind = (one for one in request.constraints if one.kind == "group_limit")
    assert (country.dimension, country.group, country.max_frac) == ("country", "US", 0.625)
    assert (currency.min_frac, currency.is_soft, currency.priority) == (0.1, True, 3)
    assert (kind.max_frac, kind.relative_to) == (0.9, "benchmark")


def test_every_wrong_cell_is_told_at_its_cell_and_belongs_to_the_limits() -> None:
    built = build(
        draft(
            {"limit": "Contry", "of": "US", "most": "40"},
            {"limit": "Turnover", "least": "30", "firm": "perhaps"},
            {"limit": "Beta", "most": "1.2%"},
            {"limit": "Country", "of": "DE", "least": "50", "most": "40"},
        )
    )
    keys = {problem.key for problem in built.problems}
    assert keys == {"others.r1.limit", "others.r2.firm", "others.r2.least", "others.r3.most", "others.r4.least"}
    assert {step_of(key) for key in keys} == {2}
    text = messages_by_field(built.problems)["others"]
    assert "Row 1: “Contry” is no limit that the product knows. Did you mean Country?" in text
    assert "Row 4:" in text


def test_a_problem_that_shows_only_beside_the_data_comes_back_to_its_cell() -> None:
    built = build(draft({"limit": "Position", "of": "AAPL", "most": "2", "measured_from": "benchmark weight"}))
    place_of = next(path for path, key in built.paths.items() if key == "others.r1.measured_from")
    assert place_of.endswith(".relative_to")
    assert built.key_of(place_of.replace("relative_to", "assets[0]")) == "others.r1.of"


def test_limits_that_an_older_draft_kept_as_documents_are_rows_now() -> None:
    limit = {"kind": "group_limit", "dimension": "country", "group": "US", "max_frac": 0.5}
    read = read_others([limit])
    assert not read.problems
    assert read.limits[0][0] | limit == read.limits[0][0]


@pytest.mark.requirement("1.3.F1")
@pytest.mark.requirement("1.3.F2")
def test_what_has_a_field_goes_there_and_the_rest_into_the_grid() -> None:
    limits = documents(
        "limit,of,least,most,measured from,firm\n"
        "Position,,2%,30%\nPosition,AAPL,5%,10%\nSector,Energy,,20%\nTurnover,,,30%\nESG,,55\n"
        "Country,US,,60%\nPosition,,,2%,benchmark\nTurnover,,,20%,,may give way 4\n"
    )
    placed = place(draft(zero_or_min=True), limits)
    made = placed.draft
    assert (made["min"], made["max"], made["zero_or_min"]) == ("2", "30", False)
    assert made["bounds"] == {"AAPL": {"min": "5", "max": "10"}}
    assert made["sectors"] == {"Energy": {"min": "", "max": "20"}}
    assert (made["turnover_max"], made["esg_min"]) == ("30", "55")
    assert [row["limit"] for row in made["others"]] == ["Country", "Position", "Turnover"]
    assert placed.rows_count == 3
    assert not lost(limits, made)


def test_the_same_table_brought_again_changes_nothing_and_new_figures_replace_the_old() -> None:
    table = "limit,of,most\nCountry,US,60%\nCurrency,USD,50%\n"
    once = place(draft({"limit": "Beta", "most": "1.2"}), documents(table)).draft
    assert place(once, documents(table)).draft == once
    again = place(once, documents("limit,of,most\nCountry,us,70%\n".replace("us", "US"))).draft
    assert {(row["limit"], row["most"]) for row in again["others"]} == {
        ("Beta", "1.2"), ("Country", "70%"), ("Currency", "50%"),
    }  # fmt: skip
    assert len({row["id"] for row in again["others"]}) == 3


def test_a_limit_that_its_field_cannot_hold_leaves_the_field_and_is_not_asked_for_twice() -> None:
    limits = documents("limit,most,firm\nVolatility,15%,\nTracking error,4%,soft 7\n")
    made = place(draft(volatility_max="12", tracking_max="3", tracking_soft="5"), limits).draft
    assert (made["volatility_max"], made["tracking_max"]) == ("15", "")
    assert not build(made).problems
    assert not lost(limits, made)


@pytest.mark.parametrize(
    "table",
    [
        "limit,most\nShorts,30%\nGross exposure,150%\n",
        "limit,most\nShorts,30%\n",
        "limit,least,most\nNet investment,90%,90%\n",
        "limit,least\nMinimum holding,2%\nMinimum trade,0.5%\nRound lots,\n",
        "limit,of,least,most,details\nPosition,,0%,30%,short=10%\nCVaR,,,3%,level=99%\n",
        "limit,least,details\nESG,55,without a score=left out\n",
        "limit,of,least,most,firm\nSector,Energy,,20%,soft\nHoldings count,,3,8,soft 2\n",
    ],
)
def test_nothing_that_is_brought_is_lost(table: str) -> None:
    limits = documents(table)
    assert not lost(limits, place(draft(), limits).draft)


@pytest.mark.requirement("1.3.D1")
def test_all_limits_of_a_draft_go_into_a_file_and_come_back() -> None:
    first = draft(
        {"limit": "Country", "of": "US", "most": "60"},
        {"limit": "CDaR", "most": "20", "details": "level=97.5%"},
        min="2", max="30", zero_or_min=True, turnover_max="25", sectors={"Energy": {"min": "", "max": "20"}},
    )  # fmt: skip
    back = place(draft(), read_file(csv_of(limits_of(first), "comma")).table.documents).draft
    assert limits_of(back) == limits_of(first)


def test_a_stored_request_with_shorts_of_one_budget_only_keeps_it() -> None:
    asked = {
        "asset_ids": ["AAPL", "KO"],
        "objective": {"kind": "max_sharpe"},
        "constraints": [
            {"kind": "budget", "net_frac": 1.0},
            {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 1.0},
            {"kind": "long_short", "gross_max_frac": None, "short_max_frac": 0.2},
        ],
    }
    request = OptimizationRequest.model_validate_json(json.dumps(asked))
    again = build(from_request("r", request.model_dump(mode="json")))
    assert OptimizationRequest.model_validate_json(again.request_json).constraints == request.constraints


def test_rows_that_are_added_have_ids_of_their_own() -> None:
    limit = {"kind": "turnover", "max_frac": 0.2}
    rows = as_rows([limit, limit], [{"id": "r1"}, {"id": "r3"}])
    assert [row["id"] for row in rows] == ["r2", "r4"]


def test_the_summary_names_every_fault_in_the_reader_s_numbers() -> None:
    found = read_file(b"limit,of,most\nContry,US,40%\nSector,,2.5%\n")
    read = LimitsRead.model_validate(
        {
            "sentence": "0 limits read, 2 rows have problems; nothing was taken over.",
            "rows_count": 2, "constraints": (), "problems": tuple(found.table.problems), "warnings": (),
            "notes": ("Took 1,234.5.",),
        }
    )  # fmt: skip
    text = text_of(present_limits.read_words(read, None, "point"))
    for words in ("Row 2, limit", "Did you mean Country?", "Row 3, of", "Took 1.234,5.", "nothing was taken over"):
        assert words in text


def test_assets_that_are_not_chosen_are_named() -> None:
    limits = documents("limit,of,most\nPosition,NVDA,10%\n")
    placed = place(draft(), limits)
    assert placed.absent == ("NVDA",)
    assert placed.draft["assets"] == draft()["assets"]


def test_every_kind_is_offered_with_the_cells_that_it_has() -> None:
    found = {one["words"]: one for one in present_limits.choices()}
    assert found["Country"]["of"] == "country"
    assert found["Position"]["bases"] == ["current weight", "benchmark weight"]
    assert found["Turnover"]["sides"] == ["most"]
    assert found["Group: "]["of"] == "group"
    rows = [{"symbol": "A", "sector": "Energy", "groups": {"country": "US"}}]
    assert present_limits.known({"assets": rows}) == {"assets": ["A"], "sector": ["Energy"], "country": ["US"]}


def test_what_shows_only_beside_the_data_names_its_row_too() -> None:
    made = draft({"limit": "Beta", "most": "1.2"}, {"limit": "Country", "of": "US", "most": "40"})
    found = (
        TypedProblem("others.r2.of", "There is no such country.", "Choose one."),
        TypedProblem("others.r1.most", "Row 1: Beta is a plain number.", "Write 0.8."),
        TypedProblem("max", "The largest position is empty.", "Type one."),
    )
    assert [one.message for one in named_rows(found, made["others"])] == [
        "Row 2: There is no such country.",
        "Row 1: Beta is a plain number.",
        "The largest position is empty.",
    ]
