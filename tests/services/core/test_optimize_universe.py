"""Are the assets that a file names found, wherever in it they stand, and what is not known told?"""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from services.errors import InvalidRequest
from services.optimize_universe import UNIVERSE_FILE_MAX_BYTES, universe_of

KNOWN = ("AAPL", "BRK.B", "KO", "XOM")


@pytest.mark.requirement("5.2.F2")
@pytest.mark.parametrize(
    "text",
    [
        "symbol,weight\nKO,0.5\naapl,0.5\nNOPE,1\n",
        "KO\nAAPL\nKO\nNOPE\n",
        "Account;Name;Ticker;Stück\nXOM;Coca-Cola;KO;5\nD2;Apple;AAPL;3\nD2;Nothing;NOPE;1\n",
    ],
)
def test_the_column_that_names_most_known_assets_is_read(text: str) -> None:
    found = universe_of(text.encode(), KNOWN)
    assert (found.symbols, found.unknown) == (("KO", "AAPL"), ("NOPE",))
    assert found.read_as.startswith("CSV")


def test_a_workbook_is_read_as_well() -> None:
    book = Workbook()
    for row in (("Name", "Symbol"), ("Berkshire", "BRK.B"), ("Coca-Cola", "KO")):
        book.active.append(row)
    made = io.BytesIO()
    book.save(made)
    assert universe_of(made.getvalue(), KNOWN).symbols == ("BRK.B", "KO")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "The file is empty."),
        (b"name,weight\nCoca-Cola,5\n", "No cell of the file names an asset that is known."),
        (b"KO\n" * UNIVERSE_FILE_MAX_BYTES, "more than the 1 MiB allowed"),
        (b"\x89PNG\r\n\x1a\n", "neither a CSV file nor an Excel workbook"),
    ],
)
def test_what_names_no_assets_is_refused_with_the_way_out(raw: bytes, said: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        universe_of(raw, KNOWN)
    assert said in refusal.value.fields[0].message
    assert refusal.value.fields[0].advice
