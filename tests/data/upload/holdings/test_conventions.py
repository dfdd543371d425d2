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
