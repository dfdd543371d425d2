"""Does one table of a page leave with all digits, units in its headers, and nothing that a spreadsheet computes?"""

from __future__ import annotations

import copy
import io
import json
import pickle
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from components.table import table
from components.take import exact_attributes
from services import formatting
from services.errors import InvalidRequest
from services.exports_table import csv_bytes, xlsx_bytes
from services.exports_taken import Provenance, TakenTable, facts_of, sheet_of, taken_of
from services.told import Told


def cell(text: str) -> dict[str, str]:
    """Return a cell as assets/take.js reads it off the page."""
    made = {"text": text}
    carried = exact_attributes(text)
    return made | ({"value": carried["data-value"], "unit": carried["data-unit"]} if carried else {})


def taken(heads: list[str], rows: list[list[str]], caption: str = "The deepest falls") -> TakenTable:
    cells = [[cell(text) for text in row] for row in rows]
    return taken_of(json.loads(json.dumps({"caption": caption, "heads": heads, "rows": cells, "format": "csv"})))


def lines(one: TakenTable) -> list[str]:
    return csv_bytes(sheet_of(one)).decode("utf-8-sig").split("\r\n")


@pytest.mark.requirement("2.3.D5")
def test_all_digits_leave_with_units_in_the_headers():
    exact, amount = 0.123456789012345678, Decimal("1234567.890123456789")
    heads = ["Holding", "Weight", "Value", "Since", "Sessions", "Sharpe"]
    row = [
        "AAPL",
        formatting.weight(exact),
        formatting.money(amount, "USD"),
        formatting.day_short(date(2020, 1, 2)),
        formatting.count(12, "session"),
        formatting.ratio(1.23456789),
    ]
    head, first, *_ = lines(taken(heads, [row]))
    assert head == "holding,weight_frac,value_usd,since,sessions,sharpe"
    assert first == f"AAPL,{exact!r},1234567.890123456789,2020-01-02,12,1.23456789"


def test_percentage_points_and_basis_points_leave_as_fractions():
    row = ["x", formatting.points(0.0123456, signed=True), formatting.basis_points(0.00012345)]
    head, first, *_ = lines(taken(["Name", "Ahead by", "Cost"], [row]))
    assert head == "name,ahead_by_frac,cost_frac"
    assert first == "x,0.0123456,0.00012345"


@pytest.mark.parametrize("text", ["=SUM(A1)", "+1", "-1+2", "@cmd", "\tx"])
def test_what_a_spreadsheet_would_compute_stays_text(text):
    one = taken(["Name", "Weight"], [[text, formatting.weight(0.5)]])
    assert lines(one)[1].startswith(f"'{text}") or lines(one)[1].startswith(f"\"'{text}")
    book = xlsx_bytes([sheet_of(one)], [], title="t", made_at_utc=datetime(2026, 1, 1, tzinfo=UTC))
    found = openpyxl.load_workbook(io.BytesIO(book)).worksheets[0]["A2"]
    assert (found.value, found.data_type) == (text, "s")


@pytest.mark.requirement("2.3.D5")
def test_excel_has_real_numbers_and_days_and_what_they_rest_on():
    one = taken(["Peak", "Depth"], [[formatting.day_short(date(2022, 1, 3)), formatting.rate(0.2510001)]])
    known = Provenance(path="/risk", subject="Core", facts=(("Portfolio", "Core"),))
    facts = facts_of(known, one.caption, "/risk")
    book = xlsx_bytes([sheet_of(one)], facts, title="t", made_at_utc=datetime(2026, 1, 1, tzinfo=UTC))
    falls, notes = openpyxl.load_workbook(io.BytesIO(book)).worksheets
    assert [one.value for one in falls[1]] == ["Peak", "Depth (fraction)"]
    assert falls["A2"].value == datetime(2022, 1, 3)
    assert (falls["B2"].value, falls["B2"].number_format) == (0.2510001, "0.00%")
    assert [row[1].value for row in notes.iter_rows()] == ["The deepest falls", "/risk", "Core"]
    assert facts_of(known, "x", "/stress") == [("Table", "x"), ("Page", "/stress")], "of another page"


def test_missing_figures_stay_empty_and_mixed_columns_keep_their_words():
    rows = [["a", formatting.rate(None)], ["b", formatting.rate(0.01)], ["c", "not yet"]]
    assert lines(taken(["Name", "Depth"], rows))[1:4] == ["a,", "b,0.01", "c,not yet"]


def test_headers_that_repeat_stay_apart():
    row = ["x", formatting.rate(0.1), "1% to 2%", formatting.rate(0.2), "1% to 3%"]
    head = lines(taken(["Method", "Loss", "Interval", "Loss", "Interval"], [row]))[0]
    assert head == "method,loss_frac,interval,loss_frac_2,interval_2"


@pytest.mark.parametrize(
    "wrong", [None, {}, {"caption": "x"}, {"caption": "x", "heads": [], "rows": [], "format": "csv"}]
)
def test_what_is_no_table_is_refused(wrong):
    with pytest.raises(InvalidRequest):
        taken_of(wrong)


def test_a_text_remembers_its_value_through_copies_processes_and_json():
    text = formatting.rate(0.123456789)
    assert isinstance(text, Told)
    for other in (copy.deepcopy(text), pickle.loads(pickle.dumps(text))):
        assert (other, other.value, other.unit) == ("12.35%", 0.123456789, "fraction")
    assert json.dumps(text) == '"12.35%"'
    assert type(f"{text} a year") is str


def test_a_table_carries_the_values_of_its_cells_and_its_button():
    made = json.dumps(
        table([("Name", False), ("Depth", True)], [["x", formatting.rate(0.25)]], caption="c").to_plotly_json(),
        default=lambda one: one.to_plotly_json(),
    )
    assert '"data-value": "0.25"' in made
    assert '"data-take": ""' in made
