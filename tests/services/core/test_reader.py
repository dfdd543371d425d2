"""Do amounts and dates read as the person behind a request prefers, in texts and files, and never in what is kept?"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from services import formatting as f
from services import reader
from services.charts.history import day_hover, time_axis
from services.charts.look import Look
from services.exports_hidden import facts_for_reader, page_for_reader, sheets_for_reader
from services.exports_page import PageDocument
from services.exports_table import Column, Sheet, Shown, csv_bytes, xlsx_bytes
from services.messages.preferences import DateFormat, Preferences
from services.number_style import in_style
from services.told import Told

DAY = date(2022, 12, 8)
KEPT = "Sells 1,200 shares for 48,213.40 USD, −2.5% of all, on 8 Dec 2022."
SHEET = Sheet(
    "Holdings",
    [
        Column("symbol", "Symbol"),
        Column("quantity", "Shares", "quantity"),
        Column("price", "Price", "price"),
        Column("value_ccy", "Value, USD", "money"),
        Column("weight_frac", "Weight", "weight"),
    ],
    [
        ["AAPL", Decimal("37.5"), Decimal("126.04"), Decimal("4726.5"), 0.25],
        ["Cash", None, None, Shown(None, "money"), 0.75],
    ],
)


@pytest.fixture
def private() -> Iterator[None]:
    with reader.reading(lambda: Preferences(amounts="hidden")):
        yield


def test_money_and_shares_are_masked_for_their_reader_and_percentages_stay(private: None) -> None:
    assert f.money(Decimal("4726.5"), "USD", style="comma") == f"{f.MASK} USD"
    assert f.money(-12, style="point", signed=True) == f.MASK
    assert f.quantity(37.5, style="comma") == f.MASK
    assert f.money(None, style="comma") == f.MISSING
    assert f.weight(0.25, style="comma") == "25.0%"
    assert f.number(126.04, style="comma") == "126.04"


def test_a_masked_text_remembers_no_amount_for_files_of_tables(private: None) -> None:
    assert not isinstance(f.money(4726.5, "USD", style="comma"), Told)
    assert not isinstance(f.quantity(37.5, style="comma"), Told)


def test_canonical_sentences_keep_their_amounts_until_they_are_shown(private: None) -> None:
    assert f.money(4726.5, "USD") == "4,726.50 USD"
    assert in_style(KEPT, "comma") == f"Sells 1,200 shares for {f.MASK} USD, −2.5% of all, on 8 Dec 2022."
    with reader.reading(None):
        assert in_style(KEPT, "comma") == KEPT


def test_charts_hide_the_figures_of_axes_of_money(private: None) -> None:
    look = Look()
    assert look.money_axis() == {"showticklabels": False}
    assert (look.money(48_213), look.money_hover) == (f.MASK, f.MASK)
    with reader.reading(None):
        assert (look.money(48_213), look.money_hover) == ("48,213", "%{y:,.0f}")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_tables_leave_without_amounts_and_say_so(private: None, kind: str) -> None:
    sheets, facts = sheets_for_reader([SHEET]), facts_for_reader([("As of", DAY)])
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(csv_bytes(sheets[0]).decode("utf-8-sig"))))[1:]
    else:
        book = openpyxl.load_workbook(
            io.BytesIO(xlsx_bytes(sheets, facts, title="t", made_at_utc=datetime(2022, 12, 8, tzinfo=UTC)))
        )
        rows = [["" if cell is None else str(cell) for cell in row] for row in book["Holdings"].values][1:]
        assert ("Privacy", reader.HIDDEN) in list(book["Assumptions"].values)
    assert rows == [["AAPL", f.MASK, "126.04", f.MASK, "0.25"], ["Cash", "", "", "", "0.75"]]


def test_nothing_is_masked_for_a_reader_who_sees_amounts() -> None:
    assert sheets_for_reader([SHEET]) == [SHEET]
    assert facts_for_reader([]) == []


def test_the_foot_of_a_page_says_once_that_amounts_are_hidden(private: None) -> None:
    page = page_for_reader(PageDocument("Risk", [], [], source="Prices"))
    assert page.source == f"{reader.HIDDEN} · Prices"
    assert page_for_reader(page) == page


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [("words", "8 Dec 2022"), ("iso", "2022-12-08"), ("day_first", "08/12/2022"), ("month_first", "12/08/2022")],
)
def test_days_read_as_their_reader_prefers(chosen: DateFormat, shown: str) -> None:
    with reader.reading(lambda: Preferences(date_format=chosen)):
        assert f.day_short(DAY) == shown
        assert f.moment(datetime(2022, 12, 8, 14, 5, tzinfo=UTC)) == f"{shown}, 14:05 UTC"
        assert in_style("Known since 8 December 2022.", "comma").removeprefix("Known since ") in (
            f"{shown}.",
            "8 December 2022.",
        )
        assert in_style("From 8 Dec 2022 on, 30 May be.", "comma").startswith(f"From {shown} on") or chosen == "words"
        assert in_style("31 February 2022", "comma") == "31 February 2022"
    assert f.day(DAY) == "8 December 2022"


def test_axes_and_hover_texts_have_days_as_the_reader_prefers() -> None:
    with reader.reading(lambda: Preferences(date_format="iso")):
        assert time_axis()["hoverformat"] == "%Y-%m-%d"
        assert time_axis()["tickformatstops"][0]["value"] == "%m-%d"
        assert day_hover("1") == "%{x|%Y-%m-%d}<br>1<extra></extra>"
    assert time_axis()["hoverformat"] == "%-d %b %Y"


def test_preferences_are_asked_for_once_and_only_if_a_text_needs_them() -> None:
    asked = []

    def ask() -> Preferences:
        asked.append(1)
        return Preferences(amounts="hidden")

    with reader.reading(ask):
        f.weight(0.1, style="comma")
        assert not asked
        f.money(1, style="comma")
        f.money(2, style="comma")
    assert len(asked) == 1
