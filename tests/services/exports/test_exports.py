"""Do exports ask for permission, name their problems and hand over files that spreadsheets open safely?"""

from __future__ import annotations

import csv
import io
from datetime import datetime
from decimal import Decimal

import openpyxl
import pytest

from services import exports_browser
from services.auth.roles import Role
from services.errors import Conflict, InvalidRequest, NotAllowed, NotFound, Unavailable
from services.exports_table import Column, Sheet, csv_bytes, safe_text


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.mark.parametrize(("kind", "start"), [("pdf", b"%PDF"), ("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_a_chart_of_a_run_becomes_a_file(exports, actor, kind, start):
    made = exports.chart("done", "frontier", kind, "auto", actor)
    assert made.data.startswith(start)
    assert made.filename == f"growth-max-sharpe-frontier-2022-12-28.{kind}"
    assert made.drawn_by == "vector"
    assert made.content == made.data


def test_a_figure_of_the_screen_becomes_a_file_too(exports, actor, figure):
    assert exports.chart(figure, format="svg", renderer="vector", actor=actor).filename == "efficient-frontier.svg"


def test_what_is_missing_or_unknown_is_told(exports, actor):
    with pytest.raises(NotFound, match="no such run"):
        exports.chart("other", "frontier", "pdf", "auto", actor)
    with pytest.raises(NotFound, match="no chart named 'pie'"):
        exports.chart("done", "pie", "pdf", "auto", actor)
    with pytest.raises(Conflict, match="it is running"):
        exports.chart("busy", "frontier", "pdf", "auto", actor)
    with pytest.raises(InvalidRequest, match="'gif'"):
        exports.chart("done", "frontier", "gif", "auto", actor)
    with pytest.raises(InvalidRequest, match="'ods'"):
        exports.table("done", "ods", actor)


def test_without_a_browser_the_vector_renderer_is_recommended(exports, actor, monkeypatch):
    monkeypatch.setattr(exports_browser, "find_browser", lambda: None)
    assert exports.has_browser is False
    with pytest.raises(Unavailable) as told:
        exports.chart("done", "frontier", "pdf", "browser", actor)
    assert "No Chromium browser is installed" in told.value.sentence
    assert "needs no browser" in told.value.sentence


def test_a_picture_of_the_browser_is_stamped():
    head = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + b"\x00" * 17
    assert b"tEXtdrawn_by\x00browser" in exports_browser.stamped(head + b"rest", "png")
    assert b"<desc>drawn_by: browser</desc>" in exports_browser.stamped(b"<svg a='1'><g/></svg>", "svg")


def test_the_csv_of_a_result_holds_every_digit_and_no_formula(exports, actor):
    made = exports.table("done", "csv", actor)
    head, *rows = rows_of(made.data)
    assert head[:6] == ["asset", "name", "sector", "weight_frac", "current_frac", "trade_frac"]
    assert rows[0][:5] == ["AAPL", "AAPL Inc.", "Technology", "0.25", "0.1"]
    assert rows[0][6] == "1500.00"
    assert rows[1][0] == "'=1+1"
    assert made.filename == "growth-max-sharpe-weights-2022-12-28.csv"


def test_the_workbook_holds_real_numbers_formats_and_assumptions(exports, actor):
    book = openpyxl.load_workbook(io.BytesIO(exports.table("done", "xlsx", actor).data))
    assert book.sheetnames == ["Weights", "Figures", "Limits", "Assumptions"]
    page = book["Weights"]
    assert page["D2"].value == 0.25
    assert page["D2"].number_format == "0.0%"
    assert page["A3"].value == "=1+1"
    assert page["A3"].data_type == "s"
    assert page.freeze_panes == "B2"
    assert page.auto_filter.ref == "A1:K4"
    notes = {row[0].value: row[1].value for row in book["Assumptions"].iter_rows()}
    assert notes["As of"] == datetime(2022, 12, 28)
    assert notes["Request (SHA-256)"] == "cd" * 32
    assert notes["Sources"] == "Embedded history"
    figures = {row[0].value: row[1] for row in book["Figures"].iter_rows(min_row=2)}
    assert figures["Sharpe ratio"].number_format == "0.00"
    assert figures["Maximum drawdown"].value is None


def test_holdings_keep_money_and_dates_and_leave_gaps_empty(exports, actor):
    book = openpyxl.load_workbook(io.BytesIO(exports.holdings("p", "xlsx", actor).data))
    page = book["Holdings"]
    head = [cell.value for cell in page[1]]
    first = dict(zip(head, [cell.value for cell in page[2]], strict=True))
    second = dict(zip(head, [cell.value for cell in page[3]], strict=True))
    assert first["Value, USD"] == 1323.42
    assert first["Price of"] == datetime(2022, 12, 28)
    assert second["Price"] is None
    assert second["Note"] == "Sample, fictitious."
    assert rows_of(exports.holdings("p", "csv", actor).data)[2][:2] == ["'@SUM", "'+cmd"]


@pytest.mark.parametrize("text", ["=A1", "+1", "-1", "@x", "\tx", "\rx"])
def test_a_text_that_a_spreadsheet_would_compute_gets_an_apostrophe(text):
    assert safe_text(text) == f"'{text}"


def test_negative_numbers_stay_numbers():
    sheet = Sheet("X", [Column("a", "A", "money"), Column("b", "B", "rate")], [[Decimal("-0.10"), -0.125]])
    assert rows_of(csv_bytes(sheet))[1] == ["-0.10", "-0.125"]


def test_who_may_not_export_gets_nothing(exports, monkeypatch, actor):
    from services.auth import policy
    from services.auth.roles import Permission

    monkeypatch.setitem(
        policy.PERMISSIONS,
        Role.PORTFOLIO_MANAGER,
        policy.PERMISSIONS[Role.PORTFOLIO_MANAGER] - {Permission.EXPORTS_MAKE},
    )
    for ask in (
        lambda: exports.chart("done", "frontier", "pdf", "auto", actor),
        lambda: exports.table("done", "csv", actor),
        lambda: exports.holdings("p", "csv", actor),
    ):
        with pytest.raises(NotAllowed):
            ask()
