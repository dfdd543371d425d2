"""Are days, pence, levels of detail and cash read as their makers mean them?"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from data.upload.cells import Limits
from data.upload.holdings.days import day_of
from data.upload.holdings.layout import DayOrder
from data.upload.holdings.reading import read_rows
from data.upload.holdings.rows import FileRows, Wishes

TODAY = date(2026, 1, 1)


def read(text: str) -> FileRows:
    return read_rows(text.encode(), Wishes(), Limits(1 << 20, 1000), TODAY)


@pytest.mark.parametrize(
    "text",
    ["Dec 28, 2022", "28 Dec 2022", "28. Dezember 2022", "28 décembre 2022", "28 Dec 2022 09:30", "20221228;093000"],
)
def test_days_with_names_of_months_are_read(text: str) -> None:
    assert day_of(text, DayOrder.MONTH_FIRST, TODAY) == date(2022, 12, 28)


def test_lots_are_not_counted_beside_their_sum() -> None:
    head = "ClientAccountID,CurrencyPrimary,AssetClass,Symbol,Position,MarkPrice,PositionValue,LevelOfDetail\n"
    rows = "".join(f"U1,USD,STK,AAPL,{n},126,1,{level}\n" for n, level in ((100, "SUMMARY"), (60, "LOT"), (40, "LOT")))
    found = read(head + rows)
    assert [one.quantity for one in found.holdings] == [Decimal(100)]
    assert any("LOT" in one for one in found.notes)
    assert [one.quantity for one in read(head + rows.replace("SUMMARY", "LOT")).holdings] == [100, 60, 40]


def test_prices_in_pence_become_pounds() -> None:
    (row,) = read("Date,Type,Symbol,Quantity,Price,Currency\n2022-12-28,Buy,VOD,10,85.1,GBX\n").transactions
    assert (row.price, row.amount_ccy, row.currency) == (Decimal("0.851"), Decimal("-8.51"), "GBP")


def test_what_has_an_isin_is_no_cash() -> None:
    (row,) = read("Name,ISIN,Quantity\nCash Converters,AU000000CCV1,100\n").holdings
    assert row.security is not None


@pytest.mark.parametrize(
    ("name", "is_cash"),
    [
        ("Cash", True), ("Cash EUR", True), ("Cash (EUR)", True), ("Cash & Cash Equivalents", True),
        ("Cash and Money Market", True), ("Cash Balance USD", True), ("Bargeld CHF", True), ("Cash U.S. Dollar", True),
        ("Cash Converters International", False), ("Cash America Inc.", False), ("Contanti", True),
        ("Cash Plus Fund", False),
    ],
)  # fmt: skip
def test_a_name_that_only_begins_with_cash_is_a_security(name: str, is_cash: bool) -> None:
    (row,) = read(f"Name,Quantity,Currency\n{name},100,USD\n").holdings
    assert (row.security is None) is is_cash


def test_a_quotation_mark_that_is_not_closed_swallows_no_row_in_silence() -> None:
    found = read('symbol,quantity,note\nAAPL,1,"x\nMSFT,2,y\n')
    assert (found.is_whole, found.holdings) == (False, ())
    assert [one.message for one in found.problems] == [
        "A quotation mark in line 2 is not closed, so the lines below cannot be told apart."
    ]
    whole = read('symbol,quantity,note\nAAPL,1,"x\ny"\nMSFT,2,5" z\n')
    assert (whole.is_whole, len(whole.holdings)) == (True, 2)


def test_a_file_with_more_rows_than_allowed_is_not_read_in_part() -> None:
    found = read_rows(b"symbol,quantity\n" + b"AAPL,1\n" * 4, Wishes(), Limits(1 << 20, 3), TODAY)
    assert (found.is_whole, found.holdings) == (False, ())
    assert "more than the 3 rows allowed" in found.problems[0].message


@pytest.mark.parametrize(
    "total",
    [
        "Total (USD)", "Total EUR", "Total in CHF:", "Grand Total :", "Summe", "TOTAL", "GESAMTSUMME EUR",
        "Positions Total", "Total Portfolio", "Portfolio Total:", "Endsumme", "ENDSUMME EUR", "Total Holdings (USD)",
    ],
)  # fmt: skip
def test_totals_are_no_rows_whatever_currency_they_name(total: str) -> None:
    found = read(f"symbol,name,quantity\nAAPL,,5\n{total},,5\n")
    assert [one.why for one in found.dropped] == ["A total."]
    assert not read("symbol,quantity\nTOTALENERGIES,5\nTTE,2\n").dropped
    names = read("name,symbol,quantity\nTotal Portfolio Strategy Fund,TPSF,5\nVanguard Total Stock Market,VTI,2\n")
    assert ([row.quantity for row in names.holdings], names.dropped) == ([Decimal(5), Decimal(2)], ())


def test_the_total_below_a_broker_s_positions_is_no_position() -> None:
    found = read(
        '"Symbol","Description","Qty (Quantity)","Price","Mkt Val (Market Value)","Cost Basis","Security Type"\n'
        '"AAPL","APPLE INC","1,200","$126.04","$151,248.00","$100,000.00","Equity"\n'
        '"Cash & Cash Investments","--","--","--","$1,234.56","--","Cash and Money Market"\n'
        '"Positions Total","","--","--","$152,482.56","$100,000.00","--"\n'
    )
    assert (len(found.holdings), found.problems) == (2, ())
    assert [one.why for one in found.dropped] == ["A total."]


def test_a_spreadsheets_number_of_a_day_is_named_as_one() -> None:
    (told,) = read("Date,Type,Symbol,Quantity,Price\n44923,Buy,AAPL,1,2\n").problems
    assert "may be counted from 1900 or from 1904" in told.message


@pytest.mark.parametrize(
    ("text", "asks", "quantity"),
    [
        ("symbol;quantity\nAAPL;1.234\n", True, None),
        ("symbol,quantity\nAAPL,1.234\n", True, None),
        ("symbol;quantity;cost\nAAPL;1.234;100,5\n", False, "1234"),
        ("symbol;quantity;cost\nAAPL;1.234;100.55\n", False, "1.234"),
    ],
)
def test_a_mark_that_may_mean_two_things_is_asked_about(text: str, *, asks: bool, quantity: str | None) -> None:
    found = read(text)
    assert [one.name for one in found.questions] == (["decimal"] if asks else [])
    assert asks or found.holdings[0].quantity == Decimal(quantity or 0)
