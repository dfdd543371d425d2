"""Do holdings survive being written in any dialect, and does no file make the reader raise?"""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from data.upload.cells import Limits
from data.upload.holdings.reading import read_rows
from data.upload.holdings.rows import Wishes

LIMITS = Limits(1024 * 1024, 1000)
TODAY = date(2022, 12, 31)
QUANTITIES = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(10) ** 7, places=2)
SYMBOLS = st.from_regex(r"[A-Z]{2,5}", fullmatch=True).filter(lambda one: one not in {"CASH", "TOTAL"})


def written(value: Decimal, mark: str, thousands: str) -> str:
    return f"{value:,.2f}".replace(",", "\0").replace(".", mark).replace("\0", thousands)


@settings(max_examples=60, deadline=None)
@given(
    holdings=st.dictionaries(SYMBOLS, QUANTITIES, min_size=1, max_size=8),
    marks=st.sampled_from([(".", ""), (".", ","), (",", ""), (",", "."), (".", "'"), (",", "\u00a0")]),
    separator=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    headings=st.sampled_from([("Symbol", "Quantity"), ("Kürzel", "Stück"), ("Ticker", "Shares"), ("Code", "Cantidad")]),
    title=st.booleans(),
)
def test_holdings_come_back_from_every_dialect(holdings, marks, separator, encoding, headings, title) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator)
    if title:
        writer.writerow(["My depot"])
    writer.writerow(headings)
    for symbol, quantity in holdings.items():
        writer.writerow([symbol, written(quantity, *marks)])
    found = read_rows(out.getvalue().encode(encoding), Wishes(), LIMITS, TODAY)
    assert found.problems == ()
    assert {one.security.key: one.quantity for one in found.holdings if one.security} == holdings


@settings(max_examples=150, deadline=None)
@given(raw=st.one_of(st.binary(max_size=400), st.text(max_size=400).map(str.encode)))
def test_nothing_that_is_sent_makes_the_reader_raise(raw: bytes) -> None:
    for head in (b"", b"Symbol,Quantity\n", b"Date;Type;Symbol;Quantity;Price;Amount\n"):
        found = read_rows(head + raw, Wishes(), LIMITS, TODAY)
        assert found.problems_count >= len(found.problems)
        assert all(one.message and one.advice for one in found.problems)
