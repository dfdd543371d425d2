"""Is each maker's file recognized and read whole, and is a broken one told row by row?"""

from __future__ import annotations

from datetime import date

import pytest

from data.upload.cells import Limits
from data.upload.holdings.layout import FileKind
from data.upload.holdings.reading import read_rows
from data.upload.holdings.registry import all_layouts
from data.upload.holdings.rows import FileRows, HoldingRow, TransactionRow, Wishes
from tests.data.upload.holdings.layout_files import FILES, LayoutFile

TODAY = date(2022, 12, 31)
LIMITS = Limits(5 * 1024 * 1024, 100_000)


def read(text: str, layout: str) -> FileRows:
    kind = all_layouts()[layout].kind
    wishes = Wishes(kind=kind if layout.startswith(("generic", "vanguard")) else None)
    return read_rows(text.encode(), wishes, LIMITS, TODAY)


def named(row: HoldingRow | TransactionRow) -> tuple[str, str]:
    quantity = None if row.quantity is None else format(row.quantity, "f")
    return ("cash" if row.security is None else row.security.key, str(quantity))


def test_every_layout_has_its_files() -> None:
    assert {one.layout for one in FILES} == set(all_layouts())


@pytest.mark.requirement("5.1.A5")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.layout)
def test_a_good_file_is_recognized_and_read_whole(file: LayoutFile) -> None:
    found = read(file.good, file.layout)
    assert (found.layout.name, found.problems, found.questions) == (file.layout, (), ())
    rows = found.holdings if found.kind is FileKind.HOLDINGS else found.transactions
    wanted = [(key, quantity) for key, quantity in file.rows if quantity]
    assert [(key, None if text == "None" else float(text)) for key, text in map(named, rows)] == [
        (key, None if text == "None" else float(text)) for key, text in wanted
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.layout)
def test_a_broken_file_is_told_row_by_row(file: LayoutFile) -> None:
    found = read(file.broken, file.layout)
    assert found.layout.name == file.layout
    told = [one.message for one in found.problems]
    for part in file.complaints:
        assert any(part in one for one in told), told
    assert all(one.advice and one.line for one in found.problems)


def test_a_symbol_that_reads_like_nothing_is_one() -> None:
    found = read("Symbol,Quantity\nNA,5\nn/a,7\n", "generic_holdings")
    assert [named(row) for row in found.holdings] == [("NA", "5")]
    assert [one.line for one in found.problems] == [3]


def test_what_a_program_writes_for_no_symbol_is_none() -> None:
    rows = ("NA,US0378331005,Apple,5", "null,,Bond A,7", "None,,Bond B,8", "NA,None,Bond C,9", "NONE,,,3")
    found = read("\n".join(("Symbol,ISIN,Name,Quantity", *rows)), "generic_holdings")
    assert [named(row) for row in found.holdings] == [
        ("US0378331005", "5"), ("bond a", "7"), ("bond b", "8"), ("bond c", "9"),
    ]  # fmt: skip
    assert [(one.line, one.message) for one in found.problems] == [(6, "The row names no security.")]
